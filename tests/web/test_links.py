"""Links: relative where no public URL is set, absolute where one is; and claims read many at once."""

import re

import pytest

from tests.web.asking import ask, essay, run, serving

PUBLIC = "https://claims.example"
TARGETS = ("/", "/claims?limit=2&facets=status,affirmed_by", "/claims/iran-providing-drones", "/sources", "/topics",
           "/documents", "/entities", "/transitions?limit=1", "/dataset", "/sources/reuters/impact")  # fmt: skip
IDS = [claim.id for claim in essay().claims]


@pytest.mark.parametrize("target", TARGETS)
def test_every_link_is_absolute_where_a_public_url_is_set_and_else_relative(target):
    relative, absolute = run(ask(serving(), target)), run(ask(serving(public_url=PUBLIC), target))
    links = re.findall(r'"(/[a-z][^"]*)"', relative.body.decode())
    assert links
    assert PUBLIC not in relative.body.decode()
    assert absolute.json == _with(PUBLIC, relative.json)
    assert (absolute.header("link") or "") == (relative.header("link") or "").replace("</", f"<{PUBLIC}/")


def _with(url, value):
    if isinstance(value, dict):
        return {name: _with(url, each) for name, each in value.items()}
    if isinstance(value, list):
        return [_with(url, each) for each in value]
    return url + value if isinstance(value, str) and re.match(r"/([a-z]|$|\?)", value) else value


def test_a_link_in_the_words_of_a_claim_is_left_as_it_is():
    from app.core.model import Record
    from tests import records
    from tests.web.asking import holding

    given = records.record()
    given["claims"][0]["text"] = 'Norland wrote "url":"/claims/x" on a ferry.'
    store = holding(Record.model_validate(given))
    claim = run(ask(serving(store, public_url=PUBLIC), f"/claims/{given['claims'][0]['id']}")).json
    assert claim["text"] == given["claims"][0]["text"]
    assert claim["url"].startswith(PUBLIC)


@pytest.mark.parametrize("url", ["https://a.example/claims", "https://a.example/", "a.example", "ftp://a.example"])
def test_a_public_url_with_a_path_is_refused(url):
    with pytest.raises(ValueError, match="public_url"):
        serving(public_url=url)


def test_facets_carry_names():
    facets = run(ask(serving(), "/claims?facets=affirmed_by,about,topic,status")).json["facets"]
    header = essay().header
    names = {
        "affirmed_by": {each.id: each.name for each in header.sources},
        "about": {each.id: each.name for each in header.entities},
        "topic": {each.id: each.name for each in header.topics},
        "status": {each["value"]: each["value"].replace("_", " ") for each in facets["status"]},
    }
    for term, rows in facets.items():
        assert rows
        assert all(each["name"] == names[term][each["value"]] for each in rows)


def test_claims_are_read_by_id_in_the_order_asked_for_and_missing_ones_named():
    asked = [IDS[7], "no-such", IDS[0], IDS[7], IDS[3]]
    reply = run(ask(serving(), "/claims?" + "&".join(f"id={each}" for each in asked))).json
    assert [each["id"] for each in reply["items"]] == [IDS[7], IDS[0], IDS[3]]
    assert (reply["total"], reply["next"], reply["missing"]) == (3, None, ["no-such"])


def test_claims_by_id_are_the_claims_alone_as_of_a_day_with_fields_and_in_every_format():
    for more in ("", "&as_of=2022-07", "&fields=id,status"):
        together = run(ask(serving(), f"/claims?id={IDS[1]}{more}")).json["items"]
        assert together == [run(ask(serving(), f"/claims/{IDS[1]}?{more[1:]}")).json]
    for name in ("jsonl", "csv", "text", "turtle"):
        assert run(ask(serving(), f"/claims?id={IDS[1]}&format={name}")).status == 200
        assert b"no-such" in run(ask(serving(), f"/claims?id={IDS[1]}&id=no-such&format={name}")).plain


def test_an_empty_id_is_refused_and_does_not_read_every_claim():
    assert run(ask(serving(), "/claims?id=")).status == 400


def test_claims_by_id_have_a_page():
    page = run(ask(serving(), f"/claims?id={IDS[0]}&id={IDS[2]}", headers={"accept": "text/html"})).body.decode()
    assert "Claims by id" in page
    assert [f'href="/claims/{each}"' in page for each in IDS[:3]] == [True, False, True]


@pytest.mark.parametrize("other", ["q=iran", "status=asserted", "limit=2", "from=2022", "sort=period", "facets=status"])
def test_an_id_takes_no_filter_with_it(other):
    reply = run(ask(serving(), f"/claims?id={IDS[0]}&{other}"))
    assert (reply.status, reply.json["title"]) == (400, "Conflicting parameters")
    assert other.split("=")[0] in reply.json["detail"]


def test_up_to_a_hundred_claims_are_read_at_once():
    assert run(ask(serving(), "/claims?" + "&".join(f"id={each}" for each in IDS[:100]))).json["total"] == 100
    assert run(ask(serving(), "/claims?" + "&".join(f"id={each}" for each in IDS[:101]))).status == 400


PAGED = ("/claims?q=iran&sort=relevance", "/claims?sort=-status&status=asserted", "/claims", "/sources", "/topics",
         "/entities", "/transitions", "/documents/axis-of-convenience/coverage")  # fmt: skip


@pytest.mark.parametrize("target", PAGED)
def test_the_way_back_is_the_way_there(target):
    page = run(ask(serving(), f"{target}{'&' if '?' in target else '?'}limit=4"))
    there = [page.json["items"]]
    while page.json["next"]:
        page = run(ask(serving(), page.json["next"]))
        there.append(page.json["items"])
    assert len(there) > 2
    back, preceding = [page.json["items"]], page.json["prev"]
    while preceding:
        page = run(ask(serving(), preceding))
        assert page.json["next"]
        back.insert(0, page.json["items"])
        preceding = page.json["prev"]
    assert [each for page in back for each in page] == [each for page in there for each in page]


def test_the_link_header_names_the_pages_around():
    first = run(ask(serving(), "/topics?limit=2"))
    second = run(ask(serving(), first.json["next"]))
    assert first.header("link") == f'<{first.json["next"]}>; rel="next"'
    assert second.header("link") == f'<{second.json["next"]}>; rel="next", <{second.json["prev"]}>; rel="prev"'
