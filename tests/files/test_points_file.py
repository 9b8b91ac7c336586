"""Points in a file of their own: what stands there is read for a problem, or told why not."""

from fractions import Fraction
from pathlib import Path

import pytest

from bptutor.errors import BptutorError
from bptutor.files.library import load
from bptutor.files.points_file import points_document, with_points
from bptutor.points import Charge, Points
from bptutor.problem import Problem


def read(tmp_path: Path, text: str) -> Problem:
    file = tmp_path / "new.yaml"
    file.write_text(text, "utf-8")
    return with_points(load("mazur"), points_document(file))


@pytest.mark.parametrize("text", ["total: 20\nround: 1/2\n", "points:\n  total: 20\n  round: 0.5\n"])
def test_the_key_may_stand_there_or_not(tmp_path: Path, text: str) -> None:
    problem = read(tmp_path, text)
    assert problem.points == Points(total=Fraction(20), round=Fraction(1, 2))
    assert problem.layers == load("mazur").layers


def test_everything(tmp_path: Path) -> None:
    text = (
        "{weights: {delta: 6, delta1: 5}, marks: {repeat: 1, precision: 1/5}, accept: {w5+: [0.36, 0.37], net_h1: 1},"
        " charge: [{cell: δ_o1, number: 0.7, points: 1/2, says: half of it}]}"
    )
    assert read(tmp_path, text).points == Points(
        "stages",
        {"delta": Fraction(6), "delta1": Fraction(5)},
        prices={"repeat": Fraction(1), "precision": Fraction(1, 5)},
        accept={"new_w2[1,1]": (0.36, 0.37), "net1[1]": (1.0,)},
        charge=(Charge("delta2[1]", 0.7, Fraction(1, 2), "half of it"),),
    )


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("[1]", "found a list of 1, expected points: keys such as scheme, weights, total"),
        ("points: {total: 20}\nlayers: [2]", "unknown key layers"),
        ("total: no", "found no, expected a number above 0, at most 1000000"),
        ("weights: {detla: 3}", "detla is not a stage of this problem"),
    ],
)
def test_what_is_no_points(tmp_path: Path, text: str, says: str) -> None:
    with pytest.raises(BptutorError, match=says) as caught:
        read(tmp_path, text)
    (fault,) = caught.value.faults
    assert fault.where.file == str(tmp_path / "new.yaml")
    assert fault.where.line
    assert (
        fault.hint in ("such as total: 20", "only points belong here", "delta", "did you mean delta?")
        or says[:5] == "found"
    )
