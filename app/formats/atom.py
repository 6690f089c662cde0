"""Changes of status as an Atom feed (RFC 4287), for readers that follow a record.

A change never changes: an entry's id is the place of that day in the claim's timeline, and its date is the day from
which it counts, not the day on which somebody asked. Its title tells the date as precisely as it is known.
"""

import re
from collections.abc import Sequence

# It writes and parses nothing, so there is nothing for defusedxml to defuse.
from xml.etree.ElementTree import Element, SubElement, indent, tostring  # nosec B405

from app.core.dates import edtf_span, since_in_words
from app.formats.shape import Setting
from app.formats.terms import licence_iri
from app.record.served import Transition

MEDIA_TYPE = "application/atom+xml; charset=utf-8"

_ATOM = "http://www.w3.org/2005/Atom"
_NOT_XML = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def feed(transitions: Sequence[Transition], setting: Setting, title: str, self_url: str) -> bytes:
    """The feed of ``transitions``, latest first; ``self_url`` is absolute and names the feed for good.

    Without any, the feed is as old as the first appearance of a document: RFC 4287 wants a date.
    """
    latest_first = sorted(transitions, key=lambda each: each.date, reverse=True)
    if latest_first:
        updated = latest_first[0].date
    else:
        updated = min(edtf_span(each.published).end for each in setting.header.documents)
    root = Element("feed", {"xmlns": _ATOM, "xml:lang": "en"})
    _text(root, "id", self_url)
    _text(root, "title", title)
    _text(root, "updated", _moment(updated.isoformat()))
    SubElement(root, "link", rel="self", href=self_url, type="application/atom+xml")
    SubElement(root, "link", rel="alternate", href=f"{setting.base}/")
    _text(SubElement(root, "author"), "name", setting.header.dataset.title)
    _text(root, "rights", f"{setting.header.dataset.licence} <{licence_iri(setting.header.dataset.licence)}>")
    for each in latest_first:
        _entry(root, each, setting)
    indent(root)
    body: bytes = tostring(root, encoding="utf-8")
    return b'<?xml version="1.0" encoding="utf-8"?>\n' + body + b"\n"


def _entry(root: Element, change: Transition, setting: Setting) -> None:
    entry = SubElement(root, "entry")
    claim = f"{setting.base}/claims/{change.claim}"
    before, after = change.before.replace("_", " "), change.after.replace("_", " ")
    _text(entry, "id", f"{claim}/timeline#{change.date.isoformat()}")
    since = since_in_words(change.date_edtf)
    _text(entry, "title", f"{change.claim}: {before} \u2192 {after} since {since}")
    _text(entry, "updated", _moment(change.date.isoformat()))
    SubElement(entry, "link", rel="alternate", href=claim, type="application/json")
    SubElement(entry, "link", rel="related", href=f"{claim}/timeline", type="application/json")
    SubElement(entry, "category", term=change.after, scheme=f"{setting.base}/statuses", label=after)
    _text(entry, "summary", f"{change.explanation} Rule: {change.rule}. By: {', '.join(change.caused_by)}.")


def _text(parent: Element, name: str, text: str) -> None:
    SubElement(parent, name).text = _NOT_XML.sub("\ufffd", text)


def _moment(day: str) -> str:
    return f"{day}T00:00:00Z"
