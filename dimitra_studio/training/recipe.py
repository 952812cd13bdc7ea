"""How one cMDT is trained: everything that changes the result, in one place."""

import math
from dataclasses import dataclass, field

from dimitra_studio.core.channels import Group
from dimitra_studio.training.losses import LossWeights


@dataclass(frozen=True)
class TrainingRecipe:
    """`steps` of AdamW on batches of `batch` windows; the rate rises for `warmup` steps and falls as a cosine to zero.

    `drop_features`, `drop_phonemes`, `drop_text`, `drop_first` are how often a window goes without that condition
    (guidance and missing conditions need it); `drop_speech` takes features, phonemes and text at once.
    Forty minutes of clips are soon known by heart, so: `feature_noise` is added to every feature, `feature_shift` to
    all features of a window alike, in their standard deviations (a linear map loses nothing by a noise of 1); a share
    of `mixed` windows is blended with another one, motion, voice and all (mixup, arXiv 1710.09412). `person_jitter`
    moves a whole window and its first frame by the same random offset, in channels' standard deviations: what a
    person's face is at rest is read off the first frame, not off the voice. `shares` multiplies the weight of sources
    by the beginning of their names.
    """

    group: Group
    steps: int
    batch: int = 32
    rate: float = 8e-4
    warmup: int = 200
    weight_decay: float = 0.05
    ema: float = 0.999
    clip: float = 1.0
    seed: int = 0
    feature_noise: float = 1.0
    feature_shift: float = 0.7
    mixed: float = 0.5
    person_jitter: float = 0.5
    drop_features: float = 0.05
    drop_phonemes: float = 0.3
    drop_text: float = 0.8
    drop_first: float = 0.05
    drop_speech: float = 0.1
    loss: LossWeights = field(default_factory=LossWeights)
    shares: dict[str, float] = field(default_factory=dict)

    def rate_at(self, step: int) -> float:
        """The learning rate of `step`."""
        if step < self.warmup:
            return self.rate * (step + 1) / self.warmup
        done = (step - self.warmup) / max(self.steps - self.warmup, 1)
        return self.rate * 0.5 * (1 + math.cos(math.pi * min(done, 1.0)))

    def ema_at(self, step: int) -> float:
        """The share of the old average that `step` keeps; early averages forget faster."""
        return min(self.ema, (1 + step) / (10 + step))


def recipe_for(group: Group, steps: int, seed: int = 0) -> TrainingRecipe:
    """The recipe of the embedded weights."""
    weights = {
        Group.LIPS: LossWeights(velocity=1.0, shape=2.0, closed=4.0),
        Group.EXPRESSION: LossWeights(velocity=1.0),
        Group.POSE: LossWeights(first=6.0, velocity=1.0),
    }
    # GRID's fixed grammar and studio silence would teach when to speak rather than how; LRC's words are so short that
    # most of each window is padding.
    return TrainingRecipe(group, steps, seed=seed, loss=weights[group], shares={"GRID": 0.6, "LRC": 0.4})
