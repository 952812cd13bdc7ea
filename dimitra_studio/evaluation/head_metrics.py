"""Whether heads move as heads do: how far, and at which frequencies. beat_metrics.py says whether with the voice."""

import numpy as np
from scipy.signal import welch

from dimitra_studio.core.arrays import FloatArray, runs
from dimitra_studio.core.timebase import MOTION_FPS
from dimitra_studio.evaluation.evidence import NOTHING, Evidence, Numbers, pairs, weighted
from dimitra_studio.evaluation.pair import Pair

# Welch segments of 2.56 s: the longest that most clips of a talking-head corpus hold.
_SEGMENT = 64
_BAND = (0.1, 6.0)  # Hz
# Below this (rad^2/Hz) no head is seen to move.
_FLOOR = 1e-10


def angle_range(pair: Pair, axis: int) -> Evidence:
    """Range of pitch, yaw or roll (axis 0, 1, 2) within a clip, 5th to 95th percentile; mean of clips (degrees)."""
    angle = np.degrees(pair.found.angles[pair.known, axis])
    if not len(angle):
        return NOTHING
    low, high = np.percentile(angle, (5, 95))
    return weighted(high - low, pair.frames)


def head_spectrum(pair: Pair) -> Evidence:
    """Log-spectral distance of the head's angles from the truth's, 0.1 to 6 Hz (dB; 0: moves like the truth). Power
    spectra by Welch (1967): Hann segments of 2.56 s that overlap by half, mean removed, averaged over clips."""
    spans = [(start, end) for start, end in runs(pair.known) if end - start >= _SEGMENT]
    if not spans:
        return NOTHING
    found, true = (
        np.stack([_spectrum(each[start:end]) for start, end in spans])
        for each in (pair.found.angles, pair.truth.angles)
    )
    weight = np.array([end - start for start, end in spans], dtype=np.float64)[:, None, None]
    return pairs(weight * found, weight * true)


def spectral_distance(values: Numbers, against: Numbers, counts: Numbers) -> Numbers:
    """Pool of `head_spectrum`: root mean square over frequencies and angles of 10 log10 of the ratio of the clips' mean
    spectra (Gray and Markel 1976)."""
    total = counts.sum(axis=1)[:, None, None]
    found, true = (np.tensordot(counts, each, axes=1) / np.maximum(total, 1) for each in (values, against))
    decibels = 10 * np.log10((found + _FLOOR) / (true + _FLOOR))
    return np.asarray(np.where(total[:, 0, 0] > 0, np.sqrt((decibels**2).mean(axis=(1, 2))), np.nan))


def _spectrum(angles: FloatArray) -> Numbers:
    """Power of the angles [T, 3] at the frequencies of the band [K, 3]."""
    frequencies, power = welch(angles, MOTION_FPS, nperseg=_SEGMENT, detrend="constant", axis=0)
    return np.asarray(power[(frequencies >= _BAND[0]) & (frequencies <= _BAND[1])], dtype=np.float64)
