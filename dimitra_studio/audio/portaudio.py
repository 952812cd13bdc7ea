"""Streams of PortAudio as a sink and as a microphone; `failure` is its error's class, `gone` is told of their end."""

from collections.abc import Callable
from typing import Any

import numpy as np

from dimitra_studio.audio.sink import SoundDeviceError
from dimitra_studio.core.arrays import FloatArray


class OutputStream:
    """An output that is written to, as `Sink` says."""

    def __init__(self, stream: Any, failure: type[Exception], gone: Callable[[object], None]) -> None:
        self.rate, self.channels = int(stream.samplerate), int(stream.channels)
        self._stream, self._failure, self._gone = stream, failure, gone
        _start(stream, failure)
        # An empty stream's room is its buffer; some (JACK) show it only once they run.
        self._buffer = max(int(self._stream.write_available), 0)

    def write(self, sound: FloatArray) -> None:
        """Takes [n, channels] frames; waits until there is room for them."""
        try:
            if self._stream.stopped:
                self._stream.start()
            self._stream.write(sound)
        except self._failure as error:
            raise _failed(error) from error

    def waiting(self) -> float:
        """Frames that are not heard yet."""
        try:
            room = int(self._stream.write_available)
        except self._failure as error:
            raise _failed(error) from error
        self._buffer = max(self._buffer, room)
        # The reported latency holds the buffer; what it has more lies behind it.
        beyond = max(float(self._stream.latency) * self.rate - self._buffer, 0.0)
        return self._buffer - max(room, 0) + beyond

    def abort(self) -> None:
        """Forgets what waits."""
        try:
            if not self._stream.stopped:
                self._stream.abort()
        except self._failure as error:
            raise _failed(error) from error

    def close(self) -> None:
        """Lets the device go."""
        _close(self._stream, self._failure)
        self._gone(self)


class InputStream:
    """An input that is read, as `Microphone` says."""

    def __init__(self, stream: Any, name: str, failure: type[Exception], gone: Callable[[object], None]) -> None:
        self.name, self.rate = name, int(stream.samplerate)
        self._stream, self._failure, self._gone = stream, failure, gone
        _start(stream, failure)

    def read(self) -> tuple[FloatArray, bool]:
        """What came since, [n], and whether sound before it was lost."""
        try:
            waiting = int(self._stream.read_available)
            if waiting <= 0:
                return np.zeros(0, np.float32), False
            sound, lost = self._stream.read(waiting)
        except self._failure as error:
            raise SoundDeviceError(
                f"The input {self.name} failed ({error}).", "Connect it again and look again."
            ) from error
        return np.asarray(np.nan_to_num(sound, posinf=0, neginf=0).mean(axis=1), np.float32), bool(lost)

    def close(self) -> None:
        """Lets the input go."""
        _close(self._stream, self._failure)
        self._gone(self)


def _start(stream: Any, failure: type[Exception]) -> None:
    try:
        stream.start()
    except failure:
        _close(stream, failure)  # else it holds the device, and nobody else may have it
        raise


def _close(stream: Any, failure: type[Exception]) -> None:
    try:
        stream.close(ignore_errors=True)
    except failure:
        return  # it is gone already


def _failed(error: Exception) -> SoundDeviceError:
    return SoundDeviceError(f"The sound output failed ({error}); playback goes on in silence.", "Connect it again.")
