"""The house has floors: each imports only from those before it. Read from the syntax trees, so any import counts."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

import bptutor

PACKAGE = Path(bptutor.__file__).parent
MODULES = {path.relative_to(PACKAGE).as_posix(): ast.parse(path.read_text("utf-8")) for path in PACKAGE.rglob("*.py")}

GROUND = {"problem", "answers", "errors", "language"}
TOP = {"__init__", "__main__", "notebook"}
MAY_IMPORT = {
    "ground": {"ground"},
    "engine": {"ground", "engine"},
    "tutor": {"ground", "engine", "tutor"},
    "classroom": {"ground", "engine", "tutor", "classroom"},
    "files": {"ground", "engine", "files"},
    "render": {"ground", "engine", "tutor", "classroom", "files", "render"},
    "cli": {"ground", "engine", "tutor", "classroom", "files", "render", "cli", "top"},
    "top": {"ground", "engine", "tutor", "classroom", "files", "render", "cli", "top"},
}
LONG_TABLES: dict[str, str] = {}  # module: why it may have more than 250 lines
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


def _floor(module: str) -> str:
    """The floor of a module, named as `engine/rules.py` or as `engine.rules`."""
    first = module.removesuffix(".py").replace("/", ".").partition(".")[0]
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
    assert floor in MAY_IMPORT, f"{module} stands on no known floor"
    for name in _imported(MODULES[module]):
        assert not name.startswith("."), f"{module} imports {name}: write the whole name"
        if name.split(".")[0] == "bptutor":
            inner = name.partition(".")[2]
            above = "ground" if inner == "__version__" else _floor(inner)
            assert above in MAY_IMPORT[floor], f"{module} ({floor}) imports {name}"


@pytest.mark.parametrize("module", sorted(MODULES))
def test_only_files_knows_yaml(module: str) -> None:
    if _floor(module) != "files":
        assert not {name for name in _imported(MODULES[module]) if name.split(".")[0] == "yaml"}


@pytest.mark.parametrize("module", sorted(MODULES))
def test_only_the_command_line_prints_or_exits(module: str) -> None:
    if _floor(module) == "cli" or module == "__main__.py":
        return
    for node in ast.walk(MODULES[module]):
        said = f"{module}, line {getattr(node, 'lineno', 0)}"
        if isinstance(node, ast.Name):
            assert node.id not in SPEAKS | {"SystemExit"}, said
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            assert (node.value.id, node.attr) not in SPEAKING_ATTRIBUTES, said


@pytest.mark.parametrize("module", sorted(MODULES))
def test_a_module_is_no_longer_than_a_person_reads(module: str) -> None:
    lines = len((PACKAGE / module).read_text("utf-8").splitlines())
    assert lines <= 250 or module in LONG_TABLES, f"{module} has {lines} lines"


@pytest.mark.parametrize("module", sorted(MODULES))
def test_a_function_fits_on_a_screen(module: str) -> None:
    for node in ast.walk(MODULES[module]):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            first = node.body[0] if _floor(module) == "cli" else node  # a command's signature is a table of options
            lines = (node.end_lineno or 0) - first.lineno + 1
            assert lines <= 40, f"{module}: {node.name} has {lines} lines"


def test_exceptions_are_still_needed() -> None:
    assert all(len((PACKAGE / module).read_text("utf-8").splitlines()) > 250 for module in LONG_TABLES)


def test_no_module_has_a_name_that_says_nothing() -> None:
    nothing = {"utils", "util", "helpers", "helper", "manager", "common", "misc"}
    assert not {Path(module).stem for module in MODULES} & nothing
