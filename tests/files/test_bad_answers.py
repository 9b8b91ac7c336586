"""Every small bad answer sheet in tests/bad_answers stands beside the message that it gives, word for word.

With BPTUTOR_UPDATE=1 the messages are written anew.
"""

import os
from pathlib import Path

import pytest
import yaml

from bptutor.cli.messages import print_error
from bptutor.errors import BptutorError
from bptutor.files import reader
from bptutor.files.answers_file import answers_of, problem_of_sheet, read_sheet

BAD = Path(__file__).parent.parent / "bad_answers"
NAMES = sorted({path.stem for path in BAD.iterdir()})


@pytest.fixture(autouse=True)
def _in_the_folder(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(BAD)
    monkeypatch.delenv("FORCE_COLOR", raising=False)


def faults(name: str) -> BptutorError:
    """All that is wrong with a sheet: where numbers can be read of it, it is told beside these."""
    try:
        sheet = read_sheet(f"{name}.yaml")
        answers = answers_of(sheet, problem_of_sheet(sheet))
    except BptutorError as error:
        return error
    return BptutorError.of(answers.unread)


@pytest.mark.parametrize("name", NAMES)
def test_message(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    print_error(faults(name))
    said = capsys.readouterr().err
    if os.environ.get("BPTUTOR_UPDATE"):
        (BAD / f"{name}.txt").write_text(said, encoding="utf-8")
    assert said == (BAD / f"{name}.txt").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", NAMES)
def test_in_pure_python_the_same_faults(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with_libyaml = faults(name).faults
    monkeypatch.setattr(reader, "Parser", yaml.SafeLoader)
    assert faults(name).faults == with_libyaml
