"""The problems that come with bptutor, by name, and whatever else `load` accepts."""

from __future__ import annotations

from collections.abc import Mapping as Table
from collections.abc import Sequence as Row
from dataclasses import replace
from os.path import exists, isdir
from pathlib import Path
from typing import Any

from bptutor.errors import BptutorError, Where, nearest
from bptutor.files.faults import Faults
from bptutor.files.problem_file import problem_of, read_problem
from bptutor.files.reader import Document, Mapping, Node, Scalar, Sequence, bytes_of
from bptutor.language import _
from bptutor.problem import Problem

# Inside the wheel the problems lie beside the code, in a checkout beside the package.
_INSTALLED = Path(__file__).parent.parent / "problems"
FOLDER = _INSTALLED if _INSTALLED.is_dir() else _INSTALLED.parent.parent / "problems"


def names() -> list[str]:
    """The names of the problems that come with bptutor."""
    return sorted(path.stem for path in FOLDER.glob("*.yaml"))


def path_of(name: str) -> Path:
    """The file of a library problem; raises BptutorError for a name that is not in the library."""
    if name not in names():
        hint = nearest(name, names()) or _("`bptutor problems` lists them")
        raise BptutorError(_("there is no problem {name} in the library").format(name=name), Where(), hint)
    return FOLDER / f"{name}.yaml"


def is_problem(name: str) -> bool:
    """Whether `load` would find something under this name."""
    return name == "-" or exists(name) or name in names()


def load(source: str | Path | Table[str, Any]) -> Problem:
    """The problem of a YAML file, of standard input (`-`), of a library name, or of a mapping with the keys of a file.

    Raises BptutorError, which reports all that is wrong together.

    >>> import bptutor
    >>> bptutor.load("mazur")
    <Problem mazur: 2-2-2, sigmoid, half_squared_error>
    >>> bptutor.load({"title": "One unit", "layers": [1, 1], "activation": "tanh", "inputs": [1], "weights": [[[0.5]]]})
    <Problem One unit: 1-1, tanh, half_squared_error>
    """
    if isinstance(source, Table):
        root = node_of(source)
        problem = problem_of(Document(_("this mapping"), repr(root).encode(), root, Faults()))
        return replace(problem, file="")
    return read_problem(*data_of(source))


def data_of(source: str | Path) -> tuple[bytes, str]:
    """The bytes that `load` reads a problem from, and their name in messages; raises where there is nothing to read."""
    if isinstance(source, str) and source != "-":
        if source in names() and (isdir(source) or not exists(source)):
            return path_of(source).read_bytes(), source
        if not exists(source) and (near := nearest(source, names())):
            raise BptutorError(_("there is no such file"), Where(source), near)
    return bytes_of(source)


def node_of(value: Any) -> Node:
    """A Python value as the reader would have read it from a file, all in line 1."""
    if isinstance(value, Table):
        return Mapping({str(key): node_of(item) for key, item in value.items()}, dict.fromkeys(map(str, value), 1), 1)
    if isinstance(value, str):
        return Scalar(value, 1, plain=False)
    if isinstance(value, Row) or hasattr(value, "tolist"):
        value = value.tolist() if hasattr(value, "tolist") else value
        return Sequence([node_of(item) for item in value], 1) if isinstance(value, Row) else node_of(value)
    if value is None or isinstance(value, bool):
        return Scalar({None: "~", True: "true", False: "false"}[value], 1)
    return Scalar(str(value), 1)
