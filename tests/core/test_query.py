"""What can be asked, and the plain meaning of the answer."""

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.dates import edtf_span
from app.core.errors import QueryInvalid
from app.core.model import Claim, FileHeader
from app.core.query import (
    FACETS,
    SORTS,
    TERMS,
    ClaimQuery,
    check,
    day_terms,
    matches,
    nearest,
    sort_key,
    terms,
    vocabulary,
)
from app.core.status import period_at
from app.core.vocabulary import Status
from tests import records


@pytest.fixture(scope="module")
def header() -> FileHeader:
    return FileHeader.model_validate({k: v for k, v in records.record().items() if k in FileHeader.model_fields})


@pytest.fixture(scope="module")
def claims() -> dict[str, Claim]:
    return {each["id"]: Claim.model_validate(each) for each in records.claims()}


def asking(**asked: Any) -> ClaimQuery:
    return ClaimQuery(**asked)


def found(claims: dict[str, Claim], header: FileHeader, **asked) -> list[str]:
    return [id_ for id_, each in claims.items() if matches(each, ClaimQuery(**asked), header)]


# Filters


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ({"status": ("disputed",)}, "ferries-promised"),
        ({"status": ("disputed", "confirmed")}, "ferries-promised lease-signed"),
        ({"status": ("disputed",), "as_of": date(2021, 4, 1)}, ""),
        ({"status": ("not_yet_made",), "as_of": date(2021, 4, 1), "kind": ("event",)}, "ferries-moored lease-signed"),
        ({"source": ("courier",)}, "ferries-moored"),
        ({"source": ("norland-official",)}, "ferries-moored"),
        ({"origin": ("courier",)}, ""),
        ({"origin": ("norland",)}, "ferries-promised"),
        ({"via": ("courier",)}, "ferries-moored"),
        ({"via": ("norland",)}, ""),
        ({"stance": ("denies",)}, "ferries-promised"),
        ({"kind": ("forecast", "judgement")}, "second-crossing boldest-gamble"),
        ({"about": ("lease",)}, "lease-signed"),
        ({"about": ("norland",)}, "ferries-promised ferries-moored"),
        ({"topic": ("law",)}, "lease-signed"),
        ({"document": ("the-ferries",), "topic": ("law",)}, "lease-signed"),
        ({"document": ("another",)}, ""),
        ({"section": ("The Reckoning",)}, "second-crossing boldest-gamble ferries-of-1974"),
        ({"topic": ("transport",), "kind": ("forecast",)}, "second-crossing"),
        ({"topic": ("law",), "kind": ("forecast",)}, ""),
        ({"q": "ferries", "stance": ("denies",)}, "ferries-promised"),
        ({"during": edtf_span("2021-06-30/2021-07")}, "ferries-moored second-crossing"),
        ({"during": edtf_span("2021-07-01/..")}, "second-crossing"),
        ({"during": edtf_span("../..")}, "ferries-promised ferries-moored second-crossing ferries-of-1974"),
    ],
)
def test_values_of_one_filter_are_alternatives_and_filters_must_all_hold(claims, header, asked, expected):
    assert found(claims, header, **asked) == expected.split()


def test_every_term_of_every_claim_is_one_by_which_it_is_found(claims, header):
    for id_, each in claims.items():
        values = terms(each, header) | day_terms(each, period_at(each, header))
        assert set(values) == {*TERMS, "said"}
        assert values.pop("said") == {f"{one.source}/{one.stance}" for one in each.statements}
        for name, some in values.items():
            for value in some:
                assert id_ in found(claims, header, **{name: (value,)}), (id_, name, value)


def test_every_term_of_every_claim_is_in_the_vocabulary_and_no_other_value_finds_it(claims, header):
    known = vocabulary(header)
    for id_, each in claims.items():
        values = terms(each, header) | day_terms(each, period_at(each, header))
        for name in TERMS:
            assert values[name] <= set(known[name])
            for value in set(known[name]) - values[name]:
                assert id_ not in found(claims, header, **{name: (value,)}), (id_, name, value)


def test_terms_hold_sources_in_each_role_entities_in_each_role_and_sections(claims, header):
    assert terms(claims["ferries-moored"], header) == {
        "source": {"norland-official", "courier"},
        "origin": {"norland-official"},
        "via": {"courier"},
        "stance": {"affirms"},
        "said": {"norland-official/affirms"},
        "kind": {"event"},
        "background": {"false"},
        "about": {"ferries", "norland", "portvale"},
        "topic": {"transport"},
        "document": {"the-ferries"},
        "section": {"The Crossing"},
    }


def test_what_can_be_counted_can_be_filtered():
    assert set(FACETS) <= set(TERMS)


# Canonical text


def test_the_canonical_text_names_each_filter_once_in_a_fixed_order():
    asked = ClaimQuery(
        q="a b&c", status=("disputed", "confirmed", "disputed"), topic=("law",), as_of=date(2021, 7, 31),
        during=edtf_span("2021"),
    )  # fmt: skip
    assert asked.canonical() == (
        "q=a+b%26c&status=confirmed&status=disputed&topic=law"
        "&during=Span%28start%3Ddatetime.date%282021%2C+1%2C+1%29%2C+end%3Ddatetime.date%282021%2C+12%2C+31%29%29"
        "&as_of=2021-07-31"
    )
    assert ClaimQuery().canonical() == ""
    assert ClaimQuery(kind=("", "event"), topic=("",)).canonical() == "kind=event"


def test_the_filters_given_are_named_with_their_own_values():
    for name in TERMS:
        given: dict[str, Any] = {name: ("b", "a")}
        assert ClaimQuery(q="a", as_of=date(2021, 1, 1), **given).filters() == [(name, ("b", "a"))]


asked_queries = st.builds(
    ClaimQuery()._replace,  # of a named tuple hypothesis would make up the fields that are not named here
    q=st.sampled_from(["", "a", "b", "status=a"]),
    status=st.lists(st.sampled_from(["a", "b"]), max_size=3).map(tuple),
    source=st.lists(st.sampled_from(["a", "b"]), max_size=3).map(tuple),
    during=st.none() | st.sampled_from([edtf_span("2021"), edtf_span("2022")]),
    as_of=st.none() | st.sampled_from([date(2021, 1, 1), date(2022, 1, 1)]),
)


@given(asked_queries, asked_queries)
def test_two_questions_have_one_canonical_text_if_and_only_if_they_are_the_same(one, other):
    def meaning(query):
        return query.q, set(query.status), set(query.source), query.during, query.as_of

    assert (one.canonical() == other.canonical()) == (meaning(one) == meaning(other))


# Order


def ordered(claims, header, sort: str, **asked) -> list[str]:
    query = ClaimQuery(**asked)
    keys = {id_: sort_key(each, at, query, header, sort) for at, (id_, each) in enumerate(claims.items())}
    assert len(set(keys.values())) == len(keys)
    return sorted(keys, key=lambda id_: keys[id_])


PROMISED, MOORED, LEASE, CROSSING, GAMBLE, OLD = (each["id"] for each in records.claims())


@pytest.mark.parametrize(
    ("sort", "expected"),
    [
        ("document", [PROMISED, MOORED, LEASE, CROSSING, GAMBLE, OLD]),
        ("-document", [OLD, GAMBLE, CROSSING, LEASE, MOORED, PROMISED]),
        ("status", [LEASE, MOORED, PROMISED, OLD, CROSSING, GAMBLE]),
        ("-status", [CROSSING, GAMBLE, OLD, PROMISED, MOORED, LEASE]),
        ("period", [CROSSING, OLD, PROMISED, MOORED, LEASE, GAMBLE]),
        ("-period", [MOORED, PROMISED, OLD, CROSSING, LEASE, GAMBLE]),
        ("relevance", [PROMISED, MOORED, LEASE, OLD, CROSSING, GAMBLE]),
        ("-relevance", [CROSSING, GAMBLE, PROMISED, MOORED, LEASE, OLD]),
    ],
)
def test_each_order_keeps_ties_and_claims_without_a_period_in_the_order_of_the_document(claims, header, sort, expected):
    assert sort.lstrip("-") in SORTS
    assert ordered(claims, header, sort, q="ferries") == expected


def test_periods_that_begin_together_are_ordered_by_their_ends(claims, header):
    longer = claims[PROMISED].model_copy(update={"period": "2021-06/2022"})
    both = {"longer": Claim.model_validate(longer.model_dump()), "shorter": claims[MOORED]}
    assert ordered(both, header, "period") == ["shorter", "longer"]
    assert ordered(both, header, "-period") == ["longer", "shorter"]


def test_the_order_by_status_is_that_of_the_day_asked_for(claims, header):
    assert ordered(claims, header, "status", as_of=date(2021, 4, 1))[0] == PROMISED


# Refusals


@pytest.mark.parametrize(
    ("name", "value", "meant"),
    [
        ("status", "confirmd", "confirmed"),
        ("status", "Confirmed", "confirmed"),
        ("source", "harbor-master", "harbour-master"),
        ("origin", "curier", "courier"),
        ("via", "courrier", "courier"),
        ("stance", "denied", "denies"),
        ("kind", "forcast", "forecast"),
        ("about", "port-vale", "portvale"),
        ("topic", "transports", "transport"),
        ("document", "the-ferry", "the-ferries"),
        ("section", "the crossing", "The Crossing"),
    ],
)
def test_a_value_that_no_claim_can_have_is_refused_with_what_was_meant(header, name, value, meant):
    with pytest.raises(QueryInvalid) as refused:
        check(asking(**{name: (value,)}), vocabulary(header))
    assert refused.value.parameter == name
    assert refused.value.did_you_mean[0] == meant
    assert str(refused.value).startswith(f"{name}: {value!r} is not known here. Did you mean {meant!r}")


def test_the_first_unknown_value_among_known_ones_is_refused(header):
    with pytest.raises(QueryInvalid, match="'rumour'"):
        check(ClaimQuery(status=("confirmed", "rumour")), vocabulary(header))


def test_a_long_unknown_value_is_quoted_in_part(header):
    with pytest.raises(QueryInvalid) as refused:
        check(ClaimQuery(topic=("x" * 5000,)), vocabulary(header))
    assert refused.value.message == f"'{'x' * 100}' is not known here."
    assert refused.value.did_you_mean == ()


def test_every_value_of_the_vocabulary_is_accepted(header):
    known = vocabulary(header)
    assert list(known) == list(TERMS)
    check(asking(**{name: tuple(values) for name, values in known.items()}), known)
    check(ClaimQuery(q="anything", during=edtf_span("2021")), known)


def test_the_vocabulary_lists_each_section_once_in_the_order_of_the_document(header):
    assert list(vocabulary(header)["section"]) == ["The Crossing", "The Reckoning"]
    assert list(vocabulary(header)["status"]) == [each.value for each in Status]
    assert list(vocabulary(header)["document"]) == ["the-ferries"]
    assert list(vocabulary(header)["topic"]) == ["transport", "law"]


def test_at_most_three_near_words_are_offered_the_likeliest_first():
    assert nearest("norlan", ["norland", "norlands", "norlan-d", "orlan", "Elsewhere"])[0] == "norland"
    assert len(nearest("norlan", ["norland", "norlands", "norlan-d", "orlan", "Elsewhere"])) == 3
    assert nearest("qqq", ["norland"]) == ()
    assert nearest("NORLAND", ["Norland"]) == ("Norland",)
    assert nearest("norland" + "x" * 10_000, ["norland"]) == ()
    assert nearest("x" * 10_000, ["x" * 100]) == ("x" * 100,)


def test_words_that_share_about_half_their_letters_are_not_offered():
    assert nearest("abcdefgh", ["abcdwxyz"]) == ()
    assert nearest("abcdefgh", ["abcdewyz"]) == ("abcdewyz",)


def test_what_was_meant_is_found_among_ten_thousand_ids():
    known = [f"source-{nth}-{'ferry' if nth % 2 else 'pilot'}" for nth in range(10_000)]
    assert nearest("sorce-7777-fery", known)[0] == "source-7777-ferry"
    assert nearest("x" * 100_000, known) == ()
