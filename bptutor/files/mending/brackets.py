"""Brackets that are not closed, closed twice, or closed by another kind."""

from __future__ import annotations

import re
from collections.abc import Iterator

from bptutor.files.mending.draft import Cure, Draft
from bptutor.language import _

_PAIRS = {"[": "]", "{": "}"}
_ENTRY = re.compile(r"^(?:- |\s*- |[^\W\d][\w ]*:)")
_TEXT = re.compile(r"^\s*(?:title|source|notes|reason)\s*:")  # brackets in a text are no brackets of YAML
_MOST = 12  # places of a line where a bracket is tried


def bracket_cures(draft: Draft) -> Iterator[Cure]:
    """What may close what is open, or take away what closes nothing, for the first place where it is amiss."""
    stack = list[tuple[int, int, str]]()
    for line in range(1, len(draft.lines) + 1):
        masked = "" if _TEXT.match(draft.lines[line - 1]) else draft.masked(line)
        if stack and _ENTRY.match(draft.lines[line - 1]):
            break
        for at, letter in enumerate(masked):
            if letter in _PAIRS:
                stack.append((line, at, letter))
            elif letter in "]})" and (letter != ")" or stack) and (not stack or _PAIRS[stack[-1][2]] != letter):
                yield from _too_many(draft, line, at, stack)
                return
            elif letter in "]}":
                stack.pop()
    if stack:
        yield from _unclosed(draft, stack)


def _unclosed(draft: Draft, stack: list[tuple[int, int, str]]) -> Iterator[Cure]:
    """The brackets that are missing: at the end of their line, or where another list begins."""
    line, at, letter = stack[-1]
    close = "".join(_PAIRS[one] for _line, _at, one in reversed(stack))
    says = _("the bracket {letter} is not closed").format(letter=letter)
    last = _last_of(draft, line)
    end = len(draft.masked(last).rstrip(" \t\0,"))
    yield draft.changed(last, end, end, close, says)._replace(
        line=line, column=at + 1, hint=_hint(draft, last, end, close)
    )
    masked = draft.masked(line)
    for place in [match.start() for match in re.finditer(r"\s*,\s*[\[{]", masked)][:_MOST]:
        yield draft.changed(line, place, place, _PAIRS[letter], says)._replace(column=at + 1)
    if len(stack) == 1 or stack[0][0] == line:
        yield draft.changed(line, at, at + 1, "", _("there is one {letter} too many").format(letter=letter))


def _last_of(draft: Draft, line: int) -> int:
    """The last line of what begins in a line: before the next entry."""
    last = line
    for other in range(line + 1, len(draft.lines) + 1):
        if _ENTRY.match(draft.masked(other)):
            break
        last = other if draft.masked(other).strip(" \0") else last
    return last


def _hint(draft: Draft, line: int, at: int, new: str) -> str:
    typed = draft.lines[line - 1]
    return (typed[:at] + new + typed[at:]).strip()


def _too_many(draft: Draft, line: int, at: int, stack: list[tuple[int, int, str]]) -> Iterator[Cure]:
    """A bracket that closes nothing: it goes, or is of the other kind, or one is missing before it."""
    masked, letter = draft.masked(line), draft.lines[line - 1][at]
    if stack:
        right = _PAIRS[stack[-1][2]]
        says = _("{found} closes what {opened} began").format(found=letter, opened=stack[-1][2])
        yield draft.changed(line, at, at + 1, right, says)
        yield draft.changed(line, at, at, right, says)
        if letter == ")":
            return
    says = _("the bracket {letter} closes nothing").format(letter=letter)
    yield draft.changed(line, at, at + 1, "", says)
    opened = {"]": "[", "}": "{", ")": "("}[letter]
    for match in [*re.finditer(r"(?:(?<=:)|(?<=-)|(?<=\[)|(?<=,))\s+(?=\S)|(?<=\[)", masked[:at])][:_MOST]:
        place = match.end()
        yield draft.changed(line, place, place, opened, says)._replace(column=at + 1)
