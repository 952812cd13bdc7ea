"""Which actions make sense at the moment."""

from collections.abc import Mapping

from PySide6.QtCore import QObject
from PySide6.QtGui import QAction

from dimitra_studio.project.document import Keeping
from dimitra_studio.studio.actions import TABLE, Need
from dimitra_studio.studio.icons import Icon, icon
from dimitra_studio.studio.menus import colour_icons
from dimitra_studio.studio.session import Session
from dimitra_studio.studio.theme import Theme

_KEEPING = {"keep_by_size": Keeping.BY_SIZE, "keep_inside": Keeping.INSIDE, "keep_linked": Keeping.LINKED}


class Availability(QObject):
    """Enables and disables the actions of a window as its session changes, and names what undo would take back."""

    def __init__(self, session: Session, actions: Mapping[str, QAction], theme: Theme, window: QObject) -> None:
        super().__init__(window)
        self._session, self._actions, self._theme = session, actions, theme
        session.file_changed.connect(self.refresh)
        session.analysis_changed.connect(self.refresh)
        session.jobs.changed.connect(self.refresh)
        session.generation.changed.connect(self.refresh)
        session.playing_changed.connect(self._show_playing)
        theme.changed.connect(self._colour)
        for action_id in ("loop", *_KEEPING):
            actions[action_id].setCheckable(True)
        self._colour()
        self.refresh()

    def refresh(self) -> None:
        """Looks at the session again."""
        session, project = self._session, self._session.project
        met = {
            Need.NOTHING: True,
            Need.UNDO: bool(session.undo_title),
            Need.REDO: bool(session.redo_title),
            Need.MEDIA: project.portrait is not None and project.voice is not None,
            Need.PORTRAIT: session.media.sitter is not None,
            Need.TAKE: session.take is not None,
            Need.EDITS: session.take is not None and bool(session.take.edits),
            Need.TIME: session.duration > 0,
            Need.MARKER: bool(project.markers),
            Need.JOB: session.jobs.busy or session.generation.waiting > 0,
        }
        for row in TABLE:
            self._actions[row.id].setEnabled(met[row.need])
        self._actions["loop"].setChecked(project.loop is not None)
        for action_id, keeping in _KEEPING.items():
            self._actions[action_id].setChecked(project.keeping is keeping)
        self._actions["undo"].setText(f"&Undo {session.undo_title}".strip())
        self._actions["redo"].setText(f"&Redo {session.redo_title}".strip())

    def _show_playing(self, playing: bool) -> None:
        self._actions["play"].setIcon(icon(Icon.PAUSE if playing else Icon.PLAY, self._theme.colour("text")))

    def _colour(self) -> None:
        colour_icons(self._actions, self._theme)
        self._show_playing(self._session.transport.is_playing)
