"""Excel and OpenDocument workbooks as tables of text: Microsoft Forms has nothing else."""

from __future__ import annotations

import csv
import datetime
import io
from collections.abc import Sequence
from pathlib import Path

from bptutor.errors import BptutorError, Where, why
from bptutor.files.faults import shown
from bptutor.language import _

ENDINGS = (".xlsx", ".xlsm", ".xlsb", ".ods")
MAX_BYTES = 32 * 1024 * 1024
_MAX_CELLS = 5_000_000


def is_workbook(path: str) -> bool:
    """Whether a file is a workbook, told by its ending and its first bytes; raises OSError."""
    if not path.lower().endswith((*ENDINGS, ".xls")):
        return False
    with open(path, "rb") as file:
        return file.read(4) in (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")


def as_csv(path: str) -> str:
    """The first sheet of a workbook that has something in it, as the text of a table.

    Numbers have the digits with which Python writes them: of 0.2500 Excel keeps 0.25. Raises BptutorError where it
    cannot be read, or the package for it is missing.
    """
    name = shown(Path(path).name)
    try:
        import python_calamine
    except ImportError:
        hint = _("pip install 'bptutor[xlsx]', or save it as “CSV UTF-8”")
        raise BptutorError(_("reading a workbook needs the package python-calamine"), Where(name), hint) from None
    try:
        if Path(path).stat().st_size > MAX_BYTES:
            message = _("the file is too large: more than {limit} MiB").format(limit=MAX_BYTES // 1024 // 1024)
            raise BptutorError(message, Where(name), _("save it as “CSV UTF-8”"))
        book = python_calamine.CalamineWorkbook.from_path(path)
        for number in range(len(book.sheet_names)):
            sheet = book.get_sheet_by_index(number)
            if sheet.total_height * sheet.total_width > _MAX_CELLS:
                raise BptutorError(_("the sheet has too many cells"), Where(name), _("save it as “CSV UTF-8”"))
            if rows := sheet.to_python(skip_empty_area=False):
                return _text(rows)
    except (OSError, ValueError, python_calamine.CalamineError) as error:
        message = _("this workbook cannot be read: {reason}").format(reason=why(error))
        raise BptutorError(message, Where(name), _("save it as “CSV UTF-8”")) from None
    return ""


def _text(rows: Sequence[Sequence[object]]) -> str:
    into = io.StringIO()
    csv.writer(into, lineterminator="\n").writerows([_cell(value) for value in row] for row in rows)
    return into.getvalue()


def _cell(value: object) -> str:
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    if isinstance(value, float):
        return str(float(f"{value:.15g}"))  # Excel itself shows no more digits
    if isinstance(value, datetime.datetime | datetime.date | datetime.time):
        return value.isoformat(" ") if isinstance(value, datetime.datetime) else value.isoformat()
    return " ".join(str(value).split("\n"))
