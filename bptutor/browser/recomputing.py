"""What the script works numbers out with: a function for each, and the numbers of the exercise."""

from __future__ import annotations

from typing import Any

import numpy as np

from bptutor.browser.spots import Spots
from bptutor.engine.notation import JAVASCRIPT
from bptutor.engine.quantities import Quantity
from bptutor.solution.explain import formulas


def functions(spots: Spots) -> str:
    """A constant `F` of the script: for the place of each number that is worked out, a function of all numbers.

    Nothing but digits, operators and places stands in it, whoever wrote the problem.
    """
    trace = spots.trace

    def leaf(quantity: Quantity) -> Any:
        if quantity not in spots.places:  # a constant
            values = np.asarray(trace.values(quantity))
            return np.array([repr(value) for value in values.ravel().tolist()], dtype=object).reshape(values.shape)
        return _reference(spots.places[quantity])

    lines = []
    for quantity in spots.worked:
        texts = np.ravel(formulas(trace.page.recipe[quantity], leaf, JAVASCRIPT))
        lines += [
            f"{spot.place}:v=>{text}" for spot, text in zip(spots.of(quantity), texts, strict=True) if not spot.given
        ]
    return "const F={" + ",\n".join(lines) + "};"


_reference: Any = np.frompyfunc(lambda place: f"v[{place}]", 1, 1)
