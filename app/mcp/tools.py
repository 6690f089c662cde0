"""The tools, over any client of a Claims API."""

from collections.abc import Callable, Iterable
from typing import Annotated, Any

from mcp.server.mcpserver.tools import Tool
from mcp_types import ToolAnnotations
from pydantic import Field

from app.core.vocabulary import Sourcing, Status
from app.mcp import telling
from app.mcp.answering import Tools
from app.record.supposing import NewStatement
from claims_client import AsyncClaimsClient

Ids = tuple[str, ...]


def _argument(description: str, **shape: Any) -> Any:
    return Field(description=description, **shape)


def _one_of(description: str, words: Iterable[str]) -> Any:
    return _argument(description, json_schema_extra={"items": {"type": "string", "enum": list(words)}})


Words = Annotated[
    str, _argument('Words that must all occur in the claim or in names of its sources; "a phrase" stands together.')
]
ClaimId = Annotated[str, _argument("Id of the claim, as search_claims gives it.")]
AsOf = Annotated[
    str, _argument("Take statuses as they stood at the end of this day, month or year (2022, 2022-07, 2022-07-17).")
]
SourceIds = Annotated[
    Ids, _argument("Ids of sources; one of them must speak on the claim or pass it on, on whichever side.")
]
AffirmedBy = Annotated[Ids, _argument("Ids of sources; one of them must affirm the claim.")]
DeniedBy = Annotated[Ids, _argument("Ids of sources; one of them must deny the claim.")]
AnsweredBy = Annotated[
    Ids, _argument("Ids of sources; one must have no evidence of the claim, not comment on it, or qualify it.")
]
TakenBackBy = Annotated[
    Ids, _argument("Ids of sources; one of them must have taken back what it had said of the claim.")
]
PassedOnBy = Annotated[Ids, _argument("Ids of sources; one of them must only have passed on the word of another.")]
Sourcings = Annotated[Ids, _one_of("Kind of word on which the claim stands; one of these must fit.", Sourcing)]
Background = Annotated[
    bool | None, _argument("true: only what no party to it would contest; false: only the rest; leave it out for both.")
]
Statuses = Annotated[Ids, _one_of("How the claim stands; one of these must fit.", Status)]
About = Annotated[Ids, _argument("Ids of entities that the claim is about, such as iran.")]
Since = Annotated[str, _argument("The claim's period reaches this day or later.")]
Until = Annotated[str, _argument("The claim's period begins by the end of this day, month or year.")]
Limit = Annotated[int, _argument("Most claims to give.", ge=1, le=50)]
Cursor = Annotated[str, _argument("Where to go on, as the answer before said.")]
SourceId = Annotated[str, _argument("Id of one source, to see what rests on it; leave it out for all of them.")]
Text = Annotated[str, _argument("The text, of at most 500 sentences.", min_length=1, max_length=100_000)]
Added = Annotated[list[NewStatement], _argument("Statements to add; each needs a source and a stance.")]
Removed = Annotated[list[str], _argument("Ids of statements to leave out; of a wrong id you are told the right ones.")]

_READING = ToolAnnotations(read_only_hint=True, destructive_hint=False, idempotent_hint=True, open_world_hint=False)


def tools(client: AsyncClaimsClient) -> Tools:
    """A server with the tools, which read through ``client``."""

    async def search_claims(
        words: Words = "",
        status: Statuses = (),
        affirmed_by: AffirmedBy = (),
        denied_by: DeniedBy = (),
        answered_by: AnsweredBy = (),
        taken_back_by: TakenBackBy = (),
        passed_on_by: PassedOnBy = (),
        source: SourceIds = (),
        sourcing: Sourcings = (),
        background: Background = None,
        about: About = (),
        since: Since = "",
        until: Until = "",
        as_of: AsOf = "",
        limit: Limit = 10,
        cursor: Cursor = "",
    ) -> str:
        """Find claims by words, status, subject, period or what a source does; each with its status and its sources.

        Different filters must all hold. For what a source says, use affirmed_by: source finds what it denies as well.
        To know what was believed at a time, give as_of.
        """
        page = await client.find(
            q=words, status=status, affirmed_by=affirmed_by, denied_by=denied_by, answered_by=answered_by,
            taken_back_by=taken_back_by, passed_on_by=passed_on_by, source=source, sourcing=sourcing,
            background=() if background is None else background, about=about, from_=since or None, to=until or None,
            as_of=as_of or None, limit=limit, cursor=cursor,
        )  # fmt: skip
        return telling.told_list(page, as_of or None)

    async def get_claim(id: ClaimId, as_of: AsOf = "") -> str:
        """Read one claim whole: the sentence to quote, its status and why, and every statement on it."""
        return telling.told_claim(await client.claim(id, as_of=as_of or None), as_of or None)

    async def get_timeline(id: ClaimId) -> str:
        """Follow one claim's status through time: what was known when, and on whose word."""
        return telling.told_timeline(id, await client.timeline(id))

    async def list_sources(id: SourceId = "", as_of: AsOf = "") -> str:
        """List what each source affirms, denies, answers otherwise, took back and only passed on, and how that stands.

        With an id, see what rests on this source.
        """
        if not id:
            return telling.told_sources([each async for each in client.sources(as_of=as_of or None)])
        source = await client.source(id, as_of=as_of or None)
        return telling.told_source(source, [each async for each in client.impact(id)])

    async def check_text(text: Text, as_of: AsOf = "") -> str:
        """Check a text, such as your draft: which of its sentences repeat or contradict claims, and how these stand.

        Words alone are compared, so a sentence that is not listed may still repeat a claim in other words.
        """
        return telling.told_matches(await client.match(text, as_of=as_of or None))

    async def what_if(id: ClaimId, add: Added = [], remove: Removed = [], as_of: AsOf = "") -> str:  # noqa: B006
        """Try statements on a claim to learn the rule: how would it stand if a source had said something else?"""
        statements: list[Any] = [each.model_dump(mode="json", exclude_unset=True) for each in add]
        return telling.told_what_if(await client.what_if(id, add=statements, remove=remove, as_of=as_of or None))

    async def explain_statuses() -> str:
        """Read what each status means, and the rule by which statuses are derived."""
        return telling.told_rule(await client.statuses())

    titles: dict[Callable[..., Any], str] = {
        search_claims: "Search claims",
        get_claim: "Read a claim",
        get_timeline: "Follow a claim through time",
        list_sources: "List sources",
        check_text: "Check a text",
        what_if: "Try other statements",
        explain_statuses: "Explain the statuses",
    }
    return Tools(
        [
            Tool.from_function(tool, title=title, annotations=_READING, structured_output=False)
            for tool, title in titles.items()
        ]
    )
