"""The output that playback writes to: a device, or silence where there is none."""

from collections.abc import Callable

from dimitra_studio.audio.sink import OpenSink, Sink, SoundDeviceError


class Output:
    """Opens a device for a recording of `rate` Hz and `channels` when the first sound comes, and goes on in silence
    where it is missing or fails, which `tell` gets: once until it is tried again, since silence does not fail.

    Used by one thread.
    """

    def __init__(
        self,
        rate: int,
        channels: int,
        open_sink: OpenSink,
        open_silence: OpenSink,
        tell: Callable[[SoundDeviceError], None],
    ) -> None:
        self._rate, self._channels = rate, channels
        self._open_sink, self._open_silence = open_sink, open_silence
        self._tell = tell
        self._sink: Sink | None = None
        self._given_up = False

    def sink(self) -> Sink:
        """Where sound goes now."""
        if self._sink is None:
            try:
                self._sink = self._open_sink(self._rate, self._channels)
            except SoundDeviceError as error:
                self._sink = self.fail(error)
        return self._sink

    def fail(self, error: SoundDeviceError) -> Sink:
        """The device cannot be used any more: silence from now on."""
        self.close()
        self._sink, self._given_up = self._open_silence(self._rate, self._channels), True
        self._tell(error)
        return self._sink

    def try_again(self) -> None:
        """A device that was missing or failed may be there again by the next sound."""
        if self._given_up:
            self.close()

    def abort(self) -> None:
        """Forgets what was written and is not heard yet. Raises SoundDeviceError."""
        if self._sink is not None:
            self._sink.abort()

    def close(self) -> None:
        """Lets the device go."""
        if self._sink is not None:
            self._sink.close()
            self._sink = None
        self._given_up = False
