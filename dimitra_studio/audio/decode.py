"""Sound out of any file, block by block: libsndfile first, FFmpeg (PyAV) for what it cannot read."""

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import soundfile
from av.audio.frame import AudioFrame
from av.audio.resampler import AudioResampler

from dimitra_studio.core.arrays import FloatArray
from dimitra_studio.core.errors import InputError
from dimitra_studio.core.files import check_input

# A lossy decoder or a resampler overshoots full scale a little; more than this is another scale, to be turned down.
OVERSHOOT = 1.25
_BLOCK_SECONDS = 1.0
# Less sound than the file promises, by more than this, is a file cut short.
_MISSING_SECONDS = 0.25
# Some recorders count their last few bytes wrong.
_WAV_SLACK = 4096
# Chunk sizes that a recorder writes when it cannot go back to fill in the true one.
_UNKNOWN_SIZES = (0, 0x7FFFFFFF, 0x7FFFFFDB, 0xFFFFFFFF, 0xFFFFFFDB)
_FORMATS = "Use a WAV, FLAC, MP3, OGG, Opus or M4A recording, or a video with sound."
_CUT_SHORT = "Copy or export the file again: its end is missing."


@dataclass(frozen=True)
class Sound:
    """Decoded sound: `rate` in Hz, `channels`, and `blocks` [n, channels] float32, to be read once; `seconds` as the
    file says, 0 where it does not.

    Reading the blocks raises InputError where the file turns out damaged or cut short.
    """

    rate: int
    channels: int
    blocks: Iterator[FloatArray]
    notes: tuple[str, ...] = ()
    seconds: float = 0.0


def decode(path: Path) -> Sound:
    """The sound of an audio or video file. Raises InputError where there is none."""
    _check_file(path)
    try:
        return _decode_with_soundfile(path)
    except soundfile.LibsndfileError:
        return _decode_with_ffmpeg(path)


def _check_file(path: Path) -> None:
    check_input(path, "sound file")
    try:
        str(path).encode()
    except UnicodeEncodeError as error:  # a name in another encoding than the system's; libsndfile and FFmpeg refuse it
        raise InputError(f"The file name {path.name!a} is not valid text.", "Rename the file.") from error


def _decode_with_soundfile(path: Path) -> Sound:
    file = soundfile.SoundFile(path)
    if file.format in ("WAV", "WAVEX") and _wav_is_cut_short(path):
        file.close()
        raise InputError(f"The sound file {path.name} is cut short.", _CUT_SHORT)
    seconds = file.frames / file.samplerate
    return Sound(file.samplerate, file.channels, _soundfile_blocks(file, path.name), seconds=seconds)


def _soundfile_blocks(file: soundfile.SoundFile, name: str) -> Iterator[FloatArray]:
    done = 0
    with file:
        try:
            for block in file.blocks(int(file.samplerate * _BLOCK_SECONDS) + 1, dtype="float32", always_2d=True):
                done += len(block)
                yield block
        except soundfile.LibsndfileError as error:
            raise InputError(
                f"The sound file {name} is damaged {done / file.samplerate:.1f} s in.", _CUT_SHORT
            ) from error
        if file.format == "FLAC" and done < file.frames - _MISSING_SECONDS * file.samplerate:
            raise InputError(f"The sound file {name} is cut short.", _CUT_SHORT)


def _wav_is_cut_short(path: Path) -> bool:
    """Whether the RIFF `data` chunk promises more than the file holds (libsndfile reads on without a word)."""
    size = path.stat().st_size
    with path.open("rb") as file:
        if file.read(4) != b"RIFF":
            return False
        file.seek(12)
        while len(head := file.read(8)) == 8:
            kind, length = struct.unpack("<4sI", head)
            if kind == b"data":
                return length not in _UNKNOWN_SIZES and file.tell() + length > size + _WAV_SLACK
            file.seek(length + length % 2, 1)
    return True


def _decode_with_ffmpeg(path: Path) -> Sound:
    try:
        # FFmpeg takes what stands before a colon for a protocol, unless the path is absolute; old tags are not UTF-8.
        container = av.open(str(path.absolute()), metadata_errors="replace")
    except (av.FFmpegError, ValueError) as error:
        raise InputError(f"{path.name} is not a sound file that can be read.", _FORMATS) from error
    streams = container.streams.audio
    if not streams:
        container.close()
        raise InputError(f"{path.name} has no sound in it.", _FORMATS)
    context = streams[0].codec_context
    if context.sample_rate <= 0 or context.channels <= 0:
        container.close()
        raise InputError(f"The sound in {path.name} is damaged or cut short.", _CUT_SHORT)
    notes = ("The file has several sound tracks; the first is used.",) if len(streams) > 1 else ()
    blocks = _ffmpeg_blocks(container, path.name)
    return Sound(context.sample_rate, context.channels, blocks, notes, _promised_seconds(streams[0]))


def _ffmpeg_blocks(container: av.container.InputContainer, name: str) -> Iterator[FloatArray]:
    stream = container.streams.audio[0]
    rate = stream.codec_context.sample_rate
    # Only the sample format changes here; `rate=None` and `layout=None` keep the file's own.
    to_float = AudioResampler(format="fltp")
    done = 0
    with container:
        try:
            for frame in container.decode(stream):
                for block in _as_blocks(to_float.resample(frame)):
                    done += len(block)
                    yield block
            for block in _as_blocks(to_float.resample(None)):
                done += len(block)
                yield block
        except (av.FFmpegError, ValueError) as error:
            raise InputError(f"The sound in {name} is damaged {done / rate:.1f} s in.", _CUT_SHORT) from error
        if done < (_promised_seconds(stream) - _MISSING_SECONDS) * rate:
            raise InputError(f"The sound in {name} is cut short.", _CUT_SHORT)


def _promised_seconds(stream: av.AudioStream) -> float:
    return float(stream.duration * (stream.time_base or Fraction(0))) if stream.duration else 0.0


def _as_blocks(frames: list[AudioFrame]) -> Iterator[FloatArray]:
    for frame in frames:
        yield np.ascontiguousarray(frame.to_ndarray().T, dtype=np.float32)
