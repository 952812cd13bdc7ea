"""Whether heads move with the voice: the beats of both, and how near they are.

People's heads follow their own voice only a little: in 14 minutes of talking clips the truth scored 0.02 above chance,
which was three times chance's deviation. So the score says little by itself, and the one over chance needs minutes.
"""

import numpy as np
from scipy.signal import find_peaks

from dimitra_studio.core.arrays import FloatArray, runs
from dimitra_studio.core.timebase import FEATURE_RATE, MOTION_FPS
from dimitra_studio.evaluation.evidence import NOTHING, Evidence, Numbers, pairs
from dimitra_studio.evaluation.pair import Pair

# Deviation of the score's bell: AIST++ takes 3 frames of 60 a second; cameras here have 25.
_SPREAD = 0.1  # s
_SLOWEST = 0.02  # rad/s: slower heads have no beats
_HEAD_SMOOTH, _VOICE_SMOOTH = 2, 3  # neighbours on either side
_STRESS = 6.0  # dB that a syllable's peak rises above both sides
_SYLLABLE = 0.1  # s: no two are nearer


def beat_alignment(pair: Pair) -> Evidence:
    """How near the head's beats are to the voice's: mean of exp(-d^2 / 2 s^2) over the head's beats, d the time to the
    voice's nearest, s = 0.1 s (a beat a vote; 0 to 1).

    BeatAlign of AIST++ (Li et al. 2021, arXiv 2101.08779 eq. 3), the head's beats at local minima of its angular speed,
    the voice's at peaks of its level.
    """
    return _scored(pair, over_chance=False)


def beat_gain(pair: Pair) -> Evidence:
    """Beat alignment over what beats at any other moments of the clip would score (a beat a vote; 0: chance)."""
    return _scored(pair, over_chance=True)


def head_beats(angles: FloatArray) -> Numbers:
    """Frames in which the head's angular speed is least between movements; `angles` [T, 3] in radians."""
    if len(angles) < 4 * _HEAD_SMOOTH:
        return np.empty(0)
    speed = np.linalg.norm(np.gradient(np.asarray(angles, np.float64), axis=0), axis=1) * MOTION_FPS
    return np.asarray(find_peaks(-_smooth(speed, _HEAD_SMOOTH), prominence=_SLOWEST)[0], dtype=np.float64)


def voice_beats(loudness: FloatArray) -> Numbers:
    """50 Hz places at which the level [M] (dB) peaks: stressed syllables."""
    level = _smooth(np.asarray(loudness, np.float64), _VOICE_SMOOTH)
    found = find_peaks(level, prominence=_STRESS, distance=round(_SYLLABLE * FEATURE_RATE))[0]
    return np.asarray(found, dtype=np.float64)


def _scored(pair: Pair, *, over_chance: bool) -> Evidence:
    beats = [beat + start for start, end in runs(pair.known) for beat in head_beats(pair.found.angles[start:end])]
    voice = voice_beats(pair.heard.loudness)
    if not beats or not len(voice):
        return NOTHING
    score = _nearness(np.arange(len(pair.known), dtype=np.float64), voice)
    chance = score[pair.known].mean() if over_chance else 0.0
    return pairs(score[np.array(beats, dtype=np.intp)] - chance, np.ones(len(beats)))


def _nearness(frames: Numbers, voice: Numbers) -> Numbers:
    """The bell's value [N] in the middle of each frame."""
    near = np.abs((frames[:, None] + 0.5) / MOTION_FPS - voice[None] / FEATURE_RATE).min(axis=1)
    return np.asarray(np.exp(-(near**2) / (2 * _SPREAD**2)), dtype=np.float64)


def _smooth(curve: Numbers, reach: int) -> Numbers:
    window = np.hanning(2 * reach + 3)[1:-1]
    return np.convolve(np.pad(curve, reach, mode="edge"), window / window.sum(), mode="valid")
