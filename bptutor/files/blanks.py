"""Numbers that are still to be filled in: told together, by the names that the exercise has for them."""

from __future__ import annotations

import re
from collections.abc import Sequence

from bptutor.engine.default_labels import numbered, unit_names, weight_names
from bptutor.errors import Fault
from bptutor.files.faults import Faults
from bptutor.files.place import BLANK
from bptutor.language import _, plural

_PLACE = re.compile(r"(inputs|targets|weights|biases|learning_rate)(?:\[(\d+)\])?(?:\[(\d+)\])?(?:\[(\d+)\])?")
_NAMED = 12  # blanks that are named one by one


def gather_blanks(faults: Faults, layers: Sequence[int]) -> None:
    """Makes one fault of all numbers that are `~`, where there are several of them."""
    blank = [fault for fault in faults if fault.message.startswith(BLANK) and _PLACE.fullmatch(fault.where.key)]
    if len(blank) < 2:
        return
    names = [_name(fault.where.key, layers) for fault in blank]
    listed = ", ".join(names[:_NAMED]) + (" …" if len(names) > _NAMED else "")
    message = plural("{n} number is still missing: {names}", "{n} numbers are still missing: {names}", len(blank))
    hint = _("type each in the place of its ~")
    if all(fault.where.key.startswith("biases") for fault in blank):
        hint = _("type each in the place of its ~, or take `biases:` out if the exercise has none")
    told = Fault(message.format(n=len(blank), names=listed), blank[0].where, hint)
    faults[:] = [told, *(fault for fault in faults if fault not in blank)]


def _name(key: str, layers: Sequence[int]) -> str:
    """What the exercise calls a number: x1, w3, b_h1, η; the way to it where it has no name."""
    match = _PLACE.fullmatch(key)
    assert match
    first, second, third = (int(part) - 1 if part else None for part in match.group(2, 3, 4))
    try:
        if match[1] == "learning_rate":
            return "η"
        if match[1] == "inputs" and first is not None:
            return numbered("x", layers[0])[first]
        units = unit_names(layers[1:])
        if match[1] == "targets" and first is not None:
            return f"t_{units[-1][first]}"
        if match[1] == "weights" and first is not None and second is not None and third is not None:
            return weight_names(layers)[first][second][third]
        if match[1] == "biases" and first is not None and second is not None:
            return f"b_{units[first][second]}"
    except (IndexError, ValueError):
        pass  # more of them than the layers have
    return key
