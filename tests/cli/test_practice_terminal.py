"""`bptutor practice` in a real terminal: what stands on the screen is in tests/dialogues.

A whole practice with a mistake and two hints is killed in the middle, resumed, left with Ctrl-C, resumed again, and
finished. With BPTUTOR_UPDATE=1 the files are written anew.
"""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from bptutor.practice.drawn import drawn
from bptutor.practice.exercise import exercise
from bptutor.practice.narrowed import narrowed
from bptutor.solution.trace import Trace
from tests.support.practising import SMALL, SMALL_ANSWERS

pytest.importorskip("pty", reason="there are no terminals of this kind here")
from tests.support.terminal import Terminal, plain, same_as, screen

pytestmark = pytest.mark.slow

DIALOGUES = Path(__file__).parent.parent / "dialogues"
COLOUR = re.compile(r"\x1b\[(?:[0-9;]*;)?(?:3[0-8]|4[0-8]|9[0-7]|10[0-7])(?:;[0-9;]*)?m")
PROMPT = r"\n\d+/\d+ [^\n]* = $"
"""A prompt is there when nothing comes after it: what stands below was written before."""
LOOKS: dict[str, tuple[int, dict[str, Any]]] = {
    "80": (80, {"NO_COLOR": "1"}),
    "120": (120, {"NO_COLOR": "1"}),
    "dumb": (80, {"TERM": "dumb"}),
}


@pytest.fixture
def problem(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setenv("BPTUTOR_DATA", str(tmp_path / "data"))
    path = tmp_path / "small.yaml"
    path.write_text(SMALL, encoding="utf-8")
    return str(path)


def sessions(folder: Path) -> list[Path]:
    return sorted((folder / "data" / "practice").iterdir())


@pytest.mark.parametrize("look", LOOKS)
def test_a_practice_that_is_killed_resumed_left_and_finished(look: str, problem: str, tmp_path: Path) -> None:
    columns, env = LOOKS[look]
    right = list(SMALL_ANSWERS)
    parts = []
    with Terminal(["practice", problem], columns, **env) as terminal:
        terminal.until(PROMPT)
        for line in [*right[:4], "help", right[4], right[5], "page", right[6], "-0.0748", "?", "?"]:
            terminal.type(line, PROMPT)
        terminal.press("0.5")  # a line that is not finished when it happens
        terminal.kill()
        parts.append(terminal.received)
    with Terminal(["practice", "--resume"], columns, **env) as terminal:
        terminal.until(PROMPT)
        terminal.type(right[7], PROMPT)
        assert terminal.ended(press="\x03") == 130
        parts.append(terminal.received)
    with Terminal(["practice", "--resume"], columns, **env) as terminal:
        terminal.until(PROMPT)
        terminal.type(right[8], "Finished")
        assert terminal.ended() == 0
        parts.append(terminal.received)
    assert len(sessions(tmp_path)) == 1
    assert not COLOUR.search("".join(parts))
    found = [re.sub(r" = 0?\.?5?\n$", " =\n", screen(part)) for part in parts]  # what was killed may be there or not
    assert all(len(line) <= columns for part in found for line in part.splitlines())
    same_as(DIALOGUES / f"killed-{look}.txt", f"{'~' * 20}\n".join(found))


def test_there_is_colour_where_it_is_wanted(problem: str) -> None:
    with Terminal(["practice", problem]) as terminal:
        terminal.until(PROMPT)
        terminal.type("0.1", PROMPT)
        assert COLOUR.search(terminal.received)


def test_ctrl_d_ends_with_a_sentence_how_to_go_on(problem: str) -> None:
    with Terminal(["practice", problem, "--by", "stage"], NO_COLOR="1") as terminal:
        terminal.until(PROMPT)
        terminal.type("0.1 0.9", PROMPT)
        terminal.press("\x04")
        assert terminal.ended() == 0
        same_as(DIALOGUES / "ctrl-d-80.txt", screen(terminal.received))


def test_a_line_can_be_edited(problem: str) -> None:
    pytest.importorskip("readline", reason="this Python has no line editing")
    with Terminal(["practice", problem], NO_COLOR="1") as terminal:
        terminal.until(PROMPT)
        terminal.type("0.2\x1b[D\x1b[C\x7f1", PROMPT)  # left, right, backspace
        assert "1/9 net_h1 = 0.1  ✓\n" in screen(terminal.received)


def test_nothing_that_is_typed_steers_the_screen(problem: str) -> None:
    with Terminal(["practice", problem], NO_COLOR="1", TERM="dumb") as terminal:
        terminal.until(PROMPT)
        terminal.type("\x16\x1b]0;title\x16\x07", PROMPT)  # Ctrl-V quotes what comes next
        assert "\x1b]0;" not in terminal.received
        assert "cannot be read as a number" in plain(terminal.received)


@pytest.mark.skipif(not shutil.which("tmux"), reason="tmux is not installed")
def test_the_screen_of_tmux_is_the_one_of_the_golden_file(problem: str, tmp_path: Path) -> None:
    """The same first part, in a terminal that others have written."""
    tmux = ["tmux", "-L", f"bptutor-{os.getpid()}", "-f", os.devnull]
    settings = {"BPTUTOR_DATA": str(tmp_path / "data"), "NO_COLOR": "1", "PYTHONUTF8": "1", "LC_ALL": "C.UTF-8"}
    path = os.environ.get("PYTHONPATH")
    words = [f"{key}={value}" for key, value in (settings | ({"PYTHONPATH": path} if path else {})).items()]
    command = shlex.join(["env", "-u", "COLUMNS", *words, sys.executable, "-m", "bptutor", "practice", problem])

    def run(*arguments: str) -> str:
        return subprocess.run([*tmux, *arguments], check=True, capture_output=True, encoding="utf-8").stdout

    def seen(text: str) -> str:
        end = time.monotonic() + 120
        while text not in (found := run("capture-pane", "-p", "-S", "-", "-t", "a")):
            assert time.monotonic() < end, found
            time.sleep(0.1)
        return found

    subprocess.run([*tmux, "-u", "new-session", "-d", "-x", "80", "-y", "24", "-s", "a", command], check=True)
    try:
        run("set-option", "-t", "a", "remain-on-exit", "on")
        seen("1/9 net_h1 =")
        for place, line in enumerate(SMALL_ANSWERS[:4]):
            run("send-keys", "-t", "a", line, "Enter")
            found = seen(f"{place + 2}/9 ")
    finally:
        run("kill-server")
    golden = (DIALOGUES / "killed-80.txt").read_text(encoding="utf-8")
    lines = [line.rstrip() for line in found.strip("\n").splitlines()]
    assert lines[-2:] == ["5/9 net_o1 =", "  from  w5 0.7  out_h1 0.5250  w6 -0.5  out_h2 0.6106  b_o1 0.2"]
    assert golden.startswith("\n".join(lines[:-2]) + "\n")


SIZES = {"80": (80, 24), "120": (120, 40)}
SESSIONS = {
    "easy": (["--level", "easy", "--seed", "7"], 15),
    "focus": (["--level", "easy", "--focus", "omit_hidden_slope", "--seed", "7"], 6),
}


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("name", SESSIONS)
def test_at_each_prompt_all_that_is_needed_is_on_the_screen(name: str, size: str, problem: str) -> None:
    """A whole session of one who makes no mistake, screen by screen: what stands at each prompt, and what scrolled."""
    arguments, asked = SESSIONS[name]
    columns, rows = SIZES[size]
    right = _right_answers(arguments)
    assert len(right) == asked
    screens = []
    with Terminal(["practice", *arguments], columns, rows, NO_COLOR="1") as terminal:
        terminal.until(PROMPT)
        for answer in right[:-1]:
            screens.append(_visible(terminal.received, rows))
            terminal.type(answer, PROMPT)
        screens.append(_visible(terminal.received, rows))
        terminal.type(right[-1], "Finished")
        assert terminal.ended() == 0
        end = screen(terminal.received)
    for place, shown in enumerate(screens, 1):
        (prompt,) = [line for line in shown if line.startswith(f"{place}/{asked} ")]
        assert shown[shown.index(prompt) + 1].startswith("  from  ")
        assert "?" not in "".join(shown[shown.index(prompt) + 1 :])
    scrolled = len(end.splitlines()) - rows
    head = f"{asked} numbers, {len(end.splitlines())} lines, {max(0, scrolled)} of them scrolled away\n"
    pages = ["\n".join(shown) + "\n" for shown in (screens[0], screens[-1])]
    same_as(DIALOGUES / f"{name}-{size}.txt", f"{'-' * columns}\n".join([head, *pages, end]))


def _right_answers(arguments: list[str]) -> list[str]:
    """What the page has for the numbers that a drawn session asks for."""
    options = dict(zip(arguments[::2], arguments[1::2], strict=True))
    problem, cells, _missing = drawn(options["--level"], options.get("--focus", ""), int(options["--seed"]))
    part = narrowed(problem, cells) if cells else problem
    right = {cell.id: cell.text for cell in Trace(part).cells()}
    return [right[item.id] for item in exercise(part).items]


def _visible(text: str, rows: int) -> list[str]:
    return screen(text).splitlines()[-rows:]
