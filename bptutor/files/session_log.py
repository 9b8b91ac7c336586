"""Where sessions of practice are kept: one file each, private to the user, that is only ever added to."""

from __future__ import annotations

import os
import re
import secrets
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

from bptutor.errors import BptutorError, Fault, Where, why
from bptutor.files.faults import shown
from bptutor.files.sessions import MOST_BYTES, Line, Session, Setting, opening, read_session, record
from bptutor.language import _

VARIABLE = "BPTUTOR_DATA"
"""The variable of the environment that says in which folder all is kept."""

_NAME = re.compile(r"[0-9]{8}T[0-9]{12}-[0-9a-f]{8}\.jsonl")
_SAFELY = sum(getattr(os, name, 0) for name in ("O_NOFOLLOW", "O_NONBLOCK", "O_CLOEXEC", "O_BINARY"))
"""No link is followed and no pipe is waited for, whatever lies in the folder."""

_OURS = os.O_RDWR | os.O_APPEND | _SAFELY


def folder() -> Path:
    """The folder of the sessions, which need not be there yet: in the user's data, or where the variable says."""
    if named := os.environ.get(VARIABLE):
        return Path(named) / "practice"
    from platformdirs import user_data_path

    return user_data_path("bptutor", appauthor=False) / "practice"


class Log:
    """A session file that is open for more lines, and for no other program that asks."""

    def __init__(self, descriptor: int):
        self._descriptor = descriptor

    def add(self, line: Line) -> None:
        """Writes a line; when this returns it is on the disk. Raises OSError."""
        self._write(record(line))

    def _write(self, text: str) -> None:
        data = text.encode()
        while data:
            data = data[os.write(self._descriptor, data) :]
        with suppress(OSError):  # some file systems cannot say
            os.fsync(self._descriptor)

    def close(self) -> None:
        """Lets go of the file."""
        os.close(self._descriptor)

    @classmethod
    def begun(cls, setting: Setting) -> Log:
        """A new file with its first line; raises OSError."""
        place = folder()
        place.mkdir(parents=True, exist_ok=True, mode=0o700)
        name = f"{datetime.now(UTC):%Y%m%dT%H%M%S%f}-{secrets.token_hex(4)}.jsonl"
        descriptor = os.open(place / name, _OURS | os.O_CREAT | os.O_EXCL, 0o600)
        _take(descriptor)
        log = cls(descriptor)
        log._write(opening(setting))
        return log


def _take(descriptor: int) -> bool:
    """Keeps other programs from going on with this session; whether none does already."""
    with suppress(ImportError):
        import fcntl

        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        except OSError:  # a network disk without locks
            pass
    return True


def _paths() -> list[Path]:
    """The files of all sessions, the newest first."""
    with suppress(OSError):
        return sorted((path for path in folder().iterdir() if _NAME.fullmatch(path.name)), reverse=True)
    return []


def _bytes(descriptor: int) -> bytes:
    parts, size = list[bytes](), 0
    while size <= MOST_BYTES and (part := os.read(descriptor, 1 << 20)):
        parts.append(part)
        size += len(part)
    return b"".join(parts)


def all_sessions() -> Iterator[Session | BptutorError]:
    """Every session, the newest first, or what is wrong with its file."""
    for path in _paths():
        try:
            descriptor = os.open(path, os.O_RDONLY | _SAFELY)
            try:
                yield _read(path, descriptor)
            finally:
                os.close(descriptor)
        except OSError as error:
            yield _unreadable(path, error)
        except BptutorError as error:
            yield error


def _read(path: Path, descriptor: int) -> Session:
    data = _bytes(descriptor)
    if len(data) > MOST_BYTES:
        message = _("the file is too large: more than {limit} MiB").format(limit=MOST_BYTES // 1024 // 1024)
        raise BptutorError(message, Where(shown(str(path))))
    return read_session(path, data)


def _unreadable(path: Path, error: OSError) -> BptutorError:
    reason = why(error)
    return BptutorError(_("the file cannot be read: {reason}").format(reason=reason), Where(shown(str(path))))


def newest_unfinished() -> tuple[Session, Log, list[Fault]]:
    """The session to go on with, its file, and what is wrong with newer files; raises BptutorError for none."""
    faults = list[Fault]()
    for path in _paths():
        try:
            descriptor = os.open(path, _OURS)
        except OSError as error:
            faults += _unreadable(path, error).faults
            continue
        try:
            session = _read(path, descriptor) if _take(descriptor) else None
        except OSError as error:
            faults += _unreadable(path, error).faults
        except BptutorError as error:
            faults += error.faults
        else:
            if session and not session.finished:
                os.truncate(descriptor, session.size)  # half a line at the end would spoil the next one
                return session, Log(descriptor), faults
        os.close(descriptor)
    message = _("there is no session to go on with")
    raise BptutorError(message, hint=_("`bptutor practice` begins one"), others=faults)
