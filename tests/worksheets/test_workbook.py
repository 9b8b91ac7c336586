"""Exercises as workbooks: what stands in them, what must not, and what LibreOffice makes of them."""

from __future__ import annotations

import io
import re
import zipfile
from dataclasses import replace
from decimal import ROUND_HALF_UP, Decimal
from html import unescape
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import numpy as np
import pytest

from bptutor.engine.parts import asked
from bptutor.errors import BptutorError
from bptutor.files.library import load, names
from bptutor.marking.accepted import accepted
from bptutor.mistakes.variants import variants
from bptutor.solution.trace import Trace
from bptutor.worksheets.cell_names import cell_names, name_of
from bptutor.worksheets.judged_cells import fingerprints
from bptutor.worksheets.sheet import Worksheet, worksheet
from bptutor.worksheets.workbook import workbook
from tests.support.random_problems import random_problem
from tests.support.spreadsheets import (
    OFFICE,
    by_name,
    cells,
    changed,
    filled_in,
    verdicts,
    without_values,
    worked_out,
)
from tests.support.students import honest
from tests.support.wrong_students import misled

needs_office = pytest.mark.skipif(OFFICE is None, reason="no LibreOffice (soffice) here to work the formulas out")

# Excel: letters, digits and _, at most 255, no digit first; and no cell (A1 to XFD1048576, R1C1).
EXCEL_NAME = re.compile(r"(?!(?:[A-Za-z]{1,3}[0-9]+|[rR][0-9]*(?:[cC][0-9]*)?|[cC][0-9]*)$)[^\W\d]\w{0,254}")


def sheet_of(name: str | dict[str, Any], **options: Any) -> Worksheet:
    return worksheet(Trace(load(name)), **options)


def texts(data: bytes) -> str:
    """All that stands in the file."""
    with zipfile.ZipFile(io.BytesIO(data)) as book:
        return "\n".join(book.read(name).decode() for name in book.namelist())


def right_numbers(sheet: Worksheet) -> dict[str, str]:
    """The numbers of the page as the exercise wants them, by id."""
    masks = asked(sheet.trace.problem)
    shown = sheet.trace.cells(sheet.quantities)
    return {
        cell.id: cell.text for cell in shown if masks[cell.quantity][cell.at or (0,) * masks[cell.quantity].ndim].all()
    }


def formulas(data: bytes) -> dict[str, str]:
    """The formula of each named cell."""
    with zipfile.ZipFile(io.BytesIO(data)) as book:
        pages = re.findall(r'<sheet name="([^"]+)" sheetId="(\d+)"', book.read("xl/workbook.xml").decode())
        parts = {name: book.read(f"xl/worksheets/sheet{number}.xml").decode() for name, number in pages}
        named = re.findall(
            r'<definedName name="(\w+)">(\'[^\']+\'|\w+)!\$([A-Z]+)\$(\d+)<', book.read("xl/workbook.xml").decode()
        )
    found = {}
    for name, page, column, row in named:
        if match := re.search(rf'<c r="{column}{row}"[^>]*><f>([^<]*)</f>', parts[page.strip("'")]):
            found[name] = unescape(match[1])
    return found


def test_formulas_read_as_the_page() -> None:
    found = formulas(workbook(sheet_of("mazur", key=True)))
    assert found["net_h1"] == "w_1*i_1+w_2*i_2+b_1"
    assert found["out_h1"] == "1/(1+EXP(-net_h1))"
    assert found["delta_o1"] == "error_o1*slope_o1"
    assert found["dE_dw5"] == "delta_o1*out_h1"
    assert found["step_w5"] == "-eta*dE_dw5"
    assert found["w5_new"] == "w_5+step_w5"
    assert found["net_h1_new"] == "w1_new*i_1+w2_new*i_2+b1_new"  # not asked for, but needed


def test_a_key_has_the_values_beside_its_formulas() -> None:
    sheet = sheet_of("mazur", key=True)
    found = by_name(workbook(sheet))
    for name, cell in cells(sheet).items():
        assert float(found[name]) == pytest.approx(cell.value, rel=1e-14)


@pytest.mark.parametrize("name", names())
def test_every_name_is_one_that_excel_takes(name: str) -> None:
    found = [cell.name for cell in cells(sheet_of(name, key=True)).values()]
    assert all(EXCEL_NAME.fullmatch(one) for one in found)
    assert len({one.casefold() for one in found}) == len(found)


@pytest.mark.parametrize(
    "label",
    [
        "w1",
        "NET1",
        "xfd1048576",
        "r",
        "C",
        "R1C1",
        "rc",
        "r2",
        "1",
        "",
        "=1+1",
        "a b",
        "δ",
        "隐1",
        "𝒘",
        "true",
        "x" * 300,
        "²",
    ],
)
def test_labels_become_names(label: str) -> None:
    assert EXCEL_NAME.fullmatch(name_of(label))
    assert name_of(label).casefold() != "true"


def test_names_that_differ_in_capitals_alone_are_kept_apart() -> None:
    keys = {
        "layers": [2, 1],
        "activation": "sigmoid",
        "inputs": [1, 2],
        "weights": [[[0.1, 0.2]]],
        "labels": {"inputs": ["a", "A"]},
    }
    trace = Trace(load(keys))
    found = cell_names(trace.naming, [(q, at) for q in trace.page.given for at in trace.naming.indices(q)], ["student"])
    assert len({name.casefold() for name in found.values()}) == len(found)


@pytest.mark.parametrize("name", ["mazur", "nnfs", "habr-momentum", "softmax-lab", "union", "one-neuron"])
def test_no_expected_value_stands_in_the_workbook_of_a_student(name: str) -> None:
    sheet = sheet_of(name)
    text = texts(workbook(sheet))
    given = {f"{value:.15g}" for q in sheet.trace.page.given for value in np.ravel(sheet.trace.values(q)).tolist()}
    values = [cell.value for cell in sheet.trace.cells(sheet.quantities)]
    numbers = {float(found) for found in re.findall(r"<v>(-?[\d.eE+-]+)</v>", text)}
    told = {value for value in values if value in numbers and not value.is_integer() and f"{value:.15g}" not in given}
    assert told == set()
    shown = {cell.text for cell in sheet.trace.cells(sheet.quantities) if len(cell.text.lstrip("-0.")) > 3}
    page = text.partition("<definedName")[0] + "".join(re.findall(r"<f>[^<]*</f>|<si>.*?</si>|<formula>[^<]*", text))
    assert [one for one in shown if one in page and one not in "".join(given)] == []


def test_filled_in_stages_have_formulas_and_the_others_none() -> None:
    found = formulas(workbook(sheet_of("mazur", filled=2)))
    assert {"net_h1", "net_h2", "out_h1", "out_h2"} <= found.keys()
    assert "net_o1" not in found


def test_a_title_that_begins_like_a_formula_stays_text() -> None:
    problem = replace(load("mazur"), title="=1+1", source='=HYPERLINK("http://x")', notes="@x")
    data = workbook(worksheet(Trace(problem)))
    assert "<si><t>=1+1</t></si>" in texts(data)
    assert 'quotePrefix="1"' in texts(data)
    assert not any("HYPERLINK" in one for one in re.findall(r"<f>([^<]*)</f>", texts(data)))


def test_labels_of_strangers_are_texts_and_their_names_are_names() -> None:
    labels = {"inputs": ["=cmd|'/C'!A0", "<b>&amp;"], "units": [["R1C1", "-2+3"], ["judged"]]}
    keys: dict[str, Any] = {
        "layers": [2, 2, 1],
        "activation": "sigmoid",
        "inputs": [1, 2],
        "targets": [1],
        "learning_rate": 1,
    }
    keys |= {"weights": [[[0.1, 0.2], [0.3, 0.4]], [[0.5, 0.6]]], "labels": labels}
    sheet = sheet_of(keys, key=True)
    data = workbook(sheet)
    assert all(EXCEL_NAME.fullmatch(cell.name) for cell in cells(sheet).values())
    assert "<t>=cmd|'/C'!A0</t>" in texts(data)
    assert not [one for one in formulas(data).values() if "!" in one]
    for name in zipfile.ZipFile(io.BytesIO(data)).namelist():
        ElementTree.fromstring(zipfile.ZipFile(io.BytesIO(data)).read(name))


def test_points_are_said_where_they_are_wanted() -> None:
    with_points = texts(workbook(sheet_of("mazur", points=True)))
    assert "<t>Points: 47</t>" in with_points
    assert re.search("<t>Forward pass: net1: [^<]*points", with_points)
    assert "Points:" not in texts(workbook(sheet_of("mazur")))


def test_the_same_exercise_gives_the_same_bytes() -> None:
    assert workbook(sheet_of("mazur")) == workbook(sheet_of("mazur"))


def test_a_formula_that_no_spreadsheet_takes_is_refused() -> None:
    keys: dict[str, Any] = {
        "layers": [400, 1],
        "activation": "sigmoid",
        "inputs": [0.5] * 400,
        "weights": [[[0.1] * 400]],
    }
    workbook(sheet_of(keys))  # there is no formula in it
    keys["labels"] = {"inputs": [f"input_number_{n}" for n in range(400)]}
    with pytest.raises(BptutorError, match="too long for a spreadsheet"):
        workbook(sheet_of(keys, key=True))


def test_several_steps_are_rows_with_a_chart() -> None:
    keys = dict(random_problem(3)) | {"steps": 4, "decimals": 4}
    text = texts(workbook(sheet_of(keys, key=True, everything=True)))
    assert "<c:lineChart>" in text
    assert "step 4" in text


def test_what_is_accepted_alone_is_what_check_accepts() -> None:
    found = accepted(load("mazur"))
    assert found["net1[1]"] == (3775,)
    assert {7513, 7514} <= set(found["out2[1]"])
    assert 4000 not in found["new_w2[1,1]"]  # the old weight
    assert 0 not in found["grad_w1[1,1]"]


def test_fingerprints_tell_numbers_apart() -> None:
    right = fingerprints([3775], "salt")
    assert sum(fingerprints([unit], "salt") == right for unit in range(-100_000, 100_000)) <= 2
    assert fingerprints([3775], "other salt") != right


@needs_office
@pytest.mark.slow
def test_libreoffice_finds_what_the_engine_finds(tmp_path: Path) -> None:
    """With every stored value spoilt, so that it is the formulas that are read; a few of `instruments.workbooks`."""
    sheets = {name: sheet_of(name, key=True, everything=True) for name in ("mazur", "relu-softmax", "habr-momentum")}
    even = dict(random_problem(5)) | {"decimals": 4}
    even["conventions"] = even["conventions"] | {"rounding": "carry", "ties": "half_even"}
    sheets["half-even"] = sheet_of(even, key=True, everything=True)
    files = [tmp_path / f"{name}.xlsx" for name in sheets]
    for file in files:
        file.write_bytes(without_values(workbook(sheets[file.stem])))
    for file, done in zip(files, worked_out(files, tmp_path), strict=True):
        found = by_name(done.read_bytes())
        for name, cell in cells(sheets[file.stem]).items():
            assert float(found[name]) == pytest.approx(cell.value, rel=1e-9, abs=1e-9), f"{file.stem}: {name}"


@needs_office
@pytest.mark.slow
def test_cells_turn_green_or_amber(tmp_path: Path) -> None:
    sheet = sheet_of("mazur")
    numbers: dict[str, float | str] = {cell: float(text) for cell, text in right_numbers(sheet).items()}
    wrong = numbers | {"net1[1]": 0.3776, "out1[1]": "0,5933", "delta2[2]": 0.0381, "loss": 1e300, "new_w2[1,1]": 0.4}
    typed = wrong | {"net1[2]": "=w_3*i_1+w_4*i_2+b_1", "out1[2]": "=1/(1+EXP(-net_h2))"}
    del typed["new_w2[2,2]"]
    for name, filled in {"right": numbers, "wrong": typed}.items():
        (tmp_path / f"{name}.xlsx").write_bytes(filled_in(workbook(sheet), filled))
    right, astray = worked_out([tmp_path / "right.xlsx", tmp_path / "wrong.xlsx"], tmp_path)
    assert set(verdicts(right.read_bytes()).values()) == {"1"}
    found = verdicts(astray.read_bytes())
    assert {cell for cell, verdict in found.items() if verdict == "0"} == {
        "net1[1]",
        "out1[1]",
        "delta2[2]",
        "loss",
        "new_w2[1,1]",
    }
    assert found["new_w2[2,2]"] == ""
    assert found["net1[2]"] == found["out1[2]"] == "1"
    (page,) = worked_out([astray], tmp_path, "html")
    text = page.read_text("utf-8", "replace")
    colours = {
        shown: colour for colour, shown in re.findall(r'<td[^>]*bgcolor="(#\w+)"[^>]*><font[^>]*>([^<]*)<', text)
    }
    assert (colours["0.5969"], colours["0.3776"], colours["0,5933"]) == ("#C6E0B4", "#FFD966", "#FFD966")


def test_spoilt_values_are_spoilt() -> None:
    """The instrument's own tool: without it LibreOffice could show what was stored."""
    spoilt = without_values(workbook(sheet_of("mazur", key=True)))
    assert {found for name, found in by_name(spoilt).items() if name in formulas(spoilt)} == {"7"}
    assert changed(spoilt, lambda _name, text: text) == spoilt


def test_honest_numbers_are_green_and_mistakes_amber() -> None:
    """Of those who round, whatever they round on the way; and where a mistake of the table first shows."""
    green, amber = [], []
    for seed in range(60):
        if (found := honest(seed)) and found[1].mode != "cut off":
            problem, _hand, texts_ = found
            right = accepted(problem)
            green += [
                _in_units(text, problem.decimals) in right[cell] for cell, text in texts_.items() if cell in right
            ]
    problem = load("mazur")
    right, honest_texts = accepted(problem), right_numbers(sheet_of("mazur"))
    for variant in variants(problem):
        wrong = misled(problem, {**Trace(problem).page.recipe, **variant.edit})
        first = next(
            (c for c, text in (wrong or {}).items() if c in honest_texts and _far(text, honest_texts[c])), None
        )
        if wrong and first:
            amber.append(_in_units(wrong[first], problem.decimals) not in right[first])
    assert len(green) > 2000
    assert sum(green) >= 0.999 * len(green)
    assert len(amber) > 50
    assert sum(amber) >= 0.98 * len(amber)


def _in_units(text: str, decimals: int) -> int:
    return int(Decimal(text.replace("−", "-")).scaleb(decimals).to_integral_value(ROUND_HALF_UP))


def _far(one: str, other: str) -> bool:
    return abs(Decimal(one) - Decimal(other)) > Decimal("0.00015")
