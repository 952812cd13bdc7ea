"""One clip's generated motion beside the true one: what every metric is measured on."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from dimitra_studio.core.arrays import FloatArray, runs
from dimitra_studio.core.channels import Group
from dimitra_studio.core.speech import Phoneme
from dimitra_studio.core.timebase import FEATURE_RATE, MOTION_FPS
from dimitra_studio.evaluation.face_gauge import FaceGauge
from dimitra_studio.motion.clips import TalkingClip
from dimitra_studio.motion.voice import Voice

Mask = NDArray[np.bool_]
# Shorter silences are closures and breaths inside speech.
PAUSE = 0.4


@dataclass(frozen=True)
class Performance:
    """Motion `values` [T, 70] and its curves; NaN where no face was seen."""

    values: FloatArray
    gauge: FaceGauge

    @cached_property
    def gap(self) -> FloatArray:
        """Inner-lip gap [T], inter-ocular distances."""
        return self.gauge.gap(self.values)

    @cached_property
    def width(self) -> FloatArray:
        """Mouth width [T] beyond the neutral one, inter-ocular distances."""
        return self.gauge.width(self.values)

    @cached_property
    def points(self) -> NDArray[np.float64]:
        """The 68 landmarks [T, 68, 2], px."""
        return self.gauge.points(self.values)

    @property
    def angles(self) -> FloatArray:
        """Pitch, yaw, roll [T, 3], radians."""
        return self.values[:, Group.POSE.columns][:, :3]


@dataclass(frozen=True)
class Heard:
    """What the metrics know of a clip's sound, in the motion's own time: the lag is taken out.

    `phones`; `silent` [T]; `loudness` [2T] in dB at 50 Hz; `voice` for what listens to its features.
    """

    phones: tuple[Phoneme, ...]
    silent: Mask
    loudness: FloatArray
    voice: Voice

    @property
    def pauses(self) -> tuple[tuple[int, int], ...]:
        """Frames [start, end) of silences of at least 0.4 s."""
        return tuple((start, end) for start, end in runs(self.silent) if end - start >= PAUSE * MOTION_FPS)


@dataclass(frozen=True)
class Pair:
    """`found` is measured where the `truth` is `known` [T]."""

    found: Performance
    truth: Performance
    heard: Heard

    @cached_property
    def known(self) -> Mask:
        """Frames [T] in which the true face was seen."""
        return np.asarray(np.isfinite(self.truth.values).all(axis=1))

    @property
    def frames(self) -> int:
        """How many those are: the weight of a clip."""
        return int(self.known.sum())

    def channels(self, group: Group) -> tuple[FloatArray, FloatArray]:
        """Found and true channels [T, C] of a group, NaN where the truth is not known."""
        columns = group.columns
        return (
            np.where(self.known[:, None], self.found.values[:, columns], np.float32(np.nan)),
            self.truth.values[:, columns],
        )


def hear_clip(clip: TalkingClip) -> Heard:
    """What is heard while each frame of the clip is seen."""
    late = clip.facts.lag / clip.motion.fps
    voice = clip.voice()
    rows = np.arange(2 * len(clip.motion)) + round(late * FEATURE_RATE)
    return Heard(
        tuple(Phoneme(phone.start - late, phone.end - late, phone.symbol) for phone in clip.speech.phonemes),
        voice.silent,
        clip.loudness[np.clip(rows, 0, len(clip.loudness) - 1)],
        voice,
    )
