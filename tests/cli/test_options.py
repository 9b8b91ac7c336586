"""What commands have in common: a form of output is a row of a table, and nothing else."""

from __future__ import annotations

import pytest
import typer
from typer.testing import CliRunner

from bptutor.cli import check, solve
from bptutor.cli.options import Apart, keep_apart, switches, with_forms
from bptutor.cli.worksheet import Form
from bptutor.errors import BptutorError
from bptutor.render import data, report_data
from bptutor.worksheets.formats import FORMATS

TABLE = {"rows": data.Format(lambda: iter(()), "A row a cell."), "dots": data.Format(lambda: iter(()), "Dots.")}


def test_a_row_is_a_switch_with_its_help() -> None:
    app, heard = typer.Typer(), list[tuple[list[str], bool]]()

    @app.command()
    @with_forms(TABLE)
    def command(*, before: bool = False, forms: list[str]) -> None:
        heard.append((forms, before))

    run = CliRunner().invoke
    assert run(app, ["--dots", "--before"]).exit_code == 0
    assert run(app, ["--dots", "--rows"]).exit_code == 0
    assert run(app, []).exit_code == 0
    assert heard == [(["dots"], True), (["rows", "dots"], False), ([], False)]
    shown = run(app, ["--help"]).stdout
    assert "A row a cell." in shown
    assert shown.index("--before") < shown.index("--rows") < shown.index("--dots")


@pytest.mark.parametrize(("apart", "forms"), [(solve._APART, data.FORMATS), (check._APART, report_data.FORMATS)])
def test_each_form_excludes_each_other(apart: Apart, forms: dict[str, data.Format]) -> None:
    for one in switches(forms):
        for other in {*switches(forms)} - {one}:
            with pytest.raises(BptutorError, match="cannot go together"):
                keep_apart({one, other}, apart)


def test_the_worksheets_can_be_had_in_each_of_their_forms() -> None:
    assert [form.value for form in Form] == [*FORMATS, "pdf", "xlsx"]
