"""A field for a number that a turned wheel scrolls past."""

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QDoubleSpinBox

from dimitra_studio.studio.theme import LARGE


class NumberField(QDoubleSpinBox):
    """As wide as `widest` needs, so that fields stand in line; a number counts when it is written to its end."""

    def __init__(self, widest: str, ends: tuple[float, float], step: float, suffix: str) -> None:
        """`ends` are the lowest and the highest number."""
        super().__init__(minimum=ends[0], maximum=ends[1], singleStep=step)
        self._widest = widest
        self.setSuffix(suffix)
        self.setKeyboardTracking(False)
        self.setButtonSymbols(QDoubleSpinBox.ButtonSymbols.NoButtons)
        self.setAlignment(Qt.AlignmentFlag.AlignRight)

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's names
        """As wide as the widest number."""
        return QSize(self.fontMetrics().horizontalAdvance(self._widest) + LARGE, super().sizeHint().height())

    def minimumSizeHint(self) -> QSize:  # noqa: N802
        """No less."""
        return self.sizeHint()

    def wheelEvent(self, event: QWheelEvent) -> None:  # noqa: N802
        """For what lies around it."""
        event.ignore()
