"""Landmarks made ready to be fitted: what MediaPipe is known to see wrongly is mended."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dimitra_studio.core.arrays import FloatArray
from dimitra_studio.face.blendshapes import BLENDSHAPE_NAMES
from dimitra_studio.face.landmark_sets import (
    LID_GAP_PAIRS_LEFT,
    LID_GAP_PAIRS_RIGHT,
    LID_PAIRS_LEFT,
    LID_PAIRS_RIGHT,
    LIP_GAP_PAIRS,
    LIP_PAIRS,
    eye_distance,
    landmark_weights,
    pair_gap,
)

# Fitted distances between an upper and a lower point: lips (the outer two count less), then lids.
_LIP_COUNT = 7
PAIRS = np.array(LIP_PAIRS[:_LIP_COUNT] + LID_GAP_PAIRS_RIGHT + LID_GAP_PAIRS_LEFT)
_PAIR_SIGMA = np.array([0.006] * _LIP_COUNT + [0.008] * 6)
_PAIR_TRUST = np.array([1.0] * 5 + [0.7] * 2 + [1.0] * 6)
# A slit of light between lips that touch is seen at once, so sealed lips count this much more.
_SEAL = 1.5
_POINT_SIGMA = 0.012

# Closed lips are seen this far apart (of the eye distance): below the first they are closed, above the second as seen.
_LIPS_CLOSED, _LIPS_APART = 0.015, 0.03
# Closed lids are never seen closed, but the blink score rises through this range.
_BLINK_OPEN, _BLINK_SHUT = 0.30, 0.58
_UPPER_LID_SHARE, _LOWER_LID_SHARE = 0.85, 0.12
_BLINKS = (BLENDSHAPE_NAMES.index("eyeBlinkRight"), BLENDSHAPE_NAMES.index("eyeBlinkLeft"))


@dataclass(frozen=True)
class Observation:
    """One frame to fit: mended landmarks `target` [2, 478] px, `blendshapes` [52], eye distance `iod` px.

    `point_weight` [478] and `pair_weight` [13] are 1 / sigma in 1 / px; `shut` tells how far the right and the left eye
    are surely closed, 0 to 1.
    """

    target: FloatArray
    blendshapes: FloatArray
    iod: float
    point_weight: FloatArray
    pair_weight: FloatArray
    shut: tuple[float, float]


def observe(
    landmarks: NDArray[np.floating], blendshapes: NDArray[np.floating], iod: float | None = None
) -> Observation:
    """Prepares detected landmarks [478, 2] px and scores [52]; `iod` where it is known better than from this frame."""
    own = float(eye_distance(landmarks))
    scale = own if iod is None else iod
    sealed, shut = lips_sealed(landmarks, own), eyes_shut(blendshapes)
    mended = close_lids(close_lips(landmarks, sealed), shut)
    pair_sigma = np.where(np.arange(len(PAIRS)) < _LIP_COUNT, _PAIR_SIGMA / (1 + _SEAL * sealed), _PAIR_SIGMA)
    return Observation(
        target=np.ascontiguousarray(mended.T, dtype=np.float32),
        blendshapes=np.asarray(blendshapes, dtype=np.float32),
        iod=scale,
        point_weight=(np.sqrt(landmark_weights()) / (_POINT_SIGMA * scale)).astype(np.float32),
        pair_weight=(np.sqrt(_PAIR_TRUST) / (pair_sigma * scale)).astype(np.float32),
        shut=shut,
    )


def lips_sealed(landmarks: NDArray[np.floating], iod: float) -> float:
    """How surely the lips of landmarks [478, 2] touch, 0 to 1."""
    return 1 - smoothstep(float(pair_gap(landmarks, LIP_GAP_PAIRS)) / iod, _LIPS_CLOSED, _LIPS_APART)


def close_lips(landmarks: NDArray[np.floating], sealed: float) -> NDArray[np.float64]:
    """Landmarks [478, 2] whose inner lips meet as far as they are `sealed`."""
    return _draw_together(landmarks, LIP_PAIRS, sealed, 0.5, 0.5)


def eyes_shut(blendshapes: NDArray[np.floating]) -> tuple[float, float]:
    """How far the right and the left eye are surely closed, 0 to 1, by MediaPipe's blink scores among the 52."""
    right, left = (smoothstep(float(blendshapes[score]), _BLINK_OPEN, _BLINK_SHUT) for score in _BLINKS)
    return right, left


def close_lids(landmarks: NDArray[np.floating], shut: tuple[float, float]) -> NDArray[np.float64]:
    """Landmarks [478, 2] whose lids close as far as the eyes are `shut` (right, left)."""
    right = _draw_together(landmarks, LID_PAIRS_RIGHT, shut[0], _UPPER_LID_SHARE, _LOWER_LID_SHARE)
    return _draw_together(right, LID_PAIRS_LEFT, shut[1], _UPPER_LID_SHARE, _LOWER_LID_SHARE)


def smoothstep(value: float, start: float, end: float) -> float:
    """0 below `start`, 1 above `end`, 3t² - 2t³ between."""
    t = min(1.0, max(0.0, (value - start) / (end - start)))
    return t * t * (3 - 2 * t)


def _draw_together(
    landmarks: NDArray[np.floating],
    pairs: tuple[tuple[int, int], ...],
    amount: float,
    upper_share: float,
    lower_share: float,
) -> NDArray[np.float64]:
    """Moves upper points down and lower points up by their shares of the gap, times `amount`."""
    moved = np.array(landmarks, dtype=np.float64)
    if amount > 0:
        upper, lower = np.transpose(pairs)
        gap = moved[lower] - moved[upper]
        moved[upper] += amount * upper_share * gap
        moved[lower] -= amount * lower_share * gap
    return moved
