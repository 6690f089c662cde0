import json

from app.core.model import Record
from app.formats import FORMATS, Facet
from tests import records
from tests.formats.answers import BASE, REVISION, dataset, listing, page, record_lines, served, setting, streamed


def test_a_claim_in_json_is_the_very_bytes_of_the_store(record):
    assert FORMATS["json"].claim(served(record)[0], setting(record)) == served(record)[0]


def test_a_claim_in_json_lines_is_those_bytes_and_a_line_feed(record):
    assert FORMATS["jsonl"].claim(served(record)[0], setting(record)) == served(record)[0] + b"\n"


def test_the_envelope_has_its_keys_in_their_order(record):
    facets = {"status": Facet({'a"b\\': 1}, '/claims?q="&status=')}
    bodies = served(record)[:2]
    body = FORMATS["json"].claims(
        listing(bodies, total=6, next='/claims?cursor=a"b', facets=facets), setting(record, as_of="2021-04")
    )
    assert list(json.loads(body).items()) == [
        ("total", 6),
        ("items", [json.loads(each) for each in bodies]),
        ("next", '/claims?cursor=a"b'),
        ("prev", None),
        ("revision", REVISION),
        ("facets", {"status": [{"value": 'a"b\\', "name": 'a"b\\', "count": 1, "url": '/claims?q="&status=a%22b%5C'}]}),
        ("as_of", "2021-04"),
    ]


def test_facets_follow_each_other_each_with_its_values_and_their_urls(record):
    facets = {
        "status": Facet({"disputed": 2, "confirmed": 1}, "/claims?status="),
        "kind": Facet({}, "/claims?kind="),
        "section": Facet({"The Crossing": 3}, "/claims?q=a&section="),
    }
    body = FORMATS["json"].claims(listing([], facets=facets), setting(record))
    assert json.loads(body)["facets"] == {
        "status": [
            {"value": "disputed", "name": "disputed", "count": 2, "url": "/claims?status=disputed"},
            {"value": "confirmed", "name": "confirmed", "count": 1, "url": "/claims?status=confirmed"},
        ],
        "kind": [],
        "section": [
            {"value": "The Crossing", "name": "The Crossing", "count": 3, "url": "/claims?q=a&section=The+Crossing"}
        ],
    }


def test_an_envelope_without_claims_facets_or_day_has_only_the_four_common_keys(record):
    body = FORMATS["json"].claims(listing([]), setting(record))
    assert body == b'{"total":0,"items":[],"next":null,"prev":null,"revision":"0123456789abcdef"}'


def test_fields_are_kept_in_the_order_asked_for_and_an_absent_one_stays_absent(record):
    items = json.loads(page("json", record, fields=("note", "status", "id")))["items"]
    assert [list(each) for each in items[4:]] == [["status", "id"], ["note", "status", "id"]]
    assert items[5] == {"note": "The essay calls them old.", "status": "asserted", "id": "ferries-of-1974"}


def test_fields_choose_in_a_single_claim_and_in_json_lines_too(record):
    how = setting(record, fields=("id", "kind"))
    assert FORMATS["json"].claim(served(record)[0], how) == b'{"id":"ferries-promised","kind":"event"}'
    assert FORMATS["jsonl"].claims(listing(served(record)[:1]), how) == b'{"id":"ferries-promised","kind":"event"}\n'


def test_a_chosen_figure_keeps_its_digits():
    figures = [
        {"value": value, "unit": "tonnes", "of": "freight"} for value in (0.1, 4000, 2.0, 9007199254740993, 1e21)
    ]
    record = Record.model_validate(records.record(claims=[records.claim("a", quantities=figures)]))
    whole, chosen = served(record)[0], page("jsonl", record, fields=("quantities",))
    assert json.loads(chosen)["quantities"] == json.loads(whole)["quantities"]
    assert b'"value":9007199254740993' in chosen


def test_a_page_of_json_lines_is_a_served_claim_a_line(record):
    assert page("jsonl", record).splitlines() == served(record)


def test_the_whole_record_in_json_is_the_envelope_with_its_total(record):
    whole = json.loads(dataset("json", record, as_of="2021-04"))
    assert whole == {
        "items": [json.loads(each) for each in served(record)],
        "next": None,
        "prev": None,
        "revision": REVISION,
        "as_of": "2021-04",
        "total": 6,
    }


def test_the_whole_record_in_json_lines_is_its_header_and_its_claims(record):
    first, *lines = dataset("jsonl", record).splitlines(keepends=True)
    assert lines == record_lines(record)[1:]
    assert list(json.loads(first)) == ["dataset", "documents", "sources", "entities", "topics", "claims"]
    assert json.loads(first)["claims"] == len(record.claims)
    assert (
        Record.model_validate(json.loads(first) | {"claims": [json.loads(line) for line in lines]}).header
        == record.header
    )


def test_a_stream_hands_on_large_pieces_and_not_one_for_each_claim():
    record = Record.model_validate(records.many(400))
    sizes = [len(piece) for piece in streamed("json", served(record), setting(record))]
    assert len(sizes) > 1
    assert all(size >= 64 * 1024 for size in sizes[:-1])


def test_a_claim_as_text_is_its_attribution_its_status_with_the_reason_its_sourcing_and_its_url(record):
    assert FORMATS["text"].claim(served(record)[0], setting(record)).decode() == (
        "According to Harbour Master (March 2021): Norland agreed to lend Portvale forty ferries; "
        "Norland (March to May 2021) denied this.\n"
        "Status: disputed since May 2021 at the latest. Norland denies it; against it stands Harbour Master.\n"
        "Sourcing: the word of a named person or body.\n"
        f"{BASE}/claims/ferries-promised\n"
    )


def test_text_says_of_a_claim_that_nobody_would_contest_that_it_is_background():
    record = Record.model_validate(records.record(claims=[records.claim("a", background=True)]))
    line = "\nSourcing: the author's word alone; background that no party to it would contest.\n"
    assert line in page("text", record).decode()


def test_text_says_as_of_which_day_a_status_is(record):
    assert b"\nStatus (as of 2021-04): disputed since " in FORMATS["text"].claim(
        served(record)[0], setting(record, as_of="2021-04")
    )


def test_a_page_of_text_is_numbered_and_tells_the_total_and_the_next_page(record):
    bodies = served(record)[4:]
    body = FORMATS["text"].claims(listing(bodies, total=9, next="/claims?cursor=x"), setting(record)).decode()
    blocks = body.split("\n\n")
    assert [block[:3] for block in blocks[:2]] == ["1. ", "2. "]
    assert blocks[2] == f"9 claims in all.\nNext page: {BASE}/claims?cursor=x\n"


def test_one_claim_alone_is_told_in_the_singular_and_nothing_of_a_next_page(record):
    body = FORMATS["text"].claims(listing(served(record)[:1]), setting(record)).decode()
    assert body.endswith(f"\n{BASE}/claims/ferries-promised\n\n1 claim in all.\n")
    assert FORMATS["text"].claims(listing([]), setting(record)) == b"0 claims in all.\n"


def test_the_whole_record_as_text_is_numbered_throughout(record):
    body = dataset("text", record).decode()
    assert body.count(f"\n{BASE}/claims/") == 6
    assert "\n6. Ada Quill writes: " in body
    assert body.endswith("\n6 claims in all.\n")


def test_text_shows_control_characters_instead_of_sending_them_to_a_terminal(record):
    body = served(record)[0].replace(b"Harbour Master", b"Harbour\\u001b[31m Master")
    text = FORMATS["text"].claim(body, setting(record)).decode()
    assert "Harbour<U+001B>[31m Master" in text
    assert "\x1b" not in text
