"""Words that are called something else here: keys, activations, losses, the values of conventions."""

from __future__ import annotations

import re
from collections.abc import Iterator

from bptutor.engine.activations import ACTIVATIONS
from bptutor.engine.decay import DECAYS
from bptutor.engine.losses import LOSSES
from bptutor.errors import Fault
from bptutor.files.keys import CONVENTIONS, LABELS, PROBLEM, SAMPLE
from bptutor.files.mending.draft import Cure, Draft
from bptutor.language import _
from bptutor.words import OTHER_VALUES, TRUTH, key_meant, plain, word_meant

_LEVELS = {"": PROBLEM, "conventions": CONVENTIONS, "labels": LABELS, "samples": SAMPLE}


def key_cures(draft: Draft, fault: Fault) -> Iterator[Cure]:
    """A key by its name here, or in its place below another key."""
    spot, line = draft.spots.get(fault.where.key), draft.in_line(fault)
    if spot is None or spot.key is None or line is None or spot.key[0] != line - 1:
        return
    way, _dot, name = fault.where.key.rpartition(".")
    level, start = re.sub(r"\[.*", "", way), spot.key[1]
    if level not in _LEVELS or name in _LEVELS[level]:
        return
    end = start + len(name) + (2 if draft.lines[line - 1][start : start + 1] in "\"'" else 0)
    if draft.lines[line - 1][start:end].strip("\"'") != name:
        return  # written with escapes, or too long to be quoted whole
    says = _("unknown key {key}").format(key=name)
    here = key_meant(name, _LEVELS[level])
    if here and (f"{way}.{here}" if way else here) not in draft.spots:
        yield draft.changed(line, start, end, here, says)._replace(renames=True)
    if level == "" and (inside := key_meant(name, CONVENTIONS)) and spot.value[0] == line - 1:
        value = draft.text[spot.start : spot.end].rstrip()
        new = f"conventions: {{{inside}: {value}}}"
        yield draft.changed(line, start, spot.value[1] + len(value), new, says, new)
    if level == "" and plain(name) in DECAYS and "weight_decay" not in draft.spots and spot.value[0] == line - 1:
        value = draft.text[spot.start : spot.end].rstrip()
        new = f"weight_decay: {{{plain(name)}: {value}}}"
        yield draft.changed(line, start, spot.value[1] + len(value), new, says, new)


def value_cures(draft: Draft, fault: Fault) -> Iterator[Cure]:
    """A word by its name here: an activation, a loss, the value of a convention."""
    spot, line = draft.spots.get(fault.where.key), draft.in_line(fault)
    if spot is None or line is None or spot.value[0] != line - 1:
        return
    typed = draft.text[spot.start : spot.end].rstrip()
    key = re.sub(r"\[\d+\]$", "", fault.where.key)
    for here in () if "\n" in typed or typed[:1] in "[{" or len(typed) > 200 else _values(key, typed):
        start = spot.value[1]
        cure = draft.changed(line, start, start + len(typed), here, "")._replace(alone=key in OTHER_VALUES)
        yield cure._replace(hint=f"loss: {here}  # {LOSSES[here].formula}") if here in LOSSES else cure


def _values(key: str, typed: str) -> Iterator[str]:
    """What a word at a key may be called here."""
    leak = re.fullmatch(r"([\w.]+)\s*[( :=]\s*([\d.]+)\s*\)?", typed) if key == "activation" else None
    if leak and (here := word_meant(leak[1], [name for name, row in ACTIVATIONS.items() if row.leak])):
        yield f"{{{here}: {leak[2]}}}"
    if key == "activation":
        parts = [part for part in re.split(r"[\s,;/]+", typed.strip("()")) if part]
        listed = [word_meant(part, ACTIVATIONS) for part in parts] if len(parts) > 1 else [""]
        if all(listed):
            yield f"[{', '.join(listed)}]"
    words = {"activation": [*ACTIVATIONS], "loss": [*LOSSES]}.get(key)
    if words and (here := word_meant(typed, words)):
        yield here
    if here := OTHER_VALUES.get(key, {}).get(plain(typed), ""):
        yield here
    yield from (truth for truth, spoken in TRUTH.items() if typed in spoken)
