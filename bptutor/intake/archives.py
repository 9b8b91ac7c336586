"""Zip archives of hand-ins: their members, none of them unpacked to disk, and the bytes of one, as far as is safe.

A member's header is never trusted: what it unpacks to is counted while it is unpacked, and stopped at the limit.
"""

from __future__ import annotations

import calendar
import re
import stat
import struct
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from io import FileIO
from itertools import pairwise

from bptutor.errors import BptutorError, Where, why
from bptutor.files.faults import shown
from bptutor.intake.entry import Member
from bptutor.intake.folders import (
    Found,
    Passed,
    Unreadable,
    is_hidden,
    not_a_file,
    too_large,
    unheard,
    within,
)
from bptutor.intake.platforms import COMPANIONS
from bptutor.language import _

MAX_MEMBERS = 100_000
_MAX_OVERLAPS = 100
_LONGEST, _SHOWN = 1024, 100  # letters of a path, and of a longer one those that are shown
_MAX_LIST = 16 * 1024 * 1024  # bytes of the list at the end of an archive, which is read at once
_SMALL, _PACKED = 64 * 1024, 100  # bytes; what is larger, and packed to less than a hundredth, is a bomb and no sheet
_DEVICE = re.compile(r"(?:con|prn|aux|nul|conin\$|conout\$|(?:com|lpt)[0-9¹²³])(?: *\..*)?", re.IGNORECASE)


class _Archive(FileIO):
    """A file of which not too much is read at once, whatever it says of its own list."""

    def read(self, size: int | None = -1, /) -> bytes:
        if size is not None and size > _MAX_LIST:
            raise zipfile.BadZipFile(_("its list of members is too long"))
        return super().read(size) or b""


def _listed(path: str, name: str) -> list[zipfile.ZipInfo]:
    """The list of members; raises BptutorError for what is no archive, or one that would take too long."""
    try:
        with _Archive(path) as file, zipfile.ZipFile(file) as archive:
            infos = archive.infolist()
    except FileNotFoundError:
        raise BptutorError(_("there is no such file"), Where(name)) from None
    except OSError as error:
        message = _("the file cannot be read: {reason}").format(reason=why(error))
        raise BptutorError(message, Where(name)) from None
    except (zipfile.BadZipFile, NotImplementedError, ValueError, struct.error) as error:
        message = _("this zip archive cannot be read: {reason}").format(reason=error)
        raise BptutorError(message, Where(name), _("download it again, or unpack it and name the folder")) from None
    if len(infos) > MAX_MEMBERS:
        message = _("the archive has {n} files, expected at most {limit}").format(n=len(infos), limit=MAX_MEMBERS)
        raise BptutorError(message, Where(name), _("unpack it and name the folder"))
    if _overlapping(infos) > _MAX_OVERLAPS:
        message = _("this zip archive cannot be read: {reason}").format(reason=_("its members overlap"))
        raise BptutorError(message, Where(name), _("unpack it and name the folder"))
    return infos


def members(path: str, limit: int, passed: Passed = unheard) -> Iterator[Found]:
    """The files in an archive in the order of their names; raises BptutorError for what is no archive."""
    infos = _listed(path, shown(path))
    seen = set[str]()
    for place, info in sorted(enumerate(infos), key=lambda numbered: numbered[1].filename):
        inner = info.filename.replace("\\", "/")
        if inner.endswith("/"):
            continue
        if any(is_hidden(part) for part in inner.split("/") if part not in (".", "..")):
            if not COMPANIONS.fullmatch(inner):
                passed(shown(inner[:_LONGEST]))
            continue
        refusal = _refusal(info, inner, limit, twice=inner in seen)
        if len(inner) > _LONGEST:
            inner, refusal = f"{inner[:_SHOWN]}… ({place})", _("its name is too long")
        yield Found(path, inner, _when(info), refusal, Member(place))
        seen.add(inner)


def _overlapping(infos: Sequence[zipfile.ZipInfo]) -> int:
    """How many members begin inside of the one before, which lets a small archive unpack to much."""
    places = sorted((info.header_offset, info.compress_size) for info in infos)
    return sum(at + size > after for (at, size), (after, _size) in pairwise(places))


def _when(info: zipfile.ZipInfo) -> float:
    try:
        return float(calendar.timegm((*info.date_time, 0, 0, 0)))
    except ValueError:  # the 0th of a 0th month
        return 0.0


def _refusal(info: zipfile.ZipInfo, inner: str, limit: int, *, twice: bool) -> str:
    """Why a member will not be unpacked, "" where it will be."""
    parts, mode = inner.split("/"), info.external_attr >> 16
    if inner.startswith("/") or ".." in parts or re.match("[A-Za-z]:", inner):
        return _("its path leads out of the archive")
    if info.orig_filename != info.filename and "\0" in info.orig_filename:
        return _("its name has a NUL character")
    if any(_DEVICE.fullmatch(part) for part in parts):
        return _("its name is that of a device")
    if stat.S_IFMT(mode) and not_a_file(mode):
        return not_a_file(mode)
    if twice:
        return _("the archive already has a file with this name")
    if info.flag_bits & 1:
        return _("the file is encrypted")
    if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        return _("the file is packed in a way that is not read")
    if info.file_size > limit:
        return too_large(limit)
    if info.file_size > max(_SMALL, _PACKED * info.compress_size):
        return _("the file is packed to less than a hundredth of its size, as no sheet is")
    return ""


class Archives(ExitStack):
    """The archives that hand-ins are read from, each opened for the first of them and closed with the last."""

    def __init__(self) -> None:
        super().__init__()
        self._open: dict[str, zipfile.ZipFile] = {}

    def member(self, path: str, place: int, limit: int) -> bytes:
        """The bytes of a member by its place; raises Unreadable for more than the limit, and for all that fails."""
        try:
            if path not in self._open:
                self._open[path] = self.enter_context(zipfile.ZipFile(self.enter_context(_Archive(path))))
            info = self._open[path].infolist()[place]
            info.file_size = limit + 2  # whatever it says: that many bytes can be read, and one too many is enough
            with self._open[path].open(info) as file:
                return within(file.read(limit + 1), limit)
        except zipfile.BadZipFile as error:
            reason = _("the checksum differs") if "CRC" in str(error) else str(error)
            raise Unreadable(_DAMAGED.format(reason=reason)) from None
        except (OSError, ValueError, IndexError, EOFError, RuntimeError, struct.error, zlib.error) as error:
            raise Unreadable(_DAMAGED.format(reason=error)) from None


_DAMAGED = _("the archive is damaged here: {reason}")
