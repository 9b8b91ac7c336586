"""What is mistyped in YAML itself: a row each, how it is seen in a line, what is said of it, and what mends it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from bptutor.errors import Fault
from bptutor.files.mending.draft import Cure, Draft
from bptutor.language import _, plural

# What keyboards and word processors make of the signs of YAML.
_LOOK_ALIKES = {
    **dict.fromkeys("：﹕︰∶ː", ": "),
    **dict.fromkeys("，﹐、", ", "),
    **dict.fromkeys("［【〔「", "["),
    **dict.fromkeys("］】〕」", "]"),
    **dict.fromkeys("“”„‟″＂", '"'),
    **dict.fromkeys("‘’‚‛′＇", "'"),
    **dict.fromkeys("．。", "."),
    **dict.fromkeys("－﹣", "-"),
    **{chr(0xFF10 + digit): str(digit) for digit in range(10)},
    "｛": "{", "｝": "}", "（": "(", "）": ")", "；": ";", "＝": "=", "＃": "#", "＋": "+", "～": "~", "…": "...",
}  # fmt: skip
_ODD_SPACES = "\xa0\u1680\u2000-\u200a\u202f\u205f\u3000"
_NOTHING = "\xad\u200b-\u200f\u2060\ufeff"
_NAMES = {"\xa0": _("a no-break space"), "\u3000": _("a full-width space")}
_MOST_LINES = 100
_LONGEST = 2000  # letters of a line that is looked at
_KEY = r"[\"']?[^\W\d][\w .+-]{0,40}[\"']?"
_VALUE = r"[\d\[{\"'.+~−-]"


class Row(NamedTuple):
    """A mistake that a pattern finds in a line; the group `at`, else all that is found, is replaced by `new`."""

    pattern: re.Pattern[str]
    new: str
    says: str
    hint: str = ""


def _row(pattern: str, new: str, says: str, hint: str = "") -> Row:
    return Row(re.compile(pattern), new, says, hint)


ROWS = (
    _row(rf"^\s*(?:- +)*{_KEY}(?P<at>:)(?=[^\s:/\\])", ": ", _("a space is missing after the colon")),
    _row(rf"[{{,]\s*{_KEY}(?P<at>:)(?={_VALUE})", ": ", _("a space is missing after the colon")),
    _row(r"^\s*(?P<at>-)(?=[\[{])", "- ", _("a space is missing after the dash of the list")),
    _row(r"^\s*(?P<at>[–—−•·*‣▪]\s*)(?=[\[{])", "- ", _("a list begins with a plain - and a space")),
    _row(r"^\s*[\w.+-]+(?P<at>\s*(?::=|=>|->|=)\s*)(?=\S)", ": ", _("expected a colon and a space")),
    _row(r"^\s*[\w.+-]+(?P<at>\s*[;|]\s*)(?=\S)", ": ", _("expected a colon and a space")),
    _row(rf"^\s*[^\W\d][\w-]*(?P<at>[ \t]+)(?={_VALUE})", ": ", _("a colon is missing")),
    _row(r"^\s*[^\W\d][\w-]*(?P<at>[ \t]+)(?=\w+\s*$)", ": ", _("a colon is missing")),
    _row(r"(?P<at>\]\s*\[)", "], [", _("a comma is missing between two lists")),
    _row(r"(?P<at>\]\s*;\s*\[)", "], [", _("put commas between rows")),
    _row(r"(?P<at>\}\s*\{)", "}, {", _("a comma is missing between two mappings")),
    _row(r"(?P<at>,\s*,)", ",", _("there is one comma too many")),
    _row(r"[\[{]\s*(?P<at>,)", "", _("there is one comma too many")),
    _row(r"[\]}\d](?P<at>\s*[,;.]+\s*)$", "", _("nothing stands between two lines")),
    _row(r"^\s*(?P<at>//+|%+(?!TAG|YAML)|;+|/\*+|--(?=\s)|<!--)(?!.*\*/\s*\S)", "#", _("a comment begins with #")),
    _row(r"[\]}\d\"'\w]\s*(?P<at>\s//+|\s%+|\s;+|\s/\*+)", " #", _("a comment begins with a space and #")),
    _row(r"[\]}\"'](?P<at>#)", " #", _("a comment begins with a space and #")),
    _row(r"^(?P<at>\s*(?:```+|~~~+)\w*\s*)$", "#", _("this line does not belong in the file"), _("leave it out")),
    _row(r"^(?P<at>---\s*)$", "#", _("this line does not belong in the file"), _("leave it out")),
    _row(r"^\s+(?P<at>)(?=\[)", "- ", _("each item of a list begins with a - and a space")),
    _row(r"^\s*(?P<at>>>>? |\$ )", "", _("this character does not belong here")),
)
"""In the order in which they are tried."""


def line_cures(draft: Draft, line: int) -> Iterator[Cure]:
    """What may mend a line, counted from 1: every row that finds something, the most certain first."""
    typed = draft.lines[line - 1]
    if len(typed) > _LONGEST:
        return
    masked = draft.masked(line)
    yield from _look_alikes(draft, line, masked)
    yield from _odd_spaces(draft, line, typed)
    yield from _invisible(draft, line, typed)
    yield from _tabs(draft, line, typed)
    for row in ROWS:
        found = [*row.pattern.finditer(masked)]
        if found:
            yield draft.changed(line, *found[0].span("at"), row.new, row.says, row.hint)
            if len(found) > 1:
                yield _all_of(draft, line, row, found)
    yield from _in_two(draft, line, typed)
    yield from _texts(draft, line, typed)
    yield from _keys_in_a_line(draft, line, typed)
    yield from _quotes(draft, line, typed)


def everywhere(draft: Draft, numbers: Iterable[int]) -> Iterator[Cure]:
    """What mends several lines at once that have the same mistake."""
    lines = [line for line in numbers if draft.lines[line - 1].strip()][:_MOST_LINES]
    done = set[str]()
    for first in lines:
        for cure in line_cures(draft, first):
            if cure.says in done or cure.moves:
                continue
            done.add(cure.says)
            text, others = cure.text, 0
            for line in lines[lines.index(first) + 1 :]:
                again = next((one for one in line_cures(Draft(text), line) if one.says == cure.says), None)
                text, others = (again.text, others + 1) if again else (text, others)
            if others:
                more = plural("{says}; the same in {n} more line", "{says}; the same in {n} more lines", others)
                yield cure._replace(text=text, says=more.format(says=cure.says, n=others))


def _all_of(draft: Draft, line: int, row: Row, found: list[re.Match[str]]) -> Cure:
    new = draft.lines[line - 1]
    for match in reversed(found):
        start, end = match.span("at")
        new = new[:start] + row.new + new[end:]
    return Cure(draft.with_line(line, new), line, found[0].start("at") + 1, row.says)


def _look_alikes(draft: Draft, line: int, masked: str) -> Iterator[Cure]:
    """Full-width signs and curly quotes, all of a line."""
    first = next((at for at, letter in enumerate(masked) if letter in _LOOK_ALIKES), None)
    if first is None:
        return
    sign, plain = masked[first], _LOOK_ALIKES[masked[first]].strip()
    says = _("“{sign}” is not the plain {plain} that YAML needs").format(sign=sign, plain=plain)
    typed = draft.lines[line - 1]
    pairs = zip(typed, masked, strict=True)
    new = "".join(_LOOK_ALIKES.get(letter, letter) if seen != "\0" else letter for letter, seen in pairs)
    yield Cure(draft.with_line(line, re.sub(r"(?<=[:,])  +", " ", new).rstrip()), line, first + 1, says)


def _odd_spaces(draft: Draft, line: int, typed: str) -> Iterator[Cure]:
    if match := re.search(f"[{_ODD_SPACES}]", typed):
        name = _NAMES.get(match[0], _("an unusual space"))
        says = _("{name} (U+{code:04X}) is here, expected a plain one").format(name=name, code=ord(match[0]))
        new = re.sub(f"[{_ODD_SPACES}]", " ", typed)
        yield Cure(draft.with_line(line, new), line, match.start() + 1, says)


def invisible_cures(draft: Draft, fault: Fault) -> Iterator[Cure]:
    """The line of a fault without what nobody sees."""
    if line := draft.in_line(fault):
        yield from _invisible(draft, line, draft.lines[line - 1])


def _invisible(draft: Draft, line: int, typed: str) -> Iterator[Cure]:
    if match := re.search(f"[{_NOTHING}]", typed):
        says = _("an invisible character (U+{code:04X}) stands here").format(code=ord(match[0]))
        new = re.sub(f"[{_NOTHING}]", "", typed)
        yield Cure(draft.with_line(line, new), line, match.start() + 1, says)


def _tabs(draft: Draft, line: int, typed: str) -> Iterator[Cure]:
    """Tabs at the beginning of a line: as deep as what is above it, or as usual."""
    if "\t" in re.match(r"\s*", typed)[0]:  # type: ignore[index]
        says = _("the line begins with a tab, expected spaces")
        yield from _indented(draft, line, says)
    elif "\t" in typed:
        new = typed.replace("\t", " ")
        says = _("there is a tab here, expected a space")
        yield Cure(draft.with_line(line, new), line, typed.index("\t") + 1, says)


def indentation_cures(draft: Draft, line: int) -> Iterator[Cure]:
    """The line as deep as others are."""
    yield from _indented(draft, line, _("the line is not indented as those beside it"))


def _indented(draft: Draft, line: int, says: str) -> Iterator[Cure]:
    typed = draft.lines[line - 1]
    words, old = typed.lstrip(), len(typed) - len(typed.lstrip())
    if not words:
        return
    above = [other for other in draft.lines[: line - 1] if other.strip()][::-1]
    alike = [other for other in above if other.lstrip().startswith("-") == words.startswith("-")]
    usual = [2, 0, 4] if words.startswith("-") else [0, 2, 4]
    depths = [_depth(other) for other in (*alike[:2], *above[:2]) if "\t" not in other[: _depth(other)]]
    depths = depths + usual if alike else usual + depths
    for depth in dict.fromkeys(depths):
        if depth != old or "\t" in typed[:old]:
            hint = _("{n} spaces before it: {line}").format(n=depth, line=words) if depth else words
            yield Cure(draft.with_line(line, " " * depth + words), line, 1, says, hint, alone=True)


def _depth(line: str) -> int:
    return len(line.expandtabs(2)) - len(line.expandtabs(2).lstrip())


_ITEM = re.compile(r"^(\s*[^\W\d]\w*:)\s+(- +\S.*)$")
_TWO_KEYS = re.compile(r"^(\s*)([^\W\d]\w*:\s+[^\s'\"].*?)[,;]?\s+([^\W\d]\w*:(?:\s.*)?)$")


def _in_two(draft: Draft, line: int, typed: str) -> Iterator[Cure]:
    """What should stand in two lines: two keys, or a key and the first item of its list."""
    if match := _ITEM.match(typed):
        new = f"{match[1]}\n  {match[2]}"
        says = _("a list of items begins in a line of its own")
        yield Cure(
            draft.with_line(line, new), line, match.start(2) + 1, says, f"{match[1]}\n       {match[2]}", moves=True
        )
    for match in filter(None, [_TWO_KEYS.match(typed)]):
        new = f"{match[1]}{match[2]}\n{match[1]}{match[3]}"
        says = _("each key has a line of its own")
        yield Cure(
            draft.with_line(line, new), line, match.start(3) + 1, says, f"{match[2]}\n     {match[3]}", moves=True
        )


_TEXT = re.compile(r"^(\s*(?:- +)?(?:title|source|notes|reason|student|problem)\s*:\s+)(\S.*?)\s*$")
_ANY = re.compile(r"^(\s*(?:- +)?[^\W\d][\w ]*:\s+)(.*?\S:\s.*?|[@`*&!%|>?-].*?|[\[{\"'].*[\]}\"'].+?)\s*$")
_INLINE = re.compile(r"^(\s*[^\W\d]\w*:\s+)([^\W\d][\w\[\]]*:\s.*?)\s*$")


def _texts(draft: Draft, line: int, typed: str) -> Iterator[Cure]:
    """A text with a colon, a quote or a sign of YAML in it that stands without quotes."""
    for pattern in (_TEXT, _ANY):
        if match := pattern.match(typed):
            value = match[2]
            if value[0] in "\"'" and value.count(value[0]) == 1:
                continue  # it is not closed
            if value[0] == value[-1] == '"' and "\\" in value:
                at = match.start(2) + value.index("\\")
                says = _("in double quotes a \\ begins a special character, in single quotes it does not")
                new = f"{match[1]}'{value[1:-1].replace(chr(39), chr(39) * 2)}'"
                yield Cure(draft.with_line(line, new), line, at + 1, says)
                continue
            if len(value) > 1 and value[0] == value[-1] and value[0] in "\"'":
                value = value[1:-1]
            quoted = f"{match[1]}'{value.replace(chr(39), chr(39) * 2)}'"
            says = _("a text with “{sign}” in it needs quotes").format(sign=_sign(match[2]))
            yield Cure(draft.with_line(line, quoted), line, match.start(2) + 1 + _at_sign(match[2]), says)


def _at_sign(value: str) -> int:
    match = re.search(r":(?=\s)|(?<=\s)#|\\|(?<=\w)'(?=\w)|['\"]|[@`*&!%|>?\[\]{},]", value)
    return match.start() if match else 0


def _sign(value: str) -> str:
    return value[_at_sign(value) : _at_sign(value) + 1]


def _keys_in_a_line(draft: Draft, line: int, typed: str) -> Iterator[Cure]:
    """Keys that stand in the line of the key that they belong to."""
    if match := _INLINE.match(typed):
        says = _("several keys on one line need braces")
        yield draft.changed(line, match.start(2), match.end(2), f"{{{match[2]}}}", says)


def _quotes(draft: Draft, line: int, typed: str) -> Iterator[Cure]:
    """A quote that is not closed, or closed too early."""
    for quote in "\"'":
        places = [at for at, letter in enumerate(typed) if letter == quote]
        if len(places) % 2:
            says = _("the quote {quote} is not closed").format(quote=quote)
            yield Cure(draft.with_line(line, typed.rstrip() + quote), line, places[0] + 1, says)
            for at in places:
                yield draft.changed(line, at, at + 1, "", _("there is a quote {quote} too many").format(quote=quote))
