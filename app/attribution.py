"""One sentence for a claim that cannot lose its source, its hedge or a denial.

The sentence is made of the record's fields and of the statements that count on the day in question, so that whoever
quotes it quotes the source with it.
"""

from collections.abc import Sequence
from functools import lru_cache

from app.model import Claim, Header, Statement
from app.status import named, names
from app.vocabulary import Stance

_MONTHS = "January February March April May June July August September October November December".split()

_AFFIRMS = Stance.affirms
_REPLIES: tuple[tuple[Stance, str], ...] = (
    (Stance.denies, "denied this"),
    (Stance.no_evidence, "reported having no evidence of this"),
    (Stance.qualifies, "qualified this"),
    (Stance.no_comment, "did not comment on this"),
    (Stance.retracts, "took back having said this"),
)


def attribution(claim: Claim, header: Header, live: Sequence[Statement]) -> str:
    """The claim with everybody whose word counts: who affirms it, whether it was settled, who answered otherwise.

    ``live`` are statements of ``claim``; with none the sentence says that nobody is known to have made the claim.
    """
    text = claim.text.rstrip(".")
    if not live:
        return f"Nobody is known to have said this by then: {text}."
    author = header.document_by_id[claim.document].author
    affirming = [each for each in live if each.stance is _AFFIRMS]
    external = [each for each in affirming if each.source != author]
    parts = [_opening(header, affirming, external, text)]
    if 0 < len(external) < len(affirming):
        parts += [_seconded(header, each) for each in affirming if each.source == author]
    for stance, said in _REPLIES if len(affirming) < len(live) else ():
        parts += [_reply(header, each, said) for each in live if each.stance is stance]
    return "; ".join(dict.fromkeys(parts)) + "."


def attributed_to(live: Sequence[Statement]) -> tuple[str, ...]:
    """Origins that affirm, each once, in the order of the record; empty where nobody does."""
    return tuple(dict.fromkeys(each.source for each in live if each.stance is _AFFIRMS))


def _opening(header: Header, affirming: Sequence[Statement], external: Sequence[Statement], text: str) -> str:
    if external:
        return f"According to {_who(header, external)}: {text}"
    if affirming:
        return f"{_who(header, affirming)} writes: {text}"
    return f"Nobody is reported to affirm that this is so: {text}"


def _seconded(header: Header, by_author: Statement) -> str:
    said = "writes that this proved true" if by_author.adjudicates else "writes this as well"
    return f"{_who(header, [by_author])} {said}"


def _reply(header: Header, statement: Statement, said: str) -> str:
    if statement.adjudicates:
        said = "writes that this proved false"
    return f"{_who(header, [statement])} {said}"


def _who(header: Header, statements: Sequence[Statement]) -> str:
    if len(statements) == 1:
        return _dated(header, statements[0])
    return names([_dated(header, each) for each in statements])


def _dated(header: Header, statement: Statement) -> str:
    source_by_id = header.source_by_id
    name = named(source_by_id[statement.source], [source_by_id[relay] for relay in statement.via])
    return f"{name} ({spoken_date(statement.made)})" if statement.made else name


@lru_cache(maxsize=65536)
def spoken_date(edtf: str) -> str:
    """``2022-07-17`` as ``17 July 2022`` and ``2022-07`` as ``July 2022``; any other EDTF string as it stands."""
    parts = edtf.split("-")
    if not all(part.isdecimal() for part in parts) or len(parts) > 3 or (len(parts) > 1 and int(parts[1]) > 12):
        return edtf
    month = [_MONTHS[int(parts[1]) - 1]] if len(parts) > 1 else []
    return " ".join([str(int(part)) for part in parts[2:]] + month + parts[:1])
