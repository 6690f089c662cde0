"""Credit by stance on every surface but the pages: the command line, the agents' tools, text, CSV, RDF and the feed.

A record has a claim for each thing that a source can do; each surface must show who does it. Then each surface is
searched, over this record, a varied one and the shipped one, for a claim credited to somebody who denies it.
"""

import csv
import io
import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import anyio
import pytest
from mcp import Client

from app.core.model import Claim, Record
from app.core.status import timeline
from app.core.vocabulary import Stance
from app.formats.atom import feed
from app.mcp import inside, tools
from app.record.dataset import dump
from app.record.served import transitions
from app.web import create_app
from tests import records
from tests.cli.sessions import answer
from tests.formats.answers import page, setting
from tests.mcp.test_mcp import said
from tests.running import store_of
from tests.web.asking import essay

MASTER: dict[str, Any] = {"source": "harbour-master", "made": "2021-03"}


def everything() -> Record:
    """A record in which each of the five things is done; Norland and the Courier never affirm a claim."""
    denied = {"source": "norland", "stance": "denies", "made": "2021-05"}
    unaware = {"source": "norland", "stance": "no_evidence", "made": "2021-05"}
    qualified = {"source": "courier", "stance": "qualifies", "made": "2021-06"}
    conceded = {"source": "norland", "stance": "retracts", "made": "2021-07"}
    spoken = {
        "proved": [{**MASTER, "via": ["courier"]}, denied, {"adjudicates": True}],
        "unproved": [MASTER, unaware, qualified],
        "conceded": [MASTER, denied, conceded],
        "unaffirmed": [denied],
    }
    claims = [
        records.claim(id_, statements=[records.statement(f"{id_}-{nth}", **each) for nth, each in enumerate(said)])
        for id_, said in spoken.items()
    ]
    return Record.model_validate(records.record(claims=claims))


def in_cli(record: Record, *lines: str) -> list[str]:
    """What command lines answer of ``record``, each on one line."""
    Path("credit.json").write_bytes(dump(record))
    told = [" ".join(answer(f"{line} --from credit.json").split()) for line in lines]
    assert not [each for each in told if each.startswith("! ")]
    return told


def in_tools(record: Record, *calls: tuple[str, dict[str, object]]) -> list[str]:
    """What the tools answer."""

    async def told() -> list[str]:
        async with inside(create_app(store_of(record))) as client, Client(tools(client)) as agent:
            return [await said(agent, tool, **arguments) for tool, arguments in calls]

    return anyio.run(told)


def rows(record: Record) -> dict[str, dict[str, str]]:
    """The rows of CSV by claim."""
    table = csv.DictReader(io.StringIO(page("csv", record).decode(), newline=""), strict=True)
    return {row["id"]: row for row in table}


@pytest.fixture(autouse=True)
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


GROUPS = [
    ("affirmed_by", "attributed_to", "unproved", "harbour-master", "According to Harbour Master (March 2021): "),
    ("denied_by", "denied_by", "proved", "norland", "; Norland (May 2021) denied this"),
    ("answered_by", "answered_by", "unproved", "norland", "; Norland (May 2021) reported having no evidence of this"),
    ("taken_back_by", "taken_back_by", "conceded", "norland", "; Norland (July 2021) took back its denial of this"),
    ("passed_on_by", "passed_on_by", "proved", "courier", "According to Harbour Master (via The Courier) (March 2021)"),
]


@pytest.mark.parametrize(("term", "field", "claim", "source", "sentence"), GROUPS, ids=[each[0] for each in GROUPS])
def test_each_thing_that_a_source_does_is_seen_on_every_surface(
    term: str, field: str, claim: str, source: str, sentence: str
):
    record = everything()
    heading = term.replace("_", " ").capitalize()
    shown, found = in_cli(record, f"claims show {claim}", f"claims search --{term.replace('_', '-')} {source} --csv")
    assert sentence in shown
    assert re.search(rf"{heading}: [a-z, -]*\b{source}\b", shown)
    assert f",{claim}," in found
    told, listed = in_tools(
        record, ("get_claim", {"id": claim}), ("search_claims", {term: [source], "words": claim})
    )  # fmt: skip
    assert sentence in told
    assert re.search(rf"^{heading}: .*\b{source}\b", told, re.MULTILINE)
    assert f"id: {claim}" in listed
    assert sentence in page("text", record).decode()
    assert source in rows(record)[claim][field].split()
    others = {each for _, each, *_ in GROUPS} - {field}
    assert not [each for each in others if source in rows(record)[claim][each].split()]


def test_a_source_is_told_by_what_it_does_and_what_became_of_it():
    record = everything()
    (listed,) = in_cli(record, "claims sources norland")
    assert "denies 1 confirmed, 1 disputed answers otherwise 1 unconfirmed took back an earlier word on 1 unc" in listed
    (told,) = in_tools(record, ("list_sources", {"id": "norland"}))
    assert told.startswith(
        "- Norland (id norland, government): denies 2 claims (1 confirmed, 1 disputed); answers otherwise 1 claim "
        "(1 unconfirmed); took back an earlier word on 1 claim (1 unconfirmed)\n"
    )
    assert "affirms" not in listed.partition("Claim Before")[0] + told.partition("\n")[0]


def credited(told: str, name: str, id_: str) -> bool:
    """Whether ``told`` says anywhere that this source affirms the claim."""
    for found in re.finditer(r"According to ([^:]+):", told):
        if name in re.split(r", | and ", re.sub(r" \([^)]*\)", "", found[1])):
            return True
    by = re.search(r"Affirmed by: ([a-z0-9, -]*)", told)
    if by and id_ in re.split(r"[, ]+", by[1]):
        return True
    verbs = r"(?: \([^)]*\))*(?: alone)? (?:affirms?\b|says?\b|said\b|writes:|writes this)"
    return bool(re.search(rf"(?<![\w-])(?:{re.escape(name)}|{re.escape(id_)}){verbs}", told, re.IGNORECASE))


@pytest.mark.parametrize(
    ("told", "found"),
    [
        ("According to Max and Norland (via The Courier) (May 2021): It came.", True),
        ("[x] According to Norland: It came; Max denied this.", True),
        ("Norland (May 2021) writes: It came.", True),
        ("Norland alone affirms it.", True),
        ("Affirmed by: max, norland Denied by: ann", True),
        ("said-no norland affirms it (May 2021)", True),
        ("According to Max (via Norland): It came; Norland (May 2021) denied this.", False),
        ("Nobody affirms it; Norland denies it. Affirmed by: max Denied by: norland", False),
        ("According to the Norland Post: It came.", False),
    ],
)
def test_the_search_knows_credit_where_it_stands(told: str, found: bool):
    assert credited(told, "Norland", "norland") is found


def deniers(record: Record) -> Iterator[tuple[Claim, str]]:
    """Claims with each source that denies and never affirms them."""
    for claim in record.claims:
        affirming = {each.source for each in claim.statements if each.stance is Stance.affirms}
        for denier in {each.source for each in claim.statements if each.stance is Stance.denies} - affirming:
            yield claim, denier


def surfaces(record: Record, claim: Claim) -> Iterator[str]:
    """All that is told of ``claim``, surface by surface."""
    id_ = claim.id
    yield from in_cli(record, f"claims show {id_}", f"claims timeline {id_}", f"claims timeline {id_} --csv")
    yield from in_cli(record, f'claims search "{claim.text}" --csv')
    yield from in_tools(
        record,
        ("get_claim", {"id": id_}),
        ("get_timeline", {"id": id_}),
        ("search_claims", {"words": f'"{claim.text.rstrip(".")}"'}),
    )
    alone = record.model_copy(update={"claims": (claim,)})
    yield page("text", alone).decode()
    changes = list(transitions(claim, timeline(claim, record.header)))
    yield feed(changes, setting(record), "Changes", "https://claims.example/").decode()


@pytest.mark.parametrize(
    "make", [everything, lambda: Record.model_validate(records.many(40)), essay], ids=["each", "many", "essay"]
)
def test_no_surface_credits_a_source_with_a_claim_that_it_denies(make: Callable[[], Record]):
    record = make()
    table = rows(record)
    graph = {each["id"].rpartition("/")[2]: each for each in json.loads(page("jsonld", record))["@graph"]}
    wrong = []
    for claim, denier in deniers(record):
        name = record.header.source_by_id[denier].name
        wrong += [told for told in surfaces(record, claim) if credited(told, name, denier)]
        assert denier not in table[claim.id]["attributed_to"].split()
        linked = graph[claim.id]
        agents = [
            *linked.get("wasAttributedTo", []),
            *(each["wasAttributedTo"][0] for each in linked.get("wasDerivedFrom", [])),
        ]
        assert not [each for each in agents if each.endswith(f"/{denier}")]
    assert wrong == []
    assert list(deniers(record))
