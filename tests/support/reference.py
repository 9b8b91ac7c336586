"""The pages of docs/reference/ that the code itself writes: options, keys, cells, verdicts, mistakes.

They are stored, so that they can be read without building anything; `tests/test_reference.py` compares them, and with
BPTUTOR_UPDATE=1 writes them anew.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from inspect import cleandoc
from typing import Any

from bptutor.cli.commands import _HIDDEN, _HOMES, _made
from bptutor.engine.activations import ACTIVATIONS
from bptutor.engine.conventions import CONVENTIONS
from bptutor.engine.losses import LOSSES
from bptutor.files import keys, points
from bptutor.files.kinds import Keys
from bptutor.files.library import load
from bptutor.marking.verdicts import VERDICTS
from bptutor.mistakes.misconception import COMMON, ONLY_WAY, RARE, USUAL
from bptutor.mistakes.slips import COPY_SLIP, DROPPED_TERM, SLIPS
from bptutor.mistakes.table import MISCONCEPTIONS
from bptutor.problem import Conventions
from bptutor.render.marks import LOOKS
from bptutor.setting.lint import RULES
from bptutor.solution.trace import Trace
from tests.support import ROOT

FOLDER = ROOT / "docs" / "reference"
_HOW_COMMON = {ONLY_WAY: "the only way", COMMON: "common", USUAL: "usual", RARE: "rare"}
_WORDS = {
    "net": "weighted sum plus bias",
    "out": "activation of net",
    "loss": "total error of the sample; `loss[k]` that of one output",
    "error": "∂E/∂out: how the loss changes with out; `error0`, on request, ∂E/∂x",
    "slope": "∂out/∂net: slope of the activation",
    "delta": "∂E/∂net: error times slope",
    "grad_w": "∂E/∂w",
    "grad_b": "∂E/∂b",
    "step_w": "what is added to a weight: −η·∂E/∂w",
    "step_b": "what is added to a bias: −η·∂E/∂b",
    "new_w": "a weight after the update",
    "new_b": "a bias after the update",
    "loss_after": "the loss of a forward pass with the new parameters; on request `net_after`, `out_after`",
}


def _cell(text: Any) -> str:
    return str(text).replace("|", "\\|").replace("\n", " ")


def _code(text: Any) -> str:
    return f"`{_cell(text)}`" if text not in (None, "") else ""


def _table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    yield "| " + " | ".join(heads) + " |"
    yield "|---" * len(heads) + "|"
    for row in rows:
        yield "| " + " | ".join(row) + " |"
    yield ""


# Commands and options


def _commands() -> Iterator[tuple[str, Any]]:
    for name in _HOMES:
        command = _made(name)
        yield name, command
        for inner, sub in getattr(command, "commands", {}).items():
            yield f"{name} {inner}", sub


def options_of(command: Any) -> list[list[str]]:
    """The options of a command, each with all its names, `["--decimals", "-d"]`."""
    return [[*one.opts, *one.secondary_opts] for one in command.params if one.param_type_name == "option"]


def tells_all() -> bool:
    """Whether this version of typer knows of an argument what it is; the oldest that will do does not."""
    return hasattr(_made("solve").params[0], "type_descriptor")


def commands() -> dict[str, Any]:
    """Each command by what is typed for it, those inside of another as well."""
    return dict(_commands())


def _value(parameter: Any) -> str:
    if parameter.metavar:
        return _code(parameter.metavar)
    shown = _kind(parameter)
    return " ".join(f"`{word}`," for word in shown)[:-1]


_NUMBERS = {int: "N", float: "NUMBER"}


def _kind(parameter: Any) -> list[str]:
    """What a value is: one of these words, or a number."""
    kind = parameter.type_descriptor
    members = getattr(kind.annotation, "__members__", {}).values()
    choices = members or getattr(getattr(kind.parameter_info, "click_type", None), "choices", ())
    words = [str(getattr(choice, "value", choice)) for choice in choices]
    return words or [_NUMBERS[number] for number in _NUMBERS if number is kind.annotation]


def _says(parameter: Any) -> str:
    default = parameter.default
    plain = isinstance(default, str | int | float) and not isinstance(default, bool) and default != ""
    shown = parameter.show_default is True and plain and str(default) not in (parameter.help or "")
    return _cell(parameter.help or "").replace("<", "\\<") + (f" (default: {default})" if shown else "")


def _options() -> Iterator[str]:
    yield "# Commands and options\n"
    yield "As the commands themselves say it with `-h`. An option that is a switch takes no value.\n"
    for name, command in _commands():
        yield f"## bptutor {name}\n"
        first, *rest = cleandoc(command.help or "").split("\n\n")
        if name in _HIDDEN:
            first += " (Not in the list of commands: an autograder calls it.)"
        yield first.replace("\n", " ") + "\n"
        for said in rest:
            examples = said.startswith("Example")
            yield (_examples(said) if examples else said.replace("\n", " ").replace("<", "\\<")) + "\n"
        arguments = [one for one in command.params if one.param_type_name == "argument"]
        if arguments:
            yield from _table(
                ("argument", ""), ([_code(one.metavar or one.name.upper()), _says(one)] for one in arguments)
            )
        rows = [
            [", ".join(map(_code, [*one.opts, *one.secondary_opts])), _value(one), _says(one)]
            for one in command.params
            if one.param_type_name == "option" and "--help" not in one.opts
        ]
        if rows:
            yield from _table(("option", "value", ""), rows)


def _examples(said: str) -> str:
    typed = " ".join(said.split(":", 1)[1].split()).split(" · ")
    return "```sh\n" + "\n".join(typed) + "\n```"


# Keys, conventions, cells


def _shown(value: Any) -> str:
    return "" if value is None else _code(f"{value:g}" if isinstance(value, float) else _plain(value))


def _keys(table: Keys) -> Iterator[str]:
    rows = (
        [_code(name), "required" if key.required else _shown(key.default), _cell(key.says)]
        for name, key in table.items()
    )
    yield from _table(("key", "default", "what it says"), rows)


def _all_keys() -> Iterator[str]:
    yield "# Keys of the files\n"
    yield "`bptutor schema problem` and `bptutor schema answers` write the same as a JSON Schema, for an editor.\n"
    yield "## A problem file\n"
    yield "`inputs` or `samples` is required as well.\n"
    yield from _keys(keys.PROBLEM)
    for title, inner in _INNER.items():
        yield f"### {title}\n"
        yield from _keys(inner)
    yield "## Activations\n"
    yield from _table(("name", "formula"), ([_code(name), _code(row.formula)] for name, row in ACTIVATIONS.items()))
    yield "## Losses\n"
    yield from _table(("name", "formula"), ([_code(name), _code(row.formula)] for name, row in LOSSES.items()))
    yield "## An answer sheet\n"
    yield from _keys(keys.ANSWERS)


_INNER = {
    "samples": keys.SAMPLE,
    "labels": keys.LABELS,
    "lint": keys.LINT,
    "points": points.POINTS,
    "points: marks": points.PRICES,
    "points: charge": points.CHARGE,
}


def _conventions() -> Iterator[str]:
    yield "# Conventions\n"
    yield "Courses disagree about these; the key `conventions` of a problem says which hold, and the head of every page"
    yield "prints it. The first value is the default. A sheet that is all right in another convention is told so.\n"
    default = Conventions()._asdict()
    for name, row in CONVENTIONS.items():
        yield f"## {name}\n"
        if row.says:
            yield f"{row.says[0].upper() if row.says[0].isascii() else row.says[0]}{row.says[1:]}.\n"
        if row.values:
            told = [(_code(_plain(value)), _cell(made.says), _cell(made.clause)) for value, made in row.values.items()]
            heads = ("value", "meaning", "stands on the page as")
            used = [place for place in range(3) if any(row[place] for row in told)]
            yield from _table([heads[place] for place in used], ([row[place] for place in used] for row in told))
        else:
            yield f"A number; {_shown(default[name]) or '`~`'} unless said otherwise.\n"


def _plain(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


_CELLS = """\
# Cells

A cell is named by an id, which counts from 1, or by its label, as on the page. Wherever a cell is typed both will do,
and so will a label in plain letters (`delta_o1`, `dE/dw5`). The examples are of `bptutor solve mazur`.
"""
_OTHER_CELLS = """\
A layer counts from 1, the first after the inputs; `[2,1]` is receiving unit 2, sending unit 1. Of several samples a
cell has `@3` (`net1[2]@3`, and `@1-2` for what samples 1 and 2 have together), of several steps `#2`
(`new_w1[2,1]#2`), of both `net1[2]@3#2`. A bias that a layer shares has one cell, `new_b1`. A word alone stands for all
its cells, a word and a layer (`delta2`) for those of the layer. A file can set its own labels.
"""


def _cells() -> Iterator[str]:
    yield _CELLS
    trace = Trace(load("mazur"))
    first = dict[str, Any]()
    for cell in trace.cells():
        first.setdefault(cell.id.split("[")[0].rstrip("0123456789"), cell)
    rows = []
    for word, means in _WORDS.items():
        name, label = (first[word].id, first[word].label) if word in first else _OTHER[word]
        rows.append([_code(word), _code(name), _code(label), means])
    yield from _table(("word", "an id", "its label", "meaning"), rows)
    yield _OTHER_CELLS


_OTHER = {"grad_b": ("grad_b2[1]", "∂E/∂b_o1"), "step_b": ("step_b2[1]", "Δb_o1"), "new_b": ("new_b2[1]", "b_o1+")}

# Verdicts and mistakes

_VERDICTS = {
    "right": "the page's number, to the digits typed, however it was rounded",
    "right_carried": "right when each value is rounded as it is written down",
    "imprecise": "right, but with too few decimals",
    "follow_through": "not right, but it follows from the student's own numbers above",
    "misconception": "a known mistake gives it",
    "wrong": "nothing explains it",
    "blank": "nothing was typed",
    "unreadable": "something was typed, and no number can be read from it",
}


def _verdicts() -> Iterator[str]:
    yield "# Verdicts\n"
    yield "What `check`, `grade` and `practice` say of a number. The first column stands in JSON and tables. What each"
    yield "costs is in [How marks come about](../marks.md).\n"
    rows = ([_code(name), f"{LOOKS[name].symbol} {LOOKS[name].word}", _VERDICTS[name]] for name in VERDICTS)
    yield from _table(("verdict", "shown as", "meaning"), rows)


def _plainly(sentence: str) -> str:
    """A sentence in which no letter is for Markdown."""
    return sentence.replace("*", "\\*").replace("_", "\\_")


def _mistakes() -> Iterator[str]:
    yield "# Mistakes with a name\n"
    yield f"{len(MISCONCEPTIONS)} mistakes in the rules, and {len(SLIPS) + 2} slips of the pen. `practice --focus ID`"
    yield "practises a mistake, `check --forgive ID` takes nothing off for it, `new --show ID` draws a problem on which"
    yield "it shows. How common it is decides how much evidence its name needs: a rare one needs more.\n"
    yield "In italics the question that `--hint 1` asks.\n"
    for one in MISCONCEPTIONS:
        yield f"* `{one.id}` ({_HOW_COMMON[one.common]}). {_plainly(one.says)} *{_plainly(one.hint)}*"
    yield "\n## Slips\n"
    for slip in (*SLIPS, COPY_SLIP, DROPPED_TERM):
        yield f"* `{slip.id}`. {_plainly(slip.says)} *{_plainly(slip.hint)}*"
    yield ""
    yield "## What `lint` finds\n"
    yield from _table(("id", "what it looks for"), ([_code(rule.id), _cell(rule.looks_for)] for rule in RULES))


PAGES: dict[str, Callable[[], Iterator[str]]] = {
    "options.md": _options,
    "keys.md": _all_keys,
    "conventions.md": _conventions,
    "cells.md": _cells,
    "verdicts.md": _verdicts,
    "mistakes.md": _mistakes,
}


def page(name: str) -> str:
    """A page as it is now."""
    head = "<!-- Written by tests/support/reference.py from the code itself. -->\n\n"
    return head + "\n".join(PAGES[name]()).rstrip("\n") + "\n"
