"""The fuzzer at work for a moment: a few hundred inputs for all readers and commands, none of which goes wrong.

What very many found stands in the tests of what was wrong; `python -m instruments.fuzz` runs them.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from instruments.fuzz.cases import Case
from instruments.fuzz.commands import COMMANDS
from instruments.fuzz.hunt import Hunt
from instruments.fuzz.readers import READERS, Reader
from instruments.fuzz.trial import run

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not os.path.isdir("/proc/self"), reason="processes as Linux has them"),
]

INPUTS = 300


def test_nothing_goes_wrong() -> None:
    hunt = Hunt(seed=20)
    done = [*hunt.go(INPUTS)]
    assert done[-1] == INPUTS
    assert not {name: finding.text for name, (finding, _case) in hunt.found.items()}
    assert hunt.counts.total() == INPUTS
    assert len(hunt.lines.seen) > 2000  # what is reached is noticed


def test_the_same_seed_makes_the_same_inputs() -> None:
    one, other = Hunt(seed=3), Hunt(seed=3)
    assert [one.case(number) for number in range(20)] == [other.case(number) for number in range(20)]
    assert one.case(5) != Hunt(seed=4).case(5)


def test_every_target_is_drawn() -> None:
    assert {Hunt(seed=1, targets=(name,)).case(1).target for name in (*READERS, *COMMANDS)} == {*READERS, *COMMANDS}


def fails(data: bytes) -> None:
    raise ZeroDivisionError


def never_ends(data: bytes) -> None:
    while True:
        data += b"x"
        data = data[:9]


def takes_all(data: bytes) -> None:
    data * (1 << 31)


def crashes(data: bytes) -> None:
    os.abort()


@pytest.mark.parametrize(
    ("fault", "told"), [(fails, "ZeroDivisionError"), (takes_all, "MemoryError"), (crashes, "SIGABRT")]
)
def test_what_goes_wrong_is_found(fault: object, told: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(READERS, "number", Reader(1, "sheet", "x.yaml", fault))  # type: ignore[arg-type]
    hunt = Hunt(seed=1, targets=("number",))
    assert [*hunt.go(1)] == [1]
    assert [name for name in hunt.found if told in name]


def test_what_takes_too_long_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(READERS, "number", Reader(1, "sheet", "x.yaml", never_ends))
    monkeypatch.setattr("instruments.fuzz.hunt.SECONDS", 0)
    hunt = Hunt(seed=1, targets=("number",))
    assert [*hunt.go(1)] == [1]
    assert [name for name in hunt.found if "SIGXCPU" in name]


def test_an_input_is_kept_and_run_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    case = Case("solve", ("solve", "in/p.yaml", "-d", "99"), (("in/p.yaml", b"layers: [1]\n"),), b"")
    case.save(tmp_path)
    assert Case.load(tmp_path) == case
    monkeypatch.chdir(tmp_path)
    assert run(case) is None
    assert run(case._replace(words=("solve", "mazur", "--plain"))) is None
