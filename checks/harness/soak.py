"""Ten minutes with a new record every second and readers of everything: what grows, and what is not given back."""

import random
import re
import tempfile
import threading
import time
from pathlib import Path

import httpx

from checks.harness.files import replaced, version
from checks.harness.running import Report, Server, serving

MINUTES = 10.0
WARM = 0.3
"""Part of the time that is not measured: until every room has been entered, memory grows by right."""

GROWTH = 200.0
"""kB a minute that are too many."""

CLAIMS = 60
TARGETS = (
    "/claims?limit=20",
    "/claims?q=ferry&facets=status,denied_by",
    "/claims?status=disputed&as_of=2015",
    "/claims?format=csv",
    "/claims?format=turtle&limit=5",
    "/claims/claim-1",
    "/claims/claim-1/timeline",
    "/claims/nothing",
    "/sources",
    "/transitions?format=atom",
    "/documents/the-ferries/coverage",
    "/dataset?format=jsonl",
    "/openapi.json",
    "/health/ready",
    "/metrics",
)


class Reader(threading.Thread):
    """Asks for anything, now with a body, now on a new connection, now with what it has been given before."""

    def __init__(self, url: str, seed: int) -> None:
        super().__init__(daemon=True)
        self.url, self.chance = url, random.Random(seed)
        self.ending = threading.Event()
        self.answers = 0
        self.wrong: list[str] = []

    def run(self) -> None:
        while not self.ending.is_set():
            with httpx.Client(base_url=self.url, timeout=20) as client:
                for _ in range(self.chance.randint(1, 60)):
                    self._ask(client)
                    if self.ending.wait(0.02):
                        return

    def _ask(self, client: httpx.Client) -> None:
        chance = self.chance
        target = chance.choice(TARGETS)
        if "claims?" in target and chance.random() < 0.5:
            target += f"&max_age={chance.random()}" if chance.random() < 0.1 else f"&limit={chance.randint(1, 100)}"
        headers = {"if-none-match": '"nothing"'} if chance.random() < 0.2 else {}
        try:
            if chance.random() < 0.05:
                answer = client.post("/verify", content="The old ferries. " * chance.randint(1, 2000))
            else:
                answer = client.get(target, headers=headers)
        except httpx.TransportError as error:
            self.wrong.append(f"{target}: {error!r}")
            return
        self.answers += 1
        if answer.status_code >= 500:
            self.wrong.append(f"{target}: {answer.status_code} {answer.text[:200]}")


def run(minutes: float = MINUTES) -> Report:
    """As long as told."""
    report = Report("soak")
    with tempfile.TemporaryDirectory() as name:
        directory = Path(name)
        path = directory / "claims.json"
        path.write_bytes(version(0, CLAIMS))
        with serving("--store", str(path), directory=directory) as server:
            readers = [Reader(server.url, seed) for seed in range(3)]
            for each in readers:
                each.start()
            samples = _watch(server, path, minutes * 60)
            for each in readers:
                each.ending.set()
            for each in readers:
                each.join(30)
                report.check(not each.wrong, f"{len(each.wrong)} wrong answers: {each.wrong[:3]}")
            _judge(server, samples, report)
            report.figures["answers"] = sum(each.answers for each in readers)
            report.check("Traceback" not in server.log.read_text(), server.log.read_text()[-1500:])
    return report


def _watch(server: Server, path: Path, seconds: float) -> list[tuple[float, int, int]]:
    """Time in seconds, resident kB and descriptors, once a second; and a new version as often."""
    began, samples = time.monotonic(), []
    for number in range(1, 10**6):
        now = time.monotonic() - began
        if now > seconds:
            break
        replaced(version(number, CLAIMS))(path)
        samples.append((now, server.status("VmRSS"), server.descriptors()))
        time.sleep(max(0.0, number - now))
    return samples


def _judge(server: Server, samples: list[tuple[float, int, int]], report: Report) -> None:
    warm = samples[int(len(samples) * WARM) :]
    middle = sum(when for when, *_ in warm) / len(warm)
    spread = sum((when - middle) ** 2 for when, *_ in warm)
    growth = 60 * sum((when - middle) * resident for when, resident, _ in warm) / spread
    report.check(growth < GROWTH, f"memory grows by {growth:.0f} kB a minute")
    time.sleep(2)
    report.check(server.descriptors() <= samples[0][2] + 4, f"{server.descriptors()} descriptors are left")
    reloads = httpx.get(f"{server.url}/metrics").text
    (told,) = re.findall(r"^claims_record_reloads_total (\S+)", reloads, re.MULTILINE)
    taken = float(told)
    report.check(taken > len(samples) * 0.8, f"{taken} of {len(samples)} versions were served")
    report.figures |= {
        "growth": f"{growth:.0f} kB a minute",
        "resident": f"{samples[0][1] // 1024} MB at first, {warm[0][1] // 1024} warm, {warm[-1][1] // 1024} at the end",
        "descriptors": f"{samples[0][2]} at first, {server.descriptors()} at the end",
        "versions": f"{taken:.0f} of {len(samples)}",
    }
