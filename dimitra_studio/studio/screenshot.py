"""A picture of the real window with its real content, for the manual and for checks."""

import sys
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QObject, QTimer
from PySide6.QtWidgets import QApplication

from dimitra_studio.core.errors import StudioError
from dimitra_studio.core.files import replacing
from dimitra_studio.studio.main_window import MainWindow
from dimitra_studio.studio.notices import Level, Notice
from dimitra_studio.studio.session import Session

_LOOK = 100  # ms between looks whether all is drawn
_CALM = 4  # looks in a row without anything to do
_PATIENCE = 180_000  # ms


@dataclass(frozen=True)
class ShotRequest:
    """Where the picture goes, how large the window is (px), the moment shown (seconds), the panel brought up."""

    path: Path
    size: tuple[int, int] | None = None
    seconds: float = 0.0
    panel: str = ""


class Screenshot(QObject):
    """Waits until the window has nothing left to do, writes its picture, closes it. `status` is 2 when that failed,
    and standard error says why."""

    def __init__(self, request: ShotRequest, window: MainWindow, session: Session) -> None:
        super().__init__(window)
        self.status = 0
        self._request, self._window, self._session = request, window, session
        self._calm, self._waited, self._sought = 0, 0, False
        if request.size is not None:
            window.resize(*request.size)
        if request.panel:
            window.docks.bring_up(request.panel)
        session.notice.connect(self._watch)
        self._timer = QTimer(self, interval=_LOOK)
        self._timer.timeout.connect(self._look)
        self._timer.start()

    def _watch(self, notice: object) -> None:
        """A project that cannot be opened gives a picture of that, and a status that says so."""
        if isinstance(notice, Notice) and notice.level is Level.ERROR:
            self._fail(f"{notice.text} {notice.hint}")

    def _fail(self, why: str) -> None:
        print(why.strip(), file=sys.stderr)
        self.status = 2

    def _look(self) -> None:
        self._waited += _LOOK
        preview = self._window.preview
        drawn = preview.source.scene is None or preview.is_drawn
        busy = self._session.jobs.lines or self._session.drawing.lines or not drawn
        self._calm = 0 if busy else self._calm + 1
        if self._calm >= _CALM and not self._sought:
            self._sought, self._calm = True, 0
            self._session.seek(self._request.seconds)
        elif self._calm >= _CALM or self._waited > _PATIENCE:
            self._timer.stop()
            self._shoot()

    def _shoot(self) -> None:
        try:
            with replacing(self._request.path) as part:
                if not self._window.grab().save(str(part), "PNG"):
                    self._fail(f"The picture {self._request.path} cannot be written.")
        except StudioError as error:
            self._fail(str(error))
        self._window.close()
        QApplication.quit()
