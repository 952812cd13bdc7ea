"""The voice as loud as podcasts and video sites want it (EBU R 128), by one gain: nothing is compressed."""

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace
from fractions import Fraction

import av
import numpy as np
from av.filter import Graph
from av.filter.context import FilterContext

from dimitra_studio.core.arrays import FloatArray
from dimitra_studio.core.events import Job, Progress
from dimitra_studio.core.requests import USUAL_LUFS
from dimitra_studio.export.soundtrack import Soundtrack, sound_blocks

HIGHEST_PEAK = -1.0  # dB true peak: what encoders add stays below full scale
_SILENCE = -70.0  # LUFS: nothing so quiet is measured (the absolute gate)
_PEAK_STEP = 0.0005  # half of what the meter rounds its peaks to
_SHORT_BY = 0.1  # LU that nobody hears


@dataclass(frozen=True)
class Loudness:
    """`lufs` is the integrated loudness, `peak` the true peak in dB."""

    lufs: float
    peak: float

    @property
    def gain(self) -> float:
        """What brings it to the usual loudness, dB, as far as its peak allows; 0 for silence."""
        return 0.0 if self.lufs <= _SILENCE else min(USUAL_LUFS - self.lufs, HIGHEST_PEAK - self.peak)


def even_out(sound: Soundtrack) -> Job[Soundtrack]:
    """The soundtrack with the gain that brings it to the usual loudness, and a note that says so."""
    found = yield from measure_loudness(sound)
    note = f"The sound was brought from {found.lufs:.1f} to {found.lufs + found.gain:.1f} LUFS."
    if found.lufs <= _SILENCE:
        note = "The sound is silent, or too short to be measured: its loudness was left as it is."
    elif found.lufs + found.gain < USUAL_LUFS - _SHORT_BY:
        note += f" More than that would bring its peak over {HIGHEST_PEAK:g} dB."
    return replace(sound, gain=sound.gain * 10 ** (found.gain / 20), notes=(*sound.notes, note))


def measure_loudness(sound: Soundtrack) -> Job[Loudness]:
    """How loud it is, by FFmpeg's EBU R 128 meter."""
    graph = Graph()
    time_base = Fraction(1, sound.rate)
    layout = {1: "mono", 2: "stereo"}.get(sound.channels, "mono")
    source = graph.add_abuffer(sample_rate=sound.rate, format="fltp", layout=layout, time_base=time_base)
    meter, sink = graph.add("ebur128", "peak=true:metadata=1"), graph.add("abuffersink")
    source.link_to(meter)
    meter.link_to(sink)
    graph.configure()
    done, told = 0, dict[str, str]()
    for block in sound_blocks(sound, sound.duration):
        frame = av.AudioFrame.from_ndarray(_planes(block), format="fltp", layout=layout)
        frame.sample_rate, frame.time_base, frame.pts = sound.rate, time_base, done
        done += frame.samples
        source.push(frame)
        told = _latest(sink) or told
        yield Progress("sound", int(done / sound.rate), int(sound.duration))
    source.push(None)
    told = _latest(sink) or told
    peak = float(told.get("lavfi.r128.true_peak", 0)) + _PEAK_STEP
    return Loudness(float(told.get("lavfi.r128.I", _SILENCE)), 20 * math.log10(peak))


def _planes(block: FloatArray) -> FloatArray:
    """[channels, n], of more than two channels their mean."""
    planes = block.T if block.shape[1] <= 2 else block.mean(axis=1, keepdims=True).T
    return np.ascontiguousarray(planes)


def _latest(sink: FilterContext) -> dict[str, str]:
    """What the meter says by now; empty where it says nothing new."""
    said = dict[str, str]()
    for frame in _pulled(sink):
        said = {**said, **frame.metadata}
    return said


def _pulled(sink: FilterContext) -> Iterator[av.AudioFrame]:
    while True:
        try:
            frame = sink.pull()
        except (av.BlockingIOError, av.EOFError):
            return
        assert isinstance(frame, av.AudioFrame)
        yield frame
