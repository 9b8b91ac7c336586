"""What a teacher does before the class has it: set a problem that tells right from wrong, and print it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Literal

from bptutor.api.shown import drawn_html, linted_html, shows
from bptutor.api.students import Source, problem_of

if TYPE_CHECKING:
    from bptutor.points import Points
    from bptutor.runs.new_run import NewProblems
    from bptutor.runs.worksheet_run import Worksheets
    from bptutor.setting.lint import Linted
    from bptutor.worksheets.scheme_forms import MarkingScheme


def lint(problem: Source, *, ulps: int = 1, cures: bool = True) -> Linted:
    """Looks for what keeps a problem from telling right from wrong, as `bptutor lint` does.

    `ulps`: how many units in the last place markers allow; without `cures` none are looked for, which is faster.
    `findings` has what was found, `shown` each mistake with the cells in which it shows. Raises BptutorError where the
    problem cannot be worked out.

    >>> import bptutor
    >>> found = bptutor.lint({"layers": [1, 1], "activation": "sigmoid", "inputs": [0], "weights": [[[2]]]})
    >>> [one.id for one in found.findings], found.clean
    (['hidden_mistake', 'zero_input'], False)
    """
    from bptutor.setting.lint import Linted, linted

    shows(Linted)(linted_html)
    return linted(problem_of(problem), ulps=ulps, cures=cures)


def draw(
    *,
    layers: Iterable[int] = (),
    activation: Any = "sigmoid",
    loss: str = "half_squared_error",
    bias: Literal["unit", "shared", "none"] = "unit",
    conventions: Mapping[str, Any] | None = None,
    optimizer: str | Mapping[str, Any] = "sgd",
    weight_decay: float | Mapping[str, Any] | None = None,
    samples: int = 0,
    steps: int = 0,
    like: Source | None = None,
    level: Literal["easy", "exam", "hard"] = "exam",
    decimals: int | None = None,
    show: Iterable[str] = (),
    seed: int | None = None,
    title: str = "",
) -> NewProblems:
    """Draws a problem with which mistakes show, as `bptutor new` does: numbers are drawn until `lint` finds nothing.

    The words are those of a problem file and of the options there; the same seed gives the same problem everywhere.
    `problem` is what was drawn, `text` its file, `missing` has the ids of what could not be reached. Raises
    BptutorError for what no problem can be.

    >>> import bptutor
    >>> drawn = bptutor.draw(layers=[2, 2, 2], seed=7)
    >>> drawn
    <NewProblems A 2-2-2 network: seed 7, missing nothing>
    >>> drawn.problem.inputs.tolist(), drawn.text.splitlines()[2]
    ([[-0.4, 0.55]], 'layers: [2, 2, 2]')
    """
    from bptutor.files import option_text as read
    from bptutor.problem import Conventions
    from bptutor.runs.new_run import NewProblems, one_problem
    from bptutor.setting.wish import BIASES, LEVELS, Wish

    units = tuple(layers)
    activations = read.value("activation", [activation] if isinstance(activation, str | Mapping) else activation)
    wish = Wish(
        layers=tuple(read.value("layers", units)) if units else (),
        activations=tuple(activations),
        loss=read.value("loss", loss),
        bias=read.one_of(BIASES, bias, "bias"),
        conventions=Conventions(**read.value("conventions", conventions or {})),
        optimizer=read.value("optimizer", optimizer),
        weight_decay=None if weight_decay is None else read.value("weight_decay", weight_decay),
        decimals=decimals,
        level=read.one_of(LEVELS, level, "level"),
        show=tuple(show),
        samples=read.count(samples, 20, "samples"),
        steps=read.count(steps, 20, "steps"),
        like=None if like is None else problem_of(like),
        title=title,
    )
    shows(NewProblems)(drawn_html)
    return one_problem(wish, seed)


def marks(problem: Source, points: Points | None = None) -> MarkingScheme:
    """What a page is worth and what mistakes cost, as `bptutor marks` shows it; with other points, if there are any.

    `str` is its Markdown, `text("latex")` goes into an exam, `rows` has the table.

    >>> import bptutor
    >>> scheme = bptutor.marks("mazur", bptutor.Points(total=20))
    >>> scheme
    <MarkingScheme mazur: 20 points for 48 cells>
    >>> scheme.rows[0][:4]
    ('Forward pass', 'net1', '1.28', '2')
    """
    from bptutor.worksheets.scheme_forms import MarkingScheme

    found = problem_of(problem)
    return MarkingScheme(found if points is None else replace(found, points=points))


def worksheet(
    problem: Source,
    *,
    key: bool = False,
    fade: int | Literal["all"] = 0,
    everything: bool = False,
    student: str = "",
    variant: str = "",
    points: bool = False,
    lines: int | None = None,
) -> Worksheets:
    """An exercise for paper, as `bptutor worksheet` prints it; a notebook shows the page.

    `key`: the solution. `fade`: how many stages are filled in, or `all` for a series of which each sheet has one stage
    less. `everything`: the whole page, however long it is. `student` and `variant` stand on the sheet, with `points`
    what each stage is worth. `lines`: free lines for the working below each part; None: one for each blank, at most
    12. `text()` is the Markdown (or html, latex), `write(file)` writes it as the name ends, PDF and .xlsx too. Raises
    BptutorError for more stages than there are.

    >>> import bptutor
    >>> sheet = bptutor.worksheet("mazur", student="Ada")
    >>> sheet
    <Worksheets Mazur's 2-2-2 network, the best known worked example: 1 with 5 parts>
    >>> print(sheet.text().splitlines()[2][:10])
    Name: Ada
    """
    from bptutor.runs.worksheet_run import Plan, worksheets

    plan = Plan((), fade=fade, key=key, everything=everything, points=points, lines=lines)
    return worksheets(problem_of(problem), plan, student, variant)
