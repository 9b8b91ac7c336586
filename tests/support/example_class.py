"""The class of eight in examples/class, made once more: what they hand in, and the lists of their teacher.

`python -m tests.support.example_class` writes that folder.
"""

from __future__ import annotations

import csv
import io
import zipfile

import numpy as np

from bptutor.engine.page import page
from bptutor.files.library import load
from bptutor.mistakes.variants import variants
from bptutor.problem import Problem
from tests.support import ROOT
from tests.support.students import Hand, Texts, places, work_out, write
from tests.support.wrong_students import misled

FOLDER = ROOT / "examples" / "class"
PEOPLE = (  # number, first name, last name, the participant of Moodle, how they work
    ("s01", "Ada", "Abel", 4101, "honest"),
    ("s02", "Björn", "Åkesson", 4102, "cut off"),
    ("s03", "Chloé", "Bernard", 4103, "slip"),
    ("s04", "Dmitri", "Ivanov", 4104, "omit_output_slope"),
    ("s05", "Emeka", "Okafor", 4105, "omit_output_slope"),
    ("s06", "Fatima", "El Amrani", 4106, "updated_weights_in_hidden_delta"),
    ("s07", "Grace", "Kim", 4107, "half"),
    ("s08", "Hugo", "Lima", 4108, "broken"),
    ("s09", "Ines", "Moreau", 4109, "absent"),
)


def files() -> dict[str, bytes]:
    """All files of the folder."""
    return {
        "submissions.zip": _zip({_path(*person): _sheet(person[4]) for person in PEOPLE if person[4] != "absent"}),
        "roster.csv": _table(["id", "name", "email"], [[p[0], f"{p[1]} {p[2]}", _email(p[0])] for p in PEOPLE]),
        "worksheet.csv": _worksheet(),
        "canvas.csv": _canvas(),
    }


def _sheet(how: str) -> str:
    problem = load("mazur")
    texts = _texts(problem, how)
    lines = "".join(f'  "{cell}": {text}\n' for cell, text in texts.items())
    return f"answers:\n{lines}" if how != "broken" else "%PDF-1.7\n%scanned\n"  # under the name of a sheet


def _texts(problem: Problem, how: str) -> Texts:
    draw, cells = np.random.default_rng(4), places(problem)
    recipe = page(problem).recipe
    for variant in variants(problem):
        if variant.misconception.id == how:
            return misled(problem, {**recipe, **variant.edit}) or {}
    hand = Hand("cut off" if how == "cut off" else "half up", guard=0 if how == "cut off" else None)
    slips = {(cells[5].quantity, cells[5].at): 1.2429} if how == "slip" else {}  # for 1.2249
    values = work_out(problem, hand, slips=slips)
    assert values
    texts = write(problem, hand, values, draw)
    return dict(list(texts.items())[: len(texts) // 2]) if how == "half" else texts


def _path(_number: str, first: str, last: str, participant: int, _how: str) -> str:
    return f"{first} {last}_{participant}_assignsubmission_file/answers.yaml"


def _email(number: str) -> str:
    return f"{number}@uni.example"


def _zip(sheets: dict[str, str]) -> bytes:
    into = io.BytesIO()
    with zipfile.ZipFile(into, "w") as archive:
        for path, text in sheets.items():
            archive.writestr(zipfile.ZipInfo(path, (2026, 3, 2, 9, 0, 0)), text)
    return into.getvalue()


def _worksheet() -> bytes:
    head = "Identifier|Full name|Email address|Status|Grade|Maximum Grade|Grade can be changed|"
    head += "Last modified (submission)|Last modified (grade)|Feedback comments"
    handed = "Submitted for grading|||10.00|Yes|Monday, 2 March 2026, 9:00 AM|-|"
    nothing = "No submission|||10.00|Yes|-|-|"
    rows = [
        [f"Participant {p[3]}", f"{p[1]} {p[2]}", _email(p[0]), *(nothing if p[4] == "absent" else handed).split("|")]
        for p in PEOPLE
    ]
    return _table(head.split("|"), [[*row[:4], *row[5:]] for row in rows])


def _canvas() -> bytes:
    head = ["Student", "ID", "SIS User ID", "SIS Login ID", "Section", "Backpropagation by hand (812)", "Final Score"]
    points = ["    Points Possible", "", "", "", "", "10.00", "(read only)"]
    rows = [[f"{p[2]}, {p[1]}", str(p[3] + 50_000), p[0], _email(p[0]), "A", "", ""] for p in PEOPLE]
    return _table(head, [points, *rows])


def _table(head: list[str], rows: list[list[str]]) -> bytes:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows([head, *rows])
    return text.getvalue().encode()


if __name__ == "__main__":
    FOLDER.mkdir(parents=True, exist_ok=True)
    for name, data in files().items():
        (FOLDER / name).write_bytes(data)
