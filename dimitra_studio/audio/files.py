"""A voice recording as the analysis hears it: mono, 16 kHz, mended where it can be and saying so."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import soxr

from dimitra_studio.audio.decode import OVERSHOOT, Sound, decode
from dimitra_studio.core.arrays import FloatArray
from dimitra_studio.core.errors import InputError
from dimitra_studio.core.files import sha256_of
from dimitra_studio.core.media import AudioClip
from dimitra_studio.core.timebase import SPEECH_RATE

SHORTEST_SECONDS = 0.1
# Above this share of samples that are no numbers, a file is broken rather than scratched.
_MOST_INVALID = 0.01
_FULL_SCALE = 0.9995
# Two neighbouring samples at full scale: a flat top, not a peak that happens to touch it.
_CLIPPED_SHARE = 2e-4
_DC_OFFSET = 0.005
_SILENT_PEAK = 1e-4  # -80 dBFS
# A mix this much weaker in power than that of unrelated channels: they cancel each other.
_CANCELLED = 0.2


def read_voice(path: Path) -> AudioClip:
    """Reads the voice of an audio or video file as mono float32 at 16 kHz.

    Read block by block: an hour at 96 kHz and 6 channels never lies in memory at its own rate.
    Raises InputError for a file that is missing, empty, damaged, without sound or shorter than 0.1 s.
    """
    heard, samples = _listen(path, channel=None)
    if heard.mix_power < _CANCELLED * float(heard.channel_power.sum()) / heard.channels**2:
        # Stereo with one side inverted would mix down to silence.
        loudest = int(np.argmax(heard.channel_power))
        _, samples = _listen(path, channel=loudest)
        heard.notes.append(f"The channels cancel each other when mixed; channel {loudest + 1} is used alone.")
    elif heard.channels > 1:
        heard.notes.append(f"{heard.channels} channels were mixed down to one.")
    _check_length(path, heard)
    samples = _mend(samples, heard)
    return AudioClip(samples, SPEECH_RATE, path.name, sha256_of(path), tuple(heard.notes))


@dataclass
class _Heard:
    """What one pass over the file at its own rate has found."""

    rate: int
    channels: int
    notes: list[str]
    channel_power: FloatArray
    frames: int = 0
    mix_power: float = 0.0
    invalid: int = 0
    clipped: int = 0


def _listen(path: Path, channel: int | None) -> tuple[_Heard, FloatArray]:
    """One pass: `channel` alone, or the mean of all, resampled to 16 kHz [N] float32."""
    sound = decode(path)
    heard = _Heard(sound.rate, sound.channels, list(sound.notes), np.zeros(sound.channels, np.float32))
    resampler = soxr.ResampleStream(sound.rate, SPEECH_RATE, 1, dtype="float32", quality="HQ")
    blocks = [resampler.resample_chunk(block) for block in _mono(sound, heard, channel)]
    blocks.append(resampler.resample_chunk(np.zeros(0, np.float32), last=True))
    return heard, np.concatenate(blocks)


def _mono(sound: Sound, heard: _Heard, channel: int | None) -> Iterator[FloatArray]:
    """Yields mono blocks and gathers the statistics."""
    for block in sound.blocks:
        finite = np.isfinite(block)
        if not finite.all():
            heard.invalid += int((~finite).any(axis=1).sum())
            block = np.where(finite, block, np.float32(0))  # noqa: PLW2901 - the mended block stands in for it
        flat = np.abs(block) >= _FULL_SCALE
        heard.clipped += int((flat[1:] & flat[:-1]).any(axis=1).sum())
        heard.frames += len(block)
        heard.channel_power += np.square(block).sum(axis=0)
        mono = block.mean(axis=1) if channel is None else block[:, channel]
        heard.mix_power += float(np.square(mono).sum())
        yield np.ascontiguousarray(mono, dtype=np.float32)


def check_seconds(path: Path, seconds: float) -> None:
    """Raises InputError for a recording that is too short for a voice."""
    if seconds < SHORTEST_SECONDS:
        raise InputError(
            f"The recording {path.name} is only {seconds:.2f} s long.", f"A voice needs at least {SHORTEST_SECONDS} s."
        )


def _check_length(path: Path, heard: _Heard) -> None:
    check_seconds(path, heard.frames / heard.rate)
    if heard.invalid > _MOST_INVALID * heard.frames:
        raise InputError(
            f"{100 * heard.invalid / heard.frames:.0f} % of the samples in {path.name} are not numbers.",
            "Export the recording again.",
        )


def _mend(samples: FloatArray, heard: _Heard) -> FloatArray:
    """Removes what would mislead the analysis, in place, and notes it."""
    if heard.invalid:
        heard.notes.append(f"{heard.invalid} samples that were not numbers were set to silence.")
    if heard.rate < SPEECH_RATE:
        heard.notes.append(f"Recorded at {heard.rate / 1000:g} kHz: sounds such as S and F are heard less well.")
    if heard.clipped > _CLIPPED_SHARE * heard.frames:
        heard.notes.append("The recording is clipped: its loudest moments are distorted.")
    offset = float(samples.mean(dtype=np.float64))
    if abs(offset) > _DC_OFFSET:
        samples -= np.float32(offset)
        heard.notes.append("A constant offset (DC) was removed.")
    peak = float(np.abs(samples).max())
    if peak > 1:
        samples /= np.float32(peak)
        if peak > OVERSHOOT:
            heard.notes.append(f"The recording was {20 * np.log10(peak):.0f} dB over full scale and was turned down.")
    elif peak < _SILENT_PEAK:
        heard.notes.append("The recording is silent.")
    return samples
