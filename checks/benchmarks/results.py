"""What was found for one size, kept on the disk after every measurement so that an interrupted run goes on."""

import json
import os
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from checks.benchmarks.parties import Party


class Results:
    """What was found for one size, on the disk after every measurement."""

    def __init__(self, path: Path, size: int) -> None:
        self.path = path
        kept = json.loads(path.read_text()) if path.exists() else None
        self.found: dict[str, Any] = kept or {
            "size": size, "machine": machine(), "parties": {}, "rounds": [],
        }  # fmt: skip

    def rounds(self, parties: Sequence[Party]) -> int:
        """Rounds that are complete for all of ``parties`` that could be measured."""
        for nth, found in enumerate(self.found["rounds"]):
            for party in parties:
                wanted = [] if self._of(party).get("absent") else list(party.targets)
                if any(name not in found.get(party.name, {}) and not self.failed(party, name) for name in wanted):
                    return nth
        return len(self.found["rounds"])

    def note(self, party: Party, **facts: Any) -> None:
        """Keep facts of a party."""
        known = self._of(party)
        if "absent" not in facts:
            known.pop("absent", None)
        known.update(facts, label=party.label)
        self._write()

    def add(self, party: Party, workload: str, nth: int, found: Mapping[str, float]) -> None:
        """Keep a measurement."""
        while len(self.found["rounds"]) <= nth:
            self.found["rounds"].append({})
        self.found["rounds"][nth].setdefault(party.name, {})[workload] = dict(found)
        self._write()

    def fail(self, party: Party, workload: str, reason: str) -> None:
        """Keep why a party is not asked a workload any more."""
        self._of(party).setdefault("failed", {})[workload] = reason
        self._write()

    def failed(self, party: Party, workload: str) -> bool:
        """Whether a party has failed at a workload."""
        return workload in self._of(party).get("failed", {})

    def _of(self, party: Party) -> dict[str, Any]:
        known: dict[str, Any] = self.found["parties"].setdefault(party.name, {})
        return known

    def _write(self) -> None:
        new = self.path.with_suffix(".new")
        new.write_text(json.dumps(self.found, indent=1))
        new.rename(self.path)


def machine() -> Mapping[str, Any]:
    """What the figures were taken on."""
    model = next(
        (
            line.partition(":")[2].strip()
            for line in Path("/proc/cpuinfo").read_text().splitlines()
            if "model name" in line
        ),
        "unknown",
    )
    return {
        "cpu": model, "cores": os.cpu_count(), "python": sys.version.split()[0],
        "kernel": os.uname().release.split("-")[0], "day": time.strftime("%Y-%m-%d", time.gmtime()),
    }  # fmt: skip
