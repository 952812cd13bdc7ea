"""What the motion models must beat: each rival writes motion for a clip in its own simple way."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from dimitra_studio.core.arrays import FloatArray
from dimitra_studio.core.channels import Group
from dimitra_studio.evaluation.takes import first_frame
from dimitra_studio.motion.clips import TalkingClip
from dimitra_studio.motion.ear_to_mouth import EarToMouth
from dimitra_studio.motion.jaw import JAW
from dimitra_studio.motion.lip_shape import LipShape

_REACH = 5  # frames of loudness on either side
_RIDGE = 1e-2


def still(clip: TalkingClip) -> FloatArray:
    """The first tracked frame, held: motion [T, 70]."""
    return np.repeat(first_frame(clip)[None], len(clip.motion), axis=0)


def shuffled(clip: TalkingClip, other: TalkingClip) -> FloatArray:
    """Another clip's true motion [T, 70], repeated until it is long enough: right kind of motion, wrong words."""
    values = other.motion.values[other.motion.seen]
    return np.asarray(values[np.arange(len(clip.motion)) % len(values)])


def another(clip: TalkingClip, clips: Sequence[TalkingClip]) -> TalkingClip:
    """The next clip of the same source, of another speaker if there is one: like this one but for its words. Where the
    source has no other, any other clip; the clip itself where it is alone."""
    start = next(index for index, each in enumerate(clips) if each is clip)
    others = [each for each in (*clips[start + 1 :], *clips[:start]) if each.motion.seen.any()]
    alike = [each for each in others if each.facts.source == clip.facts.source]
    strangers = [each for each in alike if each.facts.speaker != clip.facts.speaker]
    return (strangers or alike or others or [clip])[0]


@dataclass(frozen=True)
class MeanLips:
    """The training clips' mean lips [13], and the clip's own first frame elsewhere."""

    lips: FloatArray

    def __call__(self, clip: TalkingClip) -> FloatArray:
        """Motion [T, 70]."""
        return with_lips(clip, np.repeat(self.lips[None], len(clip.motion), axis=0))


@dataclass(frozen=True)
class LoudnessLips:
    """Loudness opens the jaw: lips are a linear function of the level in 11 frames about each."""

    weights: FloatArray

    def __call__(self, clip: TalkingClip) -> FloatArray:
        """Motion [T, 70]."""
        return with_lips(clip, _levels(clip) @ self.weights)


@dataclass(frozen=True)
class RidgeGap:
    """The ear-to-mouth map's gap, about the training clips' `mean` gap in inter-ocular distances, made by the jaw."""

    ear: EarToMouth
    lips: LipShape
    mean: float

    def __call__(self, clip: TalkingClip) -> FloatArray:
        """Motion [T, 70] of which the gap alone means anything."""
        values = still(clip)
        gap = self.mean + self.ear.predict(clip.voice().features)
        values[:, Group.LIPS.columns] = 0.0
        values[:, JAW] = (gap - self.lips.gap_of(values[:, : len(self.lips.gap)])) / self.lips.gap[JAW]
        return values


def fit_mean(clips: Sequence[TalkingClip]) -> MeanLips:
    """The mean over all tracked frames."""
    frames = np.concatenate([clip.motion.components[clip.motion.seen] for clip in clips])
    return MeanLips(frames[:, Group.LIPS.columns].mean(axis=0))


def fit_loudness(clips: Sequence[TalkingClip]) -> LoudnessLips:
    """Ridge regression of lips on loudness over all tracked frames."""
    levels = np.concatenate([_levels(clip)[clip.motion.seen] for clip in clips])
    lips = np.concatenate([clip.motion.values[clip.motion.seen, Group.LIPS.columns] for clip in clips])
    gram = levels.T @ levels + _RIDGE * len(levels) * np.eye(levels.shape[1], dtype=np.float32)
    return LoudnessLips(np.asarray(np.linalg.solve(gram, levels.T @ lips), dtype=np.float32))


def with_lips(clip: TalkingClip, lips: FloatArray) -> FloatArray:
    """The clip's first frame with these lips [T, 13]: motion [T, 70]."""
    values = still(clip)
    values[:, Group.LIPS.columns] = lips
    return values


def _levels(clip: TalkingClip) -> FloatArray:
    """Loudness about each frame [T, 12], relative to the clip's loudest parts, in 20 dB; last a constant."""
    count = len(clip.motion)
    late = round(clip.facts.lag * 2)
    reach = np.arange(-2 * _REACH, 2 * _REACH + 1, 2)
    rows = np.clip(2 * np.arange(count)[:, None] + late + reach, 0, len(clip.loudness) - 1)
    level = np.maximum(clip.loudness - np.percentile(clip.loudness, 95), -40.0) / 20.0
    return np.concatenate((level[rows], np.ones((count, 1))), axis=1).astype(np.float32)
