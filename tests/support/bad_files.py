"""Bad problem files in a folder, and what is said of them."""

from __future__ import annotations

from pathlib import Path

import pytest

from bptutor.errors import BptutorError
from bptutor.files.library import load


def in_a_folder(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """For the time of a test, the place where a person would type the command; messages have no colours."""
    monkeypatch.chdir(folder)
    monkeypatch.delenv("FORCE_COLOR", raising=False)


def faults(name: str) -> BptutorError:
    """What is wrong with a file of this folder, by its name without the ending."""
    with pytest.raises(BptutorError) as caught:
        load(f"{name}.yaml")
    return caught.value
