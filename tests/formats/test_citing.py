"""References as the programs of their field read them: bibtexparser, citeproc-py and rispy."""

import json
import warnings

import bibtexparser
import pytest
import rispy
from bibtexparser.middlewares import LatexDecodingMiddleware

from app.core.model import Record
from app.formats import FORMATS
from app.formats.citing import Reference, bibtex, csl, ris
from tests import records
from tests.formats.answers import BASE, REVISION, listing, page, served, setting
from tests.formats.rich import rich

ODD = Reference(
    "odd",
    r"50% of {ferries} & \barges_ ~ #1 $2",
    "Ports \u2028 Union",
    False,
    "Tide\nPress",
    "2021-02",
    "en",
    "https://x.example/{a}?b=1%20c",
    "A note.",
    "Said: Ångström\r\nER  - forged",
)


def entries(body):
    library = bibtexparser.parse_string(body.decode(), append_middleware=[LatexDecodingMiddleware()])
    assert not library.failed_blocks
    return {entry.key: {field.key: field.value for field in entry.fields} for entry in library.entries}


def test_bibtex_cites_the_document_the_passages_and_the_revision(record):
    found = entries(page("bibtex", record))
    assert list(found) == [each.id for each in record.claims]
    entry = found["ferries-promised"]
    assert (entry["title"], entry["author"], entry["year"], entry["date"]) == (
        "The Ferries", "Ada Quill", "2022", "2022-02-01",
    )  # fmt: skip
    assert "p1s1, p1s2" in entry["note"]
    assert f"{BASE}/claims/ferries-promised, revision {REVISION}." in entry["note"]
    assert entry["abstract"].startswith("[disputed] According to ")
    assert "denied this" in entry["abstract"]


def test_whatever_a_text_has_bibtex_reads_it_back():
    entry = entries(bibtex(ODD))["odd"]
    assert entry["title"] == ODD.title
    assert "Tide Press" in entry["howpublished"]
    (as_written,) = bibtexparser.parse_string(bibtex(ODD).decode()).entries
    assert as_written.fields_dict["url"].value == "https://x.example/%7Ba%7D?b=1%20c"  # verbatim, as \\url takes it


def test_ris_is_a_record_for_each_claim_that_nothing_can_forge(record):
    read = rispy.loads(page("ris", record).decode())
    assert [each["id"] for each in read] == [each.id for each in record.claims]
    (odd,) = rispy.loads(ris(ODD).decode())
    assert (odd["title"], odd["authors"], odd["year"], odd["date"]) == (ODD.title, ["Ports Union"], "2021", "2021/02")
    assert "ER - forged" in odd["abstract"]


def test_csl_renders_a_bibliography(record):
    with warnings.catch_warnings():
        # Its style sheets are read by deprecated means of the standard library.
        warnings.simplefilter("ignore")
        from citeproc import Citation, CitationItem, CitationStylesBibliography, CitationStylesStyle, formatter
        from citeproc.source.json import CiteProcJSON

        source = CiteProcJSON(json.loads(page("csl", record)))
        style = CitationStylesStyle("harvard-cite-them-right", validate=False)
        bibliography = CitationStylesBibliography(style, source, formatter.plain)
        bibliography.register(Citation([CitationItem("ferries-promised")]))
        (shown,) = map(str, bibliography.bibliography())
    assert "Ada Quill" in shown
    assert "2022" in shown
    assert "The Ferries" in shown


@pytest.mark.parametrize(("published", "parts"), [
    ("2021-02-03", [[2021, 2, 3]]), ("2021-02", [[2021, 2]]), ("2021", [[2021]]), ("2021~", [[2021]]),
    ("2020/2021", [[2020], [2021]]), ("../2021", [[2021]]), ("2021-21", [[2021]]),
])  # fmt: skip
def test_a_date_is_told_as_far_as_it_is_known(published, parts):
    item = json.loads(csl(ODD._replace(published=published)))
    assert item["issued"] == {"date-parts": parts}


@pytest.mark.parametrize("format_", ["bibtex", "csl", "ris"])
def test_the_title_and_the_author_are_the_documents_and_the_claim_is_only_told_with_its_sources(format_):
    everything = rich()
    for body, claim in zip(served(everything), everything.claims, strict=True):
        text = FORMATS[format_].claim(body, setting(everything)).decode()
        assert json.loads(body)["attribution"].split(":")[0][:20] in text.replace("\\", "")
        assert f"title = {{{claim.text}" not in text
        assert f"TI  - {claim.text}" not in text


def test_a_day_is_told(record):
    how = setting(record, as_of="2021-04")
    (item,) = json.loads(FORMATS["csl"].claims(listing(served(record)[:1]), how))
    assert f"revision {REVISION} as of 2021-04." in item["note"]
    assert item["abstract"].startswith("[disputed as of 2021-04] ")


def test_a_document_with_an_address_is_cited_there_and_any_other_by_the_claims():
    whole = records.record(documents=[records.document(url="https://news.example/ferries")])
    with_address = Record.model_validate_json(records.as_json(whole))
    (first, *_) = json.loads(page("csl", with_address))
    assert first["URL"] == "https://news.example/ferries"
    (first, *_) = json.loads(page("csl", Record.model_validate_json(records.as_json(records.record()))))
    assert first["URL"] == f"{BASE}/claims/ferries-promised"
