"""HTML by templates that escape whatever is put into them: pages in one file, and pieces for notebooks.

The templates stand in `templates/` beside the code. Jinja2 is imported, and a template compiled, when it is first used.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import cache, lru_cache, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bptutor.language import _
from bptutor.render.harmless import one_line

if TYPE_CHECKING:
    from jinja2 import Environment
    from markupsafe import Markup

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
    environment.globals |= {"_": _, "zip": partial(zip, strict=True), "opened": opened, "cells": cells, "whole": whole}
    return environment


def _shown(value: Any) -> Any:
    """What a template writes, before it is escaped: nothing in it steers a screen, or is half a character."""
    if type(value) is not str and (not isinstance(value, str) or hasattr(value, "__html__")):
        return value  # a number, or HTML already
    if _PLAIN.fullmatch(value):
        return value
    return _common(value) if len(value) < _SHORT else _in_line(value)


def opened(numeric: Iterable[bool], heads: Iterable[str]) -> list[Markup]:
    """The tag that opens a cell of each column: whether it is a number, and its head, if any.

    A first column of names goes without: there the name is the head of its row.
    """
    return [*_opened(tuple(numeric), tuple(heads))]


@lru_cache(maxsize=256)  # the pages of a class have their tables in common
def _opened(numeric: Sequence[bool], heads: Sequence[str]) -> list[Markup]:
    from markupsafe import Markup

    tags = list[Markup]()
    for number, text in zip(numeric, heads, strict=True):
        kind = Markup(' class="number"') if number else ""
        head = Markup(' data-head="{}"').format(one_line(text)) if text and (tags or number) else ""
        tags.append(Markup("<td{}{}>").format(kind, head))
    return tags


def cells(tags: Iterable[Markup], texts: Iterable[str | None]) -> Markup:
    """The cells of a row, each opened by its tag; None is an empty one."""
    from markupsafe import Markup

    return Markup().join(_cell(tag, text or "") for tag, text in zip(tags, texts, strict=True))


@lru_cache(maxsize=4096)  # the pages of a class have most cells in common: halves the time that a page takes
def _cell(tag: Markup, text: str) -> Markup:
    from markupsafe import Markup

    return tag + _marked(_in_line(text)) + Markup("</td>")


_WORD = re.compile(r"·|[^\s·×()=,;]+")
_TORN = re.compile(r"(?=.*(?:[_∂@#\[]|\d[-–/]\d)).*[-–/].*")  # where a browser breaks a line, in a label or an id
_LONGEST = 24  # characters that fit beside each other on a small phone


def whole(text: str) -> Markup:
    """The text, its labels and ids each in one line, such as ∂E/∂w5; what no phone has room for may break anywhere.

    A product may be broken after a · in it.
    """
    return _whole(text) if len(text) < _SHORT else _marked(_in_line(text))


@lru_cache(maxsize=4096)
def _whole(text: str) -> Markup:
    return _marked(_in_line(text))


def _marked(line: str) -> Markup:
    from markupsafe import Markup, escape

    written, at = Markup(), 0
    for found in _WORD.finditer(line):
        word = found[0]
        kind = "long" if len(word) > _LONGEST else "whole" if _TORN.fullmatch(word) else ""
        if kind or word == "·":
            marked = Markup('<span class="{}">{}</span>').format(kind, word) if kind else Markup("·<wbr>")
            written += escape(line[at : found.start()]) + marked
            at = found.end()
    return written + escape(line[at:])


def framed(page: str, *, scripts: bool = False) -> str:
    """A whole page as part of another one, which its style sheet does not touch; its own scripts run only if wanted."""
    from markupsafe import escape

    allowed = '="allow-scripts"' if scripts else ""
    return f'<iframe sandbox{allowed} srcdoc="{escape(page)}" style="width: 100%; height: 36rem; border: 0"></iframe>'


@lru_cache(maxsize=4096)
def _common(text: str) -> str:
    """A text that the pages of a class have in common: verdicts, labels, sentences."""
    return _in_line(text)


def _in_line(text: str) -> str:
    return one_line(text).replace(" %", "\u00a0%")  # a number and its sign stay together
