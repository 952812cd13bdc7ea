"""Operations on values: moved, scaled, limited, shaken, held, mirrored."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache

import numpy as np
from numpy.typing import NDArray

from dimitra_studio.core.arrays import FloatArray
from dimitra_studio.editing.operation import Context, Operation, between, one_or_each, picked_ones
from dimitra_studio.face.components import COMPONENT_NAMES
from dimitra_studio.face.mirror import Mirror, mirror_of

LARGEST = 100.0  # of any value: components are about 1, angles below 2
_FASTEST_NOISE = 50.0  # Hz


@dataclass(frozen=True)
class Offset(Operation):
    """The curve moved by `by`, one number for all channels or one for each."""

    by: tuple[float, ...]
    kind = "offset"
    title = "Offset"

    def __post_init__(self) -> None:
        for number in self.by:
            between("offset", number, -LARGEST, LARGEST)

    def check(self, channels: int) -> None:  # noqa: D102 - as in Operation
        one_or_each("offset", len(self.by), channels)

    def only(self, places: Sequence[int]) -> "Offset":  # noqa: D102
        return replace(self, by=picked_ones(self.by, places))

    def apply(self, values: FloatArray, context: Context) -> FloatArray:  # noqa: D102
        return values + context.per_channel(self.by)


@dataclass(frozen=True)
class ScaleAboutMean(Operation):
    """Each curve's distance from its mean in the range, times `factor`: energy."""

    factor: float
    kind = "scale about mean"
    title = "Scale About Mean"
    whole = True

    def __post_init__(self) -> None:
        between("factor", self.factor, -10, 10)

    def apply(self, values: FloatArray, context: Context) -> FloatArray:  # noqa: D102
        # Column by column in one order of sums, so that other channels beside it change no bit.
        mean = np.array([column.mean(dtype=np.float64) for column in _columns(values[context.core_rows])], np.float32)
        return mean + np.float32(self.factor) * (values - mean)


@dataclass(frozen=True)
class Shear(Operation):
    """A slope added to the curve, `slope` a second, nothing at the range's start."""

    slope: float
    kind = "shear"
    title = "Shear"

    def __post_init__(self) -> None:
        between("slope", self.slope, -LARGEST, LARGEST)

    def apply(self, values: FloatArray, context: Context) -> FloatArray:  # noqa: D102
        since = context.seconds - context.core.start / context.fps
        ends = (context.core.stop - 1 - context.core.start) / context.fps
        return values + (self.slope * np.clip(since, 0, ends)).astype(np.float32)[:, None]


@dataclass(frozen=True)
class Clamp(Operation):
    """Values no lower than `low` and no higher than `high`."""

    low: float
    high: float
    kind = "clamp"
    title = "Clamp"

    def __post_init__(self) -> None:
        between("lowest value", self.low, -LARGEST, LARGEST)
        between("highest value", self.high, self.low, LARGEST)

    def apply(self, values: FloatArray, context: Context) -> FloatArray:  # noqa: D102, ARG002
        return np.asarray(np.clip(values, np.float32(self.low), np.float32(self.high)))


@dataclass(frozen=True)
class Noise(Operation):
    """Smooth chance added: up to `amplitude`, about `frequency` swings a second, the same for the same `seed`."""

    amplitude: float
    frequency: float = 2.0
    seed: int = 0
    kind = "noise"
    title = "Noise"

    def __post_init__(self) -> None:
        between("amplitude", self.amplitude, 0, LARGEST)
        between("frequency", self.frequency, 0.01, _FASTEST_NOISE)
        between("seed", self.seed, 0, 2**63 - 1)

    def apply(self, values: FloatArray, context: Context) -> FloatArray:  # noqa: D102
        # Two lattice steps are one swing.
        place = context.seconds * (2 * self.frequency)
        cell = np.floor(place).astype(np.int64)
        part = (place - cell)[:, None]
        eased = part * part * part * (part * (6 * part - 15) + 10)
        lattice = _chance(self.seed, np.arange(cell[0], cell[-1] + 2), context.channels)
        left, right = lattice[cell - cell[0]], lattice[cell - cell[0] + 1]
        return values + np.asarray(self.amplitude * (left + eased * (right - left)), dtype=np.float32)


@dataclass(frozen=True)
class Hold(Operation):
    """The value at the range's start stays through it."""

    kind = "hold"
    title = "Hold"
    whole = True

    def apply(self, values: FloatArray, context: Context) -> FloatArray:  # noqa: D102
        return np.asarray(np.broadcast_to(values[context.core_rows.start], values.shape))


@dataclass(frozen=True)
class MirrorFace(Operation):
    """Left becomes right: paired components change places, what leans, turns or tilts does so the other way.

    An edit of one side alone gives it the other side's curve.
    """

    kind = "mirror"
    title = "Mirror Left and Right"

    def inputs(self, channels: tuple[int, ...]) -> tuple[int, ...]:  # noqa: D102
        return tuple(int(channel) for channel in _mirror().source[list(channels)])

    def apply(self, values: FloatArray, context: Context) -> FloatArray:  # noqa: D102
        return np.asarray(values * _mirror().sign[list(context.channels)])


@cache
def _mirror() -> Mirror:
    return mirror_of(COMPONENT_NAMES)


def _columns(values: FloatArray) -> list[FloatArray]:
    return list(np.ascontiguousarray(values.T))


def _chance(seed: int, cells: NDArray[np.int64], channels: tuple[int, ...]) -> NDArray[np.float64]:
    """Numbers in -1..1 [N, C] that hang on seed, cell and channel alone (SplitMix64's finaliser)."""
    mixed = np.array(seed, np.uint64)
    for part in (np.asarray(channels, np.uint64)[None, :], cells.astype(np.uint64)[:, None]):
        mixed = _scrambled(_scrambled(mixed) + part)
    return np.asarray((mixed >> np.uint64(11)).astype(np.float64) * math.ldexp(1, -52) - 1)


def _scrambled(words: NDArray[np.uint64]) -> NDArray[np.uint64]:
    with np.errstate(over="ignore"):
        words = words + np.uint64(0x9E3779B97F4A7C15)
        words = (words ^ (words >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        words = (words ^ (words >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return np.asarray(words ^ (words >> np.uint64(31)))
