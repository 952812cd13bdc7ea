"""How an influence dies out with distance, under the names that animators know."""

from enum import StrEnum
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

_Floats: TypeAlias = NDArray[np.float64]


class Falloff(StrEnum):
    """The shapes of proportional editing; all are 1 at distance 0 and, but for CONSTANT, 0 at distance 1."""

    SMOOTH = "smooth"
    SPHERE = "sphere"
    ROOT = "root"
    SHARP = "sharp"
    LINEAR = "linear"
    CONSTANT = "constant"

    def __call__(self, distance: _Floats) -> _Floats:
        """Weights for distances in radii; 0 from one radius on. Only exactly rounded arithmetic, so that a part of an
        array gives the bits of the whole."""
        near: _Floats = 1 - np.minimum(np.abs(distance), 1)
        match self:
            case Falloff.SMOOTH:
                return smoothstep(near)
            case Falloff.SPHERE:
                return np.asarray(np.sqrt(near * (2 - near)))
            case Falloff.ROOT:
                return np.asarray(np.sqrt(near))
            case Falloff.SHARP:
                return near * near
            case Falloff.LINEAR:
                return near
            case Falloff.CONSTANT:
                return (near > 0).astype(np.float64)


def smoothstep(share: _Floats) -> _Floats:
    """0..1 to 0..1, level at both ends."""
    return share * share * (3 - 2 * share)
