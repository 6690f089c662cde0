"""Small valid records as plain dicts, about an invented essay, for every test that needs one.

``record()`` is a whole record of six claims with a status each; its makers (``claim``, ``statement`` ..) take
changes by keyword, where ``None`` leaves a field out. Passages that no claim rests on are given a reason by themselves,
so ``record(claims=[claim("a")])`` is valid as it stands. ``many(n)`` makes n varied claims, the same ones every time;
``five_ways()`` has a source that affirms, denies, answers, takes back and passes on.
"""

import json
import random
from typing import Any

from app.record.anchors import digest, fold

ESSAY = (
    (
        "p1s1",
        "The Crossing",
        "In March 2021 Portvale\u2019s harbour master announced that Norland would lend it ferries.",
    ),
    ("p1s2", "The Crossing", "Norland denied it."),
    (
        "p1s3",
        "The Crossing",
        "In June the Courier, citing a \u201csenior official\u201d, reported that twelve had come.",
    ),
    ("p1s4", "The Crossing", "A lease was signed, the harbour master said, and so it turned out."),
    ("p2s1", "The Reckoning", "By 2030 a second crossing will have opened \u2014 or so I expect."),
    ("p2s2", "The Reckoning", "Few towns have gambled as boldly."),
    ("p2s3", "The Reckoning", "The old ferries date from 1974."),
    ("p2s4", "The Reckoning", "Why, then?"),
)
"""An essay of eight sentences: ref, section, sentence."""

TEXT = "\n\n".join(" ".join(said for ref, _, said in ESSAY if ref.startswith(start)) for start in ("p1", "p2"))
"""The same essay as its readers have it, with curly quotes and line breaks."""


def made(fields: dict[str, Any], changes: dict[str, Any]) -> dict[str, Any]:
    """``fields`` with ``changes``; what is ``None`` is left out."""
    return {name: value for name, value in (fields | changes).items() if value is not None}


def passages() -> list[dict[str, Any]]:
    """The passages of the essay, in order, none omitted."""
    folded, found, at = fold(TEXT), [], 0
    for ref, section, said in ESSAY:
        start = folded.index(fold(said), at)
        at = start + len(fold(said))
        found.append({"ref": ref, "section": section, "start": start, "end": at, "sha256": digest(fold(said))})
    return found


def document(id_: str = "the-ferries", **changes: Any) -> dict[str, Any]:
    """The essay, by Ada Quill, published on 1 February 2022."""
    text = {"length": len(fold(TEXT)), "sha256": digest(fold(TEXT)), "normalization": "fold-1"}
    fields = {"id": id_, "title": "The Ferries", "author": "ada-quill", "publisher": "Vale Review"}
    return made(fields | {"published": "2022-02-01", "language": "en", "text": text, "passages": passages()}, changes)


def source(id_: str, **changes: Any) -> dict[str, Any]:
    """A named person."""
    return made({"id": id_, "name": id_.replace("-", " ").title(), "kind": "person", "named": True}, changes)


def entity(id_: str, **changes: Any) -> dict[str, Any]:
    """A place."""
    return made({"id": id_, "name": id_.replace("-", " ").title(), "kind": "place"}, changes)


def topic(id_: str, **changes: Any) -> dict[str, Any]:
    """A subject."""
    return made({"id": id_, "name": id_.replace("-", " ").capitalize()}, changes)


def statement(id_: str, **changes: Any) -> dict[str, Any]:
    """The author's undated affirmation, in the essay's first sentence; with ``made``, one that the essay dates."""
    basis = "text" if changes.get("made") else "document"
    fields = {"id": id_, "source": "ada-quill", "stance": "affirms", "date_basis": basis, "passages": ["p1s1"]}
    return made(fields, changes)


def claim(id_: str = "a", **changes: Any) -> dict[str, Any]:
    """An event of which only the author tells."""
    fields = {"id": id_, "text": f"Something called {id_} came to pass.", "kind": "event", "document": "the-ferries"}
    return made(fields | {"statements": [statement(f"{id_}-1")]}, changes)


def claims() -> list[dict[str, Any]]:
    """Six claims; their statuses in order: disputed, unconfirmed, confirmed, not_checkable, not_checkable, asserted."""
    master = {"source": "harbour-master"}
    return [
        claim(
            "ferries-promised", text="Norland agreed to lend Portvale forty ferries.", about=["ferries", "portvale"],
            parties=["norland"], topics=["transport"], period="2021-03",
            quantities=[{"value": 40, "unit": "ferries", "of": "ferries to be lent"}],
            statements=[
                statement("promised-master", **master, made="2021-03"),
                statement("promised-norland", source="norland", stance="denies", made="2021-03/2021-05",
                          passages=["p1s2"]),
            ],
        ),
        claim(
            "ferries-moored", text="Twelve ferries of Norland were moored at Portvale by June 2021.", about=["ferries"],
            parties=["norland", "portvale"], topics=["transport"], period="2021-06",
            quantities=[{"value": 12, "unit": "ferries", "of": "ferries moored"}],
            statements=[
                statement("moored-official", source="norland-official", via=["courier"], made="2021-06",
                          passages=["p1s3"]),
            ],
            related=[{"relation": "supports", "claim": "ferries-promised"}],
        ),
        claim(
            "lease-signed", text="Portvale and Norland signed a lease for ferries.", about=["lease"],
            parties=["portvale"], topics=["transport", "law"],
            statements=[
                statement("lease-master", **master, not_before="2021-03", passages=["p1s4"]),
                statement("lease-settled", adjudicates=True, passages=["p1s4"]),
            ],
        ),
        claim(
            "second-crossing", text="A second crossing will open at Portvale by 2030.", kind="forecast",
            about=["portvale"], topics=["transport"],
            period="../2030", statements=[statement("crossing-quill", passages=["p2s1"])],
        ),
        claim(
            "boldest-gamble", text="Portvale gambled more boldly than most towns.", kind="judgement",
            about=["portvale"], statements=[statement("gamble-quill", passages=["p2s2"])],
        ),
        claim(
            "ferries-of-1974", text="Portvale's own ferries were built in 1974.", kind="state",
            about=["ferries", "portvale"],
            period="1974", statements=[statement("ferries-quill", passages=["p2s3"])],
            note="The essay calls them old.",
        ),
    ]  # fmt: skip


def record(**changes: Any) -> dict[str, Any]:
    """A whole record. ``claims=`` and the others replace a list; uncovered passages get a reason for being omitted."""
    whole = made(
        {
            "$schema": "/schema/claims.json",
            "dataset": {"title": "Claims of The Ferries", "version": "1.0.0", "licence": "CC-BY-4.0", "language": "en"},
            "documents": [document()],
            "sources": [
                source("ada-quill"),
                source("harbour-master", role="Harbour master of Portvale", speaks_for="portvale"),
                source("norland", kind="government", speaks_for="norland"),
                source("norland-official", name="an unnamed senior official", named=False, part_of="norland"),
                source("courier", name="The Courier", kind="outlet", same_as=["https://courier.example/"]),
            ],
            "entities": [
                entity("portvale", aliases=["Port Vale"]),
                entity("norland", kind="state"),
                entity("ferries", kind="weapon", name="M-40 ferries"),
                entity("lease", kind="agreement"),
            ],
            "topics": [topic("transport"), topic("law")],
            "claims": claims(),
        },
        changes,
    )
    for each in whole["documents"]:
        covered = {
            ref
            for one in whole["claims"] if one.get("document") == each.get("id")
            for said in one.get("statements", ()) for ref in said.get("passages", ())
        }  # fmt: skip
        for passage in each.get("passages", ()):
            if passage["ref"] not in covered:
                passage.setdefault("omitted", "A question that claims nothing.")
    return whole


def as_json(whole: dict[str, Any]) -> bytes:
    """A record as the bytes of ``claims.json``, a line for each value."""
    return json.dumps(whole, indent=2, ensure_ascii=False).encode()


def as_lines(whole: dict[str, Any]) -> list[bytes]:
    """A record as the lines of ``claims.jsonl``: the header with the number of claims, then a claim each."""
    header = whole | {"claims": len(whole["claims"])}
    return [json.dumps(each, ensure_ascii=False).encode() + b"\n" for each in (header, *whole["claims"])]


def many(count: int, seed: int = 0) -> dict[str, Any]:
    """A record of ``count`` varied claims with one to three statements each; the same for the same arguments."""
    chance = random.Random(seed)
    words = "harbour ferry lease tide mayor crossing winter council freight anchor ledger pilot signal island".split()
    origins = ["harbour-master", "norland", "norland-official", "courier"]
    stances = ["affirms", "denies", "no_evidence", "no_comment", "qualifies"]
    refs = [ref for ref, _, _ in ESSAY]

    def one(number: int) -> dict[str, Any]:
        id_ = f"claim-{number}"
        year = chance.randint(2010, 2021)
        said = [
            statement(
                f"{id_}-{nth}", source=chance.choice(origins), made=f"{year}-{chance.randint(1, 12):02}",
                stance=chance.choices(stances, [8, 2, 1, 1, 1])[0],
                passages=[chance.choice(refs)],
            )
            for nth in range(chance.randint(1, 3))
        ]  # fmt: skip
        if chance.random() < 0.3:
            said.append(statement(f"{id_}-author", passages=[chance.choice(refs)]))
        return claim(
            id_,
            text=f"Number {number} of the {' '.join(chance.choices(words, range(len(words), 0, -1), k=8))} reports.",
            kind=chance.choice(["event", "state", "speech", "belief", "forecast", "judgement"]),
            about=[chance.choice(["portvale", "ferries", "lease"])],
            parties=[chance.choice(["portvale", "norland"])] if chance.random() < 0.5 else None,
            topics=[chance.choice(["transport", "law"])],
            period=str(year) if chance.random() < 0.7 else None,
            statements=said,
        )

    return record(claims=[one(number) for number in range(count)])


def five_ways(**changes: Any) -> dict[str, Any]:
    """A record in which Norland affirms, denies, answers, takes back and only passes on, twice each but the last.

    Of its denials the author settles one against it and one for it, one is open and one is taken back. Every dated
    word is dated to a month.
    """
    quay, courier = {"source": "harbour-master"}, {"source": "courier", "passages": ["p1s3"]}
    norland = {"source": "norland", "passages": ["p1s2"]}

    def one(id_: str, text: str, *said: dict[str, Any], **more: Any) -> dict[str, Any]:
        statements = [statement(f"{id_}-{nth}", **each) for nth, each in enumerate(said, 1)]
        return claim(id_, text=text, statements=statements, **more)

    return record(
        claims=[
            one("quay-closed", "Norland closed its eastern quay.", norland | {"made": "2021-01"}, parties=["norland"]),
            one("toll-raised", "The toll at Portvale was raised.", norland | {"made": "2021-03"}),
            one(
                "ferries-sold", "Norland sold its ferries to a stranger.", quay | {"made": "2021-03"},
                norland | {"stance": "denies", "made": "2021-04"}, {"adjudicates": True, "passages": ["p1s4"]},
                parties=["norland"],
            ),
            one(
                "pier-burnt", "A pier of Norland burnt down.", courier | {"made": "2021-03"},
                norland | {"stance": "denies", "made": "2021-04"},
                {"stance": "denies", "adjudicates": True, "passages": ["p1s4"]},
            ),
            one(
                "pilots-dismissed", "Norland dismissed its pilots.", courier | {"made": "2021-03"},
                norland | {"stance": "denies", "made": "2021-04", "via": ["courier"]},
            ),
            one(
                "engines-bought", "Norland bought engines abroad.", courier | {"made": "2021-03"},
                norland | {"stance": "no_evidence", "made": "2021-04"},
            ),
            one(
                "harbour-dredged", "The harbour of Norland was dredged.", courier | {"made": "2021-03"},
                norland | {"stance": "qualifies"},
            ),
            one(
                "crew-struck", "The crews of Norland struck.", courier | {"made": "2021-03"},
                norland | {"stance": "denies", "made": "2021-04"}, norland | {"stance": "retracts", "made": "2021-06"},
            ),
            one(
                "bridge-planned", "Norland planned a bridge.", norland | {"made": "2021-03"},
                norland | {"stance": "retracts", "made": "2021-06"},
            ),
            one("storm-foreseen", "The harbour master saw a storm coming.", quay | {"via": ["norland"]}),
            one("ferries-of-1974", "Portvale's own ferries date from 1974.", {"passages": ["p2s3"]}, background=True),
        ],
        **changes,
    )  # fmt: skip
