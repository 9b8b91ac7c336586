"""A folder of results that is there as a whole or not at all, whenever the run that writes it is stopped.

Everything is written into a folder beside it, which takes its place at the end. Where there are older results, they are
renamed first: a run that is killed between the two renames leaves them beside, and the next run puts them back.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Collection, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TextIO

from bptutor.errors import BptutorError, Where, why
from bptutor.files.faults import shown
from bptutor.interrupts import undisturbed
from bptutor.language import _

_LITTER = (".DS_Store", "Thumbs.db", "desktop.ini")  # what systems leave in any folder that is looked at


class OutputFolder:
    """The results of a run; `ours` are the names that a run gives, by which older results are recognised.

    Raises BptutorError where the folder is there already, unless `force` is on and it has older results alone.
    """

    def __init__(self, path: Path, ours: Collection[str], *, force: bool = False):
        self.path = Path(os.path.realpath(path))
        self.shown = shown(str(path))
        self.new, self._old, self._gone = (
            self.path.parent / f".{self.path.name}.bptutor-{what}" for what in ("new", "old", "gone")
        )
        self._ours, self._force, self._lock = ours, force, -1

    @property
    def scratch(self) -> Path:
        """A folder for files that are gone at the end."""
        return self.new / ".scratch"

    @contextmanager
    def opened(self) -> Iterator[OutputFolder]:
        """Files can be written inside; at the end they are there, and after an error everything is as it was."""
        begun = False
        try:
            try:
                with undisturbed():
                    self._begin()
                    begun = True
                yield self
                with undisturbed():
                    shutil.rmtree(self.scratch)
                    self._publish()
            except BaseException:
                if begun:
                    shutil.rmtree(self.new, ignore_errors=True)
                raise
            finally:
                if begun:
                    os.close(self._lock)
        except OSError as error:
            reason = why(error)
            message = _("the results cannot be written: {reason}").format(reason=reason)
            hint = _("nothing was changed; is there room, and may you write there?")
            raise BptutorError(message, Where(self.shown), hint) from None

    def write(self, name: str, data: str | bytes) -> None:
        """Writes a file, in a folder of its own or not."""
        (self.new / name).write_bytes(data.encode() if isinstance(data, str) else data)

    def text(self, name: str) -> TextIO:
        """A file to write text into."""
        return (self.new / name).open("x", encoding="utf-8", newline="")

    def _begin(self) -> None:
        """Cleans up after runs that were killed, and makes the new folder."""
        if self.new.exists():
            os.close(_locked(self.new, self.shown))
            shutil.rmtree(self.new)
        if self._old.exists() and not self.path.exists():
            self._old.rename(self.path)
        self._remove(self._gone)
        self._remove(self._old)
        self._check()
        self.new.mkdir()
        self._lock = _locked(self.new, self.shown)
        self.scratch.mkdir()

    def _check(self) -> None:
        """Raises BptutorError for a folder that must not be replaced."""
        where = Where(self.shown)
        if not self.path.name or not self.path.parent.is_dir():
            raise BptutorError(_("there is no folder to put the results in"), where, _("make the folder around it"))
        if not os.path.lexists(self.path):
            return
        if not self._force:
            message, hint = _("something with this name already exists"), _("another name, or --force to replace it")
            raise BptutorError(message, where, hint)
        if not self.path.is_dir():
            raise BptutorError(_("this is not a folder"), where, _("another name"))
        if foreign := sorted(shown(name) for name in os.listdir(self.path) if name not in (*self._ours, *_LITTER)):
            message = _("the folder has more than results: {name}").format(name=foreign[0])
            raise BptutorError(message, where, _("only a folder of results is replaced; choose another name"))

    def _publish(self) -> None:
        if not (self._force and self.path.exists()):
            self.new.rename(self.path)
        else:
            self.path.rename(self._old)
            try:
                self.new.rename(self.path)
            except BaseException:
                self._old.rename(self.path)
                raise
            self._remove(self._old)

    def _remove(self, folder: Path) -> None:
        """Removes a folder, under a name from which nothing is ever put back."""
        if folder.exists():
            with suppress(OSError):
                folder.rename(self._gone)
            shutil.rmtree(self._gone, ignore_errors=True)


def _locked(folder: Path, name: str) -> int:
    """A descriptor that keeps other runs away while this process lives; raises BptutorError where one is at work."""
    descriptor = os.open(folder if os.name == "posix" else os.devnull, os.O_RDONLY)
    with suppress(ImportError):
        import fcntl

        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(descriptor)
            message = _("another run is writing there at this moment")
            raise BptutorError(message, Where(name), _("wait for it, or choose another name")) from None
        except OSError:  # a network disk without locks
            pass
    return descriptor
