"""The true square, moved to where the mesh has the face: what a network that draws on the mesh can learn from.

Tracking is off by about a sample, either way. A network that cannot know which way learns the blurred middle: soft
skin, and mouths half shut. So smooth misplacement is taken out of the truth first; where much is left the pair counts
little.
"""

import cv2
import numpy as np
from numpy.typing import NDArray

from dimitra_studio.core.arrays import FloatArray
from dimitra_studio.render.neural.sight import LABELS, MOUTH_INSIDE

_SIDE = 96  # samples in which displacement is found
_SMOOTH = 6.0  # of those: what differs over less is the face's own, not the tracker's
_FARTHEST = 5.0  # of those
_PASSES = 2
_BORNE = 0.7  # of those: at this displacement a pair counts a third of one that fits
_LIPS = 9  # samples about the mouth's inside or the eyes that show whether it fits
_INSIDE = 3  # samples about the mouth's inside that tell nothing of where the lips are
_MOVING = (*MOUTH_INSIDE, LABELS.index("eye"))
_LEAST_WEIGHT = 1e-3


class Aligner:
    """Moves true squares onto warped ones by dense optical flow (Kroeger et al. 2016, "Fast optical flow using dense
    inverse search")."""

    def __init__(self) -> None:
        self._finder = cv2.DISOpticalFlow.create(cv2.DISOPTICAL_FLOW_PRESET_MEDIUM)

    def align(
        self, warped: NDArray[np.uint8], label: NDArray[np.uint8], truth: NDArray[np.uint8]
    ) -> tuple[NDArray[np.uint8], float]:
        """The truth [S, S, 3] where the warped square [S, S, 3] with its labels [S, S] shows the face, and how far
        that can be trusted, 0..1."""
        small = np.asarray(cv2.resize(label, (_SIDE, _SIDE), interpolation=cv2.INTER_NEAREST), np.uint8)
        seen, sure = _grey(warped), 1 - _grown(np.isin(small, MOUTH_INSIDE), _INSIDE).astype(np.float32)
        moved, total = truth, np.zeros((_SIDE, _SIDE, 2), np.float32)
        for _ in range(_PASSES):
            total += _smoothed(self._displacement(seen, _grey(moved)), sure)
            length = np.linalg.norm(total, axis=2, keepdims=True)
            total *= np.minimum(1, _FARTHEST / np.maximum(length, _LEAST_WEIGHT))
            moved = _moved(truth, total)
        left = np.linalg.norm(self._displacement(seen, _grey(moved))[_about(small)], axis=1).mean()
        return moved, float(np.exp(-np.square(left / _BORNE)))

    def _displacement(self, seen: NDArray[np.uint8], truth: NDArray[np.uint8]) -> FloatArray:
        # The finder's own type says that it needs a flow to begin with; it does not.
        return np.asarray(self._finder.calc(seen, truth, np.zeros((*seen.shape, 2), np.float32)), np.float32)


def _moved(truth: NDArray[np.uint8], displacement: FloatArray) -> NDArray[np.uint8]:
    """`truth` [S, S, 3] looked up along a displacement [s, s, 2] that is counted in its own, fewer samples."""
    side, factor = truth.shape[0], np.float32(truth.shape[0] / len(displacement))
    # What cv2.resize scales keeps its place when both count from the middle of the first sample's outer edge.
    fine = cv2.resize(displacement, (side, side), interpolation=cv2.INTER_LINEAR) * factor
    rows, columns = np.mgrid[:side, :side].astype(np.float32)
    return np.asarray(
        cv2.remap(
            truth, columns + fine[..., 0], rows + fine[..., 1], cv2.INTER_CUBIC, borderMode=cv2.BORDER_REFLECT_101
        ),
        np.uint8,
    )


def _smoothed(displacement: FloatArray, sure: FloatArray) -> FloatArray:
    """A displacement [s, s, 2] as its surroundings have it, those alone that are `sure` [s, s]."""
    weighted = cv2.GaussianBlur(displacement * sure[..., None], (0, 0), _SMOOTH)
    weight = cv2.GaussianBlur(sure, (0, 0), _SMOOTH)
    return np.asarray(weighted / np.maximum(weight, _LEAST_WEIGHT)[..., None], np.float32)


def _grey(picture: NDArray[np.uint8]) -> NDArray[np.uint8]:
    small = cv2.resize(picture, (_SIDE, _SIDE), interpolation=cv2.INTER_AREA)
    return np.asarray(cv2.cvtColor(small, cv2.COLOR_RGB2GRAY), np.uint8)


def _about(label: NDArray[np.uint8]) -> NDArray[np.bool_]:
    """Where lips and lids are; the middle of the square where both are shut."""
    moving = np.isin(label, _MOVING)
    about = _grown(moving, _LIPS) & ~moving
    if not about.any():
        about[_SIDE // 3 : -_SIDE // 3, _SIDE // 4 : -_SIDE // 4] = True
    return about


def _grown(mask: NDArray[np.bool_], near: int) -> NDArray[np.bool_]:
    return np.asarray(cv2.dilate(mask.astype(np.uint8), np.ones((near, near), np.uint8)) > 0)
