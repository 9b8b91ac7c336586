"""`bptutor worksheet`: one document or a folder of them, what is refused, and what is never written over."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from bptutor.cli.app import app
from bptutor.errors import BptutorError
from bptutor.files.library import FOLDER
from bptutor.files.pdf import programs

SMALL = """title: Small {name}
layers: [2, 1]
activation: sigmoid
learning_rate: 0.5
inputs: [1, {number}]
targets: [1]
weights: [[[0.1, -0.2]]]
biases: [[0.3]]
decimals: 3
"""


def run(*arguments: object) -> Result:
    result = CliRunner().invoke(app, ["worksheet", *map(str, arguments)], catch_exceptions=True)
    if result.exception and not isinstance(result.exception, BptutorError | SystemExit):
        raise result.exception
    return result


def refused(*arguments: object) -> str:
    result = run(*arguments)
    assert isinstance(result.exception, BptutorError), result.output
    return str(result.exception)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "class").mkdir()
    for number, name in enumerate(("a", "b", "c"), 1):
        (tmp_path / "class" / f"{name}.yaml").write_text(SMALL.format(name=name, number=number / 4))
    return tmp_path


def tree(folder: Path) -> list[str]:
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())


def test_markdown_is_printed() -> None:
    result = run("mazur")
    assert result.exit_code == 0
    assert result.stdout.startswith("# Mazur's 2-2-2 network")
    assert result.stdout == run("mazur", "--format", "markdown").stdout


@pytest.mark.parametrize(
    ("ending", "start"),
    [(".md", b"# "), (".html", b"<!DOCTYPE html>"), (".HTM", b"<!DOCTYPE html>"), (".tex", rb"\documentclass")],
)
def test_the_ending_chooses(folder: Path, ending: str, start: bytes) -> None:
    said = run("mazur", "-o", f"x{ending}")
    assert said.stdout == ""
    assert said.stderr == f"Written: x{ending}\nNext: print it; its solution:  bptutor worksheet mazur --key\n"
    assert (folder / f"x{ending}").read_bytes().startswith(start)


def test_any_name_with_a_format(folder: Path) -> None:
    run("mazur", "--format", "latex", "-o", "x.txt")
    assert (folder / "x.txt").read_bytes().startswith(rb"\documentclass")


def test_a_pdf(folder: Path) -> None:
    if not programs():
        pytest.skip("neither a LaTeX engine nor Chromium on this machine")
    result = run("mazur", "--key", "-o", "key.pdf")
    if result.exception and "stopped after" in str(result.exception):
        pytest.skip("the program that makes PDFs took too long")
    assert (folder / "key.pdf").read_bytes().startswith(b"%PDF-")


def test_a_pdf_where_nothing_makes_one(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(folder))
    assert "neither is installed here" in refused("mazur", "-o", "x.pdf")
    assert not (folder / "x.pdf").exists()


def test_nothing_is_written_over(folder: Path) -> None:
    (folder / "x.md").write_text("mine")
    assert "the file already exists" in refused("mazur", "-o", "x.md")
    assert (folder / "x.md").read_text() == "mine"
    assert run("mazur", "-o", "x.md", "--force").exit_code == 0
    assert (folder / "x.md").read_text().startswith("# Mazur")
    assert "there is no folder no" in refused("mazur", "-o", "no/where.md")


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("--key", "--fade", "1"), "--key and --fade cannot go together"),
        (("--variants",), "--variants has no effect without -o"),
        (("--force",), "--force has no effect without -o"),
        (("--roster", "r.csv"), "--roster has no effect without --variants"),
        (("--fade", "-1"), "found --fade -1, expected a number of stages, or all"),
        (("--fade", "1.5"), "found --fade 1.5"),
        (("--fade", "20"), "found --fade 20, and the sheet has 19 stages"),
        (("--format", "pdf"), "a PDF cannot be printed here"),
        (("--format", "html", "-o", "x.tex"), "--format html and a file that ends in .tex cannot go together"),
        (("-o", "x.docx"), "found -o x.docx, expected a name that ends in .md, .html, .tex, .pdf or .xlsx"),
        (("--variants", "-o", "x.html"), "--variants writes a folder, and x.html is the name of a file"),
    ],
)
def test_what_makes_no_sense_is_refused(folder: Path, arguments: tuple[str, ...], says: str) -> None:
    assert says in refused("mazur", *arguments)
    assert tree(folder) == ["class/a.yaml", "class/b.yaml", "class/c.yaml"]


def test_several_problems_are_one_document() -> None:
    text = run("mazur", "macleod", "--key").stdout
    assert re.findall(r"^# (.*)", text, re.MULTILINE) == [
        "Solution: Mazur's 2-2-2 network, the best known worked example",
        "Solution: Hidden deltas from already updated output weights",
    ]


def test_fade(folder: Path) -> None:
    assert run("mazur", "--fade", "0").stdout == run("mazur").stdout
    assert "The first 2 of 19 stages are filled in (up to out1)." in run("mazur", "--fade", "2").stdout
    whole = run("mazur", "--fade", "all").stdout
    filled = re.findall(r"The first (?:(\d+) of 19 stages are|stage of 19 is) filled in", whole)
    assert filled == [*(str(n) for n in range(19, 1, -1)), ""]
    assert whole.count("\n---\n") == 19
    run("mazur", "--fade", "all", "-o", "series.html")
    assert (folder / "series.html").read_text().count('<section class="sheet">') == 20


def test_a_series_in_a_folder(folder: Path) -> None:
    assert run("class/a.yaml", "--fade", "all", "--format", "latex", "-o", "series").exit_code == 0
    assert tree(folder / "series") == ["all.tex", *(f"sheets/a-{n:02}.tex" for n in range(1, 12))]
    assert "filled in" in (folder / "series/sheets/a-01.tex").read_text()
    assert "filled in" not in (folder / "series/sheets/a-11.tex").read_text()


def test_a_folder_of_variants(folder: Path) -> None:
    said = run("class", "--variants", "-o", "out", "--format", "html")
    assert (said.stdout, said.stderr.splitlines()[0]) == ("", "Written: out")
    assert tree(folder / "out") == ["all.html", "sheets/a.html", "sheets/b.html", "sheets/c.html"]
    page = (folder / "out/sheets/b.html").read_text()
    assert "Variant: b" in page
    assert "Small b" in page
    assert (folder / "out/all.html").read_text().count("Variant:") == 3
    assert "something with this name already exists" in refused("class", "--variants", "-o", "out")
    assert run("class", "--variants", "--key", "-o", "out", "--force").exit_code == 0
    assert tree(folder / "out") == ["all.md", "sheets/a.md", "sheets/b.md", "sheets/c.md"]
    (folder / "out" / "mine.txt").write_text("mine")
    assert "the folder has more than results: mine.txt" in refused("class", "--variants", "-o", "out", "--force")
    assert (folder / "out" / "mine.txt").read_text() == "mine"


def test_a_folder_of_variants_as_one_document(folder: Path) -> None:
    assert re.findall(r"Variant: (\w)", run("class").stdout) == ["a", "b", "c"]


def test_a_sheet_for_each_student(folder: Path) -> None:
    (folder / "roster.csv").write_text('id,name,variant\ns1,"Ng, Zoë",b\n../s2,,A\nc,Cem,\n')
    assert run("class", "--variants", "--roster", "roster.csv", "-o", "out").exit_code == 0
    names = [name for name in tree(folder / "out") if name.startswith("sheets/")]
    assert len(names) == 3
    assert {"sheets/s1.md", "sheets/c.md"} < set(names)
    first = (folder / "out/sheets/s1.md").read_text()
    assert "Name: Ng, Zoë (s1) Date:" in first
    assert "# Small b" in first
    assert "# Small a" in next((folder / "out/sheets").glob("*s2-*.md")).read_text()
    assert "# Small c" in (folder / "out/sheets/c.md").read_text()
    assert (folder / "out/all.md").read_text().count("Name:") == 3


def test_a_student_without_a_variant(folder: Path) -> None:
    (folder / "roster.csv").write_text("id,variant\ns1,a\ns2,z\ns3,\n")
    said = refused("class", "--variants", "--roster", "roster.csv", "-o", "out")
    assert "s2 has no variant here, found z" in said
    assert "s3 has no variant here, found none" in said
    assert not (folder / "out").exists()


def test_one_problem_for_a_whole_roster(folder: Path) -> None:
    (folder / "roster.csv").write_text("id\ns1\ns2\n")
    run("mazur", "--variants", "--roster", "roster.csv", "-o", "out")
    assert tree(folder / "out") == ["all.md", "sheets/s1.md", "sheets/s2.md"]


def test_two_variants_of_one_name_get_files_of_their_own(folder: Path) -> None:
    (folder / "other").mkdir()
    (folder / "other" / "A.yaml").write_text(SMALL.format(name="other", number=1))
    run("class/a.yaml", "other/A.yaml", "--variants", "-o", "out")
    assert len(tree(folder / "out")) == 3


def test_a_broken_variant_stops_everything(folder: Path) -> None:
    (folder / "class" / "d.yaml").write_text("layers: [1]\n")
    assert "d.yaml" in refused("class", "--variants", "-o", "out")
    assert not (folder / "out").exists()


def test_all_prints_long_pages() -> None:
    some, every = run("hundred-steps").stdout, run("hundred-steps", "--all").stdout
    assert "the first 600 of 3500 numbers" in some
    assert "of 3500 numbers" not in every
    assert every.count("________") > 3500


def test_in_a_process_of_its_own_and_from_standard_input() -> None:
    command = [sys.executable, "-m", "bptutor", "worksheet", "-", "--format", "html"]
    text = (FOLDER / "macleod.yaml").read_bytes()
    done = subprocess.run(command, input=text, capture_output=True, env={**os.environ, "PYTHONUTF8": "1"}, check=True)
    assert "w₁" not in done.stdout.decode()
    assert "δ = −∂E/∂net" in re.sub("</?span[^>]*>", "", done.stdout.decode())


def test_workbooks_for_a_class_come_back_to_their_students(folder: Path) -> None:
    roster = "id,name,email,variant\ns1,Ada L.,,a\ns2,Bo,,b\n"
    (folder / "roster.csv").write_text(roster)
    made = run("class", "--variants", "--roster", "roster.csv", "--format", "xlsx", "-o", "sheets")
    assert made.exit_code == 0, made.output
    assert tree(folder / "sheets") == ["sheets/s1.xlsx", "sheets/s2.xlsx"]  # and none with both: it would be no hand-in
    keys = run("class", "--variants", "--roster", "roster.csv", "--format", "xlsx", "--key", "-o", "keys")
    assert keys.exit_code == 0, keys.output
    for number, name in enumerate(("s1", "s2")):
        done = folder / f"handed-in-{number}.xlsx"  # whose it is, and which variant, says the file itself
        done.write_bytes((folder / "keys" / "sheets" / f"{name}.xlsx").read_bytes())
    arguments = ["grade", "class", "handed-in-0.xlsx", "handed-in-1.xlsx", "--roster", "roster.csv", "-o", "out"]
    graded = CliRunner().invoke(app, arguments)
    assert graded.exit_code == 0, graded.output
    rows = [line.split(",") for line in (folder / "out" / "grades.csv").read_text().splitlines()[1:]]
    assert [(row[0], row[6]) for row in rows] == [("s1", "100"), ("s2", "100")]


def test_a_workbook_is_a_file_and_has_one_exercise(folder: Path) -> None:
    assert "a workbook is no text" in refused("mazur", "--format", "xlsx")
    assert "found 3 sheets" in refused("class", "-o", "all.xlsx")
    assert "a workbook has one" in refused("mazur", "--fade", "all", "-o", "all.xlsx")
    assert run("mazur", "--fade", "3", "-o", "mazur.xlsx").exit_code == 0
    checked = CliRunner().invoke(app, ["check", "mazur.xlsx"])
    assert checked.exit_code == 1
    assert "cells are blank" in checked.output


def test_without_the_package_it_says_what_to_install(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "xlsxwriter", None)
    assert "pip install 'bptutor[xlsx]'" in refused("mazur", "-o", "mazur.xlsx")
