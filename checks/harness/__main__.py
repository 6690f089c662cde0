"""Every harness, one after the other: ``python -m checks.harness [name ..]``. Exit code 1 where anything went wrong."""

import argparse
import logging
import sys
import time
from collections.abc import Callable, Mapping

from checks.harness import database, downloads, ending, probes, reloading, slow, soak, sockets, steps
from checks.harness.running import Report

HARNESSES: Mapping[str, Callable[[], Report]] = {
    "files": reloading.run,
    "steps": steps.run,
    "wire": probes.run,
    "sockets": sockets.run,
    "few": sockets.few,
    "slow": slow.run,
    "endings": ending.run,
    "downloads": downloads.run,
    "soak": soak.run,
    "database": database.run,
}


def main() -> int:
    """Run them, and say of each what it found."""
    parser = argparse.ArgumentParser(prog="python -m checks.harness", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="name", help=f"some of {', '.join(HARNESSES)}")
    names = parser.parse_args().names
    if unknown := set(names) - set(HARNESSES):
        parser.error(f"no such harness: {', '.join(sorted(unknown))}; there are {', '.join(HARNESSES)}")
    # Thousands of failures are meant, and each would be told with its traceback.
    logging.disable(logging.CRITICAL)
    failed = False
    for name in names or list(HARNESSES):
        began = time.monotonic()
        report = HARNESSES[name]()
        print(f"{report} ({time.monotonic() - began:.0f} s)", flush=True)
        failed |= bool(report.wrong)
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
