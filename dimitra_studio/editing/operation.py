"""What every operation on curves is: a frozen value that turns the channels of a stretch of time into others.

Frame i is sampled at i / fps seconds. An operation sees the frames that it shall change and `margin` frames on both
sides; beyond a take's ends its first and last frame go on. Its answer for a frame depends on nothing else, which is
what makes it possible to evaluate a part of a take and get the very bits of the whole.
"""

import math
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import ClassVar, Self, TypeVar

import numpy as np
from numpy.typing import NDArray

from dimitra_studio.core.arrays import FloatArray
from dimitra_studio.core.channels import CHANNEL_COUNT
from dimitra_studio.core.motion import MotionSequence

_V = TypeVar("_V")


@dataclass(frozen=True, eq=False)
class Surroundings:
    """What edits may refer to: `takes` by their ids, as their own edits make them, and the face at rest, `neutral`
    [70]."""

    takes: Mapping[str, MotionSequence] = field(default_factory=dict)
    neutral: FloatArray = field(default_factory=lambda: np.zeros(CHANNEL_COUNT, np.float32))


@dataclass(frozen=True, eq=False)
class Context:
    """Where an operation is applied.

    `frames` are those of its answer (N of them), `margin` how many more it sees on each side, `core` the frames that
    the edit covers fully (the others are blended), `channels` [C'] the channels of the answer and `places` [C'] which
    ones of the edit's channels they are; `base` [N, C'] is the motion as it was generated.
    """

    frames: range
    margin: int
    core: range
    fps: float
    channels: tuple[int, ...]
    places: NDArray[np.intp]
    base: FloatArray
    surroundings: Surroundings

    @property
    def seconds(self) -> NDArray[np.float64]:
        """The frames' times [N]."""
        return np.arange(self.frames.start, self.frames.stop) / self.fps

    @property
    def core_rows(self) -> slice:
        """The rows of the answer that lie in the core."""
        return slice(max(self.core.start - self.frames.start, 0), max(self.core.stop - self.frames.start, 0))

    def inner(self, values: FloatArray) -> FloatArray:
        """The rows of `values` [N + 2 margin, C] that belong to the answer [N, C]."""
        return values[self.margin : len(values) - self.margin]

    def per_channel(self, numbers: tuple[float, ...]) -> FloatArray:
        """One number for all channels, or one for each of the edit's, as float32 that fits [N, C']."""
        array = np.asarray(numbers, dtype=np.float32)
        return array if len(array) == 1 else array[self.places]


@dataclass(frozen=True)
class Operation(ABC):
    """One kind of change. `kind` is its name in files, `title` what a menu says.

    A `whole` operation needs its edit's whole stretch at once (a mean, the neighbours at its ends); the others may be
    evaluated in parts.
    """

    kind: ClassVar[str]
    title: ClassVar[str]
    whole: ClassVar[bool] = False

    @abstractmethod
    def apply(self, values: FloatArray, context: Context) -> FloatArray:
        """`values` [N + 2 margin, C''], the channels that `inputs` names, become [N, C']; `values` stays as it is."""

    @property
    def reach(self) -> float:
        """Seconds on both sides of a frame on which its answer depends."""
        return 0.0

    def margin(self, fps: float) -> int:
        """The reach in frames, rounded up."""
        return math.ceil(self.reach * fps - 1e-6)

    def inputs(self, channels: tuple[int, ...]) -> tuple[int, ...]:
        """The channels from which an answer for `channels` is made."""
        return channels

    def check(self, channels: int) -> None:  # noqa: B027 - most hold nothing for each channel
        """Raises ValueError where the operation does not hold one number for each of so many channels."""

    def moved(self, seconds: float) -> Self:  # noqa: ARG002 - only some hold moments
        """The same, later by so many seconds."""
        return self

    def only(self, places: Sequence[int]) -> Self:  # noqa: ARG002 - most hold nothing for each channel
        """The same for some of its edit's channels, those at `places`."""
        return self


def between(name: str, number: float, lowest: float, highest: float) -> None:
    """Raises ValueError unless lowest <= number <= highest (which no NaN is)."""
    if not lowest <= number <= highest:
        raise ValueError(f"{name} is {number:g}, expected {lowest:g} to {highest:g}")


def picked_ones(held: tuple[_V, ...], places: Sequence[int]) -> tuple[_V, ...]:
    """Of one for all channels that one, of one for each those at `places`."""
    return held if len(held) == 1 else tuple(held[place] for place in places)


def one_or_each(name: str, count: int, channels: int) -> None:
    """Raises ValueError unless there is one value, or one for each channel."""
    if count not in (1, channels):
        raise ValueError(f"{name} has {count} values for {channels} channels")
