"""REDbot over ten addresses: nothing bad, no warning, 304 by tag and by date, gzip."""

import json
import subprocess
import sys

TARGETS = (
    "/",
    "/claims?limit=30",
    "/claims/iran-pledged-missiles",
    "/claims?q=drone&facets=status&format=csv",
    "/claims?format=html",
    "/sources",
    "/transitions?format=atom",
    "/dataset?format=turtle",
    "/openapi.json",
    "/docs",
)
UNDATED = {"/docs"}
"""What has no date of its own to compare with."""

SMALL = {"/"}
"""What is too small to gain by a coding."""


def notes(redbot: str, url: str) -> list[dict[str, str]]:
    """Everything that REDbot has to say of an address."""
    ran = subprocess.run([redbot, "-o", "har", url], capture_output=True, timeout=120, check=True)
    return [note for entry in json.loads(ran.stdout)["log"]["entries"] for note in entry["_red_messages"]]


def main(redbot: str, server: str) -> int:
    """Print what is wrong and what is missing; the number of both."""
    wrong = 0
    for target in TARGETS:
        said = notes(redbot, server + target)
        against = [note for note in said if note["level"] in {"BAD", "WARN"}]
        wanted = {"INM_304"}
        wanted |= (set() if target in UNDATED else {"IMS_304"}) | (set() if target in SMALL else {"CONNEG_GZIP_GOOD"})
        missing = wanted - {note["note_id"] for note in said}
        for note in against:
            sys.stdout.write(f"{target}: {note['level']} {note['note_id']} {note['summary']}\n")
        for each in sorted(missing):
            sys.stdout.write(f"{target}: {each} is missing\n")
        wrong += len(against) + len(missing)
    sys.stdout.write(f"{len(TARGETS)} addresses, {wrong} things against\n")
    return wrong


if __name__ == "__main__":
    sys.exit(min(main(sys.argv[1], sys.argv[2]), 1))
