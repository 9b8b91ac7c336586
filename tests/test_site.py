"""The pages of docs/ as a site: each has its place in it, and Sphinx builds it without a warning."""

import re
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

from tests.support import ROOT

DOCS = ROOT / "docs"


def test_every_page_has_its_place() -> None:
    index = (DOCS / "index.md").read_text(encoding="utf-8")
    placed = "\n".join(re.findall(r"```\{toctree\}\n(.*?)```", index, re.DOTALL)).splitlines()
    pages = {page.relative_to(DOCS).with_suffix("").as_posix() for page in DOCS.rglob("*.md")} - {"index"}
    assert pages == {line for line in placed if line and not line.startswith(":")}


@pytest.mark.slow
@pytest.mark.skipif(find_spec("furo") is None, reason="the extra docs is not installed")
def test_it_is_built_without_a_warning(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "sphinx", "-q", "-W", "--keep-going", "-d", str(tmp_path / "kept"), str(DOCS)]
    built = subprocess.run([*command, str(tmp_path / "site")], capture_output=True, encoding="utf-8")
    assert (built.returncode, built.stderr) == (0, "")
    api = (tmp_path / "site" / "reference" / "api.html").read_text(encoding="utf-8")
    assert all(f'id="bptutor.{name}"' in api for name in ("solve", "check", "grade_class", "Problem", "Report"))
