"""What an answer costs, against everything a user would pick instead: ``python -m checks.benchmarks``.

Needs wrk; takes nginx, npm and the extra ``bench`` where they are there and says what it leaves out. Every size is
measured by itself and resumed where it was interrupted; ``--report`` only writes the report from what was measured.
"""

import argparse
import os
import shutil
import sys
import tempfile
from pathlib import Path

from checks.benchmarks.parties import PARTIES
from checks.benchmarks.report import write_report
from checks.benchmarks.rounds import measure, say

SIZES = (100, 10_000, 100_000, 1_000_000)


def main() -> int:
    """Measure, print as it goes, and write the report."""
    names = [each.name for each in PARTIES]
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", default=",".join(map(str, SIZES)), help="claims in the record, with commas between")
    parser.add_argument("--rounds", type=int, default=5, help="interleaved rounds, of which the medians are taken")
    parser.add_argument("--seconds", type=float, default=3, help="length of a measurement")
    parser.add_argument("--parties", default=",".join(names), help=f"some of {', '.join(names)}")
    parser.add_argument("--directory", type=Path, default=Path(tempfile.gettempdir()) / "claims-benchmarks" / "http")
    parser.add_argument("--fresh", action="store_true", help="forget what was measured before")
    parser.add_argument("--report", type=Path, help="directory for benchmarks.md and benchmarks.svg; else only printed")
    parser.add_argument("--only-report", action="store_true", help="measure nothing")
    options = parser.parse_args()
    wanted = options.parties.split(",")
    if unknown := set(wanted) - set(names):
        parser.error(f"no such party: {', '.join(sorted(unknown))}; there are {', '.join(names)}")
    if not shutil.which("wrk") or (os.cpu_count() or 1) < 2:
        parser.error("wrk (apt-get install wrk) and two cores are needed")
    sizes = [int(each) for each in options.sizes.split(",")]
    for size in [] if options.only_report else sizes:
        if options.fresh:
            (options.directory / str(size) / "results.json").unlink(missing_ok=True)
        measure(size, wanted, options.rounds, options.seconds, options.directory)
    text = write_report([options.directory / str(size) / "results.json" for size in sizes], options.report)
    say(text)
    return 0


if __name__ == "__main__":
    sys.exit(main())
