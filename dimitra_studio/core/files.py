"""Files on disk: results appear whole or not at all (written beside, then renamed), inputs are looked at first."""

import errno
import hashlib
import os
import secrets
import shutil
import tokenize
import zipfile
import zlib
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
    errno.EEXIST: ("there is a file of that name", "Choose another folder."),
    errno.EISDIR: ("it is a folder", "Give a file name."),
    errno.ENOLCK: ("the disk knows no locks", "Choose a folder on another disk."),
    errno.ENAMETOOLONG: ("the name is too long for this disk", "Choose a shorter name."),
}
# What reading a damaged .npz or .json may raise. RuntimeError holds zipfile's words for encryption and for a
# compression that it does not know, and json's for nesting that is too deep; a header may claim a size beyond memory,
# or not be Python's (SyntaxError, TokenError).
DAMAGE = (
    OSError, ValueError, LookupError, TypeError, EOFError, MemoryError, RuntimeError, zipfile.BadZipFile, zlib.error,
    SyntaxError, tokenize.TokenError,
)  # fmt: skip


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
        with part.open("rb+") as file:
            os.fsync(file.fileno())  # else a power cut may leave the new name on old nothing
        if path.exists():
            shutil.copymode(path, part)
        part.replace(path)
        _keep_names(path.parent)
    except OSError as error:
        raise cannot_write(path, error) from error
    finally:
        _remove(part)


@contextmanager
def replacing_folder(folder: Path) -> Iterator[Path]:
    """As `replacing`, for a whole folder: `folder` may be there already only where it is empty.

    Raises InputError when it holds something, or when the system refuses to write.
    """
    part = folder.with_name(f".dimitra-{secrets.token_hex(4)}.part")
    try:
        part.mkdir()
        yield part
        for written in part.iterdir():
            with written.open("rb+") as file:
                os.fsync(file.fileno())  # else a power cut may leave the new name on old nothing
        require_free(folder)
        if folder.exists():
            folder.rmdir()
        part.rename(folder)
        _keep_names(folder)
        _keep_names(folder.parent)
    except OSError as error:
        raise cannot_write(folder, error) from error
    finally:
        shutil.rmtree(part, ignore_errors=True)


def require_free(folder: Path) -> None:
    """Raises InputError where a file or a folder that holds something has that name already."""
    try:
        taken = (folder.exists() and not folder.is_dir()) or (folder.is_dir() and any(folder.iterdir()))
    except OSError as error:
        raise cannot_write(folder, error) from error
    if taken:
        kind = "holds something already" if folder.is_dir() else "is a file"
        raise InputError(f"{folder} {kind}.", "Give the name of a new folder.")


def make_folder(folder: Path) -> None:
    """Makes a folder and those that it lies in, where they are missing. Raises InputError when the system refuses."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise cannot_write(folder, error) from error


def check_input(path: Path, kind: str) -> None:
    """Raises InputError unless `path` is a file of the `kind` ("picture", "video" ...) that holds something and may be
    read."""
    try:
        size = path.stat().st_size
        if path.is_dir():
            raise InputError(f"{path} is a folder, not a {kind}.", f"Give the {kind} inside it.")
        if size == 0:
            raise InputError(f"The {kind} {path.name} is empty (0 bytes).", "Copy it again.")
        with path.open("rb"):
            pass  # may it be read?
    except FileNotFoundError as error:
        raise InputError(f"The {kind} {path} does not exist.", "Check the path.") from error
    except OSError as error:
        raise InputError(f"The {kind} {path} cannot be read: {error.strerror}.", "Check the path.") from error
    except ValueError as error:  # a NUL in it
        raise InputError(f"The path of the {kind} cannot be used: {error}.", "Check the path.") from error


def sha256_of(path: Path) -> str:
    """SHA-256 of a file, in hex."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def cannot_write(path: Path, error: OSError) -> InputError:
    """The system's refusal to write `path`, in a sentence."""
    text = os.strerror(error.errno) if error.errno else str(error)
    reason, mend = _REASONS.get(error.errno or 0, (text, "Choose another folder."))
    return InputError(f"{path} cannot be written: {reason}.", mend)


def _keep_names(folder: Path) -> None:
    """Brings the folder itself to the disk, so that a power cut does not take a rename back."""
    if os.name == "nt":
        return  # Windows opens no folders; NTFS writes renames into its journal
    try:
        place = os.open(folder, os.O_RDONLY)
    except PermissionError:
        return  # a folder in which one may write, but not look
    try:
        os.fsync(place)
    except OSError as error:
        if error.errno != errno.EINVAL:  # some network disks know no such thing; the file is there all the same
            raise
    finally:
        os.close(place)


def _remove(part: Path) -> None:
    try:
        part.unlink(missing_ok=True)
    except OSError:
        # The folder is gone or unreachable: then so is the part, and the first error says more.
        return
