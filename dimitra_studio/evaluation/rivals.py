"""What the motion models must beat: each rival writes lips for a clip in its own simple way."""

from dataclasses import dataclass

import numpy as np

from dimitra_studio.core.arrays import FloatArray
from dimitra_studio.core.channels import COMPONENTS, Group
from dimitra_studio.motion.clips import TalkingClip

_REACH = 5  # frames of loudness on either side
_RIDGE = 1e-2


def still(clip: TalkingClip) -> FloatArray:
    """The first tracked frame, held: components [T, 64]."""
    return np.repeat(_first(clip)[None], len(clip.motion), axis=0)


def shuffled(clip: TalkingClip, other: TalkingClip) -> FloatArray:
    """Another clip's true motion [T, 64], repeated until it is long enough: right kind of motion, wrong words."""
    values = other.motion.components[other.motion.seen]
    return values[np.arange(len(clip.motion)) % len(values)]


@dataclass(frozen=True)
class MeanLips:
    """The training clips' mean lips [13], and the clip's own first frame elsewhere."""

    lips: FloatArray

    def __call__(self, clip: TalkingClip) -> FloatArray:
        """Components [T, 64]."""
        return with_lips(clip, np.repeat(self.lips[None], len(clip.motion), axis=0))


@dataclass(frozen=True)
class LoudnessLips:
    """Loudness opens the jaw: lips are a linear function of the level in 11 frames about each."""

    weights: FloatArray

    def __call__(self, clip: TalkingClip) -> FloatArray:
        """Components [T, 64]."""
        return with_lips(clip, _levels(clip) @ self.weights)


def fit_mean(clips: tuple[TalkingClip, ...]) -> MeanLips:
    """The mean over all tracked frames."""
    frames = np.concatenate([clip.motion.components[clip.motion.seen] for clip in clips])
    return MeanLips(frames[:, Group.LIPS.columns].mean(axis=0))


def fit_loudness(clips: tuple[TalkingClip, ...]) -> LoudnessLips:
    """Ridge regression of lips on loudness over all tracked frames."""
    levels = np.concatenate([_levels(clip)[clip.motion.seen] for clip in clips])
    lips = np.concatenate([clip.motion.values[clip.motion.seen, Group.LIPS.columns] for clip in clips])
    gram = levels.T @ levels + _RIDGE * len(levels) * np.eye(levels.shape[1], dtype=np.float32)
    return LoudnessLips(np.asarray(np.linalg.solve(gram, levels.T @ lips), dtype=np.float32))


def with_lips(clip: TalkingClip, lips: FloatArray) -> FloatArray:
    """The clip's first frame with these lips [T, 13]: components [T, 64]."""
    components = still(clip)
    components[:, Group.LIPS.columns] = lips
    return components


def _levels(clip: TalkingClip) -> FloatArray:
    """Loudness about each frame [T, 12], relative to the clip's loudest parts, in 20 dB; last a constant."""
    count = len(clip.motion)
    late = round(clip.facts.lag * 2)
    reach = np.arange(-2 * _REACH, 2 * _REACH + 1, 2)
    rows = np.clip(2 * np.arange(count)[:, None] + late + reach, 0, len(clip.loudness) - 1)
    level = np.maximum(clip.loudness - np.percentile(clip.loudness, 95), -40.0) / 20.0
    return np.concatenate((level[rows], np.ones((count, 1))), axis=1).astype(np.float32)


def _first(clip: TalkingClip) -> FloatArray:
    return np.asarray(clip.motion.values[np.flatnonzero(clip.motion.seen)[0], COMPONENTS])
