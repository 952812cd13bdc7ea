"""How far a pair can be trusted: a truth whose lips lie elsewhere than the mesh has them teaches them to stay shut.

Tracking is off by about a sample, either way. A network cannot know which, so it learns the blurred middle: narrow
openings close, wide ones narrow. It learns from frames in which both agree.
"""

import cv2
import numpy as np
from numpy.typing import NDArray

from dimitra_studio.core.arrays import FloatArray
from dimitra_studio.render.neural.sight import LABELS, MOUTH_INSIDE
from dimitra_studio.training.renderer.pairs import PartPairs

_SIDE = 96  # samples in which displacement is measured
_BORNE = 1.0  # of those: at this displacement a pair counts a third of one that fits
_LIPS = 9  # samples about the mouth's inside or the eyes that show whether it fits
_MOVING = (*MOUTH_INSIDE, LABELS.index("eye"))


def trust_of(pairs: PartPairs) -> FloatArray:
    """A weight in 0..1 for each pair [P], from how far truth and warped square lie apart where lips and lids are.

    Displacement is dense optical flow (Kroeger et al. 2016, "Fast optical flow using dense inverse search").
    """
    finder = cv2.DISOpticalFlow.create(cv2.DISOPTICAL_FLOW_PRESET_MEDIUM)
    off = [
        _displacement(finder, _grey(warped), _grey(truth), _about(label))
        for warped, truth, label in zip(pairs.picture, pairs.truth, pairs.label, strict=True)
    ]
    return np.asarray(np.exp(-np.square(np.array(off) / _BORNE)), np.float32)


def _displacement(
    finder: cv2.DISOpticalFlow, warped: NDArray[np.uint8], truth: NDArray[np.uint8], where: NDArray[np.bool_]
) -> float:
    # The finder's own type says that it needs a flow to begin with; it does not.
    flow = finder.calc(warped, truth, np.zeros((*warped.shape, 2), np.float32))
    return float(np.linalg.norm(flow[where], axis=1).mean())


def _grey(picture: NDArray[np.uint8]) -> NDArray[np.uint8]:
    small = cv2.resize(picture, (_SIDE, _SIDE), interpolation=cv2.INTER_AREA)
    return np.asarray(cv2.cvtColor(small, cv2.COLOR_RGB2GRAY), np.uint8)


def _about(label: NDArray[np.uint8]) -> NDArray[np.bool_]:
    """Where lips and lids are; the middle of the square where both are shut."""
    moving = np.isin(label, _MOVING).astype(np.uint8)
    small = cv2.resize(moving, (_SIDE, _SIDE), interpolation=cv2.INTER_NEAREST)
    about = (cv2.dilate(small, np.ones((_LIPS, _LIPS), np.uint8)) > 0) & (small == 0)
    if not about.any():
        about[_SIDE // 3 : -_SIDE // 3, _SIDE // 4 : -_SIDE // 4] = True
    return np.asarray(about)
