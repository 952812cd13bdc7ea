"""The voice as the sound of what leaves the studio: its own timing, cut to the sample."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
from av.audio.resampler import AudioResampler

from dimitra_studio.audio.decode import OVERSHOOT, decode
from dimitra_studio.core.arrays import FloatArray
from dimitra_studio.core.errors import InputError
from dimitra_studio.core.timebase import SPEECH_RATE

# What AAC can say in its header (ISO/IEC 14496-3, table 1.18).
_AAC_RATES = (7350, 8000, 11025, 12000, 16000, 22050, 24000, 32000, 44100, 48000, 64000, 88200, 96000)
_LAYOUTS = {1: "mono", 2: "stereo", 3: "2.1", 4: "quad", 5: "5.0", 6: "5.1", 7: "6.1", 8: "7.1"}
_AAC, _OPUS = "aac", "libopus"
_OPUS_RATE = 48_000  # the one that Opus has inside
_BITS_PER_CHANNEL = 96_000
# Motion is made for the sound at the speech rate: resampled, it may be this much shorter (seconds).
_UNHEARD_CUT = 2 / SPEECH_RATE


@dataclass(frozen=True)
class Soundtrack:
    """The sound of a file: `samples` at `rate` Hz in `channels`, from its sample `first` on; `gain` brings it to full
    scale where it is over."""

    path: Path
    rate: int
    channels: int
    samples: int
    gain: float = 1.0
    notes: tuple[str, ...] = ()
    first: int = 0

    @property
    def duration(self) -> float:
        """Seconds."""
        return self.samples / self.rate

    def cut(self, start: float, end: float) -> "Soundtrack | None":
        """What is heard from `start` to `end` (seconds), to the sample; None where the sound has ended by then."""
        first = round(start * self.rate)
        last = min(round(end * self.rate), self.samples)
        return replace(self, first=self.first + first, samples=last - first) if first < last else None

    def notes_for(self, seconds: float) -> tuple[str, ...]:
        """What there is to say of it beside `seconds` of picture."""
        longer = self.duration > seconds + max(_UNHEARD_CUT, 1 / self.rate)
        return (*self.notes, *([f"The sound is longer than the motion and was cut at {seconds:.2f} s."] * longer))


def measure_sound(path: Path) -> Soundtrack:
    """Reads the sound through once, so that a damaged file is found before a video is begun. Raises InputError."""
    sound = decode(path)
    samples, peak = 0, 0.0
    for block in sound.blocks:
        samples += len(block)
        peak = max(peak, float(np.abs(block, where=np.isfinite(block), out=np.zeros_like(block)).max(initial=0)))
    if not samples:
        raise InputError(f"The sound file {path.name} holds no sound.", "Copy or record it again.")
    gain, notes = 1.0, []
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


def sound_blocks(sound: Soundtrack, seconds: float) -> Iterator[FloatArray]:
    """The soundtrack's first `seconds` as [n, channels], finite and turned down where it has to be."""
    skip, left = sound.first, min(round(seconds * sound.rate), sound.samples)
    for block in decode(sound.path).blocks:
        if left <= 0:
            return
        wanted = block[skip : skip + left]
        skip = max(skip - len(block), 0)
        left -= len(wanted)
        if len(wanted):
            yield np.nan_to_num(wanted, posinf=0, neginf=0) * np.float32(sound.gain)


class SoundtrackEncoder:
    """Puts a soundtrack into a container bit by bit, so that sound and picture lie side by side in the file.

    `codec` is FFmpeg's name: "aac", "libopus" or one of its PCM kinds. `notes` say what the sound had to become for it.
    """

    def __init__(self, container: av.container.OutputContainer, sound: Soundtrack, seconds: float, codec: str) -> None:
        if codec == _AAC:
            rate, layout = _aac_rate(sound.rate), _stereo_at_most(sound)
        elif codec == _OPUS:
            rate, layout = _OPUS_RATE, _stereo_at_most(sound)
        else:
            rate, layout = sound.rate, _own_layout(sound)
        self.notes = tuple(_changes(sound, rate, layout, codec))
        self._container = container
        stream = container.add_stream(codec, rate=rate)
        assert isinstance(stream, av.AudioStream)  # both kinds of codec are sound's
        self._stream, context = stream, stream.codec_context
        context.layout = layout
        if codec in (_AAC, _OPUS):
            context.bit_rate = _BITS_PER_CHANNEL * (1 if layout == "mono" else 2)
        self._resampler = AudioResampler(format=context.format.name, layout=layout, rate=rate)
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
        for block in sound_blocks(sound, seconds):
            planes = np.ascontiguousarray(block.T)
            if sound.channels not in _LAYOUTS:
                planes = planes.mean(axis=0, keepdims=True)
            frame = av.AudioFrame.from_ndarray(planes, format="fltp", layout=_LAYOUTS[len(planes)])
            frame.sample_rate = sound.rate
            frame.time_base = Fraction(1, sound.rate)
            frame.pts = done
            done += frame.samples
            yield from self._resampler.resample(frame)
        yield from self._resampler.resample(None)


def _aac_rate(rate: int) -> int:
    return next((known for known in _AAC_RATES if known >= rate), _AAC_RATES[-1])


def _stereo_at_most(sound: Soundtrack) -> str:
    return "stereo" if 2 <= sound.channels <= len(_LAYOUTS) else "mono"


def _own_layout(sound: Soundtrack) -> str:
    return _LAYOUTS.get(sound.channels, "mono")


def _changes(sound: Soundtrack, rate: int, layout: str, codec: str) -> Iterator[str]:
    if rate != sound.rate and codec == _AAC:
        yield f"AAC has no {sound.rate} Hz; the video's sound has {rate} Hz."
    if layout != _LAYOUTS.get(sound.channels):
        yield f"The {sound.channels} channels of {sound.path.name} became {layout} in the video."
