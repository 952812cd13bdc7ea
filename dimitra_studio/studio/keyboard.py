"""Habits of the keyboard that Qt does not have by itself.

The transport's keys are shortcuts of the window. Lists, sliders and number fields keep the arrow keys that move within
them; a focused button is pressed with Enter, since the space bar plays.
"""

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QAbstractButton, QAbstractItemView, QAbstractSlider, QAbstractSpinBox, QComboBox

_ARROWS = (Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Home, Qt.Key.Key_End)
_ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)


class KeyboardHabits(QObject):
    """An event filter for the whole application."""

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        """Sees every event first."""
        if not isinstance(event, QKeyEvent) or event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier:
            return False
        if event.type() is QEvent.Type.ShortcutOverride and event.key() in _ARROWS:
            if isinstance(watched, QAbstractItemView | QAbstractSlider | QAbstractSpinBox | QComboBox):
                event.accept()
        elif event.type() is QEvent.Type.KeyPress and event.key() in _ENTER and isinstance(watched, QAbstractButton):
            watched.click()
            return True
        return False
