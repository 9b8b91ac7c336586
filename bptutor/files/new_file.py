"""A file that a command makes, never in the place of another that nobody spoke of."""

from __future__ import annotations

import os

from bptutor.errors import BptutorError, Where
from bptutor.files.faults import why
from bptutor.language import _


def write_new(path: str | os.PathLike[str], data: str | bytes, *, force: bool, beware: str = "") -> None:
    """Writes a file; raises BptutorError where that cannot be done, or one is there already and `force` is off.

    `beware` goes on with what is said of the file that is there.
    """
    where = Where(os.fspath(path))
    try:
        with open(path, "wb" if force else "xb") as file:
            file.write(data.encode() if isinstance(data, str) else data)
    except FileExistsError:
        message, hint = _("the file is there already"), _("another name, or --force to write over it")
        raise BptutorError(message + beware, where, hint) from None
    except (OSError, ValueError) as error:
        reason = why(error)
        raise BptutorError(_("the file cannot be written: {reason}").format(reason=reason), where) from None
