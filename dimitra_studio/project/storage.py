"""Project files: `.dimitra`, a zip archive that appears whole or not at all (docs/project-format.md).

    project.json          the document (`format.py`), where its media are, and the SHA-256 of every other member
    takes/ID.npz          one motion file a take, as `dimitra motion` writes them
    media/SHA256.SUFFIX   the portrait and the voice, where they are kept inside (`media_files.py`)
    thumbnail.png         for lists of recent projects

Such files come from strangers: nothing is unpickled, member names are looked up and never followed, and every member
is held against its hash.
"""

import io
import json
import stat
import zipfile
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from dimitra_studio.core.errors import InputError
from dimitra_studio.core.files import DAMAGE, check_input, replacing
from dimitra_studio.core.motion import MotionSequence
from dimitra_studio.export.motion_files import packed_motion, read_motion
from dimitra_studio.face.components import COMPONENT_NAMES
from dimitra_studio.project import format as layout
from dimitra_studio.project.archive import ArchiveReader, ArchiveWriter
from dimitra_studio.project.document import MediaRef, Project, Revision
from dimitra_studio.project.media_files import MediaRoom, fetch_media, locate_media, store_media
from dimitra_studio.project.migrations import migrated

SUFFIX = ".dimitra"
_DOCUMENT = "project.json"
_THUMBNAIL = "thumbnail.png"
_LARGEST_TEXT = 128 << 20
_LARGEST_THUMBNAIL = 4 << 20
_LARGEST_TAKE = 1 << 30  # packed
# Unpacked, all takes: 40 hours, or what any real motion can swell to.
_LARGEST_TAKES = 1 << 30
_MOST_SWELLING = 20
_MEND = "Open the last good copy of it."


@dataclass(frozen=True)
class OpenedProject:
    """The document of a file and its revision; `missing` are the media of which there is no file, `damaged` the names
    of takes that cannot be read: the document is without them."""

    project: Project
    revision: Revision
    missing: tuple[MediaRef, ...] = ()
    damaged: tuple[str, ...] = ()


def save_project(project: Project, revision: Revision, room: MediaRoom, thumbnail: bytes = b"") -> tuple[str, ...]:
    """Writes the document to `room.project`; `thumbnail` is a PNG picture. Sentences tell of media that are lost.

    Raises InputError where the file cannot be written; a former one is then as it was.
    """
    path = room.project.resolve()  # a link to the file goes on being one
    _check_writable(path)
    described, notes = layout.describe(project, revision), []
    with replacing(path) as part, zipfile.ZipFile(part, "w") as stream:
        archive = ArchiveWriter(stream)
        for name, media in (("portrait", project.portrait), ("voice", project.voice)):
            described[name] = None
            if media is not None:
                described[name], note = store_media(archive, media, project.keeping, room)
                notes.append(note)
        for take in project.takes:
            archive.add(_take_member(take.id), packed_motion(take.motion, COMPONENT_NAMES, take.recipe))
        if thumbnail:
            archive.add(_THUMBNAIL, thumbnail)
        described["members"] = archive.hashes
        text = json.dumps(described, indent=1, ensure_ascii=False, allow_nan=False)
        if len(text) > _LARGEST_TEXT // 4:  # what is written can be read again; a letter has four bytes at the most
            raise InputError(f"{path.name} would hold too many edits to be read again.", "Remove some, then save.")
        archive.add_text(_DOCUMENT, text)
    return tuple(filter(None, notes))


def load_project(path: Path, own: Path) -> OpenedProject:
    """Reads a project file; media that lie inside it are put into the folder `own` under their hash.

    A linked file that is gone is looked for beside the project. A take whose bytes are not what was written is left out
    and told. Raises InputError for anything that is no project file of this version or of an older one.
    """
    check_input(path, "project")
    room = MediaRoom(path, own)
    try:
        with zipfile.ZipFile(path) as stream:
            archive = ArchiveReader(stream)
            described = _read_document(archive, path)
            archive.hashes = described["members"]
            portrait, voice = (locate_media(described[name], room) for name in ("portrait", "voice"))
            packed = _packed_takes(archive, described)
            whole, damaged = layout.split(described, packed)
            project = layout.read(whole, portrait, voice, _motions(packed, path))
            revision = layout.read_revision(described)
            # Last, so that a damaged file leaves nothing behind.
            portrait = portrait and fetch_media(archive, described["portrait"], portrait, room)
            voice = voice and fetch_media(archive, described["voice"], voice, room)
    except InputError:
        raise
    except DAMAGE as error:
        raise InputError(f"{path.name} is not a project file, or is damaged.", _MEND) from error
    missing = tuple(each for each in (portrait, voice) if each is not None and not each.path.is_file())
    return OpenedProject(replace(project, portrait=portrait, voice=voice), revision, missing, damaged)


def read_revision(path: Path) -> Revision:
    """How far the document of a file is, when all of it but its media is as it was written. Raises InputError."""
    check_input(path, "project")
    try:
        with zipfile.ZipFile(path) as stream:
            archive = ArchiveReader(stream)
            described = _read_document(archive, path)
            archive.hashes = described["members"]
            for take_id in layout.take_ids(described):
                archive.read_checked(_take_member(take_id), _LARGEST_TAKE)
            return layout.read_revision(described)
    except InputError:
        raise
    except DAMAGE as error:
        raise InputError(f"{path.name} is not a project file, or is damaged.", _MEND) from error


def read_thumbnail(path: Path) -> bytes:
    """The PNG picture of a project file; empty where it has none or cannot be read."""
    try:
        with zipfile.ZipFile(path) as archive:
            return ArchiveReader(archive).read(_THUMBNAIL, _LARGEST_THUMBNAIL)
    except DAMAGE:
        return b""


def parsed(text: bytes) -> dict[str, Any]:
    """JSON of one object, without the numbers that JSON does not know. Raises ValueError."""
    described = json.loads(text, parse_constant=_refuse)
    if not isinstance(described, dict):
        raise ValueError("no JSON object")
    return described


def _refuse(constant: str) -> None:
    raise ValueError(f"{constant} is no number")


def _read_document(archive: ArchiveReader, path: Path) -> dict[str, Any]:
    return migrated(parsed(archive.read(_DOCUMENT, _LARGEST_TEXT)), path.name)


def _packed_takes(archive: ArchiveReader, described: Mapping[str, Any]) -> dict[str, bytes]:
    """The takes' members by their ids, but for those that are gone or are not what they were."""
    members = {take_id: _take_member(take_id) for take_id in layout.take_ids(described)}
    if archive.hashes is not None and not set(members.values()) <= set(archive.hashes):
        raise ValueError("a take has no hash")
    found = {}
    for take_id, name in members.items():
        with suppress(*DAMAGE):
            found[take_id] = archive.read_checked(name, _LARGEST_TAKE)
    return found


def _motions(packed: Mapping[str, bytes], path: Path) -> dict[str, tuple[MotionSequence, Mapping[str, Any]]]:
    """What stands in members that are what was written: where one is no motion, somebody made the file so."""
    motions = {}
    left = max(_LARGEST_TAKES, _MOST_SWELLING * path.stat().st_size)
    for take_id, content in packed.items():
        with zipfile.ZipFile(io.BytesIO(content)) as members:
            left -= sum(info.file_size for info in members.infolist())
        if left < 0:
            raise ValueError("the takes claim too many bytes")
        file = read_motion(io.BytesIO(content), path)
        motions[take_id] = file.motion, file.meta
    return motions


def _take_member(take_id: str) -> str:
    return f"takes/{take_id}.npz"


def _check_writable(path: Path) -> None:
    """Raises InputError for a file that is marked as one to be read only: renaming would replace it nevertheless."""
    try:
        mode = path.stat().st_mode
    except OSError:
        return  # there is none, or writing will tell
    if not mode & stat.S_IWUSR:
        raise InputError(f"{path} is read-only.", "Save under another name, or make the file writable.")
