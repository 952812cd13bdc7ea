"""Where sound goes: what a device must do, and the silent one for machines that have none."""

import time
from collections.abc import Callable
from typing import Protocol

from dimitra_studio.core.arrays import FloatArray
from dimitra_studio.core.errors import StudioError


class SoundDeviceError(StudioError):
    """There is no sound device, it refuses, or it went away."""


class Sink(Protocol):
    """A sound output of `rate` Hz and `channels`, used by one thread. All but `close` raise SoundDeviceError."""

    rate: int
    channels: int

    def write(self, sound: FloatArray) -> None:
        """Takes [n, channels] frames; waits until there is room for them."""
        ...

    def waiting(self) -> float:
        """Frames that were written and are not heard yet: still in the buffer or on their way."""
        ...

    def abort(self) -> None:
        """Forgets what waits, and falls silent until the next write."""
        ...

    def close(self) -> None:
        """Lets the device go."""
        ...


# Opens an output for a recording of so many Hz and channels; it may have others. Raises SoundDeviceError.
OpenSink = Callable[[int, int], Sink]


class SilentSink:
    """Plays nothing in the right time."""

    BUFFER = 0.1  # seconds

    def __init__(
        self,
        rate: int,
        channels: int,
        now: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self.rate, self.channels = rate, channels
        self._now, self._sleep = now, sleep
        self._empty_at = float("-inf")  # when all that was written has been played

    def write(self, sound: FloatArray) -> None:
        """Waits as a device would."""
        seconds = len(sound) / self.rate
        excess = self._empty_at + seconds - self._now() - self.BUFFER
        if excess > 0:
            self._sleep(excess)
        self._empty_at = max(self._empty_at, self._now()) + seconds

    def waiting(self) -> float:
        """Frames not played yet."""
        return max(self._empty_at - self._now(), 0.0) * self.rate

    def abort(self) -> None:
        """Forgets what waits."""
        self._empty_at = float("-inf")

    def close(self) -> None:
        """Nothing to let go."""
