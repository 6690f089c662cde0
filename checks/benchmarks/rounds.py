"""One size: prepare the record, start every party, compare their answers, then measure in interleaved rounds.

A round asks every party every workload once before the next begins, so that whatever else the machine does in an hour
falls on all alike. What a round has found is on the disk before the next, and an interrupted run goes on from there.
"""

import json
import os
import random
import socket
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial
from itertools import product
from pathlib import Path
from typing import Any

from app.record import dataset, files
from app.store.edition import IndexedEdition
from app.store.file import LARGE
from app.store.memory import compile_edition
from app.store.sqlite import edition_of
from checks.benchmarks import records
from checks.benchmarks.load import drive, export
from checks.benchmarks.parties import PARTIES, Party, stated
from checks.benchmarks.processes import CLIENT_CORE, PartyFailed, Running, free_port, start
from checks.benchmarks.results import Results
from checks.benchmarks.tables import write_tables
from checks.benchmarks.workloads import Question, questions

Questions = Mapping[str, Sequence[Question]]

COMPARED = 20
"""Questions of each workload of which the answers of all parties are compared before anything is measured."""


def say(text: str) -> None:
    """Progress, at once."""
    print(text, flush=True)


def measure(size: int, names: Sequence[str], rounds: int, seconds: float, home: Path) -> None:
    """Measure one size into ``home / SIZE / results.json``, from the round on that is not there yet."""
    directory = home / str(size)
    directory.mkdir(parents=True, exist_ok=True)
    results = Results(directory / "results.json", size)
    parties = [each for each in PARTIES if each.name in names and _takes_part(each, size, results)]
    if results.rounds(parties) >= rounds:
        say(f"{size} claims: measured already")
        return
    os.sched_setaffinity(0, range(os.cpu_count() or 1))  # to compile and to write tables takes every core
    edition = _record(directory, size)
    asked = questions(edition)
    write_tables(edition, directory, small=size <= _most("naive"), tiny=size <= _most("json-server"))
    os.sched_setaffinity(0, {CLIENT_CORE})
    capture(directory, asked)
    with _running(parties, directory, results) as started:
        running = _agreeing(started, asked, results)
        targets = {
            (party.name, workload): _targets(directory, party, one, workload, asked[workload])
            for party, one in running
            for workload in party.targets
        }
        for party, one in running:
            results.note(party, memory=one.memory())
        for nth in range(results.rounds(parties), rounds):
            _round(nth, running, targets, seconds, results, size)
        for party, one in running:
            results.note(party, memory_after=one.memory())


def _most(name: str) -> int:
    return next(each.most for each in PARTIES if each.name == name)


def _takes_part(party: Party, size: int, results: Results) -> bool:
    reason = f"not asked beyond {party.most} claims" if size > party.most else party.missing()
    if reason:
        results.note(party, absent=reason)
        say(f"{party.name}: left out, {reason}")
    return not reason


def _record(directory: Path, size: int) -> IndexedEdition:
    """The record's file, and its edition as the server has it."""
    path = directory / "record.jsonl"
    if not path.exists():
        say(f"{size} claims: writing the record")
        with path.with_suffix(".new").open("wb") as out:
            out.write(json.dumps(records.header_fields(size)).encode() + b"\n")
            out.writelines(line + b"\n" for line in records.lines(size))
        path.with_suffix(".new").rename(path)

    whole = partial(dataset.load_lines, name=path.name)
    if path.stat().st_size < LARGE:
        return compile_edition(*whole(files.read_lines(path)), int(path.stat().st_mtime))
    say(f"{size} claims: indexing the record, unless that is done")
    return edition_of(path, whole, int(path.stat().st_mtime))


def capture(directory: Path, asked: Questions) -> None:
    """Answers of ours for those who send constant bytes: of each workload the one of middling length, headers and all;
    and every answer as a file for nginx."""
    ours = next(each for each in PARTIES if each.name == "uncached")
    running = _start(ours, directory)
    constants = {}
    try:
        for workload in ("W1", "W2", "W3", "W5", "W7"):
            answers = [running.get(ours.targets[workload](each)) for each in asked[workload][:200]]
            folder = directory / "files" / workload
            folder.mkdir(parents=True, exist_ok=True)
            for nth, (_, _, body) in enumerate(answers):
                (folder / f"{nth}.json").write_bytes(body)
            constants[workload] = _constant(sorted(answers, key=lambda each: len(each[2]))[len(answers) // 2])
        target = ours.targets["W4"](asked["W4"][0])
        etag = running.get(target)[1]["etag"]
        constants["W4"] = _constant(running.get(target, {"If-None-Match": etag}))
    finally:
        running.stop()
    (directory / "files" / "ready").write_text("{}")
    (directory / "constants.json").write_text(json.dumps(constants))


def _constant(answer: tuple[int, Mapping[str, str], bytes]) -> Mapping[str, Any]:
    status, headers, body = answer
    kept = [(name, value) for name, value in headers.items() if name not in ("date", "connection", "server")]
    return {"status": status, "headers": kept, "body": body.decode()}


@contextmanager
def _running(parties: Sequence[Party], directory: Path, results: Results) -> Iterator[list[tuple[Party, Running]]]:
    running: list[tuple[Party, Running]] = []
    try:
        for party in parties:
            try:
                one = _start(party, directory)
            except (PartyFailed, OSError, subprocess.CalledProcessError) as error:
                results.note(party, absent=str(error))
                say(f"{party.name}: left out, {error}")
                continue
            results.note(party, start=one.started, start_cpu=one.started_cpu)
            say(f"{party.name}: ready after {one.started:.2f} s ({one.started_cpu:.2f} s of CPU)")
            running.append((party, one))
        yield running
    finally:
        for _, one in running:
            one.stop()


def _start(party: Party, directory: Path, tries: int = 3) -> Running:
    port = free_port()
    log = directory / f"{party.name}.log"
    try:
        return start(party.command(directory, port), port, party.probe, log, party.environment)
    except PartyFailed as error:
        # A port that was free a moment ago may have become one end of somebody's connection.
        if tries == 1 or "in use" not in str(error):
            raise
    return _start(party, directory, tries - 1)


def _agreeing(
    running: Sequence[tuple[Party, Running]], asked: Questions, results: Results
) -> list[tuple[Party, Running]]:
    """Those who give the answers that ours gives; whoever gives others is told of, and is not measured on that."""
    ours = next((one for party, one in running if party.name == "uncached"), None)
    if ours is None:
        return list(running)
    own = next(each for each in PARTIES if each.name == "uncached")
    agreeing = []
    for party, one in running:
        wrong = [name for name in party.targets if party.read and not _agrees(party, one, own, ours, asked[name], name)]
        if wrong:
            say(f"{party.name}: left out, its answers to {', '.join(wrong)} are others than ours")
            results.note(party, absent=f"other answers to {', '.join(wrong)}")
            one.stop()
            continue
        agreeing.append((party, one))
    say("the answers are the same")
    return agreeing


def _agrees(party: Party, one: Running, own: Party, ours: Running, asked: Sequence[Question], name: str) -> bool:
    if name == "W6" or party.read is None or own.read is None:
        return True
    compared = random.Random(name).sample(asked, min(COMPARED, len(asked)))
    for each in compared[: 3 if party.name == "naive" else None]:
        expected, given = ours.get(own.targets[name](each)), one.get(party.targets[name](each))
        if given[0] != 200 or not stated(party.read(given[2]), own.read(expected[2])):
            say(f"  {party.targets[name](each)}: {given[0]} {given[2][:200]!r}")
            return False
    return True


def _targets(directory: Path, party: Party, one: Running, workload: str, asked: Sequence[Question]) -> Path:
    """The file of targets that wrk reads; each is asked once, so that what may be kept is kept."""
    path = directory / f"{party.name}-{workload}.targets"
    if party.name == "nginx":
        folder = "W1" if workload == "W4" else workload
        lines = [f"/{folder}/{each.name}" for each in sorted((directory / "files" / folder).iterdir())]
    else:
        lines = [party.targets[workload](each) for each in asked]
    if party.name == "hot" and workload != "W6":
        for line in lines:
            one.get(line)
    if workload == "W4":
        held = '"ceiling"' if party.told else ""
        lines = [f"{line}\t{held or one.get(line)[1]['etag']}" for line in lines]
    path.write_text("\n".join(lines) + "\n")
    return path


def _round(
    nth: int,
    running: Sequence[tuple[Party, Running]],
    targets: Mapping[tuple[str, str], Path],
    seconds: float,
    results: Results,
    size: int,
) -> None:
    say(f"round {nth + 1}, us of server CPU a request (p99 in us):")
    for workload, (party, one) in product(("W1", "W2", "W3", "W4", "W5", "W6", "W7"), running):
        if workload not in party.targets or results.failed(party, workload):
            continue
        path = targets[party.name, workload]
        try:
            if party.told:
                _tell(one, workload)
            found = (
                export(one, party.targets["W6"](Question()), size)
                if workload == "W6"
                else drive(one, path, seconds, offset=nth * 137)
            )
        except (PartyFailed, subprocess.TimeoutExpired, OSError) as error:
            say(f"  {workload} {party.name:12} {error}")
            results.fail(party, workload, str(error))
            continue
        results.add(party, workload, nth, found)
        say(f"  {workload} {party.name:12} {found['cpu']:12.1f} {found['p99']:12.0f}")


def _tell(one: Running, workload: str) -> None:
    with socket.create_connection(("127.0.0.1", one.port + 1), timeout=5) as told, told.makefile("rw") as lines:
        lines.write(f"{workload}\n")
        lines.flush()
        lines.readline()
