"""Cases from the field: people's mistakes and published pages, typed in or worked out by an independent program.

`expected.yaml` says of each sheet where its first wrong number stands and which names are true there.
"""

from __future__ import annotations

from fnmatch import fnmatch
from pathlib import Path
from typing import Any

import pytest
import yaml
from typer.testing import CliRunner, Result

from bptutor.cli.app import app
from bptutor.errors import BptutorError
from bptutor.files.answers_file import load_answers
from bptutor.files.library import load
from bptutor.marking.check import check
from bptutor.marking.report import FINE, Mark

HERE = Path(__file__).parent
EXPECTED: dict[str, Any] = yaml.safe_load((HERE / "expected.yaml").read_text("utf-8"))
SHEETS = [(case, sheet) for case, expected in EXPECTED.items() for sheet in expected["first"]]
SLIPS: dict[str, list[str]] = yaml.safe_load((HERE / "slips.yaml").read_text("utf-8"))
CREDITED = (*FINE, "follow_through", "imprecise")

FAILING = {
    (
        "mis-two-no-rate-added",
        "sheet-short",
    ): "new weights alone: two mistakes at once, and no cell between shows either",
}


def _marks(case: str, problem: str, sheet: str) -> list[Mark]:
    exercise = load(str(HERE / case / f"{problem}.yaml"))
    report = check(exercise, load_answers(str(HERE / case / f"{sheet}.yaml"), exercise))
    return [mark for mark in report.marks if mark.typed is not None]


def _true(name: str, patterns: list[str]) -> bool:
    """Whether an id, or each of a pair a+b, says what was done."""
    return all(any(fnmatch(part, pattern) for pattern in patterns) for part in name.split("+"))


def _cases() -> list[Any]:
    marked = {key: [pytest.mark.xfail(strict=True, reason=reason)] for key, reason in FAILING.items()}
    return [pytest.param(*key, id="-".join(key), marks=marked.get(key, [])) for key in SHEETS]


@pytest.mark.parametrize(("case", "sheet"), _cases())
def test_the_true_cause_leads_at_the_first_wrong_number(case: str, sheet: str) -> None:
    marks = _marks(case, "problem-short" if sheet == "sheet-short" else "problem", sheet)
    expected, wrong = EXPECTED[case], [mark for mark in marks if mark.verdict not in FINE]
    first = expected["first"][sheet]
    assert [mark.id for mark in wrong[:1]] == ([first] if first else [])
    if first:
        led = [name for cause in wrong[0].leading for name in cause.ids]
        assert any(_true(name, expected["led_by"]) for name in led), led or "silent"


@pytest.mark.parametrize("case", list(SLIPS))
def test_published_pages_are_credited_but_for_their_slips(case: str) -> None:
    marks = _marks(case, "problem", "sheet")
    assert {mark.id for mark in marks if mark.verdict not in CREDITED} == set(SLIPS[case])
    assert len(marks) > len(SLIPS[case])


IN_THE_LIBRARY = {  # with the digits that each quantity has on the page
    "pub-city-perceptron-tutorial-3b": "four-points",
    "pub-cs231n-2-2-3-relu-softmax": "dead-unit",
    "pub-ee4210-threshold": "ee4210",
    "pub-insper-tanh-mse": "insper",
    "pub-ko-linear-two-samples": "line-two-samples",
    "pub-level8-1-1-1-se": "level8",
    "pub-ru-1-2-1-double-input": "one-two-one",
    "pub-ucl-word2vec-forward": "word-vectors",
    "pub-zh-four-layers-2-2-2-1": "four-layers",
}


@pytest.mark.parametrize("case", list(IN_THE_LIBRARY))
def test_digits_by_quantity_leave_a_published_page_no_number_too_short(case: str) -> None:
    exercise = load(IN_THE_LIBRARY[case])
    answers = {"answers": yaml.safe_load((HERE / case / "sheet.yaml").read_text("utf-8"))["answers"]}
    marks = [mark for mark in check(exercise, load_answers(answers, exercise)).marks if mark.typed]
    assert {mark.id for mark in marks if mark.verdict == "imprecise"} == set()
    slips = {mark.id for mark in marks if mark.credit < mark.points}
    assert slips == set(SLIPS[case])


NOT_EXPRESSED = {  # what none of these files may be answered with is the nearest key
    "inexpressible-1": [],
    "inexpressible-2": ["weight_decay is there already"],
    "inexpressible-3": [],
    "inexpressible-4": ["dropout is not supported"],
    "inexpressible-5": [],
    "inexpressible-6": ["elu is not supported", "softplus is not supported", "huber is not supported"],
    "inexpressible-7": ["gelu is not", "swish is not", "hinge is not supported", "clip is not supported"],
    "inexpressible-8": ["conventions: {at_zero: 1}"],
}


@pytest.mark.parametrize("name", NOT_EXPRESSED)
def test_what_a_page_has_is_solved_or_called_not_supported(name: str) -> None:
    solved = _run("solve", str(HERE / "pub-probes" / f"{name}.yaml"))
    assert bool(solved.exit_code) == bool(NOT_EXPRESSED[name])
    faults = solved.exception.faults if isinstance(solved.exception, BptutorError) else []
    for fault, words in zip(faults, NOT_EXPRESSED[name], strict=True):
        assert words in fault.message + fault.hint
        assert not fault.hint or fault.hint == words


def test_of_whole_numbers_those_off_by_one_are_found() -> None:
    marks = _marks("pub-probes", "integers", "integers-sheet")
    right = {"delta1[1]", "new_w2[1,1]", "new_w2[1,2]"}  # 3 of 21; what follows from so many wrong ones earns nothing
    assert {mark.id for mark in marks if mark.verdict in CREDITED} == right
    assert sum(mark.credit for mark in marks) < sum(mark.points for mark in marks) / 5


def test_an_input_left_out_of_the_gradient_is_named() -> None:
    marks = _marks("pub-probes", "input-left-out", "input-left-out-sheet")
    wrong = next(mark for mark in marks if mark.verdict not in FINE)
    assert (wrong.id, [cause.ids for cause in wrong.leading]) == ("grad_w1[1,1]", [("delta_for_gradient",)])


def test_a_number_at_the_end_of_the_floats_is_wrong_without_a_warning() -> None:
    marks = _marks("fuzz-overflow-warning", "problem", "sheet")
    assert [(mark.id, mark.verdict) for mark in marks] == [("net1[1]", "wrong"), ("out1[1]", "right")]


FUZZED = {  # hostile or odd files: what each command answers, 0 or 1, and 2 where it refuses
    "fuzz-carry-not-finite/nf": (0, 2, 0, 2, 2),
    "fuzz-given-partial/exam": (0, 1, 0, 1, 0),
    "fuzz-given-partial/slope": (0, 0, 0, 1, 0),
    "fuzz-lint-large-number/tie": (0, 1, 0, 1, 0),
    "fuzz-lint-slow/deep": (0, 2, 0, 1, 0),
    "fuzz-lint-slow/square": (0, 2, 0, 1, 0),
    "fuzz-lint-slow/wide": (2, 2, 2, 2, 2),
    "fuzz-many-steps/million": (2, 2, 2, 2, 2),
    "fuzz-overflow-warning/problem": (0, 1, 0, 1, 0),
}


@pytest.mark.parametrize("name", FUZZED)
def test_an_odd_problem_ends_in_a_mark_or_a_message(name: str, tmp_path: Path) -> None:
    problem, blank, full = str(HERE / f"{name}.yaml"), str(tmp_path / "blank.yaml"), tmp_path / "full.yaml"
    solved = _run("solve", problem, "--plain")
    written = _run("template", problem, "-o", blank)
    if written.exit_code:
        blank = str(HERE / "fuzz-many-steps" / "a.yaml")
    cells = [line.split("\t")[0] for line in solved.stdout.splitlines()] if not solved.exit_code else ["net1[1]"]
    full.write_text("answers:\n" + "".join(f"  {line}\n" for line in _copied(solved)), encoding="utf-8")
    codes = (
        solved.exit_code,
        _run("lint", problem).exit_code,
        written.exit_code,
        _run("why", problem, f"{cells[0]}=1.2345").exit_code,
        _run("check", problem, "-a", str(full)).exit_code,
    )
    assert codes == FUZZED[name]
    assert _run("check", problem, "-a", blank).exit_code == (2 if codes[-1] == 2 else 1)


@pytest.mark.parametrize("name", ["deep", "square"])
def test_a_net_that_takes_minutes_to_look_at_is_refused(name: str) -> None:
    problem = str(HERE / "fuzz-lint-slow" / f"{name}.yaml")
    for words in (["lint", problem], ["new", "--like", problem, "--seed", "1"]):
        refused = _run(*words).exception
        assert isinstance(refused, BptutorError)
        assert "is too long to look at" in refused.message


def test_a_page_of_very_many_steps_is_solved_and_not_marked(tmp_path: Path) -> None:
    problem, sheet = tmp_path / "long.yaml", tmp_path / "sheet.yaml"
    text = (HERE / "fuzz-many-steps" / "million.yaml").read_text("utf-8")
    problem.write_text(text.replace("1000000", "2000"), encoding="utf-8")
    sheet.write_text("answers: {net1#1: [0.5]}", encoding="utf-8")
    assert _run("solve", str(problem), "--plain").stdout.count("\n") > 2000
    for words in (
        ["check", str(problem), "-a", str(sheet)],
        ["why", str(problem), "net1#1=1"],
        ["marks", str(problem)],
    ):
        refused = _run(*words).exception
        assert isinstance(refused, BptutorError)
        assert "too long to be filled in or marked" in refused.message
    for command in ("template", "practice"):
        assert _run(command, str(problem)).exit_code == 2


def _run(*words: str) -> Result:
    """What a command answers; anything but a BptutorError fails here."""
    result = CliRunner().invoke(app, list(words))
    if result.exception and not isinstance(result.exception, SystemExit | BptutorError):
        raise result.exception
    result.exit_code = 2 if isinstance(result.exception, BptutorError) else result.exit_code
    return result


def _copied(solved: Result) -> list[str]:
    """The numbers of a page as lines of a sheet."""
    lines = [] if solved.exit_code else [line.split("\t") for line in solved.stdout.splitlines()]
    return [f"{name}: {number}" for name, _label, number in lines]
