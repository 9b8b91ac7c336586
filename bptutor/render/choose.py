"""What of a page the options --only, --layer and --samples choose."""

from __future__ import annotations

from bptutor.engine.parts import WORDS, Choice, chosen, word
from bptutor.engine.quantities import OF_UPDATES
from bptutor.engine.schedule import goes_back, sample_tags
from bptutor.errors import BptutorError, Where, nearest
from bptutor.language import _
from bptutor.solution.trace import Trace

_NEED_TARGETS = {"loss", "error", "error0", "slope", "delta", "grad_w", "grad_b"}
_NEED_RATE = {"loss_after", "net_after", "out_after"} | OF_UPDATES - {"grad_w", "grad_b"}


def choice_of(
    trace: Trace,
    only: str | None,
    layers: str | None = None,
    samples: str | None = None,
    names: tuple[str, str] = ("--only", "--layer"),
) -> Choice:
    """The choice that the options name; raises BptutorError for what this problem does not have.

    `names` are what a message calls the first two of them.
    """
    choice = Choice(
        None if only is None else frozenset(_words(trace, names[0], only)),
        None if layers is None else frozenset(map(int, _listed(names[1], layers, _layers(trace)))),
        None
        if samples is None
        else frozenset(_listed("--samples", samples, [tag or "1" for tag in sample_tags(trace.problem)])),
    )
    if not chosen(trace.page.recipe, choice):
        message = _("these choices leave nothing of the page")
        raise BptutorError(message, Where(trace.problem.file), _("leave out one of the options that choose"))
    return choice


def _layers(trace: Trace) -> list[str]:
    return [str(layer) for layer in range(trace.problem.depth + 1)]


def _listed(option: str, text: str, known: list[str]) -> list[str]:
    parts = [part.strip() for part in text.split(",")]
    for part in parts:
        if part not in known:
            expected = ", ".join(known) or _("nothing: there is only one")
            message = _("found {option} {part}, expected {expected}").format(
                option=option, part=part, expected=expected
            )
            raise BptutorError(message, hint=_("several with commas between them"))
    return parts


def _words(trace: Trace, option: str, text: str) -> list[str]:
    here = {word(quantity) for quantity in trace.page.recipe}
    known = [name for name in WORDS if name in here | _NEED_TARGETS | _NEED_RATE]
    words = _listed_words(option, text, known)
    for name in words:
        if name not in here:
            raise BptutorError(_why_not(trace, name), Where(trace.problem.file))
    return words


def _listed_words(option: str, text: str, known: list[str]) -> list[str]:
    words = [word.strip() for word in text.split(",")]
    for name in words:
        if name not in known:
            hint = nearest(name, known) or _("known: {keys}").format(keys=", ".join(known))
            message = _("found {option} {word}, expected words of quantities").format(option=option, word=name)
            raise BptutorError(message, hint=hint)
    return words


def _why_not(trace: Trace, name: str) -> str:
    problem = trace.problem
    if not goes_back(problem) and name in _NEED_TARGETS | _NEED_RATE:
        return _("{word} needs targets, and this problem has none").format(word=name)
    if problem.learning_rate is None and name in _NEED_RATE:
        return _("{word} needs a learning rate, and this problem has none").format(word=name)
    return _("{word} is not worked out in this problem").format(word=name)
