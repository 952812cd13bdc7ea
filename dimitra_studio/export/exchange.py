"""What all formats of other programs share: reading with limits, gaps without a face, frames on a steady clock."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import ArrayLike, NDArray

from dimitra_studio.core.arrays import FloatArray
from dimitra_studio.core.channels import CHANNEL_COUNT, COMPONENT_COUNT, COMPONENTS, Group
from dimitra_studio.core.errors import InputError
from dimitra_studio.core.files import check_input
from dimitra_studio.core.motion import MotionSequence
from dimitra_studio.core.timebase import FASTEST_FPS, SLOWEST_FPS, is_frame_rate

MOST_FRAMES = 2_000_000  # 22 hours at 25 frames a second
_LARGEST_FILE = 1 << 29
_LARGEST_VALUE = 100.0  # shapes live about [0, 1], angles in radians, positions in decimetres
_STEADY = 0.02  # of a frame: times that differ less from a steady clock are its rounding


@dataclass(frozen=True)
class Imported:
    """A motion sequence from another program's file, and `notes` for the user: what was missing, assumed or lost."""

    motion: MotionSequence
    notes: tuple[str, ...] = ()


def unreadable(path: Path, what: str, mend: str = "Export it again from the program that it comes from.") -> InputError:
    """ "FILE cannot be used: WHAT." """
    return InputError(f"{path.name} cannot be used: {what}.", mend)


def read_bytes(path: Path, kind: str) -> bytes:
    """A whole file of the `kind` ("glTF file" ...). Raises InputError where it is missing, empty or absurdly large."""
    check_input(path, kind)
    try:
        if path.stat().st_size > _LARGEST_FILE:
            raise unreadable(path, f"it is larger than {_LARGEST_FILE >> 20} MB", "Cut the recording into parts.")
        return path.read_bytes()
    except OSError as error:
        raise InputError(f"The {kind} {path} cannot be read: {error.strerror}.", "Check the path.") from error


def read_text(path: Path, kind: str) -> str:
    """A whole text file: UTF-8, or UTF-16 where it says so with its first bytes (Praat writes both)."""
    content = read_bytes(path, kind)
    encoding = "utf-16" if content[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"
    try:
        return content.decode(encoding)
    except UnicodeDecodeError as error:
        raise unreadable(path, "it is not UTF-8 text", f"Save the {kind} as text in UTF-8.") from error


def checked_rate(path: Path, fps: float) -> float:
    """`fps` where a motion sequence may have it."""
    if not is_frame_rate(fps):
        raise unreadable(path, f"its rate of {fps:g} frames a second is not between {SLOWEST_FPS} and {FASTEST_FPS:g}")
    return fps


def rate_of(path: Path, times: NDArray[np.float64]) -> float:
    """The frames a second of `times` [T] in seconds, by the gap that most frames have."""
    if len(times) < 2:
        raise unreadable(path, "a single frame shows no frame rate", "Say it: --fps 25.")
    gap = float(np.median(np.diff(times)))
    if gap <= 0:
        raise unreadable(path, "its times do not rise")
    rate = 1 / gap
    # Times may be float32: 1 / 0.04 is not quite 25.
    return float(round(rate)) if abs(rate - round(rate)) < 1e-3 * rate else rate


def checked_values(path: Path, values: ArrayLike, what: str) -> FloatArray:
    """`values` as float32 where all are finite and of a size that a face has."""
    with np.errstate(over="ignore"):  # what is too large for float32 is refused like any large number
        array = np.asarray(values, np.float64)
        bad = ~(np.abs(array) <= _LARGEST_VALUE)
    if bad.any():
        first = tuple(int(index) for index in np.argwhere(bad)[0])
        raise unreadable(path, f"{what} holds {array[first]:g} in frame {first[0]}")
    return array.astype(np.float32)


def assemble(components: FloatArray, pose: FloatArray | None, fps: float) -> MotionSequence:
    """Components [T, 64] and `pose` [T, 6] (None = still) as a motion sequence."""
    values = np.zeros((len(components), CHANNEL_COUNT), np.float32)
    values[:, COMPONENTS] = components
    if pose is not None:
        values[:, Group.POSE.columns] = pose
    return MotionSequence(values, fps)


def bridge(motion: MotionSequence) -> tuple[MotionSequence, tuple[str, ...]]:
    """`motion` with straight lines over frames in which no face was seen, which no other program's format can hold;
    and the note that says so."""
    seen = motion.seen
    if seen.all():
        return motion, ()
    if not seen.any():
        raise InputError("The motion holds no frame with a face.", "Track a video that shows a face.")
    frames = np.arange(len(motion))
    values = np.stack([np.interp(frames, frames[seen], column[seen]) for column in motion.values.T], axis=1)
    note = f"{int((~seen).sum())} frames without a face were bridged with straight lines."
    return MotionSequence(values, motion.fps, motion.face_model), (note,)


def resample(motion: MotionSequence, fps: float) -> MotionSequence:
    """`motion` at another rate, straight lines between its frames; `motion` itself where it has that rate. Frames
    without a face stay so."""
    if motion.fps == fps:
        return motion
    count = max(1, round(motion.duration * fps))
    times = np.arange(count) / fps * motion.fps
    before = np.minimum(times.astype(np.int64), len(motion) - 1)
    after = np.minimum(before + 1, len(motion) - 1)
    share = (times - before).clip(0, 1)[:, None]
    values = np.where(
        share == 0, motion.values[before], (1 - share) * motion.values[before] + share * motion.values[after]
    )
    return MotionSequence(values, fps, motion.face_model)


def on_clock(path: Path, times: NDArray[np.float64], rows: FloatArray, fps: float) -> tuple[FloatArray, int]:
    """Rows [T, N] taken at `times` [T] (seconds, rising), at the frames of a clock of `fps` that starts with the first;
    and how many of its frames no row fell on. Rows that are on the clock already come back as they are."""
    places = (times - times[0]) * fps
    if len(places) > 1 and not (np.diff(places) > 0).all():
        row = int(np.argmin(np.diff(places) > 0)) + 1
        raise unreadable(path, f"its times do not rise at frame {row}")
    if np.abs(places - np.arange(len(places))).max() <= _STEADY:
        return rows, 0
    count = round(float(places[-1])) + 1
    if count > MOST_FRAMES:
        raise unreadable(path, f"it claims {count} frames")
    frames = np.arange(count)
    steady = np.stack([np.interp(frames, places, column) for column in rows.T], axis=1).astype(np.float32)
    return steady, count - len(np.unique(np.round(places)))


def components_like(count: int) -> FloatArray:
    """Zeros [T, 64]."""
    return np.zeros((count, COMPONENT_COUNT), np.float32)
