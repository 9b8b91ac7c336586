"""Hostile hand-ins among fifty normal ones: these are graded, those have a row and a reason, and nothing gets out."""

from __future__ import annotations

import csv
import gzip
import io
import json
import os
import re
import zipfile
from html.parser import HTMLParser
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bptutor.cli.app import app
from tests.support.handmade import right
from tests.support.hostile_text import IMAGE, SCRIPT, SVG, read_html, runs_a_script

RIGHT = right("mazur")
TEXTS = {  # what a stranger may be called
    "escape": "\x1b]0;owned\x07\x1b[31mred\x1b[0m\x9b2J",
    "markup": "[bold red]big[/] [link=file:///etc/passwd]x[/link]",
    "formula": "=cmd|' /C calc'!A0",
    "plus": "+1+cmd|' /C calc'!A0",
    "minus": "-2+3",
    "at": "@SUM(1+1)",
    "tab": "\t=1+1",
    "return": "\r=1+1",
    "script": "<script>fetch('http://127.0.0.1:9/x')</script><img src=x onerror=alert(1)>",
    "markdown": "![x](http://127.0.0.1:9/y) [z](javascript:alert(1)) **b** `c` | d",
    "parent": "../../../../escaped",
    "absolute": "/tmp/escaped",
    "device": "CON",
    "stream": "nul.txt",
    "long": "x" * 5000,
    "turned": "\u202egnp.exe",
    "half": "\ud800",
    "new line": "a\n# Owned\n- b",
    "nothing": "\0",
    **{f"tag {place}": text for place, text in enumerate((SCRIPT, IMAGE, SVG))},
}
BAD = {  # what a stranger may hand in
    "brackets.yaml": b"[" * 100_000,
    "bomb.yaml": b"a: &a [x,x]\nb: &b [*a,*a]\nc: [*b,*b]\n",
    "merge.yaml": b"a: &a {b: 1}\nc: {<<: *a}\n",
    "tag.yaml": b"!!python/object/apply:os.system ['touch escaped']\n",
    "large.yaml": b"#" * (1024 * 1024 + 1),
    "bytes.yaml": bytes(range(256)),
    "empty.yaml": b"",
    "json.json": b'{"answers": ' * 50_000,
    "escape.yaml": b'answers: {"\\e[2J": 1}\n',
    "cells.yaml": b"answers: {'=1+1': 1, '<script>': 2}\n",
    "variant.yaml": b"variant: [<script>]\nanswers: {loss: <script>}\n",
}


def sheet(**head: str) -> str:
    return json.dumps({"problem": "/etc/passwd", **head, "answers": RIGHT})


@pytest.fixture(scope="module")
def result(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """The folder of a class, graded, and what was said."""
    base = tmp_path_factory.mktemp("hostile")
    folder = base / "in"
    folder.mkdir()
    for number in range(50):
        (folder / f"s{number}.yaml").write_text(sheet())
    for name, data in BAD.items():
        (folder / name).write_bytes(data)
    (folder / "link.yaml").symlink_to("/etc/passwd")
    (folder / "loop").symlink_to(folder)
    os.mkfifo(folder / "pipe.yaml")
    with (folder / "huge.yaml").open("wb") as file:
        file.truncate(1024**3)
    for text in TEXTS.values():
        if "/" not in text and "\0" not in text and len(text) < 200:
            (folder / os.fsdecode(text.encode("utf-8", "replace") + b".yaml")).write_text(sheet())
    (folder / os.fsdecode(b"\xff\x1b.yaml")).write_text(sheet())
    lines = [{"student": text, "variant": text, "answers": {**RIGHT, "net1[1]": text}} for text in TEXTS.values()]
    (base / "lines.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines))
    table = io.StringIO()
    rows = csv.writer(table)
    rows.writerow(["id", "name", "email", "variant", TEXTS["formula"], TEXTS["script"], *RIGHT])
    for text in TEXTS.values():
        rows.writerow([text, text, text, text, text, text, text, *list(RIGHT.values())[1:]])
    (base / "table.csv").write_bytes(table.getvalue().encode("utf-8", "replace"))
    with zipfile.ZipFile(base / "all.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("../../slip.yaml", sheet())
        archive.writestr("/tmp/slip2.yaml", sheet())
        archive.writestr("bomb2.yaml", b"0" * 200_000_000)
        archive.writestr(f"{TEXTS['formula'].replace('/', '')}_77_assignsubmission_file/a.yaml", sheet())
    (base / "roster.csv").write_text('id,name,email\n"=1+1","<script>alert(1)</script>",@x\ns1,\x1b[31mRed,\n')
    sources = [folder, base / "lines.jsonl", base / "table.csv", base / "all.zip"]
    options = ["--html", "--hint", "4", "--reveal", "--roster", base / "roster.csv", "-o", base / "out"]
    before = names(base)
    done = CliRunner().invoke(app, ["grade", "mazur", *map(str, [*sources, *options])])
    assert done.exit_code == 0, (done.output, done.exception)
    assert {path for path in names(base) - before if not path.startswith("out")} == set()
    return base, done.output


def names(base: Path) -> set[str]:
    return {
        str(Path(place, name).relative_to(base))
        for place, folders, files in os.walk(base)
        for name in [*folders, *files]
    }


def rows(base: Path) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO((base / "out" / "grades.csv").read_text("utf-8"))))


def outputs(base: Path) -> list[Path]:
    return sorted(path for path in (base / "out").rglob("*") if path.is_file())


def test_the_others_are_graded(result: tuple[Path, str]) -> None:
    found = {row["id"]: row["score"] for row in rows(result[0])}
    assert all(found[f"s{number}"] == "47" for number in range(50))


@pytest.mark.parametrize("name", [*BAD, "link.yaml", "pipe.yaml", "huge.yaml", "bomb2.yaml", "slip.yaml", "slip2.yaml"])
def test_each_hostile_hand_in_has_its_row_and_its_reason(result: tuple[Path, str], name: str) -> None:
    whose = "tmp" if name == "slip2.yaml" else name.partition(".")[0]  # a folder that no platform made is a student's
    found = {row["id"]: row for row in rows(result[0])}[whose]
    assert found["score"] == ""
    assert found["notes"]
    assert name.replace("_", "\\_") in (result[0] / "out" / "report.md").read_text("utf-8")


def content(path: Path) -> str:
    data = path.read_bytes()
    return (gzip.decompress(data) if path.suffix == ".gz" else data).decode()


def test_nothing_steers_a_screen(result: tuple[Path, str]) -> None:
    base, said = result
    steering = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
    for name, text in [("screen", said), *((str(path), content(path)) for path in outputs(base))]:
        assert not steering.search(text), (name, steering.search(text))


def test_no_cell_is_a_formula(result: tuple[Path, str]) -> None:
    for path in outputs(result[0]):
        if path.suffix == ".csv":
            for row in csv.reader(io.StringIO(path.read_text("utf-8"))):
                for cell in row:
                    assert not re.match(r"\s*[=+\-@]", cell) or re.fullmatch(r"-?[0-9.]+", cell), cell


class Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.add(tag)


@pytest.mark.slow
def test_no_page_runs_or_loads_anything(result: tuple[Path, str], tmp_path: Path) -> None:
    pages = [path.read_text("utf-8") for path in outputs(result[0]) if path.suffix == ".html"]
    assert len(pages) > 60
    for page in pages:
        read_html(page, "p|a")
    assert runs_a_script(f"<html><body>{SCRIPT}</body></html>", tmp_path)  # it would be noticed
    assert not runs_a_script("\n".join(pages), tmp_path)


def test_markdown_shows_what_it_says(result: tuple[Path, str]) -> None:
    pages = [path.read_text("utf-8") for path in outputs(result[0]) if path.suffix == ".md"]
    assert len(pages) > 60
    for text in pages:
        tags = Tags()
        tags.feed(text)
        assert not tags.found
        assert not re.search(r"(?<!\\)\]\(", text)
        assert "\n# Owned" not in text


def test_files_are_named_for_every_system(result: tuple[Path, str]) -> None:
    listed = [path.name for path in (result[0] / "out" / "feedback").iterdir()]
    assert len({name.casefold() for name in listed}) == len(listed)
    for name in listed:
        assert len(name.encode()) < 200
        assert not re.match(r"(con|nul)\.", name, re.IGNORECASE)
        assert not re.search(r'[<>:"/\\|?*\x00-\x1f]|\.\.', name)
