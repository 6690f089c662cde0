"""What depends on a day: which claims happened then, and how each stood, told by bitmaps."""

from array import array
from collections.abc import Iterator, Mapping

from pyroaring import BitMap

from app.dates import Span
from app.store.index import STATUSES
from app.store.sections import Recent
from app.store.slices import Dates, Found, Slices, slice_keys, sliced
from app.vocabulary import Status

PERIODS = (*slice_keys("starts"), *slice_keys("ends"))
"""Keys of the claims that have a period, and of its first and its last day."""

_UNSAID = STATUSES.index(Status.not_yet_made)

Standing = Mapping[str, BitMap]
"""For each status its claims."""


def dated(dates: Dates) -> Iterator[tuple[str, BitMap]]:
    """Every bitmap from which a :class:`Calendar` tells, with its key."""
    import numpy as np

    yield from sliced("starts", dates.dated, dates.starts)
    yield from sliced("ends", dates.dated, dates.ends)
    for turn, claims in enumerate(dates.changed):
        yield from sliced(f"turn{turn}", claims, dates.days[turn])
        each, standing = np.frombuffer(claims, dtype=np.uint32), np.frombuffer(dates.standing[turn], dtype=np.uint8)
        for status in range(len(STATUSES)):
            yield _status_key(turn, status), BitMap(array("I", each[standing == status].tobytes()))


def happened(found: Found, span: Span) -> BitMap:
    """Claims whose period shares a day with ``span``. ``found`` has the bitmaps of :data:`PERIODS`."""
    begun, over = Slices(found, "starts").up_to(span.end.toordinal()), Slices(found, "ends")
    return begun - over.up_to(span.start.toordinal() - 1)


class Calendar:
    """How the claims of one edition stood on any day."""

    def __init__(self, turns: int, everything: BitMap) -> None:
        """``turns`` says how often a claim changed its status at most."""
        self._turns = turns
        self._everything = everything
        self._known: Recent[int, Standing] = Recent(8)

    def kept(self, day: int) -> Standing | None:
        """How the claims stood at the end of ``day``, where that was worked out lately."""
        return self._known.get(day)

    def keys(self) -> list[str]:
        """Keys of the bitmaps from which :meth:`standing` tells."""
        statuses = [_status_key(turn, place) for turn in range(self._turns) for place in range(len(STATUSES))]
        return [*statuses, *(key for turn in range(self._turns) for key in slice_keys(f"turn{turn}"))]

    def standing(self, day: int, found: Found) -> Standing:
        """The claims of each status at the end of ``day``."""
        return self._known.of(day, lambda: self._standing(day, found))

    def _standing(self, day: int, found: Found) -> Standing:
        come = [Slices(found, f"turn{turn}").up_to(day) for turn in range(self._turns)]
        stood = [BitMap() for _ in STATUSES]
        for turn, claims in enumerate(come):
            # Whoever has turned again by then stands as that turn says.
            last = claims - come[turn + 1] if turn + 1 < self._turns else claims
            for place in range(len(stood)):
                stood[place] |= last & found[_status_key(turn, place)]
        stood[_UNSAID] |= self._everything - come[0] if come else self._everything
        return dict(zip(map(str, STATUSES), stood, strict=True))


def _status_key(turn: int, place: int) -> str:
    return f"turn{turn}>={place}"
