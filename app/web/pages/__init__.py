"""Pages for people, at the same URLs as the data: rendered here, without JavaScript, under a strict policy.

Each page is made from the very answers that programs get; a page adds words, shapes and links, and no facts.
``drawing`` turns counts and a timeline into pictures; the other modules gather what their templates show.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from copy import copy
from dataclasses import dataclass
from functools import cache, partial
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, quote, urlencode

from pydantic_core import from_json

from app.core.dates import in_words, since_in_words
from app.core.model import Header
from app.core.status import names
from app.core.vocabulary import SOURCING_WORDS, Status
from app.formats.plain import isolated
from app.record.served import CREDIT_FIELDS
from app.store import Edition
from app.web.assets import asset
from app.web.pages.drawing import shares
from app.web.params import Dated, NoParameters, Nothing
from app.web.request import ApiRequest, Page
from app.web.response import Representation

if TYPE_CHECKING:
    from jinja2 import Environment

_DESIGNATION = re.compile(r"\b[A-Za-z]+-[0-9]\w*")
"""A name such as ``Su-35``, which is kept on one line."""
_UNBROKEN = r'<span class="nb">\g<0></span>'

POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'"
)
"""No script at all, no inline style, nothing foreign. Nothing here connects to anything; it is allowed for the sake of
tools in browsers, which look at ``/robots.txt`` under the policy of the page."""

PLACES = (
    ("/", "Map"),
    ("/claims", "Claims"),
    ("/sources", "Sources"),
    ("/topics", "Topics"),
    ("/entities", "Entities"),
    ("/transitions", "Changes"),
    ("/statuses", "The rule"),
    ("/verify", "Your copy"),
    ("/docs", "API"),
)
"""Where every page leads."""

FORMS = {
    "jsonl": "JSON Lines", "csv": "CSV", "jsonld": "JSON-LD", "turtle": "Turtle", "text": "text", "bibtex": "BibTeX",
    "csl": "CSL-JSON", "ris": "RIS",
}  # fmt: skip
"""Other forms of claims, with their names."""


@cache
def environment() -> "Environment":
    """Templates, escaped always; a name that is not given is an error rather than an empty place."""
    # Not needed before somebody looks at a page.
    from jinja2 import Environment, PackageLoader, StrictUndefined
    from markupsafe import Markup, escape

    from app.formats.terms import licence_iri

    made = Environment(
        loader=PackageLoader("app.web"),
        autoescape=True,
        finalize=lambda value: isolated(value) if type(value) is str else value,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters |= {
        "words": lambda status: str(status).replace("_", " "),
        "day": in_words,
        "since": since_in_words,
        "sentence": lambda text: text[:1].upper() + text[1:],
        "shares": shares,
        "cut": shortened,
        "place": place,
        "sourcing": SOURCING_WORDS.__getitem__,
        "settled": settled,
        # What is around the tags is escaped.
        "unbroken": lambda text: Markup(_DESIGNATION.sub(_UNBROKEN, str(escape(isolated(text))))),  # nosec B704  # noqa: S704
        "hint": hint,
        "licence": licence_iri,
    }
    made.globals["asset"] = asset
    made.globals["places"] = PLACES
    return made


def page(
    request: ApiRequest, template: str, params: NoParameters, listing: Mapping[str, Any] | None = None, **shown: Any
) -> Representation:
    """A page as an answer; its entity tag is that of its bytes. Of a ``listing`` it tells where its pages lead."""
    common: dict[str, Any] = {
        "base": request.base,
        "as_json": request.address({"format": "json"}),
        "here": request.path,
        "canonical": request.base + address(request, {}),
        "params": params,
        "address": partial(address, request),
        "forms": FORMS,
    }
    if isinstance(params, Dated):
        common |= {"as_of": params.as_of, "as_of_words": day_in_words(params.as_of)}
    if listing:
        common |= {"total": listing["total"], "next": listing["next"], "previous": listing["prev"]}
    return rendered(template, request.edition, **{**common, **shown})


def rendered(template: str, edition: Edition | None, **shown: Any) -> Representation:
    """A template as an answer; without an edition only what needs no record can be shown."""
    header, revision = (edition.header, edition.revision) if edition else (None, "")
    body = environment().get_template(template).render(header=header, revision=revision, **shown)
    return Representation(body.encode(), "text/html; charset=utf-8", headers={"content-security-policy": POLICY})


async def data(request: ApiRequest, endpoint: Page, params: Nothing, **arguments: str) -> Any:
    """What a program gets from an endpoint, as a page shows it: the same answer, read back."""
    as_data = copy(request)
    as_data.format = "json"
    return from_json((await endpoint(as_data, params=params, **arguments)).body)


def hint(header: Header) -> dict[str, str]:
    """What a reader might type: words that the record has, and a month of it."""
    names = [each.name for each in header.entities[:2]] or [header.dataset.title]
    month = re.match(r"[0-9]{4}(?:-[0-9]{2})?", header.documents[-1].published) if header.documents else None
    words = ", ".join(f'"{name}"' if " " in name else name for name in names)
    return {"words": words, "month": month[0] if month else "2022"}


def given(request: ApiRequest) -> list[tuple[str, str]]:
    """The parameters of this address, without those that a form sent empty and without its ``format=html``."""
    pairs = parse_qsl(request.query_string.decode("ascii"))
    return [pair for pair in pairs if pair != ("format", "html")]


def address(request: ApiRequest, changed: Mapping[str, str | None]) -> str:
    """This page's address with some parameters set anew; ``None`` leaves one out, and ``format=html`` is never kept."""
    return request.address({"format": None, **changed})


def to(path: str, parameters: list[tuple[str, str]] | Mapping[str, str | None]) -> str:
    """An address on this server; parameters that are empty are left out."""
    pairs = parameters.items() if isinstance(parameters, Mapping) else parameters
    query = urlencode([(name, value) for name, value in pairs if value])
    return f"{quote(path)}?{query}" if query else quote(path)


def shortened(text: str, most: int) -> str:
    """``text`` in at most ``most`` characters, cut between words."""
    if len(text) <= most:
        return text
    kept = text[: most - 1]
    return f"{kept.rsplit(' ', 1)[0] if ' ' in kept else kept}\u2026"


def settled(claim: Mapping[str, Any]) -> bool:
    """Whether a served claim is background: marked as such, and in fact said by the author and contested by nobody."""
    return bool(claim.get("background")) and claim["status"] == Status.asserted


def day_in_words(edtf: str | None) -> str:
    """:func:`~app.core.dates.in_words`; empty where there is none."""
    return in_words(edtf) if edtf else ""


def place(ref: str) -> str:
    """``p9s3`` as ``paragraph 9, sentence 3``."""
    paragraph, _, sentence = ref[1:].partition("s")
    return f"paragraph {paragraph}, sentence {sentence}"


CREDITED_BY: Mapping[str, str] = {
    "affirmed_by": "affirmed by",
    "denied_by": "denied by",
    "answered_by": "answered otherwise by",
    "taken_back_by": "an earlier word taken back by",
    "passed_on_by": "only passed on by",
}
"""What a source does to a claim, as it stands before the source's name."""


@dataclass(frozen=True, slots=True)
class Shown:
    """A claim on a day, as pages list it."""

    id: str
    url: str
    text: str
    status: Status
    background: bool
    attribution: str
    by: Sequence[tuple[str, str]]
    """For each thing that others than the author do to it: the filter of that name, and in words who does so."""


def shown(header: Header, claim: Mapping[str, Any], as_of: str | None = None) -> Shown:
    """A served claim as pages list it."""
    author = header.document_by_id[claim["document"]].author
    by = []
    for credit, field in CREDIT_FIELDS.items():
        others = [each for each in claim[field] if each != author or credit != "affirmed_by"]
        if others:
            by.append((credit, f"{CREDITED_BY[credit]} {names(header.source_by_id[each].name for each in others)}"))
    url, status = to(claim["url"], {"as_of": as_of}), Status(claim["status"])
    return Shown(claim["id"], url, claim["text"], status, settled(claim), claim["attribution"], by)


async def claims_shown(request: ApiRequest, ids: Iterable[str], params: Dated) -> dict[str, Shown]:
    """Claims by id, each once, on the day asked for; those that there are not are left out."""
    found: dict[str, Shown] = {}
    for id_ in dict.fromkeys(ids):
        if body := await request.edition.claim(id_, params.day):
            found[id_] = shown(request.edition.header, from_json(body), params.as_of)
    return found
