"""How a repairing network is trained: everything that changes the result, in one place."""

from dataclasses import dataclass, field

from dimitra_studio.core.errors import InputError
from dimitra_studio.render.perceptual import Trunk
from dimitra_studio.training.renderer.losses import RepairWeights


@dataclass(frozen=True)
class RepairRecipe:
    """`steps` of Adam on batches of so many `twos` (two neighbouring frames each).

    The rate rises for `warmup` steps, stays, and falls to zero over the last `cooldown` of the steps; the critic joins
    when `critic_from` of the steps are done, so that it judges texture and not misplaced mouths. Every `judge_every`
    steps the average is judged on `judged` validation clips. `half`: convolutions are computed in bfloat16. `look`: the
    network of the perceptual loss.
    """

    steps: int
    twos: int = 4
    rate: float = 4e-4
    warmup: int = 100
    cooldown: float = 0.3
    critic_from: float = 0.3
    ema: float = 0.998
    clip: float = 1.0
    seed: int = 0
    judge_every: int = 1000
    judged: int = 24
    half: bool = False
    look: Trunk = Trunk.ALEX
    weights: RepairWeights = field(default_factory=RepairWeights)

    def __post_init__(self) -> None:
        if self.steps < 1:
            raise InputError(f"A training of {self.steps} steps learns nothing.", "Choose 1 step or more.")

    def rate_at(self, step: int) -> float:
        """The learning rate of `step`."""
        fall = (self.steps - step) / max(self.cooldown * self.steps, 1)
        return self.rate * max(min(1.0, (step + 1) / max(self.warmup, 1), fall), 0.0)

    def ema_at(self, step: int) -> float:
        """The share of the old average that `step` keeps; early averages forget faster."""
        return min(self.ema, (1 + step) / (10 + step))

    def is_criticised(self, step: int) -> bool:
        """Whether the critic takes part in `step`."""
        return self.weights.adversarial > 0 and step >= self.critic_from * self.steps
