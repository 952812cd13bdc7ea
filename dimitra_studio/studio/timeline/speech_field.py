"""The field in which a word or phone is written, at its place."""

from collections.abc import Callable

from PySide6.QtCore import QRect, QRectF, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QLineEdit, QWidget

_LEAST = 96  # px


class SpeechField(QLineEdit):
    """Shown while it is written; Escape leaves all as it was."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._home = parent
        self._answer: Callable[[str], None] | None = None
        self.editingFinished.connect(self._finish)
        self.hide()

    def ask(self, name: str, text: str, room: QRectF, answer: Callable[[str], None]) -> None:
        """Asks for a text at a place of the parent; `answer` is told it."""
        self._answer = answer
        width = max(round(room.width()), _LEAST)
        height = self.sizeHint().height()
        left = max(min(round(room.left()), self._home.width() - width), 0)
        top = max(round(room.center().y()) - height // 2, 0)
        self.setGeometry(QRect(left, top, width, height))
        self.setAccessibleName(name)
        self.setPlaceholderText(name)
        self.setText(text)
        self.selectAll()
        self.show()
        self.setFocus()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """Escape gives up."""
        if event.key() == Qt.Key.Key_Escape:
            self._answer = None
            self._leave()
        else:
            super().keyPressEvent(event)

    def _finish(self) -> None:
        answer, self._answer = self._answer, None
        self._leave()
        if answer is not None:
            answer(self.text())

    def _leave(self) -> None:
        self.hide()
        self._home.setFocus()
