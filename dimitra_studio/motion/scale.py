"""Channels in standard deviations: what the networks read and write."""

from dataclasses import dataclass

import numpy as np

from dimitra_studio.core.arrays import FloatArray, frozen


@dataclass(frozen=True)
class ChannelScale:
    """`mean`, `std` [C] of the training motion, and `low`, `high` [C], the range that it reached."""

    mean: FloatArray
    std: FloatArray
    low: FloatArray
    high: FloatArray

    def __post_init__(self) -> None:
        for name in ("mean", "std", "low", "high"):
            object.__setattr__(self, name, frozen(getattr(self, name), (None,), name))
        if not len(self.mean) == len(self.std) == len(self.low) == len(self.high):
            raise ValueError("mean, std, low and high differ in length")
        if not (self.std > 0).all():
            raise ValueError("a channel's std is not above zero")

    def normalise(self, values: FloatArray) -> FloatArray:
        """Channels [..., C] in their own units to standard deviations."""
        return np.asarray((values - self.mean) / self.std, dtype=np.float32)

    def restore(self, values: FloatArray) -> FloatArray:
        """The inverse of `normalise`."""
        return np.asarray(values * self.std + self.mean, dtype=np.float32)

    def within(self, values: FloatArray, first: FloatArray) -> FloatArray:
        """`values` [T, C] in their own units, held to the range that real faces reached, `first` [C] among them."""
        return np.asarray(np.clip(values, np.minimum(self.low, first), np.maximum(self.high, first)), dtype=np.float32)
