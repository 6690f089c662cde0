"""Pages as a browser sees them: asked for as browsers ask, and read into elements."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any

from starlette.types import ASGIApp

from app.core.model import Record
from tests import records
from tests.web.asking import Reply, ask, holding, run, serving

BROWSER = {"accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"}
_VOID = {"br", "circle", "hr", "img", "input", "line", "link", "meta", "path", "rect", "use"}


@dataclass
class Element:
    """An element with what is inside it, in order."""

    tag: str
    given: dict[str, str]
    children: list["Element | str"] = field(default_factory=list)

    @property
    def text(self) -> str:
        """All text inside, white space folded."""
        return " ".join("".join(each if isinstance(each, str) else f" {each.text} " for each in self.children).split())

    @property
    def classes(self) -> list[str]:
        return self.given.get("class", "").split()

    def every(self) -> Iterator["Element"]:
        """Every element inside, in the order of the document."""
        for each in self.children:
            if isinstance(each, Element):
                yield each
                yield from each.every()

    def all(self, tag: str, name: str = "", **given: str) -> list["Element"]:
        """Every ``tag`` inside, of the class ``name`` and with these attributes, if given."""
        return [
            each
            for each in self.every()
            if each.tag == tag and (not name or name in each.classes) and given.items() <= each.given.items()
        ]

    def one(self, tag: str, name: str = "", **given: str) -> "Element":
        """The only such element."""
        found = self.all(tag, name, **given)
        assert len(found) == 1, f"{len(found)} of {tag}.{name} {given}"
        return found[0]

    def table(self, caption: str = "") -> list[list[str]]:
        """The text of each cell of a table's body: of the only one, or of that whose caption begins so."""
        tables = self.all("table")
        if caption:
            tables = [each for each in tables if each.one("caption").text.startswith(caption)]
        (only,) = tables
        return [[cell.text for cell in row.all("td")] for row in only.one("tbody").all("tr")]


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.open = [Element("", {})]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        made = Element(tag, {name: value or "" for name, value in attrs})
        self.open[-1].children.append(made)
        if tag not in _VOID:
            self.open.append(made)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.open[-1].children.append(Element(tag, {name: value or "" for name, value in attrs}))

    def handle_endtag(self, tag: str) -> None:
        if tag not in _VOID:
            closed = self.open.pop()
            assert closed.tag == tag, f"</{tag}> closes <{closed.tag}>"

    def handle_data(self, data: str) -> None:
        self.open[-1].children.append(data)


def tree(html: str) -> Element:
    """A page as elements; tags that do not match are a fault."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    assert len(reader.open) == 1, f"{reader.open[-1].tag} is not closed"
    return reader.open[0]


def look(target: str, app: ASGIApp | None = None, status: int = 200) -> Element:
    """The page at ``target``; without ``app``, of the essay."""
    reply = reply_to(target, app)
    assert reply.status == status, reply.body[:300]
    assert reply.header("content-type") == "text/html; charset=utf-8"
    return tree(reply.plain.decode())


def reply_to(target: str, app: ASGIApp | None = None, headers: Mapping[str, str] = BROWSER) -> Reply:
    """The answer that a browser gets; ``headers`` stand in addition to its own."""
    return run(ask(app or serving(), target, headers={**BROWSER, **headers}))


def ferries(**changes: Any) -> ASGIApp:
    """The service over the small record of :mod:`tests.records`, with changes."""
    return serving(holding(Record.model_validate(records.record(**changes))))
