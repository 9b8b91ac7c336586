"""An array of links: which cells each cell is worked out from.

Running a rule on links tells what its result rests on. Every operation links its result to whatever its operands are
linked to, so there is no table of ufuncs here; only sums know along which axis they gather.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.lib.mixins import NDArrayOperatorsMixin

NOTHING: frozenset[int] = frozenset()


class Links(NDArrayOperatorsMixin):
    """An object array of sets of numbers, those of the cells that each element rests on."""

    __slots__ = ("sets",)

    def __init__(self, sets: Any):
        self.sets = sets

    @classmethod
    def leaf(cls, numbers: Any) -> Links:
        """Cells, an int array of any shape, each linked to its own number."""
        return cls(np.asarray(_own(numbers), dtype=object))

    @property
    def shape(self) -> tuple[int, ...]:
        """The shape of the array of sets."""
        return np.shape(self.sets)

    @property
    def ndim(self) -> int:
        """The number of axes."""
        return np.ndim(self.sets)

    def __getitem__(self, index: Any) -> Links:
        return Links(self.sets[index])

    def __array_ufunc__(self, ufunc: np.ufunc, method: str, *inputs: Any, **options: Any) -> Links:
        sets = [term.sets if isinstance(term, Links) else np.asarray(_none(term), dtype=object) for term in inputs]
        if method == "reduce":
            return Links(_gathered(sets[0], options.get("axis", 0), keepdims=options.get("keepdims", False)))
        if ufunc is np.matvec:
            return Links(_gathered(_joined(sets[0], sets[1][..., None, :]), -1))
        if ufunc is np.vecmat:
            return Links(_gathered(_joined(sets[0][..., :, None], sets[1]), -2))
        result = sets[0]
        for other in sets[1:]:
            result = _joined(result, other)
        return Links(result)


_own: Any = np.frompyfunc(lambda number: frozenset((number,)), 1, 1)
_none: Any = np.frompyfunc(lambda _value: NOTHING, 1, 1)
_joined: Any = np.frompyfunc(frozenset.union, 2, 1)


def _gathered(sets: Any, axis: int, *, keepdims: bool = False) -> Any:
    rows = np.moveaxis(np.asarray(sets, dtype=object), axis, -1)
    result = np.empty(rows.shape[:-1], dtype=object)
    for place in np.ndindex(result.shape):
        result[place] = NOTHING.union(*rows[place])
    return np.expand_dims(result, axis) if keepdims else result
