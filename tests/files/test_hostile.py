"""Files that were made to harm: the command ends with status 2 and a message, soon and in little memory."""

import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest

pytestmark = pytest.mark.slow

HANGS = 20.0  # seconds; a machine may be slow, but not as slow as that
MEMORY = 300  # MiB


class Ended(NamedTuple):
    """How a command ended."""

    status: int
    out: str
    err: str
    memory: float  # MiB, 0 where the system does not tell


LAUNCHER = f"""
import subprocess, sys
command = [sys.executable, "-m", "bptutor", "solve", *sys.argv[1:]]
status = subprocess.run(command, timeout={HANGS}).returncode
try:
    import resource
except ImportError:
    sys.exit(status)
with open("memory", "w") as file:
    file.write(str(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss))
sys.exit(status)
"""  # a process starts with the peak memory of the one that starts it, so that one must be small


def run(folder: Path, *arguments: str, stdin: bytes = b"") -> Ended:
    """Runs `bptutor solve` in a folder."""
    environment = {name: value for name, value in os.environ.items() if name != "FORCE_COLOR"}
    ended = subprocess.run(
        [sys.executable, "-c", LAUNCHER, *arguments],
        cwd=folder,
        input=stdin,
        capture_output=True,
        env=environment | {"PYTHONIOENCODING": "utf-8"},
        check=False,
    )
    memory = folder / "memory"
    kibibytes = int(memory.read_text()) if memory.exists() else 0
    unit = 1024 if sys.platform != "darwin" else 1024**2
    return Ended(ended.returncode, ended.stdout.decode(), ended.stderr.decode(), kibibytes / unit)


def is_refused(ended: Ended, message: str) -> None:
    """The command has ended with status 2 and exactly this message, in little memory.

    The lines of the file are long here, so that what is shown of them is only asked to fit the screen.
    """
    shown = [line for line in ended.err.splitlines(keepends=True) if line.startswith("    ")]
    assert "".join(line for line in ended.err.splitlines(keepends=True) if line not in shown) == message
    assert all(len(line) <= 80 for line in shown)
    assert not re.search("[^\n\\x20-\\U0010ffff]", "".join(shown))
    assert (ended.status, ended.out) == (2, "")
    assert ended.memory < MEMORY


GOOD = """\
layers: [2, 1]
activation: sigmoid
inputs: [1, 2]
weights: [[[0.5, 0.6]]]
"""
BOMB = """\
a: &a [lol, lol, lol, lol, lol, lol, lol, lol, lol]
b: &b [*a, *a, *a, *a, *a, *a, *a, *a, *a]
c: &c [*b, *b, *b, *b, *b, *b, *b, *b, *b]
d: &d [*c, *c, *c, *c, *c, *c, *c, *c, *c]
e: &e [*d, *d, *d, *d, *d, *d, *d, *d, *d]
layers: *e
"""
MERGE_BOMB = "a0: &a0 {k: 1}\n" + "".join(
    f"a{i}: &a{i} {{<<: [{', '.join([f'*a{i - 1}'] * 9)}]}}\n" for i in range(1, 10)
)

HOSTILE: dict[str, tuple[Callable[[], bytes], str]] = {
    "100,000 brackets": (
        lambda: b"[" * 100_000,
        """\
Error: brackets and indentation go more than 32 levels deep
  hostile.yaml, line 1
""",
    ),
    "100,000 closed brackets": (
        lambda: b"layers: " + b"[" * 100_000 + b"]" * 100_000,
        """\
Error: brackets and indentation go more than 32 levels deep
  hostile.yaml, line 1
""",
    ),
    "100,000 braces": (
        lambda: b"{a: " * 100_000,
        """\
Error: brackets and indentation go more than 32 levels deep
  hostile.yaml, line 1
""",
    ),
    "100,000 dashes": (
        lambda: b"- " * 100_000,
        """\
Error: brackets and indentation go more than 32 levels deep
  hostile.yaml, line 1
""",
    ),
    "100,000 question marks": (
        lambda: b"? " * 100_000,
        """\
Error: a key is a list or a mapping, expected a word
  hostile.yaml, line 1
""",
    ),
    "alias bomb": (
        BOMB.encode,
        """\
Error: anchors and aliases are not read, found &a
  hostile.yaml, line 1
Try: write the values out
""",
    ),
    "merge bomb": (
        MERGE_BOMB.encode,
        """\
Error: anchors and aliases are not read, found &a0
  hostile.yaml, line 1
Try: write the values out
""",
    ),
    "merge keys without anchors": (
        lambda: GOOD.encode() + b"conventions: {<<: {<<: {bias: subtracted}}}\n",
        """\
Error: merge keys are not read, found <<
  hostile.yaml, line 5
Try: write the values out

Error: merge keys are not read, found <<
  hostile.yaml, line 5
Try: write the values out
""",
    ),
    "200,000 repeated keys": (
        lambda: GOOD.encode() + b"layers: [3, 1]\n" * 200_000,
        "".join(
            f"""\
Error: the key layers appears twice, first in line 1
  hostile.yaml, line {line}, layers
Try: keep one of the two

"""
            for line in range(5, 105)
        )
        + """\
Error: more than 100 faults; these are the first
  hostile.yaml
Try: fix these, then try again
""",
    ),
    "numbers that YAML takes for others": (
        lambda: GOOD.replace("[1, 2]", "[1:30, 010, no, 0o10, 12e03, 1e400, .inf, -.Inf, .NaN]").encode(),
        """\
Error: found 1:30, expected a number
  hostile.yaml, line 3, inputs[1]
Try: numbers look like 0.5, -2, 1e-3 or 1/3

Error: found 010: a number does not begin with a 0 before another digit
  hostile.yaml, line 3, inputs[2]
Try: inputs: [1:30, 10, no, 0o10, 12e03, 1e400, .inf, -.Inf, .NaN]

Error: found no, expected a number
  hostile.yaml, line 3, inputs[3]
Try: numbers look like 0.5, -2, 1e-3 or 1/3

Error: found 0o10, expected a number
  hostile.yaml, line 3, inputs[4]
Try: numbers look like 0.5, -2, 1e-3 or 1/3

Error: found 1e400, expected a number
  hostile.yaml, line 3, inputs[6]
Try: numbers look like 0.5, -2, 1e-3 or 1/3

Error: found .inf, expected a number
  hostile.yaml, line 3, inputs[7]
Try: numbers look like 0.5, -2, 1e-3 or 1/3

Error: found -.Inf, expected a number
  hostile.yaml, line 3, inputs[8]
Try: numbers look like 0.5, -2, 1e-3 or 1/3

Error: found .NaN, expected a number
  hostile.yaml, line 3, inputs[9]
Try: numbers look like 0.5, -2, 1e-3 or 1/3
""",
    ),
    "a tag that would run a command": (
        lambda: b"title: !!python/object/apply:os.system ['touch harmed']\n",
        """\
Error: tags are not read, found tag:yaml.org,2002:python/object/apply:os…
  hostile.yaml, line 1
Try: leave the tag out
""",
    ),
    "260,000 tag directives": (
        lambda: "".join(f"%TAG !{i:x}! x\n" for i in range(260_000)).encode() + b"---\n",
        """\
Error: tags are not read, found %TAG
  hostile.yaml, line 1
Try: leave it out
""",
    ),
    "a tag of a million letters": (
        lambda: b"title: !" + b"a" * 1_000_000 + b" 1\n",
        """\
Error: tags are not read, found !aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa…
  hostile.yaml, line 1
Try: leave the tag out
""",
    ),
    "50 MB": (
        lambda: b"# " + b"a" * 50_000_000,
        """\
Error: the file is too large: more than 4 MiB
  hostile.yaml
Try: expected a text file with a problem or answers
""",
    ),
    "1,000,001 values": (
        lambda: b"layers: [" + b"1,\n" * 1_000_000 + b"]",
        """\
Error: the file has more than 1000000 values
  hostile.yaml, line 999998
""",
    ),
    "a million letters instead of numbers": (
        lambda: GOOD.replace("[1, 2]", "[1, " + "x," * 900_000 + "]").encode(),
        "".join(
            f"""\
Error: found x, expected a number
  hostile.yaml, line 3, inputs[{place}]
Try: numbers look like 0.5, -2, 1e-3 or 1/3

"""
            for place in range(2, 102)
        )
        + """\
Error: more than 100 faults; these are the first
  hostile.yaml
Try: fix these, then try again
""",
    ),
    "a net of 10^12 weights": (
        lambda: GOOD.replace("[2, 1]", "[1000000, 1000000]").encode(),
        """\
Error: found a net of 1000000000000 weights, expected at most 1000000
  hostile.yaml, line 1, layers
""",
    ),
    "a key of four million letters": (
        lambda: GOOD.encode() + b'? "' + b"x" * 4_000_000 + b'"\n: 1\n',
        """\
Error: unknown key xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx…
  hostile.yaml, line 5, xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx…
Try: known: title, source, notes, layers, activation, loss, learning_rate, optimizer, \
weight_decay, inputs, targets, samples, weights, biases, decimals, conventions, steps, given, labels, ask, points, lint
""",
    ),
    "a NUL character": (
        lambda: GOOD.encode() + b"title: a\0b\n",
        """\
Error: the control character U+0000 is no text
  hostile.yaml, line 5
Try: save the file as UTF-8 text
""",
    ),
    "nothing but NUL characters": (
        lambda: bytes(1_000_000),
        """\
Error: the control character U+0000 is no text
  hostile.yaml, line 1
Try: save the file as UTF-8 text
""",
    ),
    "a terminal escape sequence": (
        lambda: GOOD.encode() + b"\n\x1b[2Jtitle: a\n",
        """\
Error: the control character U+001B is no text
  hostile.yaml, line 6
Try: save the file as UTF-8 text
""",
    ),
    "escape sequences in quotes": (
        lambda: GOOD.replace("[1, 2]", '["\\e[2J\\e]0;owned\\a", "[red]\\u202Edlrow[/]"]').encode(),
        """\
Error: found \\x1b[2J\\x1b]0;owned\\x07, expected a number
  hostile.yaml, line 3, inputs[1]
Try: numbers look like 0.5, -2, 1e-3 or 1/3

Error: found [red]\\x202edlrow[/], expected a number
  hostile.yaml, line 3, inputs[2]
Try: numbers look like 0.5, -2, 1e-3 or 1/3
""",
    ),
    "invalid UTF-8": (
        lambda: GOOD.encode() + b"title: caf\xe9\n",
        """\
Error: byte 0xe9 is not UTF-8 text
  hostile.yaml, line 5
Try: save the file as UTF-8
""",
    ),
    "UTF-16": (
        lambda: GOOD.encode("utf-16-le"),
        """\
Error: the control character U+0000 is no text
  hostile.yaml, line 1
Try: save the file as UTF-8 text
""",
    ),
    "UTF-16 with its mark": (
        lambda: b"\xff\xfe" + GOOD.encode("utf-16-le"),
        """\
Error: the file is UTF-16, expected UTF-8
  hostile.yaml, line 1
Try: save the file as UTF-8
""",
    ),
    "a program": (
        lambda: b"\x7fELF\x02\x01\x01" + bytes(100),
        """\
Error: the control character U+007F is no text
  hostile.yaml, line 1
Try: save the file as UTF-8 text
""",
    ),
    "an empty file": (
        lambda: b"",
        """\
Error: the file is empty
  hostile.yaml
Try: `bptutor problems show mazur` prints an example
""",
    ),
}


@pytest.mark.parametrize("case", HOSTILE)
def test_hostile_file(case: str, tmp_path: Path) -> None:
    make, message = HOSTILE[case]
    (tmp_path / "hostile.yaml").write_bytes(make())
    is_refused(run(tmp_path, "hostile.yaml"), message)
    assert not (tmp_path / "harmed").exists()


def test_standard_input(tmp_path: Path) -> None:
    ended = run(tmp_path, "-", stdin=b"[" * 100_000)
    message = """\
Error: brackets and indentation go more than 32 levels deep
  standard input, line 1
"""
    is_refused(ended, message)


def test_endless_standard_input(tmp_path: Path) -> None:
    ended = run(tmp_path, "-", stdin=b"a" * 5_000_000)
    message = """\
Error: the file is too large: more than 4 MiB
  standard input
Try: expected a text file with a problem or answers
"""
    is_refused(ended, message)


def test_folder(tmp_path: Path) -> None:
    (tmp_path / "hostile.yaml").mkdir()
    message = """\
Error: this is a folder, expected a file
  hostile.yaml
Try: name a file in it
"""
    is_refused(run(tmp_path, "hostile.yaml"), message)


def test_missing_file(tmp_path: Path) -> None:
    message = """\
Error: there is no such file
  hostile.yaml
Try: check the name and the folder
"""
    is_refused(run(tmp_path, "hostile.yaml"), message)


def test_misspelt_name(tmp_path: Path) -> None:
    message = """\
Error: there is no such file
  mazurr
Try: mazur
"""
    is_refused(run(tmp_path, "mazurr"), message)


def test_name_too_long(tmp_path: Path) -> None:
    name = "x" * 5000
    message = f"""\
Error: the file cannot be read: File name too long
  {name}
"""
    is_refused(run(tmp_path, name), message)


@pytest.mark.skipif(sys.platform != "linux", reason="a device of Linux")
def test_endless_device(tmp_path: Path) -> None:
    message = """\
Error: the file is too large: more than 4 MiB
  /dev/zero
Try: expected a text file with a problem or answers
"""
    is_refused(run(tmp_path, "/dev/zero"), message)


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may read everything")
def test_forbidden_file(tmp_path: Path) -> None:
    (tmp_path / "hostile.yaml").write_text(GOOD)
    (tmp_path / "hostile.yaml").chmod(0)
    message = """\
Error: the file cannot be read: Permission denied
  hostile.yaml
"""
    is_refused(run(tmp_path, "hostile.yaml"), message)
