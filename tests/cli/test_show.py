"""`bptutor show` and the files of `bptutor solve`: what is written, what is opened, what is refused."""

from __future__ import annotations

import webbrowser
from pathlib import Path
from urllib.parse import unquote, urlparse

import pytest
from typer.testing import CliRunner, Result

from bptutor.cli.app import app
from bptutor.errors import BptutorError


def run(*arguments: str) -> Result:
    return CliRunner().invoke(app, [*arguments])


@pytest.fixture(autouse=True)
def _room(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))


@pytest.mark.parametrize("there", [True, False])
def test_show_opens_the_page(monkeypatch: pytest.MonkeyPatch, there: bool) -> None:
    opened = list[str]()

    def open_it(url: str) -> bool:
        opened.append(url)
        return there

    monkeypatch.setattr(webbrowser, "open", open_it)
    result = run("show", "mazur", "--practice", "-d", "6")
    assert result.exit_code == 0, result.output
    (url,) = opened
    path = Path(unquote(urlparse(url).path))
    text = path.read_text("utf-8")
    assert "0.377500" in text
    assert ' id="predict" checked' in text
    assert ("In the browser" if there else "There is no browser here; open") in result.stderr
    assert str(path) in result.stderr


def test_a_page_and_pictures_are_written() -> None:
    result = run("solve", "mazur", "--html", "a.html", "--svg", "a.svg", "--decimals", "3")
    assert result.exit_code == 0, result.output
    assert result.stdout == ""
    assert result.stderr.splitlines() == ["Written: a.html", "Written: a.svg"]
    assert "<output> = 0.378</output>" in Path("a.html").read_text("utf-8")
    assert "net = 0.378" in Path("a.svg").read_text("utf-8")


def test_significant_figures_and_steps() -> None:
    assert run("solve", "mazur", "--html", "a.html", "--sig-figs", "3", "--steps", "2").exit_code == 0
    text = Path("a.html").read_text("utf-8")
    assert '"figures":3' in text
    assert "loss after 2 steps" in text


def test_nothing_is_written_over() -> None:
    Path("a.html").write_text("mine", "utf-8")
    result = run("solve", "mazur", "--html", "a.html")
    assert isinstance(result.exception, BptutorError)
    assert Path("a.html").read_text("utf-8") == "mine"
    assert run("solve", "mazur", "--html", "a.html", "--force").exit_code == 0
    assert len(Path("a.html").read_text("utf-8")) > 1000


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["--practice"], "--practice has no effect without --html"),
        (["--picture", "loss"], "--picture has no effect without --svg or --png"),
        (["--force"], "--force has no effect without --html or --svg or --png"),
        (["--html", "a.html", "--json"], "--html and --json cannot go together"),
        (["--svg", "a.svg", "--explain"], "--svg and --explain cannot go together"),
        (["--html", "a.html", "--samples", "1"], "--html and --samples cannot go together"),
        (["--html", "none/a.html"], "there is no folder none"),
    ],
)
def test_what_is_refused(arguments: list[str], says: str) -> None:
    result = run("solve", "mazur", *arguments)
    assert isinstance(result.exception, BptutorError)
    assert says in str(result.exception)


def test_a_loss_that_is_not_there() -> None:
    result = run("solve", "zhou-forward", "--svg", "a.svg", "--picture", "loss")
    assert isinstance(result.exception, BptutorError)
    assert "needs targets, a learning rate and a loss" in str(result.exception)
