"""Recorded samples as operations: puppeteering, and curves that are to stay exactly as they are."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Self

import numpy as np

from dimitra_studio.core.arrays import FloatArray, frozen
from dimitra_studio.core.timebase import is_frame_rate
from dimitra_studio.editing.operation import Context, Operation
from dimitra_studio.editing.sampling import sampled
from dimitra_studio.editing.shaping import LARGEST


@dataclass(frozen=True, eq=False)
class Samples:
    """`values` [N, C] at `rate` Hz, the first one at `start` seconds; the same where all numbers are."""

    start: float
    rate: float
    values: FloatArray

    def __post_init__(self) -> None:
        object.__setattr__(self, "values", frozen(self.values, (None, None), "samples"))
        if self.values.size == 0 or not np.isfinite(self.values).all() or np.abs(self.values).max() > LARGEST:
            raise ValueError(f"samples are missing, are not finite or are beyond {LARGEST:g}")
        if not is_frame_rate(self.rate) or not abs(self.start) < 1e6:
            raise ValueError(f"samples at {self.rate:g} Hz from {self.start:g} s on are none")

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Samples) and self._content == other._content

    def __hash__(self) -> int:
        return hash(self._content)

    @cached_property
    def _content(self) -> tuple[float, float, tuple[int, ...], bytes]:
        return self.start, self.rate, self.values.shape, self.values.tobytes()


@dataclass(frozen=True)
class _Recorded(Operation):
    samples: Samples

    def check(self, channels: int) -> None:
        if self.samples.values.shape[1] != channels:
            raise ValueError(f"samples have {self.samples.values.shape[1]} columns for {channels} channels")

    def moved(self, seconds: float) -> Self:
        return replace(self, samples=replace(self.samples, start=self.samples.start + seconds))

    def only(self, places: Sequence[int]) -> Self:
        return replace(self, samples=replace(self.samples, values=self.samples.values[:, list(places)]))

    def _read(self, context: Context) -> FloatArray:
        values = self.samples.values[:, context.places]
        return sampled(values, (context.seconds - self.samples.start) * self.samples.rate)


@dataclass(frozen=True)
class PuppetRecording(_Recorded):
    """Movements of a hand, one column for each channel, that replace the curves or, `additive`, move them."""

    additive: bool = False
    kind = "puppet recording"
    title = "Puppeteering"

    def apply(self, values: FloatArray, context: Context) -> FloatArray:  # noqa: D102 - as in Operation
        found = self._read(context)
        return values + found if self.additive else found


@dataclass(frozen=True)
class Override(_Recorded):
    """Exactly these values, whatever is generated below: pasted curves, and what the user has locked."""

    kind = "override"
    title = "Keep Exactly"

    def apply(self, values: FloatArray, context: Context) -> FloatArray:  # noqa: D102, ARG002
        return self._read(context)
