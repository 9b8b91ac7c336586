"""A problem worked out as a web page in one file, to step through number by number.

All that stands on it is written here; with scripts switched off, and on paper, it is the whole solution. The page asks
nobody for anything: its policy lets only the style and the scripts run that are in it, told by their hashes.
"""

from __future__ import annotations

import json
import re
from base64 import b64encode
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any

from bptutor.browser.curve import curve
from bptutor.browser.network import STEPPING, network
from bptutor.browser.predicting import MORE, Bounds, judging
from bptutor.browser.recomputing import functions
from bptutor.browser.spots import Spots
from bptutor.browser.stages import given, tabs
from bptutor.engine.pen import ONCE_AND_A_HALF
from bptutor.engine.quantities import Quantity
from bptutor.language import _
from bptutor.problem import Digits
from bptutor.render import headings
from bptutor.render.web_page import html
from bptutor.solution.digits import digits_of
from bptutor.solution.trace import Trace
from bptutor.worksheets.network import Given, Network, not_drawn
from bptutor.worksheets.network_layout import Drawing, drawing
from bptutor.worksheets.network_svg import MEASURES

_TEMPLATES = Path(__file__).parent / "templates"
_WORDS = {
    "play": _("Play"),
    "pause": _("Pause"),
    "right": _("Right."),
    "more": _("Right as far as it goes: write {n} decimals."),
    "number": _("That is no number."),
    "maybe": _("It might be this: {cause}"),
    "wrong": _("Not this one. Try again, or press Enter for the number."),
    "itis": _("It is {value}."),
    "given": _("given by the exercise"),
    "infinite": _("infinite"),
}
"""What the script says."""
_SAME = 1e-6  # of a unit
_TEXTS = re.compile(r"""("[^"\n]*"|`[^`]*`|(?<=[(,:])\s*/(?!/)(?:\\.|\[[^\]]*\]|[^/\n])+/\w*)""")
"""What stands between quotation marks in the script, and its regular expressions."""
_SPACES = re.compile(r" *([-=<>!&|?:+*/%,;{}()\[\]]+) *")


def page(trace: Trace, *, figures: int | None = None, practice: bool = False) -> str:
    """The page as HTML in one file; all text of strangers is escaped.

    `figures`: how many significant figures its numbers are shown with, None for the decimals of the problem.
    `practice`: it asks for each number before it shows it, unless the reader switches that off.
    """
    problem, spots = trace.problem, Spots(trace)
    drawn, marks = _network(trace, spots)
    style = re.sub(r"\s+(?=[{}])|(?<=[{};:,])\s+", "", _short_lines(html("step.css", **MEASURES)))
    scripts = [functions(spots), _script()]
    return html(
        "step.html",
        title=" ".join(problem.title.split()) or problem.name,
        source=problem.source,
        head=[headings.network(problem), *headings.formulas(problem)],
        conventions=_("Conventions: {list}").format(list="; ".join(headings.conventions(problem))),
        given=list(given(spots)),
        tabs=list(tabs(spots)),
        left_out=spots.left_out,
        drawn=drawn,
        marks=marks,
        not_drawn=not_drawn(),
        curve=curve(trace, spots.worked),
        practice=practice,
        style=_raw(style),
        scripts=[_raw(script) for script in scripts],
        data=_raw(_data(spots, figures)),
        policy=f"default-src 'none'; style-src {_hash(style)}; script-src {' '.join(map(_hash, scripts))}; "
        "base-uri 'none'; form-action 'none'",
        **MEASURES,
    )


@cache
def _script() -> str:
    """The script without its comments and most of its spaces: a tenth of the page."""
    parts = _TEXTS.split(_short_lines((_TEMPLATES / "step.js").read_text("utf-8")))
    return "".join(part if place % 2 else _SPACES.sub(r"\1", part) for place, part in enumerate(parts))


def _short_lines(text: str) -> str:
    """A script or a style without its comments and indents."""
    return re.sub(r"^\s*((//|/\*).*\n)?", "", text, flags=re.MULTILINE)


def _raw(text: str) -> Any:
    """A text that is no HTML and holds nothing that could end its element."""
    from markupsafe import Markup

    return Markup(text)  # noqa: S704


def _hash(text: str) -> str:
    """The source of a policy that this text, the content of an element, is."""
    return f"'sha256-{b64encode(sha256(text.encode()).digest()).decode()}'"


def _data(spots: Spots, figures: int | None) -> str:
    """What the script has to know beside what stands on the page, as JSON in which no `<` is left."""
    problem, judged = spots.trace.problem, judging(spots)
    words = {name: _(text) for name, text in _WORDS.items()}
    data = {
        "decimals": problem.decimals,
        "depth": problem.depth,
        "figures": figures,
        "own": _own(spots) if figures is None else {},
        "even": problem.conventions.ties == "half_even",
        "carry": problem.conventions.rounding == "carry",
        "given": {spot.place: spot.value for spot in spots.all if spot.given},
        "accepted": {place: _fewest(bounds) for place, bounds in judged.accepted.items()},
        "mistakes": {
            place: [part for value, cause in found for part in (_short(value, spots.all[place].decimals + 1), cause)]
            for place, found in judged.mistakes.items()
        },
        "says": judged.says,
        "words": words,
    }
    return json.dumps(data, ensure_ascii=False, separators=(",", ":")).replace("<", "\\u003c")


def _own(spots: Spots) -> dict[int, list[int]]:
    """The decimals, and the significant figures if they count, of numbers that have others than the problem's."""
    problem = spots.trace.problem
    if not problem.digits:
        return {}
    own = {spot.place: digits_of(problem, spot.quantity) for spot in spots.all}
    return {
        place: [spots.all[place].decimals, digits.number if digits.figures else 0]
        for place, digits in own.items()
        if digits != Digits(problem.decimals)
    }


def _fewest(bounds: tuple[Bounds, ...]) -> list[float]:
    """Pairs of bounds in a row; only the first where the script finds the others by it, with its `finest`."""
    low, high = bounds[0]
    even = abs(high - 0.5) < _SAME
    for more, pair in enumerate(bounds):  # the last one is for fewer decimals
        times = 1 if even else 10 ** (more % (MORE + 1))
        rest = (low + ONCE_AND_A_HALF) * times - ONCE_AND_A_HALF, (high - ONCE_AND_A_HALF) * times + ONCE_AND_A_HALF
        if any(abs(one - other) > _SAME for one, other in zip(pair, rest, strict=True)):
            return [_short(end) for pair in bounds for end in pair]
    return [_short(low, 9), _short(high, 9)]


def _short(value: float, decimals: int = 6) -> float:
    """A number with so many decimals, and no more than it needs."""
    short = round(value, decimals)
    return int(short) if short == int(short) else short


def _network(trace: Trace, spots: Spots) -> tuple[Drawing | None, dict[str, list[str]]]:
    """The network drawn with room for all numbers that may come, and what the script knows its parts by."""
    first = spots.worked[0] if spots.worked else Quantity("net", 1)
    now = network(trace, STEPPING, first.sample, first.step)
    drawn = _drawn(now, spots)
    if drawn is None:
        return None, {}
    lines = [
        f"l{layer}-{to + 1}-{start + 1}"
        for layer, rows in enumerate(now.weights, 1)
        for start in range(len(rows[0]))
        for to in range(len(rows))
    ]
    units = [f"u{layer}-{n + 1}" for layer, names in enumerate(now.units) for n in range(len(names))]
    outputs = [f"t{n + 1}" for n in range(len(now.targets))]
    return drawn, {"lines": lines, "units": units, "numbers": [*lines, *outputs] if drawn.numbered else []}


def _drawn(now: Network, spots: Spots) -> Drawing | None:
    """The network with its numbers, and room for the widest that may come to stand in the place of each."""
    widest = dict[str, str]()
    for spot in spots.all:
        key = f"{spot.where} {spot.quantity.name}" if spot.where[:1] == "u" else spot.where
        widest[key] = max(widest.get(key, ""), spot.text, key=len)

    def line(layer: int, to: int, start: int, given: Given) -> Given:
        return Given(f"{given.label}+", max(given.text, widest.get(f"l{layer}-{to}-{start}", ""), key=len))

    def inside(layer: int, unit: int, given: Given) -> Given:
        name = {word: name for name, word in STEPPING.units}[given.label]
        return Given(given.label, max(given.text, widest.get(f"u{layer}-{unit} {name}", ""), key=len))

    wide = now._replace(
        weights=tuple(
            tuple(tuple(line(k, j, i, given) for i, given in enumerate(row, 1)) for j, row in enumerate(rows, 1))
            for k, rows in enumerate(now.weights, 1)
        ),
        inside=tuple(
            tuple(tuple(inside(k, j, given) for given in unit) for j, unit in enumerate(units, 1))
            for k, units in enumerate(now.inside)
        ),
    )
    drawn = drawing(wide)
    if drawn is None or not drawn.numbered:
        return drawn
    weights = [rows[j][i] for rows in now.weights for i in range(len(rows[0])) for j in range(len(rows))]
    numbers = [
        text._replace(lines=(f"{given.label} = {given.text}" if " = " in text.lines[0] else given.text,))
        for text, given in zip(drawn.numbers, weights, strict=False)
    ]
    return drawn._replace(numbers=(*numbers, *drawn.numbers[len(weights) :]))
