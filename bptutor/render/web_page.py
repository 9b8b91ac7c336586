"""HTML by templates that escape whatever is put into them: pages in one file, and pieces for notebooks.

The templates stand in `templates/` beside the code. Jinja2 is imported, and a template compiled, when it is first used.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bptutor.language import _
from bptutor.render.harmless import one_line

if TYPE_CHECKING:
    from jinja2 import Environment

_FOLDERS = [Path(__file__).parents[1] / wing / "templates" for wing in ("render", "worksheets", "browser")]
_PLAIN = re.compile(r"[0-9a-zA-Z .,_+()\[\]-]*")
_SHORT = 100  # characters: longer texts are not remembered


def html(template: str, **values: Any) -> str:
    """The template filled in; text among the values stands there as it is, in one line, whoever wrote it.

    A name that a template asks for and nobody gave raises jinja2.UndefinedError.
    """
    return _environment().get_template(template).render(values)


@cache
def _environment() -> Environment:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    environment = Environment(
        loader=FileSystemLoader(_FOLDERS),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_shown,
        auto_reload=False,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.globals |= {"_": _, "zip": partial(zip, strict=True)}
    return environment


def _shown(value: Any) -> Any:
    """What a template writes, before it is escaped: nothing in it steers a screen, or is half a character."""
    if type(value) is not str and (not isinstance(value, str) or hasattr(value, "__html__")):
        return value  # a number, or HTML already
    if _PLAIN.fullmatch(value):
        return value
    return _common(value) if len(value) < _SHORT else one_line(value)


def framed(page: str, *, scripts: bool = False) -> str:
    """A whole page as part of another one, which its style sheet does not touch; its own scripts run only if wanted."""
    from markupsafe import escape

    allowed = '="allow-scripts"' if scripts else ""
    return f'<iframe sandbox{allowed} srcdoc="{escape(page)}" style="width: 100%; height: 36rem; border: 0"></iframe>'


@lru_cache(maxsize=4096)
def _common(text: str) -> str:
    """A text that the pages of a class have in common: verdicts, labels, sentences."""
    return one_line(text)
