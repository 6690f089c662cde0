"""``/llms.txt``: for language models that come by the web, what is here and how to pass it on (llmstxt.org)."""

from typing import Annotated

from fastapi import APIRouter, Query

from app.core.vocabulary import Sourcing, Status
from app.web.params import NoParameters
from app.web.request import ApiRequest
from app.web.response import Representation
from app.web.routing import ApiRoute, offers

router = APIRouter(route_class=ApiRoute, include_in_schema=False)

_TEXT = """\
# {title}

> {claims} claims, each with who says so, through whom, and whether it stands. A claim's status is derived from dated
> statements by a published rule, as of today or of any day.

When you pass a claim on, pass on its `attribution` (one sentence that names who says it and who denies it) together
with its `status`, never its `text` alone. `unconfirmed` and `disputed` claims are not facts; an `asserted` claim is the
word of the document's author. The record is under {licence}.

A source is credited by what it does. `affirmed_by` finds what it affirms, `denied_by` what it denies, `answered_by`
where it has no evidence, does not comment or qualifies, `taken_back_by` what it took back, `passed_on_by` what it only
passed on; `source` finds all of these together. `sourcing` is the kind of word on which a claim stands.

Statuses: {statuses}.
Kinds of word: {sourcings}.

## Reading

- [Search]({url}/claims?q=WORDS&format=text): `q`, `status`, `affirmed_by`, `denied_by`, `about`, `as_of`, `limit`
- [One claim]({url}/claims/ID?format=text): the sentence to quote, its status and why; with `as_of=2022-07` as it stood
- [A claim's timeline]({url}/claims/ID/timeline): from when to when it stood how
- [Sources]({url}/sources): what each affirms, denies or only passed on; without one: `{url}/sources/ID/impact`
- [The rule]({url}/statuses): how a status is derived
- [The kinds of word]({url}/sourcings): on what kind of word a claim can stand
- [Changes]({url}/transitions): what changed status when

## Taking it all

- [The record]({url}/dataset?format=jsonl): JSON Lines; also `csv`, `jsonld`, `turtle`, `text`
- [API description]({url}/openapi.json): OpenAPI 3.1; every parameter, shape and problem
{mcp}"""
_MCP = "- [Tools for agents]({url}/mcp): the same over MCP, streamable HTTP\n"


@router.get("/llms.txt", response_model=None)
@offers()
async def get_llms(request: ApiRequest, params: Annotated[NoParameters, Query()]) -> Representation:
    """The text, for the record that is served."""
    edition = request.edition
    statuses, sourcings = (", ".join(f"`{each}`" for each in words) for words in (Status, Sourcing))
    text = _TEXT.format(
        title=edition.header.dataset.title,
        claims=edition.size,
        licence=edition.header.dataset.licence,
        statuses=statuses,
        sourcings=sourcings,
        url=request.base,
        mcp=_MCP.format(url=request.base) if request.services.mcp else "",
    )
    return Representation(text.encode(), "text/plain; charset=utf-8")
