"""A sound file as playback and pictures of it want it: any stretch of it, at its own rate, at any time."""

import re
import threading
from pathlib import Path

import numpy as np
import soundfile

from dimitra_studio.audio.decode import decode
from dimitra_studio.core.arrays import FloatArray
from dimitra_studio.core.errors import InputError
from dimitra_studio.core.events import Job, Progress
from dimitra_studio.core.files import check_input, replacing, sha256_of
from dimitra_studio.core.tidying import tidy, touch

_MOST_FLAC_CHANNELS = 8
MOST_COPIES = 4 << 30  # bytes of decoded sound that are kept: some ten hours
COPY_DAYS = 60
_COPIES = re.compile(r"[0-9a-f]{64}\.flac|\.dimitra-[0-9a-f]+\.part")
# What libsndfile finds to the very sample. Measured: its seeks in Vorbis end elsewhere every other time, in MP3 one
# time in sixty; in Opus they take 50 ms, in GSM they are refused.
_EXACT_SUBTYPES = ("PCM_S8", "PCM_U8", "PCM_16", "PCM_24", "PCM_32", "FLOAT", "DOUBLE", "ULAW", "ALAW")


class SoundSource:
    """A file that libsndfile reads, as `channels` 1 or 2: more than two are mixed down to one. Thread safe.

    `frames` is its length at `rate` Hz. Raises soundfile.LibsndfileError for a file that it cannot read.
    """

    def __init__(self, path: Path) -> None:
        self._file = soundfile.SoundFile(path)
        self._name = path.name
        self._lock = threading.Lock()
        self.rate: int = self._file.samplerate
        self.channels: int = self._file.channels if self._file.channels <= 2 else 1
        self.frames: int = self._file.frames

    def read(self, start: int, end: int) -> FloatArray:
        """The frames [end - start, channels], silence outside the file and for samples that are no numbers.

        Raises InputError where the file is damaged.
        """
        sound = np.zeros((end - start, self.channels), np.float32)
        first, last = max(start, 0), min(end, self.frames)
        if first < last:
            block = self._read_inside(first, last)
            sound[first - start : first - start + len(block)] = block
        return sound

    def read_mono(self, start: int, end: int) -> FloatArray:
        """The mean of the channels [end - start], for pictures."""
        return np.asarray(self.read(start, end).mean(axis=1), np.float32)

    def close(self) -> None:
        """Lets the file go."""
        with self._lock:
            self._file.close()

    def _read_inside(self, start: int, end: int) -> FloatArray:
        try:
            with self._lock:
                if self._file.tell() != start:
                    self._file.seek(start)
                block = self._file.read(end - start, dtype="float32", always_2d=True)
        except soundfile.LibsndfileError as error:
            where = start / self.rate
            raise InputError(f"The sound file {self._name} is damaged {where:.1f} s in.", "Copy it again.") from error
        block = np.nan_to_num(block, posinf=0.0, neginf=0.0)
        return np.asarray(block if self.channels == block.shape[1] else block.mean(axis=1, keepdims=True), np.float32)


def open_source(path: Path, folder: Path) -> Job[SoundSource]:
    """The sound of any audio or video file.

    What cannot be played from the middle (MP3, Ogg, M4A, the sound of videos) is decoded once to a FLAC of 16 bits in
    `folder`, named by its content, so that it is there the next time; the folder is a cache, to be emptied at will, and
    copies that were not used for long make room for new ones.
    Raises InputError for a file without usable sound.
    """
    check_input(path, "sound file")
    try:
        if soundfile.info(path).subtype in _EXACT_SUBTYPES:
            return SoundSource(path)
    except (soundfile.LibsndfileError, UnicodeEncodeError):
        pass  # `decode` either reads it or says what is wrong
    copy = folder / f"{sha256_of(path)}.flac"
    if copy.exists():
        touch(copy)
    else:
        tidy(folder, _COPIES, MOST_COPIES, COPY_DAYS)
        yield from _decode(path, copy)
    return SoundSource(copy)


def _decode(path: Path, copy: Path) -> Job[None]:
    sound = decode(path)
    copy.parent.mkdir(parents=True, exist_ok=True)
    yield Progress("sound", 0, 0, f"{path.name} is made ready for playing; the next time it opens at once.")
    channels = sound.channels if sound.channels <= _MOST_FLAC_CHANNELS else 1
    done = 0
    with (
        replacing(copy) as part,
        soundfile.SoundFile(part, "w", sound.rate, channels, subtype="PCM_16", format="FLAC") as file,
    ):
        for block in sound.blocks:
            mixed = block if channels == sound.channels else block.mean(axis=1)
            file.write(np.clip(np.nan_to_num(mixed, posinf=0.0, neginf=0.0), -1, 1))
            done += len(block)
            seconds = done / sound.rate
            yield Progress("sound", min(int(seconds), int(sound.seconds)), int(sound.seconds))
    if not done:
        copy.unlink()
        raise InputError(f"The sound file {path.name} holds no sound.", "Copy or record it again.")
