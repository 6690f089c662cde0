"""``claims.json`` and ``claims.jsonl`` as a :class:`~app.core.model.Record`: read whole, or refused with all faults.

A record that is read is right: its shapes (:mod:`app.core.model`), the rules between its objects
(:mod:`app.record.crosscheck`), its syntax and encoding. The JSON Lines form holds the header in its first line, then
one claim a line; it is read as a stream, however long it is. ``"claims": 200`` in its first line says how many follow,
so that a file which is still being written is not taken for the whole.
"""

import hashlib
import json
import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from io import BytesIO
from itertools import chain
from pathlib import Path as FilePath
from typing import Any

from pydantic import BaseModel, TypeAdapter, ValidationError

from app.core.documents import Document
from app.core.errors import Fault, RecordInvalid
from app.core.model import Claim, Entity, FileHeader, Record, Source, Topic, claim_json
from app.record.crosscheck import ClaimCheck
from app.record.files import read, read_lines
from app.record.header import Ground, header_faults
from app.record.lines import ClaimLines, as_list, salvaged_claim, well_formed
from app.record.shapes import shape_faults
from app.record.syntax import Finding, control_characters, parse, pointer, survey

_LINES = re.compile(rb"\{[^\n]*\}[ \t\r]*\n\s*\{")
"""How the JSON Lines form begins, and no JSON can: one object ends with its line, and another begins."""

_HEADER = TypeAdapter(FileHeader)
_MODELS: Mapping[str, type[BaseModel]] = {"documents": Document, "sources": Source, "entities": Entity, "topics": Topic}


def load(data: bytes, name: str = "claims.json", *, unfinished: bool = False) -> Record:
    """The record that ``data`` holds as JSON; with ``unfinished`` it may still have the placeholder of a new one.

    Raises :class:`~app.core.errors.RecordInvalid` with all faults, in the order of the file.
    """
    raw, faults = parse(data, name)
    findings: list[Finding] = []
    record = None
    try:
        record = Record.model_validate_json(data, strict=True)
    except ValidationError as error:
        fields = raw if isinstance(raw, dict) else {}
        findings += [*shape_faults(error), *_between(_ground(fields), as_list(fields.get("claims")))]
    else:
        findings += _between(Ground.of(record.header), record.claims, unfinished=unfinished)
    findings += control_characters(data, raw, findings)
    if record is None or findings or faults:
        raise RecordInvalid(_sorted(data, findings, faults), name)
    return record


def load_lines(lines: Iterable[bytes], name: str = "claims.jsonl") -> tuple[FileHeader, ClaimLines]:
    """The header, and the claims as they are read, from the JSON Lines form.

    Faults of the header are raised at once, those of claims when the iterator ends or has met 100 of them, as
    :class:`~app.core.errors.RecordInvalid`. What it gave until then is good by itself; only its end says that the whole
    is.
    """
    rest = iter(lines)
    first = next(rest, b"")
    raw, faults = parse(first, name)
    findings: list[Finding] = []
    count = raw.pop("claims", None) if isinstance(raw, dict) else None
    if count is not None and (type(count) is not int or count < 0):
        alone = "the first line is the header alone; "
        said = f"{alone}write each claim on a line of its own, and here at most their number"
        raise RecordInvalid([Fault("/claims", 1, said)], name)
    header = None
    try:
        fields = {key: value for key, value in raw.items() if key != "$schema"} if isinstance(raw, dict) else raw
        header = FileHeader.model_validate_json(json.dumps(fields), strict=True)
    except ValidationError as error:
        findings += shape_faults(error)
        ground = _ground(raw if isinstance(raw, dict) else {})
    else:
        ground = Ground.of(header)
    findings += header_faults(ground)
    findings += control_characters(first, raw, findings)
    if header is None or findings or faults:
        raise RecordInvalid([*faults, *(Fault(pointer(path), 1, said) for path, said in findings)], name)
    return header, ClaimLines(rest, ground, name, count)


def load_file(path: FilePath, *, unfinished: bool = False) -> Record:
    """The record in a file of either form, told apart by its name or by its first lines. Raises as :func:`load`."""
    lines: Iterable[bytes] = read_lines(path)
    if path.suffix not in (".jsonl", ".ndjson"):
        data = read(path)
        if not _LINES.match(data):
            return load(data, path.name, unfinished=unfinished)
        lines = BytesIO(data)
    header, claims = load_lines(lines, path.name)
    return Record.model_construct(**dict(header), schema_=None, claims=tuple(claims))


def dump(record: Record) -> bytes:
    """The record as ``claims.json``: what is empty left out, a value on one line where it fits."""
    fields = record.model_dump(mode="json", by_alias=True, exclude_defaults=True)
    schema = {"$schema": fields.pop("$schema")} if "$schema" in fields else {}
    return (_pretty(schema | fields, "") + "\n").encode()


def dump_lines(header: FileHeader, claims: Collection[Claim]) -> Iterator[bytes]:
    """The JSON Lines form, a line at a time; claims as :func:`~app.core.model.claim_json` has them."""
    yield canonical_header(header)[:-1] + header_end(len(claims))
    for claim in claims:
        yield claim_json(claim) + b"\n"


def header_end(count: int) -> bytes:
    """What takes the place of the last brace of :func:`canonical_header` before ``count`` lines of claims."""
    return b',"claims":%d}\n' % count


def canonical_header(header: FileHeader) -> bytes:
    """The header as JSON on one line, the same for the same record; without ``$schema`` and claims."""
    plain = header.header if isinstance(header, Record) else header
    return _HEADER.dump_json(plain, by_alias=True, exclude_none=True)


class Revision:
    """The revision of a record, from its header and its claims' JSON as they stream by."""

    def __init__(self, header_json: bytes) -> None:
        self._sum = hashlib.sha256(header_json + b"\n")

    def update(self, claim_lines: bytes) -> None:
        """Add the next claims' record JSON, a line each, with its end."""
        self._sum.update(claim_lines)

    def __str__(self) -> str:
        return self._sum.hexdigest()[:16]


def revision(header_json: bytes, claim_lines: Iterable[bytes]) -> str:
    """16 hexadecimal digits of the SHA-256 of the canonical header and of each claim's record JSON, a line each."""
    whole = Revision(header_json)
    for line in claim_lines:
        whole.update(line + b"\n")
    return str(whole)


def _between(ground: Ground, claims: Sequence[Any], *, unfinished: bool = False) -> Iterator[Finding]:
    """Faults between the objects that are well-formed, so that one bad object hides none of the others' faults."""
    check = ClaimCheck(ground, unfinished=unfinished)
    yield from header_faults(ground)
    for number, each in enumerate(claims):
        claim = each if isinstance(each, Claim) else well_formed(Claim, each)
        yield from check.claim(number, claim) if claim else salvaged_claim(number, each, check)
    if claims:
        yield from check.end()


def _ground(raw: Mapping[str, Any]) -> Ground:
    good: dict[str, Any] = {}
    at: dict[str, list[int]] = {}
    ids: dict[str, list[tuple[int, str]]] = {}
    for kind, model in _MODELS.items():
        entries = list(enumerate(as_list(raw.get(kind))))
        found = {number: one for number, each in entries if (one := well_formed(model, each))}
        at[kind], good[kind] = list(found), tuple(found.values())
        named = [(number, each.get("id")) for number, each in entries if isinstance(each, dict)]
        ids[kind] = [(number, id_) for number, id_ in named if isinstance(id_, str)]
    return Ground(FileHeader.model_construct(**good), at, ids)


def _sorted(data: bytes, findings: Iterable[Finding], faults: Sequence[Fault]) -> list[Fault]:
    """Findings with their lines and the faults that have one, in the order of the file, one of a kind at each place."""
    unique = dict.fromkeys(findings)
    places = survey(data, (path for path, _ in unique))
    placed = (Fault(pointer(path), places.line(path), said) for path, said in unique)
    return sorted(chain(faults, placed), key=lambda fault: fault.line)


def _pretty(value: Any, indent: str, used: int = 0) -> str:
    flat = json.dumps(value, ensure_ascii=False)
    if len(indent) + used + len(flat) <= 120 or not isinstance(value, Mapping | list) or not value:
        return flat
    deeper = indent + "  "
    if isinstance(value, Mapping):
        keys = ((json.dumps(key, ensure_ascii=False) + ": ", each) for key, each in value.items())
        inner = [deeper + key + _pretty(each, deeper, len(key) + 1) for key, each in keys]
        return "{\n" + ",\n".join(inner) + f"\n{indent}}}"
    return "[\n" + ",\n".join(deeper + _pretty(each, deeper, 1) for each in value) + f"\n{indent}]"
