"""A group's channels relative to the face that they start from, and back.

Rotations, lips and expressions are absolute: a head looks where it looks. A head's place depends on how the video
was cropped, so translations are taken relative to the first frame and added to the portrait's own.
"""

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter1d

from dimitra_studio.core.arrays import FloatArray
from dimitra_studio.core.channels import POSE_NAMES, Group

_TRANSLATION = slice(POSE_NAMES.index("x"), len(POSE_NAMES))
# Seconds in which a portrait's own mouth gives way to the generated one.
_MOUTH_FADE = 0.2
# Standard deviation in frames: halves what moves at 3.9 Hz.
_STEADY = 1.2
_QUICK = ("mouth", "jaw", "mh_mouth", "eyeBlink")


def origin(group: Group, first: FloatArray) -> FloatArray:
    """What a group's channels [C] count from, given its values in the first frame [C]."""
    start = np.zeros_like(first)
    if group is Group.POSE:
        start[_TRANSLATION] = first[_TRANSLATION]
    return start


def lasting(group: Group, names: tuple[str, ...]) -> NDArray[np.bool_]:
    """Channels [C] whose level is the person (or the fit): brows, eyes and pose. The mouth is what the voice says."""
    return np.array([group is Group.POSE or name.startswith(("brow", "eye")) for name in names])


def persistence(group: Group, names: tuple[str, ...], frames: int, fps: float) -> FloatArray:
    """How much [frames, C] of the portrait's difference from the generated first frame stays: all of it where it is
    `lasting`; elsewhere it fades."""
    fade = np.exp(-np.arange(frames, dtype=np.float32) / (_MOUTH_FADE * fps))[:, None]
    return np.asarray(np.where(lasting(group, names), np.float32(1.0), fade), dtype=np.float32)


def steadied(group: Group, names: tuple[str, ...], values: FloatArray) -> FloatArray:
    """Channels [T, C] without what is faster than heads and brows; zero phase, lips and lids as quick as they are.

    The motion that was learned from is smooth there, so trembling in generated motion is left-over noise.
    """
    slow = np.array(
        [group is Group.POSE or (group is Group.EXPRESSION and not name.startswith(_QUICK)) for name in names]
    )
    steady = values.copy()
    steady[:, slow] = gaussian_filter1d(values[:, slow], _STEADY, axis=0, mode="nearest")
    return steady


def anchored(values: FloatArray, first: FloatArray, kept: FloatArray) -> FloatArray:
    """`values` [T, C] moved so that frame 0 is `first` [C]; `kept` [T, C] is what `persistence` gives."""
    return np.asarray(values + (first - values[0]) * kept, dtype=np.float32)
