"""Answer sheets: every form gives the same answers, numbers keep their text, and strangers' files do no harm."""

import random
import time
from collections.abc import Iterator
from dataclasses import replace
from io import BytesIO, TextIOWrapper
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import bptutor
from bptutor.answers import Answers, Typed
from bptutor.engine.naming import Naming
from bptutor.engine.page import page
from bptutor.engine.parts import word
from bptutor.engine.quantities import Quantity, cell_id
from bptutor.errors import BptutorError
from bptutor.files.answer_names import names_of
from bptutor.files.answers_file import answers_of, load_answers, problem_of_sheet, read_sheet, sheet_in_text
from bptutor.files.library import load, names
from bptutor.files.reader import parse
from bptutor.files.typed.unread import unread
from bptutor.marking.check import check
from bptutor.problem import Problem
from bptutor.render.sheet import sheet as sheet_lines
from bptutor.solution.trace import Trace
from tests.support.random_problems import random_problem

MAZUR = load("mazur")


def answers(text: str, problem: Problem = MAZUR) -> Answers:
    return answers_of(parse(text.encode(), "x.yaml"), problem)


def values(text: str, problem: Problem = MAZUR) -> dict[str, float | None]:
    return {cell: typed.value for cell, typed in answers(text, problem).cells.items()}


def refusal(text: str | bytes, problem: Problem = MAZUR) -> str:
    """What is wrong with a sheet: all of it where no number can be read, else what is told beside the others."""
    try:
        sheet = answers_of(sheet_in_text(text.encode() if isinstance(text, str) else text, "x.yaml"), problem)
    except BptutorError as error:
        return str(error)
    return str(BptutorError.of(sheet.unread)) if sheet.unread else "; ".join(unread(sheet))


def test_the_example_of_the_design() -> None:
    sheet = answers("""\
problem: ../problems/mazur.yaml
student: s1234567
variant: 3
answers:
  net:   {h1: 0.3775, h2: 0.3925, o1: 1.1059, o2: 1.2249}
  delta2: [0.1385, -0.0381]
  new_w2[1,1]: 0.3589
  w6+: ~
""")
    assert (sheet.problem, sheet.student, sheet.variant, sheet.file) == (
        "../problems/mazur.yaml",
        "s1234567",
        "3",
        "x.yaml",
    )
    assert list(sheet.cells) == ["net1[1]", "net1[2]", "net2[1]", "net2[2]", "delta2[1]", "delta2[2]", "new_w2[1,1]"]
    assert sheet.cells["delta2[2]"] == Typed("-0.0381", -0.0381, 4, 6)


@pytest.mark.parametrize(
    ("typed", "cells"),
    [
        ("net: {h1: 1}", {"net1[1]": 1}),
        ("net1: {h1: 1, 'net1[2]': 2}", {"net1[1]": 1, "net1[2]": 2}),
        ("net: {net_h1: 1, net_o2: 2}", {"net1[1]": 1, "net2[2]": 2}),
        ("new_w: {w1: 1, w6+: 2, 'new_w2[2,1]': 3}", {"new_w1[1,1]": 1, "new_w2[1,2]": 2, "new_w2[2,1]": 3}),
        ("'new_w2[1, 2]': 3", {"new_w2[1,2]": 3}),
        ("new_w1: [[1, 2], [3, ~]]", {"new_w1[1,1]": 1, "new_w1[1,2]": 2, "new_w1[2,1]": 3}),
        ("new_w1: [~, [3, 4]]", {"new_w1[2,1]": 3, "new_w1[2,2]": 4}),
        ("grad_w2:\n  - [1, 2]\n  - [3, 4]", {f"grad_w2[{i},{j}]": 2 * i + j - 2 for i in (1, 2) for j in (1, 2)}),
        ("loss: 0.29", {"loss": 0.29}),
        ("E: 0.29", {"loss": 0.29}),
        ("loss: [1, 2]", {"loss[1]": 1, "loss[2]": 2}),
        ("loss: {o1: 1, o2: 2, E: 3}", {"loss[1]": 1, "loss[2]": 2, "loss": 3}),
        ("loss: {o1: 1, loss: 3}", {"loss[1]": 1, "loss": 3}),
        ("E_o1: 1", {"loss[1]": 1}),
        ("delta_h1: 1", {"delta1[1]": 1}),
        ("net_h1: 0.37\nloss_after: 1", {"net1[1]": 0.37, "loss_after": 1}),
        ("error0: {i1: 1}", {"error0[1]": 1}),
        ("error0: [1, 2]", {"error0[1]": 1, "error0[2]": 2}),
        ("net: ~\ndelta2: ~\nw5+:\n'net2[1]': ''\nout: {h1: , o1: ' '}\nw1: ~", {}),
        ("net: {h1: ~}\nnet1: [1, ~]", {"net1[1]": 1}),
    ],
)
def test_forms(typed: str, cells: dict[str, float]) -> None:
    indented = typed.replace("\n", "\n  ")
    assert values(f"answers:\n  {indented}\n") == cells


def test_a_shared_bias_is_one_cell() -> None:
    problem = load("shared-2-3-2")
    for typed in ("new_b1: 0.3", "new_b: {b1: 0.3}", "b1+: 0.3", "new_b1: {b1: 0.3}"):
        assert values(f"answers: {{{typed}}}", problem) == {"new_b1": 0.3}


def test_cells_that_the_page_hides_are_accepted() -> None:
    problem = load("bce-notes")
    hidden = [q for q in page(problem).recipe if q.name in ("error", "slope") and q.layer == problem.depth]
    assert hidden
    for quantity in hidden:
        cell = Naming(problem).id(quantity, (0,))
        assert values(f"answers: {{'{cell}': 1}}", problem) == {cell: 1}
    one_output = {"layers": [1, 1], "activation": "sigmoid", "inputs": [1], "targets": [1], "weights": [[[1]]]}
    assert values("answers: {loss: [1], E: 2, delta1: 3, net: 4}", load(one_output)) == {
        "loss[1]": 1,
        "loss": 2,
        "delta1[1]": 3,
        "net1[1]": 4,
    }


def test_tags_of_samples_stand_on_either_key() -> None:
    problem = load("people")
    for typed in ("net@2: {h1: 1}", "net: {h1@2: 1}", "net1@2: {h1@2: 1}", "net1: {net_h1@2: 1}", "net1@2: [1, ~]"):
        assert values(f"answers: {{{typed}}}", problem) == {"net1[1]@2": 1}
    for typed in ("net1: [1, 2]", "net: {h1: 1}", "net@2: {h1@3: 1}", "net@9: {h1: 1}", "net_h1: 1"):
        refusal(f"answers: {{{typed}}}", problem)


def test_tags_of_steps_and_samples_together() -> None:
    problem = replace(load("nnfs"), steps=2)
    for typed in ("net@3#2: {o1: 1}", "net#2: {o1@3: 1}", "net1@3: {o1#2: 1}", "net: {o1@3#2: 1}", "net_o1@3#2: 1"):
        assert values(f"answers:\n  {typed}", problem) == {"net1[1]@3#2": 1}
    assert values("answers: {grad_w1#1: {w1: 1}, grad_w#1: {w2@1: 2}}", problem) == {
        "grad_w1[1,1]#1": 1,
        "grad_w1[1,2]@1#1": 2,
    }


def test_arrays_have_the_rows_of_the_problem() -> None:
    keys = {"layers": [2, 1], "activation": "linear", "learning_rate": 1, "inputs": [1, 2], "targets": [1]}
    receiving = load(keys | {"weights": [[[1, 2]]]})
    sending = load(keys | {"weights": [[[1], [2]]], "conventions": {"weight_rows": "sending"}})
    expected = {"new_w1[1,1]": 3, "new_w1[1,2]": 4}
    assert (
        values("answers: {new_w1: [[3, 4]]}", receiving) == values("answers: {new_w1: [[3], [4]]}", sending) == expected
    )
    assert "new_w1 has 1 row, expected 2 (one for each input)" in refusal("answers: {new_w1: [[3, 4]]}", sending)


@pytest.mark.parametrize(
    ("text", "typed"),
    [
        ("0.50", Typed("0.50", 0.5, 2, 1)),
        ("1e-3", Typed("1e-3", 0.001, 3, 1)),
        ("3e2", Typed("3e2", 300, -2, 1)),
        ("−0.5", Typed("−0.5", -0.5, 1, 1)),
        ("'0,75'", Typed("0,75", 0.75, 2, 1)),
        ("1/3", Typed("1/3", 1 / 3, None, 1)),
        *((text, Typed(text, None, None, 1)) for text in ("nan", ".inf", "abc", "yes", "true", "010", "1:30", "1e400")),
        ("'~'", Typed("~", None, None, 1)),
        ("'a   b'", Typed("a b", None, None, 1)),
        ("x" * 5000, Typed("x" * 60 + "…", None, None, 1)),
        ("1" * 5000, Typed("1" * 60 + "…", None, None, 1)),
    ],
)
def test_what_is_typed(text: str, typed: Typed) -> None:
    assert answers(f"answers: {{net_h1: {text}}}").cells == {"net1[1]": typed}


def test_a_mapping_is_read_like_a_file() -> None:
    sheet = load_answers({"student": 7, "answers": {"net1": np.array([0.5, 2]), "E": None, "loss": {"o1": 1}}}, MAZUR)
    assert sheet == Answers(
        {"net1[1]": Typed("0.5", 0.5, 1, 1), "net1[2]": Typed("2.0", 2, 1, 1), "loss[1]": Typed("1", 1, 0, 1)},
        student="7",
        file="this mapping",
    )
    assert bptutor.load_answers is load_answers
    assert bptutor.Answers is Answers
    assert load_answers({"answers": None}, MAZUR).cells == {}
    assert load_answers({"answers": {"net1": [float("nan"), True]}}, MAZUR).cells["net1[2]"].text == "true"


def test_standard_input(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", TextIOWrapper(BytesIO(b"answers: {net_h1: 1}")))
    assert list(load_answers("-", MAZUR).cells) == ["net1[1]"]


def test_the_problem_lies_beside_the_sheet_or_in_the_library(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    inner = tmp_path / "sheets"
    inner.mkdir()
    own = "title: own\nlayers: [1, 1]\nactivation: linear\ninputs: [1]\nweights: [[[1]]]\n"
    (inner / "sheet.yaml").write_text("problem: mazur\nanswers: {}\n")
    assert problem_of_sheet(read_sheet("sheets/sheet.yaml")).title == MAZUR.title
    (tmp_path / "mazur").write_text(own)  # lies where the command is run, which is not beside the sheet
    assert problem_of_sheet(read_sheet("sheets/sheet.yaml")).title == MAZUR.title
    (inner / "mazur").write_text(own)
    assert problem_of_sheet(read_sheet("sheets/sheet.yaml")).title == "own"
    (inner / "up.yaml").write_text("problem: ../mazur\nanswers: {}\n")
    assert problem_of_sheet(read_sheet(inner / "up.yaml")).title == "own"


@pytest.mark.parametrize("name", ['"a\\0b"', "x" * 900, "'-'", ".", "/dev/stdin", "''"])
def test_no_file_is_told_as_such(name: str) -> None:
    with pytest.raises(BptutorError, match=r"there is no problem .*, neither beside this file nor in the library"):
        problem_of_sheet(parse(f"problem: {name}\nanswers: {{}}".encode(), "x.yaml"))


def test_a_hint_lists_few_names() -> None:
    wide = {"layers": [1, 5], "activation": "linear", "inputs": [1], "weights": [[[1]] * 5]}
    assert "~ stands for a blank" in refusal("answers: {net1: [1]}", load(wide))
    assert "expected 5 (one for each output unit)" in refusal("answers: {net1: [1]}", load(wide))


def test_a_mapping_says_so() -> None:
    with pytest.raises(BptutorError, match="this mapping, line 1, answers"):
        load_answers({"answers": [1]}, MAZUR)


def test_what_the_reader_refused_is_told_with_the_rest() -> None:
    said = refusal("answers:\n  net_h1: 1\n  <<: {a: 1}\n  nett_h2: 2\n  net_h1: 3\n")
    assert [said.index(part) for part in ("merge keys", "nett_h2 is no", "appears twice")] == sorted(
        said.index(part) for part in ("merge keys", "nett_h2 is no", "appears twice")
    )


HOSTILE: dict[str, str | bytes] = {
    "brackets": "answers: " + "[" * 100_000,
    "brackets in a cell": "answers: {net1: " + "[" * 30 + "]" * 30 + "}",
    "merge bomb": "a: &a {x: 1}\nb: &b {<<: *a}\nanswers: {<<: [*a, *b]}",
    "anchor": "answers: {net1: &a [1, 2]}",
    "alias": "answers: {net1: *a}",
    "tag": "answers: {net1: !!python/object:os.system x}",
    "control": "answers: {net_h1: 1\x07}",
    "not UTF-8": b"answers: {net_h1: \xff}",
    "half a pair": 'answers: {net_h1: "\\ud800"}',
    "unknown keys": "answers:\n" + "".join(f"  net{i}[1]x: 1\n" for i in range(100_000)),
    "unknown members": "answers:\n  net:\n" + "".join(f"    h{i}x: 1\n" for i in range(100_000)),
    "the same key": "answers:\n" + "".join(f"  net_h1: {i}\n" for i in range(100_000)),
    "many spellings": "answers:\n" + "".join(f"  'new_w1[1,{' ' * i}1]': 1\n" for i in range(80)),
    "long key": f"answers: {{? {'n' * 1_000_000} : 1}}",
    "long tags": f"answers: {{net1@{'1' * 50}: [1, 2]}}",
    "long list": f"answers: {{net1: [{'1, ' * 100_000}]}}",
    "deep mapping": "answers: {net: {h1: {h1: {h1: 1}}}}",
    "two documents": "answers: {}\n---\nanswers: {}\n",
    "scalar": "0.3775",
    "empty key": "answers: {'': 1, ~: 2}",
}


@pytest.mark.slow
@pytest.mark.parametrize("name", HOSTILE)
def test_hostile(name: str) -> None:
    started = time.perf_counter()
    assert refusal(HOSTILE[name])
    assert time.perf_counter() - started < 20


def test_a_huge_number_is_only_unreadable() -> None:
    assert answers(f"answers: {{net_h1: {'9' * 3_000_000}}}").cells["net1[1]"].value is None


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _forms(problem: Problem, typed: dict[tuple[Quantity, Any], str]) -> Iterator[tuple[str, list[str]]]:
    naming = Naming(problem)
    yield "by id", [f"{_quoted(naming.id(q, i))}: {text}" for (q, i), text in typed.items()]
    yield "by label", [f"{_quoted(naming.label(q, i))}: {text}" for (q, i), text in typed.items()]
    groups: dict[str, list[str]] = {}
    stems: dict[str, list[str]] = {}
    lists: list[str] = []
    for (q, i), text in typed.items():
        owner = naming.owner(q, i) or naming.id(q, i)
        tag = "" if not naming.owner(q, i) else (f"@{q.sample}" if q.sample else "") + (f"#{q.step}" if q.step else "")
        groups.setdefault(word(q), []).append(f"{_quoted(owner + tag)}: {text}")
        stems.setdefault(cell_id(q, ()), []).append(f"{_quoted(owner)}: {text}")
    yield "by word", [f"{key}: {{{', '.join(cells)}}}" for key, cells in groups.items()]
    yield "by quantity", [f"{_quoted(key)}: {{{', '.join(cells)}}}" for key, cells in stems.items()]
    for q in dict.fromkeys(q for q, _index in typed):
        if naming.lone(q):
            lists.append(f"{_quoted(naming.label(q, ()))}: {typed[q, ()]}")
            continue
        array = np.array([typed.get((q, i), "~") for i in naming.indices(q)], dtype=object).reshape(naming.shape(q))
        if array.ndim > 1 and problem.conventions.weight_rows == "sending":
            array = array.T
        rows = array.tolist()
        body = ", ".join(f"[{', '.join(row)}]" if isinstance(row, list) else row for row in rows)
        lists.append(f"{_quoted(cell_id(q, ()))}: [{body}]")
    yield "as arrays", lists


@pytest.mark.parametrize("seed", range(40))
def test_every_form_gives_the_same_answers(seed: int) -> None:
    problem = load(random_problem(seed))
    naming, draw = Naming(problem), random.Random(seed)
    given = page(problem).answers  # in part: the rest of such a quantity is asked for
    cells = [
        (q, i) for q in page(problem).recipe for i in naming.indices(q) if q not in given or not given[q][0][i or ...]
    ]
    typed = {cell: f"{draw.uniform(-1, 1):.{draw.randint(0, 6)}f}" for cell in cells}
    expected = {naming.id(q, i): text for (q, i), text in typed.items()}
    for form, lines in _forms(problem, typed):
        sheet = answers("answers:\n" + "".join(f"  {line}\n" for line in lines), problem)
        assert {cell: answer.text for cell, answer in sheet.cells.items()} == expected, form


@pytest.mark.parametrize("name", names())
def test_names_mean_here_what_they_mean_everywhere(name: str) -> None:
    problem = load(name)
    naming, known = Naming(problem), names_of(problem)
    for quantity in page(problem).recipe:
        for index in naming.indices(quantity):
            cell = known.cell(naming.id(quantity, index))
            assert cell == known.cell(naming.label(quantity, index))
            assert cell is not None
            assert cell.id == naming.id(quantity, index)


def test_an_archive_is_no_sheet() -> None:
    with pytest.raises(BptutorError) as refused:
        sheet_in_text(b"PK\x03\x04 a workbook, perhaps", "answers.xlsx")
    (fault,) = refused.value.faults
    assert (fault.message, fault.hint) == (
        "this is an archive, or a workbook that bptutor has not written; expected is a sheet of answers",
        "a text as `bptutor template` writes it, or a workbook of `bptutor worksheet`, with all sheets, as .xlsx",
    )


# A table with a row a sample

TABLE = """step,sample,x1,x2,net_Y,out_Y,w1+,w2+
1,1,0,0,-0.2,0,0.3,-0.1
1,2,0,1,-0.3,0,0.3,-0.1
"""
ROWS = [["step", "sample", "x1", "x2", "net_Y", "out_Y", "w1+", "w2+"]]
ROWS += [["1", "1", "0", "0", "-0.2", "0", "0.3", "-0.1"], ["1", "2", "0", "1", "-0.3", "0", "0.3", "-0.1"]]


def test_a_table_with_a_row_a_sample_is_read_as_yaml_and_as_csv(tmp_path: Path) -> None:
    problem, written = load("and-perceptron"), tmp_path / "table.csv"
    expected = {"net1[1]@1#1": -0.2, "out1[1]@1#1": 0, "new_w1[1,1]@1#1": 0.3, "new_w1[1,2]@1#1": -0.1}
    for text in (TABLE, TABLE.replace(",", ";"), TABLE.replace(",", "\t")):
        written.write_text(text, encoding="utf-8")
        found = {name: typed.value for name, typed in load_answers(written, problem).cells.items()}
        assert found.items() >= expected.items()
        assert len(found) == 8
    sheet = load_answers({"answers": {"table": ROWS}}, problem)
    assert {name: typed.value for name, typed in sheet.cells.items()} == found


def test_rows_without_sample_and_step_are_those_of_the_page() -> None:
    table = [["out_Y"], *([out] for out in "00100001")]
    sheet = load_answers({"answers": {"table": table}}, load("and-perceptron"))
    assert sheet.cells["out1[1]@3#1"].value == 1
    assert sheet.cells["out1[1]@4#2"].value == 1


@pytest.mark.parametrize(
    "head",
    [
        "Epoch,x1,x2,Yd,w1,w2,Y,e,w1,w2",  # weights before and after, as in Negnevitsky's table 6.3
        "step,x1,x2,t,w1,w2,output,error,w1+,w2+",
        "iteration,x1,x2,target,w1,w2,y_hat,err,w1+,w2+",
    ],
)
def test_the_columns_of_such_a_table_may_have_the_names_of_books(head: str) -> None:
    lines = [head, "1,0,0,0,0.3,-0.1,0,0,0.3,-0.1", "1,0,1,0,0.3,-0.1,0,0,0.3,-0.1", "1,1,0,0,0.3,-0.1,1,-1,0.2,-0.1"]
    sheet = answers_of(sheet_in_text("\n".join(lines).encode(), "table.csv"), load("and-perceptron"))
    assert not sheet.unread
    assert {name: typed.value for name, typed in sheet.cells.items() if "@3" in name} == {
        "out1[1]@3#1": 1.0,
        "delta1[1]@3#1": -1.0,
        "new_w1[1,1]@3#1": 0.2,
        "new_w1[1,2]@3#1": -0.1,
    }
    assert len(sheet.cells) == 12


def test_what_is_no_row_or_no_cell_of_a_table_is_told() -> None:
    table = [["sample", "step", "out_Y", "noise"], ["1", "1", "0", "7"], ["9", "1", "0", "7"], ["2", "1", "0"]]
    sheet = load_answers({"answers": {"table": table}}, load("and-perceptron"))
    assert list(sheet.cells) == ["out1[1]@1#1"]
    said = [(fault.message, fault.hint) for fault in sheet.unread]
    names = "as many numbers as the first row has names; a sample, and a step, of the problem"
    assert ("row 2 is none of this table", names) in said
    assert ("row 3 is none of this table", names) in said
    assert ("noise is no cell of this problem", "such as net_o1, w1+") in said


def test_the_sheet_of_such_a_problem_is_a_table_that_is_read_back() -> None:
    problem = load("and-perceptron")
    trace = Trace(problem)
    text = "".join(sheet_lines(trace, "and-perceptron", filled=True))
    sheet = answers_of(sheet_in_text(text.encode(), "sheet.yaml"), problem)
    assert check(problem, sheet).as_dict()["score"]["percent"] == 100


@pytest.mark.parametrize("cell", ['"0', "9" * 140_000])
def test_what_no_csv_reader_takes_spoils_no_other_row(cell: str) -> None:
    text = f"sample,x1,x2,y,e\n1,0,0,{cell},0\n2,0,1,0,0\n3,1,0,1,-1\n"
    sheet = answers_of(sheet_in_text(text.encode(), "table.csv"), load("and-perceptron"))
    assert sheet.unread or sheet.cells["out1[1]@1#1"].value is None  # both are told
    assert {name: typed.value for name, typed in sheet.cells.items() if "@3" in name} == {
        "out1[1]@3#1": 1.0,
        "delta1[1]@3#1": -1.0,
    }
