"""The sheet of answers in a folder that a student has handed in."""

from __future__ import annotations

import os
from pathlib import Path

from bptutor.errors import BptutorError
from bptutor.files.faults import brief
from bptutor.language import _

_ENDINGS = (".yaml", ".yml")
_MOST = 1_000  # files to look at: one is expected


def sheet_in(folder: str | Path) -> Path:
    """The only YAML file in a folder, however deep; raises BptutorError where there is none, or more than one.

    Links and hidden files are passed over: a sheet is a file of the student's own.
    """
    found: list[Path] = []
    seen = 0
    for place, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith((".", "__")))
        paths = [Path(place, name) for name in sorted(names) if not name.startswith(".")]
        found += [
            path for path in paths if path.suffix.lower() in _ENDINGS and path.is_file() and not path.is_symlink()
        ]
        seen += len(names)
        if seen > _MOST:
            break
    if len(found) == 1:
        return found[0]
    if not found:
        raise BptutorError(_("no sheet of answers was handed in"), hint=_("one file whose name ends in .yaml"))
    names = [brief(str(path.relative_to(folder))) for path in found[:4]]
    message = _("{n} sheets of answers were handed in, expected one: {names}")
    raise BptutorError(message.format(n=len(found), names=", ".join(names)), hint=_("hand in only the last of them"))
