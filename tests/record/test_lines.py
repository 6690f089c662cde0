"""Claims read in pieces by several readers: the same claims and the same faults as read one after another."""

import pickle
from collections.abc import Sequence
from itertools import count

import pytest

from app.core.errors import Fault, RecordInvalid
from app.record.dataset import canonical_header, load_lines
from app.record.lines import PieceCheck
from checks.benchmarks import records

SIZE = 60
GOOD = tuple(records.lines(SIZE))
HEADER = canonical_header(records.header(SIZE))

BROKEN: dict[str, dict[int, bytes] | list[int]] = {
    "nothing": [],
    "no claim": [*range(SIZE)],
    "an id twice, far apart": {40: GOOD[3]},
    "an id twice, side by side": {9: GOOD[8]},
    "no JSON": {17: b"{"},
    "an unknown source": {2: GOOD[2].replace(b'"source":"', b'"source":"no-'), 55: GOOD[55].replace(b"event", b"evnt")},
    "a key twice": {31: GOOD[31].replace(b"{", b'{"kind":"event",', 1)},
    "a key of a statement twice": {31: GOOD[31].replace(b'"stance":', b'"stance":"denies","stance":', 1)},
    "a key twice, and colons in a text": {31: GOOD[31].replace(b'"text":"', b'"kind":"event","text":"A: b: c ', 1)},
    "a byte that is not UTF-8": {31: GOOD[31].replace(b'"text":"', b'"text":"\xff', 1)},
    "a byte order mark": {31: b"\xef\xbb\xbf" + GOOD[31]},
    "a control character": {31: GOOD[31].replace(b'"text":"', b'"text":"\\u0007', 1)},
    "more than a hundred": dict.fromkeys(range(5, SIZE), b"{}"),
    "passages on which nothing rests": [*range(10)],
}


def changed(change: dict[int, bytes] | list[int]) -> list[bytes]:
    lines = [HEADER, *GOOD]
    if isinstance(change, list):
        return [line for number, line in enumerate(lines, -1) if number not in change]
    return [change.get(number, line) for number, line in enumerate(lines, -1)]


def one_by_one(lines: Sequence[bytes]) -> tuple[list[str], list[Fault]]:
    ids: list[str] = []
    try:
        ids += (claim.id for claim in load_lines(lines)[1])
    except RecordInvalid as error:
        return [], list(error.faults)
    return ids, []


def in_pieces(lines: Sequence[bytes]) -> tuple[list[str], list[Fault]]:
    header, claims = load_lines(lines)
    readers = [PieceCheck(header, claims.name) for _ in range(2)]
    ids: list[str] = []
    start = 0
    try:
        for turn, piece in zip(count(), claims.pieces(7), strict=False):
            reader = readers[turn % 2]
            ids += (each.id for each in reader.read(start, piece))
            start += len(piece)
            claims.take(pickle.loads(pickle.dumps(reader.checked())))
        claims.end()
    except RecordInvalid as error:
        return [], list(error.faults)
    return ids, []


@pytest.mark.parametrize("change", BROKEN.values(), ids=BROKEN)
def test_readers_of_pieces_find_the_claims_and_the_faults_that_one_reader_finds(change):
    lines = changed(change)
    assert in_pieces(lines) == one_by_one(lines)
    assert bool(one_by_one(lines)[1]) == bool(change)


def test_colons_in_a_text_are_no_fault():
    lines = changed({31: GOOD[31].replace(b'"text":"', b'"text":"A: b: c ', 1)})
    assert in_pieces(lines) == one_by_one(lines) == ([claim.id for claim in records.claims(SIZE)], [])


@pytest.mark.parametrize(("name", "said"), [("a key twice", "keep one"), ("a key of a statement twice", "keep one")])
def test_a_repeated_key_is_found_though_most_lines_are_parsed_once(name, said):
    [fault] = one_by_one(changed(BROKEN[name]))[1]
    assert said in fault.message


def test_lines_that_were_looked_at_ahead_are_read_all_the_same():
    _, claims = load_lines([HEADER, *GOOD])
    assert (claims.fewer_than(SIZE), claims.fewer_than(SIZE + 1)) == (False, True)
    assert len(list(claims)) == SIZE
