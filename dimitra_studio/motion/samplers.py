"""Samplers: from noise to motion with a network that predicts x0.

Each is a generator that yields after every step, and within a step as often as its denoiser does, so that a caller may
show progress, stop, or look inside. Whatever shapes the estimate (guidance, windows denoised together, parts that must
stay as they are) wraps the `Denoiser`; the samplers know nothing of it.
"""

import math
from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass, replace
from typing import TypeAlias

from torch import Tensor

from dimitra_studio.motion.schedule import NoiseSchedule

# What yields the share of the work that is done, and returns an x0 estimate [T, C].
Estimate: TypeAlias = Generator[float, None, Tensor]
# x [T, C] at a diffusion step -> its x0.
Denoiser: TypeAlias = Callable[[Tensor, int], Estimate]
# Sampling step (0 is the start) -> standard normal noise like x.
Noise: TypeAlias = Callable[[int], Tensor]


@dataclass(frozen=True)
class Sample:
    """The state after `done` of `total` steps: `x` at its new noise level and the latest estimate `clean`.

    Within a step `done` is no whole number and the state still the one before it (at first the noise, for both).
    """

    done: float
    total: int
    x: Tensor
    clean: Tensor


def ddim(
    denoise: Denoiser, noise: Noise, schedule: NoiseSchedule, steps: tuple[int, ...], eta: float = 0.0
) -> Iterator[Sample]:
    """DDIM (Song et al., arXiv 2010.02502 eq. 12 and 16); eta 0 is deterministic, eta 1 has the ancestral variance."""
    x = clean = noise(0)
    for done, (step, to) in enumerate(zip(steps, (*steps[1:], -1), strict=True), start=1):
        clean = yield from _estimate(denoise, step, Sample(done - 1, len(steps), x, clean))
        eps = schedule.noise_in(x, clean, step)
        variance = eta**2 * schedule.posterior(step, to)[2]
        before = schedule.signal(to)
        x = math.sqrt(before) * clean + math.sqrt(max(1 - before - variance, 0.0)) * eps
        if variance > 0:
            x = x + math.sqrt(variance) * noise(done)
        yield Sample(done, len(steps), x, clean)


def ancestral(denoise: Denoiser, noise: Noise, schedule: NoiseSchedule, steps: tuple[int, ...]) -> Iterator[Sample]:
    """DDPM sampling (Ho et al., Algorithm 2) with the small fixed variance."""
    x = clean = noise(0)
    for done, (step, to) in enumerate(zip(steps, (*steps[1:], -1), strict=True), start=1):
        clean = yield from _estimate(denoise, step, Sample(done - 1, len(steps), x, clean))
        of_clean, of_noisy, variance = schedule.posterior(step, to)
        x = of_clean * clean + of_noisy * x
        if variance > 0:
            x = x + math.sqrt(variance) * noise(done)
        yield Sample(done, len(steps), x, clean)


def _estimate(denoise: Denoiser, step: int, before: Sample) -> Generator[Sample, None, Tensor]:
    """The x0 of the state `before`, which is told again whenever a part of the work is done."""
    working = denoise(before.x, step)
    while True:
        try:
            share = next(working)
        except StopIteration as stop:
            clean: Tensor = stop.value
            return clean
        yield replace(before, done=before.done + share)
