"""The machine's own sound, through PortAudio: the only module that knows sounddevice.

Sound is written and read, never called for: a callback would need Python's lock in time, which a thread that computes
may hold. PortAudio's own buffers do not.
"""

import threading
from typing import Any, TypeVar

from dimitra_studio.audio.microphone import Microphone, no_input
from dimitra_studio.audio.portaudio import InputStream, OutputStream
from dimitra_studio.audio.sink import Sink, SoundDeviceError

_Stream = TypeVar("_Stream", InputStream, OutputStream)

_SILENT = "Playback is silent"
_UNHEARD = "Nothing can be recorded"
_INPUT_SECONDS = 0.2  # that an input holds until it is read


class SoundDevices:
    """Opens outputs and inputs. PortAudio is loaded and looks for devices at the first need, not at import."""

    def __init__(self) -> None:
        self._lock = threading.Lock()  # PortAudio opens one stream at a time
        self._open: set[object] = set()

    def open_output(self, rate: int, channels: int) -> Sink:
        """The default output, at `rate` where it can, else at its own; in stereo where it can, since some machines play
        one channel on one side only.

        Raises SoundDeviceError where there is none.
        """
        del channels  # the recording's, whatever they are: a mono one is heard on both sides
        with self._lock:
            sounddevice = _load(_SILENT)
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
                    stream = sounddevice.OutputStream(samplerate=wish, channels=width, dtype="float32", latency="high")
                    return self._kept(OutputStream(stream, sounddevice.PortAudioError, self._forget))
                except sounddevice.PortAudioError as error:
                    refusal = str(error)
            raise SoundDeviceError(
                f"{_SILENT}: the sound output {device['name']} cannot be used ({refusal}).",
                "Close the program that uses it, or choose another output in the system's settings.",
            )

    def inputs(self) -> tuple[str, ...]:
        """The names of the inputs. Those connected since the last look are seen where nothing is open; PortAudio looks
        only when it starts, and starting it anew would take the streams away.

        Raises SoundDeviceError where there is none.
        """
        with self._lock:
            sounddevice = _load(_UNHEARD)
            if not self._open:
                # sounddevice has no other way: https://github.com/spatialaudio/python-sounddevice/issues/3
                sounddevice._terminate()
                sounddevice._initialize()
            names = tuple(dict.fromkeys(str(device["name"]) for device in _inputs(sounddevice)))
        if not names:
            raise no_input()
        return names

    def open_input(self, name: str | None) -> Microphone:
        """Begins to listen to the input of that name, None to the system's default, at its own rate.

        Raises SoundDeviceError where it is not there or refuses.
        """
        with self._lock:
            sounddevice = _load(_UNHEARD)
            device = _find(sounddevice, name)
            try:
                stream = sounddevice.InputStream(
                    device=device["index"],
                    samplerate=int(device["default_samplerate"]),
                    channels=min(int(device["max_input_channels"]), 2),
                    dtype="float32",
                    latency=_INPUT_SECONDS,
                )
                return self._kept(InputStream(stream, str(device["name"]), sounddevice.PortAudioError, self._forget))
            except sounddevice.PortAudioError as error:
                raise SoundDeviceError(
                    f"The input {device['name']} cannot be used ({error}).",
                    "Let this program use the microphone in the system's settings, and close others that do.",
                ) from error

    def _kept(self, stream: _Stream) -> _Stream:
        self._open.add(stream)
        return stream

    def _forget(self, stream: object) -> None:
        with self._lock:
            self._open.discard(stream)


def _load(what: str) -> Any:
    try:
        import sounddevice  # noqa: PLC0415 - loads PortAudio, which may be missing and takes its time
    except OSError as error:
        raise SoundDeviceError(
            f"{what}: PortAudio is not installed.", "On Debian and Ubuntu: apt-get install libportaudio2."
        ) from error
    return sounddevice


def _inputs(sounddevice: Any) -> list[Any]:
    """Those that the system's own way of sound offers; the others are the same ones once more."""
    found = [device for device in sounddevice.query_devices() if device["max_input_channels"] > 0]
    try:
        usual = sounddevice.query_devices(kind="input")["hostapi"]
    except (sounddevice.PortAudioError, ValueError):
        return found
    return [device for device in found if device["hostapi"] == usual]


def _find(sounddevice: Any, name: str | None) -> Any:
    if name is not None:
        for device in _inputs(sounddevice):
            if device["name"] == name:
                return device
        raise SoundDeviceError(f"The input {name} is no longer there.", "Connect it again or choose another.")
    try:
        return sounddevice.query_devices(kind="input")
    except (sounddevice.PortAudioError, ValueError) as error:
        raise no_input() from error
