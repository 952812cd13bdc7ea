"""A hand's movements while a take plays, on their way to one edit."""

from array import array
from collections.abc import Collection
from dataclasses import replace
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from dimitra_studio.core.arrays import FloatArray
from dimitra_studio.core.motion import MotionSequence
from dimitra_studio.core.timebase import TimeRange, frame_at
from dimitra_studio.editing.edits import Edit
from dimitra_studio.editing.levers import Lever
from dimitra_studio.editing.recordings import PuppetRecording, Samples
from dimitra_studio.editing.smoothing import smoothed

# A lever for each way in which the hand moves; None where nothing is moved.
Rig: TypeAlias = tuple[Lever | None, ...]
BLEND = 0.2  # seconds in which what was performed comes and goes
_SIGMAS = 3
_HELD = 0.2  # seconds for which a picture that is late still sees the hand where it was last


class Performance:
    """What a hand that holds the levers of `rig` does, moment after moment.

    It moves the curves where it is `additive`, else it stands in their place: then `rest` [70] is the face where the
    hand is in the middle. Raises ValueError for a rig without a lever.
    """

    def __init__(self, rig: Rig, *, additive: bool, rest: FloatArray) -> None:
        if not any(rig):
            raise ValueError("a rig needs a lever")
        self._rig, self._additive, self._rest = rig, additive, rest
        self.channels = tuple(sorted({channel for lever in rig if lever for channel in lever.channels}))
        self._seconds, self._places = array("d"), array("d")  # plain numbers: minutes of them are read many times

    @property
    def start(self) -> float:
        """The first moment. Raises LookupError before there is one."""
        return self._seconds[0]

    @property
    def end(self) -> float:
        """The last moment. Raises LookupError before there is one."""
        return self._seconds[-1]

    def add(self, seconds: float, hand: tuple[float, ...]) -> None:
        """Where the hand was at a moment, -1 to 1 for each lever. Raises ValueError where time does not go on."""
        if self._seconds and seconds <= self._seconds[-1]:
            raise ValueError(f"{seconds:g} s does not follow {self._seconds[-1]:g} s")
        if len(hand) != len(self._rig):
            raise ValueError(f"a hand with {len(hand)} ways cannot hold {len(self._rig)} levers")
        self._seconds.append(seconds)
        self._places.extend(hand)

    def laid_over(self, motion: MotionSequence, held: Collection[int] = ()) -> MotionSequence:
        """The motion with what was performed until now, `held` channels as they are; the last moment goes on a little
        longer."""
        first, stop = frame_at(self.start, motion.fps), frame_at(self.end + _HELD, motion.fps) + 1
        frames = range(first, min(stop, len(motion)))
        free = [place for place, channel in enumerate(self.channels) if channel not in held]
        values, columns = motion.values.copy(), [self.channels[place] for place in free]
        moved = self._values(self._hand(np.arange(frames.start, frames.stop) / motion.fps))[:, free]
        below = values[frames.start : frames.stop, columns]
        values[frames.start : frames.stop, columns] = below + moved if self._additive else moved
        return replace(motion, values=values)

    def edit(self, edit_id: str, fps: float, smoothing: float, name: str = "") -> Edit:
        """The edit of what was performed, in frames at `fps`: `smoothing` is a Gaussian's sigma in seconds that takes
        the hand's trembling away. Raises ValueError where it is shorter than a frame."""
        first, last = frame_at(self.start, fps), frame_at(self.end, fps)
        if not last > first:
            raise ValueError("nothing was performed")
        margin = int(np.ceil(_SIGMAS * smoothing * fps))
        hand = self._hand(np.arange(first - margin, last + 1 + margin) / fps)
        values = self._values(smoothed(hand.astype(np.float32), smoothing * fps, margin))
        span = TimeRange(first / fps, (last + 0.5) / fps)
        operation = PuppetRecording(Samples(first / fps, fps, values), additive=self._additive)
        return Edit(edit_id, operation, self.channels, span, BLEND, BLEND, name=name)

    def _hand(self, moments: NDArray[np.float64]) -> NDArray[np.float64]:
        """Where the hand was at `moments` [N] seconds: [N, levers]."""
        seconds, places = np.frombuffer(self._seconds), np.frombuffer(self._places).reshape(-1, len(self._rig))
        return np.stack([np.interp(moments, seconds, each) for each in places.T], axis=1)

    def _values(self, hand: NDArray[np.floating]) -> FloatArray:
        """What the channels are moved by, or are: [N, C]. Levers that share a channel add up."""
        values = np.zeros((len(hand), len(self.channels)), np.float32)
        for place, lever in enumerate(self._rig):
            if lever is not None:
                columns = [self.channels.index(channel) for channel in lever.channels]
                values[:, columns] += lever.offsets(np.asarray(hand[:, place], np.float64))
        return values if self._additive else values + self._rest[list(self.channels)]
