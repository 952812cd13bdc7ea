"""Expressions as buttons that show them on the user's own face."""

from functools import partial
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QObject, QSize, Qt, Signal
from PySide6.QtGui import QIcon, QPaintEvent, QPixmap
from PySide6.QtWidgets import QGridLayout, QSizePolicy, QToolButton, QWidget

from dimitra_studio.core.errors import StudioError
from dimitra_studio.core.motion import MotionSequence
from dimitra_studio.editing.expressions import EXPRESSIONS
from dimitra_studio.editing.macros import channel_of
from dimitra_studio.engine.cache import FrameCache
from dimitra_studio.engine.jobs import JobRequest, Priority
from dimitra_studio.studio.board import Asker
from dimitra_studio.studio.edits.hand import MOODS, Hand
from dimitra_studio.studio.icons import Icon, icon
from dimitra_studio.studio.preview.scene import Pair, face_square, set_scene, side_for_face
from dimitra_studio.studio.preview.stage import Drawn, Stage
from dimitra_studio.studio.preview.view import image_of
from dimitra_studio.studio.session import Session
from dimitra_studio.studio.theme import SMALL, Theme

if TYPE_CHECKING:
    from dimitra_studio.engine.pipeline import Sitter

_SIDE = 56  # px
_BUDGET = 4 << 20  # bytes
_COLUMNS = 3
_CUT = 0.2  # of the face's square at each edge: small pictures show the face alone


class MoodPictures(QObject):
    """The portrait with each expression; `changed` when there is another."""

    changed = Signal()

    def __init__(self, session: Session, owner: QObject) -> None:
        super().__init__(owner)
        self._session = session
        self._stage = Stage(FrameCache(_BUDGET))
        self._sitter: Sitter | None = None
        self.pictures: dict[str, QPixmap] = {}

    def refresh(self) -> None:
        """Draws them, where the portrait is another one."""
        sitter = self._session.media.sitter
        if sitter is self._sitter:
            return
        self._sitter = sitter
        self.pictures = {}
        self.changed.emit()
        if sitter is None:
            return
        rest = np.concatenate((sitter.fit.expression, sitter.fit.pose)).astype(np.float32)
        values = np.repeat(rest[None], len(MOODS), axis=0)
        for row, expression in enumerate(EXPRESSIONS):
            for name, weight in expression.components:
                values[row, channel_of(name)] += weight
        scene = Pair(set_scene(sitter, MotionSequence(values), True, side_for_face(sitter, 2 * _SIDE)))
        for frame, mood in enumerate(MOODS):
            self._session.drawing.submit(
                JobRequest("Expression", "thumbnail", partial(self._stage.draw, scene, frame), Priority.EXPORT),
                Asker(partial(self._keep, sitter, mood), self._fail, self._forget, self._forget_note),
            )

    def _keep(self, sitter: "Sitter", mood: str, result: object) -> None:
        assert isinstance(result, Drawn)
        if sitter is self._sitter:
            square = face_square(result.pair.lead)
            cut = round(_CUT * square.side)
            side = square.side - 2 * cut
            face = image_of(result.pictures[0]).copy(square.left + cut, square.top + cut, side, side)
            self.pictures[mood] = QPixmap.fromImage(face)
            self.changed.emit()

    def _fail(self, _error: StudioError) -> None:
        """The preview tells what is wrong with the portrait."""

    def _forget(self) -> None:
        """The window closes."""

    def _forget_note(self, _note: str) -> None:
        """A small picture has nothing to tell."""


class MoodButtons(QWidget):
    """A button for each expression; the one that is worn is down."""

    def __init__(self, session: Session, hand: Hand, theme: Theme) -> None:
        super().__init__()
        self._hand, self._theme = hand, theme
        self._faces = MoodPictures(session, self)
        self._faces.changed.connect(self._show_faces)
        session.analysis_changed.connect(self._look_again)
        self.buttons: dict[str, QToolButton] = {}
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setSpacing(SMALL)
        for place, mood in enumerate(MOODS):
            button = QToolButton()
            button.setText(mood)
            button.setCheckable(True)
            button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextUnderIcon)
            button.setIconSize(QSize(_SIDE, _SIDE))
            button.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
            button.setToolTip(f"{mood}: over what the face does; again: without it. Its strength is set in the list.")
            button.setAccessibleName(f"Expression: {mood}")
            button.clicked.connect(self._wear)
            grid.addWidget(button, *divmod(place, _COLUMNS))
            self.buttons[mood] = button
        theme.changed.connect(self._show_faces)
        self._show_faces()

    def refresh(self) -> None:
        """Looks which one is worn."""
        for mood, button in self.buttons.items():
            button.setChecked(mood == self._hand.mood)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """The faces are drawn when they are first looked at."""
        super().paintEvent(event)
        self._faces.refresh()

    def _wear(self) -> None:
        self._hand.wear(next(mood for mood, button in self.buttons.items() if button is self.sender()))
        self.refresh()

    def _look_again(self) -> None:
        self.update()

    def _show_faces(self) -> None:
        for mood, button in self.buttons.items():
            picture = self._faces.pictures.get(mood)
            button.setIcon(icon(Icon.FACE, self._theme.colour("dim")) if picture is None else QIcon(picture))
