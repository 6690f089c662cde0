"""What an import into PostgreSQL costs: ``python -m tests.benchmarks.imports 20000 100000``.

For each size a record is generated and ``claims import`` puts it into an empty database of a new server. Prints the
rate, microseconds of CPU a claim on either side, and the most memory that the import's processes, and the whole server,
had at once (proportional shares, looked at five times a second).
"""

import argparse
import resource
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from tests.benchmarks.processes import family, proportional
from tests.benchmarks.records import write_record
from tests.store.database import Database, started

CLAIMS = Path(sys.executable).with_name("claims")


@dataclass
class Peak:
    """The most memory that processes had at once, in megabytes."""

    megabytes: float = 0


@contextmanager
def watched(pid: int) -> Iterator[Peak]:
    """Look at the memory of a process and its descendants while the block runs."""
    peak, over = Peak(), threading.Event()

    def look() -> None:
        while not over.wait(0.2):
            peak.megabytes = max(peak.megabytes, proportional(pid))

    watching = threading.Thread(target=look)
    watching.start()
    try:
        yield peak
    finally:
        over.set()
        watching.join()


def server_cpu(database: Database) -> float:
    """Seconds of CPU that the server has used, those of processes that have ended included."""
    total = 0.0
    for pid in family(database.pid):
        with suppress(OSError):
            fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
            own, ended = sum(map(int, fields[11:13])), sum(map(int, fields[13:15]))
            total += (own + ended) / 100
    return total


def measure(database: Database, size: int, record: Path) -> str:
    """One import, as a row of the table."""
    url = database.create(f"import_{size}")
    before, used = server_cpu(database), resource.getrusage(resource.RUSAGE_CHILDREN)
    begun = time.monotonic()
    with subprocess.Popen(
        [CLAIMS, "import", str(record), "--into", url], stdout=subprocess.DEVNULL
    ) as process, watched(process.pid) as client, watched(database.pid) as server:  # fmt: skip
        process.wait()
    wall = time.monotonic() - begun
    if process.returncode:
        raise SystemExit(f"the import of {size} claims failed")
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    ours = after.ru_utime + after.ru_stime - used.ru_utime - used.ru_stime
    theirs = server_cpu(database) - before
    costs = "".join(f"{each / size * 1e6:>12.0f}" for each in (ours, theirs))
    return f"{size:>9}{wall:>9.1f}{size / wall:>10.0f}{costs}{client.megabytes:>12.0f}{server.megabytes:>12.0f}"


def main() -> None:
    """Print a table, a size a row."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("sizes", nargs="+", type=int)
    options = parser.parse_args()
    print("   claims  seconds  claims/s   client us   server us   client MB   server MB")
    database = started()
    try:
        with tempfile.TemporaryDirectory(prefix="claims-benchmark-") as directory:
            for size in options.sizes:
                record = Path(directory) / f"{size}.jsonl"
                with record.open("wb") as out:
                    write_record(size, out)
                print(measure(database, size, record), flush=True)
                record.unlink()
    finally:
        database.stop()


if __name__ == "__main__":
    main()
