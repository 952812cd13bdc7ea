"""Long motion from a network that sees short windows: overlapping windows denoised together.

Every diffusion step denoises all windows and averages them where they overlap (MultiDiffusion, arXiv 2302.08113), so
neighbours agree at every step and no seam is left to hide afterwards.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from dimitra_studio.core.arrays import runs
from dimitra_studio.motion.samplers import Estimate

# Windows [B, N, C] that start at the frames [B], at a diffusion step -> x0 estimates [B, N, C].
WindowDenoiser = Callable[[Tensor, tuple[int, ...], int], Tensor]


@dataclass(frozen=True)
class WindowPlan:
    """Neighbouring windows of `length` frames at `starts`, for the motion from the first of them to frame `end`.

    The last ends with the motion; motion shorter than a window has one that reaches beyond its end. Neighbours share
    `overlap` frames or more.
    """

    starts: tuple[int, ...]
    end: int
    length: int
    overlap: int

    def __post_init__(self) -> None:
        if not 0 <= self.overlap < self.length:
            raise ValueError(f"windows of {self.length} frames cannot overlap by {self.overlap}")

    @classmethod
    def over(cls, frames: int, length: int, overlap: int) -> "WindowPlan":
        """As few windows as cover `frames`, evenly spread."""
        last = max(frames - length, 0)
        count = -(-last // max(length - overlap, 1)) + 1
        return cls(tuple(round(start) for start in np.linspace(0, last, count)), frames, length, overlap)

    @property
    def begin(self) -> int:
        """The first frame."""
        return self.starts[0]

    @property
    def frames(self) -> slice:
        """The frames of the whole motion that these windows see."""
        return slice(self.begin, self.end)

    @property
    def weights(self) -> Tensor:
        """A window's say in the average [N]: sine-squared slopes over the overlap, never zero."""
        position = torch.arange(self.length, dtype=torch.float32) + 0.5
        edge = torch.minimum(position, self.length - position) / max(self.overlap, 1)
        return torch.sin(edge.clamp(max=1.0) * (torch.pi / 2)).square()

    def batches(self, size: int) -> tuple[tuple[int, ...], ...]:
        """`starts` in groups of at most `size`."""
        return tuple(self.starts[first : first + size] for first in range(0, len(self.starts), size))

    def touching(self, wanted: NDArray[np.bool_]) -> "tuple[WindowPlan, ...]":
        """The windows that see a `wanted` frame [T], where they are neighbours in one plan.

        Each wanted frame keeps all its windows, so its x0 is the whole plan's.
        """
        chosen = np.array([wanted[start : start + self.length].any() for start in self.starts])
        return tuple(
            replace(self, starts=self.starts[a:b], end=min(self.starts[b - 1] + self.length, self.end))
            for a, b in runs(chosen)
        )


def denoise_together(denoise: WindowDenoiser, x: Tensor, step: int, plan: WindowPlan, batch: int) -> Estimate:
    """x0 of the plan's motion `x` [T, C]: windows denoised `batch` at a time and averaged by their weights.

    Yields between batches.
    """
    reach = max(len(x), plan.length)
    padded = torch.nn.functional.pad(x, (0, 0, 0, reach - len(x)))
    total, share = torch.zeros_like(padded), torch.zeros(reach, 1, dtype=x.dtype, device=x.device)
    weights = plan.weights.to(x.device)[:, None]
    batches = plan.batches(batch)
    for done, starts in enumerate(batches):
        if done:
            yield done / len(batches)
        offsets = [start - plan.begin for start in starts]
        windows = torch.stack([padded[offset : offset + plan.length] for offset in offsets])
        for offset, clean in zip(offsets, denoise(windows, starts, step), strict=True):
            total[offset : offset + plan.length] += weights * clean
            share[offset : offset + plan.length] += weights
    return (total / share)[: len(x)]
