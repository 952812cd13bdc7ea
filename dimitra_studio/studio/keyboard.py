"""Habits of the keyboard that Qt does not have by itself.

The transport's keys are shortcuts of the window. Where the focus is in a list, a slider or a number field, the arrow
keys move within it instead; in a field for text, the keys of panels are letters and those that delete words do so; a
focused button is pressed with Enter, since the space bar plays.

This follows the focus and is no event filter: one in Python for the whole application would be handed widgets that are
being constructed, which crashes PySide.
"""

from collections.abc import Mapping

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QAction, QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractSlider,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QLineEdit,
    QPlainTextEdit,
    QTabBar,
    QWidget,
)

from dimitra_studio.studio.actions import TABLE, Action, Scope
from dimitra_studio.studio.keymap import Keymap
from dimitra_studio.studio.menus import CONTEXTS

_ARROWS = {"Up", "Down", "Left", "Right", "Home", "End"}
# What a field edits with and does not claim from the window's shortcuts by itself, as it does copying or undoing.
_DELETING = {"Ctrl+Backspace", "Ctrl+Delete", "Ctrl+Del", "Alt+Backspace", "Shift+Delete", "Shift+Del"}
_TYPED_INTO = (QAbstractSpinBox, QLineEdit, QPlainTextEdit)
_MOVED_WITHIN = (QAbstractItemView, QAbstractSlider, QAbstractSpinBox, QComboBox, QLineEdit, QTabBar)


class KeyboardHabits(QObject):
    """Lends keys to the focused widget of `window`, and takes them back for its `actions`."""

    def __init__(self, window: QWidget, actions: Mapping[str, QAction], keymap: Keymap) -> None:
        super().__init__(window)
        self._actions = actions
        self._lent: list[Action] = []
        self._enter = [QShortcut(QKeySequence(key), window) for key in (Qt.Key.Key_Return, Qt.Key.Key_Enter)]
        for shortcut in self._enter:
            shortcut.activated.connect(self._press)
        application = QApplication.instance()
        assert isinstance(application, QApplication)
        application.focusChanged.connect(self._follow)
        keymap.changed.connect(self._look_again)
        self._look_again()

    def _follow(self, _before: QWidget | None, focused: QWidget | None) -> None:
        moves, types = isinstance(focused, _MOVED_WITHIN), isinstance(focused, _TYPED_INTO)
        for row in self._lent:
            action = self._actions[row.id]
            keys = {key.toString() for key in action.shortcuts()}
            lent = types if row.scope is not Scope.EVERYWHERE or keys & _DELETING else moves
            # A shortcut of the window's own focus alone is as good as off, and menus still show its key.
            context = Qt.ShortcutContext.WidgetShortcut if lent else CONTEXTS[row.scope]
            if action.shortcutContext() is not context:
                action.setShortcutContext(context)
        for shortcut in self._enter:
            shortcut.setEnabled(isinstance(focused, QAbstractButton))

    def _look_again(self) -> None:
        """The keys are others."""
        self._lent = [
            row
            for row in TABLE
            if row.scope is not Scope.EVERYWHERE
            or any(key.toString() in _ARROWS | _DELETING for key in self._actions[row.id].shortcuts())
        ]
        self._follow(None, QApplication.focusWidget())

    def _press(self) -> None:
        focused = QApplication.focusWidget()
        if isinstance(focused, QAbstractButton):
            focused.click()
