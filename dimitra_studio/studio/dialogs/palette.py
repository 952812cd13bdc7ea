"""The command palette: any command by a few letters of its name."""

from collections.abc import Mapping

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QAction, QKeyEvent
from PySide6.QtWidgets import QFrame, QLineEdit, QListWidget, QListWidgetItem, QVBoxLayout, QWidget
from shiboken6 import isValid

from dimitra_studio.studio.actions import TABLE, plain_title
from dimitra_studio.studio.theme import MEDIUM

_WIDTH, _HEIGHT = 480, 360


class Palette(QFrame):
    """Lists the commands whose names hold the typed letters in their order; Enter does the chosen one, Escape none.

    It lies over `parent` and goes when another part of the window is used.
    """

    def __init__(self, actions: Mapping[str, QAction], parent: QWidget) -> None:
        super().__init__(parent)
        self.setProperty("role", "card")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._actions = actions
        self._field = QLineEdit(placeholderText="Type a command")
        self._field.setAccessibleName("Command")
        self._list = QListWidget()
        self._list.setAccessibleName("Commands")
        self._list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(MEDIUM, MEDIUM, MEDIUM, MEDIUM)
        layout.addWidget(self._field)
        layout.addWidget(self._list)
        self._field.textChanged.connect(self._search)
        self._field.returnPressed.connect(self._do_chosen)
        self._field.installEventFilter(self)
        self._list.itemClicked.connect(self._do_chosen)
        width, height = min(_WIDTH, parent.width()), min(_HEIGHT, parent.height())
        self.setGeometry((parent.width() - width) // 2, (parent.height() - height) // 6, width, height)
        self._search("")
        self._focused_before = parent.focusWidget()
        self.show()
        self.raise_()
        self._field.setFocus()

    @property
    def found(self) -> tuple[str, ...]:
        """The ids of the commands listed, best first."""
        rows = range(self._list.count())
        return tuple(self._list.item(row).data(Qt.ItemDataRole.UserRole) for row in rows)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        """The arrows walk through the list while one types; Escape closes, as does a click elsewhere."""
        if event.type() is QEvent.Type.FocusOut and not self.underMouse():
            self.close()
        elif isinstance(event, QKeyEvent) and event.type() is QEvent.Type.KeyPress:
            if event.key() == Qt.Key.Key_Escape:
                self._leave()
                return True
            step = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1}.get(Qt.Key(event.key()))
            if step is not None:
                self._list.setCurrentRow((self._list.currentRow() + step) % max(self._list.count(), 1))
                return True
        return super().eventFilter(watched, event)

    def _search(self, typed: str) -> None:
        self._list.clear()
        matching = [(rank, row) for row in TABLE if (rank := _rank(plain_title(row), typed)) is not None]
        for _, row in sorted(matching, key=lambda pair: pair[0]):
            action = self._actions[row.id]
            keys = ", ".join(key.toString() for key in action.shortcuts())
            item = QListWidgetItem(f"{plain_title(row)}    {keys}" if keys else plain_title(row))
            item.setData(Qt.ItemDataRole.UserRole, row.id)
            item.setToolTip(row.tip)
            if not action.isEnabled():
                item.setFlags(Qt.ItemFlag.NoItemFlags)
            self._list.addItem(item)
        self._list.setCurrentRow(0)

    def _do_chosen(self) -> None:
        item = self._list.currentItem()
        self._leave()
        if item is not None:
            self._actions[item.data(Qt.ItemDataRole.UserRole)].trigger()

    def _leave(self) -> None:
        """Closes, with the focus where it was: Qt would give it to the next field, which would swallow the keys."""
        before = self._focused_before
        if before is not None and isValid(before):
            before.setFocus()
        else:
            self._field.clearFocus()
        self.close()


def _rank(title: str, typed: str) -> tuple[int, int] | None:
    """How far apart the typed letters stand in the title, and where they begin; None where they are not in it."""
    name, place, first = title.lower(), -1, 0
    for number, letter in enumerate(typed.lower().replace(" ", "")):
        place = name.find(letter, place + 1)
        if place < 0:
            return None
        first = place if number == 0 else first
    return place - first, first
