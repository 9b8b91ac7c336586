"""What a student is told: in the student's own numbers, more with each hint, and never a number not yet found."""

from __future__ import annotations

import re
from decimal import Decimal

import numpy as np
import pytest

from bptutor.answers import Answers, Typed
from bptutor.engine.decimals import fixed
from bptutor.engine.decimals import typed as as_typed
from bptutor.engine.evaluate import Run
from bptutor.files.library import load, names
from bptutor.marking.check import check
from bptutor.marking.hints import LEVELS, Advice, explainer, hint, own_numbers, to_explain, what_went_wrong
from bptutor.marking.report import FINE, Cause, Mark, Report
from bptutor.mistakes.variants import variants
from bptutor.solution.trace import Trace
from tests.support.handmade import omitted_slope, report, right

MAZUR = right("mazur")
SLIP = Cause("sign_slip", "The number has the wrong sign.", "Look at the signs.")


def sentence(found: Report) -> str:
    mark = to_explain(found)
    assert mark is not None
    return " ".join(what_went_wrong(found, mark).sentences)


def mark_of(found: Report, name: str) -> Mark:
    return next(mark for mark in found.marks if mark.id == name)


def test_own_numbers_are_the_typed_texts_and_labels_where_there_is_none() -> None:
    found = report("mazur", {"net1[1]": "\N{MINUS SIGN}0,3775", "out1[1]": "-1/3", "out1[2]": "abc", "loss": "+.5"})
    digits = own_numbers(found)
    recipe = {str(q): q for q in found.trace.page.recipe}
    assert digits(recipe["net1"]).tolist() == ["-0.3775", "net_h2"]
    assert digits(recipe["out1"]).tolist() == ["(-1/3)", "out_h2"]
    assert digits(recipe["loss"]).tolist() == ".5"
    assert digits(recipe["delta2"]).tolist() == ["δ_o1", "δ_o2"]


def test_hints_say_more_each_time() -> None:
    typed = MAZUR | {"delta1[1]": "0.9"}
    found = report("mazur", typed)
    mark = mark_of(found, "delta1[1]")
    rule = "Multiply the error by the slope of the activation. [∂E/∂net = ∂E/∂out · ∂out/∂net]"
    assert what_went_wrong(found, mark) == Advice(("You typed 0.9. It does not follow from the numbers above it.",))
    assert [hint(found, mark, level) for level in range(1, LEVELS + 1)] == [
        Advice(("How does δ_h1 follow from your error_h1, slope_h1?",)),
        Advice(("No known mistake gives this number.",)),
        Advice((rule,), "δ_h1", ("error_h1·slope_h1",)),
        Advice((), "δ_h1", ("0.0364·0.2413",)),
    ]


def test_of_a_blank_cell_there_is_no_mistake_to_name() -> None:
    found = report("mazur", {name: text for name, text in MAZUR.items() if name != "delta1[1]"})
    mark = mark_of(found, "delta1[1]")
    assert [hint(found, mark, level) for level in range(2, LEVELS + 1)] == [
        Advice(("Multiply the error by the slope of the activation. [∂E/∂net = ∂E/∂out · ∂out/∂net]",)),
        Advice((), "δ_h1", ("error_h1·slope_h1",)),
        Advice((), "δ_h1", ("0.0364·0.2413",)),
    ]


def test_a_hint_stands_in_the_numbers_of_the_student_whatever_they_are() -> None:
    found = report("mazur", {"delta2[1]": "\N{MINUS SIGN}0,5", "out1[1]": "0.7", "net2[1]": "9", "error1[1]": "8"})
    assert hint(found, mark_of(found, "error1[1]"), 4).forms[-1] == "(−0.5)·0.4 + δ_o2·0.5"
    assert hint(found, mark_of(found, "net2[1]"), 4).forms[-1] == "0.4·0.7 + 0.45·out_h2 + 0.6"


def test_where_to_look_passes_through_blanks() -> None:
    found = report("mazur", {"out1[1]": "0.5933", "net2[1]": "1", "delta2[1]": "0.5"})
    assert "follow from your net_o1?" in hint(found, mark_of(found, "delta2[1]"), 1).sentences[0]
    assert "follow from the numbers of the exercise?" in hint(found, mark_of(found, "net1[1]"), 1).sentences[0]


def test_a_misconception_shows_where_the_number_came_from() -> None:
    cause = omitted_slope("mazur")
    more = {"delta1[1]": {"verdict": "misconception", "causes": (cause,)}}
    found = report("mazur", MAZUR | {"delta1[1]": "0.0364"}, more)
    mark = mark_of(found, "delta1[1]")
    assert what_went_wrong(found, mark) == Advice(("You typed 0.0364. A known mistake leads there.",))
    assert hint(found, mark, 1) == Advice((cause.hint,))
    assert hint(found, mark, 2) == Advice((f"{cause.says} Your 0.0364 is what you get from error_h1 alone.",))


def test_causes_that_fit_equally_are_told_as_either_or() -> None:
    causes = (omitted_slope("mazur"), SLIP, Cause("digits_swapped", "Two digits changed places.", ""))
    more = {"delta1[1]": {"verdict": "misconception", "causes": causes, "equally": 2}}
    found = report("mazur", MAZUR | {"delta1[1]": "0.0363"}, more)
    mark = mark_of(found, "delta1[1]")
    assert hint(found, mark, 2).sentences == (
        "Either: The slope of the hidden unit is left out. Your 0.0363 is what you get from error_h1 alone.",
        "Or: The number has the wrong sign.",
        "Would also fit this number, but explains less: Two digits changed places.",
    )
    assert hint(found, mark, 1).sentences == ("How does δ_h1 follow from your error_h1, slope_h1?",)


def test_nothing_that_was_said_comes_again_under_a_higher_number() -> None:
    causes = (omitted_slope("mazur"), SLIP)
    for fields in ({}, {"verdict": "misconception", "causes": causes, "equally": 1}, {"might_be": causes}):
        found = report("mazur", MAZUR | {"delta1[1]": "0.0363"}, {"delta1[1]": fields})
        mark = mark_of(found, "delta1[1]")
        told = [what_went_wrong(found, mark), *(hint(found, mark, level) for level in range(1, LEVELS + 1))]
        said = [text for advice in told for text in (*advice.sentences, *advice.forms)]
        assert len(said) == len(set(said)) >= 5


def test_a_wrong_formula_never_stands_as_if_it_were_right() -> None:
    """It is told in words alone: what is printed below a label is the right formula of that cell."""
    fields = {"verdict": "misconception", "causes": (omitted_slope("mazur"),)}
    found = report("mazur", MAZUR | {"delta1[1]": "0.0364"}, {"delta1[1]": fields})
    mark = mark_of(found, "delta1[1]")
    forms = [hint(found, mark, level).forms for level in range(1, LEVELS + 1)]
    assert forms == [(), (), ("error_h1·slope_h1",), ("0.0364·0.2413",)]


def test_a_number_copied_wrongly_is_told_with_what_follows_from_another() -> None:
    """δ_h1 = 0.0088 in the calculation, 0.0038 on the sheet; where it stands elsewhere, it is said."""
    fields = {"verdict": "misconception", "causes": (Cause("copy_slip", "Copied wrongly.", "Is it this number?"),)}
    found = report("mazur", MAZUR | {"delta1[1]": "0.0038"}, {"delta1[1]": fields})
    mark = mark_of(found, "delta1[1]")
    assert "copied wrongly, or misread" in sentence(found)
    (says,) = hint(found, mark, 2).sentences
    assert says == "Your ∂E/∂w1, ∂E/∂w2 follow from another number than 0.0038."
    fields = {"verdict": "misconception", "causes": (Cause("copy_slip", "", ""),)}
    keys = {"layers": [1, 1], "activation": "sigmoid", "loss": "half_squared_error", "learning_rate": 0.5}
    keys |= {"inputs": [0.5], "targets": [1], "weights": [[[0.4]]], "biases": [[0.1]], "decimals": 4}
    typed = right(keys)
    assert typed["grad_b1[1]"] == typed["delta1[1]"] == "-0.1040"
    found = report(keys, typed | {"delta1[1]": "-0.1047"}, {"delta1[1]": fields})
    (says,) = hint(found, mark_of(found, "delta1[1]"), 2).sentences
    assert says.endswith("follow from another number than -0.1047. You went on with -0.1040, which is your ∂E/∂b_o1.")


@pytest.mark.parametrize(
    ("typed", "fields", "says"),
    [
        ("0.9", {}, "You typed 0.9. It does not follow from the numbers above it."),
        ("0.9", {"judged_from": ("net2[1]",)}, "the numbers above it, your own net_o1 included."),
        ("0.9", {"note": "a number above is missing"}, "You typed 0.9. It earns nothing: a number above is missing."),
        ("0.9", {"judged_from": ("net2[1]",), "verdict": "follow_through"}, "It follows from your own net_o1"),
        (
            "0.75",
            {"verdict": "imprecise"},
            "You typed 0.75. It is right as far as it goes, but 4 decimals are asked for.",
        ),
        ("abc", {}, "You typed “abc”, which cannot be read as a number."),
    ],
)
def test_what_is_said_of_each_verdict(typed: str, fields: dict[str, object], says: str) -> None:
    assert says in sentence(report("mazur", MAZUR | {"out2[1]": typed}, {"out2[1]": fields}))


def test_the_first_wrong_cell_is_explained_before_one_that_is_only_short() -> None:
    short = {"net1[1]": {"verdict": "imprecise"}}
    found = report("mazur", MAZUR | {"net1[1]": "0.38", "delta1[1]": "0.9"}, short)
    assert to_explain(found) == mark_of(found, "delta1[1]")
    found = report("mazur", MAZUR | {"net1[1]": "0.38"}, short)
    assert to_explain(found) == mark_of(found, "net1[1]")


def test_nothing_wrong_leads_to_the_first_blank_and_all_right_to_nothing() -> None:
    found = report("mazur", {name: text for name, text in MAZUR.items() if not name.startswith("new")})
    assert to_explain(found) == mark_of(found, "new_w1[1,1]")
    assert "still blank" in sentence(found)
    assert to_explain(report("mazur", MAZUR)) is None


def test_where_a_mistake_was_made_in_a_cell_left_blank_its_rule_is_shown_there() -> None:
    typed = {"out1[1]": "0.5933", "error1[1]": "0.0364", "new_w1[1,1]": "0.1"}
    found = report("mazur", typed, {"new_w1[1,1]": {"verdict": "misconception", "causes": (omitted_slope("mazur"),)}})
    (says,) = hint(found, mark_of(found, "new_w1[1,1]"), 2).sentences
    assert says.endswith("Your 0.1 is what you get with error_h1 for δ_h1.")


@pytest.mark.parametrize("name", [name for name in names() if load(name).steps < 4])
def test_every_mistake_can_be_shown_in_every_cell_that_it_touches(name: str) -> None:
    found = report(name, right(name))
    for variant in variants(load(name)):
        wrong = explainer(found, variant.edit)
        for quantity in variant.edit:
            for at in found.trace.naming.indices(quantity):
                assert wrong.explain(quantity, at).formula


# Never a number that the student has not found

NUMBER = re.compile(r"(?<![\w.@#+])\d+(?:\.\d+)?(?![\w.]*[\w])")


FRAME = re.compile(r"Numbers look like .*| and \d+ more")


def texts_of(found: Report) -> list[str]:
    """All that is said about every cell: what went wrong, and all hints."""
    advice = [what_went_wrong(found, mark) for mark in found.marks]
    advice += [hint(found, mark, level) for mark in found.marks for level in range(1, LEVELS + 1)]
    return [FRAME.sub("", text) for part in advice for text in (*part.sentences, *part.forms)]


def revealed(found: Report, texts: list[str]) -> list[tuple[str, str]]:
    """The numbers in the texts that are those of a cell not found, and neither given, typed nor part of a formula."""
    trace = found.trace
    known = {Decimal(part) for text in found.answers.cells.values() for part in NUMBER.findall(text.text)}
    given = [*trace.page.given.values(), *(values for _mask, values in trace.page.answers.values())]
    known |= {abs(Decimal(text)) for values in given for text in as_typed(np.ravel(values)) if text != "nan"}
    known |= {Decimal(1), Decimal(2), Decimal("0.5"), Decimal(0), Decimal(trace.problem.decimals)}
    known |= {abs(Decimal(mark.expected)) for mark in found.marks if mark.verdict in FINE}
    hidden = {abs(Decimal(mark.expected)) for mark in found.marks if mark.verdict not in FINE} - known
    return [(number, text) for text in texts for number in NUMBER.findall(text) if Decimal(number) in hidden]


def committed(name: str, seed: int) -> Report:
    """A sheet as it is marked, of somebody who makes a mistake of the table and leaves some cells blank."""
    problem, draw = load(name), np.random.default_rng(seed)
    known = variants(problem)
    edit = known[draw.integers(len(known))].edit if known else {}
    page = Trace(problem).page
    values = Run({**page.recipe, **edit}, page.given)
    trace, cells = Trace(problem), dict[str, str]()
    for cell in trace.cells():
        with np.errstate(all="ignore"):
            value = float(np.ravel(np.asarray(values[cell.quantity])[cell.at or ...])[0])
        if draw.random() < 0.8 and np.isfinite(value):
            cells[cell.id] = fixed(problem.decimals)(np.array([value]))[0]
    return check(problem, Answers({key: Typed(text, float(text), problem.decimals) for key, text in cells.items()}))


def spoilt(name: str, seed: int) -> Report:
    """A sheet with blanks, wrong numbers and unreadable ones among the right ones, verdicts and causes drawn too."""
    draw = np.random.default_rng(seed)
    typed, more = {}, {}
    verdicts = ("wrong", "imprecise", "follow_through", "misconception")
    for cell, text in right(name).items():
        kind = draw.integers(5)
        if kind == 1:
            typed[cell] = str(draw.choice(["abc", "nan", "1:30"]))
        elif kind in (2, 3):
            typed[cell] = f"{float(text) + draw.normal():.4f}"
            more[cell] = {"verdict": str(draw.choice(verdicts)), "causes": (omitted_slope(name), SLIP), "equally": 1}
        elif kind == 4:
            typed[cell] = text
    return report(name, typed, more)


@pytest.mark.slow
@pytest.mark.parametrize("name", [name for name in names() if load(name).steps < 4])
def test_nothing_is_said_that_the_student_has_not_found(name: str) -> None:
    for seed in range(3):
        for found in (spoilt(name, seed), committed(name, seed)):
            assert revealed(found, texts_of(found)) == []


def test_the_test_sees_a_number_that_is_told() -> None:
    found = report("mazur", {"net1[1]": "0.3"})
    assert revealed(found, ["it is 0.3775"]) == [("0.3775", "it is 0.3775")]
