"""A workbook that `bptutor worksheet` has written, filled in: a sheet of answers.

Read are the values of cells, and nothing else of the file: no macro, no link, no picture. Where a cell stands is told
by its name, which a spreadsheet moves along when rows are inserted; which names there are, by a sheet that nobody sees.
Libraries that read workbooks do not tell names, and lay out every cell up to the farthest, however far that is; so the
few parts of the file that count are read here, each up to a limit.
"""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections.abc import Iterator
from decimal import Decimal
from typing import NamedTuple
from xml.etree import ElementTree as Xml

from bptutor.errors import BptutorError, Fault, Where
from bptutor.files.faults import Faults
from bptutor.files.reader import ARCHIVE, Document, Mapping, Node, Scalar
from bptutor.language import _

FORMAT, VERSION = "bptutor/workbook", 1
MAP = "bptutor"
STUDENT = "student"
FIRST = 5
"""The row of the map, counted from 0, in which its cells begin."""

_BOOK, _LINKS = "xl/workbook.xml", "xl/_rels/workbook.xml.rels"
_IS_MAP = re.compile(rb"<(?:\w+:)?sheet\b[^>]*\bname=[\"']" + MAP.encode() + rb"[\"']")
_LIMIT, _MOST = 16 * 1024 * 1024, 1_000_000  # bytes and tags of a part; a page of 4,100 cells has 4.6 MB and 510,000
_CAME_APART = (
    zipfile.BadZipFile,
    Xml.ParseError,
    KeyError,
    ValueError,
    IndexError,
    OSError,
    RuntimeError,
    NotImplementedError,
    EOFError,
    zlib.error,
)
_FIGURES = 15  # of a number, as many as a spreadsheet shows
_LONGEST = 40  # letters of a number


def is_filled_workbook(data: bytes) -> bool:
    """Whether a file is a workbook that bptutor wrote, whatever has become of it since."""
    if not data.startswith(ARCHIVE):
        return False
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return bool(_IS_MAP.search(_part(archive, _BOOK)))
    except _CAME_APART:
        return False


def filled_workbook(data: bytes, name: str) -> Document:
    """What stands in the cells of such a workbook, as a sheet with the keys of a file.

    A spreadsheet keeps no zeros at the end of a number, so numbers have as many decimals as the sheet uses: 0.377 is
    0.3770 where other cells have four. Those asked for are in use where some number has as many as any right one has.
    Raises BptutorError for a file that is damaged, or of a later version.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return _sheet(Book(archive), name)
    except BptutorError:
        raise
    except _CAME_APART as error:
        message = _("the workbook cannot be read: {reason}").format(reason=error)
        raise BptutorError(message, Where(name), _("save it again as .xlsx")) from None


Cells = dict[tuple[int, int], str]
"""What stands in a sheet, by row and column, counted from 1; numbers as a spreadsheet shows them, blanks left out."""


class Spot(NamedTuple):
    """Where a cell stands, row and column counted from 1."""

    sheet: str
    row: int
    column: int


def _sheet(book: Book, name: str) -> Document:
    """The head and the answers, each in the line that is its row."""
    listed = book.rows(MAP)
    if (listed.get((1, 1)), listed.get((1, 2))) != (FORMAT, str(VERSION)):
        message = _("this workbook is not of a form that this version can read")
        raise BptutorError(message, Where(name), _("the workbook as `bptutor worksheet` writes it"))
    faults, answers, numbers = Faults(), Mapping({}, {}, 1), list[str]()
    for row in sorted({row for row, column in listed if row > FIRST and column == 1}):
        cell = listed[row, 1]
        spot = book.names.get(listed.get((row, 2), "").casefold())
        if spot is None:
            message = _("the place of this cell is no longer in the workbook")
            faults.append(Fault(message, Where(name, None, cell), _("undo what deleted it")))
            continue
        if text := book.rows(spot.sheet).get((spot.row, spot.column), ""):
            answers.items[cell], answers.lines[cell] = Scalar(text, spot.row), spot.row
            numbers += [text] if (row, 6) in listed else []
    decimals, needed = (int(listed.get((5, column), "0")) for column in (2, 3))
    used = max(map(_decimals, numbers), default=0)
    used = decimals if used >= needed else used
    for cell, node in answers.items.items():
        assert isinstance(node, Scalar)
        answers.items[cell] = node._replace(text=_with(node.text, used))
    head: dict[str, Node] = {listed[row, 1]: Scalar(listed.get((row, 2), ""), 1, False) for row in range(2, 5)}
    spot = book.names.get(STUDENT)
    if spot and not listed.get((3, 2)):
        head[STUDENT] = Scalar(book.rows(spot.sheet).get((spot.row, spot.column), ""), spot.row, False)
    head = {key: node for key, node in head.items() if isinstance(node, Scalar) and node.text.strip()}
    root = Mapping(head | {"answers": answers}, dict.fromkeys([*head, "answers"], 1), 1)
    return Document(name, b"", root, faults)


_NUMBER = re.compile(r"-?[0-9]+(?:\.([0-9]+))?")


def _decimals(text: str) -> int:
    """How many decimals a number is written with."""
    found = _NUMBER.fullmatch(text)
    return len(found[1] or "") if found else 0


def _with(text: str, decimals: int) -> str:
    """A number with zeros up to so many decimals; what is none as it is."""
    if not _NUMBER.fullmatch(text) or (missing := decimals - _decimals(text)) <= 0:
        return text
    return f"{text}{'' if '.' in text else '.'}{'0' * missing}"


def _shown(value: float) -> str:
    """A number as a spreadsheet shows it, without the noise of binary fractions."""
    text = f"{Decimal(f'{value:.{_FIGURES}g}'):f}"
    return text if len(text) <= _LONGEST else f"{value:.{_FIGURES}g}"


class Book:
    """The sheets of a workbook, read as far as they are asked for.

    `files` has the part of each sheet, `names` where the cell of each name is, in small letters.
    """

    def __init__(self, archive: zipfile.ZipFile):
        self._archive = archive
        root, links = Xml.fromstring(_part(archive, _BOOK)), Xml.fromstring(_part(archive, _LINKS))  # noqa: S314
        targets = {link.get("Id"): link.get("Target", "") for link in links}
        self.files = dict[str, str]()
        for sheet in _all(root, "sheet"):
            place = next((value for key, value in sheet.attrib.items() if key.endswith("}id")), "")
            self.files[sheet.get("name", "")] = _inside(targets[place])
        self.names = dict(_names(root))
        self._strings = [_inside(one) for link, one in targets.items() if one.endswith("sharedStrings.xml")]
        self._texts: list[str] | None = None
        self._read = dict[str, Cells]()

    def rows(self, sheet: str) -> Cells:
        """What stands in a sheet; nothing where there is none of that name."""
        if sheet not in self._read:
            file = self.files.get(sheet)
            self._read[sheet] = dict(self._cells(file)) if file else {}
        return self._read[sheet]

    def _cells(self, file: str) -> Iterator[tuple[tuple[int, int], str]]:
        row = column = 0
        for line in _all(Xml.fromstring(_part(self._archive, file)), "row"):  # noqa: S314
            row, column = int(line.get("r", row + 1)), 0
            for cell in _all(line, "c"):
                column = _column(cell.get("r", "")) or column + 1
                if text := self._text(cell):
                    yield (row, column), text

    def _text(self, cell: Xml.Element) -> str:
        """The value of a cell; of a formula that nobody has worked out the formula."""
        kind, value = cell.get("t", "n"), next((one.text or "" for one in _all(cell, "v")), "")
        if kind == "s" and value:
            return self._shared(int(value))
        if kind == "inlineStr":
            return "".join(one.text or "" for one in _all(cell, "t"))
        if not value:
            return next((f"={one.text}" for one in _all(cell, "f") if one.text and kind != "str"), "")
        if kind == "b":
            return "FALSE" if value == "0" else "TRUE"
        return value if kind in ("e", "str", "d") else _shown(float(value))

    def _shared(self, place: int) -> str:
        if self._texts is None:
            roots = [Xml.fromstring(_part(self._archive, file)) for file in self._strings]  # noqa: S314
            self._texts = ["".join(t.text or "" for t in _all(one, "t")) for root in roots for one in _all(root, "si")]
        return self._texts[place]


def _part(archive: zipfile.ZipFile, name: str) -> bytes:
    """A part of the file; raises ValueError for more than the limits, and for abbreviations, which may explode."""
    with archive.open(name) as file:
        data = file.read(_LIMIT + 1)
    if len(data) > _LIMIT or data.count(b"<") > _MOST:
        raise ValueError(_("{name} is too large").format(name=name))
    if b"<!DOCTYPE" in data.replace(b"\0", b""):
        raise ValueError(_("{name} is no part of a workbook").format(name=name))
    return data


def _inside(target: str) -> str:
    """The way to a part in the archive."""
    return target.removeprefix("/") if target.startswith("/") else f"xl/{target}"


def _all(element: Xml.Element, tag: str) -> Iterator[Xml.Element]:
    """What has a tag below an element, in whichever namespace."""
    return (one for one in element.iter() if one.tag.rpartition("}")[2] == tag)


_ADDRESS = re.compile(r"(?P<sheet>'(?:[^']|'')+'|[^'!]+)!\$?(?P<column>[A-Z]{1,3})\$?(?P<row>[0-9]{1,7})(?::.*)?")


def _names(root: Xml.Element) -> Iterator[tuple[str, Spot]]:
    """The names, in small letters, that stand for a cell."""
    for one in _all(root, "definedName"):
        if found := _ADDRESS.fullmatch((one.text or "").strip()):
            sheet = found["sheet"]
            sheet = sheet[1:-1].replace("''", "'") if sheet.startswith("'") else sheet
            yield one.get("name", "").casefold(), Spot(sheet, int(found["row"]), _column(found["column"]))


def _column(address: str) -> int:
    """The number of the column of an address such as AB12; 0 for none."""
    number = 0
    for letter in address:
        if not "A" <= letter <= "Z":
            break
        number = number * 26 + ord(letter) - ord("A") + 1
    return number
