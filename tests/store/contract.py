"""What every store must answer: one suite, compared with :func:`app.core.query.matches` and
:func:`app.record.served.render`.

A store's own test file derives a class from :class:`StoreContract` and gives the fixture ``store_of``: an async
function from a record to an open store that holds it. Questions are drawn by chance from what the record has, the same
ones in every run, so that a failure can be repeated by its number.
"""

import json
from collections import Counter
from collections.abc import Awaitable, Callable
from datetime import date
from itertools import chain

import pytest

from app.core.errors import CursorInvalid
from app.core.likeness import Lexicon, names_of
from app.core.model import Claim, Record, claim_json
from app.core.query import FACETS, MOST_VALUES, ClaimQuery, Page, matches, sort_key, words
from app.core.status import timeline
from app.record.dataset import canonical_header, dump_lines, revision
from app.record.header import KINDS
from app.record.served import render, transitions
from app.store import ClaimStore, Edition
from tests.store.edges import EdgesContract
from tests.store.meaning import DAYS, ORDERS, Asker, all_pages, answer, bodies, counts, generated

StoreOf = Callable[[Record], Awaitable[ClaimStore]]

QUESTIONS = 150


@pytest.mark.anyio
class StoreContract(EdgesContract):
    """Derive from this, and give ``store_of``."""

    @pytest.fixture
    def varied(self) -> Record:
        """Claims of every sort, in several documents."""
        return generated(300)

    @pytest.fixture
    async def edition(self, store_of: StoreOf, varied: Record) -> Edition:
        return (await store_of(varied)).edition

    async def test_an_edition_says_what_it_holds(self, edition, varied):
        lines = [claim_json(claim) for claim in varied.claims]
        assert edition.size == len(varied.claims)
        assert edition.revision == revision(canonical_header(varied.header), lines)
        assert edition.modified > 0

    async def test_the_header_is_that_of_the_record_by_place_and_by_id(self, edition, varied):
        header, expected = edition.header, varied.header.info
        assert header.dataset == expected.dataset
        for kind, one in KINDS.items():
            entries, by_id = getattr(header, kind), getattr(header, f"{one}_by_id")
            assert list(entries) == list(getattr(expected, kind)) == list(by_id.values())
            assert (len(entries), entries[-1], entries[1:3]) == (len(by_id), list(entries)[-1], list(entries)[1:3])
            assert [by_id[each.id] for each in entries] == list(entries)
            assert ("nothing" in by_id, by_id.get(""), by_id.get("no/such\ud800")) == (False, None, None)
        for name in ("sections", "authors", "parents"):
            assert list(getattr(header, name)) == list(getattr(expected, name))
            assert all(each in getattr(header, name) for each in getattr(expected, name))
            assert "nothing" not in getattr(header, name)
        assert {each.id: header.root_by_source[each.id] for each in expected.sources} == {
            each.id: expected.root_by_source[each.id] for each in expected.sources
        }

    async def test_sentences_are_read_with_the_names_of_the_record(self, edition, varied):
        expected = Lexicon(names_of(varied.header))
        for claim in varied.claims[:50]:
            sentence = f"According to {varied.sources[3].name} and {varied.entities[2].name}: {claim.text}"
            assert edition.lexicon.wording(sentence) == expected.wording(sentence)

    @pytest.mark.parametrize("number", range(QUESTIONS))
    async def test_a_first_page_total_and_facets_are_those_of_the_plain_meaning(self, edition, varied, number):
        asker = Asker(varied, number)
        query, sort = asker.query(), ORDERS[number % len(ORDERS)]
        expected = answer(varied, query, sort)

        found = await edition.find(query, Page(sort=sort, limit=20, facets=FACETS))

        assert found.total == len(expected)
        assert list(found.bodies) == bodies(varied, expected[:20], query.as_of)
        assert found.last == (expected[19].id if len(expected) > 20 else None)
        assert set(found.facets) == set(FACETS)
        for facet in FACETS:
            wanted = counts(varied, expected, facet, query.as_of)
            assert list(found.facets[facet].items()) == list(wanted.items())

    @pytest.mark.parametrize("sort", ORDERS)
    @pytest.mark.parametrize("query", [
        ClaimQuery(),
        ClaimQuery(q="harbour Su-35"),
        ClaimQuery(kind=("event", "state"), as_of=date(2002, 6, 30)),
        ClaimQuery(status=("asserted", "not_yet_made"), as_of=date(2003, 12, 31)),
    ])  # fmt: skip
    async def test_all_pages_together_give_each_claim_once_and_in_order(self, edition, varied, query, sort):
        expected = answer(varied, query, sort)
        pages = await all_pages(edition, query, Page(sort=sort, limit=7))
        assert list(chain.from_iterable(each.bodies for each in pages)) == bodies(varied, expected, query.as_of)
        assert {each.total for each in pages} == {len(expected)}
        assert all(len(each.bodies) == 7 for each in pages[:-1])

    @pytest.mark.parametrize("sort", ORDERS)
    async def test_a_page_may_begin_after_a_claim_that_no_longer_matches(self, edition, varied, sort):
        header, query = varied.header, ClaimQuery(q="harbour", topic=("topic-1", "topic-2", "topic-3"))
        for at in (5, 77, 150, 298):
            last = sort_key(varied.claims[at], at, query, header, sort)
            expected = [
                claim
                for claim in answer(varied, query, sort)
                if sort_key(claim, varied.claims.index(claim), query, header, sort) > last
            ]
            found = await edition.find(query, Page(sort=sort, limit=100, after=varied.claims[at].id))
            assert list(found.bodies) == bodies(varied, expected, None)

    @pytest.mark.parametrize("sort", ORDERS)
    async def test_pages_back_from_the_last_are_the_pages_there(self, edition, varied, sort):
        query = ClaimQuery(q="harbour")
        there = await all_pages(edition, query, Page(sort=sort, limit=7))
        assert [each.first is None for each in there] == [True] + [False] * (len(there) - 1)
        expected = list(chain.from_iterable(each.bodies for each in there))[: -len(there[-1].bodies)]
        first, back = there[-1].first, list[bytes]()
        while first is not None:
            found = await edition.find(query, Page(sort=sort, limit=7, before=first))
            assert (found.total, len(found.bodies) == 7 or found.first is None) == (there[0].total, True)
            assert found.last == json.loads(found.bodies[-1])["id"]
            back, first = [*found.bodies, *back], found.first
        assert back == expected

    @pytest.mark.parametrize("sort", ORDERS)
    async def test_a_page_may_end_before_a_claim_that_no_longer_matches(self, edition, varied, sort):
        header, query = varied.header, ClaimQuery(q="harbour", topic=("topic-1", "topic-2", "topic-3"))
        for at in (5, 77, 150, 298):
            edge = sort_key(varied.claims[at], at, query, header, sort)
            expected = [
                claim
                for claim in answer(varied, query, sort)
                if sort_key(claim, varied.claims.index(claim), query, header, sort) < edge
            ]
            found = await edition.find(query, Page(sort=sort, limit=5, before=varied.claims[at].id))
            assert list(found.bodies) == bodies(varied, expected[-5:], None)
            assert (found.first is not None) == (len(expected) > 5)

    @pytest.mark.parametrize("as_of", [None, date(2012, 6, 1)])
    @pytest.mark.parametrize(
        "asked",
        [ClaimQuery(), ClaimQuery(q="nato"), ClaimQuery(q='"harbour nato"'), ClaimQuery(kind=("event",))],
        ids=["everything", "many", "two", "most"],
    )
    @pytest.mark.parametrize("many", [250, 5000])
    async def test_a_facet_counts_the_commonest_of_many_values(self, store_of, monkeypatch, many, asked, as_of):
        monkeypatch.setattr("app.store.edition.MANY", many)
        record = generated(900, speakers=800)
        query, facets = asked._replace(as_of=as_of), ("affirmed_by", "passed_on_by", "about")
        found = await (await store_of(record)).edition.find(query, Page(facets=facets))
        expected = answer(record, query)
        wanted = {facet: counts(record, expected, facet, as_of) for facet in facets}
        assert {facet: list(each.items()) for facet, each in found.facets.items()} == {
            facet: list(each.items()) for facet, each in wanted.items()
        }
        assert asked.q or len(wanted["affirmed_by"]) == MOST_VALUES

    async def test_facets_count_the_whole_answer_on_every_page(self, edition, varied):
        pages = await all_pages(edition, ClaimQuery(q="harbour"), Page(limit=5, facets=("kind", "affirmed_by")))
        assert len(pages) > 1
        assert all(each.facets == pages[0].facets for each in pages)

    async def test_no_facet_is_counted_that_was_not_asked_for(self, edition):
        found = await edition.find(ClaimQuery(), Page(facets=("kind",)))
        assert list(found.facets) == ["kind"]

    async def test_an_answer_without_a_claim_has_no_page(self, edition):
        found = await edition.find(ClaimQuery(q="nosuchword"), Page(facets=FACETS))
        assert (found.total, list(found.bodies), found.last) == (0, [], None)
        assert dict(found.facets) == {facet: {} for facet in FACETS}

    @pytest.mark.parametrize("q", [
        "\x00", '"', '""', '"harbour', "NEAR(", "x" * 2000, "\u2603", "a" * 50 + " *", "';--", "\ud800", "%", "_", "\\",
    ])  # fmt: skip
    async def test_any_text_is_a_query(self, edition, varied, q):
        found = await edition.find(ClaimQuery(q=q), Page())
        assert found.total == len(answer(varied, ClaimQuery(q=q)))

    async def test_a_phrase_is_not_found_across_two_names(self, edition, varied):
        source, entity = varied.sources[0], varied.entities[0]
        across = ClaimQuery(q=f'"{source.name.split()[-1]} {entity.name.split()[0]}"')
        assert (await edition.find(across, Page())).total == len(answer(varied, across))

    async def test_words_of_an_alias_find_the_claims_about_its_entity(self, edition, varied):
        entity = next(each for each in varied.entities if each.aliases)
        query = ClaimQuery(q=entity.aliases[0])
        expected = answer(varied, query)
        assert any(entity.id in claim.about for claim in expected)
        assert (await edition.find(query, Page())).total == len(expected)

    async def test_a_page_after_an_unknown_claim_is_refused(self, edition):
        with pytest.raises(CursorInvalid):
            await edition.find(ClaimQuery(), Page(after="no-such-claim"))
        with pytest.raises(CursorInvalid):
            await edition.find(ClaimQuery(), Page(before="no-such-claim"))

    @pytest.mark.parametrize("number", range(20))
    async def test_claims_alike_share_the_most_stems_and_one_of_the_four_rarest(self, edition, varied, number):
        texts = [words(claim.text) for claim in varied.claims]
        having = Counter(stem for text in texts for stem in set(text))
        stems = list(dict.fromkeys([*texts[number * 13][::2], "nosuchstem", *texts[number][1::2]]))
        rarest = sorted(filter(having.__getitem__, stems), key=having.__getitem__)[:4]
        least = number % 4
        sharing = [
            at for at, text in enumerate(texts) if set(rarest) & set(text) and len(set(stems) & set(text)) >= least
        ]
        sharing.sort(key=lambda at: -len(set(stems) & set(texts[at])))
        expected = [varied.claims[at] for at in sharing[:9]]

        as_of = DAYS[number]
        assert list(await edition.alike(stems, least, 9, as_of)) == bodies(varied, expected, as_of)

    async def test_nothing_is_alike_to_stems_that_the_record_does_not_have(self, edition):
        assert list(await edition.alike(["nosuchstem"], 0, 9)) == list(await edition.alike([], 0, 9)) == []

    @pytest.mark.parametrize("as_of", DAYS[::4])
    async def test_a_claim_is_served_as_it_stood_that_day(self, edition, varied, as_of):
        for claim in varied.claims[::29]:
            assert await edition.claim(claim.id, as_of) == render(claim, varied.header).at(as_of)

    @pytest.mark.parametrize("id_", ["", "no-such-claim", "\x00", "x" * 5000, "\ud800", "KATIGAN"])
    async def test_an_unknown_claim_is_none(self, edition, id_):
        assert await edition.claim(id_) is None

    @pytest.mark.parametrize("as_of", [None, date(2002, 6, 30), date(1990, 1, 1)])
    async def test_everything_is_served_in_the_order_of_the_record(self, edition, varied, as_of):
        assert [each async for each in edition.served(as_of)] == bodies(varied, varied.claims, as_of)

    async def test_records_are_the_claims_without_their_standing(self, edition, varied):
        pieces = [each async for each in edition.records()]
        assert all(each.endswith(b"\n") for each in pieces)
        lines = b"".join(pieces).splitlines()
        assert lines == [claim_json(claim) for claim in varied.claims]
        assert Claim.model_validate_json(lines[17]) == varied.claims[17]

    async def test_the_lines_are_the_whole_record_and_as_long_as_was_said(self, edition, varied):
        whole = b"".join([each async for each in edition.lines()])
        assert whole == b"".join(dump_lines(varied.header, varied.claims))
        assert edition.lines_size in (None, len(whole))

    @pytest.mark.parametrize(
        ("since", "until"),
        [
            (date.min, date.max),
            (date(2001, 1, 1), date(2001, 12, 31)),
            (date(2002, 3, 31), date(2002, 3, 31)),
            (date(2003, 1, 1), date(2002, 1, 1)),
        ],
    )
    async def test_changes_come_by_date_and_then_in_the_order_of_the_record(self, edition, varied, since, until):
        header = varied.header
        everything = chain.from_iterable(transitions(claim, timeline(claim, header)) for claim in varied.claims)
        expected = sorted((each for each in everything if since <= each.date <= until), key=lambda each: each.date)

        changes = await edition.changes(since, until, 0, len(expected) + 1)
        assert (changes.total, changes.more) == (len(expected), False)
        assert list(changes.items) == expected

    @pytest.mark.parametrize("number", range(20))
    async def test_changes_of_some_claims_are_those_of_the_claims_that_match(self, edition, varied, number):
        asker = Asker(varied, number)
        some = varied.claims[number :: 1 + number % 7]
        ids = [each.id for each in some] if number % 2 else []
        query = ClaimQuery(topic=asker.some(asker.values["topic"]), source=asker.some(asker.values["source"]))
        query = query if number % 3 else ClaimQuery()
        claims = [each for each in (some if ids else varied.claims) if matches(each, query, varied.header)]
        everything = chain.from_iterable(transitions(claim, timeline(claim, varied.header)) for claim in claims)
        expected = sorted(everything, key=lambda each: each.date)

        changes = await edition.changes(date.min, date.max, 2, 5, query, ids)
        assert (changes.total, changes.more) == (len(expected), len(expected) > 7)
        assert list(changes.items) == expected[2:7]

    async def test_a_page_of_changes_skips_those_before_it(self, edition):
        whole = await edition.changes(date.min, date.max, 0, 10_000)
        page = await edition.changes(date.min, date.max, 10, 7)
        assert (page.total, list(page.items), page.more) == (whole.total, list(whole.items[10:17]), True)
        last = await edition.changes(date.min, date.max, whole.total - 3, 7)
        assert (list(last.items), last.more) == (list(whole.items[-3:]), False)
        beyond = await edition.changes(date.min, date.max, whole.total + 5, 7)
        assert (beyond.total, list(beyond.items), beyond.more) == (whole.total, [], False)

    async def test_coverage_names_the_claims_of_each_passage_in_order(self, edition, varied):
        for document in varied.documents:
            expected = {
                passage.ref: ids
                for passage in document.passages
                if (ids := [
                    claim.id
                    for claim in varied.claims
                    if claim.document == document.id and any(passage.ref in each.passages for each in claim.statements)
                ])
            }  # fmt: skip
            covered = await edition.coverage(document.id)
            assert {ref: list(ids) for ref, ids in covered.items()} == expected

    async def test_a_document_has_its_passages_in_order(self, edition, varied):
        for document in varied.documents:
            assert tuple(await edition.passages(document.id)) == document.passages
            assert tuple(await edition.passages(document.id)) == document.passages

    @pytest.mark.parametrize("document", ["no-such-document", "", "document-", "\ud800", "document-0=p1s1"])
    async def test_an_unknown_document_has_no_passages(self, edition, document):
        assert tuple(await edition.passages(document)) == ()

    async def test_an_unknown_document_is_not_covered(self, edition):
        assert dict(await edition.coverage("no-such-document")) == {}

    async def test_an_id_with_a_slip_is_recognised(self, edition, varied):
        for claim in varied.claims[::60]:
            for slip in (claim.id[:2] + claim.id[3:], claim.id[:-1], claim.id[1:], claim.id.replace("-", "_", 1)):
                suggested = await edition.suggest(slip)
                assert claim.id in suggested
                assert len(suggested) <= 3

    async def test_nothing_is_suggested_for_what_resembles_no_id(self, edition):
        assert await edition.suggest("\u2603" * 300) == ()

    async def test_a_record_of_one_claim_is_enough(self, store_of, record):
        small = record.model_copy(update={"claims": record.claims[:1]})
        edition = (await store_of(small)).edition
        assert (await edition.find(ClaimQuery(), Page(facets=FACETS))).total == 1
        assert words(small.claims[0].text)

    async def test_a_ready_store_says_so(self, store_of, record):
        store = await store_of(record)
        health = await store.health()
        assert (health.ready, health.revision, list(health.faults)) == (True, store.edition.revision, [])
