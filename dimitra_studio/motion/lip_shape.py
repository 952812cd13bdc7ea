"""How open and how wide a mouth is, straight from the expression components.

The face model is linear, so the height between the inner lips and the width between the corners are dot products with
the 64 components. Both are in inter-ocular distances; rotation, identity and the fit's scale do not enter.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dimitra_studio.core.arrays import FloatArray, frozen
from dimitra_studio.core.channels import COMPONENT_COUNT
from dimitra_studio.face.head_model import HeadModel
from dimitra_studio.face.morph import landmark_points

_IRISES = (468, 473)  # MediaPipe's iris centres


@dataclass(frozen=True)
class LipShape:
    """`gap` and `width` [64]: what a unit of each component adds; both are zero at the neutral face."""

    gap: FloatArray
    width: FloatArray

    def __post_init__(self) -> None:
        for name in ("gap", "width"):
            object.__setattr__(self, name, frozen(getattr(self, name), (COMPONENT_COUNT,), name))

    def gap_of(self, components: FloatArray) -> FloatArray:
        """Inner-lip gap [T] of components [T, 64]; below zero where lips press into each other."""
        return np.asarray(components @ self.gap, dtype=np.float32)

    def width_of(self, components: FloatArray) -> FloatArray:
        """Mouth width [T] beyond the neutral mouth's."""
        return np.asarray(components @ self.width, dtype=np.float32)


def inter_ocular(model: HeadModel) -> float:
    """The distance between the irises of the mean head, in decimetres."""
    first, second = landmark_points(model, model.mean)[list(_IRISES)]
    return float(np.linalg.norm(first - second))


def measure_lips(model: HeadModel) -> LipShape:
    """The two measures on the mean head: the gap is averaged over the middle third of the mouth's border."""
    iod = inter_ocular(model)
    upper, lower = model.mouth.upper, model.mouth.lower
    left, right = upper[0], upper[-1]
    half = abs(model.mean[right, 0] - model.mean[left, 0]) / 2

    def middle_height(rim: NDArray[np.int32]) -> FloatArray:
        central = rim[np.abs(model.mean[rim, 0]) < half / 3]
        return np.asarray(model.expression[:, central, 1].mean(axis=1))

    widths = model.expression[:, right, 0] - model.expression[:, left, 0]
    return LipShape((middle_height(upper) - middle_height(lower)) / iod, widths / iod)
