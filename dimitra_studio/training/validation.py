"""How well a model in training does on clips that it does not learn from."""

from dataclasses import replace

import numpy as np
import torch

from dimitra_studio.motion.checkpoint import MotionModel
from dimitra_studio.motion.clips import TalkingClip
from dimitra_studio.motion.lip_shape import LipShape
from dimitra_studio.motion.schedule import linear_schedule
from dimitra_studio.training.dataset import MotionWindows, stretches_of, tracked
from dimitra_studio.training.lip_following import SpokenClips, spread
from dimitra_studio.training.losses import masked_mean
from dimitra_studio.training.precision import mixed_precision
from dimitra_studio.training.recipe import TrainingRecipe

_STEPS = (40, 140, 260, 499)
_BATCHES, _BATCH = 2, 32


class Validation:
    """`clips`, of which none may have a tracked face; lips (`lips` given) are also sampled and measured."""

    def __init__(
        self, clips: tuple[TalkingClip, ...], windows: MotionWindows, recipe: TrainingRecipe, lips: LipShape | None
    ) -> None:
        usable = tuple(clip for clip in clips if tracked(clip))
        rng = np.random.default_rng(0)
        # Judged as they are: not mirrored, and every source with its own weight.
        judged = windows.of(stretches_of(usable)) if usable else None
        self._batches = tuple(judged.draw(_BATCH, rng) for _ in range(_BATCHES)) if judged else ()
        spoken = spread(usable, recipe.sampled) if lips else ()
        self._spoken = SpokenClips(spoken, lips, recipe.sample_steps) if lips and spoken else None

    def tells(self, score: str) -> bool:
        """Whether the clips can tell one of `recipe.SCORES`."""
        return bool(self._batches) if score == "validation" else self._spoken is not None and self._spoken.move

    @torch.inference_mode()
    def judge(self, model: MotionModel) -> dict[str, float]:
        """Scores by name; none without clips.

        `validation_<t>` is the mean squared error of x0 at diffusion step t, in the channels' variances, `validation`
        their mean; the rest is `LipFollowing`.
        """
        if not self._batches:
            return {}
        errors = {f"validation_{step}": self._error(model, step) for step in _STEPS}
        scores = {"validation": float(np.mean(list(errors.values()))), **errors}
        return scores | (self._spoken.judge(model) if self._spoken else {})

    def _error(self, model: MotionModel, step: int) -> float:
        device, generator = model.network.position.device, torch.Generator().manual_seed(step)
        schedule, found = linear_schedule(), []
        for batch in self._batches:
            steps = torch.full((len(batch.clean),), step)
            noisy = schedule.diffuse(batch.clean, torch.randn(batch.clean.shape, generator=generator), steps)
            given = replace(batch, clean=noisy).to(str(device))
            with mixed_precision(str(device)):
                clean = model.network(given.clean, steps.to(device), given.conditions)
            error = (clean.float().cpu() - batch.clean).square().mean(dim=-1)
            found.append(masked_mean(error, batch.conditions.mask))
        return float(torch.stack(found).mean())
