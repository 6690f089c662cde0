"""Prints the modules of ours that a request enters while nothing is kept: ``python -m checks.trace '/claims?q=drone'``.

A module counts when a function or method that it defines is called between the request's arrival and the last byte of
its response. Without an argument a list request is traced.
"""

import asyncio
import sys
from collections import Counter
from pathlib import Path
from types import FrameType

import httpx

from app.record.dataset import load_file
from app.settings import Settings
from app.store.memory import MemoryEdition, MemoryStore
from app.web import create_app

ROOT = Path(__file__).parents[1]
TARGET = "/claims?q=drone&status=confirmed&as_of=2023&facets=status&limit=5"


def entered(target: str) -> Counter[str]:
    """Calls into each module of ``app`` while ``target`` is answered, without the response cache."""
    store = MemoryStore(MemoryEdition.from_record(load_file(ROOT / "claims.json"), 0))
    application = create_app(store, Settings(cache_bytes=0))
    calls: Counter[str] = Counter()

    def note(frame: FrameType, event: str, _: object) -> None:
        name = frame.f_globals.get("__name__", "")
        if event == "call" and name.startswith("app."):
            calls[name] += 1

    async def ask(address: str) -> None:
        async with httpx.AsyncClient(transport=httpx.ASGITransport(application), base_url="http://127.0.0.1") as client:
            (await client.get(address)).raise_for_status()

    # What is loaded or compiled at the first request of all is no part of a request.
    asyncio.run(ask("/claims?q=ship&limit=1"))
    sys.setprofile(note)
    try:
        asyncio.run(ask(target))
    finally:
        sys.setprofile(None)
    return calls


def main() -> None:
    """Prints each module with its calls, and how many modules there are."""
    calls = entered(sys.argv[1] if len(sys.argv) > 1 else TARGET)
    for name, count in sorted(calls.items()):
        print(f"{count:6} {name}")
    print(f"{len(calls)} modules")


if __name__ == "__main__":
    main()
