"""Keeps the document every few seconds in the user's own folder, so that a crash costs seconds of work at the most."""

import secrets
from collections.abc import Callable
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, QTimer, Signal

from dimitra_studio.core.errors import StudioError
from dimitra_studio.project.document import Project, Revision
from dimitra_studio.project.journal import Journal, Leftover
from dimitra_studio.studio.errands import Errands
from dimitra_studio.studio.notices import Level, Notice
from dimitra_studio.studio.settings import AUTOSAVE_SECONDS, Settings

# Of the seconds that may be lost, how many pass before a change is kept: the rest is for the writing.
_SHARE = 0.5


class Autosave(QObject):
    """One window's journal. `noticed` carries a Notice where work cannot be kept."""

    noticed = Signal(object)
    _broken = Signal(object)

    def __init__(self, settings: Settings, recovery: Path, errands: Errands) -> None:
        """`recovery` is the folder of all windows' journals."""
        super().__init__()
        self._settings, self._recovery, self._errands = settings, recovery, errands
        self._journal: Journal | None = None  # the thread of errands alone uses it
        self._newest: Callable[[], None] | None = None  # keeps what is not kept yet
        self._timer = QTimer(self, singleShot=True)
        self._timer.timeout.connect(self.flush)
        self._told = False
        self._broken.connect(self._tell)

    def follow(self, project: Project, revision: Revision, origin: Path | None, base: Revision | None) -> None:
        """The document or its file is another now; it is kept soon."""
        self._newest = partial(self.keep, project, revision, origin, base)
        if not self._timer.isActive():
            self._timer.start(round(1000 * _SHARE * self._settings.number(AUTOSAVE_SECONDS)))

    def flush(self) -> None:
        """Keeps now what was to be kept soon."""
        self._timer.stop()
        if self._newest is not None:
            self._send(self._newest)
            self._newest = None

    def keep(self, project: Project, revision: Revision, origin: Path | None, base: Revision | None) -> None:
        """Keeps the document at once, as `Journal.keep`, on the thread of errands; a failure is told, and raises
        nothing."""
        try:
            if self._journal is None:
                self._journal = Journal(self._recovery / secrets.token_hex(8))
            self._journal.keep(project, revision, origin, base)
        except StudioError as error:
            self._broken.emit(error)

    def forget(self) -> None:
        """What was kept is wanted no longer: another document is open, or the window is closed."""
        self._timer.stop()
        self._newest = None
        self._send(self._discard)

    def leave(self) -> None:
        """The program ends, and what is not saved is offered at the next start."""
        self.flush()
        self._send(self._leave)

    def adopt(self, leftover: Leftover) -> None:
        """Goes on with a crashed window's journal; call `forget` before."""
        self._send(partial(self._adopt, leftover))

    def _send(self, work: Callable[[], None]) -> None:
        self._errands.send(work, _nothing, self._tell)

    def _discard(self) -> None:
        if self._journal is not None:
            self._journal.discard()
            self._journal = None

    def _leave(self) -> None:
        if self._journal is not None:
            self._journal.leave()
            self._journal = None

    def _adopt(self, leftover: Leftover) -> None:
        self._journal = Journal(leftover.folder, leftover.lock)

    def _tell(self, error: StudioError) -> None:
        if not self._told:  # once: it would come again every few seconds
            self._told = True
            text = f"Unsaved changes cannot be kept for the case of a crash: {error.message}"
            self.noticed.emit(Notice(text, "Save often.", Level.WARNING))


def _nothing(_: None) -> None:
    """There is nothing to do when a state is kept."""
