"""The field in which a marker gets its name, at its place."""

from dataclasses import replace

from PySide6.QtCore import QRect, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QLineEdit, QWidget

from dimitra_studio.project.document import Marker

_WIDTH = 160  # px


class NameField(QLineEdit):
    """Shown while a marker is named; `named` carries the marker with its new name. Escape leaves the old one."""

    named = Signal(object)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._home = parent
        self._marker: Marker | None = None
        self.setAccessibleName("Name of the marker")
        self.editingFinished.connect(self._finish)
        self.hide()

    def ask(self, marker: Marker, x: int, y: int) -> None:
        """Asks for the marker's name at a place of the parent."""
        self._marker = marker
        room = self._home.width() - _WIDTH
        self.setGeometry(QRect(max(min(x, room), 0), y, _WIDTH, self.sizeHint().height()))
        self.setText(marker.name)
        self.selectAll()
        self.show()
        self.setFocus()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """Escape gives up."""
        if event.key() == Qt.Key.Key_Escape:
            self._marker = None
            self._leave()
        else:
            super().keyPressEvent(event)

    def _finish(self) -> None:
        marker, self._marker = self._marker, None
        self._leave()
        if marker is not None and self.text() != marker.name:
            self.named.emit(replace(marker, name=self.text()))

    def _leave(self) -> None:
        self.hide()
        self._home.setFocus()
