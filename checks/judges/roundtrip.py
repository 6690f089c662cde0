"""Read every claim through the client that openapi-python-client generated, and every error as a Problem."""

import io
import sys
from collections.abc import Callable
from typing import Any

import httpx
from claims_api_client import Client
from claims_api_client.api.changes import list_transitions
from claims_api_client.api.claims import get_claim, get_claim_timeline, list_claims
from claims_api_client.api.dataset import get_dataset
from claims_api_client.api.documents import get_coverage, get_document, list_documents, verify_text
from claims_api_client.api.entities import list_entities
from claims_api_client.api.health import get_readiness
from claims_api_client.api.sources import get_source, get_source_impact, list_sources
from claims_api_client.api.start import get_landing
from claims_api_client.api.statuses import list_statuses
from claims_api_client.api.topics import list_topics
from claims_api_client.models import Problem, ServedClaim
from claims_api_client.types import UNSET, File

different: list[str] = []


def same(what: str, model: Any, plain: Any) -> None:
    """Note where the model, written again, is not what was read."""
    if model is None or isinstance(model, Problem) or model.to_dict() != plain:
        different.append(what)


def claims(client: Client, server: str) -> int:
    """Every claim, in lists and alone."""
    cursor: Any = UNSET
    seen = 0
    while True:
        page = list_claims.sync(client=client, limit=50, cursor=cursor)
        for item in page.items:
            seen += 1
            plain = httpx.get(f"{server}/claims/{item.id}").json()
            alone = get_claim.sync(item.id, client=client)
            if not (isinstance(item, ServedClaim) and isinstance(alone, ServedClaim)):
                different.append(f"{item.id} is no ServedClaim")
            same(f"{item.id} in a list", item, plain)
            same(f"{item.id} alone", alone, plain)
            timeline = httpx.get(f"{server}/claims/{item.id}/timeline").json()
            same(f"timeline of {item.id}", get_claim_timeline.sync(item.id, client=client), timeline)
        if page.next_ is None:
            return seen
        cursor = httpx.URL(server + page.next_).params["cursor"]


def others(client: Client, server: str) -> None:
    """One answer of every other operation."""
    asked: dict[str, Callable[[], Any]] = {
        "/": lambda: get_landing.sync(client=client),
        "/dataset": lambda: get_dataset.sync(client=client),
        "/sources": lambda: list_sources.sync(client=client),
        "/sources/reuters": lambda: get_source.sync("reuters", client=client),
        "/sources/reuters/impact": lambda: get_source_impact.sync("reuters", client=client),
        "/documents": lambda: list_documents.sync(client=client),
        "/documents/axis-of-convenience": lambda: get_document.sync("axis-of-convenience", client=client),
        "/documents/axis-of-convenience/coverage": lambda: get_coverage.sync("axis-of-convenience", client=client),
        "/entities": lambda: list_entities.sync(client=client),
        "/topics": lambda: list_topics.sync(client=client),
        "/statuses": lambda: list_statuses.sync(client=client),
        # The generated client sends every default, and the link to the next page keeps what was sent.
        "/transitions?limit=100": lambda: list_transitions.sync(client=client),
        "/health/ready": lambda: get_readiness.sync(client=client),
    }
    for path, question in asked.items():
        same(path, question(), httpx.get(server + path).json())


def errors(client: Client, server: str) -> int:
    """Every status of an error that a reader can bring about, as a Problem."""
    wants_pictures = Client(base_url=server, headers={"accept": "image/png"})
    text: Any = File(payload=io.BytesIO(b"Some text."))
    asked = {
        400: [
            list_claims.sync_detailed(client=client, limit=0),
            get_source.sync_detailed("reuters", client=client, as_of="x"),
        ],
        404: [
            list_claims.sync_detailed(client=client, source=["no-such-source"]),
            get_claim.sync_detailed("no-such-claim", client=client),
            get_claim_timeline.sync_detailed("no-such-claim", client=client),
            get_source.sync_detailed("no-such-source", client=client),
            get_document.sync_detailed("no-such-document", client=client),
            verify_text.sync_detailed(client=client, body=text, document="no-such-document"),
        ],
        406: [list_claims.sync_detailed(client=wants_pictures), get_landing.sync_detailed(client=wants_pictures)],
        409: [
            list_claims.sync_detailed(client=client, from_="2023", to="2022"),
            list_topics.sync_detailed(client=client, cursor="AAAA"),
        ],
        413: [verify_text.sync_detailed(client=client, body=File(payload=io.BytesIO(b"x" * 3_000_000)))],
        415: [verify_text.sync_detailed(client=client, body=File(payload=io.BytesIO(b"\xff")))],
    }
    different.extend(
        f"wanted {status} as a Problem, got {reply.status_code} {reply.content[:100]!r}"
        for status, replies in asked.items()
        for reply in replies
        if reply.status_code != status or not isinstance(reply.parsed, Problem) or reply.parsed.status != status
    )
    return sum(map(len, asked.values()))


def main(server: str) -> int:
    """Print every mismatch; the number of them."""
    client = Client(base_url=server)
    seen = claims(client, server)
    others(client, server)
    told = errors(client, server)
    for each in different:
        sys.stdout.write(each + "\n")
    sys.stdout.write(f"{seen} claims and {told} errors, {len(different)} mismatches\n")
    return len(different)


if __name__ == "__main__":
    sys.exit(min(main(sys.argv[1]), 1))
