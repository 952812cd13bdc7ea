"""The jaw opens the mouth; some of the rest of the face does too, a little.

A lips model does not know what an expression model does beside it, yet lips must meet on p, b and m. So the lips are
learned as if the rest of the face stood still as in the first frame: what the rest adds to the gap between the lips is
counted as jaw. When both are generated, the jaw gives back what the generated expression adds.
"""

import numpy as np

from dimitra_studio.core.arrays import FloatArray
from dimitra_studio.core.channels import Group
from dimitra_studio.motion.lip_shape import LipShape

JAW = 0  # jawOpen, the first lip component


def jaw_share(lips: LipShape) -> FloatArray:
    """How far [51] the jaw must open to part the lips as a unit of each expression component does."""
    return np.asarray(lips.gap[Group.EXPRESSION.columns] / lips.gap[JAW], dtype=np.float32)


def carry(lips: FloatArray, expression: FloatArray, first: FloatArray, share: FloatArray) -> FloatArray:
    """Lips [T, 13] whose jaw does also what `expression` [T, 51] adds to the gap beyond its `first` frame [51]."""
    return _moved(lips, np.asarray((expression - first) @ share))


def give_back(lips: FloatArray, expression: FloatArray, first: FloatArray, share: FloatArray) -> FloatArray:
    """The inverse of `carry`."""
    return _moved(lips, np.asarray((first - expression) @ share))


def hold_gap(expression: FloatArray, held: FloatArray, share: FloatArray, ease: FloatArray) -> FloatArray:
    """`expression` [T, 51] that parts the lips as `held` [T, 51] does, under lips that stay as they are.

    Of all such changes the least one, where a component with a deviation of `ease` [51] counts in its units.
    """
    way = share * ease**2
    reach = float(share @ way)
    if reach == 0:
        return expression
    missing = held @ share - expression @ share
    return np.asarray(expression + missing[:, None] * (way / reach), dtype=np.float32)


def _moved(lips: FloatArray, by: FloatArray) -> FloatArray:
    moved = lips.copy()
    moved[:, JAW] += by
    return moved
