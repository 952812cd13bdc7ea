"""The field in which numbers of a curve are written exactly, over its header."""

from PySide6.QtCore import QRect, QRegularExpression, Qt, Signal
from PySide6.QtGui import QKeyEvent, QRegularExpressionValidator
from PySide6.QtWidgets import QLineEdit, QWidget

_NUMBER = r"-?(\d+\.?\d*|\.\d+)"


class ValueField(QLineEdit):
    """Shown while numbers are asked for; `given` carries them as they were written, a tuple. Escape leaves them as they
    are."""

    given = Signal(object)

    def __init__(self, parent: QWidget, home: QWidget) -> None:
        """`home` gets the keys back."""
        super().__init__(parent)
        self._home = home
        self._asks = False
        self._validator = QRegularExpressionValidator(self)
        self.setValidator(self._validator)
        self.returnPressed.connect(self._give)
        self.editingFinished.connect(self._leave)
        self.hide()

    def ask(self, name: str, values: tuple[float, ...], room: QRect) -> None:
        """Asks for numbers in place of these."""
        self.setAccessibleName(name)
        self.setToolTip(f"{name}. Enter keeps it, Esc leaves it.")
        self.setGeometry(room)
        self._validator.setRegularExpression(QRegularExpression(r"\s+".join([_NUMBER] * len(values)) + r"\s*"))
        self.setText("  ".join(f"{value:.2f}" for value in values))
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
            self.given.emit(tuple(float(number) for number in self.text().split()))
            self._leave()

    def _leave(self) -> None:
        self._asks = False
        if self.isVisible():
            self.hide()
            self._home.setFocus()
