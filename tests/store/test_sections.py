"""The shapes in which an edition keeps what it knows, read back as they were written."""

import random
from zlib import crc32

import pytest

from app.store.sections import DAY, Days, Memory, Names, Recent, Sections, write_days, write_names, write_pieces


def read(write, *arguments):
    memory = Memory()
    write(memory, "it", *arguments)
    return Sections(memory.sections())


@pytest.mark.parametrize("days", [0, 1, 15, 16, 17, 255, 256, 257, 700])
def test_the_claims_of_a_day_are_those_named_an_odd_number_of_times_until_then(days):
    chance = random.Random(days)
    named = [(730_000 + 3 * nth, set(chance.sample(range(50), chance.randrange(1, 5)))) for nth in range(days)]
    dated = sorted(day << DAY | claim for day, claims in named for claim in claims)
    kept = Days(read(write_days, dated), "it")

    expected: set[int] = set()
    assert set(kept.first(kept.count(729_999))) == expected
    for day, claims in named:
        expected ^= claims
        assert set(kept.first(kept.count(day))) == expected
        assert set(kept.first(kept.count(day + 2))) == expected


def test_a_name_is_found_by_itself_and_not_by_another_of_the_same_checksum():
    alike = ["plumless", "buckeroo"]
    assert crc32(alike[0].encode()) == crc32(alike[1].encode())
    names = Names(read(write_names, ["first", *alike, "", "T\u00fcrkiye"]), "it")
    assert [names.find(each) for each in ("first", *alike, "", "T\u00fcrkiye")] == [0, 1, 2, 3, 4]
    assert [names[number] for number in range(len(names))] == ["first", *alike, "", "T\u00fcrkiye"]
    assert names.find("second") is None


def test_pieces_are_read_by_their_number():
    sections = read(write_pieces, [b"one", b"", b"three"])
    assert [bytes(sections.piece("it", nth)) for nth in range(3)] == [b"one", b"", b"three"]


def test_no_more_is_kept_than_the_most():
    recent: Recent[int, int] = Recent(3)
    assert [recent.of(each, lambda: 7) for each in (1, 2, 3, 4, 4)] == [7] * 5
    assert list(recent) == [2, 3, 4]
