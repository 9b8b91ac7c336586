"""Every small bad file in tests/bad stands beside the message that it gives, word for word.

With BPTUTOR_UPDATE=1 the messages are written anew.
"""

import ast
import os
import re
from pathlib import Path

import pytest
import yaml

from bptutor import files
from bptutor.cli.messages import print_error
from bptutor.files import reader
from tests.support.bad_files import faults, in_a_folder

BAD = Path(__file__).parent.parent / "bad"
OTHERS = [
    "typed_sheets",
    "hostile", "reader", "answers_file", "hand_ins", "tables", "roster", "gradebooks", "messages", "option_text", "pdf",
    "sessions", "new_file", "points_file", "editors",
]  # fmt: skip
SAID = "\n".join(
    path.read_text(encoding="utf-8")
    for path in [
        *BAD.glob("*.txt"),
        *(BAD.parent / "bad_answers").glob("*.txt"),
        *(path for path in BAD.parent.glob("[fi]*/test_*.py") if path.stem.removeprefix("test_") in OTHERS),
        *(BAD.parent / "cli" / f"test_{name}.py" for name in ("output_folder", "gradescope", "first_hour")),
    ]
)
PAIRS = sorted({path.stem for path in BAD.iterdir()})
BY_LIBYAML = "Error: this is not YAML: "  # followed by words of libyaml


@pytest.fixture(autouse=True)
def _in_the_folder(monkeypatch: pytest.MonkeyPatch) -> None:
    in_a_folder(BAD, monkeypatch)


@pytest.mark.parametrize("name", PAIRS)
def test_message(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    if not os.environ.get("BPTUTOR_UPDATE"):
        expected = (BAD / f"{name}.txt").read_text(encoding="utf-8")  # neither of a pair stands alone
    else:
        print_error(faults(name))
        expected = capsys.readouterr().err
        (BAD / f"{name}.txt").write_text(expected, encoding="utf-8")
    if BY_LIBYAML in expected and reader.Parser is yaml.SafeLoader:
        pytest.skip("libyaml is missing, and these are its words")
    print_error(faults(name))
    assert capsys.readouterr().err == expected


@pytest.mark.parametrize("name", PAIRS)
def test_in_pure_python_the_same_places(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with_libyaml = faults(name).faults
    monkeypatch.setattr(reader, "Parser", yaml.SafeLoader)
    without = faults(name).faults
    assert [fault.where[:3] for fault in without] == [fault.where[:3] for fault in with_libyaml]
    refused = name == "half-a-surrogate-pair"  # by libyaml itself, so that a cure is looked for
    if not refused and not with_libyaml[0].message.startswith(BY_LIBYAML.removeprefix("Error: ")):
        assert without == with_libyaml


SENTENCES = sorted(
    {
        (module.name, call.args[0].value)
        for module in (Path(files.__file__).parent).glob("*.py")
        if module.name
        not in {
            "keys.py",
            "points.py",
            "library.py",
            "blank_problem.py",
        }  # told elsewhere
        for call in ast.walk(ast.parse(module.read_text(encoding="utf-8")))
        if isinstance(call, ast.Call) and getattr(call.func, "id", "") == "_" and isinstance(call.args[0], ast.Constant)
    }
)


@pytest.mark.parametrize(("module", "sentence"), SENTENCES)
def test_every_sentence_is_said_in_a_test(module: str, sentence: str) -> None:
    """Here, or where the file is too large or too odd for this folder: in test_hostile, _reader or _answers_file."""
    pattern = re.sub(r"\\{\w+(:\w+)?\\}", ".+", re.escape(sentence).replace(r"\{\{", r"\{").replace(r"\}\}", r"\}"))
    assert re.search(pattern, SAID), f"{module}: nothing in the tests says {sentence!r}"
