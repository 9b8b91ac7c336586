"""Cures are tried: what is wrong with a file, each with what mends it, where something does."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from itertools import chain, islice
from typing import NamedTuple

from bptutor.errors import BptutorError, Fault, spotted
from bptutor.files.mending import brackets, lines, shapes, values, words
from bptutor.files.mending.draft import Cure, Draft
from bptutor.files.reader import OneText, Unreadable

_LONGEST = 60_000  # letters of a text; nobody types a longer one
_MOST_CURES = 12
_MOST_TRIALS, _MOST_READ = 400, 200_000  # attempts, and letters that are read in all of them: about a second
_MOST_LINES = 40  # lines of a text in which the same mistake is looked for everywhere
_MOST_AT_ONCE = 60  # cures that are tried for one fault

Attempt = Callable[[str], BptutorError | None]
"""Reads a text: what is wrong with it, None for nothing."""


class _Outcome(NamedTuple):
    """What is wrong with a text; `stopped` is the line in which it could not be read on, None where it could.

    It is 0 where all of it is one text, without keys.
    """

    faults: tuple[Fault, ...]
    stopped: int | None

    @property
    def rank(self) -> tuple[bool, int, int]:
        """The smaller the better."""
        return self.stopped is not None, -(self.stopped or 0), len(self.faults)


def cured(error: BptutorError, text: str, attempt: Attempt) -> BptutorError:
    """The error with cures in the place of its hints, for all that can be mended; what is left is told as it was.

    `attempt` reads a text again; a cure is only told if what it mends is gone then.
    """
    if len(text) > _LONGEST:
        return error
    told, outcome, trials = list[Fault](), _outcome(error), _Trials(attempt)
    while outcome.faults and len(told) < _MOST_CURES:
        draft = Draft(text)
        found = next(filter(None, (_mended(draft, fault, outcome, trials) for fault in _in_turn(outcome))), None)
        if found is None:
            break
        fault, cure, outcome = found
        told.append(_told(fault, cure, draft))
        text = cure.text
    if not told:
        return error
    return BptutorError.of(sorted([*told, *outcome.faults], key=_place))


def _place(fault: Fault) -> tuple[int, int]:
    return fault.where.line or 0, fault.where.column or 0


def _outcome(error: BptutorError | None) -> _Outcome:
    if error is None:
        return _Outcome((), None)
    line = 0 if isinstance(error, OneText) else error.faults[0].where.line or 1
    return _Outcome(error.faults, line if isinstance(error, Unreadable) else None)


class _Trials:
    """Attempts, and no more of them than a person waits for."""

    def __init__(self, attempt: Attempt):
        self._attempt, self._left, self._letters = attempt, _MOST_TRIALS, _MOST_READ

    def __call__(self, text: str) -> _Outcome | None:
        """What is wrong with a text; None where enough was tried."""
        self._left, self._letters = self._left - 1, self._letters - len(text)
        return _outcome(self._attempt(text)) if min(self._left, self._letters) >= 0 else None


def _in_turn(outcome: _Outcome) -> Iterator[Fault]:
    """The faults in the order in which they are mended: what is missing may be there under another name."""
    yield from sorted(outcome.faults, key=lambda fault: fault.where.line is None)


def _mended(draft: Draft, fault: Fault, before: _Outcome, trials: _Trials) -> tuple[Fault, Cure, _Outcome] | None:
    """The best of the cures of a fault, and what is wrong after it; None where none helps."""
    best: tuple[Fault, Cure, _Outcome] | None = None
    form: tuple[Fault, Cure, _Outcome] | None = None
    seen = {draft.text}
    for cure in islice(_cures(draft, fault, before), _MOST_AT_ONCE):
        if cure.text in seen and not cure.form:
            continue
        if cure.form:
            form = form or (fault, cure, _without(before, cure.form))
            continue
        seen.add(cure.text)
        after = trials(cure.text) if cure.text.strip() else None
        if after is None or not _helps(fault, cure, before, after):
            continue
        if best is None or after.rank < best[2].rank:
            best = fault, cure, after
        if not after.faults:
            break
    return best or form


def _without(outcome: _Outcome, keys: tuple[str, ...]) -> _Outcome:
    """What is wrong beside some keys of the first level, which are told in one message."""
    left = (fault for fault in outcome.faults if re.split(r"[.\[]", fault.where.key)[0] not in keys)
    return outcome._replace(faults=tuple(left))


def _helps(fault: Fault, cure: Cure, before: _Outcome, after: _Outcome) -> bool:
    """Whether a cure takes a fault away, and brings no other one to its place."""
    if cure.moves and after.faults:
        return False  # what stands in other lines than before is told only when all is right
    if before.stopped is not None:
        if cure.alone and any(one.where.line in (cure.line - 1, cure.line) for one in after.faults):
            return False  # an indented line has become a part of the one above it
        return after.stopped is None or after.stopped > before.stopped > 0
    if after.stopped is not None:
        return False
    known = {(one.message, one.where.key) for one in before.faults}
    new = [one for one in after.faults if (one.message, one.where.key) not in known]
    if (fault.message, fault.where.key) in {(one.message, one.where.key) for one in after.faults}:
        return False
    if cure.renames:
        return True
    return not new if cure.alone else not any(one.where.line in (fault.where.line, cure.line) for one in new)


def _cures(draft: Draft, fault: Fault, before: _Outcome) -> Iterator[Cure]:
    """What may mend a fault, the most certain first."""
    if before.stopped is not None:
        line = min(before.stopped or 1, len(draft.lines))
        if len(draft.lines) <= _MOST_LINES:
            yield from lines.everywhere(draft, range(1, len(draft.lines) + 1))
        yield from chain.from_iterable(lines.line_cures(draft, near) for near in islice(draft.near(line), 3))
        yield from brackets.bracket_cures(draft)
        for near in (line, line - 1):
            if near:
                yield from lines.indentation_cures(draft, near)
        yield from chain.from_iterable(lines.line_cures(draft, near) for near in islice(draft.near(line), 3, 60))
        return
    for cures in _OF_FAULTS:
        yield from cures(draft, fault)


_OF_FAULTS = (
    lines.invisible_cures,
    words.key_cures,
    words.value_cures,
    shapes.numbered_cures,
    values.decimal_comma_cures,
    values.number_cures,
    shapes.shape_cures,
    values.list_cures,
    shapes.batch_cures,
    shapes.sending_cures,
    values.text_cures,
)


def _told(fault: Fault, cure: Cure, draft: Draft) -> Fault:
    """What is said of a fault that a cure mends: the line, the spot in it, and the line as it should be."""
    where = fault.where._replace(line=cure.line)
    where = spotted(where, draft.lines[cure.line - 1], cure.column)
    mended = cure.text.splitlines()
    hint = cure.hint or spotted(where, mended[cure.line - 1].strip(), cure.column).text
    seen = "".join(letter if letter.isprintable() or letter == "\n" else "·" for letter in hint)
    return Fault(cure.says or fault.message, where, seen)
