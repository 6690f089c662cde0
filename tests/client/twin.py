"""The synchronous client, made from the asynchronous one word by word. ``python -m tests.client.twin`` renews it."""

import re
import subprocess
import sys
from pathlib import Path

PACKAGE = Path(__file__).parents[2] / "client" / "claims_client"
SOURCE, TWIN = PACKAGE / "_async.py", PACKAGE / "_sync.py"
OPENING = '"""The synchronous client, generated from :mod:`claims_client._async`; change that one."""'

_WORDS = (
    (r'\A""".*?"""', OPENING),
    (r"\(await ([^\n]+)\)(?=\.items\n)", r"\1"),
    (r"\b(async|await) ", ""),
    (r"for (\w+) in ([^\n]+):\n +yield \1\n", r"yield from \2\n"),
    (r"\bAwaitable\[object\]", "object"),
    (r"\basyncio\b", "time"),
    (r"\bAsync(?=[A-Z])", ""),
    (r"\b(__)?a(?=(close|read|iter_bytes|enter__|exit__)\b)", r"\1"),
)
_RUFF = (sys.executable, "-m", "ruff")


def generated() -> str:
    """The source of the synchronous client."""
    text = SOURCE.read_text()
    for word, other in _WORDS:
        text = re.sub(word, other, text, flags=re.DOTALL)
    for tidy in (("check", "--fix", "--quiet", "--select=F401,I"), ("format",)):
        command = [*_RUFF, *tidy, f"--stdin-filename={TWIN}", "-"]
        text = subprocess.run(command, input=text, capture_output=True, text=True, check=True, timeout=60).stdout
    return text


if __name__ == "__main__":
    TWIN.write_text(generated())
