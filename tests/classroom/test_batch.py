"""A class marked together gets the marks that each sheet gets alone."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from fractions import Fraction

import numpy as np
import pytest

from bptutor.answers import Answers, Typed
from bptutor.classroom.batch import Feedback, grade_numbers, grade_sheets, usual_page
from bptutor.classroom.grade import decimal
from bptutor.classroom.result import Result
from bptutor.engine.page import page
from bptutor.files.library import load
from bptutor.intake.entry import HandIn
from bptutor.marking.check import check
from bptutor.marking.other_conventions import alternatives
from bptutor.marking.policy import Marking
from bptutor.marking.report import Report
from bptutor.marking.sheets import sheets
from bptutor.marking.verdicts import VERDICTS
from bptutor.mistakes.variants import variants
from bptutor.problem import Problem
from tests.support.simulated_class import plain
from tests.support.students import (
    Hand,
    answers,
    places,
    random_blanks,
    random_hand,
    some_problem,
    typed,
    work_out,
    write,
)

MARKINGS = (
    Marking(),
    Marking(charge="each", ulps=0),
    Marking(imprecise=Fraction(1, 3), follow_through=Fraction(2, 3), accept_conventions=True),
    Marking(blanks="ignore", forgive=frozenset({"sign_slip", "omit_hidden_slope", "copy_slip"}), charge="each"),
)


def class_of(problem: Problem, size: int, seed: int) -> Iterator[Answers]:
    """Honest students, some with slips or a misconception, other conventions, blanks, short numbers and garbage."""
    draw = np.random.default_rng(seed)
    recipe, wrong = page(problem).recipe, variants(problem)
    others = [other for other, _truth in alternatives(usual_page(problem)) if not other.turned]
    while size:
        kind, hand = draw.integers(8), random_hand(draw)
        mistaken = {**recipe, **wrong[draw.integers(len(wrong))].edit} if kind in (1, 2) and wrong else recipe
        worked = others[draw.integers(len(others))].problem if kind == 6 and others else problem
        try:
            values = work_out(worked, hand, recipe=mistaken if worked is problem else None)
        except (ArithmeticError, KeyError):
            continue
        if values is None:
            continue
        texts = write(worked, hand, values, draw, random_blanks(draw, problem) if kind == 3 else ())
        for cell in draw.choice(list(texts), min(len(texts), int(draw.integers(1, 4)))) if kind in (2, 4) else ():
            texts[str(cell)] = f"{draw.normal():.{problem.decimals}f}"
        sheet = answers({cell: text for cell, text in texts.items() if cell in {place.id for place in places(problem)}})
        if kind == 5:
            odd = {cell: Typed("abc", None) if draw.random() < 0.3 else typed for cell, typed in sheet.cells.items()}
            sheet = Answers(odd)
        if kind == 7:
            sheet = answers({cell: f"{draw.normal():.{problem.decimals}f}" for cell in sheet.cells})
        size -= 1
        yield sheet


def alone(problem: Problem, sheet: Answers, marking: Marking) -> tuple[object, ...]:
    report = check(problem, sheet, marking)
    stages = {stage["id"]: stage for stage in report.as_dict()["stages"]}
    precision = decimal(Fraction(stages.pop("precision", {"earned": "0"})["earned"]))
    unnamed = sum((mark.points - mark.credit for mark in report.marks if mark.reason == "unknown"), Fraction())
    blanks = sum(mark.verdict == "blank" for mark in report.marks if mark.points)
    first = report.first_error.id if report.first_error else ""
    verdicts = {mark.id: mark.verdict for mark in report.marks if mark.typed is not None}
    written = {name: decimal(Fraction(stage["earned"])) for name, stage in stages.items()}
    lost = precision, decimal(unnamed)
    return report.earned, report.possible, written, lost, blanks, first, {} if report.accepted else verdicts


def together(problem: Problem, sheet: Answers, result: Result) -> tuple[object, ...]:
    grade, ids = result.grade, usual_page(problem).ids
    accepted = any(note.startswith("right in another convention") for note in grade.notes)
    found = {
        name: VERDICTS[verdict] for name, verdict in zip(ids, result.work.verdicts, strict=True) if name in sheet.cells
    }
    parts, lost = dict(grade.parts), (grade.precision, grade.unnamed)
    return grade.earned, grade.possible, parts, lost, grade.blanks, grade.first_error, found, accepted


def disagreements(seeds: range, size: int, marking: Marking) -> tuple[int, list[str]]:
    """How many sheets were marked both ways, and where the marks differ."""
    count, found = 0, list[str]()
    for seed in seeds:
        problem = some_problem(seed)
        if problem is None:
            continue
        handed = [(HandIn(f"s{n}"), sheet) for n, sheet in enumerate(class_of(problem, size, seed))]
        for (student, sheet), result in zip(handed, grade_sheets(problem, handed, marking), strict=True):
            *ours, verdicts, accepted = together(problem, sheet, result)
            *theirs, expected = alone(problem, sheet, marking)
            if ours != theirs or (verdicts != expected and not (accepted and marking.accept_conventions)):
                found.append(f"seed {seed}, {student.id}: {ours} together, {theirs} alone")
            count += 1
    return count, found


@pytest.mark.slow
@pytest.mark.parametrize("marking", MARKINGS, ids=["usual", "strict", "parts", "lenient"])
def test_one_by_one_and_all_together_agree(marking: Marking) -> None:
    count, found = disagreements(range(7000, 7006), 12, marking)
    assert found == []
    assert count >= 48


def spoiled(problem: Problem, sheet: Answers, draw: np.random.Generator) -> Answers:
    """The sheet with blanks, short numbers, numbers that cannot be, zeros, turned signs and what is no number."""
    cells = dict(sheet.cells)
    digits = problem.decimals
    for cell in draw.choice(list(cells), min(len(cells), int(draw.integers(0, 8))), replace=False).tolist():
        value, kind = sheet.cells[cell].value, draw.integers(7)
        if kind == 0 or value is None:
            cells = {name: one for name, one in cells.items() if name.partition("[")[0] != cell.partition("[")[0]}
        elif cell in cells:
            number = (0.0, value, 1.7, 0.0, -value, value + 0.1 * draw.normal(), value)[kind]
            cells[cell] = typed(f"{number:.{digits - 2 if kind == 1 else digits}f}")
            cells |= {cell: Typed("abc", None)} if kind == 6 else {}
    return Answers(cells)


def told(report: Report, _hand_in: HandIn) -> dict[str, str]:
    return {"md": repr(report.as_dict())}


def refused(hand_in: HandIn) -> dict[str, str]:
    return {"md": hand_in.reason}


@pytest.mark.slow
@pytest.mark.parametrize("seed", [7001, 7009])
def test_nothing_that_comes_of_a_sheet_depends_on_those_beside_it(seed: int) -> None:
    problem = some_problem(seed)
    assert problem
    draw = np.random.default_rng(seed)
    pile = [spoiled(problem, sheet, draw) for sheet in class_of(problem, 15, seed)]
    handed = [(HandIn(f"s{n}"), sheet) for n, sheet in enumerate(pile)]
    beside = grade_sheets(problem, handed, Marking(), Feedback(told, refused))
    for one, result in zip(handed, beside, strict=True):
        assert [*map(plain, grade_sheets(problem, [one], Marking(), Feedback(told, refused)))] == [plain(result)]
        assert told(check(problem, one[1]), one[0]) == result.feedback


def test_a_number_that_cannot_be_is_gone_on_from_in_a_class_as_alone() -> None:
    """Nothing above it is typed, so that alone nothing above it differs from sheet to sheet."""
    problem = load(
        {
            "layers": [2, 2, 2, 1],
            "activation": "sigmoid",
            "learning_rate": 0.5,
            "inputs": [3, 2],
            "targets": [1],
            "weights": [[[0.9, 0.8], [0.7, 0.9]], [[0.7, -0.5], [0.8, 0.9]], [[0.5, 0.6]]],
            "decimals": 4,
        }
    )
    (skipped,) = [
        found for found in variants(problem) if found.misconception.id == "activation_skipped" and not found.in_a_layer
    ]
    values = work_out(problem, Hand(guard=None), recipe={**page(problem).recipe, **skipped.edit})
    assert values
    draw, exact = np.random.default_rng(1), work_out(problem, Hand())
    assert exact
    right = HandIn("s2"), answers(write(problem, Hand(), exact, draw))
    written = write(problem, Hand(guard=None), values, draw)
    texts = {cell: text for cell, text in written.items() if not cell.startswith("net")}
    texts["out3[1]"] = f"{1.3 * float(texts['out3[1]']) + 0.2:.4f}"
    one = HandIn("s1"), answers(texts)
    (alone,), (among, _right) = (
        grade_sheets(problem, handed, Marking(), Feedback(told, refused)) for handed in ([one], [one, right])
    )
    assert plain(among) == plain(alone)


def test_numbers_at_the_end_of_the_floats_are_wrong_and_no_more() -> None:
    problem = load("mazur")
    huge = {name: Typed("1e308", 1e308, 0) for name in usual_page(problem).numbers}
    (result,) = grade_sheets(problem, [(HandIn("s1"), Answers(huge))], Marking())
    assert result.grade.earned == 0


@pytest.mark.slow
def test_rows_of_a_table_are_marked_like_sheets() -> None:
    problem = some_problem(7001)
    assert problem
    handed = [(HandIn(f"s{n}"), sheet) for n, sheet in enumerate(class_of(problem, 30, 1))]
    row = usual_page(problem)
    pile = sheets(row, [sheet for _student, sheet in handed])
    numbers = pile.value, pile.decimals, pile.unreadable
    students = [student for student, _sheet in handed]
    graded = grade_numbers(problem, students, row.ids, numbers, lambda n: handed[n][1], Marking())
    assert [*map(plain, graded)] == [*map(plain, grade_sheets(problem, handed, Marking()))]


def test_the_hand_does_not_matter() -> None:
    problem = some_problem(7001)
    assert problem
    values = work_out(problem, Hand())
    assert values
    sheet = answers(write(problem, Hand(), values, np.random.default_rng(1)))
    (result,) = grade_sheets(problem, [(HandIn("s1"), sheet)], Marking())
    assert result.grade.earned == result.grade.possible


if __name__ == "__main__":
    print(disagreements(range(int(sys.argv[1]), int(sys.argv[2])), 20, Marking()))
