"""The state machine of a practice: lines in, states and feedback out."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bptutor.engine.page import page
from bptutor.engine.parts import word
from bptutor.engine.quantities import cell_id
from bptutor.files.answers_file import load_answers
from bptutor.files.library import load, names
from bptutor.marking.check import check
from bptutor.practice.asking import COMMANDS, MOST_LETTERS, at_the_end, questions_at, step
from bptutor.practice.exercise import MOST_CELLS, Exercise, Feedback, State, open_cells, score
from bptutor.practice.narrowed import narrowed
from bptutor.practice.operands import decided, operands
from bptutor.solution.trace import Trace
from tests.support.practising import HALF, SMALL_ANSWERS, asked, library, small, typing
from tests.support.students import Hand, work_out

NET_H1, NET_H2 = "net1[1]", "net1[2]"
NET = Fraction(3, 2)  # the points of a net or an output of two hidden units


def verdicts(told: list[Feedback]) -> list[str]:
    return [answered.mark.verdict for feedback in told for answered in feedback.answered]


def says(feedback: Feedback) -> str:
    return " ".join([*feedback.says, *(answered.says for answered in feedback.answered)])


def here(exercise: Exercise, state: State) -> list[str]:
    return [item.id for item in questions_at(exercise, state)]


@pytest.mark.slow
@pytest.mark.parametrize("by", ["cell", "stage"])
@pytest.mark.parametrize("name", [name for name in names() if name != "hundred-steps"])
def test_a_perfect_student_gets_everything(name: str, by: str) -> None:
    exercise = library(name, by)
    right = {cell.id: cell.text for cell in Trace(exercise.problem).cells()}
    lines = [" ".join(right[item.id] for item in question) for question in exercise.questions]
    state, told = typing(exercise, lines)
    assert state.over
    assert state.finished
    assert set(verdicts(told)) <= {"right", "right_carried"}
    now = score(exercise, state)
    assert (now.percent, now.done, now.asked) == (100, exercise.size, exercise.size)
    assert state.mistakes == ()


def test_one_who_rounds_on_the_way_gets_everything() -> None:
    exercise = library("mazur")
    hand = Hand(mode="cut off")
    values = work_out(exercise.problem, hand)
    assert values is not None
    state, _told = typing(exercise, [f"{float(values[item.quantity][item.at]):.4f}" for item in exercise.items])
    assert score(exercise, state).percent == 100


@pytest.mark.parametrize(
    ("typed", "command"),
    [
        ("hint", "?"),
        ("？", "?"),
        ("！", "!"),
        ("show", "!"),
        ("skip", ""),
        ("back", "<"),
        ("exit", "quit"),
        ("Q", "quit"),
    ],
)
def test_what_people_type_for_a_command(typed: str, command: str) -> None:
    exercise = small()
    before, _told = typing(exercise, [SMALL_ANSWERS[0]])
    assert step(exercise, before, typed) == step(exercise, before, command)


def test_digits_of_another_keyboard() -> None:
    exercise, right = small(), SMALL_ANSWERS[0]
    wide = right.translate({ord(digit): 0xFF10 + int(digit) for digit in "0123456789"}).replace(".", "．")
    state, told = typing(exercise, [wide])
    assert verdicts(told) == ["right"]
    assert state.sheet.cells[NET_H1].text == right


def test_what_is_asked_is_what_the_problem_asks_in_the_order_of_the_page() -> None:
    ids = [item.id for item in small().items]
    assert ids == [NET_H1, NET_H2, "out1[1]", "out1[2]", "net2[1]", "out2[1]", "delta2[1]", "delta1[1]", "delta1[2]"]
    stages = [[item.id for item in question] for question in small("stage").questions]
    assert stages == [ids[:2], ids[2:4], ids[4:5], ids[5:6], ids[6:7], ids[7:]]


def test_of_a_long_page_only_the_beginning_is_asked() -> None:
    exercise = library("hundred-steps")
    assert exercise.size == MOST_CELLS
    assert exercise.left_out == 3500 - MOST_CELLS
    cells = [cell.id for cell in Trace(exercise.problem).cells()]
    assert [item.id for item in exercise.items] == cells[:MOST_CELLS]


def test_a_long_stage_is_asked_in_several_lines() -> None:
    sizes = [len(question) for question in library("nnfs", "stage").questions]
    assert max(sizes) == 8


def test_credit_is_whole_at_the_first_try_and_half_later() -> None:
    exercise = small()
    state, told = typing(exercise, ["0.7", "0.1", "0.45"])
    assert verdicts(told) == ["wrong", "right", "right"]
    assert [feedback.answered[0].credit for feedback in told] == [0, HALF * NET, NET]
    assert score(exercise, state).earned == Fraction(3, 2) * NET


@pytest.mark.parametrize("command", ["?", "formula"])
def test_after_a_hint_half_is_left(command: str) -> None:
    exercise = small()
    state, _told = typing(exercise, [command, "0.1"])
    assert score(exercise, state).earned == HALF * NET


def test_after_a_look_at_the_value_nothing_is_left() -> None:
    exercise = small()
    state, (told,) = typing(exercise, ["!"])
    assert told.says == ("net_h1 = 0.1000",)
    assert here(exercise, state) == [NET_H2]
    state, _told = typing(exercise, ["<", "0.1"], state)
    assert score(exercise, state).earned == 0
    assert state.work[NET_H1].done


def test_too_few_decimals_are_half_then_and_later() -> None:
    exercise = library("mazur")
    state, told = typing(exercise, ["0.37"])
    assert verdicts(told) == ["imprecise"]
    assert here(exercise, state) == [NET_H1]
    assert "4 decimals" in says(told[0])
    assert told[0].answered[0].credit == HALF * NET
    state, told = typing(exercise, ["0.3775"], state)
    assert told[0].answered[0].credit == HALF * NET


@pytest.mark.parametrize("text", ["0.38", "0.4", "0.3"])
def test_a_first_number_with_too_few_decimals_does_not_get_everything(text: str) -> None:
    state, told = typing(library("mazur"), [text])
    assert told[0].answered[0].credit <= HALF * NET
    assert not state.work[NET_H1].done


def test_a_right_number_that_is_spoilt_later_counts_half_when_it_is_right_again() -> None:
    exercise = small()
    state, _told = typing(exercise, ["0.1", "<", "0.9"])
    assert score(exercise, state).earned == 0
    state, _told = typing(exercise, ["0.1"], state)
    assert score(exercise, state).earned == HALF * NET


def test_what_follows_from_a_wrong_number_is_right() -> None:
    exercise = small()
    state, told = typing(exercise, ["0.3", "", "0.45", "0.5744"])  # σ(0.3)
    assert verdicts(told) == ["wrong", "right", "follow_through"]
    assert "your own net_h1" in says(told[-1])
    assert here(exercise, state) == ["out1[2]"]


def test_a_known_mistake_is_named_in_a_sentence_and_kept() -> None:
    exercise = small()
    state, told = typing(exercise, [*SMALL_ANSWERS[:7], "-0.0748", "?", "?"])
    (answered,) = told[-3].answered
    assert answered.says == "A known mistake leads there."
    assert told[-2].says == ("How does the output of a hidden unit change with its net input?",)
    (says,) = told[-1].says
    assert says.startswith(
        "You left out the slope of the hidden units: their delta is error × slope as well. Your −0.0748 is"
    )
    assert state.mistakes == (("delta1[1]", "omit_hidden_slope"),)


def test_another_convention_is_told() -> None:
    exercise = library("mazur")
    right = {cell.id: cell for cell in Trace(exercise.problem).cells()}
    lines = []
    for item in exercise.items:
        text = right[item.id].text
        signed = item.quantity.name in ("error", "delta")
        lines += [f"{-right[item.id].value:.4f}", ""] if signed else [text]
    _state, told = typing(exercise, lines[:16])
    assert any("another convention" in says(feedback) for feedback in told)


def test_hints_say_more_each_time_and_nothing_twice() -> None:
    _state, told = typing(small(), ["?"] * 5)
    where, rule, formula, numbers, last = told
    assert where.says == ("How does net_h1 follow from the numbers of the exercise?",)
    assert rule.says == ("Multiply each input by its weight, add them up, add the bias.",)
    assert (formula.says, formula.forms) == ((), ("w1·x1 + w2·x2 + b_h1",))
    assert (numbers.says, numbers.forms) == ((), ("0.1·1 + (−0.2)·0.5 + 0.1",))
    assert last.says == ("That was the last hint for net_h1; ! shows the value.",)


def test_formula_counts_as_the_hints_up_to_it() -> None:
    state, (told,) = typing(small(), ["formula"])
    assert told.label == "net_h1"
    assert told.forms == ("w1·x1 + w2·x2 + b_h1",)
    _state, (told,) = typing(small(), ["?"], state)
    assert told.forms == ("0.1·1 + (−0.2)·0.5 + 0.1",)


def test_backwards_and_forwards() -> None:
    exercise = small()
    state, (first, *_rest) = typing(exercise, ["<", "0.1", "0.45", "<", "<"])
    assert first.says == ("This is the first question.",)
    assert here(exercise, state) == [NET_H1]
    state, _told = typing(exercise, [""], state)
    assert here(exercise, state) == ["out1[1]"]  # what is right is not asked again


def test_a_label_names_another_cell() -> None:
    exercise = small()
    state, told = typing(exercise, ["net_h2 = 0,45", "net1[1]=1/10", "out_h1=0.5250"])
    assert verdicts(told) == ["right", "right", "right"]
    assert here(exercise, state) == ["out1[2]"]


def test_a_fraction_is_exact() -> None:
    exercise = small()
    state, told = typing(exercise, ["1/10", "9/20", "21/40"])  # σ(0.1) = 0.52498 is not 0.525, but is written so
    assert verdicts(told) == ["right", "right", "wrong"]
    assert here(exercise, state) == ["out1[1]"]
    state, told = typing(exercise, ["0.525"], state)
    assert verdicts(told) == ["right"]


@pytest.mark.parametrize(
    ("line", "part"),
    [
        ("abc", "neither a number nor a command"),
        ("0.3.7", "cannot be read as a number"),
        ("nan", "neither a number nor a command"),
        ("1/0", "cannot be read"),
        ("hepl", "Did you mean help?"),
        ("net_h9=1", "net_h9 is not a cell of this problem; try: net_h2"),
        ("w1+=0.1", "new_w1[1,1] is not asked for here"),
        ("0.3: 0.5", "is not a cell of this problem"),
        ("net_h1=x", "neither a number"),
        ("0.1 0.2", "cannot be read"),
        ("~", "nothing but blanks"),
        ("1" * (MOST_LETTERS + 1), "too long"),
        ("\x1b[2J", "cannot be read"),
    ],
)
def test_what_is_no_answer_costs_nothing(line: str, part: str) -> None:
    exercise = small()
    state, (told,) = typing(exercise, [line])
    assert part in says(told)
    assert (state.work, state.mistakes, state.at) == ({}, (), 0)


def test_a_stage_takes_several_numbers() -> None:
    exercise = small("stage")
    state, told = typing(exercise, ["0.1 0.9"])
    assert verdicts(told) == ["right", "wrong"]
    assert here(exercise, state) == [NET_H1, NET_H2]
    state, told = typing(exercise, ["0.45"], state)  # the one that is not right yet
    assert [answered.mark.id for answered in told[0].answered] == [NET_H2]
    assert here(exercise, state) == ["out1[1]", "out1[2]"]
    state, told = typing(exercise, ["0,525; 0,6106"], state)
    assert verdicts(told) == ["right", "right"]


@pytest.mark.parametrize(
    ("line", "part"),
    [
        ("0.1", "Found 1, expected 2 numbers: net_h1 net_h2"),
        ("0.1 0.2 0.3", "Found 3"),
        ("~ ~", "nothing but blanks"),
        ("net_h1=1 net_h1=2", "twice"),
        ("net_h1=1 2", "expected a number"),
    ],
)
def test_a_stage_says_what_it_expects(line: str, part: str) -> None:
    state, (told,) = typing(small("stage"), [line])
    assert part in says(told)
    assert state.work == {}


def test_a_blank_in_a_stage_stays_open() -> None:
    exercise = small("stage")
    state, told = typing(exercise, ["~ 0.45"])
    assert [answered.mark.id for answered in told[0].answered] == [NET_H2]
    assert next(item.id for item in open_cells(exercise, state)) == NET_H1


def test_at_the_end_open_cells_are_told_and_gone_back_to() -> None:
    exercise = small()
    state, _told = typing(exercise, ["0.1", "", *SMALL_ANSWERS[2:]])
    assert here(exercise, state) == []
    assert not state.over
    assert at_the_end(exercise, state) == "1 cell is open: net_h2. < goes back to it, Enter ends the practice."
    for line, part in (("?", "no question at the end"), ("!", "no question"), ("0.5", "names no cell")):
        _state, (told,) = typing(exercise, [line], state)
        assert part in says(told)
    back, _told = typing(exercise, ["<"], state)
    assert here(exercise, back) == [NET_H2]
    done, _told = typing(exercise, ["0.45"], back)
    assert done.finished
    ended, _told = typing(exercise, [""], state)
    assert ended.over
    assert ended.finished


def test_after_the_second_wrong_try_a_hint_is_offered_and_costs_nothing() -> None:
    exercise = small()
    state, _told = typing(exercise, ["0.7", "0.8"])
    with_hint, _told = typing(exercise, ["?", "0.1"], state)
    without, _told = typing(exercise, ["0.1"], state)
    assert score(exercise, with_hint).earned == score(exercise, without).earned == HALF * NET


def test_what_a_number_is_made_of_are_own_numbers_and_those_of_the_exercise() -> None:
    """Written down by hand; what is not asked for, an error or a slope, is not named, but what it is made of."""
    exercise = small()
    state, _told = typing(exercise, ["0,1", "０．４５", "0.5250.", *SMALL_ANSWERS[3:7]])
    named = {item.label: [tuple(one) for one in operands(exercise, state, [item])] for item in exercise.items}
    assert named["net_h2"] == [("w3", "0.4"), ("x1", "1"), ("w4", "0.3"), ("x2", "0.5"), ("b_h2", "-0.1")]
    assert named["out_h2"] == [("net_h2", "0.45")]
    assert named["δ_o1"] == [("out_o1", "0.5652"), ("t_o1", "1")]
    assert named["δ_h1"] == [("δ_o1", "-0.1069"), ("w5", "0.7"), ("out_h1", "0.5250")]
    blank = operands(exercise, State(), [next(item for item in exercise.items if item.label == "δ_h1")])
    assert [tuple(one) for one in blank] == [("δ_o1", ""), ("w5", "0.7"), ("out_h1", "")]


@pytest.mark.parametrize(
    ("name", "label", "clause"),
    [
        ("mazur", "error_o1", "error = out − t on this page, not t − out"),
        ("mazur", "δ_o1", None),  # its error was asked for before, and decided there
        ("mazur", "error_h1", "hidden deltas use the old weights"),
        ("mazur", "net_h1", None),
        ("relu-softmax", "δ_o1", "this page has out − t, not t − out"),
        ("nnfs", "∂E/∂w1@1", None),  # of one sample: how they are combined decides nothing yet
    ],
)
def test_a_convention_is_named_where_it_decides(name: str, label: str, clause: str | None) -> None:
    exercise = library(name)
    item = next(item for item in exercise.items if item.label == label)
    assert decided(exercise, [item]) == ([] if clause is None else [clause])


@pytest.mark.parametrize("name", [name for name in names() if name != "hundred-steps"])
def test_what_stands_under_a_prompt_can_be_worked_with_on_every_page(name: str) -> None:
    exercise = library(name, "stage")
    for question in exercise.questions[:12]:
        constant = question[0].quantity.name in ("slope", "error")  # 1 of a linear unit, or of the summed output
        assert constant or operands(exercise, State(), question)
        assert all(clause for clause in decided(exercise, question))


@pytest.mark.parametrize("words", [("delta",), ("new_w",), ("net", "delta"), ("out",), ("loss",)])
def test_a_part_of_a_page_can_be_worked_out_from_what_is_given(words: tuple[str, ...]) -> None:
    """The given values are those of the page, and who works with them gets everything."""
    problem = load("mazur")
    cells = [cell_id(quantity, ()) for quantity in page(problem).shown if word(quantity) in words]
    part = narrowed(problem, cells)
    whole = {cell.id: cell.text for cell in Trace(problem).cells()}
    for name, values in part.given.items():
        assert [f"{value:.4f}" for value in values] == [whole[f"{name}[{n}]"] for n in range(1, len(values) + 1)]
        assert name not in cells
    exercise = asked(part)
    right = {cell.id: cell.text for cell in Trace(part).cells([*page(part).recipe])}
    state, _told = typing(exercise, [right[item.id] for item in exercise.items])
    assert (score(exercise, state).percent, state.finished) == (100, True)


def test_quit_is_over_but_not_finished() -> None:
    state, _told = typing(small(), ["0.1", "QUIT", "0.45"])
    assert state.over
    assert not state.finished
    assert state.work.keys() == {NET_H1}


def test_a_mended_number_says_what_does_not_follow_any_more() -> None:
    exercise = small()
    state, told = typing(exercise, ["0.3", "", "0.45", "0.5744", "<", "<", "<", "0.1"])
    assert "out_h1" in says(told[-1])
    assert "With this number, no longer right" in says(told[-1])
    assert "out1[1]" in {item.id for item in open_cells(exercise, state)}
    assert (
        score(exercise, state).earned == Fraction(5, 2) * NET
    )  # net and out are worth the same; what was earned stays earned


def test_time_is_passed_in_and_a_long_pause_is_not_work() -> None:
    exercise = small()
    for seconds, counted in ((5.0, 5.0), (1e9, 600.0), (-3.0, 0.0), (float("nan"), 0.0), (float("inf"), 600.0)):
        assert step(exercise, State(), "0.1", seconds)[0].seconds == counted


def test_points_of_the_problem_count() -> None:
    problem = load(
        {
            "layers": [1, 1],
            "activation": "sigmoid",
            "weights": [[[1]]],
            "inputs": [0.5],
            "points": {"out": 3},
        }
    )
    exercise = asked(problem)
    state, _told = typing(exercise, ["0.5", "?", "0.6225"])
    assert score(exercise, state)[:2] == (Fraction(5, 2), 4)


_PROBLEMS = [small(), small("stage"), library("mazur", "stage"), library("union"), library("relu-softmax", "stage")]
_NUMBERS = st.one_of(
    st.floats(-2, 2).map(lambda value: f"{value:.4f}"),
    st.sampled_from(["0", "1e308", "-1e308", "1e-300", "1/3", "0,5", "−0.5", "~", "", ".5", "+1", "5e-324", "0.3775"]),
)
_WRITTEN = st.one_of(
    st.sampled_from(["<right>", "<right>", "<right>", "<right>", *COMMANDS, *COMMANDS]),
    _NUMBERS,
    st.lists(_NUMBERS, max_size=4).map(" ".join),
    st.tuples(st.sampled_from(["net_h1", "out2[1]", "δ_o1", "w5+", "=", "x"]), _NUMBERS).map("=".join),
    st.text(max_size=20),
)


def _right(exercise: Exercise, state: State) -> str:
    trace = Trace(exercise.problem)
    texts = {cell.id: cell.text for cell in trace.cells()}
    return " ".join(texts[item.id] for item in questions_at(exercise, state))


@pytest.mark.slow
@settings(max_examples=60)
@given(st.sampled_from(_PROBLEMS), st.lists(_WRITTEN, max_size=25))
def test_any_lines_lead_somewhere_sensible(exercise: Exercise, lines: list[str]) -> None:
    """Nothing raises, the score stays in its bounds, and the verdicts are those of `check` on the same numbers."""
    state, possible, typed = State(), sum(item.points for item in exercise.items), []
    for written in lines:
        line = _right(exercise, state) if written == "<right>" else written
        before = state
        state, feedback = step(exercise, state, line, 0.5)
        typed.append(line)
        now = score(exercise, state)
        assert 0 <= now.earned <= now.possible == possible
        assert 0 <= state.at <= len(exercise.questions)
        assert state.over or not before.over
        if feedback.answered:
            sheet = {name: work.typed.text for name, work in state.work.items() if work.typed}
            report = check(exercise.problem, load_answers({"answers": sheet}, exercise.problem))
            marks = {mark.id: mark for mark in report.marks}
            assert [marks[answered.mark.id] for answered in feedback.answered] == [
                answered.mark._replace(line=marks[answered.mark.id].line) for answered in feedback.answered
            ]
    again, _told = typing(exercise, typed)
    assert (again.work, again.at, again.mistakes, again.over) == (state.work, state.at, state.mistakes, state.over)


@pytest.mark.parametrize(
    "typed",
    [
        "0.1 0.45",
        "0,1; 0,45;",
        "[0.1, 0.45]",
        "{h1: 0,1, h2: 0,45}",
        "net1: 0.1 0.45",
        "net_h1＝０．１　net_h2：０．４５",
        "+ 0.1 + 0.45",
        "≈0.1 ≈ 0.45",
        "“0.1” “0.45”",
        "٠٫١ ٠٫٤٥",
        "h1: 0.1, h2: 0.45",
    ],
)
def test_a_stage_is_read_as_a_sheet_is(typed: str) -> None:
    _state, feedback = step(small("stage"), State(), typed)
    assert verdicts([feedback]) == ["right", "right"], feedback.says


@pytest.mark.parametrize(
    "typed",
    [
        *(
            "０．３７７５",
            "0,3775",
            "≈0.3775",
            "= 0.3775",
            "“0.3775”",
            "0.3775.",
            "0.3775 (rounded)",
            "\u200b0.3775\u00a0",
        ),
        *("net_h1：0.3775", "net_h1: 0.3775", "net_h1 = 0.3775", "Net_h1=0.3775", "٠٫٣٧٧٥", "+ 0.3775"),
    ],
)
def test_the_prompt_reads_what_people_type(typed: str) -> None:
    exercise = library("mazur")
    _state, feedback = step(exercise, State(), typed)
    assert verdicts([feedback]) == ["right"], feedback.says
