"""Curves read between their frames."""

import numpy as np
from numpy.typing import NDArray

from dimitra_studio.core.arrays import FloatArray

# A moment so near to a frame is that frame: i / fps * fps is not always i.
_SAME = 1e-6


def sampled(values: FloatArray, places: NDArray[np.float64]) -> FloatArray:
    """`values` [T, C] at fractional frames [N], on straight lines between two; the ends go on. Whole frames come back
    as they are, bit by bit."""
    last = len(values) - 1
    places = np.clip(places, 0, last)
    near = np.rint(places)
    places = np.where(np.abs(places - near) < _SAME, near, places)
    left = np.floor(places).astype(np.intp)
    part = (places - left).astype(np.float32)[:, None]
    before = values[left]
    if not part.any():
        return before
    return np.where(part > 0, (1 - part) * before + part * values[np.minimum(left + 1, last)], before)
