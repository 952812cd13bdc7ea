"""Whether heads move as heads do: how far, at which frequencies, and with the voice."""

import numpy as np
from scipy.signal import find_peaks, welch

from dimitra_studio.core.arrays import FloatArray, runs
from dimitra_studio.core.timebase import FEATURE_RATE, MOTION_FPS
from dimitra_studio.evaluation.evidence import NOTHING, Evidence, Numbers, pairs, weighted
from dimitra_studio.evaluation.pair import Pair

# Welch segments of 2.56 s: the longest that most clips of a talking-head corpus hold.
_SEGMENT = 64
_BAND = (0.1, 6.0)  # Hz
# Below this (rad^2/Hz) no head is seen to move.
_FLOOR = 1e-10
# Deviation of the beat score's bell: AIST++ takes 3 frames of 60 a second; cameras here have 25.
_BEAT_SPREAD = 0.1  # s
_BEAT_SMOOTH = 2  # frames on either side
_BEAT_SPEED = 0.02  # rad/s: slower heads have no beats
_RISE = 3.0  # dB between neighbours of 40 ms that an onset stands out by


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


def beat_alignment(pair: Pair) -> Evidence:
    """How near the head's beats are to the voice's: mean of exp(-d^2 / 2 s^2) over the head's beats, d the time to the
    nearest onset, s = 0.1 s (a beat a vote; 0 to 1).

    BeatAlign of AIST++ (Li et al. 2021, arXiv 2101.08779 eq. 3) with the head's beats at local minima of its angular
    speed and the voice's at the peaks of its level's rise. What chance gives stands in the row of shuffled truth.
    """
    beats = [beat + start for start, end in runs(pair.known) for beat in head_beats(pair.found.angles[start:end])]
    onsets = voice_onsets(pair.heard.loudness)
    if not beats or not len(onsets):
        return NOTHING
    near = np.abs((np.array(beats)[:, None] + 0.5) / MOTION_FPS - onsets[None] / FEATURE_RATE).min(axis=1)
    return pairs(np.exp(-(near**2) / (2 * _BEAT_SPREAD**2)), np.ones(len(near)))


def head_beats(angles: FloatArray) -> Numbers:
    """Frames in which the head's angular speed is least between movements; `angles` [T, 3] in radians."""
    if len(angles) < 4 * _BEAT_SMOOTH:
        return np.empty(0)
    speed = np.linalg.norm(np.gradient(np.asarray(angles, np.float64), axis=0), axis=1) * MOTION_FPS
    window = np.hanning(2 * _BEAT_SMOOTH + 3)[1:-1]
    smooth = np.convolve(np.pad(speed, _BEAT_SMOOTH, mode="edge"), window / window.sum(), mode="valid")
    return np.asarray(find_peaks(-smooth, prominence=_BEAT_SPEED)[0], dtype=np.float64)


def voice_onsets(loudness: FloatArray) -> Numbers:
    """50 Hz places at which the level [M] (dB) rises the most: syllables' onsets."""
    rise = np.maximum(np.asarray(loudness[2:], np.float64) - loudness[:-2], 0.0)
    return np.asarray(find_peaks(rise, height=_RISE, distance=round(0.1 * FEATURE_RATE))[0] + 1, dtype=np.float64)


def _spectrum(angles: FloatArray) -> Numbers:
    """Power of the angles [T, 3] at the frequencies of the band [K, 3]."""
    frequencies, power = welch(angles, MOTION_FPS, nperseg=_SEGMENT, detrend="constant", axis=0)
    return np.asarray(power[(frequencies >= _BAND[0]) & (frequencies <= _BAND[1])], dtype=np.float64)
