"""Checks one sheet of answers: the verdicts as marks that a student reads."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from contextlib import suppress
from functools import lru_cache

import numpy as np

from bptutor.answers import Answers
from bptutor.engine.arrays import Flags
from bptutor.engine.evaluate import WrittenDown
from bptutor.engine.page import refuse_endless
from bptutor.engine.parts import asked
from bptutor.engine.quantities import Quantity
from bptutor.files.typed.unread import has_unread, unread
from bptutor.language import _
from bptutor.marking.causes import Fit
from bptutor.marking.flat_page import FlatPage, flat_page
from bptutor.marking.judge import HALF, Judged, judge
from bptutor.marking.other_conventions import Alternative, likely, names_there
from bptutor.marking.policy import CODE, REASONS, Marking
from bptutor.marking.reading import all_right
from bptutor.marking.report import FINE, Cause, Mark, Report
from bptutor.marking.sheets import Sheets, sheets
from bptutor.marking.verdicts import BIT, VERDICTS
from bptutor.mistakes.variants import Variant
from bptutor.problem import Array, Problem


def check(problem: Problem, answers: Answers, marking: Marking | None = None) -> Report:
    """Marks a sheet of answers of the problem.

    Raises BptutorError where the problem cannot be worked out, KeyError for a cell that it does not have.
    """
    marking = marking or Marking()
    judged = judged_alone(problem, answers, marking)
    other = right_otherwise(judged, marking).get(0)
    return report(judged, 0, answers, marking, other)


def judged_alone(problem: Problem, answers: Answers, marking: Marking) -> Judged:
    """The verdicts on a single sheet."""
    row = flat_page_for(problem, answers.cells)
    return judge(sheets(row, [answers]), marking)


def only_what_is_there(judged: Judged, marking: Marking) -> Flags:
    """The sheets of which only what was filled in is marked, (sheets,): something that has points must be there."""
    worth = judged.scale.worth > 0
    return np.asarray((judged.sheets.typed & worth).any(axis=1) & (marking.blanks == "ignore"))


def report(
    judged: Judged,
    sheet: int,
    answers: Answers,
    marking: Marking,
    other: Alternative | None,
    *,
    own_numbers: bool = True,
) -> Report:
    """The report of one of the sheets that were judged; `other` is the convention in which all of it is right.

    Without `own_numbers`, which take a third of the time, `Mark.from_your_numbers` is "".
    """
    filled_in, flat = bool(only_what_is_there(judged, marking)[sheet]), judged.sheets.flat
    notes = list(unread(answers, {cell[0]: cell[1] for cell in flat.cells})) if has_unread(answers) else []
    marks = _marks(judged, sheet, answers, marking, own_numbers=own_numbers)
    if other is None:
        return Report(flat.trace, answers, marks, notes, filled_in=filled_in)
    says = _("The sheet is right in another convention: {says}.").format(says=other.says)
    if marking.accept_conventions:
        read = other.read(answers)
        theirs = judged_alone(other.problem, read, marking)
        marks = _marks(theirs, 0, read, marking, own_numbers=own_numbers)
        accepted = Report(theirs.sheets.flat.trace, read, marks, notes, says, accepted=True, filled_in=filled_in)
        return _in_our_names(accepted, other, answers)
    return Report(flat.trace, answers, marks, notes, says, filled_in=filled_in)


def _in_our_names(theirs: Report, other: Alternative, answers: Answers) -> Report:
    """The marks of a sheet by the names that the student gave the cells, where they have changed places."""
    if not other.turned:
        return theirs
    naming, marks = theirs.trace.naming, []
    for mark in theirs.marks:
        at = mark.at[::-1] if other.read_name(mark.id) != mark.id else mark.at
        marks.append(mark._replace(id=naming.id(mark.quantity, at), label=naming.label(mark.quantity, at), at=at))
    notes = theirs.notes[1:]
    return Report(theirs.trace, answers, marks, notes, theirs.convention, accepted=True, filled_in=theirs.filled_in)


def right_otherwise(judged: Judged, marking: Marking) -> dict[int, Alternative]:
    """The sheets with several wrong numbers that are all right in another convention, each with that."""
    found = dict[int, Alternative]()
    (rows,) = np.nonzero(judged.astray >= _SEVERAL)
    for other, could_be in likely(judged.sheets.flat, judged.sheets.value[rows]) if rows.size else ():
        left = [row for row in rows[could_be].tolist() if row not in found]
        for some, theirs in _read_by(other, judged.sheets, left) if left else ():
            right = all_right(theirs, marking.ulps)
            found |= {row: other for row, fine in zip(some, right.tolist(), strict=True) if fine}
    return found


def _read_by(other: Alternative, ours: Sheets, rows: list[int]) -> Iterator[tuple[list[int], Sheets]]:
    """These sheets on the papers of another convention, without those that have cells which are not there."""
    names, typed = names_there(ours.flat, other), ours.typed
    answered = np.array([typed[rows, place].any(axis=1) for place in ours.flat.places.values()])
    alike = defaultdict[bytes, list[int]](list)
    for row, quantities in zip(rows, answered.T, strict=True):
        alike[quantities.tobytes()].append(row)
    for some in alike.values():
        cells = np.flatnonzero(typed[some].any(axis=0)).tolist()
        with suppress(KeyError):
            page = flat_page_for(other.problem, [names[cell] for cell in cells])
            yield some, ours.some(np.array(some, dtype=np.intp)).on(page, names)


_SEVERAL = 2  # wrong numbers: of a single one, a slip is as likely


@lru_cache(maxsize=16)
def _asked(problem: Problem) -> frozenset[Quantity]:
    """The quantities of which some cells are asked for."""
    return frozenset(quantity for quantity, mask in asked(problem).items() if mask.any())


def flat_page_for(problem: Problem, answered: Iterable[str] = ()) -> FlatPage:
    """The page with the cells that were answered though it does not show them; KeyError for what is no cell.

    Raises BptutorError for a page that is too long to be marked.
    """
    refuse_endless(problem)
    wanted = _asked(problem)
    row = flat_page(problem, wanted)
    more = {row.trace.find(name)[0] for name in answered if name not in row.numbers}
    return flat_page(problem, [*wanted, *more]) if more else row


@lru_cache(maxsize=64)
def asked_cells(row: FlatPage) -> Flags:
    """Which cells are asked for, (cells,)."""
    wanted = asked(row.problem)
    return np.concatenate([np.ravel(wanted[quantity]) for quantity in row.order])


def _marks(judged: Judged, sheet: int, answers: Answers, marking: Marking, *, own_numbers: bool) -> Iterator[Mark]:
    """The marks of a sheet: of every cell that is asked for or was answered."""
    row, points = judged.sheets.flat, judged.scale.points
    wanted, given, worth = asked_cells(row).tolist(), row.given.tolist(), judged.scale.worth.tolist()
    theirs = row.write(_from_own_numbers(judged, sheet)) if own_numbers else [""] * row.size
    verdicts, cost, reasons = (array[sheet].tolist() for array in (judged.verdict, judged.cost, judged.reason))
    known, again, forgiven, elsewhere = (
        array[sheet].tolist() for array in (judged.known, judged.again, judged.forgiven, judged.elsewhere)
    )
    blanks_too = not only_what_is_there(judged, marking)[sheet]
    for number, (name, label, quantity, at) in enumerate(row.cells):
        typed = answers.cells.get(name)
        if given[number] or (typed is None and not (wanted[number] and blanks_too)):
            continue
        verdict = VERDICTS[verdicts[number]]
        rests = verdict in ("follow_through", "misconception", "wrong")
        causes, equally = _explained(judged, sheet, number) if rests else ((), 0)
        named = verdict == "misconception"
        yield Mark(
            id=name,
            label=label,
            quantity=quantity,
            at=at,
            typed=typed and typed.text,
            expected=row.texts[number],
            from_your_numbers=theirs[number],
            verdict=verdict,
            points=points(worth[number]),
            credit=points(worth[number] - cost[number]),
            causes=causes if named else (),
            equally=equally if named else 0,
            judged_from=_judged_from(judged, sheet, number) if rests else (),
            note=_note(verdict, known[number], elsewhere=elsewhere[number]),
            line=typed and typed.line,
            might_be=() if named else causes[:equally],
            again=again[number],
            forgiven=forgiven[number],
            reason=REASONS[reasons[number]],
            price=_price(row, name, judged.sheets.value[sheet, number]) if reasons[number] == CODE["charged"] else "",
        )


def _price(row: FlatPage, cell: str, value: float) -> str:
    """What the teacher calls a number of a cell that has a price: the last that was given for it."""
    charges, unit = row.problem.points.charge[::-1], row.unit[row.numbers[cell]]
    return next((one.says for one in charges if one.cell == cell and abs(one.number - value) <= HALF * unit), "")


def _explained(judged: Judged, sheet: int, number: int) -> tuple[tuple[Cause, ...], int]:
    batch, row = judged.batch(sheet)
    if batch.causes is None or not batch.reading.wrong[row, number]:
        return (), 0
    fits, equally = batch.causes.of(row, number)
    labels = [label for _id, label, *_cell in judged.sheets.flat.cells]
    same_as = tuple(labels[cell] for cell in batch.causes.same_as(row, number)) if _has(fits, "other_cell") else ()
    return tuple(_cause(fit, same_as) for fit in fits), equally


def _has(fits: Iterable[Fit], name: str) -> bool:
    return any(fit.id == name for fit in fits)


def all_that_fits(judged: Judged, sheet: int, name: str) -> tuple[Cause, ...]:
    """Every mistake that gives a wrong number, however unlikely, by the id of its cell; the likeliest first."""
    return _explained(judged, sheet, judged.sheets.flat.numbers[name])[0]


def something_else(judged: Judged, sheet: int, name: str) -> float:
    """Ln P(number | something that nobody has thought of) of a wrong number, by the id of its cell."""
    batch, row = judged.batch(sheet)
    number = judged.sheets.flat.numbers[name]
    return batch.causes.something_else(row, number) if batch.causes and batch.reading.wrong[row, number] else 0.0


def _cause(fit: Fit, same_as: tuple[str, ...]) -> Cause:
    if isinstance(fit.mistake, Variant):
        mistake = fit.mistake.misconception
        return Cause(mistake.id, mistake.says, mistake.hint, fit.mistake.edit, fit.share, fit.weight)
    says, there = fit.mistake.says, same_as if fit.id == "other_cell" else ()
    if there:
        says = _("This is the number of {cells}.").format(cells=_(" or ").join(there))
    return Cause(fit.mistake.id, says, fit.mistake.hint, None, fit.share, fit.weight, there)


def _note(verdict: str, known: int, *, elsewhere: bool) -> str:
    """What a marker should know of a cell beside its verdict."""
    follows = known & BIT["follows"]
    if elsewhere:
        return _("right, but it does not follow from the numbers above it")
    if verdict == "follow_through" and known & BIT["short"]:
        return _("it follows, but with too few decimals")
    if verdict == "wrong" and follows:
        return _why_no_credit(known)
    return ""


def _why_no_credit(known: int) -> str:
    if known & BIT["untrusted_above"]:
        return _("it follows from numbers above it, but one of those is missing or cannot be")
    if known & BIT["trivial"]:
        return _("a wrong number above makes this 0, or leaves it as it was, which is no working")
    return _("the numbers of this sheet do not hang together")


def _judged_from(judged: Judged, sheet: int, number: int) -> tuple[str, ...]:
    """The ids of the student's own wrong numbers that a cell was judged from, through what is blank between them."""
    row = judged.sheets.flat
    operands = row.typed_operands(number, _usable(judged, sheet))
    odd = [cell for cell in operands if VERDICTS[judged.verdict[sheet, cell]] not in (*FINE, "imprecise")]
    return tuple(row.ids[operand] for operand in odd)


def _usable(judged: Judged, sheet: int) -> Flags:
    """Which numbers of a sheet count for what rests on them, (cells,)."""
    batch, row = judged.batch(sheet)
    return np.asarray(batch.reading.working.usable[row])


def _from_own_numbers(judged: Judged, sheet: int) -> Array:
    """What each rule gives from the numbers that were typed above, where there are any."""
    row, usable = judged.sheets.flat, _usable(judged, sheet)
    page = row.trace.page
    answers = dict(page.answers)
    for quantity in row.order:
        place, shape = row.places[quantity], row.shape(quantity)
        use = usable[place].reshape(shape)
        if use.any():
            values = np.where(use, judged.sheets.value[sheet, place].reshape(shape), 0.0)
            if quantity in page.answers:
                given, numbers = page.answers[quantity]
                use, values = use | given, np.where(given, numbers, values)
            answers[quantity] = (use, values)
    done = WrittenDown(row.recipe, page.given, None, answers)
    with np.errstate(all="ignore"):
        for quantity in row.order:
            done[quantity]
    found = done.expected
    return np.concatenate([np.broadcast_to(found[q], row.shape(q)).ravel() for q in row.order])
