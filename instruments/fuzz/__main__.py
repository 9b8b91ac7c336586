"""`python -m instruments.fuzz`: runs inputs, and keeps in a folder those that something was wrong with.

.venv/bin/python -m instruments.fuzz --seed 1 --inputs 10000
.venv/bin/python -m instruments.fuzz --again findings/3
"""

from __future__ import annotations

import time
from pathlib import Path
from tempfile import TemporaryDirectory

import typer

from instruments.fuzz.cases import Case
from instruments.fuzz.hunt import Hunt, in_its_folder
from instruments.fuzz.trial import run

_TOLD = 60  # seconds between two lines on how far it is


def main(
    seed: int = 1,
    inputs: int = 10_000,
    seconds: float = float("inf"),
    target: list[str] = typer.Option([], help="Only these readers and commands."),
    keep: Path = typer.Option(Path("findings"), help="Where inputs are kept that something was wrong with."),
    again: Path | None = typer.Option(None, help="Run one that was kept once more."),
) -> None:
    """Look for inputs that something goes wrong with; exit status 1 where there is one."""
    if again:
        _again(Case.load(again))
        return
    hunt, began, told = Hunt(seed, tuple(target)), time.monotonic(), 0.0
    for done in hunt.go(inputs, seconds):
        if time.monotonic() - told > _TOLD:
            told = time.monotonic()
            lines, kept = len(hunt.lines.seen), sum(map(len, hunt.corpus.values()))
            print(
                f"{done:9,} inputs in {told - began:,.0f} s, {lines:,} lines, {kept:,} kept, {len(hunt.found)} found",
                flush=True,
            )
            _save(hunt, keep)
    _save(hunt, keep)
    print(summary(hunt))
    raise typer.Exit(1 if hunt.found else 0)


def summary(hunt: Hunt) -> str:
    """How many inputs ran for each target, and what was found."""
    rows = [f"{'target':16} {'inputs':>9} {'kept':>6} {'ms each':>8}"]
    for name, count in hunt.counts.most_common():
        rows.append(f"{name:16} {count:9,} {len(hunt.corpus[name]):6,} {1000 * hunt.seconds[name] / count:8.1f}")
    rows.append(f"{'all':16} {hunt.counts.total():9,}, {len(hunt.lines.seen):,} lines reached")
    rows += [
        f"found {hunt.times[name]} times: {name} (by {case.target})" for name, (_finding, case) in hunt.found.items()
    ]
    return "\n".join(rows)


def _save(hunt: Hunt, keep: Path) -> None:
    for number, (finding, case) in enumerate(hunt.found.values(), 1):
        folder = keep / str(number)
        case.save(folder)
        (folder / "FOUND").write_text(f"{finding.name}\n\n{finding.text}", "utf-8", "replace")


def _again(case: Case) -> None:
    with TemporaryDirectory() as folder, in_its_folder(case, Path(folder) / "work"):
        finding = run(case)
    print(f"{finding.name}\n\n{finding.text}" if finding else "nothing wrong")
    raise typer.Exit(1 if finding else 0)


typer.run(main)
