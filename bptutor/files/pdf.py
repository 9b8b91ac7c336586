"""A PDF, made by a program that is on this machine: a LaTeX engine, else a browser without a window.

The program gets a folder of its own, reads nothing else, runs no other program, and is stopped when it takes too long.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

from bptutor.errors import BptutorError, why
from bptutor.language import _

_LATEX = ("-no-shell-escape", "-interaction=nonstopmode", "-halt-on-error", "sheet.tex")
_ROOT = ("--no-sandbox",) if getattr(os, "geteuid", lambda: 1)() == 0 else ()  # root is refused with one
UNSEEN = (
    *_ROOT, "--headless", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-extensions",
    "--disable-background-networking", "--disable-component-update", "--disable-sync", "--user-data-dir=profile",
)  # fmt: skip
"""How a browser is called that has no window and asks for nothing."""
_BROWSER = (*UNSEEN, "--no-pdf-header-footer", "--print-to-pdf=sheet.pdf", "sheet.html")
_ENGINES = {
    "pdflatex": _LATEX,
    "lualatex": _LATEX,
    "xelatex": _LATEX,
    "tectonic": ("--untrusted", "--chatter=minimal", "sheet.tex"),
}
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "msedge")
_LONGEST = 120  # seconds
_PASSES = 3  # a long table finds the width of its columns in the second one
_PARANOID = {"openin_any": "p", "openout_any": "p"}  # TeX opens nothing outside of its folder and its own files


class Program(NamedTuple):
    """A program that makes a PDF: its name, where it is, and what it is called with."""

    name: str
    path: str
    arguments: tuple[str, ...]


def programs(find: Callable[[str], str | None] = shutil.which) -> list[Program]:
    """The programs that are here, the best first."""
    every = [*_ENGINES.items(), *((name, _BROWSER) for name in BROWSERS)]
    return [Program(name, path, arguments) for name, arguments in every if (path := find(name))]


def pdf(latex: str, html: str, usable: list[Program], *, browser_first: bool = False) -> bytes:
    """The PDF of a document that is given as LaTeX source and as a web page, by the first program that can.

    `browser_first`: the text has characters that no font of LaTeX has. Raises BptutorError where there is no program,
    or none of them makes a PDF.
    """
    if not usable:
        message = _("a PDF needs a LaTeX engine or Chromium, and neither is installed here")
        hint = _(
            "on Debian: apt install texlive-latex-recommended texlive-pictures, or chromium; or --format html, "
            "and print the page from any browser"
        )
        raise BptutorError(message, hint=hint)
    failed = list[str]()
    for program in sorted(usable, key=lambda program: browser_first and program.name in _ENGINES):
        with TemporaryDirectory(prefix="bptutor-") as folder:
            (Path(folder) / "sheet.tex").write_text(latex, encoding="utf-8")
            (Path(folder) / "sheet.html").write_text(html, encoding="utf-8")
            said = run(program, folder, "sheet.pdf")
            if not said:
                return (Path(folder) / "sheet.pdf").read_bytes()
            failed.append(f"{program.name}: {said}")
    message = _("no PDF could be made ({reasons})").format(reasons="; ".join(failed))
    raise BptutorError(message, hint=_("--format html, and print the page from any browser"))


def run(program: Program, folder: str, result: str) -> str:
    """Makes the file of a result in a folder; why that did not work, "" where it did."""
    for _pass in range(_PASSES):
        try:
            done = subprocess.run(  # noqa: S603 - its arguments are those of the table above
                [program.path, *program.arguments],
                cwd=folder,
                env=os.environ | _PARANOID,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                timeout=_LONGEST,
                check=False,
            )
        except subprocess.TimeoutExpired:
            return _("stopped after {n} seconds").format(n=_LONGEST)
        except OSError as error:
            return why(error)
        if done.returncode or not (Path(folder) / result).is_file():
            return _complaint(done.stdout.decode(errors="replace"))
        if b"Rerun LaTeX" not in done.stdout:
            break
    return ""


def _complaint(output: str) -> str:
    """The line of a program's output that says what is wrong: LaTeX marks it, others end with it."""
    lines = [line for line in output.splitlines() if line.strip()]
    return next((line for line in lines if line.startswith("!")), lines[-1] if lines else _("it said nothing"))[:200]
