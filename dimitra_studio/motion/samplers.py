"""Samplers: from noise to motion with a network that predicts x0.

Each is a generator that yields after every step, so that a caller may show progress, stop, or look inside.
Whatever shapes the estimate (guidance, windows denoised together, parts that must stay as they are) wraps the
`Denoiser`; the samplers know nothing of it.
"""

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TypeAlias

from torch import Tensor

from dimitra_studio.motion.schedule import NoiseSchedule

# x [T, C] at a diffusion step -> x0 estimate [T, C].
Denoiser: TypeAlias = Callable[[Tensor, int], Tensor]
# Sampling step (0 is the start) -> standard normal noise like x.
Noise: TypeAlias = Callable[[int], Tensor]


@dataclass(frozen=True)
class Sample:
    """The state after `done` of `total` steps: `x` at its new noise level and the latest estimate `clean`."""

    done: int
    total: int
    x: Tensor
    clean: Tensor


def ddim(
    denoise: Denoiser, noise: Noise, schedule: NoiseSchedule, steps: tuple[int, ...], eta: float = 0.0
) -> Iterator[Sample]:
    """DDIM (Song et al., arXiv 2010.02502 eq. 12 and 16); eta 0 is deterministic, eta 1 has the ancestral variance."""
    x = noise(0)
    for done, (step, to) in enumerate(zip(steps, (*steps[1:], -1), strict=True), start=1):
        clean = denoise(x, step)
        eps = schedule.noise_in(x, clean, step)
        variance = eta**2 * schedule.posterior(step, to)[2]
        before = schedule.signal(to)
        x = math.sqrt(before) * clean + math.sqrt(max(1 - before - variance, 0.0)) * eps
        if variance > 0:
            x = x + math.sqrt(variance) * noise(done)
        yield Sample(done, len(steps), x, clean)


def ancestral(denoise: Denoiser, noise: Noise, schedule: NoiseSchedule, steps: tuple[int, ...]) -> Iterator[Sample]:
    """DDPM sampling (Ho et al., Algorithm 2) with the small fixed variance."""
    x = noise(0)
    for done, (step, to) in enumerate(zip(steps, (*steps[1:], -1), strict=True), start=1):
        clean = denoise(x, step)
        of_clean, of_noisy, variance = schedule.posterior(step, to)
        x = of_clean * clean + of_noisy * x
        if variance > 0:
            x = x + math.sqrt(variance) * noise(done)
        yield Sample(done, len(steps), x, clean)
