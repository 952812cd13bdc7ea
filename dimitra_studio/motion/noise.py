"""Noise that belongs to a take: the same on every machine and device, whatever the length."""

from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from dimitra_studio.core.channels import Group


@dataclass(frozen=True)
class TakeNoise:
    """Normal noise [frames, channels] of one group's sampling steps, from frame `begin` on, with a deviation of
    `temperature`.

    Drawn on the CPU, one stream a (seed, group, step), frame after frame: a longer take starts with the shorter one's
    noise, a part of it has the whole's, and no group's noise depends on whether another is generated.
    """

    seed: int
    group: Group
    frames: int
    temperature: float = 1.0
    begin: int = 0

    def __call__(self, step: int) -> Tensor:
        """The noise of sampling step `step`."""
        entropy = (self.seed % 2**64, tuple(Group).index(self.group), step)
        stream = np.random.Generator(np.random.PCG64(np.random.SeedSequence(entropy)))
        noise = stream.standard_normal((self.begin + self.frames, self.group.width))[self.begin :]
        return torch.from_numpy((self.temperature * noise).astype(np.float32))
