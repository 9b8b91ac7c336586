"""What is mistyped in a number, or in a list of numbers, that YAML takes for a text."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

from bptutor.engine.decay import DECAYS
from bptutor.errors import Fault
from bptutor.files.mending.draft import Cure, Draft
from bptutor.files.mending.lines import everywhere, line_cures
from bptutor.files.numbers import number
from bptutor.language import _

_NUMBER = r"[-+−]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][-+]?\d+)?(?:/\d+)?"
_LOOSE = r"\s*([-+−]?[\d.,]+)\s*"
_LIST = re.compile(rf"(?:[\w.]+\()?[\s\[({{<]*{_NUMBER}(?:[\s,;|&]+{_NUMBER})*[\s\])}}>]*(?:,\s*\w+=[\w.]+)?\)*[,;]?")
_WRAPPED = re.compile(r"[\w.]+\(\s*(\[.*\])\s*(?:,\s*\w+\s*=\s*[\w.]+\s*)?\)[,;]?")  # np.array([…]), torch.tensor([…])

_MOST_LINES = 30
_LONGEST, _LONGEST_NUMBER = 5000, 100  # letters of a text that is looked at
_MISREAD = str.maketrans("OoQlISB", "0001158")


def _letters(text: str) -> str:
    """Letters that look like digits as the digits."""
    named = text.casefold() in DECAYS  # l2 and l1 are no 12 and 11
    return text.translate(_MISREAD) if re.search(r"[\d.]", text) and not named else ""


def _digits(text: str) -> str:
    """Digits of other scripts, full-width ones and ½ as plain ones."""
    plain = "".join(str(unicodedata.decimal(c, c)) for c in text).replace("．", ".").replace("，", ".")
    plain = plain.replace("－", "-").replace("–", "-").replace("—", "-").replace("＋", "+").replace("⁄", "/")
    found = re.fullmatch(r"([-+]?)(\d*)([¼½¾⅓⅔⅛⅜⅝⅞])", plain)
    if not found:
        return plain
    return f"{found[1]}{float(found[2] or 0) + unicodedata.numeric(found[3]):.6g}"


def _percent(text: str) -> str:
    value = number(text.rstrip("%％ ")) if text.rstrip().endswith(("%", "％")) else None
    return "" if value is None else f"{value / 100:.12g}"


def _power(text: str) -> str:
    """`5×10^-3` as 5e-3."""
    match = re.fullmatch(r"([-+−]?[\d.]+)\s*[×x·*]\s*10\s*(?:\^|\*\*)?\s*[({]?\s*([-+−]?\d+)\s*[)}]?", text)
    return f"{match[1]}e{match[2].replace('−', '-')}" if match else ""


def _thousands(text: str) -> str:
    match = re.fullmatch(r"[-+−]?\d{1,3}(?:[_' ,]\d{3})+(?:\.\d+)?", text)
    return re.sub("[_' ,]", "", text) if match else ""


def _only(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern)


_WORDS = ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"]


def _word(text: str) -> str:
    return str(_WORDS.index(text.lower())) if text.lower() in _WORDS else ""


CURES = (
    (_word, _("numbers are written in digits")),
    (_letters, _("there is a letter where a digit should be")),
    (_digits, _("digits are 0 to 9, with a plain - and a point")),
    (_percent, _("percentages are not read")),
    (_power, _("powers of ten are written with an e")),
    (_thousands, _("digits are not grouped")),
    (_only(rf"(?:[≈~=<>±$]|[^\W\d]\w*\s*[:=≈]){_LOOSE}"), _("expected the number alone")),
    (_only(rf"{_LOOSE}[,;.:]+\s*"), _("nothing stands after the number")),
    (_only(rf"{_LOOSE}(?:#|//|%|\(|;).*"), _("a comment begins with a space and #")),
    (_only(rf"{_LOOSE}[a-zA-Z°$€]{{1,12}}"), _("expected the number alone")),
    (_only(rf"[\"'(\[{{“‘]+{_LOOSE}[\"')\]}}”’]*"), _("expected the number alone")),
    (_only(r"([-+−]?\s+[\d.]+|[-+]?\d+\s*\.\s+\d+|[-+]?\d+\s+\.\d+)"), _("a number has no spaces in it")),
    (_only(r"([-+]?\d+\.\.+\d+)"), _("a number has one point")),
    (_only(r"([-+−]?0+\d+(?:\.\d+)?)"), _("a number does not begin with a 0 before another digit")),
    (_only(r"((?:--|\+\+|\+-|-\+)[\d.]+)"), _("a number has one sign")),
)
"""Each makes of a text what was probably meant, or has it as the group of a pattern; with what is said of it."""


def meant(text: str) -> Iterator[tuple[str, str]]:
    """The numbers that a text may be meant for, and what is wrong with it."""
    for cure, says in CURES:
        if isinstance(cure, re.Pattern):
            match = cure.fullmatch(text)
            new = re.sub(r"\s", "", match[1]) if match else ""
            new = re.sub(r"\.\.+", ".", new)
            new = re.sub(r"^([-+−]?)[-+]*0+(?=\d)", r"\1", new)
            new = re.sub(r"^[-+]{2}", "-" if "-" in new[:2] else "", new)
        else:
            new = cure(text)
        if new and new != text and number(new) is not None:
            yield new, says


def number_cures(draft: Draft, fault: Fault) -> Iterator[Cure]:
    """What mends the text at a fault where it should be a number."""
    spot, line = draft.spots.get(fault.where.key), draft.in_line(fault)
    if spot is None or line is None or spot.value[0] != line - 1:
        return
    typed = draft.text[spot.start : spot.end].rstrip()
    start = spot.value[1]
    for new, says in meant(typed.strip("\"'")) if len(typed) < _LONGEST_NUMBER else ():
        rest = re.sub(r"^.*?(#|//|%|\(|;)\s*", "  # ", typed) if re.search(r"\d\s*(#|//|%|\()", typed) else ""
        says = _("found {found}: {says}").format(found=typed[:40], says=says)
        yield draft.changed(line, start, start + len(typed), new + ("" if "%" in typed else rest), says)


def list_cures(draft: Draft, fault: Fault) -> Iterator[Cure]:
    """What mends numbers that stand beside each other without what a list has around and between them."""
    line = draft.in_line(fault)
    for key in _outwards(fault.where.key):
        spot = draft.spots.get(key)
        if spot and line and spot.value[0] == line - 1:
            typed = draft.text[spot.start : spot.end].rstrip()
            yield from _as_list(draft, line, spot.value[1], typed)


def _outwards(key: str) -> Iterator[str]:
    """A place and what it is in: weights[1][2], weights[1], weights; a key of a file may have brackets of its own."""
    while key:
        yield key
        key = key[: max(key.rfind("["), key.rfind("."), 0)]


def _as_list(draft: Draft, line: int, start: int, typed: str) -> Iterator[Cure]:
    if "\n" in typed or len(typed) > _LONGEST:
        return
    end, says = start + len(typed), _("a list is written in square brackets, with commas between its numbers")
    if match := _WRAPPED.fullmatch(typed):
        plain = re.sub(rf"(?<=\d)\s+(?={_NUMBER})", ", ", match[1])
        yield draft.changed(line, start, end, plain, _("expected the numbers alone"))
    if ";" in typed or re.search(r"\d\s*\|\s*[\d.+-]", typed):
        rows = [re.findall(_NUMBER, row) for row in re.split(r"[;|]", typed.strip("[]{}() "))]
        nested = ", ".join(f"[{', '.join(row)}]" for row in rows if row)
        says_rows = _("rows are written in brackets of their own, with commas between their numbers")
        yield draft.changed(line, start, end, f"[{nested}]", says_rows)
        yield draft.changed(line, start, end, nested, says_rows)
    bare = typed.replace("~", "")
    if _LIST.fullmatch(typed):
        numbers = re.findall(_NUMBER, re.sub(r"[\w.]+\(|,\s*\w+=.*", "", typed))
        yield draft.changed(line, start, end, f"[{', '.join(numbers)}]", says)
        if len(numbers) > 1:
            gap = re.search(rf"(?<=\d)[\s,;|&]+(?={_NUMBER})", typed)
            between = _("a comma is missing between two numbers")
            cure = draft.changed(line, start, end, ", ".join(numbers), between)
            yield cure._replace(column=start + (gap.start() if gap else 0) + 1)
    elif bare.startswith("[") and (gap := re.search(rf"(?<=\d)(\s+)(?={_NUMBER})", bare)):
        new = re.sub(rf"(?<=\d)\s+(?={_NUMBER})", ", ", typed)
        at = start + gap.start()
        yield Cure(
            draft.changed(line, start, end, new, "").text, line, at + 1, _("a comma is missing between two numbers")
        )


_COMMA = re.compile(r"(?<![\d.,])([-+−]?\d+),(\d+)(?![\d.])")


def decimal_comma_cures(draft: Draft, fault: Fault) -> Iterator[Cure]:
    """Decimal commas in a list, where each makes two numbers of one."""
    line = draft.in_line(fault)
    masked = draft.masked(line) if line and len(draft.lines[line - 1]) <= _LONGEST else ""
    found = [*_COMMA.finditer(masked)]
    if line and found and (re.search(r"\d, |\d,\s*$|;|\],", masked) or any(len(m[2]) > 1 for m in found)):
        new = draft.lines[line - 1]
        for match in reversed(found):
            new = f"{new[: match.start()]}{match[1]}.{match[2]}{new[match.end() :]}"
        says = _("{found} is two numbers in a list: write a decimal point").format(found=found[0][0])
        for text in dict.fromkeys((new, re.sub(r"(?<=\d);\s*", ", ", new))):
            yield Cure(draft.with_line(line, text), line, found[0].start() + 1, says)


def text_cures(draft: Draft, fault: Fault) -> Iterator[Cure]:
    """What a row of YAML's mistakes mends in a line that YAML could read, otherwise than meant."""
    lines = draft.span(fault) if fault.where.key else ()  # what the reader refuses, it means
    if lines:
        yield from line_cures(draft, lines[0])
    if len(lines) > 1:
        yield from everywhere(draft, lines)
        for line in lines[1:_MOST_LINES]:
            yield from line_cures(draft, line)
