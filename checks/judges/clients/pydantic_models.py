"""Reads every claim into the models that datamodel-code-generator made."""

import sys

import httpx
from claims_models import Claim, ClaimList, Problem


def main(server: str) -> int:
    """Prints how many claims the models give back as they were read; 0 if they are all."""
    same, total, url = 0, 0, "/claims?limit=50"
    with httpx.Client(base_url=server) as client:
        while url:
            page = ClaimList.model_validate_json(client.get(url).content)
            for each in page.items:
                response = client.get(f"/claims/{each.id}")
                alone: Claim = Claim.model_validate_json(response.content)
                written = alone.model_dump(mode="json", exclude_unset=True)
                same += alone == each and written == response.json() and len(alone.attribution) > 0
            total, url = page.total, page.next or ""
        refused = Problem.model_validate_json(client.get("/claims?limit=0").content)
    sys.stdout.write(f"{same} of {total} claims\n")
    return int(same != total or refused.status != 400)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
