"""Where a video is cut: the picture changes from one frame to the next far more than in the frames around."""

import itertools
from collections.abc import Iterable

import cv2
import numpy as np
from numpy.typing import NDArray

from dimitra_studio.core.motion import MotionSequence

_THUMBNAIL = (32, 32)
# Compared with the changes of so many frames on either side, and with one grey level. Of 25 changes above 3 in some 800
# clips 24 were cuts or a decoder that found its pictures again, and one was a screen behind the speaker. Nods and
# blinks stay below, but so do cuts within one take that move the picture little.
_AROUND = 6
_CUT = 3.0
# Half of the window over which a pose is smoothed (face.smoothing), 0.36 s.
_SMEARED = 4


def find_cuts(pictures: Iterable[NDArray[np.uint8]]) -> tuple[int, ...]:
    """The first frame after each cut; of the pictures [H, W, 3] only thumbnails are held."""
    small = [cv2.resize(picture, _THUMBNAIL, interpolation=cv2.INTER_AREA).astype(np.float32) for picture in pictures]
    changes = [float(np.abs(after - before).mean()) for before, after in itertools.pairwise(small)]
    return tuple(index + 1 for index in range(len(changes)) if _stands_out(changes, index))


def blank_cuts(motion: MotionSequence, cuts: tuple[int, ...]) -> MotionSequence:
    """The motion without the frames into which smoothing mixed what is on the other side of a cut."""
    values = motion.values.copy()
    for first in cuts:
        values[max(0, first - _SMEARED) : first + _SMEARED] = np.nan
    return MotionSequence(values, motion.fps, motion.face_model)


def _stands_out(changes: list[float], index: int) -> bool:
    around = changes[max(0, index - _AROUND) : index] + changes[index + 1 : index + 1 + _AROUND]
    return changes[index] >= _CUT * (max(around, default=0.0) + 1.0)
