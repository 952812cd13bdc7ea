"""Eases head poses that are too far from the portrait's into the range that the warp renders well.

Inside the range nothing changes; beyond it the pose keeps moving, ever slower, towards a ceiling: slope 1 where the
range ends, so that neither the pose nor its speed jumps.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dimitra_studio.core.arrays import FloatArray

_RADIAN = np.pi / 180
# From the portrait's pose: pitch, yaw, roll in radians, then x, y, z in decimetres.
SAFE_RANGE = (12 * _RADIAN, 15 * _RADIAN, 25 * _RADIAN, 0.6, 0.6, 1.5)
# How far beyond the safe range an ever larger motion still goes.
_MARGIN = 0.2
# Changes smaller than this (about a tenth of a degree, a fifth of a millimetre) are not worth telling.
_NOTICEABLE = 0.002
# What the pose's six values do, in everybody's words.
_MOVES = ("nodding", "turning", "tilting", "moving sideways", "moving up and down", "coming nearer")


@dataclass(frozen=True)
class EasedPose:
    """`pose` [T, 6] to render; `touched` [T, 6] marks the values that were eased, `excess` [6] is the largest change of
    each (radians, decimetres)."""

    pose: FloatArray
    touched: NDArray[np.bool_]
    excess: FloatArray

    @property
    def frames(self) -> NDArray[np.intp]:
        """Indices of the frames that were eased."""
        return np.flatnonzero(self.touched.any(axis=1))

    def describe(self) -> str:
        """One sentence for the user; empty when nothing was eased."""
        if not len(self.frames):
            return ""
        parts = [
            f"{name} by up to {excess / _RADIAN:.0f}°" if index < 3 else f"{name} by up to {excess * 10:.1f} cm"
            for index, (name, excess) in enumerate(zip(_MOVES, self.excess, strict=True))
            if self.touched[:, index].any()
        ]
        share = f"{len(self.frames)} of {len(self.pose)} frames"
        return f"The head moves further than this renderer shows well: held back in {', '.join(parts)} in {share}."


def ease_pose(pose: NDArray[np.floating], portrait_pose: NDArray[np.floating]) -> EasedPose:
    """Eases `pose` [T, 6] towards `portrait_pose` [6] where it leaves SAFE_RANGE around it.

    A distance x beyond the range r becomes r + m tanh((x - r) / m), m a fifth of r: monotone, smooth, never more than
    1.2 r. NaN frames stay NaN.
    """
    pose = np.asarray(pose, np.float64)
    centre = np.asarray(portrait_pose, np.float64)
    limit = np.asarray(SAFE_RANGE)
    offset = pose - centre
    beyond = np.maximum(np.abs(offset) - limit, 0)
    margin = _MARGIN * limit
    eased = centre + np.sign(offset) * (np.minimum(np.abs(offset), limit) + margin * np.tanh(beyond / margin))
    # Values inside keep their very bits.
    eased = np.where(beyond > 0, eased, pose).astype(np.float32)
    change = np.nan_to_num(np.abs(eased - pose))
    touched = change > _NOTICEABLE
    return EasedPose(eased, touched, change.max(axis=0, initial=0).astype(np.float32))
