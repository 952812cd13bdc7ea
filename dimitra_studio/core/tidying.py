"""Folders that only help (decoded sounds, recordings that were not used) are kept from growing for ever."""

import re
import stat
import time
from pathlib import Path

_DAY = 86_400.0  # seconds
# Whoever uses a file touches it; what was touched lately may be in use, by another window too.
_IN_USE = _DAY


def touch(path: Path) -> None:
    """Says that a file is used now; a disk that does not take it only shortens the file's life."""
    try:
        path.touch(exist_ok=True)
    except OSError:
        return


def tidy(
    folder: Path, names: re.Pattern[str], most_bytes: float, days: float, now: float | None = None
) -> tuple[Path, ...]:
    """Removes files of `folder` that nobody has touched for so many days, and the longest untouched ones while all
    hold more than `most_bytes`; returns them.

    Only files whose whole name matches `names`: the folder may hold the user's own. What was touched within a day stays
    whatever the sum, and so do files that the system does not let go.
    """
    now = time.time() if now is None else now
    found = sorted(each for each in _described(folder) if names.fullmatch(each[2].name))
    held = sum(size for _, size, _ in found)
    removed = []
    for touched, size, path in found:
        idle = now - touched
        if idle > _IN_USE and (idle > days * _DAY or held > most_bytes) and _remove(path):
            held -= size
            removed.append(path)
    return tuple(removed)


def _described(folder: Path) -> list[tuple[float, int, Path]]:
    """When each file was touched, its bytes, its path; nothing where the folder cannot be read."""
    described: list[tuple[float, int, Path]] = []
    try:
        found = list(folder.iterdir())
    except OSError:
        return described
    for path in found:
        try:
            status = path.stat()
        except OSError:  # a link to nothing, or gone meanwhile
            continue
        if stat.S_ISREG(status.st_mode):
            described.append((status.st_mtime, status.st_size, path))
    return described


def _remove(path: Path) -> bool:
    try:
        path.unlink()
    except OSError:  # in use, where the system does not let go of such files
        return False
    return True
