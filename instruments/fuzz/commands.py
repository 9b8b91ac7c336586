"""Every command, with files that may be anything, and its options with values that may be anything."""

from __future__ import annotations

from collections.abc import Mapping
from random import Random
from typing import NamedTuple

from bptutor.files.library import names
from bptutor.mistakes.table import MISCONCEPTIONS
from instruments.fuzz.mutations import NUMBERS, ODD, WORDS

_COUNTS = ("0", "1", "2", "4", "6", "15", "17", "18", "-1", "1000000", "x", "")
_CELLS = (
    "net1[1]",
    "δ_o1",
    "delta1[2]",
    "w5+",
    "loss",
    "new_w1[1,1]",
    "out1[1]@2",
    "net1[1]#2",
    "loss_after",
    "h1",
    "net1",
    "",
)
_ONLY = ("net,out", "delta", "new_w,new_b", "loss", "net,,out", "grad", "all", ",", "nothing")
_LAYERS = ("1", "2", "1,2", "0", "9", "2-3-2", "1-1", "2,2,1", "30-30-30", "1,x", "99999-99999", "1-1-1-1-1-1")
_PARTS = ("0", "1", "1/2", "0.5", "1/0", "2", "-1", "1e9", "nan")
_IDS = (*(row.id for row in MISCONCEPTIONS[:12]), "copy_slip", "nothing", "")
_LIBRARY = tuple(names())
_MARKING: Mapping[str, tuple[str, ...] | None] = {
    "--ulps": _COUNTS, "--imprecise": _PARTS, "--follow-through": _PARTS, "--charge": ("once", "each", "x"),
    "--accept-conventions": None, "--blanks": ("count", "ignore", "x"), "--forgive": _IDS,
    "--points": ("points.yaml", "no.yaml"), "--reveal": None,
}  # fmt: skip
_FORMS: Mapping[str, tuple[str, ...] | None] = dict.fromkeys(("--json", "--csv", "--plain", "--html"))


class Command(NamedTuple):
    """A command: what stands first, the values of its options (None: a switch), the kinds of its files.

    A word that ends with `…` is drawn: `CELL…` is one of the cells. `share` says how often it is called
    beside the others.
    """

    share: int
    first: tuple[str, ...]
    options: Mapping[str, tuple[str, ...] | None]
    files: Mapping[str, str]


_P = {"p.yaml": "problem"}
_PS = {**_P, "s.yaml": "sheet", "points.yaml": "points"}
COMMANDS: Mapping[str, Command] = {
    "solve": Command(12, ("solve", "p.yaml"), {
        "-d": _COUNTS, "--sig-figs": _COUNTS, "--carry": None, "--explain": None, "--only": _ONLY, "--layer": _LAYERS,
        "--samples": _LAYERS, "--all": None, "--steps": _COUNTS, "--until": NUMBERS, "--verify": None, "--notes": None,
        **_FORMS,
    }, _P),
    "explain": Command(4, ("solve", "p.yaml", "--explain", "CELL…"), {
        "-d": _COUNTS, "--carry": None, "--sig-figs": _COUNTS,
    }, _P),
    "check": Command(6, ("check", "s.yaml"), {"--hint": _COUNTS, "--all": None, "-q": None, **_FORMS, **_MARKING}, _PS),
    "check-answers": Command(
        6, ("check", "p.yaml", "-a", "s.yaml"), {"--hint": _COUNTS, "--all": None, **_FORMS, **_MARKING}, _PS
    ),
    "why": Command(4, ("why", "p.yaml", "CELL…=NUMBER…"), {"--json": None}, _P),
    "template": Command(3, ("template", "p.yaml"), {
        "--cells": _ONLY, "--layer": _LAYERS, "--points": None, "-o": ("o.yaml", "x/o.yaml", "p.yaml", "."),
        "--force": None, "--csv": None, "--form": None,
    }, _P),
    "worksheet": Command(3, ("worksheet", "p.yaml"), {
        "--format": ("markdown", "html", "latex", "x"), "--key": None, "--fade": ("all", *_COUNTS), "--all": None,
        "--points": None, "-o": ("o.md", "o.html", "o.tex", "x/o.md", "o"), "--force": None,
    }, _P),
    "marks": Command(2, ("marks", "p.yaml"), {"--points": ("points.yaml",), "--latex": None, **_FORMS}, _PS),
    "lint": Command(1, ("lint", "p.yaml"), {
        "--strict": None, "--all": None, "--ulps": _COUNTS, "--json": None, "-q": None,
    }, _P),
    "init": Command(1, ("init", "LAYERS…"), {"-o": ("-", "m.yaml", "x/m.yaml", "."), "--force": None}, {}),
    "new": Command(1, ("new",), {
        "--seed": _COUNTS, "--layers": _LAYERS, "--activation": ("tanh", "relu,softmax", "x", "leaky_relu:0.1"),
        "--loss": ("cross_entropy", "x"), "--bias": ("none", "shared", "x"), "--level": ("easy", "hard"), "-d": _COUNTS,
        "--convention": ("rounding=carry", "batch=online", "momentum=0.9", "x", "=", "delta=descent"),
        "--optimizer": ("adam", "rmsprop:beta=0.5", "adam:beta1=1", "x", ":"),
        "--weight-decay": ("0.1", "l1:0.1", "l2:-1", "decoupled:0.1,biases=true", "x"),
        "--samples": _COUNTS, "--steps": _COUNTS, "--like": ("p.yaml",), "--show": _IDS, "--title": ODD,
        "-o": ("o.yaml", "x/o.yaml"),
        "--variants": ("1", "2", "0", "x"),
    }, _P),
    "practice": Command(3, ("practice", "p.yaml"), {"--by": ("cell", "stage", "x")}, _P),
    "drawn": Command(1, ("practice",), {
        "--seed": _COUNTS, "--level": ("easy", "exam", "hard"), "--focus": _IDS, "--history": None,
    }, {}),
    "resume": Command(2, ("practice", "RESUME…"), {}, {
        "data/practice/20260102T030405000000-0123abcd.jsonl": "session",
    }),
    "grade": Command(4, ("grade", "p.yaml", "SOURCE…", "-o", "out"), {
        "--roster": ("roster.csv", "no.csv"), "--html": None, "--hint": _COUNTS, "--no-feedback": None,
        "--keep": ("newest", "best", "x"), "--columns": ("columns.yaml", "nbgrader", "otter"),
        "--glob": ("*.yaml", "["), "--id-from": (r"(?P<id>s\d+)", "(", "x"), "--limit": NUMBERS,
        "--canvas": ("roster.csv",),
        "--moodle": ("roster.csv",), "--brightspace": ("roster.csv",), "--blackboard": ("roster.csv",),
        "--assignment": ("1", "x"), **_MARKING,
    }, {
        **_PS, "in/a.yaml": "sheet", "in/b.txt": "sheet", "in/c/d.yaml": "sheet", "t.csv": "table", "in.zip": "archive",
        "in.jsonl": "lines", "roster.csv": "roster", "columns.yaml": "columns",
    }),
    "gradescope": Command(2, ("gradescope-results", "p.yaml", "in"), {"--hint": _COUNTS, **_MARKING}, {
        **_P, "in/a.yaml": "sheet", "in/b.zip": "archive", "points.yaml": "points",
    }),
    "gradescope-zip": Command(1, ("gradescope-zip", "p.yaml", "-o", "g.zip"), {"--hint": _COUNTS, **_MARKING}, _PS),
    "problems": Command(1, ("problems", "show", "LIBRARY…"), {"--x": None}, {}),
    "schema": Command(1, ("schema", "problem"), {"--x": None}, {}),
}  # fmt: skip

_DRAWN: Mapping[str, tuple[str, ...]] = {
    "CELL…": _CELLS, "NUMBER…": NUMBERS, "LAYERS…": _LAYERS, "LIBRARY…": _LIBRARY, "RESUME…": ("--resume", "--history"),
    "SOURCE…": ("in", "in", "t.csv", "in.zip", "in.jsonl", "in/a.yaml", "no", "."),
}  # fmt: skip


def words(random: Random, command: Command) -> tuple[str, ...]:
    """A command line: what stands first, and some of the options."""
    line = [_drawn(random, word) for word in command.first]
    if command.first[1:2] == ("p.yaml",) and random.random() < 0.25:
        line[1] = random.choice(_LIBRARY)  # a file that is right, so that more is tried of the rest
    chosen = random.sample([*command.options], min(len(command.options), int(random.expovariate(0.7))))
    for option in chosen:
        line += [option, *_value(random, command.options[option])]
    if random.random() < 0.03:
        line[random.randrange(len(line))] = random.choice((*ODD, *WORDS)).replace("\0", "")
    return tuple(line)


def _drawn(random: Random, word: str) -> str:
    for name, values in _DRAWN.items():
        if name in word:
            word = word.replace(name, random.choice(values))
    return word


def _value(random: Random, values: tuple[str, ...] | None) -> list[str]:
    if values is None:
        return []
    odd = random.random() < 0.1
    return [random.choice((*NUMBERS, *WORDS, *ODD) if odd else values).replace("\0", "")]
