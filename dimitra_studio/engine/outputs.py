"""Looks at where a result shall go before hours of work are spent on it."""

import os
import shutil
import tempfile
from collections.abc import Iterable
from pathlib import Path

from dimitra_studio.core.errors import InputError
from dimitra_studio.core.files import cannot_write, require_free
from dimitra_studio.core.requests import USUAL_CRF, FilmKind
from dimitra_studio.export.formats import Formats, require_writer, texture_path

# What the encoders take on faces at most: bits a pixel and frame, and bytes of sound a frame.
_PICTURE_BITS = {
    FilmKind.MP4: 0.2,
    FilmKind.HEVC: 0.2,
    FilmKind.WEBM: 0.2,
    FilmKind.PRORES: 18.0,
    FilmKind.GIF: 4.0,
    FilmKind.WEBP: 1.0,
    FilmKind.PICTURES: 16.0,
    FilmKind.EXR: 36.0,
}
_SOUND_BYTES = 12_000
_ENCODED_SOUND_BYTES = 1_000


def check_output(path: Path, suffix: str, inputs: Iterable[Path] = (), size: int = 0) -> Path:
    """The path to write, links followed; an existing file there stays until the result replaces it.

    `suffix` is the ending it must have, `inputs` the files that it must not be, `size` the bytes that it may take.
    Raises InputError where it could not be written: no such folder, read-only, too little space, name too long ...
    """
    if path.suffix.lower() != suffix:
        raise InputError(f"The result is a {suffix} file, but {path.name or path} does not end so.", f"Add {suffix}.")
    target, exists = _target(path)
    if exists and not target.is_file():
        kind = "a folder" if target.is_dir() else "no ordinary file"
        raise InputError(f"{path} cannot be written: it is {kind}.", "Give another file name.")
    for given in inputs:
        if exists and given.exists() and target.samefile(given):
            raise InputError(f"{path} is one of the inputs and would be overwritten.", "Give another name after -o.")
    _check_room(path, target.parent, size)
    return target


def check_film(path: Path, kind: FilmKind, inputs: Iterable[Path] = (), size: int = 0) -> Path:
    """As `check_output`, for what pictures and sound become: a file, or a folder that is not there or empty."""
    return _check_folder(path, size) if kind.is_folder else check_output(path, kind.suffix, inputs, size)


def check_exchange(path: Path, kind: Formats, inputs: Iterable[Path] = (), *, skinned: bool = False) -> Path:
    """As `check_output`, for another program's format; `skinned` where the head bears a portrait's skin, which some
    formats keep in a file of its own."""
    inputs = tuple(inputs)
    require_writer(kind)
    if not kind.value.ending:
        return _check_folder(path)
    output = check_output(path, kind.value.ending, inputs)
    if kind is Formats.USD and skinned:
        check_output(texture_path(output), ".jpg", inputs)
    return output


def film_bytes(kind: FilmKind, width: int, height: int, frames: int, crf: int = USUAL_CRF) -> int:
    """About the most bytes that a film of this size takes; `crf` as in `RenderVideo`."""
    # Measured on faces: six less of H.264's number doubles the size.
    scale = 2 ** ((USUAL_CRF - crf) / 6) if kind.has_quality else 1.0
    sound = (_ENCODED_SOUND_BYTES if kind.has_quality else _SOUND_BYTES) if kind.has_sound else 0
    return int(frames * (width * height * _PICTURE_BITS[kind] * scale / 8 + sound))


def _check_folder(path: Path, size: int = 0) -> Path:
    target, _ = _target(path)
    require_free(target)
    _check_room(path, target.parent, size)
    return target


def _target(path: Path) -> tuple[Path, bool]:
    """The path with links followed, and whether something is there."""
    try:
        target = path.resolve() if path.is_symlink() else path
        exists = target.exists()
        os.stat(target.parent)  # noqa: PTH116 - Path.is_dir() hides why a folder cannot be reached
    except OSError as error:
        raise cannot_write(path, error) from error
    return target, exists


def _check_room(path: Path, folder: Path, size: int) -> None:
    try:
        with tempfile.TemporaryFile(dir=folder):
            free = shutil.disk_usage(folder).free
    except OSError as error:
        raise cannot_write(path, error) from error
    if free < size:
        raise InputError(
            f"{path} may take {size / 1e6:.0f} MB, but its disk has {free / 1e6:.0f} MB left.",
            "Free some space or choose another folder.",
        )
