from datetime import date
from xml.etree.ElementTree import fromstring

import pytest

from app.core.model import Record
from app.core.status import timeline
from app.core.vocabulary import Status
from app.formats.atom import feed
from app.record.served import Transition, transitions
from tests import records
from tests.formats.answers import BASE, setting

SELF = f"{BASE}/transitions?format=atom"
ATOM = {"a": "http://www.w3.org/2005/Atom"}


def changes_of(record) -> list[Transition]:
    return [one for each in record.claims for one in transitions(each, timeline(each, record.header))]


@pytest.fixture
def root(record):
    return fromstring(feed(changes_of(record), setting(record), "Changes", SELF))


def test_a_feed_has_each_element_that_rfc_4287_wants_of_it(root):
    assert root.tag == "{http://www.w3.org/2005/Atom}feed"
    assert root.findtext("a:id", namespaces=ATOM) == SELF
    assert root.findtext("a:title", namespaces=ATOM) == "Changes"
    assert root.findtext("a:updated", namespaces=ATOM) == "2022-02-01T00:00:00Z"
    assert root.findtext("a:author/a:name", namespaces=ATOM) == "Claims of The Ferries"
    assert root.find("a:link[@rel='self']", ATOM).get("href") == SELF


def test_every_change_is_an_entry_with_an_id_of_its_own_and_its_day(root, record):
    entries = root.findall("a:entry", ATOM)
    ids = [each.findtext("a:id", "", ATOM) for each in entries]
    assert len(entries) == len(changes_of(record)) == 7
    assert len(set(ids)) == len(ids)
    assert f"{BASE}/claims/ferries-promised/timeline#2021-05-31" in ids
    assert [each.findtext("a:updated", "", ATOM) for each in entries] == [f"{id_[-10:]}T00:00:00Z" for id_ in ids]


def test_the_latest_change_comes_first(root):
    days = [each.text for each in root.findall("a:entry/a:updated", ATOM)]
    assert days == sorted(days, reverse=True)


def test_an_entry_tells_what_became_of_which_claim_by_which_rule_and_statement(root):
    entry = root.findall("a:entry", ATOM)[5]
    assert entry.findtext("a:title", namespaces=ATOM) == (
        "ferries-promised: unconfirmed \u2192 disputed since May 2021 at the latest"
    )
    assert entry.find("a:category", ATOM).get("term") == "disputed"
    assert entry.find("a:link[@rel='alternate']", ATOM).get("href") == f"{BASE}/claims/ferries-promised"
    assert entry.findtext("a:summary", namespaces=ATOM) == (
        "Norland denies it; against it stands Harbour Master. Rule: denied. By: promised-norland."
    )


def test_a_denial_taken_back_reads_as_that_and_is_dated_as_it_was():
    said = [
        records.statement("a-1", source="harbour-master", made="2021-03"),
        records.statement("a-2", source="norland", stance="denies", made="2021-05"),
        records.statement("a-3", source="norland", stance="retracts", made="2021-07"),
    ]
    record = Record.model_validate(records.record(claims=[records.claim("a", statements=said)]))
    entry = fromstring(feed(changes_of(record), setting(record), "Changes", SELF)).findall("a:entry", ATOM)[0]
    assert entry.findtext("a:title", namespaces=ATOM) == "a: disputed \u2192 unconfirmed since July 2021"
    assert entry.findtext("a:summary", namespaces=ATOM) == (
        "Harbour Master alone affirms it; Norland took back its denial of it. Rule: single-origin. By: a-2, a-3."
    )


def test_a_feed_without_changes_is_as_old_as_its_document(record):
    root = fromstring(feed([], setting(record), "Changes", SELF))
    assert root.findtext("a:updated", namespaces=ATOM) == "2022-02-01T00:00:00Z"


def test_markup_and_characters_that_xml_forbids_do_not_break_the_feed(record):
    change = Transition(
        date(2022, 2, 1),
        "2022-02-01",
        "a",
        Status.asserted,
        Status.disputed,
        "denied",
        ("a-1",),
        "<b> & \x00\x1b\ufffe ]]>",
    )
    root = fromstring(feed([change], setting(record), "A & <B>", SELF))
    assert root.findtext("a:title", namespaces=ATOM) == "A & <B>"
    assert root.findtext("a:entry/a:summary", "", ATOM).startswith("<b> & \ufffd\ufffd\ufffd ]]>")


def test_a_feed_of_two_changes_reads_so_to_the_byte(record):
    text = feed(changes_of(record)[:2], setting(record), "Changes", SELF).decode()
    assert (
        text
        == f"""<?xml version="1.0" encoding="utf-8"?>
<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="en">
  <id>{BASE}/transitions?format=atom</id>
  <title>Changes</title>
  <updated>2021-05-31T00:00:00Z</updated>
  <link rel="self" href="{BASE}/transitions?format=atom" type="application/atom+xml" />
  <link rel="alternate" href="{BASE}/" />
  <author>
    <name>Claims of The Ferries</name>
  </author>
  <rights>CC-BY-4.0 &lt;https://creativecommons.org/licenses/by/4.0/&gt;</rights>
  <entry>
    <id>{BASE}/claims/ferries-promised/timeline#2021-05-31</id>
    <title>ferries-promised: unconfirmed → disputed since May 2021 at the latest</title>
    <updated>2021-05-31T00:00:00Z</updated>
    <link rel="alternate" href="{BASE}/claims/ferries-promised" type="application/json" />
    <link rel="related" href="{BASE}/claims/ferries-promised/timeline" type="application/json" />
    <category term="disputed" scheme="{BASE}/statuses" label="disputed" />
    <summary>Norland denies it; against it stands Harbour Master. Rule: denied. By: promised-norland.</summary>
  </entry>
  <entry>
    <id>{BASE}/claims/ferries-promised/timeline#2021-03-31</id>
    <title>ferries-promised: not yet made → unconfirmed since March 2021</title>
    <updated>2021-03-31T00:00:00Z</updated>
    <link rel="alternate" href="{BASE}/claims/ferries-promised" type="application/json" />
    <link rel="related" href="{BASE}/claims/ferries-promised/timeline" type="application/json" />
    <category term="unconfirmed" scheme="{BASE}/statuses" label="unconfirmed" />
    <summary>Harbour Master alone affirms it. Rule: single-origin. By: promised-master.</summary>
  </entry>
</feed>
"""
    )


def test_statuses_of_several_words_are_told_in_words_and_termed_as_ids(record):
    change = Transition(
        date(2022, 2, 1),
        "2022-02-01",
        "a",
        Status.not_yet_made,
        Status.not_checkable,
        "judgement",
        ("a-1", "a-2"),
        "So.",
    )
    (entry,) = fromstring(feed([change], setting(record), "Changes", SELF)).findall("a:entry", ATOM)
    assert entry.findtext("a:title", "", ATOM) == "a: not yet made → not checkable since 1 February 2022"
    (category,) = entry.findall("a:category", ATOM)
    assert (category.get("term"), category.get("label")) == ("not_checkable", "not checkable")
    assert entry.findtext("a:summary", "", ATOM) == "So. Rule: judgement. By: a-1, a-2."
