"""Files appear whole or not at all: written beside under another name, then renamed."""

import errno
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from dimitra_studio.core.errors import InputError

_REASONS = {
    errno.ENOSPC: ("the disk is full", "Free some space or choose another folder."),
    errno.EDQUOT: ("your disk quota is used up", "Free some space or choose another folder."),
    errno.EFBIG: ("the disk does not take a file this large", "Choose a folder on another disk."),
    errno.EROFS: ("the disk is read-only", "Choose another folder."),
    errno.EACCES: ("writing there is not allowed", "Choose another folder or change its permissions."),
    errno.EPERM: ("writing there is not allowed", "Choose another folder or change its permissions."),
    errno.ENOENT: ("the folder does not exist", "Create the folder first."),
    errno.ENOTDIR: ("a part of the path is not a folder", "Choose another folder."),
    errno.EISDIR: ("it is a folder", "Give a file name."),
    errno.ENAMETOOLONG: ("the name is too long for this disk", "Choose a shorter name."),
}


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """Gives a temporary path beside `path`, renamed to `path` when the block ends well and removed otherwise.

    The temporary name is short, so that every name that fits `path`'s disk fits it too. Raises InputError when the
    system refuses to write.
    """
    part = path.with_name(f".dimitra-{secrets.token_hex(4)}.part")
    try:
        part.touch(exist_ok=False)
        yield part
        part.replace(path)
    except OSError as error:
        raise cannot_write(path, error) from error
    finally:
        _remove(part)


def cannot_write(path: Path, error: OSError) -> InputError:
    """The system's refusal to write `path`, in a sentence."""
    text = os.strerror(error.errno) if error.errno else str(error)
    reason, mend = _REASONS.get(error.errno or 0, (text, "Choose another folder."))
    return InputError(f"{path} cannot be written: {reason}.", mend)


def _remove(part: Path) -> None:
    try:
        part.unlink(missing_ok=True)
    except OSError:
        # The folder is gone or unreachable: then so is the part, and the first error says more.
        return
