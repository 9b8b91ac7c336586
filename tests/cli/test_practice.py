"""`bptutor practice` in a pipe: answers come in, one a line, and plain text goes out."""

from __future__ import annotations

import errno
import io
import os
import re
import signal
import subprocess
import sys
from fractions import Fraction
from pathlib import Path
from typing import NamedTuple

import pytest

from bptutor.cli.app import main
from bptutor.files.library import load
from bptutor.files.session_log import Log, newest_unfinished
from bptutor.files.sessions import Line, Setting
from bptutor.practice.drawn import LEVELS
from bptutor.solution.trace import Trace
from tests.support.practising import SMALL, SMALL_ANSWERS
from tests.support.terminal import same_as

DIALOGUES = Path(__file__).parent.parent / "dialogues"
ESCAPE = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f]")


@pytest.fixture(autouse=True)
def small(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setenv("BPTUTOR_DATA", str(tmp_path / "data"))
    path = tmp_path / "small.yaml"
    path.write_text(SMALL, encoding="utf-8")
    return str(path)


class Done(NamedTuple):
    """How a run ended."""

    returncode: int
    stdout: str
    stderr: str


def run(*arguments: str, typed: str | bytes = "", **env: str) -> Done:
    """`bptutor practice` in this process, since a new one takes longer to begin than to answer."""
    streams = [io.TextIOWrapper(io.BytesIO(data), encoding="utf-8") for data in (_bytes(typed), b"", b"")]
    with pytest.MonkeyPatch.context() as patch:
        for name, stream in zip(("stdin", "stdout", "stderr"), streams, strict=True):
            patch.setattr(sys, name, stream)
        for key, value in env.items():
            patch.setenv(key, value)
        patch.setattr(sys, "argv", ["bptutor", "practice", *arguments])
        before = signal.getsignal(signal.SIGINT)
        try:
            main()
            status: object = 0
        except SystemExit as end:
            status = end.code or 0
        finally:
            signal.signal(signal.SIGINT, before)
    texts = []
    for stream in streams[1:]:
        stream.flush()
        texts.append(stream.buffer.getvalue().decode())
    assert isinstance(status, int)
    return Done(status, *texts)


def _bytes(typed: str | bytes) -> bytes:
    return typed.encode() if isinstance(typed, str) else typed


def lines(*typed: str) -> str:
    return "".join(f"{line}\n" for line in typed)


def files(tmp_path: Path) -> list[Path]:
    return sorted((tmp_path / "data" / "practice").iterdir())


def test_a_whole_practice(small: str) -> None:
    typed = lines("0.1", "given", "0.45", "?", "formula", "0,525", "!", "net_h1", "0.2622", "<", "", "0.5652", "0.1069")
    done = run(small, typed=typed + lines("-0.1069", "", "0.0127", "<", "-0.0187"))
    assert (done.returncode, done.stderr) == (0, "")
    assert not ESCAPE.search(done.stdout)
    same_as(DIALOGUES / "whole-pipe.txt", done.stdout)


def test_a_practice_by_stages(small: str) -> None:
    done = run(small, "--by", "stage", typed=lines("0.1 0.45", "0.525 0.7", "0.6106", "0.2622", "page", "help"))
    assert (done.returncode, done.stderr) == (0, "")
    same_as(DIALOGUES / "stages-pipe.txt", done.stdout)


def test_the_exit_status_does_not_depend_on_the_score(small: str) -> None:
    assert run(small, typed=lines(*SMALL_ANSWERS)).returncode == 0
    assert run(small, typed=lines(*["9"] * 4, *[""] * 20)).returncode == 0
    assert run(small, typed=lines("0.1", "quit")).returncode == 0
    assert run(small).returncode == 0
    assert run("no-such-problem").returncode == 2


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["-"], "cannot both be standard input"),
        (["mazur", "--level", "easy"], "PROBLEM and --level cannot go together"),
        (["mazur", "--seed", "3"], "PROBLEM and --seed cannot go together"),
        (["--resume", "--history"], "--resume and --history cannot go together"),
        (["--resume", "mazur"], "--resume and PROBLEM cannot go together"),
        (["--history", "--by", "cell"], "--history and --by cannot go together"),
        (["--focus", "omit_hiden_slope"], "did you mean omit_hidden_slope?"),
        (["--resume"], "there is no session to go on with"),
        (["--level", "nightmare"], "nightmare"),
        (["--resume", "--cells", "net"], "--resume and --cells cannot go together"),
        (["mazur", "--cells", "nets"], "--cells nets, expected words of quantities"),
        (["mazur", "--only", "net", "--layer", "3"], "--layer 3, expected 0, 1, 2"),
    ],
)
def test_what_cannot_be_done_is_said(arguments: list[str], message: str, tmp_path: Path) -> None:
    done = run(*arguments)
    assert done.returncode == 2
    assert message in " ".join(done.stderr.split())
    assert not (tmp_path / "data").exists()


def test_the_same_seed_asks_the_same(tmp_path: Path) -> None:
    options = ("--level", "exam", "--seed", "7", "--focus", "one_path")
    first, second, other = run(*options), run(*options), run(*options[:2], "--seed", "8")
    assert first.stdout == second.stdout != other.stdout
    assert "bptutor practice --level exam --seed 7 --focus one_path\n" in first.stdout


def test_without_a_problem_one_is_drawn_and_can_be_drawn_again() -> None:
    first = run(typed=lines("quit"))
    (command,) = re.findall(r"The same problem again: +bptutor practice (.*)", first.stdout)
    assert run(*command.split(), typed=lines("quit")).stdout == first.stdout


def test_a_resumed_session_is_that_of_one_who_never_left(small: str, tmp_path: Path) -> None:
    typed = ["0.1", "0.9", "?", "", "0.525", "<", "<", "0.45", "0.6106", "0.2622", "0.56", "0.5652", "-0.1", "!"]
    whole = run(small, typed=lines(*typed, "0.5", "-0.0187", "0.0127"))
    for path in files(tmp_path):
        path.unlink()
    run(small, typed=lines(*typed[:3]))
    for part in (typed[3:6], typed[6:7], typed[7:11], typed[11:]):
        assert run("--resume", typed=lines(*part)).returncode == 0
    Path(small).write_text("layers: [1, 1]\n")  # the session has the problem
    last = run("--resume", typed=lines("0.5", "-0.0187", "0.0127"))
    assert len(files(tmp_path)) == 1
    assert last.stdout.partition("Finished")[2] == whole.stdout.partition("Finished")[2] != ""
    assert run("--resume").returncode == 2


def test_a_drawn_problem_is_resumed_as_it_was(tmp_path: Path) -> None:
    first = run("--level", "hard", "--seed", "4", typed=lines("0.1"))
    second = run("--resume")
    assert first.stdout.startswith("A 3-3-2-2 network\n")
    assert second.stdout.startswith(first.stdout.partition("\nForward pass")[0])
    assert re.search(r"^Going on: \d of 47 done, ", second.stdout, re.MULTILINE)


RESUMED = {
    "cells": (
        ["mazur", "--cells", "delta,new_w", "--layer", "2"],
        ["0.1385", "0.3", "?", "-0.0381", "<", "0.3589", "!"],
    ),
    "only by stage": (["mazur", "--only", "out,delta", "--by", "stage"], ["0.5933 0.6", "~ 0.5969", "!", "0.1 -0.2"]),
    "focus": (["--focus", "omit_hidden_slope", "--seed", "7"], ["0.0249", "?", "?", "0.0057", "0.0771", "", "!"]),
    "drawn by stage": (["--seed", "7", "--by", "stage"], ["0.48 0.84", "0.6177 0.7", "0.6985", "formula", "0.9059"]),
}


@pytest.mark.parametrize("name", RESUMED)
def test_after_every_line_a_session_goes_on_as_if_nobody_had_left(name: str, tmp_path: Path) -> None:
    """Each of two lines in a row is typed into a session of its own; what stands there is what stands without."""
    arguments, typed = RESUMED[name]
    whole = run(*arguments, typed=lines(*typed))
    *_begin, last = whole.stdout.split("\nSo far:")
    for path in files(tmp_path):
        path.unlink()
    parts = [run(*arguments, typed=lines(typed[0]))] + [run("--resume", typed=lines(line)) for line in typed[1:]]
    assert [part.returncode for part in parts] == [0] * len(typed)
    assert len(files(tmp_path)) == 1
    assert parts[-1].stdout.rpartition("\nSo far:")[2] == last
    prompts = [re.findall(r"^\d+/\d+ .* = |^  from .*|^  given .*", part.stdout, re.MULTILINE) for part in parts]
    asked = re.findall(r"^\d+/\d+ .* = ", whole.stdout, re.MULTILINE)
    assert [prompt for part in prompts for prompt in part[-1:]] == asked[1:]


def test_cells_are_those_of_template_and_what_stands_above_is_given() -> None:
    text = run("mazur", "--cells", "delta").stdout
    assert "given   out_h1 = 0.5933  out_h2 = 0.5969  out_o1 = 0.7514  out_o2 = 0.7729\n" in text
    assert "4 numbers with 4 decimals, about 3 minutes." in text
    assert "  from  out_o1 0.7514  t_o1 0.01\n  error = out − t on this page, not t − out\n1/4 δ_o1 = " in text
    assert run("mazur", "--only", "delta").stdout == text


def test_a_session_that_was_judged_otherwise_says_so(small: str, tmp_path: Path) -> None:
    run(small, typed=lines("0.1", "0.45"))
    (path,) = files(tmp_path)
    path.write_text(path.read_text().replace('"done": 2', '"done": 1'), encoding="utf-8")
    done = run("--resume")
    assert "1 numbers were done, now 2 are" in done.stderr
    assert "3/9 out_h1 = " in done.stdout


def test_the_lengths_that_the_help_names_are_those_of_the_levels() -> None:
    sizes = [
        re.findall(r"^(\d+) numbers .*about (\d+) min", run("--level", level, "--seed", "1").stdout, re.MULTILINE)
        for level in LEVELS
    ]
    assert sizes == [[("15", "10")], [("32", "20")], [("47", "30")]]
    assert "15, 32 or 47 numbers, 10, 20 or 30 minutes" in " ".join(run("--help").stdout.replace("│", " ").split())


def test_damage_is_said_and_the_rest_is_used(small: str, tmp_path: Path) -> None:
    run(small, typed=lines("0.1", "0.45"))
    (path,) = files(tmp_path)
    path.write_bytes(path.read_bytes() + b"{oops}\n{half a li")
    done = run("--resume", typed=lines("0.525"))
    assert done.returncode == 0
    assert "line 4 cannot be read and is left out" in done.stderr
    assert "4/9 out_h2 = " in done.stdout
    assert path.read_bytes().count(b"\n") == 5


def test_a_session_with_a_hostile_problem_is_refused(small: str, tmp_path: Path) -> None:
    run(small, typed=lines("0.1"))
    (path,) = files(tmp_path)
    path.write_text(path.read_text().replace("layers: [2, 2, 1]", "layers: " + "[" * 9000), encoding="utf-8")
    done = run("--resume")
    assert done.returncode == 2
    assert "levels deep" in done.stderr
    assert "Traceback" not in done.stderr


def test_where_nothing_can_be_kept_one_can_practise_all_the_same(small: str, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    done = run(small, typed=lines(*SMALL_ANSWERS), BPTUTOR_DATA=str(tmp_path / "file"))
    assert done.returncode == 0
    assert "this session cannot be kept" in done.stderr
    assert "30 of 30 points" in done.stdout


def test_a_full_disk_is_said_once(small: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_arguments: object) -> int:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(Log, "add", full)
    done = run(small, typed=lines(*SMALL_ANSWERS))
    assert done.returncode == 0
    assert done.stderr.count("this session cannot be kept: No space left on device") == 1
    assert "30 of 30 points" in done.stdout


@pytest.mark.slow
def test_a_process_of_its_own_says_the_same(small: str) -> None:
    command = [sys.executable, "-m", "bptutor", "practice", small]
    env = {**os.environ, "PYTHONUTF8": "1"}
    done = subprocess.run(command, capture_output=True, encoding="utf-8", input=lines("0.1", "?"), env=env)
    assert (done.returncode, done.stdout, done.stderr) == run(small, typed=lines("0.1", "?"))


@pytest.mark.parametrize(
    "typed",
    [b"\xff\xfe\n0.1\n", b"\x00\n", b"0.1\r\n", b"9" * 1_000_000 + b"\n0.1", b"\x1b]0;x\x07\n", "‮0.1\n".encode()],
    ids=["no text", "nul", "crlf", "endless", "escape", "turned"],
)
def test_whatever_is_typed_is_read(typed: bytes, small: str) -> None:
    done = run(small, typed=typed)
    assert (done.returncode, done.stderr) == (0, "")
    assert not ESCAPE.search(done.stdout)
    assert "\u202e" not in done.stdout
    assert len(done.stdout) < 10_000
    state = newest_unfinished()[0]
    assert len(state.lines[0].text) <= 600


def test_a_hostile_problem_is_shown_as_text(tmp_path: Path) -> None:
    path = tmp_path / "hostile.yaml"
    path.write_text(SMALL.replace("A small exercise", '"\\e]0;x\\a[red]title"'), encoding="utf-8")
    done = run(str(path), typed=lines("?", "formula", "!", "page", "given", "\\x1b[2J=3"))
    assert (done.returncode, done.stderr) == (0, "")
    assert not ESCAPE.search(done.stdout)
    assert "[red]title" in done.stdout


def test_nothing_asked_is_said(tmp_path: Path) -> None:
    path = tmp_path / "given.yaml"
    path.write_text(
        "layers: [1, 1]\nactivation: sigmoid\nweights: [[[1]]]\ninputs: [1]\nask: [out]\ngiven: {out1: [0.7]}\n"
    )
    done = run(str(path))
    assert done.returncode == 2
    assert "Traceback" not in done.stderr


def test_history_is_a_table_and_bars_of_all_sessions(small: str) -> None:
    assert run("--history").stdout == "There are no sessions yet: `bptutor practice` begins one.\n"
    run(small, typed=lines(*SMALL_ANSWERS[:7], "-0.0748", "", "0.0534", "0.0127", "<", "-0.0187"))
    run(small, typed=lines(*SMALL_ANSWERS[:7], "-0.0748", "quit"))
    run("--level", "exam", "--seed", "1", typed=lines("9"))
    done = run("--history")
    assert (done.returncode, done.stderr) == (0, "")
    found = re.sub(r"\d{4}-\d\d-\d\d \d\d:\d\d", "2026-05-04 18:30", done.stdout)
    same_as(DIALOGUES / "history-pipe.txt", found)


def test_history_has_no_more_rows_than_a_screen() -> None:
    for number in range(17):
        setting = Setting(SMALL, f"problem-{number}", "cell", "2026-05-04T18:30:00+02:00")
        log = Log.begun(setting._replace(focus="updated_weights_in_hidden_delta"))
        log.add(Line("9", 3700.0, Fraction(0), Fraction(100), 100, 100, ("updated_weights_in_hidden_delta",) * 100))
        log.close()
    text = run("--history").stdout
    assert re.findall(r"problem-\d+", text) == [f"problem-{number}" for number in range(2, 17)]
    assert "2 earlier sessions are not shown." in text
    assert "61 min" in text
    assert max(map(len, text.splitlines())) <= 80


def test_a_mistake_is_worth_practising_and_the_command_asks_it(small: str) -> None:
    text = run(small, typed=lines(*SMALL_ANSWERS[:7], "-0.0748", "-0.0187", "0.0127")).stdout
    (command,) = re.findall(r"^  bptutor practice (.*)$", text, re.MULTILINE)
    assert command == "--level easy --focus omit_hidden_slope"
    assert run(*command.split(), "--seed", "1", typed=lines("quit")).returncode == 0


def test_perfect_answers_of_the_library_get_everything() -> None:
    right = [cell.text for cell in Trace(load("han-kamber")).cells()]
    assert "(100 %)" in run("han-kamber", typed=lines(*right)).stdout


@pytest.mark.slow
def test_the_folder_of_user_data_is_used_without_the_variable(small: str, tmp_path: Path) -> None:
    env = {**os.environ, "HOME": str(tmp_path), "XDG_DATA_HOME": str(tmp_path / "share")}
    del env["BPTUTOR_DATA"]
    code = "from bptutor.files.session_log import folder; print(folder())"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, encoding="utf-8", env=env, check=True)
    if sys.platform == "linux":
        assert done.stdout.strip() == str(tmp_path / "share" / "bptutor" / "practice")
