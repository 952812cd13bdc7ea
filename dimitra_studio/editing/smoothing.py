"""Operations that take jitter out of curves, without delay."""

import math
from dataclasses import dataclass

import numpy as np

from dimitra_studio.core.arrays import FloatArray
from dimitra_studio.editing.operation import Context, Operation, between

_WIDEST = 5.0  # seconds
_SIGMAS = 3  # beyond them a Gaussian is below 1 %
_BLOCK = 1 << 16  # numbers that stay in the processor's cache
# A Butterworth filter's ringing is gone after about so many periods of its cutoff.
_PERIODS = 2.0
_ORDER = 4


@dataclass(frozen=True)
class GaussianSmooth(Operation):
    """A weighted mean of neighbours; `sigma` in seconds."""

    sigma: float = 0.06
    kind = "gaussian smooth"
    title = "Smooth (Gaussian)"

    def __post_init__(self) -> None:
        between("width", self.sigma, 0, _WIDEST)

    @property
    def reach(self) -> float:  # noqa: D102 - as in Operation
        return _SIGMAS * self.sigma

    def apply(self, values: FloatArray, context: Context) -> FloatArray:  # noqa: D102
        return smoothed(values, self.sigma * context.fps, context.margin)


def smoothed(values: FloatArray, sigma: float, margin: int) -> FloatArray:
    """`values` [N + 2 margin, C] under a Gaussian of `sigma` frames that is cut at `margin`: [N, C]."""
    count = len(values) - 2 * margin
    if margin == 0:
        return values.copy()
    half = [math.exp(-0.5 * (step / sigma) ** 2) for step in range(margin + 1)]
    total = half[0] + 2 * math.fsum(half[1:])
    weights = [np.float32(weight / total) for weight in half]
    found = np.empty((count, values.shape[1]), np.float32)
    # Frame by frame the same sums in the same order, wherever a block begins.
    rows = max(1, _BLOCK // values.shape[1])
    for first in range(0, count, rows):
        size = min(rows, count - first)
        middle = first + margin
        block = found[first : first + size]
        np.multiply(values[middle : middle + size], weights[0], out=block)
        for step, weight in enumerate(weights[1:], start=1):
            pair = values[middle - step : middle - step + size] + values[middle + step : middle + step + size]
            pair *= weight
            block += pair
    return found


@dataclass(frozen=True)
class ButterworthSmooth(Operation):
    """What swings faster than `cutoff` (Hz) is taken out, slower movement keeps its height: Butterworth, order 4, run
    forwards and backwards."""

    cutoff: float = 6.0
    kind = "butterworth smooth"
    title = "Smooth (Butterworth)"
    whole = True

    def __post_init__(self) -> None:
        between("cutoff", self.cutoff, 0.05, 500)

    @property
    def reach(self) -> float:  # noqa: D102
        return _PERIODS / self.cutoff

    def apply(self, values: FloatArray, context: Context) -> FloatArray:  # noqa: D102
        count = len(values)
        line = np.linspace(0, 1, count)
        # Forwards and backwards is the squared gain, without delay.
        size = _quick_size(count)
        swings = np.fft.rfftfreq(size, 1 / context.fps)
        gain = 1 / (1 + (swings / self.cutoff) ** (2 * _ORDER))
        found = np.empty_like(values)
        for place in range(values.shape[1]):
            column = values[:, place].astype(np.float64)
            # The transform takes the ends for neighbours; less the line between them, both are 0.
            straight = column[0] + line * (column[-1] - column[0])
            found[:, place] = np.fft.irfft(np.fft.rfft(column - straight, size) * gain, size)[:count] + straight
        return context.inner(found)


def _quick_size(count: int) -> int:
    """The next size that has no prime factor above 5: Fourier transforms of others take several times as long."""
    size = count
    while True:
        rest = size
        for prime in (2, 3, 5):
            while rest % prime == 0:
                rest //= prime
        if rest == 1:
            return size
        size += 1
