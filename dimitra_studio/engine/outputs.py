"""Looks at where a result shall go before hours of work are spent on it."""

import os
import shutil
import tempfile
from collections.abc import Iterable
from pathlib import Path

from dimitra_studio.core.errors import InputError
from dimitra_studio.core.files import cannot_write

# What the encoder takes on faces at most: bits a pixel and frame, and bytes of sound a frame.
_VIDEO_BITS = 0.2
_SOUND_BYTES = 1_000


def check_output(path: Path, suffix: str, inputs: Iterable[Path] = (), size: int = 0) -> Path:
    """The path to write, links followed; an existing file there stays until the result replaces it.

    `suffix` is the ending it must have, `inputs` the files that it must not be, `size` the bytes that it may take.
    Raises InputError where it could not be written: no such folder, read-only, too little space, name too long ...
    """
    if path.suffix.lower() != suffix:
        raise InputError(f"The result is a {suffix} file, but {path.name or path} does not end so.", f"Add {suffix}.")
    try:
        target = path.resolve() if path.is_symlink() else path
        exists = target.exists()
        os.stat(target.parent)  # noqa: PTH116 - Path.is_dir() hides why a folder cannot be reached
    except OSError as error:
        raise cannot_write(path, error) from error
    if exists and not target.is_file():
        kind = "a folder" if target.is_dir() else "no ordinary file"
        raise InputError(f"{path} cannot be written: it is {kind}.", "Give another file name.")
    for given in inputs:
        if exists and given.exists() and target.samefile(given):
            raise InputError(f"{path} is one of the inputs and would be overwritten.", "Give another name after -o.")
    try:
        with tempfile.TemporaryFile(dir=target.parent):
            free = shutil.disk_usage(target.parent).free
    except OSError as error:
        raise cannot_write(path, error) from error
    if free < size:
        raise InputError(
            f"{path} may take {size / 1e6:.0f} MB, but its disk has {free / 1e6:.0f} MB left.",
            "Free some space or choose another folder.",
        )
    return target


def video_bytes(width: int, height: int, frames: int) -> int:
    """About the most bytes that a video of this size takes."""
    return int(frames * (width * height * _VIDEO_BITS / 8 + _SOUND_BYTES))
