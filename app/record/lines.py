"""Claims of the JSON Lines form, read and checked one by one: by whoever iterates, or in pieces by several processes.

However the work is shared out, the faults are the same: each piece is checked by itself, and what only the whole record
shows is kept of it and put together in the order of the file.
"""

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, islice
from typing import Any, TypeVar

from pydantic import BaseModel, TypeAdapter, ValidationError

from app.core.errors import Fault, RecordInvalid
from app.core.model import Claim, Header, Statement
from app.record.crosscheck import ClaimCheck, Kept
from app.record.header import Ground
from app.record.shapes import shape_faults
from app.record.syntax import Finding, control_characters, may_control, parse, pointer

MOST_FAULTS = 100
"""Faults after which the reading of a stream stops."""

_CLAIM = TypeAdapter(Claim)
_Model = TypeVar("_Model", bound=BaseModel)


@dataclass(slots=True)
class Checked:
    """What is left of a piece when its claims are read."""

    faults: list[tuple[int, list[Fault]]]
    """For each claim at fault its number."""
    kept: Kept


class ClaimLines(Iterable[Claim]):
    """The claims of a file, good ones only.

    Iterating raises :class:`~app.core.errors.RecordInvalid` at the end, or at 100 faults. Who shares the work hands out
    :meth:`pieces`, gives :meth:`take` what :class:`PieceCheck` made of each, in order, and then calls :meth:`end`.
    """

    def __init__(self, lines: Iterator[bytes], ground: Ground, name: str, count: int | None = None) -> None:
        """``count`` claims must follow where the header tells their number."""
        self.name = name
        self.expected = count
        self._lines = lines
        self._check = ClaimCheck(ground)
        self._faults: list[Fault] = []
        self._count = 0

    def __iter__(self) -> Iterator[Claim]:
        for piece in self.pieces(1):
            claim, found = _claim(self._count - 1, piece[0], self._check, self.name)
            if found:
                self._add(self._count - 1, found)
            elif claim is not None:
                yield claim
        self.end()

    def fewer_than(self, count: int) -> bool:
        """Whether fewer claims are left."""
        ahead = list(islice(self._lines, count))
        self._lines = chain(ahead, self._lines)
        return len(ahead) < count

    def pieces(self, size: int) -> Iterator[list[bytes]]:
        """The lines, ``size`` at a time."""
        while piece := list(islice(self._lines, size)):
            self._count += len(piece)
            yield piece

    def take(self, checked: Checked) -> None:
        """Add what a piece has shown."""
        self._check.add(checked.kept)
        for number, faults in checked.faults:
            self._add(number, faults)

    def end(self) -> None:
        """Raise what is wrong, if anything is."""
        faults = self._faults
        if not self._count:
            faults.append(Fault("/claims", 1, "there is no claim; write one on each line after the header"))
        elif self.expected not in (None, self._count):
            # What else is wrong with the whole would follow from this.
            said = f"{self._count} claims follow, where the first line tells of {self.expected}: the file is unfinished"
            faults.append(Fault("", self._count + 1, said))
        else:
            for path, said in self._check.end():
                line_number = path[1] + 2 if path[0] == "claims" and isinstance(path[1], int) else 1
                faults.append(Fault(pointer(path), line_number, said))
        if faults:
            raise RecordInvalid(sorted(faults, key=lambda fault: fault.line), self.name)

    def _add(self, number: int, found: list[Fault]) -> None:
        self._faults += found
        if len(self._faults) >= MOST_FAULTS:
            stopped = Fault("", number + 2, "reading stopped here; there may be more faults below")
            raise RecordInvalid([*self._faults[:MOST_FAULTS], stopped], self.name)


class PieceCheck:
    """Reads pieces of the claims of one record."""

    def __init__(self, header: Header, name: str) -> None:
        """``header`` must be right, and ``name`` is the file's."""
        self._check = ClaimCheck(Ground.of(header))
        self._name = name
        self._faults: list[tuple[int, list[Fault]]] = []

    def read(self, start: int, lines: Iterable[bytes]) -> Iterator[Claim]:
        """The good claims of a piece that begins with the claim numbered ``start``."""
        for number, line in enumerate(lines, start):
            claim, found = _claim(number, line, self._check, self._name)
            if found:
                self._faults.append((number, found))
            elif claim is not None:
                yield claim

    def checked(self) -> Checked:
        """What is left of the piece that was read last."""
        faults, self._faults = self._faults, []
        return Checked(faults, self._check.give())


def salvaged_claim(number: int, raw: Any, check: ClaimCheck) -> Iterable[Finding]:
    """Faults against the header of a claim whose shape is at fault, as far as it can be read."""
    if not isinstance(raw, dict):
        return ()
    said = {nth: well_formed(Statement, each) for nth, each in enumerate(as_list(raw.get("statements")))}
    return check.broken_claim(number, raw, {nth: each for nth, each in said.items() if each})


def well_formed(model: type[_Model], raw: Any) -> _Model | None:
    """The object, if nothing is wrong with its shape."""
    try:
        return model.model_validate_json(json.dumps(raw), strict=True)
    except ValidationError:
        return None


def as_list(value: Any) -> Sequence[Any]:
    """The value, if it is a list, or an empty one."""
    return value if isinstance(value, list) else ()


def _claim(number: int, line: bytes, check: ClaimCheck, name: str) -> tuple[Claim | None, list[Fault]]:
    claim, wrong = _validated(line)
    raw: Any = None
    faults: list[Fault] = []
    if claim is None or may_control(line) or line.count(b":") != _fields(claim):
        try:
            raw, faults = parse(line, name)
        except RecordInvalid as error:
            return None, [Fault(f"/claims/{number}{each.pointer}", number + 2, each.message) for each in error.faults]
        faults = [Fault(f"/claims/{number}{each.pointer}", number + 2, each.message) for each in faults]
    findings: list[Finding] = []
    if claim is not None:
        findings += check.claim(number, claim)
    elif wrong:
        findings += shape_faults(wrong, ("claims", number))
        findings += salvaged_claim(number, raw, check)
    if raw is not None:
        findings += control_characters(line, raw, findings, ("claims", number))
    return claim, faults + [Fault(pointer(path), number + 2, said) for path, said in findings]


def _validated(line: bytes) -> tuple[Claim | None, ValidationError | None]:
    try:
        return _CLAIM.validate_json(line, strict=True), None
    except ValidationError as error:
        return None, error


def _fields(claim: Claim) -> int:
    """Fields that were given: the colons of the claim's text, unless some stand in its texts or a key is repeated.

    To count both is how the search for repeated keys is spared where there is none.
    """
    return len(claim.model_fields_set) + sum(
        [len(each.model_fields_set) for each in (*claim.statements, *claim.quantities, *claim.related)]
    )
