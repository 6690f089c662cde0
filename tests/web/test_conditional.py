"""Validators: equal tags and equal bytes are the same thing, and who holds the answer is told so before any search."""

from collections.abc import Mapping
from email.utils import formatdate
from itertools import product
from typing import Any

import pytest

from app.core.likeness import Lexicon
from app.core.model import Record
from app.store import EVERY_CLAIM, Changes, Edition, Found
from app.store.memory import MemoryStore
from tests import records
from tests.web.asking import DECODERS, SEEN, Reply, ask, essay_store, holding, run, serving

CODINGS = ("", *DECODERS)
FORMATS = ("json", "jsonl", "csv", "jsonld", "turtle", "text", "html")


class Searched(Edition):
    """An edition that counts what it is asked."""

    def __init__(self, inner: Edition) -> None:
        self.inner, self.asked = inner, 0
        self.revision, self.modified, self.header, self.size = (
            inner.revision, inner.modified, inner.header, inner.size,
        )  # fmt: skip

    async def claim(self, id, as_of=None):
        self.asked += 1
        return await self.inner.claim(id, as_of)

    async def find(self, query, page) -> Found:
        self.asked += 1
        return await self.inner.find(query, page)

    def served(self, as_of=None):
        self.asked += 1
        return self.inner.served(as_of)

    def records(self):
        self.asked += 1
        return self.inner.records()

    @property
    def lexicon(self) -> Lexicon:
        return self.inner.lexicon

    async def alike(self, stems, least, limit, as_of=None):
        self.asked += 1
        return await self.inner.alike(stems, least, limit, as_of)

    async def changes(self, since, until, offset, limit, query=EVERY_CLAIM, ids=()) -> Changes:
        self.asked += 1
        return await self.inner.changes(since, until, offset, limit, query, ids)

    async def coverage(self, document) -> Mapping[str, Any]:
        self.asked += 1
        return await self.inner.coverage(document)

    def lines(self):
        self.asked += 1
        return self.inner.lines()

    async def passages(self, document):
        self.asked += 1
        return await self.inner.passages(document)

    async def suggest(self, id):
        self.asked += 1
        return await self.inner.suggest(id)


BEFORE_ANY_SEARCH = [
    "/claims",
    "/claims?q=drone&facets=status,denied_by&limit=5",
    "/claims?status=confirmed&as_of=2022-12&sort=-period",
    "/claims/iran-pledged-missiles/timeline",
    "/sources",
    "/sources?as_of=2022",
    "/sources/reuters/impact",
    "/documents",
    "/documents/axis-of-convenience/coverage",
    "/entities",
    "/topics",
    "/statuses",
    "/transitions?from=2022",
    "/dataset",
    *(f"/dataset?format={name}" for name in ("jsonl", "csv", "jsonld", "turtle", "text")),
    "/",
]


@pytest.mark.parametrize("coding", ["", "zstd"], ids=["identity", "zstd"])
@pytest.mark.parametrize("target", BEFORE_ANY_SEARCH)
def test_who_holds_the_answer_is_told_before_any_search(target, coding):
    edition = Searched(essay_store().edition)
    app = serving(MemoryStore(edition), cache_bytes=0)
    headers = {"accept-encoding": coding}
    found = run(ask(app, target, headers=headers))
    assert found.status == 200
    edition.asked = 0

    unchanged = run(ask(app, target, headers=headers | {"if-none-match": f'"other", W/{found.etag}'}))

    assert (unchanged.status, unchanged.etag) == (304, found.etag)
    assert edition.asked == 0


@pytest.mark.parametrize("target", ["/claims?source=nope", "/claims/nope/timeline", "/claims?cursor=AA", "/claims?x=1"])
def test_no_condition_turns_a_refusal_into_a_304(target):
    app = serving()
    for headers in ({"if-none-match": "*"}, {"if-modified-since": formatdate(SEEN + 9, usegmt=True)}):
        assert run(ask(app, target, headers=headers)).status in (400, 404)


@pytest.mark.parametrize("target", ["/claims", "/claims/iran-pledged-missiles", "/dataset?format=csv", "/openapi.json"])
@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"if-modified-since": formatdate(SEEN, usegmt=True)}, 304),
        ({"if-modified-since": formatdate(SEEN + 1, usegmt=True)}, 304),
        ({"if-modified-since": formatdate(SEEN - 1, usegmt=True)}, 200),
        ({"if-modified-since": "Tuesday, 14-Nov-23 22:13:20 GMT"}, 304),
        ({"if-modified-since": "soon"}, 200),
        ({"if-modified-since": "Tue, 14 Nov 2023 22:13:20 -0000 and more"}, 200),
        ({"if-modified-since": formatdate(SEEN + 1, usegmt=True), "if-none-match": '"other"'}, 200),
        ({"if-none-match": "*"}, 304),
        ({"if-none-match": '""'}, 200),
        ({"if-none-match": "unquoted"}, 200),
        ({"if-match": "*"}, 200),
        ({"if-match": '"other"'}, 412),
        ({"if-match": '"other"', "if-none-match": "*"}, 412),
        ({"if-unmodified-since": formatdate(SEEN, usegmt=True)}, 200),
        ({"if-unmodified-since": formatdate(SEEN - 1, usegmt=True)}, 412),
        ({"if-unmodified-since": formatdate(SEEN - 1, usegmt=True), "if-match": "*"}, 200),
        ({"if-unmodified-since": "soon"}, 200),
    ],
    ids=[
        "same", "later", "earlier", "rfc850", "no-date", "trailing", "tag-first", "star", "empty", "unquoted", "any",
        "another", "another-first", "not-since", "changed-since", "match-first", "no-date-since",
    ],
)  # fmt: skip
def test_dates_and_tags_are_compared_as_rfc_9110_says(target, headers, status):
    assert run(ask(serving(), target, headers=headers)).status == status


@pytest.mark.parametrize("target", ["/claims", "/claims/iran-pledged-missiles"])
@pytest.mark.parametrize("form", ["{}", '"x", {}', "W/{}"], ids=["own", "among", "weak"])
def test_if_match_compares_strongly(target, form):
    etag = run(ask(serving(), target)).etag
    reply = run(ask(serving(), target, headers={"if-match": form.format(etag)}))
    assert reply.status == (412 if form.startswith("W/") else 200)


def test_last_modified_is_when_the_revision_was_first_seen():
    assert run(ask(serving(), "/claims")).header("last-modified") == "Tue, 14 Nov 2023 22:13:20 GMT"


def test_who_holds_the_plain_answer_need_not_take_the_coded_one():
    app = serving()
    plain = run(ask(app, "/claims"))
    unchanged = run(ask(app, "/claims", headers={"accept-encoding": "gzip", "if-none-match": plain.etag}))
    assert (unchanged.status, unchanged.etag) == (304, plain.etag)
    coded = run(ask(app, "/claims", headers={"accept-encoding": "gzip"}))
    assert run(ask(app, "/claims", headers={"if-none-match": coded.etag})).status == 200


def one_claim_reworded() -> Record:
    """The small record, with its last claim in other words."""
    claims = records.claims()
    claims[-1]["text"] = "Portvale's own ferries were launched in 1974."
    return Record.model_validate(records.record(claims=claims))


TARGETS = (
    "/claims/ferries-promised",
    "/claims/ferries-of-1974",
    "/claims",
    "/claims?limit=2",
    "/claims?status=disputed",
    "/claims/ferries-of-1974/timeline",
    "/sources",
    "/sources/courier",
    "/dataset",
    "/transitions",
)


def versions(record: Record, target: str) -> list[Reply]:
    """The target in every format it has and every coding."""
    store = holding(record)
    apps = [serving(store), serving(store, cache_bytes=0)]
    replies = [
        run(ask(app, f"{target}{'&' if '?' in target else '?'}format={name}", headers={"accept-encoding": coding}))
        for name, coding, app in product(FORMATS, CODINGS, apps)
    ]
    return [reply for reply in replies if reply.status == 200]


@pytest.mark.parametrize("target", TARGETS)
def test_tags_are_equal_if_and_only_if_bytes_are_across_formats_codings_and_records(target, record):
    replies = [*versions(record, target), *versions(one_claim_reworded(), target)]
    bytes_of: dict[str, set[bytes]] = {}
    tags_of: dict[bytes, set[str]] = {}
    for reply in replies:
        told = f"{reply.header('content-type')} {reply.header('content-encoding')}\n".encode() + reply.body
        bytes_of.setdefault(reply.etag, set()).add(told)
        tags_of.setdefault(told, set()).add(reply.etag)
    assert all(len(each) == 1 for each in bytes_of.values())
    if not target.startswith("/dataset"):
        assert all(len(each) == 1 for each in tags_of.values())


def before_and_after(target: str, record: Record) -> list[Reply]:
    """The answer before and after one claim is reworded."""
    return [run(ask(serving(holding(each)), target)) for each in (record, one_claim_reworded())]


@pytest.mark.parametrize("name", ["jsonl", "csv"])
def test_a_list_that_a_change_does_not_touch_keeps_its_tag_in_csv_and_json_lines(name, record):
    target = f"/claims?status=disputed&format={name}"
    before, after = before_and_after(target, record)
    assert (before.etag, before.body) == (after.etag, after.body)


def test_a_list_in_json_names_its_revision_and_so_has_a_new_tag_with_each(record):
    before, after = before_and_after("/claims?status=disputed", record)
    assert before.json["items"] == after.json["items"]
    assert before.json["revision"] != after.json["revision"]
    assert before.etag != after.etag


def test_a_claim_that_a_change_does_not_touch_keeps_its_tag(record):
    before, after = before_and_after("/claims/ferries-promised", record)
    assert before.etag == after.etag


def test_an_address_that_differs_only_in_spelling_never_has_the_tag_of_other_bytes():
    spellings = (
        "/claims?as_of=2022", "/claims?as_of=2022-12-31", "/claims?limit=20&as_of=2022", "/claims?as_of=2022&limit=20",
        "/claims?as_of=2022&fields=id,text", "/claims?as_of=2022&fields=text,id", "/claims?as_of=%32022",
    )  # fmt: skip
    replies = [run(ask(serving(), each)) for each in spellings]
    tags: dict[str, bytes] = {}
    for reply in replies:
        assert tags.setdefault(reply.etag, reply.body) == reply.body


def test_the_address_under_which_a_server_is_read_is_part_of_what_it_says():
    here, there = (
        run(ask(serving(public_url=url), "/dataset?format=turtle"))
        for url in ("https://here.example", "https://there.example")
    )
    assert here.body != there.body
    assert here.etag != there.etag
