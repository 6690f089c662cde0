"""A walk over every page that links lead to, and what a page or an answer says of a claim that a source denies."""

import re
from collections.abc import Iterator
from datetime import date
from typing import Any

from starlette.types import ASGIApp

from app.core.attribution import credited
from app.core.model import Claim, Record, Source
from app.core.status import period_at
from tests.web.seeing import Element, look

_NO_PAGE = re.compile(r"/claims\?|/verify|\?.*format=|/docs|/openapi|/dataset|/schema|/assets")
"""Searches, of which there is no end, and addresses of what is no page."""


def every_page(app: ASGIApp, *starts: str, clicks: int = 100) -> dict[str, Element]:
    """Pages within so many ``clicks`` of ``starts``; of searches, those to which other pages than searches lead."""
    found: dict[str, Element] = {}
    near = list(starts)
    for _ in range(clicks + 1):
        new = {place: look(place, app) for place in dict.fromkeys(near) if place not in found}
        found |= new
        near = [target for place, page in new.items() for target in _links(place, page)]
    return found


def _links(place: str, page: Element) -> Iterator[str]:
    for link in page.all("a"):
        target = link.given["href"].partition("#")[0]
        search = target.startswith("/claims?") and not place.startswith("/claims")
        if target.startswith("/") and (search or not _NO_PAGE.search(target)):
            yield target


def denials(record: Record, day: date | None) -> Iterator[tuple[Source, Claim]]:
    """Each source with each claim that it denies, and does not affirm, at the end of a day."""
    header = record.header
    for claim in record.claims:
        period = period_at(claim, header, day)
        by = credited([each for each in claim.statements if period and each.id in period.live])
        for source in by["denied_by"]:
            if source not in by["affirmed_by"]:
                yield header.source_by_id[source], claim


def affirming(name: str) -> re.Pattern[str]:
    """What credits the source ``name`` with a claim: before its text, or in a sentence about it."""
    before = rf"[Aa]ccording to (?:(?!;|: ).)*\b{name}\b"
    verbs = r"(?:affirms?|says?|said|writes?|states?|claims?|confirms?)\b(?! that \w+ proved false)"
    verb = rf"(?:alone |speaks for a party to it and )?{verbs}"
    return re.compile(rf"{before}|\b{name}\b(?: \([^)]*\))*(?:(?:,| and) [^,;.]{{1,40}})* {verb}")


_HEADINGS = ("h1", "h2", "h3")
_ITEMS = ("li", "tr", "p")
_CREDITING = re.compile(r"affirm|\bsays?\b|\bsaid\b(?! what)|according", re.IGNORECASE)


def faults_of_page(page: Element, name: str, text: str) -> list[str]:
    """Where a page credits the source ``name`` with the claim ``text``: under a heading, or in words beside it."""
    faults: list[str] = []
    headings: dict[str, str] = {}
    first = page.one("h1").text
    alone = text in first
    for each in page.one("main").every():
        if each.tag in _HEADINGS:
            headings = {tag: told for tag, told in headings.items() if tag < each.tag} | {each.tag: each.text}
        elif (
            each.tag in _ITEMS and (alone or text in each.text) and not any(e.tag in ("li", "tr") for e in each.every())
        ):
            if name in (each.text if alone else first):
                faults += [f"under {told!r}: {each.text!r}" for told in headings.values() if _CREDITING.search(told)]
            faults += [f"{found.group()!r} in {each.text!r}" for found in affirming(name).finditer(each.text)]
    return faults


def faults_of_answer(answer: Any, source: str, name: str, claim: str, within: bool = False) -> list[str]:
    """Where JSON credits a source with the claim of that id: in its list of origins, or in a sentence on it."""
    if isinstance(answer, dict):
        within = claim in (answer.get("id"), answer.get("claim")) or within
        listed = within and source in answer.get("attributed_to", ())
        inner = [fault for each in answer.values() for fault in faults_of_answer(each, source, name, claim, within)]
        return inner + ["attributed_to"] * listed
    if isinstance(answer, list):
        return [fault for each in answer for fault in faults_of_answer(each, source, name, claim, within)]
    found = within and isinstance(answer, str) and affirming(name).search(answer)
    return [f"{found.group()!r} in {answer!r}"] if found else []
