"""The reader's own copy as a page: each sentence in place with its claims, and nothing of it left behind."""

import os
import sys
import textwrap
from pathlib import Path
from time import process_time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.model import Record
from app.record.anchors import fold
from app.web.pages.annotated import in_order, paragraphs
from tests import records
from tests.web.asking import Reply, ask, essay, holding, run, serving
from tests.web.seeing import BROWSER, Element, ferries, look, tree

STRAIGHT = str.maketrans({"\u2018": "'", "\u2019": "'", "\u201c": '"', "\u201d": '"', "\u2014": "-"})
BOUNDARY = "----WebKitFormBoundary7MA4YWxkTrZu0gW"
LOST, CHANGED = "Norland denied it.", "Few towns have gambled as boldly."


def sent(text: str | bytes, app=None, target: str = "/verify", file: bytes = b"") -> Reply:
    """The reply to the form of the page, as a browser sends it."""
    copy = text.encode() if isinstance(text, str) else text
    parts = (b'name="text"', copy), (b'name="file"; filename="copy.txt"\r\nContent-Type: text/plain', file)
    body = b"".join(
        b"--%s\r\nContent-Disposition: form-data; %s\r\n\r\n%s\r\n" % (BOUNDARY.encode(), name, content)
        for name, content in parts
    )
    headers = {**BROWSER, "content-type": f"multipart/form-data; boundary={BOUNDARY}"}
    return run(ask(app or ferries(), target, "POST", headers, body + f"--{BOUNDARY}--\r\n".encode()))


def annotated(text: str | bytes, app=None) -> Element:
    reply = sent(text, app)
    assert reply.status == 200, reply.plain[:500]
    return tree(reply.plain.decode())


def sentences(page: Element) -> dict[str, str]:
    """The words of the copy that are shown as each passage, by ref; of what is lost only where it is told."""
    return {each.given["id"]: each.all("span")[0].text for each in page.all("a", "sentence")}


def test_each_sentence_of_a_copy_stands_in_place_with_the_claims_that_rest_on_it():
    page = annotated(records.TEXT)
    claims = {section.given["id"][2:]: [a.given["href"] for a in section.one("ul").all("a")]
              for section in page.all("section") if section.all("ul")}  # fmt: skip

    assert sentences(page) == {ref: fold(said) for ref, _, said in records.ESSAY}
    assert claims["p1s2"] == ["/claims/ferries-promised"]
    assert claims["p1s4"] == ["/claims/lease-signed"]
    assert "Of 8 sentences your copy has 8 word for word." in page.one("main").text
    assert [len(each.all("a", "sentence")) for each in page.all("div", "paragraph")] == [4, 4]


def test_status_is_told_by_colour_shape_and_word_and_a_denial_by_whom():
    page = annotated(records.TEXT)
    sentence = next(each for each in page.all("a", "sentence") if each.given["id"] == "p1s2")
    note = next(each for each in page.all("section") if each.given["id"] == "n-p1s2")

    assert "disputed" in sentence.classes
    assert sentence.one("use").given["href"] == "#s-disputed"
    assert sentence.text.endswith("disputed")
    assert note.one("span", "denied_by").text == "denied by Norland"
    assert note.one("span", "affirmed_by").text == "affirmed by Harbour Master"


def test_click_on_a_sentence_with_one_claim_opens_the_claim_and_with_several_its_notes():
    several = [records.claim("a"), records.claim("b"), records.claim("c", statements=[
        records.statement("c-1", passages=["p1s2"])])]  # fmt: skip
    page = annotated(records.TEXT, ferries(claims=several))
    targets = {each.given["id"]: each.given["href"] for each in page.all("a", "sentence")}

    assert targets["p1s2"] == "/claims/c"
    assert targets["p1s1"] == "#n-p1s1"


def test_sentence_that_was_cut_is_told_where_it_would_stand():
    page = annotated(records.TEXT.replace(LOST + " ", ""))

    assert page.one("a", "lost").text == "[not in your copy: paragraph 1, sentence 2]"
    assert "It lacks 1." in page.one("main").text
    assert "p1s2" not in sentences(page)
    first = page.all("div", "paragraph")[0].all("p")[0].text
    assert first.index("lend it ferries") < first.index("[not in your copy") < first.index("In June the Courier")


def test_sentence_with_another_word_is_shown_with_its_words_as_changed():
    page = annotated(records.TEXT.replace(CHANGED, "Few towns have gambled as meekly."))

    assert sentences(page)["p2s2"] == "Few towns have gambled as meekly."
    (changed,) = page.all("a", "changed")
    assert changed.given["id"] == "p2s2"
    assert "In the place of 1 it has other words." in page.one("main").text


def test_sentence_out_of_order_is_told_as_such():
    page = annotated(f"{records.TEXT.replace(LOST + ' ', '')} {LOST}")

    assert [each.given["id"] for each in page.all("a", "moved")] == ["p1s2"]
    assert "1 of them out of order" in page.one("main").text


def test_sentence_that_stands_more_than_once_is_told_so_and_not_as_missing():
    page = annotated(f"{LOST} {records.TEXT.replace(LOST + ' ', '')} {LOST}")

    assert page.one("a", "lost").text == "[more than once in your copy: paragraph 1, sentence 2]"
    assert "lacks" not in page.one("main").text


def test_what_is_no_sentence_of_the_document_stands_where_it_stood():
    page = annotated(f"My own preface.\n\n{records.TEXT}\n\nA footer of mine.")

    assert page.all("div", "paragraph")[0].text == "My own preface."
    assert page.all("div", "paragraph")[-1].text == "A footer of mine."
    assert len(sentences(page)) == 8


def test_copy_is_shown_as_text_and_never_as_markup():
    page = annotated("<script>alert(1)</script> <b>x</b>\n\n" + records.TEXT)

    assert page.all("div", "paragraph")[0].text == "<script>alert(1)</script> <b>x</b>"
    assert page.one("main").all("script") == []


def test_long_stretches_that_are_no_passage_are_shortened():
    reply = sent(f"{'A word of my own. ' * 5000}\n\n{records.TEXT}\n\n{'And more of it. ' * 5000}")

    assert len(tree(reply.plain.decode()).one("div", "annotated").text) < 3000
    assert b"characters between the passages" in reply.plain


@given(st.text(st.sampled_from("ab .\n\r\t\u00a0\u2028\u0301\u200b\ufb01\u1100\u1161\u201d\u00ad")))
def test_paragraphs_joined_are_the_folded_text(text):
    assert " ".join(paragraphs(text)) == fold(text)


@given(st.lists(st.integers(0, 12), unique=True, max_size=7))
def test_passages_in_order_are_as_many_as_can_be(starts):
    chosen = [starts[at] for at in sorted(in_order(starts))]
    runs = ([each for at, each in enumerate(starts) if bits >> at & 1] for bits in range(2 ** len(starts)))
    longest = max(len(run) for run in runs if run == sorted(run))

    assert chosen == sorted(chosen)
    assert len(chosen) == longest


def test_chosen_file_counts_instead_of_what_is_pasted():
    page = tree(sent("Nothing of it.", file=records.TEXT.encode()).plain.decode())

    assert len(sentences(page)) == 8


@pytest.mark.parametrize(
    ("text", "status", "says"),
    [(b"", 400, "It is empty"), (b"\xff\xfea", 415, "Byte 0 is not UTF-8"), (b"x" * 3000, 413, "At most 2000 bytes")],
    ids=["empty", "no text", "large"],
)
def test_what_is_no_text_is_refused_on_a_page(record, text, status, says):
    reply = sent(text, serving(holding(record), verify_bytes=2000))

    assert reply.status == status
    assert says in tree(reply.plain.decode()).one("main").text


@pytest.mark.parametrize("body", [b"", b"--", b"--x", b"--x--", b"--x\r\n--x\r\n--x--", b"--x\r\n\r\n\r\n--x--\r\n"])
def test_form_that_is_none_is_refused(body):
    reply = run(ask(ferries(), "/verify", "POST", {**BROWSER, "content-type": "multipart/form-data; boundary=x"}, body))

    assert reply.status == 400


def test_page_of_several_documents_asks_of_which_the_text_is():
    whole = records.record()
    second = records.document("the-bridges", title="The Bridges")
    for passage in second["passages"]:
        passage["omitted"] = "A question that claims nothing."
    whole["documents"].append(second)
    app = serving(holding(Record.model_validate(whole)))

    actions = [each.given["formaction"] for each in look("/verify", app).all("button")]
    assert actions == ["/verify?document=the-ferries", "/verify?document=the-bridges"]
    assert sent(records.TEXT, app, actions[1]).status == 200


def test_annotations_quote_the_copy_and_never_lose_a_source():
    reply = sent(records.TEXT, target="/verify/annotations")
    found = [each for each in reply.json["annotations"] if each["text"].endswith("/claims/ferries-promised")]
    (quote,) = found[1]["target"][0]["selector"]

    assert reply.header("content-disposition") == 'attachment; filename="the-ferries.json"'
    assert quote["exact"] == LOST
    assert (quote["prefix"], quote["suffix"]) == (
        fold(records.ESSAY[0][2])[-31:] + " ",
        " " + fold(records.ESSAY[2][2])[:31],
    )
    assert "Norland (March to May 2021) denied this" in found[0]["text"]
    assert {each["type"] for each in reply.json["annotations"]} == {"Annotation"}
    assert {"uri", "user", "tags", "document", "target", "text"} <= found[0].keys()


@pytest.fixture
def written():
    """The files that are opened for writing until the test ends; the hook cannot be taken away, and sleeps then."""
    found, awake = list[str](), [True]

    def note(event: str, arguments: tuple[Any, ...]) -> None:
        if awake and event == "open" and arguments[2] & (os.O_WRONLY | os.O_RDWR | os.O_CREAT):
            found.append(str(arguments[0]))

    sys.addaudithook(note)
    yield found
    awake.clear()


@pytest.mark.parametrize("target", ["/verify", "/verify/annotations"])
def test_nothing_of_a_copy_is_written_logged_cached_or_may_be_stored(record, written, caplog, target):
    app, secret = serving(holding(record)), "xyzzy-4711"
    sent(records.TEXT, app, target)
    written.clear()
    reply = sent(f"{secret} " * 150_000 + records.TEXT, app, target)

    assert reply.status == 200
    assert written == []
    assert secret not in caplog.text
    assert reply.header("cache-control") == "no-store"
    assert reply.header("etag") is None
    assert len(app.state.services.cache) == 0


def test_form_says_where_the_copy_goes_and_may_run_only_our_script():
    reply, page = run(ask(ferries(), "/verify", headers=BROWSER)), look("/verify", ferries())

    assert "It is kept nowhere" in page.one("p", id="private").text
    assert "script-src 'self'" in (reply.header("content-security-policy") or "")
    assert [each.given["src"].partition("?")[0] for each in page.all("script") if "src" in each.given] == [
        "/assets/verify.js"
    ]
    assert page.one("form", "copy").given["enctype"] == "multipart/form-data"


def test_two_megabytes_are_annotated_in_less_than_two_seconds_of_processor_time():
    copy = ("The quick brown fox jumps over it. \n\n" * 60_000)[: 2_000_000 - len(records.TEXT)] + records.TEXT
    app, taken = ferries(), []
    for _ in range(3):
        began = process_time()
        assert sent(copy, app).status == 200
        taken.append(process_time() - began)

    assert min(taken) < 2


needs_essay = pytest.mark.skipif("CLAIMS_ESSAY_TEXT" not in os.environ, reason="CLAIMS_ESSAY_TEXT names no copy")


@needs_essay
def test_copy_of_the_essay_with_one_sentence_changed_and_one_cut_is_shown_rightly():
    text = Path(os.environ["CLAIMS_ESSAY_TEXT"]).read_text(encoding="utf-8")
    (document,) = essay().documents
    passages = {each.ref: fold(text)[each.start : each.end] for each in document.passages}
    straight = text.translate(STRAIGHT)
    changed, cut = passages["p2s7"], passages["p4s1"]
    assert changed in straight
    assert cut in straight
    copy = straight.replace(changed, changed.replace(" the ", " some ", 1)).replace(cut, "")
    copy = "\n\n".join(textwrap.fill(each, 60, break_on_hyphens=False) for each in copy.split("\n\n"))
    page = annotated(copy, serving())

    assert "Of 91 sentences your copy has 89 word for word" in page.one("main").text
    assert [each.given["id"] for each in page.all("a", "changed")] == ["p2s7"]
    assert [each.given["href"] for each in page.all("a", "lost")] == ["#n-p4s1"]
    found = sentences(page)
    assert {ref: said for ref, said in found.items() if ref != "p2s7"} == {
        ref: said for ref, said in passages.items() if ref not in ("p2s7", "p4s1")
    }


@needs_essay
def test_page_of_the_whole_essay_is_sent_in_less_than_40_kilobytes():
    text = Path(os.environ["CLAIMS_ESSAY_TEXT"]).read_text(encoding="utf-8")
    headers = {**BROWSER, "accept-encoding": "gzip", "content-type": "text/plain"}

    assert len(run(ask(serving(), "/verify", "POST", headers, text.encode())).body) < 40_000
