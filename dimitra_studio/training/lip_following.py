"""How lips that a model in training speaks follow the true ones."""

from collections import defaultdict
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dimitra_studio.core.arrays import FloatArray
from dimitra_studio.core.channels import COMPONENTS, Group
from dimitra_studio.motion.checkpoint import MotionModel
from dimitra_studio.motion.clips import TalkingClip
from dimitra_studio.motion.generate import MotionSettings, finish_group, sample_group
from dimitra_studio.motion.lip_shape import LipShape
from dimitra_studio.training.dataset import CLOSED_GAP

_LEAST_MOTION = 0.005  # a gap that deviates less, in inter-ocular distances, has nothing to follow


@dataclass(frozen=True)
class LipFollowing:
    """How a lip gap follows the true one: Pearson's r (`gap_correlation`), the ratio of their deviations
    (`gap_range`), the share of frames with closed lips in which the found ones close too (`closures`), and of frames
    with open lips in which they do (`false_closures`); NaN where the clip cannot tell."""

    gap_correlation: float
    gap_range: float
    closures: float
    false_closures: float


class SpokenClips:
    """`clips` spoken by a lips model, with one seed and in `steps` sampling steps."""

    def __init__(self, clips: tuple[TalkingClip, ...], lips: LipShape, steps: int) -> None:
        self._clips, self._lips = clips, lips
        # The network's own lips: they are not settled to rest in silence.
        self._settings = MotionSettings(steps, rest=0.0)

    @property
    def move(self) -> bool:
        """Whether there is a true gap to follow."""
        return any(_moves(gap[np.isfinite(gap)]) for gap in map(self._true_gap, self._clips))

    def judge(self, model: MotionModel) -> dict[str, float]:
        """The fields of `LipFollowing`, averaged over the clips; what none can tell is left out."""
        followed = [follow(self._gap(model, clip), self._true_gap(clip)) for clip in self._clips]
        return mean_following(followed, [int(clip.motion.seen.sum()) for clip in self._clips])

    def _gap(self, model: MotionModel, clip: TalkingClip) -> FloatArray:
        """The gap [T] of sampled lips; they start at the first tracked frame, and there the rest of the face stays."""
        voice, first = clip.voice(), clip.motion.values[np.flatnonzero(clip.motion.seen)[0]]
        finish = finish_group(model, voice, first, self._lips.gap, self._settings)
        *_, last = sample_group(model, voice, finish.first, 0, self._settings)
        components = np.tile(first[COMPONENTS], (len(voice), 1))
        components[:, Group.LIPS.columns] = finish.apply(last.x.numpy())
        return self._lips.gap_of(components)

    def _true_gap(self, clip: TalkingClip) -> FloatArray:
        return self._lips.gap_of(clip.motion.components)


def follow(found: FloatArray, truth: FloatArray) -> LipFollowing:
    """Gaps [T] compared in frames in which the truth is known (not NaN)."""
    known = np.isfinite(truth)
    found, truth = found[known], truth[known]
    closed, moves = found < CLOSED_GAP, _moves(truth)
    correlation = float(np.corrcoef(found, truth)[0, 1]) if moves and found.std() > 1e-6 else 0.0
    return LipFollowing(
        gap_correlation=correlation if moves else float("nan"),
        gap_range=float(found.std() / truth.std()) if moves else float("nan"),
        closures=_share(closed, truth < CLOSED_GAP),
        false_closures=_share(closed, truth >= CLOSED_GAP),
    )


def mean_following(scores: list[LipFollowing], frames: list[int]) -> dict[str, float]:
    """Means by name, weighted by the clips' frames; what no clip can tell is left out."""
    means = {}
    for name in LipFollowing.__dataclass_fields__:
        values = np.array([getattr(score, name) for score in scores])
        told = np.isfinite(values)
        if told.any():
            means[name] = float(np.average(values[told], weights=np.array(frames)[told]))
    return means


def spread(clips: tuple[TalkingClip, ...], count: int) -> tuple[TalkingClip, ...]:
    """`count` clips of as many speakers as there are: the longest of each, then the second longest."""
    ranked = []
    speakers: defaultdict[str, int] = defaultdict(int)
    for clip in sorted(clips, key=lambda each: (-len(each.motion), each.facts.name)):
        ranked.append((speakers[clip.facts.speaker], clip))
        speakers[clip.facts.speaker] += 1
    return tuple(clip for _, clip in sorted(ranked, key=lambda pair: pair[0])[:count])


def _moves(truth: FloatArray) -> bool:
    return bool(truth.std() >= _LEAST_MOTION)


def _share(flags: NDArray[np.bool_], among: NDArray[np.bool_]) -> float:
    return float(flags[among].mean()) if among.any() else float("nan")
