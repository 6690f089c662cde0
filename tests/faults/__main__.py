"""Every harness, one after the other: ``python -m tests.faults [name ..]``. Exit code 1 where anything went wrong."""

import sys
import time
from collections.abc import Callable, Mapping

from tests.faults import ending, probes, reloading, soak, sockets, steps
from tests.faults.running import Report

HARNESSES: Mapping[str, Callable[[], Report]] = {
    "files": reloading.run,
    "steps": steps.run,
    "wire": probes.run,
    "sockets": sockets.run,
    "endings": ending.run,
    "soak": soak.run,
}


def main(names: list[str]) -> int:
    failed = False
    for name in names or list(HARNESSES):
        began = time.monotonic()
        report = HARNESSES[name]()
        print(f"{report} ({time.monotonic() - began:.0f} s)", flush=True)
        failed |= bool(report.wrong)
    return int(failed)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
