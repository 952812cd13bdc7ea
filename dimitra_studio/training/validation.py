"""How well a model in training does on clips that it does not learn from."""

from collections import defaultdict
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray

from dimitra_studio.core.arrays import FloatArray
from dimitra_studio.core.channels import COMPONENTS, Group
from dimitra_studio.motion.checkpoint import MotionModel
from dimitra_studio.motion.clips import TalkingClip
from dimitra_studio.motion.generate import MotionSettings, finished, sample_group
from dimitra_studio.motion.lip_shape import LipShape
from dimitra_studio.motion.schedule import linear_schedule
from dimitra_studio.training.dataset import CLOSED_GAP, Batch, MotionWindows, stretches_of, tracked
from dimitra_studio.training.losses import masked_mean
from dimitra_studio.training.precision import mixed_precision
from dimitra_studio.training.recipe import TrainingRecipe

_STEPS = (40, 140, 260, 499)
_BATCHES, _BATCH = 2, 32
_LEAST_MOTION = 0.005  # a gap that deviates less, in inter-ocular distances, has nothing to follow


class Validation:
    """`clips` of which none may have a tracked face; lips (`lips` given) are also sampled and measured."""

    def __init__(
        self, clips: tuple[TalkingClip, ...], windows: MotionWindows, recipe: TrainingRecipe, lips: LipShape | None
    ) -> None:
        usable = tuple(clip for clip in clips if tracked(clip))
        rng = np.random.default_rng(0)
        # Judged as they are: not mirrored, and every source with its own weight.
        judged = windows.of(stretches_of(usable)) if usable else None
        self._batches = tuple(judged.draw(_BATCH, rng) for _ in range(_BATCHES)) if judged else ()
        self._lips = lips
        self._spoken = spread(usable, recipe.sampled) if lips is not None else ()
        self._settings = MotionSettings(recipe.sample_steps, rest=0.0)

    @property
    def possible(self) -> bool:
        """Whether there is anything to judge by."""
        return bool(self._batches)

    @torch.inference_mode()
    def judge(self, model: MotionModel) -> dict[str, float]:
        """Scores by name; none without clips.

        `validation_<t>` is the mean squared error of x0 at diffusion step t, in the channels' variances, `validation`
        their mean; for sampled lips see `LipFollowing`. What no clip can tell is left out.
        """
        if not self._batches:
            return {}
        errors = {f"validation_{step}": self._error(model, step) for step in _STEPS}
        scores = {"validation": float(np.mean(list(errors.values()))), **errors}
        if self._lips is not None and self._spoken:
            followed = [follow(self._gap(model, clip), self._true_gap(clip)) for clip in self._spoken]
            weights = [int(clip.motion.seen.sum()) for clip in self._spoken]
            scores |= mean_following(followed, weights)
        return scores

    def _error(self, model: MotionModel, step: int) -> float:
        device, generator = model.network.position.device.type, torch.Generator().manual_seed(step)
        schedule, found = linear_schedule(), []
        for batch in self._batches:
            steps = torch.full((len(batch.clean),), step)
            noisy = schedule.diffuse(batch.clean, torch.randn(batch.clean.shape, generator=generator), steps)
            on = Batch(noisy, batch.conditions, batch.closed).to(str(model.network.position.device))
            with mixed_precision(device):
                clean = model.network(on.clean, steps.to(on.clean.device), on.conditions)
            found.append(masked_mean((clean.float().cpu() - batch.clean).square().mean(dim=-1), batch.conditions.mask))
        return float(torch.stack(found).mean())

    def _gap(self, model: MotionModel, clip: TalkingClip) -> FloatArray:
        """The gap [T] of lips sampled from the clip's first tracked frame, at which the rest of the face stays."""
        assert self._lips is not None
        voice, first = clip.voice(), clip.motion.values[np.flatnonzero(clip.motion.seen)[0]]
        start = first[Group.LIPS.columns]
        *_, last = sample_group(model, voice, start, 0, self._settings)
        components = np.tile(first[COMPONENTS], (len(voice), 1))
        components[:, Group.LIPS.columns] = finished(model, voice, start, last, self._settings)
        return self._lips.gap_of(components)

    def _true_gap(self, clip: TalkingClip) -> FloatArray:
        assert self._lips is not None
        return self._lips.gap_of(clip.motion.components)


@dataclass(frozen=True)
class LipFollowing:
    """How a sampled lip gap follows the true one: Pearson's r (`gap_correlation`), the ratio of their deviations
    (`gap_range`), the share of frames with closed lips in which the sampled ones close too (`closures`), and of frames
    with open lips in which they do (`false_closures`); NaN where the clip cannot tell."""

    gap_correlation: float
    gap_range: float
    closures: float
    false_closures: float


def follow(found: FloatArray, truth: FloatArray) -> LipFollowing:
    """Gaps [T] compared in frames in which the truth is known (not NaN)."""
    known = np.isfinite(truth)
    found, truth = found[known], truth[known]
    moves = truth.std() >= _LEAST_MOTION
    correlation = float(np.corrcoef(found, truth)[0, 1]) if moves and found.std() > 1e-6 else 0.0
    closed = found < CLOSED_GAP
    return LipFollowing(
        gap_correlation=correlation if moves else float("nan"),
        gap_range=float(found.std() / truth.std()) if moves else float("nan"),
        closures=_share(closed, truth < CLOSED_GAP),
        false_closures=_share(closed, truth >= CLOSED_GAP),
    )


def mean_following(scores: list[LipFollowing], weights: list[int]) -> dict[str, float]:
    """Means by name, weighted by the clips' frames; what no clip can tell is left out."""
    means = {}
    for name in LipFollowing.__dataclass_fields__:
        values = np.array([getattr(score, name) for score in scores])
        told = np.isfinite(values)
        if told.any():
            means[name] = float(np.average(values[told], weights=np.array(weights)[told]))
    return means


def spread(clips: tuple[TalkingClip, ...], count: int) -> tuple[TalkingClip, ...]:
    """`count` clips of as many speakers as there are: the longest of each, then the second longest."""
    ranked = []
    speakers: defaultdict[str, int] = defaultdict(int)
    for clip in sorted(clips, key=lambda each: (-len(each.motion), each.facts.name)):
        ranked.append((speakers[clip.facts.speaker], clip))
        speakers[clip.facts.speaker] += 1
    return tuple(clip for _, clip in sorted(ranked, key=lambda pair: pair[0])[:count])


def _share(flags: NDArray[np.bool_], among: NDArray[np.bool_]) -> float:
    return float(flags[among].mean()) if among.any() else float("nan")
