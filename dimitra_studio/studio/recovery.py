"""What crashed windows kept is offered when the program starts: inline, and never in the way of the work."""

from collections.abc import Callable
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject

from dimitra_studio.core.errors import StudioError
from dimitra_studio.project.journal import Kept, Leftover, find_leftovers
from dimitra_studio.studio.notices import Level, Notice, Offer, Place
from dimitra_studio.studio.session import Session


class Recovery(QObject):
    """Looks into the folder of journals once. Project files are not touched: what is restored is unsaved work again."""

    def __init__(self, session: Session, may_leave: Callable[[], bool], folder: Path) -> None:
        """`may_leave` asks whether the open document may go."""
        super().__init__()
        self._session, self._may_leave, self._folder = session, may_leave, folder
        self._open: list[Leftover] = []  # offered, and held for the answer

    def look(self) -> None:
        """Offers what is there."""
        self._session.errands.send(partial(find_leftovers, self._folder), self._take, self._fail)

    def shut(self) -> None:
        """What was not answered is offered again at the next start."""
        for leftover in self._open:
            leftover.lock.release()
        self._open.clear()

    def _take(self, found: list[Leftover]) -> None:
        for leftover in found:
            if leftover.needs_rescue:
                self._open.append(leftover)
                self._offer(leftover)
            else:
                self._remove(leftover)

    def _offer(self, leftover: Leftover) -> None:
        restore = (Offer("Restore", partial(self._restore, leftover)),) if leftover.kept else ()
        discard = Offer("Discard", partial(self._discard, leftover))
        text = _describe(leftover.kept) if leftover.kept else "Work was kept when the studio crashed; it is damaged."
        shown = sorted(leftover.folder.glob("state-*"))[-1]
        self._session.notice.emit(Notice(text, "", Level.WARNING, file=shown, offers=(*restore, discard), lasting=True))

    def _restore(self, leftover: Leftover) -> None:
        if not self._may_leave():
            self._offer(leftover)  # the user stays with what is open, and may come back to it
            return
        self._open.remove(leftover)
        self._session.file.restore(leftover)

    def _discard(self, leftover: Leftover) -> None:
        self._open.remove(leftover)
        self._remove(leftover)

    def _remove(self, leftover: Leftover) -> None:
        self._session.errands.send(leftover.discard, _nothing, self._fail)

    def _fail(self, error: StudioError) -> None:
        self._session.notice.emit(Notice.of(error, Place.WINDOW))


def _describe(kept: Kept) -> str:
    name = kept.origin.stem if kept.origin else "A project without a name"
    when = kept.when.astimezone().strftime("%H:%M on %d %B")
    return f"{name} was not saved when the studio ended; its state of {when} was kept."


def _nothing(_: None) -> None:
    """It is gone; there is nothing to say."""
