"""What the detector saw of one face in a video, frame by frame."""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from dimitra_studio.core.arrays import FloatArray, frozen
from dimitra_studio.core.face import LANDMARK_COUNT
from dimitra_studio.core.timebase import frame_centres
from dimitra_studio.face.blendshapes import BLENDSHAPE_COUNT
from dimitra_studio.face.landmark_sets import (
    EYE_LEFT,
    EYE_RIGHT,
    IRIS_LEFT_CENTRE,
    IRIS_RIGHT_CENTRE,
    LIPS_INNER,
    LIPS_OUTER,
    eye_distance,
)

# What opens and shuts within a frame.
_QUICK = (
    (*LIPS_INNER, *LIPS_OUTER),
    (*EYE_RIGHT, *range(IRIS_RIGHT_CENTRE, IRIS_LEFT_CENTRE)),
    (*EYE_LEFT, *range(IRIS_LEFT_CENTRE, IRIS_LEFT_CENTRE + 5)),
)
# A frame this near (of the time between two) is taken as it is.
_SAME_MOMENT = 1e-3
# Farther than this many eye distances apart, two frames are a cut and nothing lies between them.
_CUT = 1.0


@dataclass(frozen=True)
class LandmarkTrack:
    """What the detector saw: `landmarks` [T, 478, 2] px and `blendshapes` [T, 52], NaN where the face was not seen;
    `size` (width, height) px; `faces` is the most faces seen at once until the chosen one was found."""

    landmarks: FloatArray
    blendshapes: FloatArray
    fps: float
    size: tuple[int, int]
    faces: int = 1

    def __post_init__(self) -> None:
        count = len(self.landmarks)
        object.__setattr__(self, "landmarks", frozen(self.landmarks, (count, LANDMARK_COUNT, 2), "landmarks"))
        object.__setattr__(self, "blendshapes", frozen(self.blendshapes, (count, BLENDSHAPE_COUNT), "blendshapes"))

    def __len__(self) -> int:
        return len(self.landmarks)

    @property
    def seen(self) -> NDArray[np.bool_]:
        """Frames [T] with a face."""
        return np.isfinite(self.landmarks[:, 0, 0]) & np.isfinite(self.blendshapes[:, 0])


def resample_track(seen: LandmarkTrack, moments: NDArray[np.float64], count: int, fps: float) -> LandmarkTrack:
    """`count` frames at `fps` from frames whose middles are at `moments` [T], seconds, rising.

    Picking the nearest frame would make an evenly moving head stutter, and averaging two would open lips that touch in
    one. So landmarks lie between those of the two frames around, but mouth and eyes keep the nearest frame's shape.
    Next to a gap or a cut the nearest frame is taken.
    """
    if len(seen) == 1:
        return _picked(seen, np.zeros(count, dtype=np.intp), fps)
    centres = frame_centres(count, fps)
    after = np.clip(np.searchsorted(moments, centres), 1, len(moments) - 1)
    before = after - 1
    # Frames before a film's start share its first moment.
    apart = np.maximum(moments[after] - moments[before], 1e-9)
    share = np.clip((centres - moments[before]) / apart, 0, 1)
    nearest = np.where(share < 0.5, before, after)
    picked = _picked(seen, nearest, fps)
    inside = seen.seen[before] & seen.seen[after] & (share > _SAME_MOMENT) & (share < 1 - _SAME_MOMENT)
    one, two = seen.landmarks[before], seen.landmarks[after]
    inside &= np.linalg.norm(two - one, axis=-1).mean(axis=-1) < _CUT * eye_distance(one)
    landmarks = picked.landmarks.copy()
    weight = share[inside, None, None].astype(np.float32)
    landmarks[inside] = _between(one[inside], two[inside], landmarks[inside], weight)
    return replace(picked, landmarks=landmarks)


def _picked(seen: LandmarkTrack, frames: NDArray[np.intp], fps: float) -> LandmarkTrack:
    return replace(seen, landmarks=seen.landmarks[frames], blendshapes=seen.blendshapes[frames], fps=fps)


def _between(one: FloatArray, two: FloatArray, nearest: FloatArray, weight: FloatArray) -> FloatArray:
    """Landmarks [n, 478, 2] between two frames' by `weight` [n, 1, 1]; the nearest one's mouth and eyes move along."""
    middle = one + weight * (two - one)
    for part in _QUICK:
        points = list(part)
        shift = (middle[:, points] - nearest[:, points]).mean(axis=1, keepdims=True)
        middle[:, points] = nearest[:, points] + shift
    return middle
