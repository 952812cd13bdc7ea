"""Brings the session's face and takes into the 3D viewport, which is built when it is first seen: VTK is heavy."""

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING, cast

from PySide6.QtCore import QTimer, Signal
from PySide6.QtGui import QAction, QPaintEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from dimitra_studio.core.errors import StudioError
from dimitra_studio.core.events import Job, Progress
from dimitra_studio.engine.imports import import_quietly
from dimitra_studio.engine.jobs import JobRequest
from dimitra_studio.engine.loader import Loader
from dimitra_studio.project.changes import Change, Part
from dimitra_studio.project.document import Take
from dimitra_studio.studio.board import Asker
from dimitra_studio.studio.notices import Notice, Place
from dimitra_studio.studio.session import Session
from dimitra_studio.studio.settings import HEAD_BESIDE, HEAD_PHOTO, HEAD_POINTS, HEAD_WIRES, Setting
from dimitra_studio.studio.theme import Theme, as_panel
from dimitra_studio.studio.viewport.look import Look

if TYPE_CHECKING:
    from dimitra_studio.engine.pipeline import Sitter
    from dimitra_studio.studio.viewport.head import ViewedHead
    from dimitra_studio.studio.viewport.panel import Viewport
    from dimitra_studio.studio.viewport.view import HeadView

_LOOK = (HEAD_PHOTO, HEAD_WIRES, HEAD_POINTS, HEAD_BESIDE)  # in the order of Look's fields
_VIEWPORT = ("dimitra_studio.studio.viewport.panel", "dimitra_studio.studio.viewport.head", "vedo")


def view_head(sitter: "Sitter", loader: Loader) -> Job["ViewedHead"]:
    """The head of a face that is fitted, ready to be looked at; on the drawing thread."""
    from dimitra_studio.studio.viewport.head import ViewedHead

    yield Progress("head", 0, 1)
    return ViewedHead(loader.head, sitter.fit, sitter.portrait)


def bring_viewport(loader: Loader) -> Job[None]:
    """Imports the viewport and VTK; on the drawing thread."""
    here = Progress("head", 0, 1)
    yield here
    yield from loader.lane.call(partial(import_quietly, *_VIEWPORT), here)


class HeadPanel(QWidget):
    """The viewport in its dock; `brought` carries its view when it is built."""

    brought = Signal(object)

    def __init__(self, session: Session, theme: Theme) -> None:
        super().__init__()
        as_panel(self)
        self._session, self._theme = session, theme
        self._viewport: Viewport | None = None
        self._coming = self._shut = False
        self._sitter: Sitter | None = None
        self._take: Take | None = None
        self._tools: tuple[QAction, ...] = ()
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        session.document_changed.connect(self._change)
        session.analysis_changed.connect(self._refresh)
        session.comparison.changed.connect(self._show_other)
        session.settings.changed.connect(self._set)

    @property
    def view(self) -> "HeadView | None":
        """The head, once it was seen."""
        return self._viewport.view if self._viewport is not None else None

    def set_tools(self, tools: Sequence[QAction]) -> None:
        """The actions of the tool bar; before the head is seen for the first time."""
        self._tools = tuple(tools)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """Builds the viewport when it is seen for the first time; a dock behind another is shown, but not painted."""
        super().paintEvent(event)
        if self._viewport is None:
            QTimer.singleShot(0, self, self._bring)

    def _bring(self) -> None:
        if self._viewport is None and not self._coming and not self._shut:
            self._coming = True
            self._session.drawing.submit(
                JobRequest("3D view", "viewport", bring_viewport),
                Asker(self._build, self._fail, self._give_up, self._forget_note),
            )

    def _build(self, _imported: object) -> None:
        if self._viewport is None and not self._shut:
            from dimitra_studio.studio.viewport.panel import Viewport

            self._viewport = Viewport(self._theme, self._tools)
            self._viewport.set_look(self._look())
            self._column.addWidget(self._viewport)
            self.setFocusProxy(self._viewport.view)
            self._session.playhead_moved.connect(self._viewport.set_playhead)
            self._refresh()
            self.brought.emit(self._viewport.view)

    def _give_up(self) -> None:
        """Cancelled; the next look asks again."""
        self._coming = False

    def shut(self) -> None:
        """Before the window closes."""
        self._shut = True
        if self._viewport is not None:
            self._viewport.shut()

    def _look(self) -> Look:
        settings = self._session.settings
        return Look(*(settings.flag(each) for each in _LOOK))

    def _set(self, setting: Setting) -> None:
        if setting in _LOOK and self._viewport is not None:
            self._viewport.set_look(self._look())

    def _change(self, change: Change) -> None:
        if change.touches(Part.CURRENT | Part.PORTRAIT | Part.EDITS):
            self._refresh()

    def _refresh(self) -> None:
        if self._viewport is None:
            return
        sitter = self._session.media.sitter
        if sitter is not self._sitter:
            self._sitter = sitter
            self._viewport.set_head(None)
            if sitter is not None:
                self._session.drawing.submit(
                    JobRequest("Head", "head", partial(view_head, sitter), slot="head", interrupts=True),
                    Asker(partial(self._show_head, sitter), self._fail, self._forget, self._forget_note),
                )
        take = self._session.shown
        if take is not self._take:
            self._take = take
            self._viewport.set_motion(take.motion if take else None)
            self._viewport.set_playhead(self._session.playhead)
        self._show_other()

    def _show_other(self) -> None:
        """The take that is compared, else the one that was shown before."""
        comparison, take = self._session.comparison, self._session.take
        other = comparison.take or comparison.previous
        if self._viewport is not None:
            names = (take.name if take else "", other.name if other else "")
            self._viewport.set_other(self._session.edited(other).motion if other else None, names)

    def _show_head(self, sitter: "Sitter", result: object) -> None:
        if sitter is self._sitter and self._viewport is not None:
            self._viewport.set_head(cast("ViewedHead", result))

    def _fail(self, error: StudioError) -> None:
        self._session.notice.emit(Notice.of(error, Place.PREVIEW))

    def _forget(self) -> None:
        """Another face took its place."""

    def _forget_note(self, _note: str) -> None:
        """Nothing to tell."""
