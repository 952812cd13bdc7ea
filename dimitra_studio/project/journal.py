"""What keeps unsaved work over a crash: the document as it is now and then, in a folder of the user's own.

    lock                  held while the window lives: whose lock is free has crashed
    takes/SHA256.npz      each motion once, since takes do not change
    state-NUMBER.json     the document after so many changes; the newest two

A state is a line with the SHA-256 of what follows, then JSON as in a project file. It is small, so that keeping one
takes milliseconds however long the takes are. Nothing here goes into project files, and no project file is touched.
"""

import hashlib
import io
import json
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from dimitra_studio.core.errors import InputError
from dimitra_studio.core.files import DAMAGE, cannot_write, make_folder, replacing
from dimitra_studio.core.motion import MotionSequence
from dimitra_studio.export.motion_files import packed_motion, read_motion
from dimitra_studio.face.components import COMPONENT_NAMES
from dimitra_studio.project import format as layout
from dimitra_studio.project.document import MediaRef, Project, Revision, Take
from dimitra_studio.project.lock import Lock, take_lock
from dimitra_studio.project.migrations import migrated
from dimitra_studio.project.storage import parsed, read_revision

_LOCK = "lock"
_TAKES = "takes"
_STATES = "state-*.json"
_KEPT_STATES = 2


@dataclass(frozen=True)
class Kept:
    """A state of a document: its file (None: it was never saved), when it was kept, and the revision of the file that
    it goes on from (None: from no file)."""

    project: Project
    revision: Revision
    origin: Path | None
    when: datetime
    base: Revision | None


class Journal:
    """Keeps states of one window's document in `folder`. Raises InputError where that cannot be written."""

    def __init__(self, folder: Path, lock: Lock | None = None) -> None:
        """`lock` is given where the folder is a crashed window's, to be gone on with."""
        self.folder = folder
        make_folder(folder / _TAKES)
        self._lock = lock or _locked(folder)
        self._names: dict[tuple[int, int], tuple[Take, str]] = {}  # of the takes kept last, which live as long

    def keep(self, project: Project, revision: Revision, origin: Path | None, base: Revision | None = None) -> None:
        """Brings the document to the disk: its newest state from now on. `base` is what `origin` held when it was read
        or written last."""
        self._names = {_same(take): (take, self._keep_take(take)) for take in project.takes}
        described = {
            **layout.describe(project, revision),
            "portrait": _describe_media(project.portrait),
            "voice": _describe_media(project.voice),
            "motions": [self._names[_same(take)][1] for take in project.takes],
            "origin": None if origin is None else str(origin),
            "base": None if base is None else layout.describe_revision(base),
            "kept": datetime.now(UTC).isoformat(),
        }
        text = json.dumps(described, ensure_ascii=False, allow_nan=False).encode("utf-8", "surrogatepass")
        with replacing(self.folder / f"state-{revision.number:012d}.json") as part:
            part.write_bytes(hashlib.sha256(text).hexdigest().encode() + b"\n" + text)
        self._forget()

    def leave(self) -> None:
        """Leaves it to the next start, as a crash would."""
        if self._lock is not None:
            self._lock.release()
            self._lock = None

    def discard(self) -> None:
        """Takes all of it away: the work is saved, or is not wanted."""
        self.leave()
        shutil.rmtree(self.folder, ignore_errors=True)

    def _keep_take(self, take: Take) -> str:
        if _same(take) in self._names:
            return self._names[_same(take)][1]
        content = packed_motion(take.motion, COMPONENT_NAMES, take.recipe)
        name = hashlib.sha256(content).hexdigest()
        path = self._path_of(name)
        if not path.exists():
            with replacing(path) as part:
                part.write_bytes(content)
        return name

    def _path_of(self, name: str) -> Path:
        return self.folder / _TAKES / f"{name}.npz"

    def _forget(self) -> None:
        """Old states, and the motions that no state names."""
        states = sorted(self.folder.glob(_STATES))
        for state in states[:-_KEPT_STATES]:
            state.unlink(missing_ok=True)
        named = {name for state in states[-_KEPT_STATES:] for name in _named(state)}
        for path in (self.folder / _TAKES).glob("*.npz"):
            if path.stem not in named:
                path.unlink(missing_ok=True)


@dataclass(frozen=True)
class Leftover:
    """A crashed window's folder, locked while it is looked at; `kept` is None where nothing in it can be read.

    `file` is the revision of the document's file, None where there is no file or it is damaged.
    """

    folder: Path
    lock: Lock
    kept: Kept | None
    file: Revision | None

    @property
    def needs_rescue(self) -> bool:
        """Whether the work stands nowhere else: a window keeps its document before it saves it, so that the file of
        one that crashed after saving is of the very revision that is kept."""
        if self.kept is None:
            return any(self.folder.glob(_STATES))
        return self.file != self.kept.revision and self.kept.project != Project()

    @property
    def is_overtaken(self) -> bool:
        """Whether the file is another than the one that the work goes on from: both are worth having."""
        return self.kept is not None and self.file not in (None, self.kept.base, self.kept.revision)

    def discard(self) -> None:
        """Takes it away for good."""
        Journal(self.folder, self.lock).discard()


def find_leftovers(recovery: Path) -> list[Leftover]:
    """The folders in `recovery` whose windows are gone, the oldest first."""
    found = []
    for folder in sorted(recovery.glob("*/")):
        try:
            lock = take_lock(folder / _LOCK)
        except OSError:
            continue  # a folder that cannot be locked cannot be gone on with
        if lock is not None:
            kept = read_kept(folder)
            found.append(Leftover(folder, lock, kept, _revision_of(kept.origin) if kept and kept.origin else None))
    return found


def read_kept(folder: Path) -> Kept | None:
    """The newest state in a journal's folder that is whole; None where there is none."""
    for path in sorted(folder.glob(_STATES), reverse=True):
        try:
            return _read_state(path)
        except (InputError, *DAMAGE):
            continue  # the one before may be whole
    return None


def _revision_of(path: Path) -> Revision | None:
    try:
        return read_revision(path)
    except InputError:
        return None


def _read_state(path: Path) -> Kept:
    described = migrated(_described(path), path.name)
    motions = {}
    for take_id, name in zip(layout.take_ids(described), described["motions"], strict=True):
        motions[take_id] = _read_take(path.parent / _TAKES / f"{name}.npz", name)
    portrait, voice = (_read_media(described[each]) for each in ("portrait", "voice"))
    origin = described["origin"]
    return Kept(
        layout.read(described, portrait, voice, motions),
        layout.read_revision(described),
        None if origin is None else Path(origin),
        datetime.fromisoformat(described["kept"]),
        None if described["base"] is None else layout.read_revision(described["base"]),
    )


def _locked(folder: Path) -> Lock | None:
    """The lock on a new journal: without one, nobody could tell later whether its window has crashed."""
    try:
        return take_lock(folder / _LOCK)
    except OSError as error:
        shutil.rmtree(folder, ignore_errors=True)
        raise cannot_write(folder, error) from error


def _same(take: Take) -> tuple[int, int]:
    """The same for takes of the very same motion and recipe, whatever else was changed."""
    return id(take.motion), id(take.recipe)


def _read_take(path: Path, name: str) -> tuple[MotionSequence, Mapping[str, Any]]:
    content = path.read_bytes()
    if hashlib.sha256(content).hexdigest() != name:
        raise ValueError(f"{path} is not what it was")
    file = read_motion(io.BytesIO(content), path)
    return file.motion, file.meta


def _described(path: Path) -> dict[str, Any]:
    digest, _, text = path.read_bytes().partition(b"\n")
    if hashlib.sha256(text).hexdigest().encode() != digest:
        raise ValueError(f"{path} is not what it was")
    return parsed(text)


def _named(state: Path) -> list[str]:
    """The motions that a state names; a state that cannot be read names none."""
    try:
        return [str(name) for name in _described(state)["motions"]]
    except DAMAGE:
        return []


def _describe_media(media: MediaRef | None) -> dict[str, str | int] | None:
    return None if media is None else layout.describe_media(media, {"path": str(media.path)})


def _read_media(described: Any) -> MediaRef | None:
    return None if described is None else layout.read_media(described, Path(described["path"]))
