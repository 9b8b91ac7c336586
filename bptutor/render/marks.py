"""The marks of a report as sentences and rows, whatever the medium."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from itertools import groupby
from typing import NamedTuple

from bptutor.classroom.grade import amount
from bptutor.engine.quantities import cell_id
from bptutor.language import _, plural
from bptutor.marking.hints import Advice, asked_decimals, hint, is_miscopied, labels, listed, what_went_wrong
from bptutor.marking.report import FINE, Cause, Mark, Report
from bptutor.marking.stages import Line, imprecise, in_short, lines, why
from bptutor.mistakes.table import MISCONCEPTIONS
from bptutor.render.columns import Table, words


class Look(NamedTuple):
    """How a verdict looks: a symbol and a word, so that no colour is needed, and which cells are shown first."""

    symbol: str
    word: str
    style: str
    rank: int = 0


LOOKS = {
    "right": Look("✓", _("right"), "green", 2),
    "right_carried": Look("✓", _("right, rounded on the way"), "green", 2),
    "imprecise": Look("≈", _("too few decimals"), "yellow", 1),
    "follow_through": Look("→", _("follows"), "cyan", 1),
    "misconception": Look("✗", _("mistake"), "red"),
    "wrong": Look("✗", _("wrong"), "red"),
    "blank": Look("·", _("blank"), "dim", 3),
    "unreadable": Look("?", _("unreadable"), "red"),
}


NAMING = 2  # the hint that names the mistake
_FEW_BLANKS = 12  # names in the line that lists them


def said_by_sheet(report: Report) -> str:
    """Whose the sheet says it is, in quotes; "" where it does not."""
    student = _one_line(report.answers.student)
    short = student if len(student) <= _LONGEST_NAME else f"{student[:_LONGEST_NAME]}…"
    return _("The sheet says: student “{student}”").format(student=short) if student else ""


_LONGEST_NAME = 40


def score(report: Report) -> str:
    """What was earned, and which cell to look at first; nothing of it is what a student wrote."""
    head = _("Score")
    points = plural("{earned} of {n} point", "{earned} of {n} points", _whole(report.possible)).format(
        earned=amount(report.earned), n=amount(report.possible)
    )
    if report.filled_in:
        there = sum(mark.points > 0 for mark in report.marks)
        message = plural(
            "{points} for the {n} cell that was filled in", "{points} for the {n} cells that were filled in", there
        )
        points = message.format(points=points, n=there)
    return f"{head}: {points} ({report.percent:g} %). {_state(report)}"


def _state(report: Report) -> str:
    if first := report.first_error:
        return _("First cell that is not right: {cell}.").format(cell=cell_name(first))
    if report.all_right:
        return _("Everything is right.")
    blank = sum(mark.verdict == "blank" and mark.points > 0 for mark in report.marks)
    message = plural(
        "Nothing is wrong so far, {n} cell is blank.", "Nothing is wrong so far, {n} cells are blank.", blank
    )
    return message.format(n=blank)


def _whole(points: Fraction) -> int:
    """The number that decides between singular and plural."""
    return 1 if points == 1 else 2


def cell_name(mark: Mark) -> str:
    """A cell by its label and its id."""
    return f"{mark.label} ({mark.id})"


def explained(mark: Mark) -> str:
    """The heading above what is said of a cell."""
    title = _("Where to go on: {cell}") if mark.verdict == "blank" else _("What went wrong: {cell}")
    return title.format(cell=cell_name(mark))


def told(report: Report, mark: Mark | None, level: int) -> list[tuple[str, Advice]]:
    """What is said of the cell to talk about, and its hints up to a level, each under its title."""
    if mark is None:
        return []
    hints = [(_("Hint {n}").format(n=n), hint(report, mark, n)) for n in range(1, level + 1)]
    parts = [(explained(mark), what_went_wrong(report, mark)), *hints]
    return [(title, advice) for title, advice in parts if advice.says_something]


def chosen(report: Report, most: int | None, *, blanks: bool) -> list[Mark]:
    """The marks worth a row, at most so many; where there are more, those that are not right come first."""
    marks = [mark for mark in report.marks if blanks or mark.verdict != "blank"]
    if most is None or len(marks) <= most:
        return marks
    ranked = sorted(range(len(marks)), key=lambda place: LOOKS[marks[place].verdict].rank)
    return [marks[place] for place in sorted(ranked[:most])]


def table(report: Report, marks: list[Mark], *, reveal: bool, level: int = 0, short: bool = False) -> Table:
    """A row a mark; `marks` has at least one. Mistakes have their names from the hint on that tells them.

    `short`: for those who do not type ids; without those of cells, and with a few words for those of mistakes.
    """
    named = reveal or level >= NAMING
    columns = [words(_("cell"), [mark.label for mark in marks])]
    if not short:
        columns.append(words(_("id"), [mark.id for mark in marks]))
    columns.append(words(_("typed"), [_typed(mark) for mark in marks], numeric=True))
    if reveal:
        columns.append(words(_("expected"), [mark.expected for mark in marks], numeric=True))
    columns += [
        words(_("points"), list(_points(marks)), numeric=True),
        words(_("verdict"), [verdict(report, mark, reveal=reveal, named=named, short=short) for mark in marks]),
    ]
    return Table("", tuple(columns), len(marks))


def verdict(report: Report, mark: Mark, *, reveal: bool, named: bool, short: bool = False) -> str:
    """Symbol and kind, and in a few words what it comes from; mistakes only where they may be named.

    They are named by their ids, with `short` in a few words.
    """
    said = f"{LOOKS[mark.verdict].symbol} {_kind(mark, named=named)}"
    if mark.verdict == "follow_through":
        said += " " + _("from your {cells}").format(cells=listed(labels(report, mark.judged_from)) or _("numbers"))
    if mark.leading and named and not mark.again:
        said += ": " + _(" or ").join((_in_words if short else _in_ids)(cause) for cause in mark.leading)
    unlike = reveal and mark.typed and mark.verdict not in (*FINE, "follow_through")
    if unlike and mark.from_your_numbers != mark.expected:
        said += "; " + _("your numbers give {value}").format(value=mark.from_your_numbers)
    return said


def _in_ids(cause: Cause) -> str:
    return _(" and ").join(cause.ids)


def _in_words(cause: Cause) -> str:
    """What was done, without what explains it; of two mistakes that were made together, of both."""
    sentences = [_SAYS[name] for name in cause.ids if name in _SAYS] or [cause.says]
    return _("; ").join(map(in_short, sentences))


_SAYS = {mistake.id: mistake.says for mistake in MISCONCEPTIONS}


def _kind(mark: Mark, *, named: bool) -> str:
    """What kind of right or wrong a number is; short where a name comes after it."""
    if mark.again:
        return _("again (counted less)") if mark.credit < mark.points else _("again (counted once)")
    kind = LOOKS[mark.verdict].word
    if mark.verdict == "misconception" and not named:
        kind = _("copied wrongly") if is_miscopied(mark) else _("a known mistake")
    if mark.verdict == "wrong" and not mark.note:
        kind = _("does not follow")
    return _("{kind} (forgiven)").format(kind=kind) if mark.forgiven else kind


def _typed(mark: Mark) -> str:
    text = _one_line(mark.typed or "")
    return f"“{text}”" if mark.verdict == "unreadable" else text


def _points(marks: list[Mark]) -> Iterator[str]:
    """What was earned, of how much where that is not 1 everywhere."""
    of_one = all(mark.points == 1 for mark in marks)
    return (amount(m.credit) if of_one else f"{amount(m.credit)} / {amount(m.points)}" for m in marks)


def _one_line(text: str) -> str:
    return " ".join(text.split())


def blanks(report: Report) -> str:
    """Which cells are blank, whole quantities by their name; "" where none is."""
    names = []
    for quantity, group in groupby(report.marks, key=lambda mark: mark.quantity):
        marks = list(group)
        empty = [mark for mark in marks if mark.verdict == "blank"]
        whole = len(empty) == len(marks) > 1
        names += [cell_id(quantity, ())] if whole else [mark.label for mark in empty]
    return _("Blank: {cells}").format(cells=listed(names, _FEW_BLANKS)) if names else ""


def notes(report: Report) -> Iterator[str]:
    """What the marker says about single cells, cells of which the same is said together."""
    by_text: dict[str, list[str]] = {}
    for mark in report.marks:
        if mark.note:
            by_text.setdefault(mark.note, []).append(mark.label)
    for text, names in by_text.items():
        yield _("Note on {cells}: {note}").format(cells=listed(names), note=text)


def stages(report: Report, *, named: bool) -> Table | None:
    """A row a stage, and one for missing decimals; None where nothing has points. Mistakes have names where `named`."""
    rows = [
        (line.stage.title, _("{earned} of {all}").format(earned=amount(line.earned), all=amount(line.possible)), said)
        for line in lines(report.marks, report.trace.problem)
        for said in [_lost(line, named=named)]
    ]
    lost, cells = imprecise(report.marks)
    if cells:
        says = _("too few decimals ({n} of {asked} asked for)")
        n, asked = _fewest(report)
        rows.append((_("Precision"), _minus(lost), says.format(n=n, asked=asked)))
    if not rows:
        return None
    heads = (_("stage"), _("points"), _("lost"))
    return Table(
        "",
        tuple(
            words(head, texts, numeric=number)
            for head, texts, number in zip(heads, zip(*rows, strict=True), (False, True, False), strict=True)
        ),
        len(rows),
    )


def _lost(line: Line, *, named: bool) -> str:
    said = [f"{_minus(loss.points)} {why(loss, named=named)}" for loss in line.lost]
    if not said and line.follows:
        return _("follows from your own numbers")
    return "; ".join(said)


def _minus(points: Fraction) -> str:
    return f"−{amount(points)}" if points else "0"


def _fewest(report: Report) -> tuple[int, int]:
    """With how many decimals the number is written that has the fewest of those that have too few; of how many."""
    short = [
        (typed.decimals, asked_decimals(report, mark))
        for mark in report.marks
        if mark.reason == "precision" and (typed := report.answers.cells.get(mark.id)) and typed.decimals is not None
    ]
    return min(short, default=(0, report.trace.problem.decimals))
