"""The voice as loud as podcasts and video sites want it (EBU R 128): one gain, and where its peaks would go over, they
are held by a limiter."""

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import pairwise
from pathlib import Path

import av
import numpy as np
import soundfile
from av.filter import Graph
from av.filter.context import FilterContext

from dimitra_studio.core.arrays import FloatArray
from dimitra_studio.core.events import Job, Progress
from dimitra_studio.core.requests import USUAL_LUFS
from dimitra_studio.export.soundtrack import Soundtrack, sound_blocks

HIGHEST_PEAK = -1.0  # dB true peak: what encoders add stays below full scale
_SILENCE = -70.0  # LUFS: nothing so quiet is measured (the absolute gate)
_PEAK_STEP = 0.0005  # half of what the meter rounds its peaks to
_CLOSE = 0.1  # LU that nobody hears
# A limiter makes it a little quieter again: the gain is found in so many attempts.
_ATTEMPTS = 4
_OVERSAMPLING = 4  # BS.1770's for true peaks
_LIMITER = f"limit={10 ** (HIGHEST_PEAK / 20):.4f}:attack=5:release=80:level=disabled:latency=1"
_LAYOUTS = {1: "mono", 2: "stereo"}


@dataclass(frozen=True)
class Loudness:
    """`lufs` is the integrated loudness, `peak` the true peak in dB."""

    lufs: float
    peak: float


def even_out(sound: Soundtrack, path: Path) -> Job[Soundtrack]:
    """The soundtrack at the usual loudness, with a note that says so. Where peaks have to be held, what is heard is
    written to `path` (a new .wav), which must stay as long as the soundtrack is used."""
    found = yield from measure_loudness(sound)
    if found.lufs <= _SILENCE:
        note = "The sound is silent, or too short to be measured: its loudness was left as it is."
        return replace(sound, notes=(*sound.notes, note))
    gain, room = USUAL_LUFS - found.lufs, HIGHEST_PEAK - found.peak
    if gain > room and sound.channels in _LAYOUTS:
        return (yield from _limited(sound, path, found, gain))
    note = f"The sound was brought from {found.lufs:.1f} to {found.lufs + min(gain, room):.1f} LUFS."
    if gain > room + _CLOSE:
        note += f" More than that would bring its peak over {HIGHEST_PEAK:g} dB."
    return replace(sound, gain=sound.gain * 10 ** (min(gain, room) / 20), notes=(*sound.notes, note))


def _limited(sound: Soundtrack, path: Path, found: Loudness, gain: float) -> Job[Soundtrack]:
    for _ in range(_ATTEMPTS):
        yield from _write_limited(sound, path, gain)
        limited = replace(sound, path=path, gain=1.0, first=0)
        reached = yield from measure_loudness(limited)
        if abs(reached.lufs - USUAL_LUFS) <= _CLOSE:
            break
        gain += USUAL_LUFS - reached.lufs
    note = f"The sound was brought from {found.lufs:.1f} to {reached.lufs:.1f} LUFS; its peaks are held at"
    return replace(limited, notes=(*sound.notes, f"{note} {HIGHEST_PEAK:g} dB."))


def _write_limited(sound: Soundtrack, path: Path, gain: float) -> Job[None]:
    """As many samples as there were, at the same times."""
    fine = str(_OVERSAMPLING * sound.rate)
    filters = (("volume", f"{gain}dB"), ("aresample", fine), ("alimiter", _LIMITER), ("aresample", str(sound.rate)))
    left = sound.samples
    # RF64: hours of sound are larger than a WAV may be.
    with soundfile.SoundFile(path, "w", sound.rate, sound.channels, subtype="FLOAT", format="RF64") as file:
        for frames, done in _filtered(sound, (*filters, ("aformat", "sample_fmts=fltp"))):
            for frame in frames:
                samples = frame.to_ndarray().T[:left]
                file.write(samples)
                left -= len(samples)
            yield Progress("sound", done, int(sound.duration))
        file.write(np.zeros((left, sound.channels), np.float32))


def measure_loudness(sound: Soundtrack) -> Job[Loudness]:
    """How loud it is, by FFmpeg's EBU R 128 meter; of more than two channels, their mean."""
    told = dict[str, str]()
    for frames, done in _filtered(sound, (("ebur128", "peak=true:metadata=1"),)):
        for frame in frames:
            told = frame.metadata or told
        yield Progress("sound", done, int(sound.duration))
    peak = float(told.get("lavfi.r128.true_peak", 0)) + _PEAK_STEP
    return Loudness(float(told.get("lavfi.r128.I", _SILENCE)), 20 * math.log10(peak))


def _filtered(sound: Soundtrack, filters: tuple[tuple[str, str], ...]) -> Iterator[tuple[list[av.AudioFrame], int]]:
    """What comes out of FFmpeg's filters, block by block, and how many seconds went in."""
    graph, layout = Graph(), _LAYOUTS.get(sound.channels, "mono")
    time_base = Fraction(1, sound.rate)
    source = graph.add_abuffer(sample_rate=sound.rate, format="fltp", layout=layout, time_base=time_base)
    sink = graph.add("abuffersink")
    for one, other in pairwise((source, *(graph.add(name, how) for name, how in filters), sink)):
        one.link_to(other)
    graph.configure()
    done = 0
    for block in sound_blocks(sound, sound.duration):
        frame = av.AudioFrame.from_ndarray(_planes(block), format="fltp", layout=layout)
        frame.sample_rate, frame.time_base, frame.pts = sound.rate, time_base, done
        done += frame.samples
        source.push(frame)
        yield list(_pulled(sink)), int(done / sound.rate)
    source.push(None)
    yield list(_pulled(sink)), int(sound.duration)


def _planes(block: FloatArray) -> FloatArray:
    """[channels, n], of more than two channels their mean."""
    planes = block.T if block.shape[1] in _LAYOUTS else block.mean(axis=1, keepdims=True).T
    return np.ascontiguousarray(planes, np.float32)


def _pulled(sink: FilterContext) -> Iterator[av.AudioFrame]:
    while True:
        try:
            frame = sink.pull()
        except (av.BlockingIOError, av.EOFError):
            return
        assert isinstance(frame, av.AudioFrame)
        yield frame
