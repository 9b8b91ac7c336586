"""What `lint` found in problems: paragraphs for people, JSON for programs."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from bptutor.language import _, plural
from bptutor.render.harmless import printable
from bptutor.setting.lint import Finding, Linted
from bptutor.setting.visibility import Shown

_FEW = 6  # cells that are named in a line


def print_lint(console: Console, linted: Linted, *, strict: bool = False, everything: bool = False) -> None:
    """The findings of a problem, each with its cells, its reason and its cure; with `everything`, every mistake."""
    against, most = linted.against(strict=strict), None if everything else _FEW
    mistakes = _of_mistakes(linted.shown)
    found = plural("{n} finding", "{n} findings", len(against)).format(n=len(against)) if against else _("no findings")
    says = found if against else "; ".join(filter(None, (found, mistakes)))
    console.print(_text(linted.name, "bold").append(f": {says}", style="not bold"))
    for one in against:
        console.print()
        title = _text(one.id, "bold cyan").append(f"  {printable(one.says)}", style="not bold default")
        _print_indented(console, title, 2)
        for says in filter(None, (_where(one.cells, most), _cure(one))):
            _print_indented(console, _text(says), 4)
    if against:
        console.print()
    for says in (*_allowed(linted, strict=strict), mistakes if against else "", _steps(linted)):
        if says:
            _print_indented(console, _text(says, "dim"), 2)
    if everything and linted.shown:
        console.print()
        console.print(_mistakes(linted.shown))


def _print_indented(console: Console, text: Text, columns: int) -> None:
    console.print(Padding(text, (0, 0, 0, columns)))


def _where(cells: Sequence[str], most: int | None) -> str:
    if not cells:
        return ""
    names = ", ".join(cells[:most])
    left = len(cells) - len(cells[:most])
    more = plural(" and {n} more cell", " and {n} more cells", left).format(n=left) if left else ""
    return _("in {cells}").format(cells=names + more)


def _cure(one: Finding) -> str:
    return _("cure: {cure}").format(cure=one.cure) if one.cure else _("cure: none of the small changes that were tried")


def _allowed(linted: Linted, *, strict: bool) -> Iterator[str]:
    names = list(dict.fromkeys(":".join((one.id, *one.mistakes)) for one in linted.findings if one.allowed))
    if names and not strict:
        says = _("allowed by the problem file: {names} ({reason})")
        yield says.format(names=", ".join(names), reason=linted.problem.lint.reason)


def _of_mistakes(shown: Mapping[str, Shown]) -> str:
    """How many mistakes show, in a sentence."""
    if not shown:
        return ""
    seen = sum(bool(one.cells) and not one.unseen for one in shown.values())
    alone = sum(not one.same_as for one in shown.values() if one.cells)
    says = plural("{seen} of {n} mistake shows", "{seen} of {n} mistakes show", len(shown))
    says += _(", each with numbers of its own") if seen == alone == len(shown) else ""
    return says.format(seen=seen, n=len(shown))


def _steps(linted: Linted) -> str:
    if linted.steps == linted.problem.steps:
        return ""
    return _("the first {n} of {steps} steps were looked at").format(n=linted.steps, steps=linted.problem.steps)


def _mistakes(shown: Mapping[str, Shown]) -> Table:
    """A row a mistake: where it shows first, in how many cells, and what it cannot be told from."""
    table = Table(box=SIMPLE_HEAD, show_edge=False, header_style="bold", pad_edge=False)
    titles = (_("mistake"), _("first shows in"), _("cells"), _("looks like"))
    for place, title in enumerate(titles):
        table.add_column(title, justify="right" if place == 2 else "left", overflow="fold", no_wrap=not place)
    for name, one in shown.items():
        first = one.cells[0] if one.cells else _("nowhere")
        if one.cells and one.unseen:
            first += "\n" + _("in {n} of {ways} ways nowhere").format(n=one.unseen, ways=one.ways)
        table.add_row(*map(_text, (name, first, str(len(one.cells)), ", ".join(one.same_as))))
    return table


def summary(linted: Sequence[Linted], *, strict: bool = False) -> str:
    """What is to be said of several problems together."""
    found = sum(bool(one.against(strict=strict)) for one in linted)
    says = plural("{n} problem, {found} with findings", "{n} problems, {found} with findings", len(linted))
    return says.format(n=len(linted), found=found)


def as_json(linted: Sequence[Linted], *, strict: bool, ulps: int) -> str:
    """The format `bptutor/lint` version 1."""
    data = {
        "format": "bptutor/lint",
        "version": 1,
        "strict": strict,
        "ulps": ulps,
        "clean": not any(one.against(strict=strict) for one in linted),
        "problems": [one.as_dict(strict=strict) for one in linted],
    }
    return json.dumps(data, indent=1, ensure_ascii=False) + "\n"


def _text(text: str, style: str = "") -> Text:
    return Text(printable(text), style=style)
