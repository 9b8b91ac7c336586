"""PDFs by programs that are here, are not here, fail, or are asked for what they must not do."""

from __future__ import annotations

import shutil
import stat
from pathlib import Path

import pytest

from bptutor.errors import BptutorError
from bptutor.files import pdf as module
from bptutor.files.pdf import Program, pdf, programs

LATEX = r"\documentclass{article}\begin{document}A sheet of paper.%s\end{document}"
HTML = "<!DOCTYPE html><meta charset='utf-8'><p>A sheet of paper.</p>"
TOO_SLOW = "it took too long on this machine"


def only(*names: str) -> list[Program]:
    found = [program for program in programs() if program.name in names]
    if not found:
        pytest.skip(f"none of {', '.join(names)} on this machine")
    return found[:1]


def fake(folder: Path, name: str, script: str) -> Program:
    path = folder / name
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    return Program(name, str(path), ())


@pytest.mark.parametrize(
    "names",
    [("pdflatex",), ("lualatex",), ("xelatex",), ("tectonic",), ("chromium", "chromium-browser", "google-chrome")],
)
def test_each_program_that_is_here(names: tuple[str, ...]) -> None:
    try:
        made = pdf(LATEX % "", HTML, only(*names))
    except BptutorError as error:
        if "stopped after" in error.message:
            pytest.skip(TOO_SLOW)
        raise
    assert made.startswith(b"%PDF-")
    assert b"%%EOF" in made[-1024:]


def test_latex_comes_first_unless_it_lacks_letters(tmp_path: Path) -> None:
    engine, browser = (fake(tmp_path, name, f"echo {name} > sheet.pdf") for name in ("pdflatex", "chromium"))
    assert pdf("", "", [engine, browser]) == b"pdflatex\n"
    assert pdf("", "", [engine, browser], browser_first=True) == b"chromium\n"
    assert pdf("", "", [engine], browser_first=True) == b"pdflatex\n"


def test_where_nothing_is_installed() -> None:
    assert programs(lambda _name: None) == []
    with pytest.raises(BptutorError) as caught:
        pdf(LATEX, HTML, [])
    assert caught.value.message == "a PDF needs a LaTeX engine or Chromium, and neither is installed here"
    assert caught.value.hint == (
        "on Debian: apt install texlive-latex-recommended texlive-pictures, or chromium; or --format html, and print the page from any browser"  # noqa: E501
    )


def test_a_program_that_fails_makes_room_for_the_next(tmp_path: Path) -> None:
    broken = fake(tmp_path, "pdflatex", "echo 'This is TeX'; echo '! No such font.'; exit 1")
    silent = fake(tmp_path, "lualatex", "exit 0")
    works = fake(tmp_path, "chromium", "echo made > sheet.pdf")
    assert pdf("", "", [broken, silent, works]) == b"made\n"
    with pytest.raises(BptutorError) as caught:
        pdf("", "", [broken, silent, Program("gone", str(tmp_path / "gone"), ())])
    assert caught.value.message == (
        "no PDF could be made (pdflatex: ! No such font.; lualatex: it said nothing; gone: No such file or directory)"
    )
    assert caught.value.hint == "--format html, and print the page from any browser"


def test_a_program_that_does_not_end_is_stopped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_LONGEST", 0.2)
    with pytest.raises(BptutorError, match=r"pdflatex: stopped after 0\.2 seconds"):
        pdf("", "", [fake(tmp_path, "pdflatex", "exec sleep 30")])


def test_tables_that_ask_for_another_pass_get_it(tmp_path: Path) -> None:
    script = "echo x >> sheet.pdf; test $(wc -l < sheet.pdf) -lt 2 && echo 'Rerun LaTeX.'; exit 0"
    assert pdf("", "", [fake(tmp_path, "pdflatex", script)]) == b"x\nx\n"


def test_nothing_is_left_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    (tmp_path / "bin").mkdir()
    pdf("", "", [fake(tmp_path / "bin", "pdflatex", "echo x > sheet.pdf")])
    assert [path.name for path in tmp_path.iterdir()] == ["bin"]


def test_latex_opens_no_other_file_and_runs_no_program(tmp_path: Path) -> None:
    secret = tmp_path / "secret.tex"
    secret.write_text("The secret.")
    with pytest.raises(BptutorError):
        pdf(LATEX % rf"\input{{{secret}}}", HTML, only("pdflatex"))
    target = tmp_path / "ran"
    pdf(LATEX % rf"\immediate\write18{{touch {target}}}", HTML, only("pdflatex"))
    assert not target.exists()


def test_the_names_of_the_programs_are_looked_up_in_this_order() -> None:
    found = [program.name for program in programs(lambda name: f"/bin/{name}")]
    assert found[:4] == ["pdflatex", "lualatex", "xelatex", "tectonic"]
    assert all(shutil.which(program.name) == program.path for program in programs())
