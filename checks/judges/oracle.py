"""Random questions about the shipped record for so many seconds: ``python -m checks.judges.oracle 60``."""

import sys
import time

from tests.web.asking import essay, serving
from tests.web.oracle import Oracle


def main(seconds: float) -> int:
    """Asks for so many seconds; returns the number of differences, and prints each."""
    oracle = Oracle(essay(), serving(), seed=int(time.time()))
    until, asked, different = time.monotonic() + seconds, 0, 0
    while time.monotonic() < until:
        for each in oracle.differences(oracle.question()):
            print(each)
            different += 1
        asked += 1
    print(f"{asked} questions, {different} differences")
    return different


if __name__ == "__main__":
    sys.exit(min(main(float(sys.argv[1]) if len(sys.argv) > 1 else 60), 1))
