"""Long motion from a network that sees short windows: overlapping windows denoised together.

Every diffusion step denoises all windows and averages them where they overlap (MultiDiffusion, arXiv 2302.08113), so
neighbours agree at every step and no seam is left to hide afterwards.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

# Windows [B, N, C] that start at the frames [B], at a diffusion step -> x0 estimates [B, N, C].
WindowDenoiser = Callable[[Tensor, tuple[int, ...], int], Tensor]


@dataclass(frozen=True)
class WindowPlan:
    """Windows of `length` frames over `frames`, starting at `starts`; the last ends with the motion.

    Motion shorter than a window gives one window that reaches beyond its end.
    """

    frames: int
    length: int
    overlap: int

    def __post_init__(self) -> None:
        if not 0 <= self.overlap < self.length:
            raise ValueError(f"windows of {self.length} frames cannot overlap by {self.overlap}")

    @property
    def starts(self) -> tuple[int, ...]:
        """First frame of every window."""
        last = max(self.frames - self.length, 0)
        count = -(-last // (self.length - self.overlap)) + 1
        return tuple(round(start) for start in np.linspace(0, last, count))

    @property
    def weights(self) -> Tensor:
        """A window's say in the average [N]: sine-squared slopes over the overlap, never zero."""
        position = torch.arange(self.length, dtype=torch.float32) + 0.5
        edge = torch.minimum(position, self.length - position) / max(self.overlap, 1)
        return torch.sin(edge.clamp(max=1.0) * (torch.pi / 2)).square()

    def batches(self, size: int) -> tuple[tuple[int, ...], ...]:
        """`starts` in groups of at most `size`."""
        starts = self.starts
        return tuple(starts[first : first + size] for first in range(0, len(starts), size))


def denoise_together(denoise: WindowDenoiser, x: Tensor, step: int, plan: WindowPlan, batch: int) -> Tensor:
    """x0 of the whole motion `x` [T, C]: windows denoised `batch` at a time and averaged by their weights."""
    reach = max(plan.frames, plan.length)
    padded = torch.nn.functional.pad(x, (0, 0, 0, reach - plan.frames))
    total, share = torch.zeros_like(padded), torch.zeros(reach, 1, dtype=x.dtype, device=x.device)
    weights = plan.weights.to(x.device)[:, None]
    for starts in plan.batches(batch):
        windows = torch.stack([padded[start : start + plan.length] for start in starts])
        for start, clean in zip(starts, denoise(windows, starts, step), strict=True):
            total[start : start + plan.length] += weights * clean
            share[start : start + plan.length] += weights
    return (total / share)[: plan.frames]
