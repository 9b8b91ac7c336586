"""The house has floors: each imports only from those before it. Read from the syntax trees, so any import counts."""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

import bptutor

PACKAGE = Path(bptutor.__file__).parent
MODULES = {path.relative_to(PACKAGE).as_posix(): ast.parse(path.read_text("utf-8")) for path in PACKAGE.rglob("*.py")}

GROUND = {"interrupts", "problem", "points", "answers", "errors", "language", "refusals", "words"}
FORMULAS = {f"engine.{name}" for name in ("arrays", "rules", "activations", "losses", "optimizers", "decay")}
"""They know no problem, but a problem names them."""
TOP = {"__init__", "api"}  # what Python users import
FLOORS = (
    "ground",
    "engine",
    "solution",
    "mistakes",
    "files",
    "marking",
    "intake",
    "setting",
    "classroom",
    "practice",
    "render",
    "worksheets",
    "browser",
    "runs",
    "top",
    "cli",
)
"""From the ground up: each imports from itself and those before it."""

NOT_EVEN = {"intake": set(FLOORS) - {"ground", "files", "intake"}, "files": {"solution", "mistakes"}}
"""Floors below that a floor does without all the same, so that it can be read alone."""

MOST_LINES, MOST_FILES = 400, 30
SPEAKS = {"print", "input", "exit", "quit", "breakpoint"}
SPEAKING_ATTRIBUTES = {
    ("sys", "exit"),
    ("os", "_exit"),
    ("sys", "stdout"),
    ("sys", "stderr"),
    ("typer", "echo"),
    ("typer", "secho"),
    ("typer", "Exit"),
    ("typer", "Abort"),
}
MAY_SPEAK = {("runs/workers.py", ("os", "_exit"))}  # a worker whose run was killed ends itself


def _floor(module: str) -> str:
    """The floor of a module, named as `engine/rules.py` or as `engine.rules`."""
    name = module.removesuffix(".py").replace("/", ".")
    first = "ground" if name in FORMULAS else name.partition(".")[0]
    if first == "__main__":
        return "cli"
    return "ground" if first in GROUND else "top" if first in TOP or not first else first


def _imported(tree: ast.Module) -> Iterator[str]:
    """The modules that a file imports, anywhere in it; a relative import as what it is, with its dots."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            name = "." * node.level + (node.module or "")
            yield from (f"{name}.{alias.name}" for alias in node.names) if name == "bptutor" else (name,)


@pytest.mark.parametrize("module", sorted(MODULES))
def test_imports_only_from_the_floors_before(module: str) -> None:
    floor = _floor(module)
    assert floor in FLOORS, f"{module} stands on no known floor"
    may_import = {*FLOORS[: FLOORS.index(floor) + 1]} - NOT_EVEN.get(floor, set())
    for name in _imported(MODULES[module]):
        assert not name.startswith("."), f"{module} imports {name}: write the whole name"
        if name.split(".")[0] == "bptutor":
            inner = name.partition(".")[2]
            above = "ground" if inner == "__version__" else _floor(inner)
            assert above in may_import, f"{module} ({floor}) imports {name}"


@pytest.mark.parametrize("module", sorted(MODULES))
def test_only_files_knows_yaml(module: str) -> None:
    if _floor(module) != "files":
        assert not {name for name in _imported(MODULES[module]) if name.split(".")[0] == "yaml"}


@pytest.mark.parametrize("module", sorted(MODULES))
def test_only_the_command_line_prints_or_exits(module: str) -> None:
    if _floor(module) == "cli":
        return
    for node in ast.walk(MODULES[module]):
        said = f"{module}, line {getattr(node, 'lineno', 0)}"
        if isinstance(node, ast.Name):
            assert node.id not in SPEAKS | {"SystemExit"}, said
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            speaks = node.value.id, node.attr
            assert speaks not in SPEAKING_ATTRIBUTES or (module, speaks) in MAY_SPEAK, said


@pytest.mark.parametrize("module", sorted(MODULES))
def test_a_module_is_no_longer_than_a_person_reads(module: str) -> None:
    lines = len((PACKAGE / module).read_text("utf-8").splitlines())
    assert lines <= MOST_LINES, f"{module} has {lines} lines"


@pytest.mark.parametrize("module", sorted(MODULES))
def test_a_function_fits_on_a_screen(module: str) -> None:
    for node in ast.walk(MODULES[module]):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            # the signature of a command, here or in Python, is a table of options
            first = node.body[0] if _floor(module) in ("cli", "top") else node
            lines = (node.end_lineno or 0) - first.lineno + 1
            assert lines <= 40, f"{module}: {node.name} has {lines} lines"


def test_a_folder_holds_no_more_than_a_person_sees() -> None:
    folders = Counter(Path(module).parent.as_posix() for module in MODULES)
    assert all(count <= MOST_FILES for count in folders.values()), folders


@pytest.mark.parametrize("floor", [floor for floor in FLOORS if floor not in ("ground", "top")])
def test_a_folder_says_what_comes_in_and_what_goes_out(floor: str) -> None:
    said = ast.get_docstring(MODULES[f"{floor}/__init__.py"]) or ""
    assert 4 <= len(said.splitlines()) <= 15, floor
    assert "In: " in said, floor
    assert "Out: " in said, floor


def test_no_module_has_a_name_that_says_nothing() -> None:
    nothing = {"utils", "util", "helpers", "helper", "manager", "common", "misc"}
    assert not {Path(module).stem for module in MODULES} & nothing
