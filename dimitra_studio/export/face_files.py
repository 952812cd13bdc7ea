"""Fits and tracks as `.npz` files; never pickled.

A fit holds `identity` [80], `expression` [64], `pose` [6], `landmarks` [478, 2] and `about` (JSON: camera, error ...).
A track is a motion file (`motion_files`) that also holds `identity`, `landmarks` [T, 478, 2], `error` [T] and `about`.
"""

import json
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dimitra_studio.core.errors import InputError
from dimitra_studio.core.face import Camera, FaceFit, FaceTrack
from dimitra_studio.core.files import DAMAGE, replacing
from dimitra_studio.export.motion_files import load_motion, motion_members

_FIT_MEND = "Use a file that `dimitra fit` wrote."
_TRACK_MEND = "Use a file that `dimitra track` wrote."


def save_fit(path: Path, fit: FaceFit, meta: Mapping[str, Any] | None = None) -> None:
    """Writes a fit. `meta` tells how it was made. Raises InputError when `path` cannot be written."""
    about = {
        "camera": asdict(fit.camera),
        "error": fit.error,
        "face": fit.face,
        "faces": fit.faces,
        "face_model": fit.face_model,
        "notes": fit.notes,
        "meta": dict(meta or {}),
    }
    with replacing(path) as part, part.open("wb") as stream:
        np.savez_compressed(
            stream,
            identity=fit.identity,
            expression=fit.expression,
            pose=fit.pose,
            landmarks=fit.landmarks,
            about=np.str_(json.dumps(about, ensure_ascii=False)),
        )


def load_fit(path: Path) -> FaceFit:
    """Reads a fit. Raises InputError when `path` is missing, damaged or not a fit."""
    arrays, about = _read(path, ("identity", "expression", "pose", "landmarks"), "fit", _FIT_MEND)
    try:
        return FaceFit(
            **arrays,
            camera=Camera(**about["camera"]),
            error=float(about["error"]),
            face=int(about["face"]),
            faces=int(about["faces"]),
            face_model=str(about["face_model"]),
            notes=tuple(str(note) for note in about["notes"]),
            boxes=(),  # a fit's file is about one face
        )
    except DAMAGE as error:
        raise InputError(f"{path} is damaged or not a fit: {error}.", _FIT_MEND) from error


def save_track(
    path: Path, track: FaceTrack, component_names: tuple[str, ...], meta: Mapping[str, Any] | None = None
) -> None:
    """Writes a track as a motion file with extras; `component_names` are the face model's 64.

    Raises InputError when `path` cannot be written.
    """
    about = {"camera": asdict(track.camera), "notes": track.notes}
    members = motion_members(track.motion, component_names, meta)
    with replacing(path) as part, part.open("wb") as stream:
        np.savez_compressed(
            stream,
            allow_pickle=False,
            **members,
            identity=track.identity,
            landmarks=track.landmarks,
            error=track.error,
            about=np.str_(json.dumps(about, ensure_ascii=False)),
        )


def load_track(path: Path) -> FaceTrack:
    """Reads a track. Raises InputError when `path` is missing, damaged or not a track."""
    motion = load_motion(path).motion
    arrays, about = _read(path, ("identity", "landmarks", "error"), "track", _TRACK_MEND)
    try:
        notes = tuple(str(note) for note in about["notes"])
        return FaceTrack(motion, **arrays, camera=Camera(**about["camera"]), notes=notes)
    except DAMAGE as error:
        raise InputError(f"{path} is damaged or not a track: {error}.", _TRACK_MEND) from error


def _read(path: Path, names: tuple[str, ...], kind: str, mend: str) -> tuple[dict[str, NDArray[Any]], dict[str, Any]]:
    """The named arrays and the decoded `about`."""
    try:
        # np.load leaves a file that it opened itself open when it is damaged.
        with path.open("rb") as stream, np.load(stream, allow_pickle=False) as archive:
            arrays = {name: archive[name] for name in names}
            about = json.loads(str(archive["about"]))
    except FileNotFoundError as error:
        raise InputError(f"{path} does not exist.", "Check the path.") from error
    except (*DAMAGE, AttributeError) as error:
        raise InputError(f"{path} is not a {kind} file, or is damaged.", mend) from error
    if not isinstance(about, dict) or any(array.dtype.kind != "f" for array in arrays.values()):
        raise InputError(f"{path} is not a {kind} file, or is damaged.", mend)
    return arrays, about
