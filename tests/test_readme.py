"""What the README promises is what the code does: its examples are run, its tables compared."""

import json
import re
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest

from app.core.rules import RULES
from app.record import dataset
from app.store.memory import MemoryEdition, MemoryStore
from app.web import create_app

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text()
EXAMPLES = re.findall(r"```console\n\$ (curl .*?)\n(.*?)```", README, re.DOTALL)
BASE = "http://127.0.0.1:8000"


@pytest.mark.anyio
@pytest.mark.parametrize(("command", "output"), EXAMPLES, ids=[each[0][:70] for each in EXAMPLES])
async def test_each_curl_example_prints_what_the_readme_shows(command: str, output: str) -> None:
    url = re.findall(r"'(.*?)'", command)[0]
    store = MemoryStore(MemoryEdition.from_record(dataset.load((ROOT / "claims.json").read_bytes()), 0))
    async with httpx.AsyncClient(transport=httpx.ASGITransport(create_app(store)), base_url=BASE) as client:
        answer = await client.get(url)
    text = answer.text.replace("\r\n", "\n")
    shown = json.dumps(answer.json(), indent=2, ensure_ascii=False) if "json.tool" in command else text.rstrip("\n")
    assert urlsplit(url).netloc == urlsplit(BASE).netloc
    assert output.rstrip("\n") == shown


def test_there_are_at_least_six_examples() -> None:
    assert len(EXAMPLES) >= 6


def test_the_readmes_rule_is_the_codes_rule() -> None:
    rows = [f"| {at} | `{row.id}` | `{row.status}` | {row.condition} |" for at, row in enumerate(RULES, 1)]
    assert "\n".join(rows) in README


def test_the_readme_is_read_in_five_minutes() -> None:
    assert len(README.split()) <= 1100


def test_the_readme_counts_the_record_right() -> None:
    record = dataset.load((ROOT / "claims.json").read_bytes())
    assert f"{len(record.claims)} claims from its {len(record.documents[0].passages)} sentences" in README


def test_the_readmes_links_lead_somewhere() -> None:
    for link in re.findall(r"\]\((?!http)([^)#]+)", README):
        assert (ROOT / link).exists(), link
