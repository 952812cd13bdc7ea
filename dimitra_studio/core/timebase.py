"""Frames, seconds and samples: the only place with such arithmetic.

Frame `i` covers `[i / fps, (i + 1) / fps)`; speech features run at 50 Hz, so that
video frame `i` at 25 fps stands beside feature `2 i`.
"""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dimitra_studio.core.errors import InputError

MOTION_FPS = 25.0
FEATURE_RATE = 50.0
SPEECH_RATE = 16_000
# From a picture every ten seconds to the quickest cameras.
SLOWEST_FPS, FASTEST_FPS = 0.1, 1000.0
# A duration that is a whole number of frames must not gain one through rounding.
_TOLERANCE = 1e-6
# Seconds (31 years) that nothing reaches: a stretch until there goes on to the end of what it lies on, however long
# that becomes.
OPEN_END = 1e9


@dataclass(frozen=True)
class TimeRange:
    """From `start` to `end`, seconds. Raises ValueError unless 0 <= start < end."""

    start: float
    end: float

    def __post_init__(self) -> None:
        if not 0 <= self.start < self.end < math.inf:
            raise ValueError(f"{self.start} to {self.end} s is no stretch of time")

    @property
    def duration(self) -> float:
        """Seconds."""
        return self.end - self.start

    @property
    def is_open(self) -> bool:
        """Whether it goes on to the end of what it lies on."""
        return self.end >= OPEN_END

    def within(self, seconds: float) -> "TimeRange":
        """What of it lies within a length of so many seconds; where nothing does, the stretch itself."""
        return TimeRange(self.start, seconds) if self.start < seconds < self.end else self


def is_frame_rate(fps: float) -> bool:
    """Whether a video or a motion sequence may have so many frames a second."""
    return SLOWEST_FPS <= fps <= FASTEST_FPS


def frame_count(seconds: float, fps: float = MOTION_FPS) -> int:
    """Frames needed to cover `seconds`, at least one."""
    return max(1, math.ceil(seconds * fps - _TOLERANCE))


def frame_at(seconds: float, fps: float = MOTION_FPS) -> int:
    """The frame that covers the moment `seconds`."""
    return math.floor(seconds * fps + _TOLERANCE)


def frames_within(count: int, part: TimeRange | None, fps: float = MOTION_FPS) -> range:
    """Of `count` frames those that `part` (None = all) touches. Raises InputError where it is not within them."""
    if part is None:
        return range(count)
    first, stop = frame_at(part.start, fps), frame_count(part.end, fps)
    # A voice ends within the last frame, or a moment after it where it was resampled.
    if first >= count or stop > count + 1:
        raise InputError(
            f"The range {part.start:g} to {part.end:g} s is not within the motion, which lasts {count / fps:g} s.",
            "Give a range in seconds from the motion's start.",
        )
    return range(first, min(stop, count))


def frame_starts(count: int, fps: float = MOTION_FPS) -> NDArray[np.float64]:
    """Start times [count] in seconds."""
    return np.arange(count, dtype=np.float64) / fps


def frame_centres(count: int, fps: float = MOTION_FPS) -> NDArray[np.float64]:
    """Centre times [count] in seconds."""
    return (np.arange(count, dtype=np.float64) + 0.5) / fps
