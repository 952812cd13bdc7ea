"""What the user's files are good for, by their names."""

from collections.abc import Iterable
from enum import StrEnum
from pathlib import Path

from dimitra_studio.export.formats import Formats, format_of_file
from dimitra_studio.project.storage import SUFFIX

OWN_ENDING = ".npz"  # of the studio's own motion files
_MOTION = (
    OWN_ENDING,
    *dict.fromkeys(ending for each in Formats if not each.value.spoken for ending in each.value.endings),
)
_WORDS = tuple(ending for each in Formats if each.value.spoken for ending in each.value.endings)
_PICTURES = (".png", ".jpg", ".jpeg", ".webp", ".tif", ".tiff", ".bmp", ".gif", ".jp2", ".avif", ".ppm", ".tga")


class FileKind(StrEnum):
    """What a file becomes."""

    PROJECT = "project"
    PORTRAIT = "portrait"
    VOICE = "voice"
    SCRIPT = "script"
    MOTION = "motion"
    WORDS = "words"


_KINDS = {
    SUFFIX: FileKind.PROJECT,
    ".txt": FileKind.SCRIPT,
    **dict.fromkeys(_WORDS, FileKind.WORDS),
    **dict.fromkeys(_MOTION, FileKind.MOTION),
}
_EITHER = set(_MOTION) & set(_WORDS)  # what is in such a file says which


def kind_of(path: Path) -> FileKind:
    """What a file becomes; all that is none of the others is listened to, videos too."""
    suffix = path.suffix.lower()
    if suffix in _EITHER:
        return FileKind.WORDS if format_of_file(path).value.spoken else FileKind.MOTION
    return FileKind.PORTRAIT if suffix in _PICTURES else _KINDS.get(suffix, FileKind.VOICE)


def sorted_out(paths: Iterable[Path]) -> dict[FileKind, tuple[Path, ...]]:
    """The files of each kind, in their order; a project leaves no room for others."""
    found: dict[FileKind, tuple[Path, ...]] = {}
    for path in paths:
        kind = kind_of(path)
        found[kind] = (*found.get(kind, ()), path)
    return {FileKind.PROJECT: found[FileKind.PROJECT]} if FileKind.PROJECT in found else found


def script_filter() -> str:
    """For file dialogs."""
    return "What is said (*.txt)"


def motion_filter() -> str:
    """For file dialogs."""
    return f"Motion (*{' *'.join(_MOTION)})"


def words_filter() -> str:
    """For file dialogs."""
    return f"Captions, words, phones and mouth shapes (*{' *'.join(_WORDS)} *.TextGrid)"


def picture_filter() -> str:
    """For file dialogs."""
    return f"Pictures (*{' *'.join(_PICTURES)})"


def voice_filter() -> str:
    """For file dialogs."""
    return "Sound and video (*.wav *.flac *.mp3 *.m4a *.aac *.ogg *.opus *.aiff *.mp4 *.mov *.mkv *.webm *.avi)"


def project_filter() -> str:
    """For file dialogs."""
    return f"Projects (*{SUFFIX})"
