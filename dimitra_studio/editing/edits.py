"""An edit: one operation on some channels in a stretch of time. Takes keep them in order; nothing is ever baked in."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from typing import Self

import numpy as np
from numpy.typing import NDArray

from dimitra_studio.core.arrays import FloatArray
from dimitra_studio.core.channels import CHANNEL_COUNT
from dimitra_studio.core.timebase import TimeRange, frame_at, frame_count
from dimitra_studio.editing.falloff import smoothstep
from dimitra_studio.editing.operation import Operation, between

LONGEST_BLEND = 60.0  # seconds
LARGEST_AMOUNT = 4.0


@dataclass(frozen=True)
class Edit:
    """`operation` on `channels` (columns of the motion, each once).

    Every frame that `span` touches is edited fully; over `blend_in` seconds before it and `blend_out` seconds after it
    the edit comes and goes. `amount` mixes with what was there: 0 is nothing, 1 the operation, more goes beyond it.
    A span that is open goes on to the take's end, however long the take becomes. `name` is what a list calls it where
    the operation's title says too little. Raises ValueError for what is no edit.
    """

    id: str
    operation: Operation
    channels: tuple[int, ...]
    span: TimeRange
    blend_in: float = 0.0
    blend_out: float = 0.0
    amount: float = 1.0
    muted: bool = False
    name: str = ""

    def __post_init__(self) -> None:
        if not self.channels or len(set(self.channels)) != len(self.channels):
            raise ValueError("an edit needs channels, each once")
        for channel in self.channels:
            between("a channel", channel, 0, CHANNEL_COUNT - 1)
        between("the blend before it", self.blend_in, 0, LONGEST_BLEND)
        between("the blend after it", self.blend_out, 0, LONGEST_BLEND)
        between("the amount", self.amount, 0, LARGEST_AMOUNT)
        self.operation.check(len(self.channels))

    @property
    def title(self) -> str:
        """What a list calls it."""
        return self.name or self.operation.title

    @property
    def is_active(self) -> bool:
        """Whether it changes anything at all."""
        return not self.muted and self.amount > 0

    @property
    def touched(self) -> TimeRange:
        """The span with its blends."""
        return TimeRange(max(self.span.start - self.blend_in, 0.0), self.span.end + self.blend_out)

    def moved(self, seconds: float) -> Self:
        """The same, later by so many seconds, with everything that it holds. What would begin before the take's start
        is cut off there; raises ValueError where nothing is left."""
        end = self.span.end if self.span.is_open else self.span.end + seconds
        span = TimeRange(max(self.span.start + seconds, 0.0), end)
        return replace(self, span=span, operation=self.operation.moved(seconds))

    def only(self, channels: Collection[int]) -> Self | None:
        """The same on those of its channels alone that are among `channels`; None where there are none."""
        places = [place for place, channel in enumerate(self.channels) if channel in channels]
        if len(places) == len(self.channels):
            return self
        kept = tuple(self.channels[place] for place in places)
        return replace(self, channels=kept, operation=self.operation.only(places)) if kept else None

    def core(self, fps: float, length: int) -> range:
        """The frames of a take of `length` frames that it covers fully; none where it lies beyond the take's end."""
        first = frame_at(self.span.start, fps)
        return range(min(first, length), min(max(frame_count(self.span.end, fps), first + 1), length))

    def support(self, fps: float, length: int) -> range:
        """The frames that it changes, blends included."""
        core = self.core(fps, length)
        if not core:
            return core
        first = max(frame_at(self.span.start - self.blend_in, fps) + 1, 0) if self.blend_in else core.start
        last = frame_count(self.span.end + self.blend_out, fps) if self.blend_out else core.stop
        return range(min(first, core.start), min(max(last, core.stop), length))

    def weights(self, frames: range, fps: float, length: int) -> FloatArray:
        """How much of the operation counts in `frames`: float32 [N]."""
        core = self.core(fps, length)
        at = np.arange(frames.start, frames.stop)
        share = np.ones(len(at))
        if frames.start < core.start:
            share = np.where(at < core.start, _ramp(at / fps - (self.span.start - self.blend_in), self.blend_in), share)
        if frames.stop > core.stop:
            share = np.where(at >= core.stop, _ramp(self.span.end + self.blend_out - at / fps, self.blend_out), share)
        return np.asarray(share * self.amount, dtype=np.float32)


def _ramp(since: NDArray[np.float64], length: float) -> NDArray[np.float64]:
    return smoothstep(np.clip(since / max(length, 1e-9), 0, 1))
