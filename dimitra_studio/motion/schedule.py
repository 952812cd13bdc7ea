"""The diffusion schedule: how much noise each step holds (Ho et al. 2020, arXiv 2006.11239; DDPM below).

The forward process is x_t = sqrt(abar_t) x_0 + sqrt(1 - abar_t) eps (DDPM eq. 4). All of it is float64 and tiny.
"""

import math
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from dimitra_studio.motion.config import DIFFUSION_STEPS


@dataclass(frozen=True)
class NoiseSchedule:
    """`abar` [T]: the share of signal variance left after step t, product of (1 - beta) up to and with t."""

    abar: NDArray[np.float64]

    def __post_init__(self) -> None:
        abar = np.array(self.abar, dtype=np.float64)
        abar.setflags(write=False)
        object.__setattr__(self, "abar", abar)

    def __len__(self) -> int:
        return len(self.abar)

    def signal(self, step: int) -> float:
        """abar at `step`; 1 at step -1, where nothing is noisy any more."""
        return float(self.abar[step]) if step >= 0 else 1.0

    def diffuse(self, clean: Tensor, noise: Tensor, steps: Tensor) -> Tensor:
        """x_t of `clean` [B, ...] with `noise` like it, at `steps` [B]."""
        abar = torch.as_tensor(self.abar[steps.cpu().numpy()], dtype=torch.float64, device=clean.device)
        abar = abar.reshape((-1,) + (1,) * (clean.dim() - 1))
        return abar.sqrt().to(clean.dtype) * clean + (1 - abar).sqrt().to(clean.dtype) * noise

    def noise_in(self, noisy: Tensor, clean: Tensor, step: int) -> Tensor:
        """eps that turns `clean` into `noisy` at `step`."""
        abar = self.signal(step)
        return (noisy - math.sqrt(abar) * clean) / math.sqrt(1 - abar)

    def posterior(self, step: int, to: int) -> tuple[float, float, float]:
        """q(x_to | x_step, x_0) for `to` < `step`: weights of x_0 and of x_step, and the variance (DDPM eq. 6-7).

        With to = step - 1 these are the published formulas; a larger stride treats the steps between as one.
        """
        abar, before = self.signal(step), self.signal(to)
        kept = abar / before
        return (
            math.sqrt(before) * (1 - kept) / (1 - abar),
            math.sqrt(kept) * (1 - before) / (1 - abar),
            (1 - before) / (1 - abar) * (1 - kept),
        )


def linear_schedule(steps: int = DIFFUSION_STEPS, first: float = 2e-4, last: float = 4e-2) -> NoiseSchedule:
    """The papers' schedule: betas in a straight line from `first` to `last`."""
    return NoiseSchedule(np.cumprod(1.0 - np.linspace(first, last, steps), dtype=np.float64))


def respaced(schedule: NoiseSchedule, count: int) -> tuple[int, ...]:
    """`count` steps, noisiest first, evenly spread and always with the very last (trailing spacing, arXiv 2305.08891).

    Raises ValueError unless 1 <= count <= T.
    """
    if not 1 <= count <= len(schedule):
        raise ValueError(f"{count} sampling steps asked for, expected 1 to {len(schedule)}")
    return tuple(round(len(schedule) * (count - index) / count) - 1 for index in range(count))
