"""Taking the trembling out of a tracked motion without delay, and without opening what was closed."""

import numpy as np
import scipy.signal
from numpy.typing import NDArray

from dimitra_studio.core.arrays import runs
from dimitra_studio.core.channels import COMPONENT_COUNT
from dimitra_studio.core.motion import MotionSequence
from dimitra_studio.face.components import COMPONENT_NAMES
from dimitra_studio.face.landmark_sets import (
    LID_GAP_PAIRS_LEFT,
    LID_GAP_PAIRS_RIGHT,
    LIP_GAP_PAIRS,
    eye_distance,
    pair_gap,
)
from dimitra_studio.face.landmark_track import LandmarkTrack

# Savitzky-Golay windows in seconds and the polynomial that they keep: speech moves lips faster than it turns the head.
_FACE_WINDOW, _POSE_WINDOW, _DEGREE = 0.2, 0.36, 2
# Openings (of the eye distance) below the first are kept exactly as tracked, above the second smoothed, between mixed.
_LIPS_KEPT = (0.03, 0.08)
_LIDS_KEPT = (0.10, 0.22)


def smooth_motion(motion: MotionSequence, seen: LandmarkTrack) -> MotionSequence:
    """Zero-phase smoothing [T, 70] of each stretch without gaps.

    A least-squares parabola through a window about each frame (Savitzky & Golay 1964) shifts nothing in time. It would
    open lips that close for a frame or two, as on p, b and m, and lids that blink; where the landmarks of `seen` show
    them nearly closed, the mouth's or the eye's components stay as they were tracked.
    """
    values = motion.values.astype(np.float64)
    smooth = values.copy()
    for start, end in runs(motion.seen):
        smooth[start:end, :COMPONENT_COUNT] = _savgol(values[start:end, :COMPONENT_COUNT], _FACE_WINDOW * motion.fps)
        smooth[start:end, COMPONENT_COUNT:] = _savgol(values[start:end, COMPONENT_COUNT:], _POSE_WINDOW * motion.fps)
    for columns, keep in _kept(seen):
        smooth[:, columns] += keep[:, None] * (values[:, columns] - smooth[:, columns])
    return MotionSequence(smooth.astype(np.float32), motion.fps, motion.face_model)


def _kept(seen: LandmarkTrack) -> list[tuple[NDArray[np.intp], NDArray[np.float64]]]:
    """Columns of mouth, left eye and right eye, each with how much [T] of the tracked values stays."""
    iod = np.nanmedian(eye_distance(seen.landmarks))
    groups = (
        (("mouth", "jaw", "mh_mouth"), LIP_GAP_PAIRS, _LIPS_KEPT),
        (("eyeBlinkLeft", "eyeLookDownLeft", "eyeSquintLeft", "eyeWideLeft"), LID_GAP_PAIRS_LEFT, _LIDS_KEPT),
        (("eyeBlinkRight", "eyeLookDownRight", "eyeSquintRight", "eyeWideRight"), LID_GAP_PAIRS_RIGHT, _LIDS_KEPT),
    )
    kept = []
    for prefixes, pairs, (closed, apart) in groups:
        columns = np.array([index for index, name in enumerate(COMPONENT_NAMES) if name.startswith(prefixes)])
        gap = pair_gap(seen.landmarks, pairs) / iod
        keep = 1 - np.clip((gap - closed) / (apart - closed), 0, 1)
        kept.append((columns, np.nan_to_num(keep)))
    return kept


def _savgol(values: NDArray[np.float64], window: float) -> NDArray[np.float64]:
    """Smooths [T, C] over an odd number of frames nearest to `window`, fewer in a short stretch."""
    odd = 2 * round((min(window, len(values)) - 1) / 2) + 1
    odd = odd if odd <= len(values) else odd - 2
    if odd <= _DEGREE:
        return values
    smooth: NDArray[np.float64] = scipy.signal.savgol_filter(values, odd, _DEGREE, axis=0, mode="interp")
    return smooth
