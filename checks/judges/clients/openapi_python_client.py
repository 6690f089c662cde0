"""Reads every claim, and asks `/verify`, through the client that openapi-python-client generated."""

import io
import sys

import httpx
from claims_api_client import Client
from claims_api_client.api.claims import get_claim, list_claims
from claims_api_client.api.documents import verify_text
from claims_api_client.models import Claim, ClaimList, Problem, VerifiedList
from claims_api_client.types import UNSET, File, Unset


def main(server: str) -> int:
    """Prints how many claims the client gives back as they are served; 0 if they are all."""
    client = Client(base_url=server)
    same = total = 0
    cursor: str | Unset | None = UNSET
    while cursor is not None:
        page = list_claims.sync(client=client, limit=50, cursor=cursor)
        if not isinstance(page, ClaimList):
            raise SystemExit(page.detail if page else "no list")
        for item in page.items:
            alone = get_claim.sync(item.id, client=client)
            served = httpx.get(f"{server}/claims/{item.id}").json()
            same += (
                isinstance(alone, Claim) and len(alone.attribution) > 0 and alone.to_dict() == served == item.to_dict()
            )
        total = page.total
        cursor = None if page.next_ is None else httpx.URL(page.next_).params["cursor"]
    copy = verify_text.sync(client=client, body=File(payload=io.BytesIO(b"Some text.")))
    refused = [
        (list_claims.sync(client=client, limit=0), 400),
        (get_claim.sync("no-such-claim", client=client), 404),
        (verify_text.sync(client=client, body=File(payload=io.BytesIO(b"x" * 3_000_000))), 413),
        (verify_text.sync(client=client, body=File(payload=io.BytesIO(b"\xff"))), 415),
    ]
    told = all(isinstance(each, Problem) and each.status == status for each, status in refused)
    sys.stdout.write(f"{same} of {total} claims\n")
    return int(same != total or not told or not (isinstance(copy, VerifiedList) and copy.items))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
