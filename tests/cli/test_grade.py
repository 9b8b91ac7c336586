"""`bptutor grade`, run on small classes; test_output_folder stops it, test_hostile attacks it."""

from __future__ import annotations

import csv
import io
import json
import os
import re
import subprocess
import sys
import zipfile
from pathlib import Path
from urllib.parse import unquote

import pytest
from typer.testing import CliRunner

from bptutor.cli.app import app
from bptutor.errors import BptutorError
from bptutor.files.library import path_of
from tests.support import example_class
from tests.support.canvas_importer import Assignment, Student, imported
from tests.support.handmade import right
from tests.support.moodle_importer import Site
from tests.support.moodle_importer import imported as in_moodle

RIGHT = right("mazur")


def grade(*arguments: object) -> str:
    result = CliRunner().invoke(app, ["grade", *map(str, arguments)])
    if isinstance(result.exception, BptutorError):
        raise result.exception
    assert result.exit_code == 0, result.output
    return result.stdout


def sheet(head: str = "", **changes: str) -> str:
    cells = "".join(f'  "{cell}": {text}\n' for cell, text in (RIGHT | changes).items())
    return f"problem: /etc/passwd\n{head}answers:\n{cells}"


def put(folder: Path, texts: dict[str, str], first: int = 1_000_000) -> Path:
    """The files of a class, each handed in a minute after the one before."""
    for number, (name, text) in enumerate(texts.items()):
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        os.utime(path, (first + 60 * number,) * 2)
    return folder


def grades(out: Path) -> dict[str, dict[str, str]]:
    return {row["id"]: row for row in csv.DictReader(io.StringIO((out / "grades.csv").read_text("utf-8")))}


def scores(out: Path) -> dict[str, str]:
    return {student: row["score"] for student, row in grades(out).items()}


def tree(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


TWO = {"s2.yaml": sheet(), "s10.yaml": sheet(**{"net1[1]": "0.9"}), "broken.yaml": "answers: {"}


def as_csv(rows: dict[str, str], delimiter: str = ",", **changes: str) -> str:
    text = io.StringIO()
    out = csv.writer(text, delimiter=delimiter)
    out.writerow(["id", "notes", *RIGHT])
    for student, cell in rows.items():
        out.writerow([student, "x", *(RIGHT | ({"net1[1]": cell} if cell else {})).values()])
    return text.getvalue()


def test_a_folder(tmp_path: Path) -> None:
    said = grade("mazur", put(tmp_path / "in", TWO), "-o", tmp_path / "out")
    assert scores(tmp_path / "out") == {"broken": "", "s2": "47", "s10": "45.5"}
    assert "not YAML" in grades(tmp_path / "out")["broken"]["notes"]
    files = {path.name for path in (tmp_path / "out").iterdir()}
    assert files == {"grades.csv", "class.json", "class.md", "class.html", "report.md", "feedback", "hand-ins.jsonl.gz"}
    assert {path.name for path in (tmp_path / "out" / "feedback").iterdir()} == {"s2.md", "s10.md", "broken.md"}
    assert json.loads((tmp_path / "out" / "class.json").read_text())["graded"] == 2
    assert "broken.yaml" in (tmp_path / "out" / "report.md").read_text()
    assert "2 students graded" in said


def test_a_zip_a_table_and_lines_earn_the_same(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "all.zip", "w") as archive:
        for name, text in TWO.items():
            archive.writestr(name, text)
    lines = [{"student": "s2", "answers": RIGHT}, {"student": "s10", "answers": RIGHT | {"net1[1]": "0.9"}}]
    (tmp_path / "all.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines))
    (tmp_path / "all.csv").write_text(as_csv({"s2": "", "s10": "0.9"}))
    (tmp_path / "all.tsv").write_text(as_csv({"s2": "", "s10": "0.9"}, "\t"))
    for name in ("all.zip", "all.jsonl", "all.csv", "all.tsv"):
        out = tmp_path / f"{name} out"
        grade("mazur", tmp_path / name, "-o", out)
        assert {student: score for student, score in scores(out).items() if score} == {"s2": "47", "s10": "45.5"}
    assert "x\n" not in (tmp_path / "all.csv out" / "report.md").read_text()
    assert "all.csv: notes" in (tmp_path / "all.csv out" / "report.md").read_text()


def test_several_sources_are_one_class(tmp_path: Path) -> None:
    (tmp_path / "more.csv").write_text(as_csv({"s3": "0.9"}))
    grade("mazur", put(tmp_path / "in", TWO), tmp_path / "more.csv", "-o", tmp_path / "out")
    assert scores(tmp_path / "out") == {"broken": "", "s2": "47", "s3": "45.5", "s10": "45.5"}


def test_variants_by_the_sheet_or_the_roster(tmp_path: Path) -> None:
    text = path_of("mazur").read_text("utf-8")
    put(tmp_path / "variants", {"A.yaml": text, "b.yaml": text.replace("0.05", "0.06")})
    (tmp_path / "roster.csv").write_text("id,name,variant\ns1,One,a\ns2,Two,B\ns3,Three,\ns4,Four,A\n")
    sheets = {"s1.yaml": sheet(), "s2.yaml": sheet(), "s3.yaml": sheet(), "s4.yaml": sheet("variant: b\n")}
    put(tmp_path / "in", sheets | {"s5.yaml": sheet("variant: C\n")})
    grade(tmp_path / "variants", tmp_path / "in", "--roster", tmp_path / "roster.csv", "-o", tmp_path / "out")
    found = grades(tmp_path / "out")
    assert {student: row["variant"] for student, row in found.items()} == dict(
        zip(("s1", "s2", "s3", "s4", "s5"), ("A", "b", "", "b", "C"), strict=True)
    )
    assert found["s1"]["score"] == "47"
    assert found["s2"]["score"] == found["s4"]["score"] != "47"
    assert found["s3"]["notes"] == "the hand-in does not say which variant it answers"
    assert found["s5"]["notes"] == "there is no variant C"
    report = (tmp_path / "out" / "report.md").read_text()
    assert "s5" in report.partition("not in the roster")[2]
    assert "- s4 (Four): s4.yaml: marked as variant b, which it names; the roster says A\n" in report
    assert report.count("marked as variant") == 1


def test_the_roster_knows_names_and_who_is_absent(tmp_path: Path) -> None:
    (tmp_path / "roster.csv").write_text("id;name;email\n7;Zoë Doe;z@x\n8;No One;n@x\n9;An Other;o@x\n")
    # A number of Moodle that is by chance somebody else's id.
    names = ("Zoë Doe_5001_assignsubmission_file/a.yaml", "An Other_8_assignsubmission_file/a.yaml")
    put(tmp_path / "in", dict.fromkeys(names, sheet()))
    said = grade("mazur", tmp_path / "in", "--roster", tmp_path / "roster.csv", "-o", tmp_path / "out")
    found = grades(tmp_path / "out")
    assert list(found) == ["7", "8 (An Other)"]
    assert (found["7"]["name"], found["7"]["email"]) == ("Zoë Doe", "z@x")
    report = (tmp_path / "out" / "report.md").read_text("utf-8")
    assert "- 8 (No One)\n- 9 (An Other)" in report
    assert "2 of the roster handed nothing in." in said


@pytest.mark.parametrize(("keep", "score"), [("newest", "44"), ("first", "45.5"), ("best", "47")])
def test_one_hand_in_a_student_counts(tmp_path: Path, keep: str, score: str) -> None:
    one, two = {"net1[1]": "0.9"}, {"net1[1]": "0.9", "net1[2]": "0.9"}
    sheets = {"1/s1.yaml": sheet(**one), "2/s1.yaml": sheet(), "3/s1.yaml": sheet(**two), "4/s1.yaml": "answers: {"}
    folder = put(tmp_path / "in", sheets)  # of folders beside each other, each would be a student's
    grade("mazur", *sorted(folder.iterdir()), "--keep", keep, "-o", tmp_path / "out")
    assert scores(tmp_path / "out") == {"s1": score}
    report = (tmp_path / "out" / "report.md").read_text("utf-8").partition("set aside")[2]
    assert report.count("\n- s1") == 3
    assert "not YAML" in report


def test_hand_ins_without_a_student_are_all_graded(tmp_path: Path) -> None:
    put(tmp_path / "in", {"answers.yaml": sheet(), "solution.yaml": sheet(**{"net1[1]": "0.9"})})
    grade("mazur", tmp_path / "in", "-o", tmp_path / "out")
    assert (tmp_path / "out" / "grades.csv").read_text().count("\n") == 3
    assert len(list((tmp_path / "out" / "feedback").iterdir())) == 2


def test_which_files_and_ids(tmp_path: Path) -> None:
    put(tmp_path / "in", {"x-s1.txt": sheet(), "x-s2.txt": sheet(), "x.yaml": sheet()})
    grade("mazur", tmp_path / "in", "--glob", "*.txt", "--id-from", r"-(?P<id>s\d)", "-o", tmp_path / "out")
    assert list(scores(tmp_path / "out")) == ["s1", "s2"]
    grade("mazur", tmp_path / "in", "--limit", "0.001", "-o", tmp_path / "small")
    assert "too large" in grades(tmp_path / "small")["x"]["notes"]


@pytest.mark.parametrize("limit", ["inf", "nan", "-1", "1e308"])
def test_a_limit_that_is_no_size_is_refused(limit: str) -> None:
    result = CliRunner().invoke(app, ["grade", "mazur", "in", "-o", "out", "--limit", limit])
    assert result.exit_code == 2
    assert "--limit" in result.output


def test_an_earlier_result_is_replaced_only_by_force(tmp_path: Path) -> None:
    out = tmp_path / "in" / "out"  # where its own class.json could be taken for a sheet
    arguments = ("mazur", put(tmp_path / "in", TWO), "-o", out, "--html", "--hint", 2)
    grade(*arguments)
    before = tree(out)
    with pytest.raises(BptutorError, match="already"):
        grade(*arguments)
    grade(*arguments, "--force")
    assert tree(out) == before
    assert {path.name for path in (tmp_path / "in").iterdir()} == {*TWO, "out"}
    with pytest.raises(BptutorError, match="in the folder for the results"):
        grade("mazur", out / "class.json", "-o", out, "--force")
    (out / "mine.txt").write_text("precious")
    with pytest.raises(BptutorError, match=r"more than results: mine\.txt"):
        grade(*arguments, "--force")


def command(*arguments: object, **env: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "bptutor", "grade", *map(str, arguments)],
        capture_output=True,
        encoding="utf-8",
        timeout=300,
        env={**os.environ, **env},
    )
    assert done.returncode == 0, done.stderr


@pytest.fixture(scope="module")
def many(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A class that takes several chunks, and its results from one worker."""
    folder = tmp_path_factory.mktemp("many")
    texts = {f"s{n}.yaml": sheet(**({"net2[1]": f"0.{n}"} if n % 7 == 0 else {})) for n in range(1100)}
    put(folder / "in", texts | {"bad.yaml": "["})
    (folder / "more.csv").write_text(as_csv({f"t{n}": "" if n % 5 else "0.5" for n in range(300)}))
    grade("mazur", folder / "in", folder / "more.csv", "-o", folder / "out")
    return folder, folder / "out"


@pytest.mark.slow
def test_two_workers_write_the_same_bytes(many: tuple[Path, Path], tmp_path: Path) -> None:
    folder, out = many
    command("mazur", folder / "in", folder / "more.csv", "-o", tmp_path / "out", "--workers", 2)
    assert tree(tmp_path / "out") == tree(out)


@pytest.mark.slow
def test_a_dask_cluster_writes_the_same_bytes(many: tuple[Path, Path], tmp_path: Path) -> None:
    distributed = pytest.importorskip("distributed", reason="needs the extra: pip install 'bptutor[dask]'")
    folder, out = many
    with distributed.LocalCluster(
        n_workers=2, threads_per_worker=1, dashboard_address=None, local_directory=str(tmp_path)
    ) as cluster:
        address = cluster.scheduler_address
        command("mazur", folder / "in", folder / "more.csv", "-o", tmp_path / "out", "--dask", address)
    assert tree(tmp_path / "out") == tree(out)


def test_dask_is_asked_for_only_when_it_is_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(BptutorError, match="--dask needs the package distributed"):
        grade("mazur", put(tmp_path / "in", TWO), "-o", tmp_path / "out", "--dask", "tcp://127.0.0.1:1")
    assert [path.name for path in tmp_path.iterdir()] == ["in"]


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("nazur", "in"), "no such file"),
        (("mazur", "none"), "cannot be read"),
        (("mazur", "in/s2.yaml", "--roster", "none.csv"), "cannot be read"),
        (("mazur", "empty"), "there are no hand-ins"),
        (("mazur", "nobody.csv", "--blanks", "ignore"), "there are no hand-ins"),
        (("mazur", "in", "--canvas", "in/s2.yaml"), "not a gradebook from Canvas"),
        (("mazur", "in", "--moodle", "in/s2.yaml"), "not a grading worksheet"),
        (("mazur", "in", "--id-from", "("), "not a regular expression"),
        (("mazur", "in", "--imprecise", "2"), "expected a fraction"),
        (("mazur", "in", "--html", "--no-feedback"), "cannot go together"),
        (("mazur", "cells.csv"), "no column is a cell"),
    ],
)
def test_what_cannot_be_begun_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: tuple[str, ...], says: str
) -> None:
    put(tmp_path / "in", TWO)
    (tmp_path / "empty").mkdir()
    (tmp_path / "cells.csv").write_text("id,a\n1,2\n")
    (tmp_path / "nobody.csv").write_text("id,net_h1\n")
    monkeypatch.chdir(tmp_path)
    with pytest.raises(BptutorError, match=says):
        grade(*arguments, "-o", "out")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["cells.csv", "empty", "in", "nobody.csv"]


def test_the_class_that_ships_is_the_one_that_is_made() -> None:
    assert {path.name: path.read_bytes() for path in example_class.FOLDER.iterdir()} == example_class.files()


def test_from_a_zip_to_the_gradebooks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(example_class.FOLDER)
    lists = ("--roster", "roster.csv", "--moodle", "worksheet.csv", "--canvas", "canvas.csv")
    said = grade("mazur", "submissions.zip", *lists, "-o", tmp_path / "out")
    assert "7 students graded; 1 hand-in could not be read" in said
    percent = {student: float(row["percent"] or -1) for student, row in grades(tmp_path / "out").items()}
    site = Site("Identifier", "Grade", "Last modified (grade)", "Feedback comments", "Participant ")
    moodle = in_moodle((tmp_path / "out" / "moodle.csv").read_bytes(), site, {str(4101 + n) for n in range(9)}, 10)
    for number in range(7):
        score, record = moodle[str(4101 + number)]
        assert score == pytest.approx(percent[f"s0{number + 1}"] / 10, abs=6e-4)
        assert "of 47 points" in record.feedback
    students = [Student(54101 + n, p[1], f"{p[2]}, {p[1]}", p[0], p[0]) for n, p in enumerate(example_class.PEOPLE)]
    task = Assignment(812, "Backpropagation by hand")
    canvas = imported((tmp_path / "out" / "canvas.csv").read_bytes(), students, [task])
    taken = [float(canvas["scores"][54101 + n][812]) for n in range(7)]
    assert taken == [moodle[str(4101 + n)][0] for n in range(7)]
    assert (canvas["new_students"], canvas["new_assignments"]) == ([], [])
    assert canvas["scores"][54108][812] == canvas["scores"][54109][812] == ""


@pytest.mark.parametrize("form", ["html", "md"])
def test_every_link_of_the_class_page_leads_to_a_file(tmp_path: Path, form: str) -> None:
    sheets = ("Björn Å, Kessler?_5001_assignsubmission_file/a.yaml", "An #1 Other_8_assignsubmission_file/a.yaml")
    put(tmp_path / "in", dict.fromkeys(sheets, sheet()) | {"No One_9_assignsubmission_file/a.yaml": "%PDF-1.7"})
    (tmp_path / "roster.csv").write_text("id,name\n../5001,Björn Å; Kessler?\n8,An #1 Other\n9,No One\n7,Nobody\n")
    options = ["--html"] if form == "html" else []
    said = grade("mazur", tmp_path / "in", "--roster", tmp_path / "roster.csv", "-o", tmp_path / "out", *options)
    page = (tmp_path / "out" / "class.html").read_text("utf-8")
    links = [unquote(link) for link in re.findall('href="([^"]*)"', page)]
    assert {Path(link).suffix for link in links} == {f".{form}", ".md", ".csv"}
    assert len(links) > 4
    assert [link for link in links if not (tmp_path / "out" / link).is_file()] == []
    assert "Nobody (7)" in page
    assert "of the roster handed nothing in." in said
    bare = grade("mazur", tmp_path / "in", "--no-feedback", "-o", tmp_path / "bare")
    assert "roster" not in bare
    assert "feedback/" not in (tmp_path / "bare" / "class.html").read_text("utf-8")
