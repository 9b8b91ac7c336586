"""Can a problem tell right from wrong? What keeps it from that, where, and what would cure it: one table."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from difflib import get_close_matches
from functools import lru_cache
from itertools import chain, islice
from typing import Any, NamedTuple

from bptutor.engine.page import refuse_endless
from bptutor.engine.schedule import quantities, size
from bptutor.errors import BptutorError, Where
from bptutor.language import _
from bptutor.marking.flat_page import flat_page
from bptutor.mistakes.variants import MISCONCEPTIONS
from bptutor.problem import Problem
from bptutor.setting import lint_cells as cells
from bptutor.setting import lint_rules as whole
from bptutor.setting.lint_cures import CURES, Change
from bptutor.setting.lint_rules import Case, Rule
from bptutor.setting.visibility import Shown, visibility
from bptutor.solution.trace import Trace


class Finding(NamedTuple):
    """What a rule found: its id, the ids of the cells and of the mistakes with a name that it is about.

    `says` is the reason, `cure` what would help, tried out, or "" where nothing that was tried does; `allowed` says
    that the problem file knows of it.
    """

    id: str
    cells: tuple[str, ...]
    mistakes: tuple[str, ...]
    says: str
    cure: str = ""
    allowed: bool = False

    def __repr__(self) -> str:
        return f"<Finding {self.id}: {self.says}>"


class LintRule(NamedTuple):
    """A row of the table: the id, what it looks for, the names of the cures that are tried, and where it finds it."""

    id: str
    looks_for: str
    cures: tuple[str, ...]
    cases: Rule


RULES: tuple[LintRule, ...] = (
    LintRule(
        "hidden_mistake",
        _("mistakes with a name that no cell shows"),
        ("asking", "decimals", "rate", "biases", "inputs", "targets", "weights", "units_over", "outputs"),
        whole.hidden_mistake,
    ),
    LintRule(
        "same_mistakes",
        _("mistakes with a name that give the same numbers"),
        ("asking", "decimals", "rate", "biases", "inputs", "targets", "weights", "units_over", "outputs"),
        whole.same_mistakes,
    ),
    LintRule("rounds_to_zero", _("cells that round to 0"), ("decimals", "inputs", "targets"), cells.rounds_to_zero),
    LintRule(
        "few_figures",
        _("cells that keep fewer than two significant figures"),
        ("decimals", "inputs", "targets"),
        cells.few_figures,
    ),
    LintRule(
        "unchanged_weight",
        _("new weights and biases that print as the old ones"),
        ("decimals", "rate", "inputs", "targets"),
        cells.unchanged_weight,
    ),
    LintRule("zero_input", _("inputs that are 0 in all samples"), ("inputs",), whole.zero_input),
    LintRule(
        "tie",
        _("cells with a single 5 behind the last decimal"),
        ("other_decimals", "inputs", "weights"),
        cells.tie,
    ),
    LintRule("saturated_unit", _("units whose activation is flat"), ("inputs", "weights"), cells.saturated_unit),
    LintRule("dead_units", _("layers of ReLUs of which most are off"), ("inputs", "units_over"), cells.dead_units),
    LintRule("rate_of_one", _("a learning rate of 1, which hides a forgotten rate"), ("rate",), whole.rate_of_one),
    LintRule(
        "single_output",
        _("a single output, which hides that errors come back along several paths"),
        ("outputs",),
        whole.single_output,
    ),
    LintRule(
        "symmetric_weights",
        _("symmetric matrices, which hide that rows and columns were exchanged"),
        ("weights",),
        whole.symmetric_weights,
    ),
    LintRule(
        "equal_cells",
        _("equal numbers that make cells of a quantity equal"),
        ("inputs", "targets", "biases", "weights", "all_different"),
        cells.equal_cells,
    ),
    LintRule(
        "zero_passes",
        _("cells of which 0 is within the tolerance"),
        ("decimals", "inputs", "targets"),
        cells.zero_passes,
    ),
    LintRule(
        "old_passes",
        _("new weights and biases of which the old ones are within the tolerance"),
        ("decimals", "rate", "inputs", "targets"),
        cells.old_passes,
    ),
)
"""All of them; adding one is a row here and its function."""

_MOST_CELLS = 300
"""Of several steps together, of which then the first are looked at; more nobody fills in."""
_TOO_LONG, _ALL_TRIALS = 100_000, 600_000
"""How long a step may be, and all changed problems together, in cells times quantities: a look takes about 10 µs each.

A 2-3-2 net has 2,500, a 20-20-20 net 80,000, 12 layers of one unit 20,000.
"""
_MOST_TRIED = 40
_MOST_WORKED_OUT = 50_000  # quantities of all steps, of which the first are looked at


class Linted(NamedTuple):
    """What was found in one problem: its name, itself, how many of its steps were looked at, what of each mistake."""

    name: str
    problem: Problem
    steps: int
    findings: Sequence[Finding]
    shown: Mapping[str, Shown]

    def __repr__(self) -> str:
        found = ", ".join(dict.fromkeys(one.id for one in self.against())) or "no findings"
        seen = sum(bool(one.cells) and not one.unseen for one in self.shown.values())
        return f"<Linted {self.name}: {found}; {seen} of {len(self.shown)} mistakes show>"

    @property
    def clean(self) -> bool:
        """Whether nothing was found but what the file allows."""
        return not self.against()

    def against(self, *, strict: bool = False) -> list[Finding]:
        """The findings that count; those that the file allows only if `strict`."""
        return [one for one in self.findings if strict or not one.allowed]

    def as_dict(self, *, strict: bool = False) -> dict[str, Any]:
        """All of it as plain data, as among the problems of the format `bptutor/lint` version 1."""
        problem = self.problem
        return {
            "name": self.name,
            "title": problem.title,
            "file": problem.file,
            "sha256": problem.sha256,
            "decimals": problem.decimals,
            "steps": self.steps,
            "clean": not self.against(strict=strict),
            "allow": problem.lint._asdict(),
            "findings": [one._asdict() for one in self.findings],
            "mistakes": [{"id": name, "says": _SAYS[name]} | one._asdict() for name, one in self.shown.items()],
        }


_SAYS = {misconception.id: misconception.says for misconception in MISCONCEPTIONS}


def linted(problem: Problem, name: str = "", *, ulps: int = 0, cures: bool = True, of_allowed: bool = True) -> Linted:
    """All that can be said of a problem called `name`; the other arguments and errors are those of `lint`."""
    part = looked_at(problem)
    findings = lint(part, ulps=ulps, cures=cures, of_allowed=of_allowed)
    return Linted(name or problem.name, problem, part.steps, findings, visibility(part))


def lint(problem: Problem, *, ulps: int = 0, cures: bool = True, of_allowed: bool = True) -> list[Finding]:
    """What keeps a problem from telling right from wrong, in the order of the table.

    `ulps`: how many units in the last place markers allow (0 or more). Without `cures` none are looked for, and
    without `of_allowed` none of what the file allows, which takes long where it allows much. Raises BptutorError where
    the problem cannot be worked out.
    """
    return list(_lint(problem, ulps, cures, of_allowed))


@lru_cache(maxsize=16)
def _lint(problem: Problem, ulps: int, cures: bool, of_allowed: bool) -> tuple[Finding, ...]:
    problem, found = looked_at(problem), list[Finding]()
    trials = _Trials(problem, ulps)
    for rule in RULES:
        for case in rule.cases(problem, ulps):
            allowed = rule.id in problem.lint.allow or bool(case.mistakes and {*case.mistakes} & {*problem.lint.allow})
            cure = trials.cure(rule, case) if cures and (of_allowed or not allowed) else ""
            found.append(Finding(rule.id, case.cells, case.mistakes, case.says, cure, allowed))
    return (*found, *_idle(problem, found))


def looked_at(problem: Problem) -> Problem:
    """The problem itself, or that of its first steps where its page is long; raises BptutorError where one step is."""
    refuse_long(problem)
    refuse_endless(problem, _MOST_WORKED_OUT)
    Trace(problem)  # raises where it cannot be worked out
    cells = flat_page(problem.repeated(1)).size
    if problem.steps == 1 or cells * problem.steps <= _MOST_CELLS:
        return problem
    return problem.repeated(max(2, _MOST_CELLS // cells))


def refuse_long(problem: Problem) -> None:
    """Raises BptutorError for a problem whose page takes minutes to look at: each mistake is tried in each layer."""
    if _length(problem) > _TOO_LONG:
        message = _("a page of about {cells} cells in {quantities} quantities is too long to look at")
        step = problem.repeated(1)
        said = message.format(cells=size(step), quantities=quantities(step))
        raise BptutorError(said, Where(problem.file), _("a smaller net, fewer layers or samples"))


def _length(problem: Problem) -> int:
    """How long it takes to look at a step: its cells times its quantities."""
    step = problem.repeated(1)
    return size(step) * quantities(step)


def _idle(problem: Problem, found: list[Finding]) -> Iterator[Finding]:
    """What a problem file allows though there is nothing to allow."""
    there = {name for one in found for name in (one.id, *one.mistakes)}
    known = [*(rule.id for rule in RULES), *(mistake.id for mistake in MISCONCEPTIONS)]
    for name in problem.lint.allow:
        if name not in there:
            says = _("the problem file allows {name}, of which there is nothing").format(name=name)
            near = get_close_matches(name, known, 1) if name not in known else []
            cure = _("perhaps {name} is meant").format(name=near[0]) if near else _("take it out of lint: allow")
            yield Finding("idle_allowance", (), (), says, cure)


class _Trials:
    """The changes of a problem that are tried, each only once for all that it may cure."""

    def __init__(self, problem: Problem, ulps: int):
        self._problem, self._ulps = problem, ulps
        self._most = _ALL_TRIALS // max(1, _length(problem))
        self._changes: dict[str, list[Change]] = {}
        self._tried = set[int]()
        self._found: dict[tuple[str, int], list[set[str]]] = {}

    def cure(self, rule: LintRule, case: Case) -> str:
        """What makes a case go away, and no other of its kind come; "" where nothing that is tried does."""
        own, before = set(_about(case)), set[str]().union(*map(_about, rule.cases(self._problem, self._ulps)))
        same = own.__eq__ if case.mistakes else own.intersection  # a pair is gone when it is no pair any more
        for change in islice(chain.from_iterable(map(self._all, rule.cures)), _MOST_TRIED):
            left = self._left(rule, change.problem)
            if left is not None and all(about <= before and not same(about) for about in left):
                return change.says
        return ""

    def _all(self, name: str) -> list[Change]:
        if name not in self._changes:
            self._changes[name] = list(CURES[name](self._problem))
        return self._changes[name]

    def _left(self, rule: LintRule, changed: Problem) -> list[set[str]] | None:
        """What a rule finds in a changed problem; None where that cannot be worked out, or takes too long."""
        key = rule.id, id(changed)
        if id(changed) not in self._tried and len(self._tried) >= self._most:
            return None
        self._tried.add(id(changed))
        if key not in self._found:
            try:
                self._found[key] = [set(_about(case)) for case in rule.cases(changed, self._ulps)]
            except BptutorError:
                return None
        return self._found[key]


def _about(case: Case) -> tuple[str, ...]:
    return case.cells or case.mistakes or (case.says,)
