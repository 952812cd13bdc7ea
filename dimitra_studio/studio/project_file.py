"""The document's file: opened, saved and locked off the window's thread. While it is saved the document may change;
while another one is opened the window takes no input."""

import secrets
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from dimitra_studio.core.errors import InputError, StudioError
from dimitra_studio.core.paths import resource
from dimitra_studio.project.document import Project, Revision
from dimitra_studio.project.journal import Leftover
from dimitra_studio.project.lock import Lock, holder_of, lock_of, take_lock
from dimitra_studio.project.media_files import MediaRoom
from dimitra_studio.project.storage import SUFFIX, OpenedProject, load_project, save_project
from dimitra_studio.studio.autosave import Autosave
from dimitra_studio.studio.errands import Errands
from dimitra_studio.studio.notices import Level, Notice, Place
from dimitra_studio.studio.settings import Settings

SAMPLE = "sample/sample.dimitra"
_SAVE_AS = "Save under another name to keep changes."


@dataclass(frozen=True)
class Opened:
    """A document that is to be shown; `saved`: whether it stands on the disk like that."""

    project: Project
    saved: bool = True


@dataclass(frozen=True)
class _Seat:
    """Where a document lies (None: nowhere yet), the lock on that, and the machine that holds it where another window
    does; `name` is what it is called while it lies nowhere, `folder` where it is likely to be put."""

    path: Path | None = None
    lock: Lock | None = None
    holder: str | None = None
    name: str = "Untitled"
    folder: Path = Path()

    def leave(self) -> None:
        if self.lock is not None:
            self.lock.release()


@dataclass(frozen=True)
class _State:
    """What is to be written, over a file that holds `base` (None: over none that is known)."""

    project: Project
    revision: Revision
    base: Revision | None


class ProjectFile(QObject):
    """The file of the open document.

    Signals: `opened` carries an Opened, `saved` the Project that stands on the disk now, `changed` when the file is
    another, `noticed` a Notice.
    """

    opened = Signal(object)
    saved = Signal(object)
    changed = Signal()
    noticed = Signal(object)

    def __init__(self, settings: Settings, errands: Errands, autosave: Autosave, own: Path) -> None:
        """`own` is the user's folder for media taken out of projects."""
        super().__init__()
        self._settings, self._errands, self._autosave, self._own = settings, errands, autosave, own
        self._seat = _Seat()
        self._project, self._revision = Project(), _first_revision()
        self._base: Revision | None = None  # what the file held when it was read or written last

    @property
    def path(self) -> Path | None:
        """None where the document was never saved."""
        return self._seat.path

    @property
    def title(self) -> str:
        """What the document is called."""
        return self.path.stem if self.path else self._seat.name

    @property
    def suggestion(self) -> Path:
        """Where it would be saved under another name: beside its file, or beside the one that it is the rest of."""
        folder = self.path.parent if self.path else self._seat.folder
        return folder / f"{self.title}{SUFFIX}"

    @property
    def is_read_only(self) -> bool:
        """Whether another window has the file."""
        return self._seat.holder is not None

    def count_change(self, project: Project) -> None:
        """The document is another now; it is kept for the case of a crash."""
        self._project = project
        self._revision = replace(self._revision, number=self._revision.number + 1)
        self._keep_soon()

    def create(self) -> None:
        """An empty document."""
        self._errands.wait()
        self._show(Opened(Project()), _Seat(), _first_revision())

    def open(self, path: Path) -> bool:
        """Opens a project file; False, and a notice, where it cannot be used."""
        try:
            seat, opened = self._errands.wait_for(partial(_load, path, self._own, self._seat))
        except StudioError as error:
            return self._refuse(error)
        self._settings.add_recent_file(path)
        if opened.damaged:
            return self._show_rest(path, opened, seat)
        revision = opened.revision if opened.revision.document else _first_revision()
        if not self._show(Opened(opened.project), seat, revision, opened.revision):
            return False
        if self.is_read_only:
            where = f" on {seat.holder}" if seat.holder else ""
            text = f"{path.name} is open in another window{where}, so it is read-only here."
            self.noticed.emit(Notice(text, _SAVE_AS, Level.WARNING))
        return True

    def _show_rest(self, path: Path, opened: OpenedProject, seat: _Seat) -> bool:
        """What is whole of a damaged file, as a document without one: the damaged one stays as it is."""
        if seat is not self._seat:
            seat.leave()
        rest = _Seat(name=f"{path.stem} (rest)", folder=seat.path.parent if seat.path else Path())
        if not self._show(Opened(opened.project, saved=False), rest, _first_revision()):
            return False
        takes = ", ".join(opened.damaged)
        text = f"In {path.name} this is damaged and is left out: {takes}. The rest is open, under another name."
        self.noticed.emit(Notice(text, f"{path.name} stays as it is; save the rest beside it.", Level.WARNING))
        return True

    def open_sample(self) -> bool:
        """Opens the sample with its ready take, as a document without a file."""
        try:
            opened = self._errands.wait_for(partial(load_project, resource(SAMPLE), self._own))
        except StudioError as error:
            return self._refuse(error)
        if opened.damaged:
            return self._show_rest(resource(SAMPLE), opened, _Seat())
        return self._show(Opened(opened.project), _Seat(), _first_revision())

    def restore(self, leftover: Leftover) -> None:
        """Opens what a crashed window kept, and goes on keeping it there."""
        kept = leftover.kept
        if kept is None:
            raise ValueError("there is nothing to restore")
        # Where somebody else has saved since, both are kept: this one gets a name of its own when it is saved.
        path = None if leftover.is_overtaken else kept.origin
        seat = self._errands.wait_for(partial(_seize, path, self._seat))
        if seat.holder is not None:
            seat = _Seat()
        base = leftover.file if seat.path else None
        if self._show(Opened(kept.project, saved=False), seat, kept.revision, base):
            self._autosave.adopt(leftover)
            self._keep_soon()
        else:
            leftover.lock.release()

    def save(self, project: Project, path: Path, thumbnail: bytes) -> None:
        """Writes the document to `path`, its file from now on; `saved` follows, or a notice."""
        self._project, revision = project, self._revision
        self._errands.wait()  # for a save that goes on
        base = self._base if self._seat.path is not None and _is_same(path, self._seat.path) else None
        work = partial(self._write, _State(project, revision, base), path, self._seat, thumbnail)
        self._errands.send(work, partial(self._take_saved, project, revision), self._refuse)

    def close(self) -> None:
        """Lets the file go."""
        self._seat.leave()

    def _write(self, state: _State, path: Path, present: _Seat, thumbnail: bytes) -> tuple[_Seat, tuple[str, ...]]:
        """On the thread of errands."""
        seat = _seize(path, present)
        taken = seat.holder is not None or (present.holder is not None and _is_same(path, present.path))
        if taken:
            seat.leave()  # the other window may just have closed, and left a later state there
            raise InputError(f"{path.name} is open in another window.", _SAVE_AS)
        # First, so that after a crash the file's revision tells which of the two is the newer state.
        self._autosave.keep(state.project, state.revision, path, state.base)
        try:
            return seat, save_project(state.project, state.revision, MediaRoom(path, self._own), thumbnail)
        except StudioError:
            if seat is not present:
                seat.leave()
            raise

    def _take_saved(self, project: Project, revision: Revision, written: tuple[_Seat, tuple[str, ...]]) -> None:
        seat, notes = written
        self._sit(seat)
        self._base = revision
        self._keep_soon()  # what waits to be kept still names the former file
        if seat.path is not None:
            self._settings.add_recent_file(seat.path)
        self.saved.emit(project)
        self.changed.emit()
        for note in notes:
            self.noticed.emit(Notice(note, level=Level.WARNING))

    def _show(self, opened: Opened, seat: _Seat, revision: Revision, base: Revision | None = None) -> bool:
        """False where the window was closed while the file was waited for."""
        if self._errands.stopped:
            seat.leave()
            return False
        self._sit(seat)
        self._project, self._revision, self._base = opened.project, replace(revision, branch=_token()), base
        self._autosave.forget()
        self.opened.emit(opened)
        self.changed.emit()
        return True

    def _keep_soon(self) -> None:
        self._autosave.follow(self._project, self._revision, self.path, self._base)

    def _sit(self, seat: _Seat) -> None:
        if seat is not self._seat:
            self._seat.leave()
            self._seat = seat

    def _refuse(self, error: StudioError) -> bool:
        self.noticed.emit(Notice.of(error, Place.WINDOW))
        return False


def _load(path: Path, own: Path, present: _Seat) -> tuple[_Seat, OpenedProject]:
    seat = _seize(path, present)
    try:
        return seat, load_project(path, own)
    except StudioError:
        if seat is not present:
            seat.leave()
        raise


def _seize(path: Path | None, present: _Seat) -> _Seat:
    """The seat at `path`; the present one where that is it."""
    if path is None:
        return _Seat()
    mark = lock_of(path)
    if present.lock is not None and _is_same(path, present.path):
        return present
    try:
        lock = take_lock(mark)
    except OSError:
        return _Seat(path)  # no lock can be there, as on a read-only disk: saving will say why it cannot
    return _Seat(path, lock, None if lock else holder_of(mark))


def _is_same(path: Path, other: Path | None) -> bool:
    return other is not None and lock_of(path) == lock_of(other)


def _first_revision() -> Revision:
    return Revision(_token(), branch=_token())


def _token() -> str:
    return secrets.token_hex(8)
