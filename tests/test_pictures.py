"""The pictures in README and docs/ show what bptutor shows; with BPTUTOR_UPDATE=1 they are drawn anew."""

import os

import pytest

from tests.support.browsing import browser
from tests.support.pictures import FOLDER, PICTURES, browser_page, words

__all__ = ["browser"]


@pytest.mark.slow
@pytest.mark.parametrize("name", PICTURES)
def test_picture(name: str) -> None:
    now = PICTURES[name]()
    if os.environ.get("BPTUTOR_UPDATE"):
        (FOLDER / name).write_text(now, encoding="utf-8")
    stored = (FOLDER / name).read_text(encoding="utf-8")
    assert words(stored) == words(now)
    assert stored == now or name == "check.svg"  # which rich draws
    assert len(stored) < 40_000
    assert "url(http" not in stored  # a picture fetches nothing


def test_a_wrong_delta_is_named_in_the_picture_of_the_terminal() -> None:
    shown = " ".join(words((FOLDER / "check.svg").read_text(encoding="utf-8")))
    assert "bptutor check" in shown
    assert "left out the slope of the hidden units" in shown


@pytest.mark.slow
def test_the_picture_of_the_page(request: pytest.FixtureRequest) -> None:
    """Pixels differ from machine to machine, so that only its size is compared; BPTUTOR_UPDATE=1 makes it anew."""
    if os.environ.get("BPTUTOR_UPDATE"):
        (FOLDER / "page.png").write_bytes(browser_page(request.getfixturevalue("browser")))
    stored = (FOLDER / "page.png").read_bytes()
    assert stored.startswith(b"\x89PNG")
    assert (int.from_bytes(stored[16:20]), int.from_bytes(stored[20:24])) == (1100, 640)
    assert len(stored) < 120_000
