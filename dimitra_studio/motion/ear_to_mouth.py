"""A linear map from what is heard to how open the mouth is: it tells how well, and how late, a sound fits a face.

Ridge regression on principal components of the speech features, fitted on clips of other people. It follows a mouth
less well than the networks do, but shares no weight with them: it may judge them.
"""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dimitra_studio.core.arrays import FloatArray, frozen
from dimitra_studio.motion.clips import TalkingClip
from dimitra_studio.motion.lip_shape import LipShape

LARGEST_LAG = 6  # frames
# A frame hears the 50 Hz features from 100 ms before its start to 120 ms after it.
_BEFORE, _AFTER = 5, 6
_NEIGHBOURS = np.arange(-_BEFORE, _AFTER + 1)
_COMPONENTS = 128
_RIDGE = 0.1  # times the number of frames, of components in units of their own spread


@dataclass(frozen=True)
class Offset:
    """How sound and picture agree: `fits` [13], the correlation of the lip gap with what the voice predicts, the sound
    taken to be late by -6 to 6 frames."""

    fits: FloatArray

    def __post_init__(self) -> None:
        object.__setattr__(self, "fits", frozen(self.fits, (2 * LARGEST_LAG + 1,), "fits"))

    @property
    def lag(self) -> int:
        """Frames that the sound is late (below 0: early)."""
        return int(self.fits.argmax()) - LARGEST_LAG

    @property
    def best(self) -> float:
        """Correlation at that lag."""
        return float(self.fits.max())

    @property
    def now(self) -> float:
        """Correlation without a lag."""
        return float(self.fits[LARGEST_LAG])

    @property
    def confidence(self) -> float:
        """How far the best correlation stands out of all lags' median (SyncNet's confidence, on correlations)."""
        return self.best - float(np.median(self.fits))


@dataclass(frozen=True)
class EarToMouth:
    """`weights` [12, F] of the 50 Hz features about a frame, for its lip gap in inter-ocular distances."""

    weights: FloatArray

    def __post_init__(self) -> None:
        object.__setattr__(self, "weights", frozen(self.weights, (len(_NEIGHBOURS), None), "ear-to-mouth weights"))

    def predict(self, features: FloatArray) -> FloatArray:
        """Lip gap [T] about its mean, of 50 Hz features [2T, F]."""
        each = features @ self.weights.T
        rows = _heard_rows(len(features))
        gap = each[rows, np.arange(len(_NEIGHBOURS))].sum(axis=1)
        return np.asarray(gap - gap.mean(), dtype=np.float32)

    def offset(self, features: FloatArray, gap: FloatArray) -> Offset:
        """How features [2T, F] and lip gap [T], NaN where no face is seen, agree at each lag."""
        predicted = self.predict(features)
        frames = np.arange(len(gap))
        fits = []
        for lag in range(-LARGEST_LAG, LARGEST_LAG + 1):
            told = np.isfinite(gap) & (frames + lag >= 0) & (frames + lag < len(gap))
            fits.append(_correlation(predicted[frames[told] + lag], gap[told]))
        return Offset(np.array(fits))


def fit_ear_to_mouth(clips: Iterable[TalkingClip], lips: LipShape) -> EarToMouth:
    """The map of these clips' voices, their lags taken out, to their lip gaps. Raises ValueError without a tracked
    frame."""
    voices, gaps = [], []
    for clip in clips:
        voices.append(clip.voice().features)
        gaps.append(lips.gap_of(clip.motion.components))
    if not any(np.isfinite(gap).any() for gap in gaps):
        raise ValueError("no clip to learn from has a tracked frame")
    basis = _principal_components(voices)
    wide = len(_NEIGHBOURS) * basis.shape[1]
    gram, moment, count = np.zeros((wide, wide)), np.zeros(wide), 0
    for features, gap in zip(voices, gaps, strict=True):
        told = np.isfinite(gap)
        if not told.any():
            continue
        heard = (features @ basis)[_heard_rows(len(features))[told]].reshape(-1, wide).astype(np.float64)
        # About each clip's mean: how open a mouth rests is its speaker's, not the voice's.
        heard -= heard.mean(axis=0)
        gram += heard.T @ heard
        moment += heard.T @ (gap[told] - gap[told].mean())
        count += len(heard)
    ridge = _RIDGE * count * np.eye(wide)
    weights = np.linalg.solve(gram + ridge, moment).reshape(len(_NEIGHBOURS), -1) @ basis.T
    return EarToMouth(weights.astype(np.float32))


def _heard_rows(length: int) -> NDArray[np.intp]:
    """Rows [T, 12] of `length` 50 Hz features that each frame hears, the ends repeated."""
    rows: NDArray[np.intp] = 2 * np.arange(length // 2)[:, None] + _NEIGHBOURS
    return rows.clip(0, length - 1)


def _principal_components(voices: list[FloatArray]) -> FloatArray:
    """Basis [F, C] of the features in their own standard deviations, at most 128 of its directions."""
    total = sum(len(features) for features in voices)
    mean = sum(features.sum(axis=0, dtype=np.float64) for features in voices) / total
    spread = sum((features.astype(np.float64) - mean).T @ (features - mean) for features in voices) / total
    scale = np.sqrt(np.diag(spread)) + 1e-3
    directions = np.linalg.eigh(spread / np.outer(scale, scale))[1][:, ::-1][:, :_COMPONENTS]
    return np.asarray(directions / scale[:, None], dtype=np.float32)


def _correlation(one: FloatArray, other: FloatArray) -> float:
    if len(one) < 3 or one.std() == 0 or other.std() == 0:
        return 0.0
    return float(np.corrcoef(one, other)[0, 1])
