"""Where Deng's network would see a face, by the alignment that comes before it; the square that PIRenderer is given.

A face's place is that of five mean points seen without perspective (least squares for eight numbers; Deng et al. 2019,
arXiv 1903.08527). The crop's coefficients are `scale`, 102 over the px of a decimetre, and `x`, `y` of the head's
origin, y counted from the picture's bottom.
"""

from dataclasses import dataclass

import numpy as np

from dimitra_studio.core.arrays import FloatArray
from dimitra_studio.render.neural.part import Crop

# Eyes (the image's left one first), nose, corners of the mouth on the mean face of Deng's model, decimetres.
_MEAN = np.array([
    [-0.311, 0.290, 0.134],
    [0.310, 0.290, 0.132],
    [0.003, -0.046, 0.552],
    [-0.252, -0.381, 0.224],
    [0.248, -0.381, 0.222],
])  # fmt: skip
# MediaPipe's landmarks for the same: both corners of each eye, as the published alignment takes its 68 landmarks.
_POINTS = ((33, 133), (362, 263), (4,), (61,), (291,))
_TARGET = 102.0  # px of a decimetre in the picture that Deng's network sees
CROP_SIDE = 256.0  # px of the picture in which the crop's coefficients count


@dataclass(frozen=True)
class Place:
    """A face's origin at (`x`, `y`) px of a picture, and how many px (`unit`) a decimetre has there."""

    x: float
    y: float
    unit: float


def find_place(landmarks: FloatArray) -> Place:
    """Where the face with `landmarks` [478, 2] px is."""
    seen = np.array([landmarks[list(indices)].mean(axis=0) for indices in _POINTS], np.float64)
    known = np.concatenate([_MEAN, np.ones((len(_MEAN), 1))], axis=1)
    solved, *_ = np.linalg.lstsq(known, seen, rcond=None)  # [4, 2]: three axes and the origin
    return Place(float(solved[3, 0]), float(solved[3, 1]), float(np.linalg.norm(solved[:3], axis=0).mean()))


def square_about(place: Place, crop: FloatArray, side: int) -> Crop:
    """The square in which a face has the `crop` coefficients [3] (scale, x, y, of a picture of 256 px), in `side`
    samples."""
    scale, x, y = for_side(crop, side)
    spacing = place.unit * scale / _TARGET
    return Crop(place.x - x * spacing, place.y - (side - 1 - y) * spacing, spacing, side)


def for_side(crop: FloatArray, side: int) -> FloatArray:
    """Crop coefficients [..., 3] of a picture of 256 px as those of the same picture in `side` px."""
    ratio = side / CROP_SIDE
    return np.asarray(crop * np.array([1 / ratio, ratio, ratio]), np.float32)
