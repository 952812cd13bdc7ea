"""Which training clips' sound is late, by how much: a linear ear-to-mouth map listens to each.

The map from features to lip gap is fitted on other speakers' clips; where its prediction fits a clip's own gap much
better some frames later or earlier, that is the clip's lag. Only clips to learn from may be mended so: on clips that
models are judged by it would flatter whatever listens.
"""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from dimitra_studio.core.arrays import FloatArray
from dimitra_studio.motion.clips import TalkingClip
from dimitra_studio.motion.lip_shape import LipShape

LARGEST_LAG = 6
_REACH = 5  # 50 Hz features on either side
_FOLDS = 5
_RIDGE = 1.0  # times the number of frames, of standardised features
_COMPONENTS = 300
_SHORTEST = 40  # frames
# A lag is believed when it explains the clip well and clearly better than no lag.
_LEAST_FIT, _LEAST_GAIN = 0.5, 0.08


@dataclass(frozen=True)
class Sync:
    """A clip's correlation with what its voice predicts: `now`, and `best` if it were `lag` frames later than it is."""

    now: float
    best: float
    lag: int

    @property
    def believed(self) -> bool:
        """Whether the lag is to be taken out."""
        return self.lag != 0 and self.best >= _LEAST_FIT and self.best - self.now >= _LEAST_GAIN


def measure_sync(clips: tuple[TalkingClip, ...], lips: LipShape) -> dict[str, Sync]:
    """Every clip of at least 40 tracked frames by its name; lags count from what `facts.lag` says already."""
    long = [clip for clip in clips if clip.motion.seen.sum() >= _SHORTEST]
    gaps = [lips.gap_of(clip.motion.components) for clip in long]
    heard = _standardised([_features(clip) for clip in long])
    speakers = sorted({clip.facts.speaker for clip in long})
    order = np.random.default_rng(0).permutation(len(speakers))
    fold = {speaker: int(place) % _FOLDS for speaker, place in zip(speakers, order, strict=True)}
    found = {}
    for turn in range(_FOLDS):
        others = [index for index, clip in enumerate(long) if fold[clip.facts.speaker] != turn]
        if not others:
            continue
        weights = _ridge([heard[index] for index in others], [gaps[index] for index in others])
        for index, clip in enumerate(long):
            if fold[clip.facts.speaker] == turn:
                found[clip.facts.name] = _sync(heard[index] @ weights, gaps[index])
    return found


def mended(clip: TalkingClip, sync: Sync | None) -> TalkingClip:
    """The clip with its lag corrected where that is believed."""
    if sync is None or not sync.believed:
        return clip
    return replace(clip, facts=replace(clip.facts, lag=clip.facts.lag + sync.lag))


def _features(clip: TalkingClip) -> FloatArray:
    """What is heard about each frame [T, 12 F]."""
    features = clip.voice().features
    rows = np.clip(2 * np.arange(len(clip.motion))[:, None] + np.arange(-_REACH, _REACH + 2), 0, len(features) - 1)
    return np.asarray(features[rows].reshape(len(rows), -1))


def _standardised(heard: list[FloatArray]) -> list[FloatArray]:
    """Principal components of what is heard, in the features' standard deviations."""
    rng = np.random.default_rng(0)
    frames = np.concatenate(heard)
    mean, std = frames.mean(axis=0), frames.std(axis=0) + 1e-3
    some = (frames[rng.permutation(len(frames))[:5000]] - mean) / std
    basis = np.linalg.svd(some, full_matrices=False)[2][:_COMPONENTS].T
    return [np.asarray(((each - mean) / std) @ basis) for each in heard]


def _ridge(heard: list[FloatArray], gaps: list[FloatArray]) -> NDArray[np.float64]:
    """Weights from features to each clip's gap about its mean."""
    known = [np.isfinite(gap) for gap in gaps]
    inputs = np.concatenate([each[told] for each, told in zip(heard, known, strict=True)]).astype(np.float64)
    targets = np.concatenate([gap[told] - gap[told].mean() for gap, told in zip(gaps, known, strict=True)])
    gram = inputs.T @ inputs + _RIDGE * len(inputs) * np.eye(inputs.shape[1])
    return np.asarray(np.linalg.solve(gram, inputs.T @ targets))


def _sync(predicted: NDArray[np.float64], gap: FloatArray) -> Sync:
    frames = np.arange(len(gap))
    fits = {}
    for lag in range(-LARGEST_LAG, LARGEST_LAG + 1):
        told = np.isfinite(gap) & (frames + lag >= 0) & (frames + lag < len(gap))
        one, other = predicted[frames[told] + lag], gap[told]
        fits[lag] = float(np.corrcoef(one, other)[0, 1]) if len(other) > 2 and other.std() > 0 else 0.0
    best = max(fits, key=lambda lag: fits[lag])
    return Sync(fits[0], fits[best], best)
