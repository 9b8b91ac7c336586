"""One problem for all, or a folder of variants."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from bptutor.errors import BptutorError, Where
from bptutor.files.faults import Faults
from bptutor.files.library import load
from bptutor.language import _
from bptutor.problem import Problem

Source = str | Path | Problem | Mapping[str, Problem]
"""A file, a name of the library, a folder of variants; from Python also a problem, or variants by name."""


def problems(source: Source) -> Mapping[str, Problem]:
    """The problems by the names of their variants: the stems of the files of a folder, or "" for the only one.

    Raises BptutorError with the faults of all files.
    """
    if isinstance(source, Problem):
        return {"": source}
    if isinstance(source, Mapping):
        return source
    folder = Path(source)
    if not folder.is_dir():
        return {"": load(source)}
    files = sorted(file for file in folder.iterdir() if file.suffix.lower() in (".yaml", ".yml"))
    if not files:
        hint = _("a problem, or a folder with one file for each variant")
        raise BptutorError(_("there is no problem in this folder"), Where(str(source)), hint)
    variants, faults = dict[str, Problem](), Faults()
    for file in files:
        try:
            variants[file.stem] = load(file)
        except BptutorError as error:
            faults += error.faults
    faults.settle()
    return variants


def variant_of(variants: Mapping[str, Problem], *names: str) -> Problem | None:
    """The problem of the first of some names that is not "": what the sheet says, what the roster says.

    Where there is only one problem, it is that of all. Case and spaces around a name do not matter.
    """
    if list(variants) == [""]:
        return variants[""]
    name = next(filter(None, names), "").strip().casefold()
    found = [problem for variant, problem in variants.items() if variant.casefold() == name]
    return found[0] if len(found) == 1 else None
