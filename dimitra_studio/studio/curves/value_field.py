"""The field in which a curve's value is written exactly, over its header."""

from PySide6.QtCore import QLocale, QRect, Qt, Signal
from PySide6.QtGui import QDoubleValidator, QKeyEvent
from PySide6.QtWidgets import QLineEdit, QWidget


class ValueField(QLineEdit):
    """Shown while a value is asked for; `given` carries it as it was written. Escape leaves it as it is."""

    given = Signal(object)

    def __init__(self, parent: QWidget, home: QWidget) -> None:
        """`home` gets the keys back."""
        super().__init__(parent)
        self._home = home
        self._asks = False
        validator = QDoubleValidator(self)
        validator.setLocale(QLocale.c())
        validator.setNotation(QDoubleValidator.Notation.StandardNotation)
        self.setValidator(validator)
        self.returnPressed.connect(self._give)
        self.editingFinished.connect(self._leave)
        self.hide()

    def ask(self, name: str, value: float, room: QRect) -> None:
        """Asks for a value in place of this one."""
        self.setAccessibleName(name)
        self.setToolTip(f"{name} at the playhead. Enter keeps it, Esc leaves it.")
        self.setGeometry(room)
        self.setText(f"{value:.2f}")
        self.selectAll()
        self._asks = True
        self.show()
        self.setFocus()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """Escape gives up."""
        if event.key() == Qt.Key.Key_Escape:
            self._leave()
        else:
            super().keyPressEvent(event)

    def _give(self) -> None:
        if self._asks:
            self._asks = False
            self.given.emit(float(self.text()))
            self._leave()

    def _leave(self) -> None:
        self._asks = False
        if self.isVisible():
            self.hide()
            self._home.setFocus()
