"""A file that one process holds at a time: who opens a project second is told so.

The system's own lock on it ends with the process, however it ends, so that no lock is ever left behind; what stands in
the file (process, machine) is for people.
"""

import json
import os
import platform
import sys
from pathlib import Path
from typing import IO

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl

_FAR = 1 << 20  # where Windows locks a byte: behind what others may want to read


class Lock:
    """Held until it is released."""

    def __init__(self, path: Path, file: IO[bytes]) -> None:
        self._path, self._file = path, file

    def release(self) -> None:
        """Lets go, and takes the file away; once is enough."""
        if self._file.closed:
            return
        if os.name == "nt":  # which does not remove what is open
            self._file.close()
        self._path.unlink(missing_ok=True)
        self._file.close()


def take_lock(path: Path) -> Lock | None:
    """Locks by the file `path`; None where another process, or another window of this one, holds it.

    Raises OSError where there can be no lock: in a folder that is read-only, on a disk that knows none.
    """
    while True:
        made = not path.exists()
        file = path.open("a+b")
        try:
            held = _seize(file)
            # The holder may have removed it between our opening and our lock: then the lock is on nothing.
            fresh = held and _is_at(file, path)
        except OSError:
            file.close()
            if made:
                path.unlink(missing_ok=True)
            raise
        if fresh:
            break
        file.close()
        if not held:
            return None
    file.truncate(0)
    file.write(json.dumps({"process": os.getpid(), "machine": platform.node()}).encode())
    file.flush()
    return Lock(path, file)


def lock_of(project: Path) -> Path:
    """The lock file of a project, beside it."""
    project = project.resolve()
    return project.with_name(f".~{project.name}.lock")


def holder_of(path: Path) -> str:
    """The machine on which the lock is held; empty where that is not known."""
    try:
        told = json.loads(path.read_bytes())
        return str(told["machine"])[:64]
    except (OSError, ValueError, LookupError, TypeError):
        return ""


def _seize(file: IO[bytes]) -> bool:
    if sys.platform == "win32":
        file.seek(_FAR)
        try:
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        except PermissionError:
            return False
        return True
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _is_at(file: IO[bytes], path: Path) -> bool:
    try:
        return os.path.samestat(os.fstat(file.fileno()), path.stat())
    except FileNotFoundError:
        return False
