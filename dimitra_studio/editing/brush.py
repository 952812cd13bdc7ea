"""Brushes: what a hand painted over curves, dab by dab, with falloff."""

from dataclasses import dataclass, replace

import numpy as np

from dimitra_studio.core.arrays import FloatArray
from dimitra_studio.editing.falloff import Falloff
from dimitra_studio.editing.operation import Context, Operation, between
from dimitra_studio.editing.shaping import LARGEST
from dimitra_studio.editing.smoothing import smoothed

_LARGEST_RADIUS = 60.0  # seconds
_SIGMAS = 3


@dataclass(frozen=True)
class Dab:
    """One touch: where (seconds), how wide (seconds) and how strongly: a sculpting dab in the channel's unit, others
    0..1."""

    seconds: float
    radius: float
    strength: float

    def __post_init__(self) -> None:
        between("a dab's time", self.seconds, -1e6, 1e6)
        between("a dab's radius", self.radius, 1e-4, _LARGEST_RADIUS)
        between("a dab's strength", self.strength, -LARGEST, LARGEST)


@dataclass(frozen=True)
class Sculpt(Operation):
    """The curve pushed by the sum of the dabs. A grab is one dab whose strength follows the hand."""

    dabs: tuple[Dab, ...]
    falloff: Falloff = Falloff.SMOOTH
    kind = "sculpt"
    title = "Sculpt"

    def moved(self, seconds: float) -> "Sculpt":  # noqa: D102 - as in Operation
        return replace(self, dabs=_moved(self.dabs, seconds))

    def apply(self, values: FloatArray, context: Context) -> FloatArray:  # noqa: D102
        pushed = np.zeros(len(context.frames))
        moments = context.seconds
        for dab in self.dabs:
            pushed += dab.strength * self.falloff((moments - dab.seconds) / dab.radius)
        return values + pushed.astype(np.float32)[:, None]


@dataclass(frozen=True)
class SmoothBrush(Operation):
    """The curve smoothed where it was painted; each dab brings it nearer to a Gaussian of `sigma` seconds."""

    dabs: tuple[Dab, ...]
    sigma: float = 0.08
    falloff: Falloff = Falloff.SMOOTH
    kind = "smooth brush"
    title = "Smooth Brush"

    def __post_init__(self) -> None:
        between("width", self.sigma, 0, 5)
        _check_shares(self.dabs)

    @property
    def reach(self) -> float:  # noqa: D102
        return _SIGMAS * self.sigma

    def moved(self, seconds: float) -> "SmoothBrush":  # noqa: D102
        return replace(self, dabs=_moved(self.dabs, seconds))

    def apply(self, values: FloatArray, context: Context) -> FloatArray:  # noqa: D102
        painted = _painted(self.dabs, self.falloff, context)
        own = context.inner(values)
        return (1 - painted) * own + painted * smoothed(values, self.sigma * context.fps, context.margin)


@dataclass(frozen=True)
class EraseBrush(Operation):
    """The curve led back to what was generated where it was painted."""

    dabs: tuple[Dab, ...]
    falloff: Falloff = Falloff.SMOOTH
    kind = "erase brush"
    title = "Pull to Generated"

    def __post_init__(self) -> None:
        _check_shares(self.dabs)

    def moved(self, seconds: float) -> "EraseBrush":  # noqa: D102
        return replace(self, dabs=_moved(self.dabs, seconds))

    def apply(self, values: FloatArray, context: Context) -> FloatArray:  # noqa: D102
        painted = _painted(self.dabs, self.falloff, context)
        return (1 - painted) * values + painted * context.base


def _painted(dabs: tuple[Dab, ...], falloff: Falloff, context: Context) -> FloatArray:
    """How far [N, 1] each frame is led, 0..1: dabs over one another never reach beyond."""
    left = np.ones(len(context.frames))
    moments = context.seconds
    for dab in dabs:
        left *= 1 - dab.strength * falloff((moments - dab.seconds) / dab.radius)
    return (1 - left).astype(np.float32)[:, None]


def _check_shares(dabs: tuple[Dab, ...]) -> None:
    for dab in dabs:
        between("a dab's strength", dab.strength, 0, 1)


def _moved(dabs: tuple[Dab, ...], seconds: float) -> tuple[Dab, ...]:
    return tuple(replace(dab, seconds=dab.seconds + seconds) for dab in dabs)
