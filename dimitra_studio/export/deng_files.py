"""Face motion in the files of the papers' renderers: Deng's coefficients as MATLAB `.mat` or NumPy `.npy`.

- DENG, for PIRenderer, DreamTalk, StyleTalk: `coeff` [T, 257] (identity 80, expression 64, texture 80, angles 3, light
  27, translation 3) and `transform_params` [T, 5] (width, height, scale, x, y of the crop).
- SADTALKER: `coeff_3dmm` [T, 73] (expression 64, angles 3, translation 3, crop 3); [T, 70] is read too.
- `.npy`: [T, 73] of the same layout, DreamTalk's.

Deng's face model and ours know each other by a linear map with a measured error (`deng_map`). No such file names a
frame rate; those programs mean 25.
"""

import io
import warnings
from enum import StrEnum
from pathlib import Path
from typing import Any

import numpy as np
import scipy.io
from numpy.typing import NDArray

from dimitra_studio.core.arrays import FloatArray
from dimitra_studio.core.files import DAMAGE, replacing
from dimitra_studio.core.motion import MotionSequence
from dimitra_studio.core.timebase import MOTION_FPS
from dimitra_studio.export.deng_map import ANGLES, CROP, DENG_COUNT, EXPRESSIONS, TRANSLATION, load_deng_map
from dimitra_studio.export.exchange import (
    MOST_FRAMES,
    Imported,
    bridge,
    checked_rate,
    checked_values,
    read_bytes,
    resample,
    unreadable,
)
from dimitra_studio.export.mat_files import read_arrays

_WHOLE = 257
_PLACES = ((EXPRESSIONS, slice(80, 144)), (ANGLES, slice(224, 227)), (TRANSLATION, slice(254, 257)))
_CROP_SIDE = 256.0  # px of the picture that the crop's numbers count in
_LARGEST = 1e6  # of any coefficient: identity and expression stay below 100, a crop's place below some thousand px
_MEND = "Use a .mat with coeff [T, 257] or coeff_3dmm [T, 73], or a .npy [T, 73]."


class MatLayout(StrEnum):
    """Whose layout a `.mat` has."""

    DENG = "deng"
    SADTALKER = "sadtalker"


def write_mat(path: Path, motion: MotionSequence, layout: MatLayout) -> tuple[str, ...]:
    """Writes `motion` at 25 frames a second; identity, texture and light are Deng's mean. Returns notes, the map's R²
    among them. Raises InputError where it cannot be written."""
    channels, notes = _channels(motion)
    if layout is MatLayout.SADTALKER:
        members = {"coeff_3dmm": channels}
    else:
        coeff = np.zeros((len(channels), _WHOLE), np.float32)
        for ours, theirs in _PLACES:
            coeff[:, theirs] = channels[:, ours]
        side = np.full((len(channels), 2), _CROP_SIDE, np.float32)
        members = {"coeff": coeff, "transform_params": np.concatenate([side, channels[:, CROP]], axis=1)}
    with replacing(path) as part:
        scipy.io.savemat(str(part), members, appendmat=False, do_compression=True)
    return notes


def write_npy(path: Path, motion: MotionSequence) -> tuple[str, ...]:
    """As `write_mat`, as a NumPy array [T, 73]."""
    channels, notes = _channels(motion)
    with replacing(path) as part, part.open("wb") as stream:
        np.save(stream, channels, allow_pickle=False)
    return notes


def read_deng(path: Path, fps: float | None = None) -> Imported:
    """Reads a `.mat` or `.npy`; `fps` is its rate, 25 where it is not said. What such a file says of identity, texture
    and light is not used. Raises InputError for anything else."""
    content = read_bytes(path, "coefficient file")
    channels = _from_npy(path, content) if content[:6] == b"\x93NUMPY" else _from_mat(path, content)
    known = load_deng_map()
    values = checked_values(path, known.from_deng(channels), "the face that it means")
    notes = [known.describe()]
    if fps is None:
        notes.append(f"The file names no frame rate; {MOTION_FPS:g} was taken. Say another with --fps.")
    return Imported(MotionSequence(values, checked_rate(path, fps or MOTION_FPS)), tuple(notes))


def _channels(motion: MotionSequence) -> tuple[FloatArray, tuple[str, ...]]:
    """Deng's 73 channels [T, 73] at 25 frames a second."""
    motion, notes = bridge(motion)
    known = load_deng_map()
    return known.to_deng(resample(motion, MOTION_FPS).values), (*notes, known.describe())


def _from_npy(path: Path, content: bytes) -> FloatArray:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", UserWarning)  # of Python 2's headers: they are read all the same
            array = np.load(io.BytesIO(content), allow_pickle=False)
    except DAMAGE as error:
        raise unreadable(path, "it is not a NumPy array that can be read", _MEND) from error
    return _completed(path, array, None)


def _from_mat(path: Path, content: bytes) -> FloatArray:
    try:
        members = read_arrays(content)
    except ValueError as error:
        raise unreadable(path, "it is not a MATLAB file of version 5 to 7.2 that can be read", _MEND) from error
    if "coeff_3dmm" in members:
        return _completed(path, members["coeff_3dmm"], None)
    if "coeff" in members:
        return _completed(path, members["coeff"], members.get("transform_params"))
    raise unreadable(path, "it holds neither coeff nor coeff_3dmm", _MEND)


def _completed(path: Path, array: NDArray[Any], crop: NDArray[Any] | None) -> FloatArray:
    """The 73 channels of what a file holds; a missing crop is the mean one."""
    usable = isinstance(array, np.ndarray) and array.dtype.kind in "fiu" and array.ndim == 2
    if not usable or array.shape[1] not in (70, DENG_COUNT, _WHOLE) or not 0 < len(array) <= MOST_FRAMES:
        found = f"{array.dtype} {list(array.shape)}" if isinstance(array, np.ndarray) else "no array"
        raise unreadable(path, f"it holds {found}, no coefficients [frames, 70, 73 or 257]", _MEND)
    if not (np.abs(array) <= _LARGEST).all():
        raise unreadable(path, "it holds numbers that no face has", _MEND)
    channels = np.tile(load_deng_map().to_deng.offset, (len(array), 1))
    if array.shape[1] < _WHOLE:
        channels[:, : array.shape[1]] = array
        return channels
    for ours, theirs in _PLACES:
        channels[:, ours] = array[:, theirs]
    if crop is not None:
        if crop.shape != (len(array), 5) or crop.dtype.kind not in "fiu" or not (np.abs(crop) <= _LARGEST).all():
            raise unreadable(path, f"its transform_params are {list(crop.shape)}, expected [{len(array)}, 5]", _MEND)
        channels[:, CROP] = crop[:, 2:]
    return channels
