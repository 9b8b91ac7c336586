"""Types of arrays that several rooms pass to each other, and what is noise in one; numbers are `problem.Array`."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

Flags = NDArray[np.bool_]
"""Yes or no, element by element."""

Cells = NDArray[np.intp]
"""Places of cells in a row of cells, from 0."""

NOISE = 1e-12
"""What is no further from 0 is 0 on paper: 0.3 − 0.1 − 0.2 is not in floats."""


def without_noise(values: Any) -> Any:
    """Floats that what jumps at 0 takes for 0 when they are noise; other arithmetics know themselves what is noise."""
    return np.where(np.abs(values) < NOISE, 0.0, values) if isinstance(values, np.ndarray) else values
