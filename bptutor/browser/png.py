"""An SVG as PNG: by the library resvg where it is installed, else by a browser without a window."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

from bptutor.errors import BptutorError
from bptutor.files.pdf import BROWSERS, UNSEEN, Program, run
from bptutor.language import _

_SCALE = 2  # pixels of the picture a pixel of the drawing, so that it is sharp on a slide


def png(svg: str, width: int, height: int, find: Callable[[str], str | None] = shutil.which) -> bytes:
    """The picture, twice as many pixels wide and high as the drawing; BptutorError where nothing here can make it."""
    try:
        import resvg_py
    except ImportError:
        return _by_browser(svg, width, height, find)
    return bytes(resvg_py.svg_to_bytes(svg_string=svg, zoom=_SCALE))


def _by_browser(svg: str, width: int, height: int, find: Callable[[str], str | None]) -> bytes:
    name = next((name for name in BROWSERS if find(name)), "")
    if not name:
        message = _("a PNG needs the package resvg-py or Chromium, and neither is installed here")
        raise BptutorError(message, hint=_("pip install 'bptutor[png]', or --svg, which most programs take"))
    options = (f"--window-size={width},{height}", f"--force-device-scale-factor={_SCALE}", "--hide-scrollbars")
    program = Program(name, str(find(name)), (*UNSEEN, *options, "--screenshot=picture.png", "picture.html"))
    page = (
        f'<!DOCTYPE html><meta charset="utf-8"><style>body {{ margin: 0 }} svg {{ margin: 0 !important }}</style>{svg}'
    )
    with TemporaryDirectory(prefix="bptutor-") as folder:
        (Path(folder) / "picture.html").write_text(page, "utf-8")
        if said := run(program, folder, "picture.png"):
            message = _("no PNG could be made ({reason})").format(reason=f"{name}: {said}")
            raise BptutorError(message, hint=_("pip install 'bptutor[png]', or --svg"))
        return (Path(folder) / "picture.png").read_bytes()
