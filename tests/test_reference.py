"""docs/reference/ says what the code says; with BPTUTOR_UPDATE=1 it is written anew."""

import os

import pytest

from tests.support.reference import FOLDER, PAGES, commands, options_of, page, tells_all

old_typer = pytest.mark.skipif(not tells_all(), reason="this typer tells less of arguments")


@pytest.mark.parametrize("name", [pytest.param(name, marks=[old_typer] * (name == "options.md")) for name in PAGES])
def test_page(name: str) -> None:
    now = page(name)
    if os.environ.get("BPTUTOR_UPDATE"):
        (FOLDER / name).write_text(now, encoding="utf-8")
    else:
        assert (FOLDER / name).read_text(encoding="utf-8") == now


@old_typer
def test_the_page_of_options_has_every_option_in_the_part_of_its_command() -> None:
    parts = dict(part.split("\n", 1) for part in page("options.md").split("\n## ")[1:])
    assert len(parts) == len(commands())
    for name, command in commands().items():
        for option in (option for names in options_of(command) for option in names):
            assert f"`{option}`" in parts[f"bptutor {name}"] or option in ("--help", "-h"), (name, option)
