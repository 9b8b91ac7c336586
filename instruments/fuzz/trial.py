"""What is asked of every run: an answer or a message; no warning, nothing left behind, no screen steered."""

from __future__ import annotations

import io
import os
import re
import sys
import traceback
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from bptutor.cli.app import main
from bptutor.errors import BptutorError
from instruments.fuzz.cases import Case
from instruments.fuzz.readers import READERS

_STEERING = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
_AS_IT_IS = ("problems", "template", "new", "schema")  # whose output is a file, with what stands in other files
_STATUSES = (0, 1, 2)


class Finding(NamedTuple):
    """What was wrong: a name that the same fault has again, and all that there is to know."""

    name: str
    text: str


def run(case: Case) -> Finding | None:
    """Runs a case in the folder in which we are, where its files are; what was wrong, None for nothing."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        try:
            if case.target not in READERS:
                return _called(case)
            READERS[case.target].read(case.files[0][1])
        except BptutorError:
            pass
        except Exception as error:
            return Finding(_place(error), traceback.format_exc())
    return None


def _called(case: Case) -> Finding | None:
    """A command line, as the shell would run it."""
    before = {path.name for path in Path().iterdir()}
    with _streams(case) as (out, err):
        try:
            main()
            status: object = 0
        except SystemExit as ended:
            status = ended.code or 0
        printed, said = (stream.getvalue().decode("utf-8", "replace") for stream in (out, err))
    told = f"exit {status}\n{said}\n{printed[:2000]}"
    if status not in _STATUSES:
        return Finding(f"exit {status}", told)
    if re.search(r"Traceback|\w+Warning\b", said):
        return Finding("a warning", told)
    if status == 2 and "Error: " not in said:
        return Finding("exit 2 without a word", told)
    if left := [str(path) for path in Path().rglob(".*") if path.name not in before]:
        return Finding("left behind", f"{left}\n{told}")
    return _untidy(said if case.words[0] in _AS_IT_IS else said + printed)


def _untidy(text: str) -> Finding | None:
    """What would steer a screen."""
    found = _STEERING.search(text.replace("\r\n", "\n"))
    return Finding(f"steers a screen: {found[0]!a}", text[:4000]) if found else None


@contextmanager
def _streams(case: Case) -> Iterator[tuple[io.BytesIO, io.BytesIO]]:
    """Streams that are no terminal, and the words of the command line; what goes to stdout and to stderr."""
    kept = sys.stdin, sys.stdout, sys.stderr, sys.argv
    typed, out, err = io.BytesIO(case.typed), io.BytesIO(), io.BytesIO()
    made = [io.TextIOWrapper(stream, encoding="utf-8", write_through=True) for stream in (typed, out, err)]
    sys.stdin, sys.stdout, sys.stderr = made
    sys.argv = ["bptutor", *case.words]
    os.environ["BPTUTOR_DATA"] = str(Path("data").absolute())
    try:
        yield out, err
    finally:
        sys.stdin, sys.stdout, sys.stderr, sys.argv = kept


def _place(error: BaseException) -> str:
    """The kind of an error, and where in bptutor it came from."""
    frames = traceback.extract_tb(error.__traceback__)
    ours = [frame for frame in frames if "bptutor" in frame.filename.split(os.sep)] or frames
    last = ours[-1]
    return f"{type(error).__name__} {Path(last.filename).name}:{last.lineno} {last.name}"
