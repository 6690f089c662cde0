"""Feeds of fact-checks become records that validate, and what they lose is listed."""

import json
from datetime import date
from typing import Any

import pytest

from app.core.status import derive, timeline
from app.record import dataset
from app.record.claimreview import Mapped, from_feed, is_feed, rated, slug


def review(**changes: Any) -> dict[str, Any]:
    fields: dict[str, Any] = {
        "@context": "http://schema.org",
        "@type": "ClaimReview",
        "url": "https://checks.example/1",
        "datePublished": "2021-03-04T10:00:00Z",
        "author": {"@type": "Organization", "name": "Harbour Checks"},
        "claimReviewed": "The ferry to Norland never sails on Mondays.",
        "itemReviewed": {
            "@type": "Claim",
            "author": {"@type": "Person", "name": "Ada Quill", "jobTitle": "Mayor"},
            "datePublished": "2021-03-01",
            "appearance": [{"@type": "NewsArticle", "publisher": {"@type": "Organization", "name": "The Courier"}}],
        },
        "reviewRating": {
            "@type": "Rating",
            "ratingValue": "1",
            "worstRating": "1",
            "bestRating": "5",
            "alternateName": "False",
        },
    }
    return {name: value for name, value in (fields | changes).items() if value is not None}


def feed(*reviews: dict[str, Any]) -> dict[str, Any]:
    elements = [{"@type": "DataFeedItem", "item": [each]} for each in reviews]
    return {"@context": "http://schema.org", "@type": "DataFeed", "dataFeedElement": elements}


def mapped(raw: Any) -> Mapped:
    return from_feed(raw, date(2022, 1, 1))


def loaded(raw: Any) -> Any:
    return dataset.load(json.dumps(mapped(raw).record).encode())


def test_a_review_becomes_a_claim_with_the_claimants_word_and_the_publishers_verdict() -> None:
    (claim,) = loaded(feed(review())).claims
    claimed, reviewed = claim.statements
    assert (claimed.source, claimed.via, claimed.stance, claimed.made) == (
        "ada-quill",
        ("the-courier",),
        "affirms",
        "2021-03-01",
    )
    assert (reviewed.source, reviewed.stance, reviewed.made, reviewed.adjudicates) == (
        "harbour-checks",
        "denies",
        "2021-03-04",
        True,
    )


def test_a_false_rating_refutes_by_the_rule_and_only_from_its_day_on() -> None:
    record = loaded(feed(review()))
    assert derive(record.claims[0], record).status == "refuted"
    assert [str(each.start) for each in timeline(record.claims[0], record)] == ["2021-03-01", "2021-03-04"]


def test_a_true_rating_confirms_what_the_claimant_said() -> None:
    record = loaded(feed(review(reviewRating={"alternateName": "True"})))
    assert derive(record.claims[0], record).rule == "verdict-for"


@pytest.mark.parametrize(
    ("rating", "stance"),
    [
        ({"ratingValue": 5, "worstRating": 1, "bestRating": 5}, "affirms"),
        ({"ratingValue": 1, "worstRating": 1, "bestRating": 5}, "denies"),
        ({"ratingValue": 3, "worstRating": 1, "bestRating": 5}, "qualifies"),
        ({"alternateName": "Pants on Fire!"}, "denies"),
        ({"alternateName": "Half true"}, "qualifies"),
        ({"ratingValue": 9, "worstRating": 1, "bestRating": 5}, ""),
        ({"ratingValue": "x", "worstRating": 1, "bestRating": 5}, ""),
        ({"ratingValue": 1, "worstRating": 1, "bestRating": 1}, ""),
        ({}, ""),
    ],
)
def test_a_rating_settles_a_matter_only_at_the_ends_of_its_scale(rating: dict[str, Any], stance: str) -> None:
    assert rated(rating)[0] == stance


@pytest.mark.parametrize(
    ("changes", "pointer", "reason"),
    [
        ({"claimReviewed": "word " * 31}, "/claimReviewed", "31 words"),
        ({"claimReviewed": None}, "/claimReviewed", "no text"),
        ({"author": {"@type": "Organization"}}, "/author", "nobody is named"),
        ({"datePublished": "the other day"}, "/datePublished", "no date"),
        ({"reviewRating": None}, "/reviewRating", "neither true nor false"),
        ({"video": "https://v.example"}, "/video", "no such field"),
    ],
)
def test_what_cannot_be_mapped_is_listed_with_its_place(changes: dict[str, Any], pointer: str, reason: str) -> None:
    unmapped = mapped(feed(review(**changes))).unmapped
    assert [each.pointer for each in unmapped] == [f"/dataFeedElement/0/item/0{pointer}"]
    assert reason in unmapped[0].reason


def test_two_reviews_of_the_same_words_keep_ids_of_their_own() -> None:
    record = loaded(feed(review(), review(author={"name": "Other Checks"})))
    assert len({each.id for each in record.claims}) == 2
    assert [each.id for each in record.documents] == ["reviews-by-harbour-checks", "reviews-by-other-checks"]


def test_a_claim_without_a_claimant_is_somebodys() -> None:
    record = loaded(feed(review(itemReviewed={"@type": "Claim"})))
    assert not record.source_by_id[record.claims[0].statements[0].source].named


def test_a_claim_without_a_review_is_one_sources_word() -> None:
    alone = {"@type": "Claim", "text": "The pier is safe.", "author": {"name": "Ada Quill"}, "datePublished": "2020"}
    record = loaded({"@graph": [alone]})
    assert derive(record.claims[0], record).rule == "single-origin"


def test_a_review_by_itself_and_a_list_of_them_are_feeds_too_and_a_record_is_not() -> None:
    assert len(loaded(review()).claims) == len(loaded([review()]).claims) == 1
    assert is_feed(review())
    assert is_feed([review()])
    assert not is_feed({"dataset": {}, "claims": []})
    assert not is_feed([])


def test_keywords_become_topics() -> None:
    record = loaded(feed(review(keywords="Ferries, Piers, ferries")))
    assert record.claims[0].topics == ("ferries", "piers")


def test_a_slug_is_readable_whatever_the_script() -> None:
    assert slug("Der Fährverkehr, 2021!") == "der-fahrverkehr-2021"
    assert slug("渡し船").startswith("x")
