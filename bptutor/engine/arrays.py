"""Types of arrays that several rooms pass to each other; numbers themselves are `problem.Array`."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Flags = NDArray[np.bool_]
"""Yes or no, element by element."""

Cells = NDArray[np.intp]
"""Places of cells in a row of cells, from 0."""
