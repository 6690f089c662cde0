"""What a store must answer where days, pages and phrases end: the part of the contract with a record made by hand.

Its claims stand where a mistake by one would show: periods that meet on a day, statements that rest on several passages
of two documents, several origins and relays, words that stand together in pairs but not in a row.
"""

from collections.abc import Awaitable, Callable
from datetime import date, timedelta
from functools import cache
from typing import Any

import pytest

from app.core.dates import Span
from app.core.model import Record
from app.core.query import BY_DAY, MOST_WORDS, ClaimQuery, Page, vocabulary
from app.core.status import timeline
from app.record.served import transitions
from app.store import ClaimStore, Edition
from tests import records
from tests.store.meaning import ORDERS, Asker, answer, assert_answered, bodies, counts, generated, timeline_once

PERIODS = (
    "2020", "2020-02-29", "2020-12-31", "2021-01-01", "2021", "2019-12-31/2021-01-01", "../2020", "2021/..", None,
    "2020-06/2020-07", "2020-07-01", "2020-06-30", "0001-01-01", "9999-12-31", "../..", "2020-06/2020-07", None,
)  # fmt: skip
"""Periods that begin or end on the same day, on neighbouring days, or never."""

TEXTS = (
    "The red ferry sailed at dawn.", "The ferry sailed red at dawn.", "A red ferry, a ferry sailed at dawn.",
    "The ferry sailed at dawn red ferry.", "Red ferry sailed.", "At dawn the red ferry sailed.",
    "The shred ferry sailed by a red ferry.", "A red ferry sailor of a ferry sailed.",
    "A red ferry sailed and a ferry sailed at noon to rest.",
)  # fmt: skip
"""Only four have "red ferry sailed" in a row; the others have its pairs, its words, or it within longer words."""


@cache
def crafted() -> Record:
    """Claims of two documents that stand on edges."""
    claims = [_claim(number, period) for number, period in enumerate(PERIODS)]
    other = records.document("the-tides", title="The Tides", published="2020-12")
    sources = records.record()["sources"]
    sources += [
        records.source("courier-reporter", name="Red Ferry Sailed Gazette", part_of="courier"),
        records.source("sailed", name="The Sailed Red Ferry"),
    ]
    return Record.model_validate(records.record(documents=[records.document(), other], sources=sources, claims=claims))


def _claim(number: int, period: str | None) -> dict[str, Any]:
    id_, document = f"edge-{number}", ("the-ferries", "the-tides")[number % 2]
    year = 2018 + number % 4
    said = [
        records.statement(f"{id_}-a", source="harbour-master", made=f"{year}-12-31", passages=["p1s1", "p1s2"]),
        records.statement(f"{id_}-b", source="norland", stance="denies", made=f"{year + 1}-01-01",
                          via=["courier-reporter", "courier"][: number % 3], passages=["p1s2", "p2s4", "p1s1"]),
        records.statement(f"{id_}-c", source="norland", stance="affirms", made=f"{year + 1}-01-02"),
        records.statement(f"{id_}-d", source="norland", stance="retracts", made=f"{year + 2}", passages=["p1s4"]),
        records.statement(f"{id_}-e", source=("sailed", "norland-official")[number % 2], stance="no_comment",
                          not_before=f"{year}-06", passages=["p2s1", "p1s3"]),
        records.statement(f"{id_}-f", adjudicates=True, stance=("affirms", "denies")[number % 2], passages=["p2s3"]),
    ]  # fmt: skip
    return records.claim(
        id_, text=TEXTS[number % len(TEXTS)], document=document, period=period,
        kind=("event", "state", "forecast")[number % 3], about=["ferries", "portvale"][: number % 3],
        parties=["norland"] if number % 4 else None, topics=["law", "transport"][: number % 3],
        statements=said[number % 3 : number % 3 + 1 + number % 4],
    )  # fmt: skip


@cache
def dated(count: int) -> Record:
    """Claims of as many different periods, the latest first, and one claim of none."""
    periods = [*(f"{2020 - number}" for number in range(count)), None]
    return Record.model_validate(records.record(claims=[
        records.claim(f"dated-{number}", period=period) for number, period in enumerate(periods)
    ]))  # fmt: skip


def days_around(day: date) -> list[date]:
    """A day, the one before and the one after, as far as the calendar goes."""
    return [day + timedelta(step) for step in (-1, 0, 1) if 1 <= day.toordinal() + step <= date.max.toordinal()]


@pytest.mark.anyio
class EdgesContract:
    """Derive from this, and give ``store_of``."""

    @pytest.fixture(autouse=True)
    def meaning_derives_a_timeline_once(self, monkeypatch: pytest.MonkeyPatch) -> None:
        # The stores call it by names of their own.
        monkeypatch.setattr("app.core.status.timeline", timeline_once)

    @pytest.fixture
    async def edges(self, store_of: Callable[[Record], Awaitable[ClaimStore]]) -> Edition:
        return (await store_of(crafted())).edition

    @pytest.mark.parametrize("sort", ORDERS)
    async def test_the_edges_stand_in_every_order(self, edges, sort):
        assert await assert_answered(edges, crafted(), ClaimQuery(), sort) == len(PERIODS)

    @pytest.mark.parametrize("sort", ORDERS)
    @pytest.mark.parametrize("as_of", [None, date(2020, 12, 31), date(2021, 1, 1)])
    async def test_a_page_may_begin_after_any_claim_whatever_matches(self, edges, sort, as_of):
        query = ClaimQuery(q="ferry", kind=("event", "state"), as_of=as_of)
        whole = answer(crafted(), ClaimQuery(as_of=as_of, q="ferry"), sort)
        matching = answer(crafted(), query, sort)
        for at, claim in enumerate(whole):
            expected = [each for each in whole[at + 1 :] if each in matching]
            found = await edges.find(query, Page(sort=sort, limit=100, after=claim.id))
            assert list(found.bodies) == bodies(crafted(), expected, as_of), claim.id

    @pytest.mark.parametrize("count", [1, 2, 3, 4])
    async def test_however_many_different_periods_there_are_claims_come_in_their_order(self, store_of, count):
        edition = (await store_of(dated(count))).edition
        for sort in ("period", "-period"):
            assert await assert_answered(edition, dated(count), ClaimQuery(), sort) == count + 1

    async def test_a_period_is_found_to_its_first_and_its_last_day(self, edges):
        for claim in crafted().claims:
            for end in claim.span or ():
                for day in days_around(end):
                    await assert_answered(edges, crafted(), ClaimQuery(during=Span(day, day)))

    @pytest.mark.parametrize("during", [
        Span(date.min, date.max), Span(date.min, date.min), Span(date.max, date.max),
        Span(date.min, date(2019, 12, 30)), Span(date(2021, 1, 2), date.max),
        Span(date(2020, 3, 1), date(2020, 6, 30)), Span(date(2020, 7, 1), date(2020, 7, 1)),
    ])  # fmt: skip
    async def test_spans_without_an_end_are_asked_and_found(self, edges, during):
        await assert_answered(edges, crafted(), ClaimQuery(during=during), "period")

    async def test_the_terms_of_a_day_change_on_that_day_and_not_beside_it(self, edges):
        record, values = crafted(), vocabulary(crafted().header)
        claims = (record.claims[at] for at in (3, 8))
        days = {day for claim in claims for each in timeline(claim, record.header) for day in days_around(each.start)}
        for day in (*sorted(days), date.min, date.max, None):
            for name in BY_DAY:
                for value in values[name]:
                    query = ClaimQuery(**{name: (value,)}, as_of=day)  # type: ignore[arg-type]
                    found = await edges.find(query, Page(limit=100, facets=(name,)))
                    expected = answer(record, query)
                    assert list(found.bodies) == bodies(record, expected, day), (name, value, day)

    async def test_an_origin_and_a_stance_must_hold_of_one_statement(self, edges):
        record = crafted()
        pairs = [(source.id, stance) for source in record.sources for stance in vocabulary(record.header)["stance"]]
        totals = [len(answer(record, ClaimQuery(origin=(source,), stance=(stance,)))) for source, stance in pairs]
        for source, stance in pairs:
            await assert_answered(edges, record, ClaimQuery(origin=(source,), stance=(stance,)))
        apart = [
            len(answer(record, ClaimQuery(origin=(source,)))) and len(answer(record, ClaimQuery(stance=(stance,))))
            for source, stance in pairs
        ]
        assert any(total < most for total, most in zip(totals, apart, strict=True))
        for origins in (("norland", "sailed"), ("sailed", "norland"), ("ada-quill", "harbour-master")):
            for stances in (("denies", "no_comment"), ("no_comment", "denies"), ("retracts", "affirms")):
                for sources in ((), ("courier",)):
                    several = ClaimQuery(origin=origins, stance=stances, source=sources)
                    await assert_answered(edges, record, several)

    @pytest.mark.parametrize(("phrase", "found"), [
        ("red ferry", True), ("red ferry sailed", True), ("the red ferry sailed", True), ("sailed red ferry", True),
        ("red ferry sailed at dawn", True), ("sailed red ferry sailed", False), ("dawn red ferry", True),
        ("red ferry red ferry", False), ("ferry sailed gazette", True), ("red ferry sailed gazette", True),
        ("the sailed red ferry", True), ("red ferry norland", False), ("master red ferry sailed", False),
        ("port vale", True), ("m 40 ferries", True), ("40 ferries portvale", False),
        ("ferry a ferry sailed", True), ("a red ferry a ferry sailed", True), ("a ferry a ferry sailed", False),
        ("red ferry sailed at noon", False), ("a red ferry sailed at noon", False),
        ("a red ferry sailed at noon to", False), ("a red ferry sailed at noon to rest", False),
        ("a ferry sailed at noon to rest", True), ("red ferry sailed and a ferry sailed at noon to rest", True),
        ("ferry sailed at dawn red ferry", True), ("the ferry sailed at dawn red ferry", True),
        ("ferry sailed at dawn red gazette", False), ("the red ferry sailed gazette", False),
    ])  # fmt: skip
    async def test_a_phrase_stands_in_a_row_in_one_text_or_one_name(self, edges, phrase, found):
        assert bool(await assert_answered(edges, crafted(), ClaimQuery(q=f'"{phrase}"'), "relevance")) is found

    @pytest.mark.parametrize(
        "q", ["dawn", "tide", "mast", '"dawn tide"', '"m dawn tide"', '"tide mast"', '"m a m dawn"']
    )
    async def test_of_a_text_the_first_words_are_searched_and_no_more(self, store_of, q):
        long = records.claim("long", text="\u33c2" * (MOST_WORDS // 2 - 1) + " dawn tide mast")
        record = Record.model_validate(records.record(claims=[records.claim("other"), long]))
        edition = (await store_of(record)).edition
        assert await assert_answered(edition, record, ClaimQuery(q=q), "relevance") == ("mast" not in q)

    @pytest.mark.parametrize("as_of", [None, date(2002, 6, 30)])
    async def test_nearly_every_claim_is_counted_and_listed_as_are_few(self, edition, varied, as_of):
        kinds = [each for each in vocabulary(varied.header)["kind"] if each != "forecast"]
        query = ClaimQuery(kind=tuple(kinds), as_of=as_of)
        expected = answer(varied, query)
        assert 0.8 * len(varied.claims) < len(expected) < len(varied.claims)
        for sort in ("document", "-document"):
            page = Page(sort=sort, limit=100, after=expected[150].id, facets=("kind", "topic", "status"))
            found = await edition.find(query, page)
            following = expected[151:251] if sort == "document" else expected[149:49:-1]
            assert list(found.bodies) == bodies(varied, following, as_of)
            for facet in page.facets:
                wanted = counts(varied, expected, facet, as_of)
                assert list(found.facets[facet].items()) == list(wanted.items())

    @pytest.mark.parametrize("room", [0, 3000, 20_000])
    async def test_an_edition_that_keeps_little_at_hand_answers_the_same(self, store_of, monkeypatch, room):
        monkeypatch.setattr("app.store.plan.MEMORY", room)
        record = generated(40, seed=room)
        edition = (await store_of(record)).edition
        asker = Asker(record, room)
        for number in range(12):
            await assert_answered(edition, record, asker.query(), ORDERS[number % len(ORDERS)])

    async def test_every_run_of_words_of_a_text_is_found_as_a_phrase(self, varied, edition):
        for claim in varied.claims[::97]:
            said = claim.text.rstrip(".").split()
            for size in (2, 3, 4, 6, len(said)):
                query = ClaimQuery(q=f'"{" ".join(said[-size:])}"')
                found = await edition.find(query, Page(limit=100))
                assert list(found.bodies) == bodies(varied, answer(varied, query), None)

    async def test_common_words_that_stand_together_are_found_in_phrases_of_three(self, edition, varied):
        common = ("Su-35", "Türkiye", "NATO")
        for one in common:
            for other in common:
                query = ClaimQuery(q=f'"{one} {other}"', as_of=date(2003, 1, 1))
                found = await edition.find(query, Page(limit=100))
                assert list(found.bodies) == bodies(varied, answer(varied, query), query.as_of)

    async def test_a_page_ends_where_the_answer_ends(self, edition, varied):
        query = ClaimQuery(q="harbour", kind=("event",))
        total = len(answer(varied, query))
        assert 2 < total < 100
        for sort in ORDERS:
            expected = answer(varied, query, sort)
            for limit in (1, total - 1, total, total + 1):
                found = await edition.find(query, Page(sort=sort, limit=limit))
                assert list(found.bodies) == bodies(varied, expected[:limit], None)
                assert found.last == (expected[limit - 1].id if limit < total else None)
            found = await edition.find(query, Page(sort=sort, after=expected[-1].id))
            assert (found.total, list(found.bodies), found.last) == (total, [], None)

    async def test_a_claim_rests_on_each_of_its_passages_in_its_own_document_only(self, edges):
        for document in crafted().documents:
            covered = await edges.coverage(document.id)
            for passage in document.passages:
                expected = [
                    claim.id for claim in crafted().claims
                    if claim.document == document.id and any(passage.ref in each.passages for each in claim.statements)
                ]  # fmt: skip
                assert list(covered.get(passage.ref, ())) == expected

    async def test_changes_of_one_day_are_found_by_that_day_alone(self, edges):
        record = crafted()
        changes = [
            each for claim in record.claims for each in transitions(claim, timeline(claim, record.header))
        ]  # fmt: skip
        for day in {each.date for each in changes}:
            for near in days_around(day):
                found = await edges.changes(near, near, 0, 100)
                assert list(found.items) == [each for each in changes if each.date == near]
                assert found.total == len(found.items)

    async def test_each_claim_is_served_on_the_days_around_each_of_its_turns(self, edges):
        record = crafted()
        for claim in record.claims:
            for day in {day for each in timeline(claim, record.header) for day in days_around(each.start)}:
                assert await edges.claim(claim.id, day) == bodies(record, [claim], day)[0]

    async def test_the_claims_of_two_editions_are_not_mixed(self, edges, edition):
        assert await edition.claim("edge-1") is None
        assert (await edges.find(ClaimQuery(), Page())).total == len(PERIODS)
        assert edition.size == len(generated(300).claims)
