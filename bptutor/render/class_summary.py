"""The end of a run on a terminal or in a pipe: what became of the class, and where the files are."""

from __future__ import annotations

from rich.console import Console
from rich.table import Table as RichTable
from rich.text import Text

from bptutor.classroom.people import People
from bptutor.classroom.picture import Picture
from bptutor.language import _, plural
from bptutor.render import class_words as words
from bptutor.render.harmless import one_line

_FEW = 3
_BAR = 30  # letters of the longest bar


def print_summary(console: Console, picture: Picture, where: str, people: People = People()) -> None:
    """The summary; `where` says where the files are."""
    _print_suspects(console, picture)
    console.print(_text(words.counted(picture), "bold"))
    for line in words.matched(people):
        console.print(_text(line, "yellow"))
    if picture.graded:
        scores = words.scores(picture)
        _print_bars(console, scores.title, [(name, n, "") for name, n in scores.rows], scores.bars)
    if picture.misconceptions:
        some = picture.misconceptions[:_FEW]
        rows = [(mistake.id, f"{mistake.students:g}", mistake.says) for mistake in some]
        shares = tuple(mistake.students / max(1, picture.graded) for mistake in some)
        _print_bars(console, _("Commonest misconceptions"), rows, shares)
    if n := len(picture.groups):
        message = plural(
            "{n} group of sheets shares more wrong numbers than chance explains.",
            "{n} groups of sheets share more wrong numbers than chance explains.",
            n,
        )
        console.print(_text(message.format(n=n)))
    for note in picture.notes:
        console.print(_text(note, "dim"))
    console.print(_text(_("Files: {where}").format(where=where)))


def _print_suspects(console: Console, picture: Picture) -> None:
    """The numbers that make the key suspect, before all else."""
    if not picture.unusual:
        return
    part = words.key_is_suspect(picture)
    console.print(_text(part.title, "bold red"))
    for line in part.says:
        console.print(_text(line))
    for found in picture.unusual[:_FEW]:
        variant = _(" in variant {name}").format(name=found.variant) if found.variant else ""
        message = _("{cell} = {number}: {students}{variant}")
        cell, number = words.named(found.cell), words.number(found.number)
        line = message.format(cell=cell, number=number, students=words.shared_by(found), variant=variant)
        console.print(_text(f"  {one_line(line)}"))
    if (more := len(picture.unusual) - _FEW) > 0:
        console.print(_text(plural("  and {n} more", "  and {n} more", more).format(n=more), "dim"))
    console.print()


def _print_bars(console: Console, title: str, rows: list[tuple[str, str, str]], shares: tuple[float, ...]) -> None:
    console.print(_text(title, "bold cyan"))
    grid = RichTable.grid(padding=(0, 1, 0, 0))
    for justify in ("left", "right", "left", "left"):
        grid.add_column(justify=justify, overflow="fold")
    for (name, number, says), share in zip(rows, shares, strict=True):
        bar = "█" * max(round(_BAR * share), share > 0)
        grid.add_row(_text(f"  {name}"), _text(number), Text(bar, style="cyan"), _text(says, "dim"))
    console.print(grid)


def _text(text: str, style: str = "") -> Text:
    # One line, but for the indent.
    return Text(" " * (len(text) - len(text.lstrip(" "))) + one_line(text), style=style)
