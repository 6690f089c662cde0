"""The five tools, over any client of a Claims API."""

from collections.abc import Awaitable, Callable
from functools import wraps
from typing import Annotated, Any, Literal

from mcp.server.mcpserver import MCPServer
from mcp.server.mcpserver.exceptions import ToolError
from mcp_types import ToolAnnotations
from pydantic import Field

from app import __version__
from app.mcp import telling
from claims_client import AsyncClaimsClient, ClaimsError, NotFound

INSTRUCTIONS = (
    "Claims made in an essay, each with who says so, through whom, and whether it stands. A claim's status is derived "
    "from dated statements by a published rule. Pass a claim on only as the whole sentence given here, with its status "
    "in brackets and its sources: without them it says something that nobody may have said. An unconfirmed or disputed "
    "claim is not a fact, and an asserted one is the author's word."
)

StatusName = Literal[
    "confirmed", "corroborated", "unconfirmed", "disputed", "refuted", "retracted", "asserted", "not_checkable",
    "not_yet_made",
]  # fmt: skip
SourcingName = Literal[
    "author_verdict", "admission", "named_person_or_body", "named_outlet", "anonymous", "author_only", "none",
]  # fmt: skip
Words = Annotated[
    str,
    Field(description='Words that must all occur in the claim or in names of its sources; "a phrase" stands together.'),
]
ClaimId = Annotated[str, Field(description="Id of the claim, as search_claims gives it.")]
AsOf = Annotated[
    str,
    Field(description="Take statuses as they stood at the end of this day, month or year (2022, 2022-07, 2022-07-17)."),
]
SourceIds = Annotated[
    list[str],
    Field(description="Ids of sources; one of them must speak on the claim or pass it on, on whichever side."),
]
AffirmedBy = Annotated[list[str], Field(description="Ids of sources; one of them must affirm the claim.")]
DeniedBy = Annotated[list[str], Field(description="Ids of sources; one of them must deny the claim.")]
AnsweredBy = Annotated[
    list[str],
    Field(description="Ids of sources; one must have no evidence of the claim, not comment on it, or qualify it."),
]
TakenBackBy = Annotated[
    list[str], Field(description="Ids of sources; one of them must have taken back what it had said of the claim.")
]
PassedOnBy = Annotated[
    list[str], Field(description="Ids of sources; one of them must only have passed on the word of another.")
]
Sourcings = Annotated[
    list[SourcingName], Field(description="Kind of word on which the claim stands; one of these must fit.")
]
Background = Annotated[
    bool | None,
    Field(description="true: only what no party to it would contest; false: only the rest; leave it out for both."),
]
Statuses = Annotated[list[StatusName], Field(description="How the claim stands; one of these must fit.")]
About = Annotated[list[str], Field(description="Ids of entities that the claim is about, such as iran.")]
Since = Annotated[str, Field(description="The claim's period reaches this day or later.")]
Until = Annotated[str, Field(description="The claim's period begins by the end of this day, month or year.")]
Limit = Annotated[int, Field(ge=1, le=50, description="Most claims to give.")]
Cursor = Annotated[str, Field(description="Where to go on, as the answer before said.")]
SourceId = Annotated[str, Field(description="Id of one source, to see what rests on it; leave it out for all of them.")]

_READING = ToolAnnotations(read_only_hint=True, destructive_hint=False, idempotent_hint=True, open_world_hint=False)


def tools(client: AsyncClaimsClient) -> MCPServer[Any]:
    """A server with the five tools, which read through ``client``."""
    server: MCPServer[Any] = MCPServer(
        "claims", title="Claims API", instructions=INSTRUCTIONS, version=__version__, log_level="WARNING"
    )

    async def search_claims(
        words: Words = "",
        status: Statuses = [],  # noqa: B006 - the SDK reads the default and never changes it
        affirmed_by: AffirmedBy = [],  # noqa: B006
        denied_by: DeniedBy = [],  # noqa: B006
        answered_by: AnsweredBy = [],  # noqa: B006
        taken_back_by: TakenBackBy = [],  # noqa: B006
        passed_on_by: PassedOnBy = [],  # noqa: B006
        source: SourceIds = [],  # noqa: B006
        sourcing: Sourcings = [],  # noqa: B006
        background: Background = None,
        about: About = [],  # noqa: B006
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

    async def explain_statuses() -> str:
        """Read what each status means, and the rule by which statuses are derived."""
        return telling.told_rule(await client.statuses())

    for tool, title in (
        (search_claims, "Search claims"),
        (get_claim, "Read a claim"),
        (get_timeline, "Follow a claim through time"),
        (list_sources, "List sources"),
        (explain_statuses, "Explain the statuses"),
    ):
        server.add_tool(_told(tool), title=title, annotations=_READING, structured_output=False)
    return server


def _told(tool: Callable[..., Awaitable[str]]) -> Callable[..., Awaitable[str]]:
    """``tool``, whose errors the agent reads as sentences that say what to do."""

    @wraps(tool)
    async def told(**arguments: Any) -> str:
        try:
            return await tool(**arguments)
        except NotFound as error:
            raise ToolError(f"{error} search_claims and list_sources give ids.") from None
        except ClaimsError as error:
            raise ToolError(str(error)) from None

    return told
