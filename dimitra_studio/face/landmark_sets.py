"""MediaPipe's 478 landmarks by what they lie on, and how much each is to be trusted.

Indices from MediaPipe's face mesh topology; "left" and "right" are the subject's. The first of a pair is the upper one.
"""

import numpy as np
from numpy.typing import NDArray

from dimitra_studio.core.arrays import FloatArray
from dimitra_studio.core.face import LANDMARK_COUNT

OVAL = (
    10, 338, 297, 332, 284, 251, 389, 356, 454, 323, 361, 288, 397, 365, 379, 378, 400, 377, 152, 148, 176, 149, 150,
    136, 172, 58, 132, 93, 234, 127, 162, 21, 54, 103, 67, 109,
)  # fmt: skip
# Where the oval runs along the silhouette beside the ears it slides over the skin as the head turns.
OVAL_SIDES = (356, 454, 323, 361, 132, 93, 234, 127)
LIPS_OUTER = (61, 185, 40, 39, 37, 0, 267, 269, 270, 409, 291, 375, 321, 405, 314, 17, 84, 181, 91, 146)
LIPS_INNER = (78, 191, 80, 81, 82, 13, 312, 311, 310, 415, 308, 324, 318, 402, 317, 14, 87, 178, 88, 95)
EYE_RIGHT = (33, 246, 161, 160, 159, 158, 157, 173, 133, 155, 154, 153, 145, 144, 163, 7)
EYE_LEFT = (263, 466, 388, 387, 386, 385, 384, 398, 362, 382, 381, 380, 374, 373, 390, 249)
IRIS_RIGHT_CENTRE, IRIS_LEFT_CENTRE = 468, 473
EYE_RIGHT_OUTER, EYE_LEFT_OUTER = 33, 263
NOSE_TIP, SIDE_RIGHT, SIDE_LEFT = 4, 234, 454

LIP_PAIRS = ((13, 14), (82, 87), (312, 317), (81, 178), (311, 402), (80, 88), (310, 318), (191, 95), (415, 324))
# The middle three, whose mean distance is "the lip gap".
LIP_GAP_PAIRS = LIP_PAIRS[:3]
LID_PAIRS_RIGHT = ((159, 145), (158, 153), (160, 144), (161, 163), (157, 154), (246, 7), (173, 155))
LID_PAIRS_LEFT = ((386, 374), (385, 380), (387, 373), (388, 390), (384, 381), (466, 249), (398, 382))
# The middle three of each eye, whose mean distance is "the lid gap".
LID_GAP_PAIRS_RIGHT, LID_GAP_PAIRS_LEFT = LID_PAIRS_RIGHT[:3], LID_PAIRS_LEFT[:3]

INNER = tuple(sorted(set(range(LANDMARK_COUNT)) - set(OVAL)))


def landmark_weights() -> FloatArray:
    """How much each landmark [478] counts in a fit."""
    weights = np.ones(LANDMARK_COUNT, dtype=np.float32)
    weights[list(OVAL)] = 0.25
    weights[list(OVAL_SIDES)] = 0.15
    weights[list(LIPS_OUTER)] = 1.5
    weights[list(LIPS_INNER)] = 2.0
    weights[list(EYE_RIGHT + EYE_LEFT)] = 1.3
    return weights


def pair_gap(landmarks: NDArray[np.floating], pairs: tuple[tuple[int, int], ...]) -> NDArray[np.float64]:
    """Mean distance between the points of `pairs` in landmarks [..., 478, 2 or 3]; their unit."""
    upper, lower = np.transpose(pairs)
    apart = np.asarray(landmarks[..., upper, :] - landmarks[..., lower, :], dtype=np.float64)
    gap: NDArray[np.float64] = np.linalg.norm(apart, axis=-1).mean(axis=-1)
    return gap


def eye_distance(landmarks: NDArray[np.floating]) -> NDArray[np.float64]:
    """The inter-ocular distance of landmarks [..., 478, 2]: iris to iris, or by the eyes' outer corners when these say
    more (an iris may be seen wrongly through glasses)."""
    iris = np.linalg.norm(landmarks[..., IRIS_LEFT_CENTRE, :] - landmarks[..., IRIS_RIGHT_CENTRE, :], axis=-1)
    corners = np.linalg.norm(landmarks[..., EYE_LEFT_OUTER, :] - landmarks[..., EYE_RIGHT_OUTER, :], axis=-1)
    distance: NDArray[np.float64] = np.maximum(iris, 0.62 * corners).astype(np.float64)
    return distance


def facing_away(landmarks: NDArray[np.floating]) -> NDArray[np.float64]:
    """How far the nose's tip is from the middle between the ears, over half their distance, in landmarks [..., 478, 2]:
    0 from the front, growing with yaw, whatever the roll."""
    right, left = landmarks[..., SIDE_RIGHT, :], landmarks[..., SIDE_LEFT, :]
    across = np.asarray(left - right, dtype=np.float64)
    nose = landmarks[..., NOSE_TIP, :] - (left + right) / 2
    share: NDArray[np.float64] = np.abs((nose * across).sum(axis=-1)) / (across * across).sum(axis=-1)
    return 2 * share
