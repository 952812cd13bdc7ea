"""Project files: `.dimitra`, a zip archive that appears whole or not at all.

    project.json          the document (`format.py`), and where its media are
    takes/ID.npz          one motion file a take, as `dimitra motion` writes them
    media/SHA256.SUFFIX   the portrait and the voice, unless they are large: then a link to their files
    thumbnail.png         for lists of recent projects

Such files come from strangers: nothing is unpickled, member names are looked up and never followed, and media are
taken out under the name of their hash, which is checked.
"""

import hashlib
import io
import json
import re
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dimitra_studio.core.errors import InputError
from dimitra_studio.core.files import DAMAGE, check_input, replacing
from dimitra_studio.core.motion import MotionSequence
from dimitra_studio.export.motion_files import packed_motion, read_motion
from dimitra_studio.face.components import COMPONENT_NAMES
from dimitra_studio.project import format as layout
from dimitra_studio.project.document import MediaRef, Project

SUFFIX = ".dimitra"
LARGEST_EMBEDDED = 64 << 20  # bytes; an hour of FLAC speech, any photograph
_LARGEST_TEXT = 16 << 20
_LARGEST_THUMBNAIL = 4 << 20
_BLOCK = 1 << 20
_MEND = "Open the last good copy of it."
_PARTS = ("portrait", "voice")
_PLAIN_SUFFIX = re.compile(r"\.[A-Za-z0-9]{1,8}")


@dataclass(frozen=True)
class OpenedProject:
    """The document of a file, and sentences about what of it is missing."""

    project: Project
    notes: tuple[str, ...] = ()


def save_project(
    project: Project, path: Path, thumbnail: bytes = b"", largest_embedded: int = LARGEST_EMBEDDED
) -> None:
    """Writes the document to `path`; `thumbnail` is a PNG picture. Media of up to `largest_embedded` bytes go into it.

    Raises InputError where `path` cannot be written, or a portrait or voice cannot be read that has to go into it.
    """
    described = layout.describe(project)
    with replacing(path) as part, zipfile.ZipFile(part, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, media in zip(_PARTS, (project.portrait, project.voice), strict=True):
            described[name] = media and _store_media(archive, media, path, largest_embedded)
        for take in project.takes:
            packed = packed_motion(take.motion, COMPONENT_NAMES, take.recipe)
            archive.writestr(f"takes/{take.id}.npz", packed, zipfile.ZIP_STORED)
        if thumbnail:
            archive.writestr("thumbnail.png", thumbnail, zipfile.ZIP_STORED)
        archive.writestr("project.json", json.dumps(described, indent=1, ensure_ascii=False))


def load_project(path: Path, media_folder: Path) -> OpenedProject:
    """Reads a project file; portrait and voice that lie inside it are put into `media_folder` under their hash.

    A linked file that is gone is told in the notes, and the document keeps its reference. Raises InputError for
    anything that is no project file of this version or of an older one.
    """
    check_input(path, "project")
    try:
        with zipfile.ZipFile(path) as archive:
            described = json.loads(_member(archive, "project.json", _LARGEST_TEXT))
            _check_format(path, described)
            portrait, voice = (_locate_media(described[name], path, media_folder) for name in _PARTS)
            project = layout.read(described, portrait, voice, _motions(archive, described, path))
            # Last, so that a damaged file leaves nothing behind.
            notes = [
                _fetch_media(archive, described[name], media)
                for name, media in zip(_PARTS, (portrait, voice), strict=True)
            ]
    except InputError:
        raise
    except DAMAGE as error:
        raise InputError(f"{path.name} is not a project file, or is damaged.", _MEND) from error
    return OpenedProject(project, tuple(filter(None, notes)))


def read_thumbnail(path: Path) -> bytes:
    """The PNG picture of a project file; empty where it has none or cannot be read."""
    try:
        with zipfile.ZipFile(path) as archive:
            return _member(archive, "thumbnail.png", _LARGEST_THUMBNAIL)
    except DAMAGE:
        return b""


def _store_media(archive: zipfile.ZipFile, media: MediaRef, path: Path, largest: int) -> dict[str, str]:
    if media.path.is_file() and media.path.stat().st_size > largest:
        link = media.path.resolve()
        folder = path.resolve().parent
        near = link.relative_to(folder) if link.is_relative_to(folder) else link
        return layout.describe_media(media, {"link": near.as_posix()})
    member = f"media/{media.sha256}{_plain_suffix(media.path)}"
    try:
        if member not in archive.namelist():  # one file may be both: a video gives the voice and its first frame
            archive.write(media.path, member, zipfile.ZIP_STORED)
    except OSError as error:
        raise InputError(
            f"{media.name} cannot be put into the project: {media.path} cannot be read.", "Give the file again."
        ) from error
    return layout.describe_media(media, {"member": member})


def _locate_media(described: Any, path: Path, folder: Path) -> MediaRef | None:
    if described is None:
        return None
    if "link" in described:
        return layout.read_media(described, path.resolve().parent / described["link"])
    return layout.read_media(described, folder / f"{described['sha256']}{_plain_suffix(Path(described['member']))}")


def _fetch_media(archive: zipfile.ZipFile, described: Any, media: MediaRef | None) -> str:
    """A sentence where the file is gone."""
    if media is None or media.path.is_file():
        return ""
    if "link" in described:
        return f"{media.name} is no longer at {media.path}: give it again."
    media.path.parent.mkdir(parents=True, exist_ok=True)
    _take_out(archive, described["member"], media)
    return ""


def _take_out(archive: zipfile.ZipFile, member: str, media: MediaRef) -> None:
    digest = hashlib.sha256()
    with replacing(media.path) as part:
        with archive.open(member) as source, part.open("wb") as target:
            while block := source.read(_BLOCK):
                digest.update(block)
                target.write(block)
        if digest.hexdigest() != media.sha256:
            raise InputError(f"{media.name} inside the project is damaged.", _MEND)


def _motions(
    archive: zipfile.ZipFile, described: Mapping[str, Any], path: Path
) -> dict[str, tuple[MotionSequence, Mapping[str, Any]]]:
    motions = {}
    for take in described["takes"]:
        with archive.open(f"takes/{take['id']}.npz") as stream:
            file = read_motion(io.BytesIO(stream.read()), path)
        motions[take["id"]] = file.motion, file.meta
    return motions


def _check_format(path: Path, described: Mapping[str, Any]) -> None:
    version = int(described["format"])
    if version > layout.CURRENT:
        raise InputError(f"{path.name} was written by a newer version of Dimitra Studio.", "Update this one.")
    if version < 1:
        raise ValueError(f"there is no format {version}")


def _member(archive: zipfile.ZipFile, name: str, largest: int) -> bytes:
    info = archive.getinfo(name)
    if info.file_size > largest:
        raise ValueError(f"{name} claims {info.file_size} bytes")
    return archive.read(info)


def _plain_suffix(path: Path) -> str:
    return path.suffix.lower() if _PLAIN_SUFFIX.fullmatch(path.suffix) else ""
