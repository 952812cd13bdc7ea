"""The machine's own sound output, through PortAudio: the only module that knows sounddevice.

Sound is written, never called for: a callback would need Python's lock in time, which a thread that computes may hold.
"""

from typing import Any

from dimitra_studio.audio.sink import Sink, SoundDeviceError
from dimitra_studio.core.arrays import FloatArray

_SILENT = "Playback is silent"


def open_sound_device(rate: int, channels: int) -> Sink:
    """The default output, at `rate` where it can, else at its own; in stereo where it can, since some machines play one
    channel on one side only.

    Raises SoundDeviceError where there is none. PortAudio is loaded and looks for devices here, not at import.
    """
    del channels  # the recording's, whatever they are: a mono one is heard on both sides
    try:
        import sounddevice  # noqa: PLC0415 - loads PortAudio, which may be missing and takes its time
    except OSError as error:
        raise SoundDeviceError(
            f"{_SILENT}: PortAudio is not installed.", "On Debian and Ubuntu: apt-get install libportaudio2."
        ) from error
    try:
        device = sounddevice.query_devices(kind="output")
    except (sounddevice.PortAudioError, ValueError) as error:
        raise SoundDeviceError(
            f"{_SILENT}: this machine has no sound output.", "Connect one and start again."
        ) from error
    width = min(int(device["max_output_channels"]), 2)
    refusal = ""
    for wish in (rate, int(device["default_samplerate"])):
        try:
            return _PortAudioSink(sounddevice, wish, width)
        except sounddevice.PortAudioError as error:
            refusal = str(error)
    raise SoundDeviceError(
        f"{_SILENT}: the sound output {device['name']} cannot be used ({refusal}).",
        "Close the program that uses it, or choose another output in the system's settings.",
    )


class _PortAudioSink:
    def __init__(self, sounddevice: Any, rate: int, channels: int) -> None:
        self.rate, self.channels = rate, channels
        self._error = sounddevice.PortAudioError
        self._stream = sounddevice.OutputStream(samplerate=rate, channels=channels, dtype="float32", latency="high")
        self._stream.start()
        # An empty stream's room is its buffer; some (JACK) show it only once they run.
        self._buffer = max(int(self._stream.write_available), 0)

    def write(self, sound: FloatArray) -> None:
        try:
            if self._stream.stopped:
                self._stream.start()
            self._stream.write(sound)
        except self._error as error:
            raise _gone(error) from error

    def waiting(self) -> float:
        try:
            room = int(self._stream.write_available)
        except self._error as error:
            raise _gone(error) from error
        self._buffer = max(self._buffer, room)
        # The reported latency holds the buffer; what it has more lies behind it.
        beyond = max(float(self._stream.latency) * self.rate - self._buffer, 0.0)
        return self._buffer - max(room, 0) + beyond

    def abort(self) -> None:
        try:
            if not self._stream.stopped:
                self._stream.abort()
        except self._error as error:
            raise _gone(error) from error

    def close(self) -> None:
        try:
            self._stream.close(ignore_errors=True)
        except self._error:
            return  # it is gone already


def _gone(error: Exception) -> SoundDeviceError:
    return SoundDeviceError(f"The sound output failed ({error}); playback goes on in silence.", "Connect it again.")
