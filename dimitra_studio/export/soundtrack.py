"""The voice as the sound of a video: its own rate and timing, AAC."""

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
from av.audio.resampler import AudioResampler

from dimitra_studio.audio.decode import OVERSHOOT, decode
from dimitra_studio.core.arrays import FloatArray
from dimitra_studio.core.errors import InputError

# What AAC can say in its header (ISO/IEC 14496-3, table 1.18).
_AAC_RATES = (7350, 8000, 11025, 12000, 16000, 22050, 24000, 32000, 44100, 48000, 64000, 88200, 96000)
_LAYOUTS = {1: "mono", 2: "stereo", 3: "2.1", 4: "quad", 5: "5.0", 6: "5.1", 7: "6.1", 8: "7.1"}
_BITS_PER_CHANNEL = 96_000


@dataclass(frozen=True)
class Soundtrack:
    """The sound of a file: `samples` at `rate` Hz in `channels`; `gain` brings it to full scale where it is over."""

    path: Path
    rate: int
    channels: int
    samples: int
    gain: float = 1.0
    notes: tuple[str, ...] = ()

    @property
    def duration(self) -> float:
        """Seconds."""
        return self.samples / self.rate


def measure_sound(path: Path) -> Soundtrack:
    """Reads the sound through once, so that a damaged file is found before a video is begun. Raises InputError."""
    sound = decode(path)
    samples, peak = 0, 0.0
    for block in sound.blocks:
        samples += len(block)
        peak = max(peak, float(np.abs(block, where=np.isfinite(block), out=np.zeros_like(block)).max(initial=0)))
    if not samples:
        raise InputError(f"The sound file {path.name} holds no sound.", "Copy or record it again.")
    notes = []
    if _aac_rate(sound.rate) != sound.rate:
        notes.append(f"AAC has no {sound.rate} Hz; the video's sound has {_aac_rate(sound.rate)} Hz.")
    if sound.channels > 2:
        kind = "stereo" if sound.channels in _LAYOUTS else "mono"
        notes.append(f"The {sound.channels} channels of {path.name} became {kind} in the video.")
    gain = 1.0
    if peak > OVERSHOOT:
        gain = 1 / peak
        notes.append(f"The sound of {path.name} is {20 * np.log10(peak):.0f} dB over full scale: it was turned down.")
    return Soundtrack(path, sound.rate, sound.channels, samples, gain, tuple(notes))


def media_seconds(path: Path) -> float:
    """How long the file says it is, without reading it; 0 where it does not say. Only good for estimates."""
    try:
        # FFmpeg takes what stands before a colon for a protocol, unless the path is absolute; old tags are not UTF-8.
        with av.open(str(path.absolute()), metadata_errors="replace") as container:
            return (container.duration or 0) / av.time_base
    except (av.FFmpegError, OSError, ValueError):
        return 0.0


class SoundtrackEncoder:
    """Puts a soundtrack into a container bit by bit, so that sound and picture lie side by side in the file."""

    def __init__(self, container: av.container.OutputContainer, sound: Soundtrack, seconds: float) -> None:
        rate = _aac_rate(sound.rate)
        layout = "stereo" if 2 <= sound.channels <= len(_LAYOUTS) else "mono"
        self._container = container
        self._stream = container.add_stream("aac", rate=rate)
        self._stream.codec_context.layout = layout
        self._stream.codec_context.bit_rate = _BITS_PER_CHANNEL * (1 if layout == "mono" else 2)
        self._resampler = AudioResampler(format="fltp", layout=layout, rate=rate)
        self._frames = self._resampled(sound, seconds)
        self._encoded = 0.0

    def encode_until(self, seconds: float) -> None:
        """Writes the sound up to about `seconds`."""
        while self._encoded < seconds:
            frame = next(self._frames, None)
            if frame is None:
                return
            self._encoded += frame.samples / frame.sample_rate
            self._container.mux(self._stream.encode(frame))

    def finish(self) -> None:
        """Writes what is left."""
        self.encode_until(float("inf"))
        self._container.mux(self._stream.encode(None))

    def _resampled(self, sound: Soundtrack, seconds: float) -> Iterator[av.AudioFrame]:
        done = 0
        for block in _limited(sound, round(seconds * sound.rate)):
            planes = np.ascontiguousarray(np.nan_to_num(block.T, posinf=0, neginf=0) * np.float32(sound.gain))
            if sound.channels not in _LAYOUTS:
                planes = planes.mean(axis=0, keepdims=True)
            frame = av.AudioFrame.from_ndarray(planes, format="fltp", layout=_LAYOUTS[len(planes)])
            frame.sample_rate = sound.rate
            frame.time_base = Fraction(1, sound.rate)
            frame.pts = done
            done += frame.samples
            yield from self._resampler.resample(frame)
        yield from self._resampler.resample(None)


def _limited(sound: Soundtrack, samples: int) -> Iterator[FloatArray]:
    left = samples
    for block in decode(sound.path).blocks:
        if left <= 0:
            return
        yield block[:left]
        left -= len(block)


def _aac_rate(rate: int) -> int:
    return next((known for known in _AAC_RATES if known >= rate), _AAC_RATES[-1])
