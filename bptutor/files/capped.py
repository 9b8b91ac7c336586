"""The bytes of a file that a user names, no more of them than can be meant, and why they cannot be had."""

from __future__ import annotations

import sys
from pathlib import Path

from bptutor.errors import BptutorError, Where, why
from bptutor.language import _


def capped(path: str | Path, limit: int, expected: str) -> tuple[bytes, str]:
    """The bytes of a file (`-`: standard input), and what messages call it.

    Raises BptutorError for more than `limit` bytes, of which `expected` says what they should have been, and for
    whatever keeps the file from being read.
    """
    name = _("standard input") if str(path) == "-" else str(path)
    try:
        data = _bytes(path, limit)
    except FileNotFoundError:
        raise BptutorError(_("there is no such file"), Where(name), _("check the name and the folder")) from None
    except IsADirectoryError:
        raise BptutorError(_("this is a folder, expected a file"), Where(name), _("name a file in it")) from None
    except (OSError, ValueError) as error:
        message = _("the file cannot be read: {reason}").format(reason=why(error))
        raise BptutorError(message, Where(name)) from None
    if len(data) > limit:
        message = _("the file is too large: more than {limit} MiB").format(limit=limit // 1024 // 1024)
        raise BptutorError(message, Where(name), expected)
    return data, name


def _bytes(path: str | Path, limit: int) -> bytes:
    if str(path) == "-":
        return sys.stdin.buffer.read(limit + 1)
    with open(path, "rb") as file:
        return file.read(limit + 1)
