"""Names for the kinds of arrays that cross borders between the modules of `app.model`."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.floating[Any]]
"""float32 everywhere, except in gradient checks, which run in float64."""

ByteArray = NDArray[np.uint8]
"""Pixels (0 is blank paper, 255 is full ink) or labels (0-9)."""

IntArray = NDArray[np.integer[Any]]
"""Counts, or positions of samples."""

BoolArray = NDArray[np.bool_]
"""A mask over samples."""
