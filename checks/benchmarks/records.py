"""Records of any size, streamed: the same claims for the same size and seed, valid in every respect.

Words follow Zipf's law, as they do in any language; claims have one to four statements of several origins, with relays,
denials, retractions, verdicts and dates of every precision. ``python -m checks.benchmarks.records 100000`` prints a
record in its JSON Lines form; ``100000 5000 97 50000`` one of 5,000 documents with 97 passages each, and of 50,000
sources.
"""

import json
import random
import sys
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from hashlib import sha256
from itertools import accumulate
from typing import Any, BinaryIO

from app.core.model import Claim, FileHeader
from app.core.vocabulary import ClaimKind, EntityKind, SourceKind

KINDS = tuple(ClaimKind)
KIND_WEIGHTS = tuple(accumulate((40, 20, 10, 10, 8, 7, 5)))
SECTIONS = "Introduction|Background|The Crossing|The Reckoning|A Quiet Bargain|Su-35 and After|Outlook|Türkiye".split(
    "|"
)
MARKED = ("Su-35", "Türkiye", "Shahed-136", "harbour", "denies", "denied", "NATO")
"""Words that a search must fold, split or stem, among the commonest."""


def words(count: int, seed: int) -> list[str]:
    """Different made-up words, the commonest first."""
    chance = random.Random(f"words {seed}")
    starts, middles, ends = (
        "b d f g k l m n p r s t v br tr st".split(),
        "a e i o u ai ou".split(),
        "n r l t s m nd rt".split(),
    )
    made: dict[str, None] = dict.fromkeys(MARKED)
    while len(made) < count:
        syllables = (chance.choice(starts) + chance.choice(middles) for _ in range(chance.choice((1, 2, 2, 3))))
        made["".join(syllables) + chance.choice(ends)] = None
    return list(made)


def header_fields(
    count: int, seed: int = 0, documents: int = 0, passages: int = 0, speakers: int = 0
) -> dict[str, Any]:
    """The header of the record of ``count`` claims, as its file holds it; with ``passages`` in each of ``documents``.

    No claim is made from those passages of a document that are more than its claims.
    """
    chance = random.Random(f"header {seed}")
    speakers = speakers or 20 + min(480, count // 500)
    name = iter(words(3000 + 2 * speakers, seed + 1))
    documents = documents or 1 + min(199, count // 100)
    sources = [
        {
            "id": f"source-{nth}", "name": f"{next(name).title()} {next(name).title()}",
            "kind": chance.choice(list(SourceKind)), "named": chance.random() < 0.8,
        }
        for nth in range(speakers)
    ]  # fmt: skip
    for nth, each in enumerate(sources):
        if nth and chance.random() < 0.2:
            each["part_of"] = f"source-{chance.randrange(nth)}"
        if chance.random() < 0.4:
            each["speaks_for"] = f"entity-{chance.randrange(12)}"
    authors = [
        {"id": f"author-{nth}", "name": f"{next(name).title()} Quill", "kind": "person", "named": True}
        for nth in range(5)
    ]
    entities = [
        {
            "id": f"entity-{nth}", "name": f"{next(name).title()} {next(name)}",
            "kind": chance.choice(list(EntityKind)),
            "aliases": [next(name).title()] if chance.random() < 0.5 else [],
        }
        for nth in range(30 + min(370, count // 1000))
    ]  # fmt: skip
    return {
        "dataset": {"title": f"{count} claims", "version": "1.0.0", "licence": "CC0-1.0", "language": "en"},
        "documents": [_document(nth, _covered(nth, documents, count), passages, chance) for nth in range(documents)],
        "sources": [*authors, *sources],
        "entities": entities,
        "topics": [{"id": f"topic-{nth}", "name": next(name).title()} for nth in range(24)],
    }


def header(count: int, seed: int = 0, speakers: int = 0) -> FileHeader:
    """The header of the record of ``count`` claims."""
    return FileHeader.model_validate_json(json.dumps(header_fields(count, seed, speakers=speakers)))


def lines(count: int, seed: int = 0) -> Iterator[bytes]:
    """The claims of the record as JSON, a line each without its end."""
    return map(str.encode, _Claims(header_fields(count, seed), count, seed))


def claims(count: int, seed: int = 0, speakers: int = 0) -> Iterator[Claim]:
    """The claims of the record as models."""
    return map(Claim.model_validate_json, _Claims(header_fields(count, seed, speakers=speakers), count, seed))


def _covered(nth: int, documents: int, count: int) -> int:
    """Passages of a document on which claims rest: no more than it has claims."""
    here = (nth + 1) * count // documents - nth * count // documents
    return max(1, min(50, here))


def _document(nth: int, covered: int, passages: int, chance: random.Random) -> dict[str, Any]:
    size = max(covered, passages)
    sections = chance.sample(SECTIONS, 3)
    published = date(2005, 1, 1) + timedelta(chance.randrange(7000))
    made = [
        {
            "ref": f"p{1 + at // 5}s{1 + at % 5}", "section": sections[at * 3 // size],
            "start": at * 100, "end": at * 100 + 99,
            "sha256": sha256(f"{nth} {at}".encode()).hexdigest(),
            **({} if at < covered else {"omitted": "It claims nothing."}),
        }
        for at in range(size)
    ]  # fmt: skip
    return {
        "id": f"document-{nth}", "title": f"Essay {nth}", "author": f"author-{nth % 5}", "publisher": "Vale Review",
        "published": published.isoformat()[: chance.choice((7, 10, 10))], "language": "en",
        "text": {"length": size * 100, "sha256": sha256(str(nth).encode()).hexdigest(), "normalization": "fold-1"},
        "passages": made,
    }  # fmt: skip


class _Claims:
    """Writes claim after claim as JSON text: models would take ten times as long."""

    def __init__(self, fields: dict[str, Any], count: int, seed: int) -> None:
        self.count = count
        self.chance = random.Random(f"claims {seed}")
        self.words = words(30_000, seed)
        self.weights = list(accumulate(1 / (rank + 3) for rank in range(len(self.words))))
        self.documents = fields["documents"]
        self.refs = [
            [each["ref"] for each in document["passages"] if "omitted" not in each] for document in self.documents
        ]
        self.sources = [each["id"] for each in fields["sources"] if each["id"].startswith("source")]
        self.source_weights = list(accumulate(1 / (rank + 4) for rank in range(len(self.sources))))
        self.entities = [each["id"] for each in fields["entities"]]
        self.entity_weights = list(accumulate(1 / (rank + 4) for rank in range(len(self.entities))))
        self.topics = [each["id"] for each in fields["topics"]]
        self.before = ""

    def __iter__(self) -> Iterator[str]:
        documents = len(self.documents)
        for nth in range(documents):
            first, end = nth * self.count // documents, (nth + 1) * self.count // documents
            for number in range(first, end):
                yield self.claim(number, nth, (number - first) * len(self.refs[nth]) // (end - first))

    def claim(self, number: int, document: int, passage: int) -> str:
        chance = self.chance
        said = chance.choices(self.words, cum_weights=self.weights, k=chance.randrange(8, 19))
        id_ = f"{said[0]}-{said[1]}-{number}".lower().replace("ü", "ue")
        kind = chance.choices(KINDS, cum_weights=KIND_WEIGHTS)[0]
        entities = dict.fromkeys(
            chance.choices(self.entities, cum_weights=self.entity_weights, k=chance.choice((1, 2, 2, 3)))
        )
        about, parties = list(entities)[:2], list(entities)[1:]
        period = f'"period":"{self.period()}",' if chance.random() < 0.7 else ""
        quantity = (
            f'{{"value":{chance.choice(("27", "6.5", "1e3"))},"unit":"percent","of":"{said[2]}"}}'
            if chance.random() < 0.1
            else ""
        )
        linked = self.before and chance.random() < 0.1
        related = f'{{"relation":"elaborates","claim":"{self.before}"}}' if linked else ""
        topics = _list(set(chance.choices(self.topics, k=chance.choice((1, 1, 2)))))
        self.before = id_
        return (
            f'{{"id":"{id_}","text":"{said[0].capitalize()} {" ".join(said[1:])}.","kind":"{kind.value}",'
            f'"document":"document-{document}","about":{_list(about)},"parties":{_list(parties)},'
            f'"topics":{topics},{period}"quantities":[{quantity}],'
            f'"statements":[{",".join(self.statements(id_, document, passage))}],"related":[{related}]}}'
        )

    def statements(self, id_: str, document: int, passage: int) -> Iterator[str]:
        chance, refs, count = (
            self.chance,
            self.refs[document],
            self.chance.choices((1, 2, 3, 4), cum_weights=(50, 80, 95, 100))[0],
        )
        for nth in range(count):
            refs_here = [refs[passage]] if nth == 0 or chance.random() < 0.7 else [refs[chance.randrange(len(refs))]]
            shape, where = chance.random(), f'"passages":{_list(refs_here)}}}'
            opening = f'{{"id":"{id_}-{nth}","source":'
            author = f'"author-{document % 5}"'
            if shape < 0.25:
                yield f'{opening}{author},"stance":"affirms","date_basis":"document",{where}'
                continue
            if shape < 0.31:
                stance = "affirms" if shape < 0.29 else "denies"
                yield f'{opening}{author},"stance":"{stance}","adjudicates":true,"date_basis":"document",{where}'
                continue
            source, *via = chance.choices(
                self.sources, cum_weights=self.source_weights, k=chance.choice((1, 1, 1, 2, 3))
            )
            relays = f'"via":{_list(set(via) - {source})},' if via else ""
            opening += f'"{source}",{relays}'
            if shape < 0.4:
                earliest = f'"not_before":"{self.day(4)}",' if shape < 0.36 else ""
                yield f'{opening}"stance":"affirms","date_basis":"document",{earliest}{where}'
            elif shape < 0.43:
                year = chance.randrange(2000, 2003)
                yield f'{opening}"stance":"affirms","made":"{year}","date_basis":"text",{where}'
                opening = f'{{"id":"{id_}-{nth}-back","source":"{source}",{relays}'
                yield f'{opening}"stance":"retracts","made":"{year + 1}-03","date_basis":"text",{where}'
            else:
                stance = chance.choices(
                    ("affirms", "denies", "no_evidence", "no_comment", "qualifies"), cum_weights=(70, 85, 90, 95, 100)
                )[0]
                yield f'{opening}"stance":"{stance}","made":"{self.day()}","date_basis":"inferred",{where}'

    def day(self, last: int = 0) -> str:
        chance = self.chance
        length = chance.choice((4, 7, 7, 10, 10))
        return f"{chance.randrange(2000, 2005 - (last > 0))}-{chance.randrange(1, 13):02}-{chance.randrange(1, 29):02}"[
            :length
        ]

    def period(self) -> str:
        start, shape = self.day(), self.chance.random()
        if shape < 0.7:
            return start
        return f"{start}/.." if shape < 0.8 else f"{start[:4]}/{int(start[:4]) + self.chance.randrange(1, 9)}"


def _list(ids: Sequence[str] | set[str]) -> str:
    return "[" + ",".join(f'"{each}"' for each in sorted(ids)) + "]"


def write_record(count: int, out: BinaryIO, documents: int = 0, passages: int = 0, speakers: int = 0) -> None:
    """Write a record in its JSON Lines form."""
    fields = header_fields(count, 0, documents, passages, speakers)
    out.write(json.dumps(fields).encode() + b"\n")
    out.writelines(line.encode() + b"\n" for line in _Claims(fields, count, 0))


def main() -> None:
    """Print a record: of so many claims, documents, passages in each document, and sources."""
    count, *more = map(int, sys.argv[1:])
    write_record(count, sys.stdout.buffer, *more)


if __name__ == "__main__":
    main()
