"""A recording that grows on the disk while it is made, and what is saved of one that was cut off."""

import os
import queue
import shutil
import threading
from collections.abc import Callable
from pathlib import Path

import numpy as np
import soundfile

from dimitra_studio.core.arrays import FloatArray
from dimitra_studio.core.errors import InputError, StudioError
from dimitra_studio.core.events import Job, Progress, finish
from dimitra_studio.core.files import cannot_write, make_folder, replacing

SUFFIX = ".flac"
PART = ".part"  # behind the name while it grows
RESERVE = 256 << 20  # bytes that a recording leaves free on its disk
_LOOK = 5.0  # seconds between looks at the disk's room; what came before them is safe from a power cut
_BLOCK = 4096  # frames, one of FLAC's own blocks


def free_room(folder: Path) -> int:
    """Bytes that are free on a folder's disk."""
    return shutil.disk_usage(folder).free


class Tape:
    """Takes mono sound of `rate` Hz to `path`, a FLAC of 24 bits; a thread of its own writes, so that a slow disk loses
    no sound.

    It grows under another name beside `path`. Where the disk takes no more, what came until then is kept and `problem`
    says so. Raises InputError where nothing can be written there.
    """

    def __init__(self, path: Path, rate: int, room: Callable[[Path], int] = free_room) -> None:
        make_folder(path.parent)
        self.path, self.rate = path, rate
        self.problem: StudioError | None = None
        self._room = room
        self._part = path.with_name(path.name + PART)
        self._written = self._looked = 0
        self._broken = False
        self._check_room()
        try:
            self._file = soundfile.SoundFile(self._part, "x", rate, 1, subtype="PCM_24", format="FLAC")
        except (OSError, soundfile.LibsndfileError) as error:
            raise _refused(path, error) from error
        self._coming: queue.SimpleQueue[FloatArray | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._run, name="tape")
        self._thread.start()

    def write(self, sound: FloatArray) -> None:
        """Takes [n] samples, -1 to 1; waits for nothing."""
        self._coming.put(sound)

    def finish(self) -> Path | None:
        """Waits until all is written and gives the file its name; None where there is no sound.

        Raises InputError where the system refuses; what was written stays under its other name.
        """
        self._coming.put(None)
        self._thread.join()
        try:
            self._file.close()
            if self._broken:
                return finish(salvage(self._part))
            if not self._written:
                self._part.unlink()
                return None
            with self._part.open("rb+") as file:
                os.fsync(file.fileno())
            self._part.replace(self.path)
        except (OSError, soundfile.LibsndfileError) as error:
            raise _refused(self.path, error) from error
        return self.path

    def _run(self) -> None:
        while (sound := self._coming.get()) is not None:
            if self.problem is None:
                try:
                    self._write(sound)
                except StudioError as error:
                    self.problem = error

    def _write(self, sound: FloatArray) -> None:
        try:
            if self._written - self._looked >= _LOOK * self.rate:
                self._looked = self._written
                self._file.flush()
                self._check_room()
            self._file.write(sound)
            self._written += len(sound)
        # soundfile asserts that all was taken, where libsndfile has no error to tell
        except (OSError, AssertionError, soundfile.LibsndfileError) as error:
            self._broken = True
            raise _refused(self.path, error) from error

    def _check_room(self) -> None:
        if self._room(self.path.parent) < RESERVE:
            raise InputError(f"The disk of {self.path.parent} is nearly full.", "Free some space and record again.")


def salvage(part: Path) -> Job[Path | None]:
    """Makes a whole file of what a recording that was cut off holds, beside it; None where there is no sound in it.

    An hour takes half a minute. Raises InputError where that cannot be written.
    """
    path = part.with_name(part.name.removesuffix(PART))
    done = 0
    try:
        source = soundfile.SoundFile(part)
    except soundfile.LibsndfileError:
        part.unlink(missing_ok=True)
        return None
    with (
        source,
        replacing(path) as whole,
        soundfile.SoundFile(whole, "w", source.samplerate, 1, subtype="PCM_24", format="FLAC") as file,
    ):
        while len(block := _next_block(source)):
            file.write(block)
            done += len(block)
            yield Progress("recording", done // source.samplerate, 0)
    part.unlink(missing_ok=True)
    if not done:
        path.unlink()
    return path if done else None


def _next_block(source: soundfile.SoundFile) -> FloatArray:
    """Empty at the end, which is where it was cut off."""
    try:
        return np.asarray(source.read(_BLOCK, dtype="float32"), np.float32)
    except soundfile.LibsndfileError:
        return np.zeros(0, np.float32)


def _refused(path: Path, error: Exception) -> InputError:
    if isinstance(error, OSError):
        return cannot_write(path, error)
    return InputError(f"{path} cannot be written on: {error}.", "Free some space or look after the disk.")
