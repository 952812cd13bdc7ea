"""Motion sequences as `.npz` files: `values` [T, 70], `fps`, `face_model`, `channel_names` [70], `meta` (JSON text).

Nothing is unpickled, and every size is checked before the array is made: such files come from strangers.
"""

import io
import json
import tokenize
import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

import numpy as np
from numpy.typing import NDArray

from dimitra_studio.core.channels import CHANNEL_COUNT, POSE_NAMES
from dimitra_studio.core.errors import InputError
from dimitra_studio.core.files import replacing
from dimitra_studio.core.motion import MotionSequence
from dimitra_studio.core.timebase import FASTEST_FPS, SLOWEST_FPS, is_frame_rate

_MAX_FRAMES = 2_000_000  # 22 hours at 25 frames a second
_MAX_TEXT = 1 << 22  # bytes of a member that is not `values`
_HEADER = 1 << 12
_MAX_VALUE = 100.0  # components live about [0, 1], angles in radians, positions in head units
_MEND = "Use a file that `dimitra motion` or `dimitra track` wrote."


@dataclass(frozen=True)
class MotionFile:
    """What a motion file holds; `meta` tells how the motion was made (request, seed, model hashes)."""

    motion: MotionSequence
    channel_names: tuple[str, ...]
    meta: Mapping[str, Any] = field(default_factory=dict)


def save_motion(
    path: Path, motion: MotionSequence, component_names: tuple[str, ...], meta: Mapping[str, Any] | None = None
) -> None:
    """Writes `motion`; `component_names` are the face model's 64. Raises InputError when `path` cannot be written."""
    members = motion_members(motion, component_names, meta)
    with replacing(path) as part, part.open("wb") as stream:
        np.savez_compressed(stream, allow_pickle=False, **members)


def packed_motion(
    motion: MotionSequence, component_names: tuple[str, ...], meta: Mapping[str, Any] | None = None
) -> bytes:
    """What `save_motion` writes but not made smaller, for a file within another one: curves shrink by a third and take
    twenty times as long, and projects are saved often."""
    stream = io.BytesIO()
    np.savez(stream, allow_pickle=False, **motion_members(motion, component_names, meta))
    return stream.getvalue()


def motion_members(
    motion: MotionSequence, component_names: tuple[str, ...], meta: Mapping[str, Any] | None = None
) -> dict[str, NDArray[Any]]:
    """What a motion file holds, by name; files that hold more (`face_files`) begin with it."""
    names = (*component_names, *POSE_NAMES)
    if len(names) != CHANNEL_COUNT:
        raise ValueError(f"{len(component_names)} component names, expected {CHANNEL_COUNT - len(POSE_NAMES)}")
    return {
        "values": motion.values,
        "fps": np.array(motion.fps, dtype=np.float64),
        "face_model": np.array(motion.face_model, dtype=np.str_),
        "channel_names": np.array(names, dtype=np.str_),
        "meta": np.array(json.dumps(dict(meta or {}), ensure_ascii=False), dtype=np.str_),
    }


def load_motion(path: Path) -> MotionFile:
    """Reads a motion file. A frame is either whole or, where no face was seen, all NaN.

    Raises InputError for anything else: not such a file, wrong shapes or types, pickles, absurd sizes or values.
    """
    try:
        with path.open("rb") as stream:
            return read_motion(stream, path)
    except OSError as error:
        raise InputError(f"{path} cannot be read: {error.strerror or error}.", "Check the path.") from error


def read_motion(stream: IO[bytes], path: Path) -> MotionFile:
    """As `load_motion`, from an open file; `path` is for what is said about it. Raises OSError where reading fails."""
    try:
        with zipfile.ZipFile(stream) as archive:
            values = _member(archive, path, "values", 8 * CHANNEL_COUNT * _MAX_FRAMES)
            fps = _number(archive, path, "fps")
            face_model = _text(archive, path, "face_model")
            names = _member(archive, path, "channel_names", _MAX_TEXT)
            meta = _text(archive, path, "meta")
    except (zipfile.BadZipFile, RuntimeError, zlib.error, EOFError) as error:
        raise InputError(f"{path} is not a motion file, or is damaged.", _MEND) from error
    _check_values(path, values, names)
    if not is_frame_rate(fps):
        sentence = f"{path} says {fps} frames a second, which is not between {SLOWEST_FPS} and {FASTEST_FPS:g}."
        raise InputError(sentence, _MEND)
    motion = MotionSequence(values.astype(np.float32), fps, face_model)
    return MotionFile(motion, tuple(str(name) for name in names), _parsed(path, meta))


def _member(archive: zipfile.ZipFile, path: Path, name: str, limit: int) -> NDArray[Any]:
    try:
        info = archive.getinfo(f"{name}.npy")
    except KeyError as error:
        raise InputError(f"{path} is not a motion file: it has no {name}.", _MEND) from error
    if info.file_size > limit + _HEADER:
        raise InputError(f"{path} is not a motion file: its {name} claims {info.file_size / 1e6:.0f} MB.", _MEND)
    content = archive.read(info)
    try:
        shape, dtype = _header(content)
        # Before an array is made: a header may claim any size, and objects would have to be unpickled.
        if dtype.hasobject or int(np.prod(shape, dtype=object)) * dtype.itemsize > len(content):
            raise ValueError(f"{dtype} {shape}")
        return np.lib.format.read_array(io.BytesIO(content), allow_pickle=False)
    except (ValueError, TypeError, SyntaxError, UnicodeError, tokenize.TokenError) as error:
        raise InputError(f"{path} is damaged or not a motion file: its {name} cannot be read.", _MEND) from error


def _header(content: bytes) -> tuple[tuple[int, ...], np.dtype[Any]]:
    stream = io.BytesIO(content)
    version = np.lib.format.read_magic(stream)
    if version == (1, 0):
        shape, _, dtype = np.lib.format.read_array_header_1_0(stream)
    else:
        shape, _, dtype = np.lib.format.read_array_header_2_0(stream)
    return shape, dtype


def _number(archive: zipfile.ZipFile, path: Path, name: str) -> float:
    value = _member(archive, path, name, _MAX_TEXT)
    if value.shape != () or value.dtype.kind not in "iuf":
        raise InputError(f"{path} is not a motion file: its {name} is not a number.", _MEND)
    return float(value)


def _text(archive: zipfile.ZipFile, path: Path, name: str) -> str:
    value = _member(archive, path, name, _MAX_TEXT)
    if value.shape != () or value.dtype.kind != "U":
        raise InputError(f"{path} is not a motion file: its {name} is not text.", _MEND)
    return str(value)


def _check_values(path: Path, values: NDArray[Any], names: NDArray[Any]) -> None:
    if values.dtype.kind != "f" or values.ndim != 2 or values.shape[1] != CHANNEL_COUNT or len(values) == 0:
        found = f"{values.dtype} {list(values.shape)}"
        raise InputError(f"{path} holds {found} values, expected numbers [frames, {CHANNEL_COUNT}].", _MEND)
    if names.dtype.kind != "U" or names.shape != (CHANNEL_COUNT,) or len(set(names.tolist())) != CHANNEL_COUNT:
        raise InputError(f"{path} does not name its {CHANNEL_COUNT} channels.", _MEND)
    missing = np.isnan(values).all(axis=1)
    if missing.all():
        raise InputError(f"{path} holds no frame with a face.", "Track a video that shows a face.")
    bad = ~(np.abs(values) <= _MAX_VALUE) & ~missing[:, None]
    if bad.any():
        frame, channel = (int(index) for index in np.argwhere(bad)[0])
        value = float(values[frame, channel])
        raise InputError(f"{path} is damaged: {names[channel]} is {value:g} in frame {frame}.", _MEND)


def _parsed(path: Path, meta: str) -> Mapping[str, Any]:
    try:
        parsed = json.loads(meta or "{}")
    except (ValueError, RecursionError) as error:
        raise InputError(f"{path} is damaged: its meta is not JSON.", _MEND) from error
    if not isinstance(parsed, dict):
        raise InputError(f"{path} is damaged: its meta is not a JSON object.", _MEND)
    return parsed
