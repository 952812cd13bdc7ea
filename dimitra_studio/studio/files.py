"""What the user's files are good for, by their names."""

from collections.abc import Iterable
from enum import StrEnum
from pathlib import Path

from dimitra_studio.project.storage import SUFFIX

_PICTURES = (".png", ".jpg", ".jpeg", ".webp", ".tif", ".tiff", ".bmp", ".gif", ".jp2", ".avif", ".ppm", ".tga")


class FileKind(StrEnum):
    """What a file becomes."""

    PROJECT = "project"
    PORTRAIT = "portrait"
    VOICE = "voice"


def kind_of(path: Path) -> FileKind:
    """What a file becomes; all that is neither a project nor a picture is listened to, videos too."""
    suffix = path.suffix.lower()
    if suffix == SUFFIX:
        return FileKind.PROJECT
    return FileKind.PORTRAIT if suffix in _PICTURES else FileKind.VOICE


def sorted_out(paths: Iterable[Path]) -> dict[FileKind, Path]:
    """The last file of each kind; a project leaves no room for others."""
    found = {kind_of(path): path for path in paths}
    return {FileKind.PROJECT: found[FileKind.PROJECT]} if FileKind.PROJECT in found else found


def picture_filter() -> str:
    """For file dialogs."""
    return f"Pictures (*{' *'.join(_PICTURES)})"


def voice_filter() -> str:
    """For file dialogs."""
    return "Sound and video (*.wav *.flac *.mp3 *.m4a *.aac *.ogg *.opus *.aiff *.mp4 *.mov *.mkv *.webm *.avi)"


def project_filter() -> str:
    """For file dialogs."""
    return f"Projects (*{SUFFIX})"
