"""Where a project's portrait and voice lie: inside its file, or beside it and only named there.

What is inside is taken out into the user's own folder, under the name of its hash. A path in that folder never gets
into a project file: it would mean nothing on another machine.
"""

import os
import re
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dimitra_studio.core.errors import InputError
from dimitra_studio.core.files import make_folder, replacing, sha256_of
from dimitra_studio.project import format as layout
from dimitra_studio.project.archive import ArchiveReader, ArchiveWriter
from dimitra_studio.project.document import Keeping, MediaRef

LARGEST_EMBEDDED = 64 << 20  # bytes; an hour of FLAC speech, any photograph
_PLAIN_SUFFIX = re.compile(r"\.[A-Za-z0-9]{1,8}")
_DEEPEST = 3  # folders below the project's in which a lost file is looked for
_MOST_ENTRIES = 5000


@dataclass(frozen=True)
class MediaRoom:
    """Where `project` lies, the user's `own` folder with the media of projects, and up to how many bytes media go into
    a project that keeps them by size."""

    project: Path
    own: Path
    largest_embedded: int = LARGEST_EMBEDDED


def store_media(
    archive: ArchiveWriter, media: MediaRef, keeping: Keeping, room: MediaRoom
) -> tuple[dict[str, str | int], str]:
    """Puts the file into the archive, or a link to it; what `project.json` says of it, and a sentence if it is lost.

    Raises InputError where the file changes while it is read.
    """
    own = media.path.resolve().is_relative_to(room.own.resolve())
    link = media.name if own else _link(media.path, room.project)
    try:
        size = media.path.stat().st_size
        inside = own or keeping is Keeping.INSIDE or (keeping is Keeping.BY_SIZE and size <= room.largest_embedded)
        if not inside:
            return layout.describe_media(media, {"link": link, "size": size}), ""
        if sha256_of(media.path) != media.sha256:
            note = f"{media.name} was changed on the disk after it was opened: the project holds a link to it only."
            return layout.describe_media(media, {"link": link}), note
    except OSError:
        note = f"{media.name} is missing, so it is not inside the project; {media.path} could not be read."
        return layout.describe_media(media, {"link": link}), note
    member = _member(media.sha256, media.path.suffix)
    try:
        archive.add_file(member, media.path, media.sha256)
    except ValueError as error:
        raise InputError(f"{media.path} changed while it was put into the project.", "Save again.") from error
    return layout.describe_media(media, {"member": member, "size": size}), ""


def locate_media(described: Any, room: MediaRoom) -> MediaRef | None:
    """The reference to what `project.json` describes. Raises LookupError, TypeError or ValueError for nonsense."""
    if described is None:
        return None
    if "link" in described:
        return layout.read_media(described, room.project.resolve().parent / described["link"])
    suffix = Path(described["member"]).suffix
    media = layout.read_media(described, room.own / f"{described['sha256']}{_plain(suffix)}")
    if described["member"] != _member(media.sha256, suffix):
        raise ValueError(f"{described['member']} is not where media lie")
    return media


def fetch_media(archive: ArchiveReader, described: Mapping[str, Any], media: MediaRef, room: MediaRoom) -> MediaRef:
    """Makes the file be there, if it can be: taken out of the archive, or found again beside the project.

    What cannot be is left as a reference to nothing. Raises InputError where the own folder cannot be written.
    """
    if "link" in described:
        found = None if media.path.is_file() else _find(media, described.get("size"), room.project.resolve().parent)
        return media if found is None else MediaRef(found, media.name, media.sha256)
    if not _holds(media.path, media.sha256):
        make_folder(media.path.parent)
        try:
            with replacing(media.path) as part:
                archive.take_out(described["member"], part, media.sha256)
        except (KeyError, ValueError, EOFError, zipfile.BadZipFile):
            media.path.unlink(missing_ok=True)  # what lay there was not the file either
    return media


def find_media(media: MediaRef, folder: Path) -> Path | None:
    """The file of that content in `folder` or a little below it: one of the same name."""
    return _find(media, None, folder)


def _find(media: MediaRef, size: object, folder: Path) -> Path | None:
    """As `find_media`; where `size` is known, files of that size and suffix are looked at, too."""
    for path in _files_below(folder):
        try:
            alike = path.suffix == Path(media.name).suffix and path.stat().st_size == size
            if (path.name == media.name or alike) and _holds(path, media.sha256):
                return path
        except OSError:
            continue  # it cannot be looked at, so it is not found
    return None


def _files_below(folder: Path) -> Iterator[Path]:
    left, depth = _MOST_ENTRIES, len(folder.parts)
    for place, folders, names in os.walk(folder):
        if len(Path(place).parts) - depth >= _DEEPEST:
            folders.clear()
        for name in names[:left]:
            yield Path(place, name)
        left -= len(names) + len(folders)
        if left <= 0:
            return


def _holds(path: Path, sha256: str) -> bool:
    try:
        return path.is_file() and sha256_of(path) == sha256
    except OSError:
        return False


def _link(path: Path, project: Path) -> str:
    """Relative where the file lies with the project, so that both may move together."""
    path, folder = path.resolve(), project.resolve().parent
    return (path.relative_to(folder) if path.is_relative_to(folder) else path).as_posix()


def _member(sha256: str, suffix: str) -> str:
    return f"media/{sha256}{_plain(suffix)}"


def _plain(suffix: str) -> str:
    return suffix.lower() if _PLAIN_SUFFIX.fullmatch(suffix) else ""
