"""How one cMDT is trained: everything that changes the result, in one place."""

from dataclasses import dataclass, field

from dimitra_studio.core.channels import Group
from dimitra_studio.core.errors import InputError
from dimitra_studio.training.losses import LossWeights

# What a run can be chosen by: the mean x0 error, or, for lips, how the sampled gap follows the true one.
SCORES = ("validation", "gap_correlation")


@dataclass(frozen=True)
class TrainingRecipe:
    """`steps` of AdamW on batches of `batch` windows (of all processes together).

    The rate rises for `warmup` steps, stays, and falls in a straight line to zero over the last `cooldown` of the steps
    (warmup-stable-decay, arXiv 2404.06395): until it falls nothing depends on `steps`, so a run can be prolonged as if
    it had been planned so.

    `drop_features`, `drop_phonemes`, `drop_text`, `drop_first` are how often a window goes without that condition
    (guidance and missing conditions need it); `drop_speech` takes features, phonemes and text at once.
    Forty minutes of clips are soon known by heart, so: `feature_noise` is added to every feature, `feature_shift` to
    all features of a window alike, in their standard deviations (a linear map loses nothing by a noise of 1); a share
    of `mixed` windows is blended with another one, motion, voice and all (mixup, arXiv 1710.09412). `person_jitter`
    moves a whole window and its first frame by the same random offset, in channels' standard deviations: what a
    person's face is at rest is read off the first frame, not off the voice. `shares` multiplies the weight of sources
    by the beginning of their names; variants of a clip take `variant_share` of its weight. Lips are scaled clip by clip
    until their gap deviates by `lip_deviation` inter-ocular distances in speech (training.evening; 0: left alone).

    Every `judge_every` steps the average is judged on the validation clips, and the best by the score `choose_by`
    (training.validation) is what training returns. `sampled` of the clips are spoken by sampling `sample_steps` steps.
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
    feature_noise: float = 0.8
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
    variant_share: float = 0.5
    lip_deviation: float = 0.06
    cooldown: float = 0.3
    judge_every: int = 250
    choose_by: str = "validation"
    sampled: int = 24
    sample_steps: int = 5

    def __post_init__(self) -> None:
        if self.steps < 1:
            raise InputError(f"A training of {self.steps} steps learns nothing.", "Choose 1 step or more.")
        if not 0.0 < self.cooldown <= 1.0:
            raise ValueError(f"a cool-down of {self.cooldown} of the steps is not above 0 and at most 1")
        scores = SCORES if self.group is Group.LIPS and self.sampled else SCORES[:1]
        if self.choose_by not in scores:
            raise ValueError(f"{self.group} cannot be chosen by {self.choose_by}, only by {', '.join(scores)}")

    @property
    def steady(self) -> int:
        """The first step of the cool-down: up to it a longer run is the same."""
        return self.steady_of(self.steps)

    def steady_of(self, steps: int) -> int:
        """`steady` for another number of steps."""
        return steps - max(round(self.cooldown * steps), 1)

    def rate_at(self, step: int) -> float:
        """The learning rate of `step`."""
        rise, fall = (step + 1) / max(self.warmup, 1), (self.steps - step) / (self.steps - self.steady)
        return self.rate * max(min(1.0, rise, fall), 0.0)

    def is_better(self, score: float, other: float) -> bool:
        """Whether one score of the kind `choose_by` is better than another."""
        return score < other if self.choose_by == "validation" else score > other

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
    return TrainingRecipe(
        group,
        steps,
        seed=seed,
        loss=weights[group],
        shares={"GRID": 0.6, "LRC": 0.4},
        choose_by="gap_correlation" if group is Group.LIPS else "validation",
    )
