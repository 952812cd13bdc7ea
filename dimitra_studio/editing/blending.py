"""Operations that lead a curve towards others: its neighbours, rest, the take as generated, another take."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from dimitra_studio.core.arrays import FloatArray
from dimitra_studio.core.motion import MotionSequence
from dimitra_studio.editing.falloff import smoothstep
from dimitra_studio.editing.operation import Context, Operation, between
from dimitra_studio.editing.sampling import sampled


class Side(StrEnum):
    """Which neighbour: the value just before the edit, just after it, or a smooth way from one to the other."""

    BEFORE = "before"
    AFTER = "after"
    BOTH = "both"


class Slope(StrEnum):
    """Where a way between two values is gentle."""

    IN = "in"  # leaves slowly
    OUT = "out"  # arrives slowly
    IN_OUT = "in and out"


@dataclass(frozen=True)
class BlendToNeighbour(Operation):
    """Towards what stands beside the edit."""

    side: Side = Side.BOTH
    kind = "blend to neighbour"
    title = "Blend to Neighbour"
    whole = True

    def margin(self, fps: float) -> int:  # noqa: D102, ARG002 - as in Operation
        return 1

    def apply(self, values: FloatArray, context: Context) -> FloatArray:  # noqa: D102
        before, after = values[:1], values[-1:]
        if self.side is Side.BOTH:
            return _way(before, after, smoothstep(_progress(len(context.frames))))
        return np.broadcast_to(before if self.side is Side.BEFORE else after, (len(context.frames), values.shape[1]))


@dataclass(frozen=True)
class Ease(Operation):
    """One clean movement from the value before the edit to the value after it; `power` says how marked the slow part
    is (2 = gentle, 5 = abrupt)."""

    slope: Slope = Slope.IN_OUT
    power: int = 3
    kind = "ease"
    title = "Ease"
    whole = True

    def __post_init__(self) -> None:
        between("power", self.power, 1, 9)

    def margin(self, fps: float) -> int:  # noqa: D102, ARG002
        return 1

    def apply(self, values: FloatArray, context: Context) -> FloatArray:  # noqa: D102
        s = _progress(len(context.frames))
        match self.slope:
            case Slope.IN:
                eased = s**self.power
            case Slope.OUT:
                eased = 1 - (1 - s) ** self.power
            case Slope.IN_OUT:
                half = (2 * np.minimum(s, 1 - s)) ** self.power / 2
                eased = np.where(s > 0.5, 1 - half, half)
        return _way(values[:1], values[-1:], eased)


@dataclass(frozen=True)
class BlendToNeutral(Operation):
    """Towards the face at rest, as the portrait shows it."""

    kind = "blend to neutral"
    title = "Blend to Neutral"

    def apply(self, values: FloatArray, context: Context) -> FloatArray:  # noqa: D102
        return np.broadcast_to(context.surroundings.neutral[list(context.channels)].astype(np.float32), values.shape)


@dataclass(frozen=True)
class BlendToBase(Operation):
    """Towards the motion as it was generated: edits before this one are taken back."""

    kind = "blend to base"
    title = "Blend to Generated"

    def apply(self, values: FloatArray, context: Context) -> FloatArray:  # noqa: D102, ARG002
        return context.base


@dataclass(frozen=True)
class BlendToTake(Operation):
    """Towards another take as it is now, its own edits included; nothing where there is none of that id, which
    `stack.missing_takes` tells, or where that one leads back."""

    take_id: str
    kind = "blend to take"
    title = "Blend to Take"

    def apply(self, values: FloatArray, context: Context) -> FloatArray:  # noqa: D102
        take = context.surroundings.takes.get(self.take_id)
        if take is None:
            return values
        return read_over(take, context.channels, context.seconds, values)


def read_over(
    take: MotionSequence, channels: Sequence[int], seconds: NDArray[np.float64], values: FloatArray
) -> FloatArray:
    """`channels` of the take at some moments [N]; `values` [N, C] where it has no face, as one of a video may have."""
    found = sampled(take.values[:, list(channels)], seconds * take.fps)
    return np.where(np.isfinite(found), found, values)


def _progress(count: int) -> NDArray[np.float64]:
    """How far each of `count` frames is on the way between the frames beside them [N, 1]."""
    return (np.arange(1, count + 1) / (count + 1))[:, None]


def _way(before: FloatArray, after: FloatArray, share: NDArray[np.float64]) -> FloatArray:
    return np.asarray(before + share * (after - before), dtype=np.float32)
