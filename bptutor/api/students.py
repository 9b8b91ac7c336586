"""What a student does with one problem: see it worked out, hand in numbers, ask where a wrong one comes from."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bptutor.answers import Answers
from bptutor.api.shown import shows, why_html
from bptutor.files.answers_file import load_answers, sheet_of
from bptutor.files.library import load
from bptutor.marking.policy import Marking
from bptutor.marking.report import Report
from bptutor.problem import Problem
from bptutor.solution.trace import Trace

if TYPE_CHECKING:
    from bptutor.marking.why import Why
    from bptutor.runs.shown import WebPage

Source = Problem | str | Path | Mapping[str, Any]
"""A problem, or whatever `load` takes: a file, a name of the library, a mapping with the keys of a file."""

Cells = Mapping[str, Any]
"""Cells by id or label, each with a number, a text, or None for a blank; or quantities, each with an array of them."""

Sheet = Answers | Cells | str | Path
"""Answers as read, cells, or the file of a sheet."""


def problem_of(source: Source) -> Problem:
    """The problem itself, or what `load` finds; raises BptutorError."""
    return source if isinstance(source, Problem) else load(source)


def solve(problem: Source) -> Trace:
    """Works a problem out, as `bptutor solve` does; raises BptutorError where a value is infinite or undefined.

    `dataclasses.replace(problem, decimals=6)` changes what is written, `problem.repeated(10)` takes ten steps.

    >>> import bptutor
    >>> trace = bptutor.solve("mazur")
    >>> round(trace["E"], 4), trace["delta2"].round(4).tolist()
    (0.2984, [0.1385, -0.0381])
    >>> trace.explain("w5+").substituted
    '0.4 + (-0.0411)'
    """
    return Trace(problem_of(problem))


def show(problem: Source, *, practice: bool = False) -> WebPage:
    """The page to step through in a browser, which a notebook shows; `practice`: it asks for each number first.

    Raises BptutorError where a value is infinite or undefined.

    >>> import bptutor
    >>> page = bptutor.show("mazur")
    >>> page
    <WebPage mazur: 48 cells>
    >>> page.html().startswith("<!DOCTYPE html>")
    True
    """
    from bptutor.runs.shown import WebPage

    return WebPage(solve(problem), practice)


def check(problem: Source, answers: Sheet, marking: Marking = Marking()) -> Report:
    """Marks a sheet of answers, as `bptutor check` does.

    `answers` is a file, what `load_answers` gives, or a plain mapping that says what a file may say: cells by id or
    label, or whole quantities as lists or numpy arrays. A blank is None, NaN or left out. How many decimals a number
    stands for is judged as it would be on paper: a float has the digits that Python writes (0.3775 has four, and 0.5
    one, also where 0.5000 was meant), a text those that stand there (`"0.50"` has two), a fraction is exact. With more
    digits than asked for, a number is right where it is right at those asked for.

    `marking` says how strict it is: `Marking(blanks="ignore")` marks only the cells that were filled in,
    `Marking(forgive=frozenset({"copy_slip"}))` takes nothing off for a number that was copied wrongly.

    Raises BptutorError, which reports all that is wrong with the mapping together and names the nearest cell, or where
    the problem itself cannot be worked out, or where a mistake to forgive is none.

    >>> import bptutor
    >>> bptutor.check("mazur", {"net1[1]": 0.3775, "delta2": [0.1385, 0.0381], "net": {"h2": "0.3925"}})
    <Report mazur: 9.25/47 points (19.68 %), first error delta2[2]>
    >>> bptutor.check("mazur", {"net_h9": 0.3775})
    Traceback (most recent call last):
        ...
    bptutor.errors.BptutorError: net_h9 is not a cell of this problem
    this mapping, line 1, answers.net_h9
    net_h2
    """
    from bptutor.marking.check import check as judge  # here, so that solving does not wait for the table of mistakes

    exercise = problem_of(problem)
    return judge(exercise, _sheet(exercise, answers), marking)


def why(problem: Source, numbers: Sheet) -> Why:
    """Looks up which mistakes, and which other conventions, give some numbers, as `bptutor why` does.

    `numbers` are said as in `check`, of several a later one is judged from the earlier ones; raises BptutorError as
    there. `numbers` of the result has what was found of each, `look_at` the cells that tell the candidates apart.

    >>> import bptutor
    >>> found = bptutor.why("mazur", {"δ_o1": 0.7414})
    >>> found
    <Why mazur: delta2[1] = 0.7414: omit_output_slope>
    >>> found.numbers[0].explanations[0].formula
    'error_o1'
    """
    from bptutor.marking.why import Why
    from bptutor.marking.why import why as look_up

    shows(Why)(why_html)
    exercise = problem_of(problem)
    return look_up(exercise, _sheet(exercise, numbers).cells)


def template(
    problem: Source,
    cells: Iterable[str] | None = None,
    layers: Iterable[int] | None = None,
    *,
    filled: bool = False,
    points: bool = False,
    formulas: bool | None = None,
) -> str:
    """A blank answer sheet in YAML, as `bptutor template` writes it; `filled` with the right numbers, it is a key.

    With `points` it says what each group of cells is worth, with `formulas` how it is found; None: unless the problem
    says what it asks, as an exam does. `cells` are words of quantities such as net or new_w, all that the problem asks
    for if there are none, `layers` count from 1, the first after the inputs. Raises BptutorError for a word or a layer
    that the problem does not have.

    >>> import bptutor
    >>> print(bptutor.template("mazur", ["delta"], [2]), end="")
    # yaml-language-server: $schema=answers.schema.json
    # Mazur's 2-2-2 network, the best known worked example
    # Numbers with 4 decimals; ~ is a blank.
    problem: mazur
    student: ~
    answers:
    <BLANKLINE>
      # Backward pass
      # δ_o1 = error_o1·slope_o1
      delta2: {o1: ~, o2: ~}
    """
    from bptutor.render.choose import choice_of
    from bptutor.render.sheet import sheet
    from bptutor.worksheets.scheme import points_of

    trace = Trace(problem_of(problem))
    words = None if cells is None else ",".join(cells)
    places = None if layers is None else ",".join(map(str, layers))
    choice = choice_of(trace, words, places, names=("cells", "layers"))
    worth = points_of(trace.problem) if points else None
    return "".join(sheet(trace, trace.problem.file, choice, filled=filled, points=worth, formulas=formulas))


def _sheet(problem: Problem, answers: Sheet) -> Answers:
    if isinstance(answers, Answers):
        return answers
    return load_answers(sheet_of(answers) if isinstance(answers, Mapping) else answers, problem)
