"""Very many inputs: made, run in processes of their own that are watched, and kept where they reach something new.

Number `n` of a run with a seed is the same again as long as the inputs before it were kept for the same lines, which a
slow machine may change a little; what is found is kept as files.
"""

from __future__ import annotations

import faulthandler
import os
import pickle
import pkgutil
import resource
import shutil
import signal
import sys
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext, suppress
from importlib import import_module
from pathlib import Path
from random import Random
from typing import NamedTuple

import bptutor
from instruments.fuzz.cases import Case
from instruments.fuzz.commands import COMMANDS, words
from instruments.fuzz.lines import Lines, Place
from instruments.fuzz.mutations import changed
from instruments.fuzz.readers import READERS
from instruments.fuzz.seeds import seeds
from instruments.fuzz.trial import Finding, run

SECONDS, MEMORY = 10, 1 << 30
"""What no input may take: seconds of the processor, bytes."""

_BATCH = 1000  # inputs of a process, after which the next begins afresh
_LONGEST = 60  # seconds of a process, likewise
_WATCHED = 20  # one input of so many is watched line by line, which takes three times as long
_KEPT = 400  # inputs of a target that are changed further: the newest of those that reached something


class Batch(NamedTuple):
    """What came of a process: how far it got, what it kept, what it found, the seconds of each target."""

    done: int
    kept: list[Case]
    seen: set[Place]
    found: list[tuple[Finding, Case]]
    counts: Counter[str]
    seconds: dict[str, float]


class Hunt:
    """A run: the inputs worth changing, the lines reached, and what was found, by the names of the faults."""

    def __init__(self, seed: int, targets: tuple[str, ...] = ()):
        _load_all()
        self.seed, self.lines = seed, Lines()
        shares = {name: row.share for table in (READERS, COMMANDS) for name, row in table.items()}
        self.shares = {name: share for name, share in shares.items() if not targets or name in targets}
        self.corpus: dict[str, list[Case]] = {name: [] for name in self.shares}
        self.counts, self.seconds = Counter[str](), defaultdict[str, float](float)
        self.found: dict[str, tuple[Finding, Case]] = {}
        self.times = Counter[str]()

    def case(self, number: int) -> Case:
        """The input of a number, from what has been kept so far."""
        random = Random(f"{self.seed}/{number}")
        target = random.choices([*self.shares], [*self.shares.values()])[0]
        known = self.corpus[target]
        fresh = not known or random.random() < 0.5
        return _mutated(random, _fresh(random, target) if fresh else random.choice(known[-_KEPT:]))

    def go(self, inputs: int, seconds: float = float("inf")) -> Iterator[int]:
        """Runs so many inputs, or so long; yields how many have been run after each process."""
        number, end = 0, time.monotonic() + seconds
        while number < inputs and time.monotonic() < end:
            number += self._batch(number, min(inputs, number + _BATCH))
            yield number

    def _batch(self, start: int, stop: int) -> int:
        with tempfile.TemporaryDirectory(dir="/dev/shm" if os.path.isdir("/dev/shm") else None) as folder:
            place = Path(folder)
            child = os.fork()
            if not child:
                _in_child(self, place, start, stop)
            _pid, status = os.waitpid(child, 0)
            if os.waitstatus_to_exitcode(status) or not (place / "batch").exists():
                return self._died(place, status) - start
            batch: Batch = pickle.loads((place / "batch").read_bytes())
        self.lines.seen |= batch.seen
        for case in batch.kept:
            self.corpus[case.target].append(case)
        for finding, case in batch.found:
            self.add(finding, case)
        self.counts += batch.counts
        for name, seconds in batch.seconds.items():
            self.seconds[name] += seconds
        return batch.done

    def _died(self, place: Path, status: int) -> int:
        """Keeps what ended its process; the number after it."""
        number, case = pickle.loads((place / "current").read_bytes())
        said = (place / "died").read_text("utf-8", "replace") if (place / "died").exists() else ""
        code = os.waitstatus_to_exitcode(status)
        where = next((line.strip() for line in said.splitlines() if "/bptutor/" in line), "")
        self.add(Finding(f"ended by {signal.Signals(-code).name if code < 0 else code} {where[-60:]}", said), case)
        self.counts[case.target] += 1
        return int(number) + 1

    def add(self, finding: Finding, case: Case) -> None:
        """Keeps a finding, of several with one name the shortest input."""
        self.times[finding.name] += 1
        if finding.name not in self.found or case.size < self.found[finding.name][1].size:
            self.found[finding.name] = finding, case


def _load_all() -> None:
    """Imports and reads here, once, what every process needs: else each begins with a second of it."""
    for module in pkgutil.walk_packages(bptutor.__path__, "bptutor."):
        import_module(module.name)
    seeds()


def _fresh(random: Random, target: str) -> Case:
    if reader := READERS.get(target):
        return Case(target, files=((reader.file, random.choice(seeds()[reader.kind])),))
    command = COMMANDS[target]
    files = tuple((name, random.choice(seeds()[kind])) for name, kind in command.files.items())
    typed = random.choice(seeds()["typed"]) if target in ("practice", "drawn", "resume") else b""
    return Case(target, words(random, command), files, typed)


def _mutated(random: Random, case: Case) -> Case:
    """The case with a file, its words, or what is typed changed."""
    reader, command = READERS.get(case.target), COMMANDS.get(case.target)
    kinds = {reader.file: reader.kind} if reader else dict(command.files) if command else {}
    if command and random.random() < 0.3:
        return case._replace(words=words(random, command))
    if case.typed and (not case.files or random.random() < 0.5):
        return case._replace(typed=changed(random, case.typed, seeds()["typed"]))
    if not case.files:
        return case
    at = random.randrange(len(case.files))
    name, data = case.files[at]
    return case._replace(
        files=(*case.files[:at], (name, changed(random, data, seeds()[kinds[name]])), *case.files[at + 1 :])
    )


def _in_child(hunt: Hunt, place: Path, start: int, stop: int) -> None:
    """Runs a batch and writes down what came of it; never returns."""
    status = 1
    with suppress(BaseException):
        with (place / "died").open("w") as died:
            faulthandler.enable(died)
            faulthandler.register(signal.SIGXCPU, died, all_threads=False, chain=True)
            batch = _run_all(hunt, place, start, stop)
        (place / "batch").write_bytes(pickle.dumps(batch))
        status = 0
    os._exit(status)


def _run_all(hunt: Hunt, place: Path, start: int, stop: int) -> Batch:
    kept, found = list[Case](), list[tuple[Finding, Case]]()
    counts, seconds = Counter[str](), defaultdict[str, float](float)
    resource.setrlimit(resource.RLIMIT_AS, (_virtual() + MEMORY, resource.RLIM_INFINITY))
    number, end = start, time.monotonic() + _LONGEST
    while number < stop and time.monotonic() < end:
        case = hunt.case(number)
        (place / "current").write_bytes(pickle.dumps((number, case)))
        began = time.process_time()
        _allow(SECONDS + 1)
        watched = hunt.lines.watched() if number % _WATCHED == 0 else nullcontext()
        with in_its_folder(case, place / "work"), watched:
            finding = run(case)
        took = time.process_time() - began
        counts[case.target] += 1
        seconds[case.target] += took
        if finding is None and took > SECONDS:
            finding = Finding(f"slow {case.target}", f"{took:.1f} s")
        if hunt.lines.new:
            hunt.lines.take()
            hunt.corpus[case.target].append(case)
            kept.append(case)
        if finding:
            found.append((finding, case))
        number += 1
    return Batch(number - start, kept, hunt.lines.seen, found, counts, seconds)


def _virtual() -> int:
    return int(Path("/proc/self/statm").read_text().split()[0]) * os.sysconf("SC_PAGE_SIZE")


def _allow(seconds: int) -> None:
    """Ends this process where it takes so many more seconds of the processor."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    soft = int(used.ru_utime + used.ru_stime) + seconds + 1
    resource.setrlimit(resource.RLIMIT_CPU, (soft, resource.RLIM_INFINITY))


@contextmanager
def in_its_folder(case: Case, folder: Path) -> Iterator[None]:
    """Goes into a folder that has the files of a case and nothing else."""
    before = os.getcwd()
    folder.mkdir()
    case.lay_out(folder)
    os.chdir(folder)
    try:
        yield
    finally:
        os.chdir(before)
        shutil.rmtree(folder)
    sys.stdout.flush()
