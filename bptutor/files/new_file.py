"""A file that a command makes: whole or not at all, and never in the place of another that nobody spoke of."""

from __future__ import annotations

import os
import tempfile
from contextlib import suppress
from pathlib import Path

from bptutor.errors import BptutorError, Where, why
from bptutor.interrupts import undisturbed
from bptutor.language import _

_USUAL = 0o666  # what a new file may be, less what the user's mask takes away


def write_new(path: str | os.PathLike[str], data: str | bytes, *, force: bool, beware: str = "") -> None:
    """Writes a file; raises BptutorError where that cannot be done, or one is there already and `force` is off.

    It is written under another name first, so that what breaks off in the middle leaves nothing half done. `beware`
    goes on with what is said of the file that is there.
    """
    where, content = Where(os.fspath(path)), data.encode() if isinstance(data, str) else data
    try:
        if _is_no_file(path):  # a pipe, a terminal: there is nothing to put in its place
            Path(path).write_bytes(content)
            return
        with undisturbed():
            _write(Path(path), content, force=force)
    except FileExistsError:
        message, hint = _("the file already exists"), _("another name, or --force to overwrite it")
        raise BptutorError(message + beware, where, hint) from None
    except (OSError, ValueError) as error:
        folder = Path(path).parent
        if isinstance(error, FileNotFoundError) and not folder.is_dir():
            message = _("there is no folder {folder}").format(folder=folder)
            raise BptutorError(message, where, _("make it first: mkdir -p {folder}").format(folder=folder)) from None
        reason = why(error)
        raise BptutorError(_("the file cannot be written: {reason}").format(reason=reason), where) from None


def _is_no_file(path: str | os.PathLike[str]) -> bool:
    return os.path.exists(path) and not os.path.isfile(path) and not os.path.isdir(path)


def _write(path: Path, content: bytes, *, force: bool) -> None:
    """Writes under a temporary name beside the file, then gives it the name."""
    if not force and os.path.lexists(path):
        raise FileExistsError
    if path.is_dir():
        raise IsADirectoryError(21, "Is a directory")
    target = Path(os.path.realpath(path)) if force and path.is_symlink() else path
    handle, name = tempfile.mkstemp(prefix=".", suffix=".part", dir=target.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        os.chmod(name, target.stat().st_mode & 0o777 if target.exists() else _USUAL & ~_mask())
        if force:
            os.replace(name, target)
        else:
            _name_new(name, target)
    finally:
        with suppress(FileNotFoundError):
            os.unlink(name)


def _name_new(name: str, target: Path) -> None:
    """Gives a file its name; raises FileExistsError where another one has come there meanwhile."""
    try:
        os.link(name, target)
    except FileExistsError:
        raise
    except OSError:  # a disk that knows no links
        if os.path.lexists(target):
            raise FileExistsError from None
        os.replace(name, target)


def _mask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
