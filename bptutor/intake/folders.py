"""The files of a folder and of all folders in it, none of them opened, and the bytes of one, as far as is safe."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Iterator
from typing import NamedTuple

from bptutor.errors import why
from bptutor.intake.entry import Member
from bptutor.intake.platforms import COMPANIONS
from bptutor.language import _

_FLAGS = ("O_NOFOLLOW", "O_NONBLOCK", "O_CLOEXEC", "O_BINARY")  # not every system has each
_OPEN = sum(getattr(os, flag, 0) for flag in _FLAGS)  # a link put there meanwhile fails, a pipe does not block


class Found(NamedTuple):
    """A file below a folder, or in an archive; `inner` is its path there, `reason` says why it will not be opened."""

    path: str
    inner: str
    when: float = 0.0
    reason: str = ""
    member: Member | None = None


class Unreadable(Exception):
    """Why the bytes of a hand-in cannot be had, in one line."""


Passed = Callable[[str], None]
"""Is told the name of what is passed over though it may be somebody's: a hidden file or folder."""


def unheard(_name: str) -> None:
    """Tells nobody what is passed over."""


def walk(folder: str, passed: Passed = unheard) -> Iterator[Found]:
    """The files below a folder in the order of their names; symbolic links are found, and not followed."""
    waiting = [("", folder)]
    while waiting:
        inner, path = waiting.pop()
        try:
            with os.scandir(path) as listing:
                items = sorted(listing, key=lambda item: item.name)
        except OSError as error:
            reason = _("the folder cannot be read: {reason}").format(reason=why(error))
            yield Found(path, inner, reason=reason)
            continue
        folders = []
        for item in items:
            if is_hidden(item.name):
                if not COMPANIONS.fullmatch(item.name):
                    passed(inner + item.name)
                continue
            if found := _found(item, inner):
                yield found
            else:
                folders.append((f"{inner}{item.name}/", item.path))
        waiting += reversed(folders)


def _found(item: os.DirEntry[str], inner: str) -> Found | None:
    """What an item of a folder is as a file; None for a folder."""
    try:
        state = item.stat(follow_symlinks=False)
    except OSError as error:
        reason = _("the file cannot be read: {reason}").format(reason=why(error))
        return Found(item.path, inner + item.name, reason=reason)
    if stat.S_ISDIR(state.st_mode):
        return None
    return Found(item.path, inner + item.name, state.st_mtime, not_a_file(state.st_mode))


def not_a_file(mode: int) -> str:
    """Why something is not opened, as its mode tells; "" for a regular file."""
    if stat.S_ISLNK(mode):
        return _("a symbolic link is not followed")
    return "" if stat.S_ISREG(mode) else _("this is no file")


def is_hidden(name: str) -> bool:
    """Whether a name is one that computers make for themselves: `.DS_Store`, `._answers.yaml`."""
    return name.startswith(".") or bool(COMPANIONS.fullmatch(name))


def file_bytes(path: str, limit: int) -> bytes:
    """The bytes of a regular file, no link; raises Unreadable for more than the limit, and for all that fails."""
    try:
        descriptor = os.open(path, os.O_RDONLY | _OPEN)
    except FileNotFoundError:
        raise Unreadable(_("the file is no longer there")) from None
    except (OSError, ValueError) as error:
        raise Unreadable(_("the file cannot be read: {reason}").format(reason=why(error))) from None
    try:
        state = os.fstat(descriptor)
        if not stat.S_ISREG(state.st_mode):
            raise Unreadable(_("this is no file"))
        # So much room is made before anything is read: a sheet of a class needs no MiB of it.
        data = os.read(descriptor, min(state.st_size, limit) + 1)
        while data and len(data) <= limit and (more := os.read(descriptor, min(len(data), limit + 1 - len(data)))):
            data += more
    except OSError as error:
        raise Unreadable(_("the file cannot be read: {reason}").format(reason=why(error))) from None
    finally:
        os.close(descriptor)
    return within(data, limit)


def within(data: bytes, limit: int) -> bytes:
    """The bytes, if they are not too many; raises Unreadable."""
    if len(data) > limit:
        raise Unreadable(too_large(limit))
    return data


def too_large(limit: int) -> str:
    """The reason of what has more bytes than a hand-in may have."""
    size = f"{limit / 1024 / 1024:g} MiB" if limit >= 1024 * 1024 else f"{limit / 1024:g} KiB"
    return _("the file is too large: more than {size}").format(size=size)
