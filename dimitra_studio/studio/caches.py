"""Folders of files that can be made again at any time: how much they hold, and without what they hold."""

from pathlib import Path

_COPIES = "[0-9a-f]" * 64 + ".flac"  # what `audio.source` writes; the folder may hold the user's own recordings


def held(folder: Path) -> int:
    """Bytes of copies in a folder; 0 where there is none."""
    return sum(copy.stat().st_size for copy in folder.glob(_COPIES))


def empty(folder: Path, but: str) -> int:
    """Takes the copies out of a folder, but for `but`, the hash of the recording that is open; returns how many
    bytes that freed. What the system holds on to stays."""
    freed = 0
    for copy in folder.glob(_COPIES):
        if copy.stem != but:
            size = copy.stat().st_size
            try:
                copy.unlink()
            except OSError:
                continue
            freed += size
    return freed


def fault_of(folder: Path) -> str:
    """Why nothing can be kept in a folder; empty where it can."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        probe = folder / ".probe"
        probe.touch()
        probe.unlink()
    except OSError as error:
        return f"{folder} cannot be used: {error.strerror}. Choose another folder."
    return ""
