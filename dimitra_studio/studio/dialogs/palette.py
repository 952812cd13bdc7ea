"""The command palette: any command by a few letters of its name."""

from collections.abc import Mapping

from PySide6.QtCore import QEvent, QModelIndex, QObject, QPersistentModelIndex, QRect, Qt
from PySide6.QtGui import QAction, QKeyEvent, QPainter, QPalette
from PySide6.QtWidgets import (
    QFrame,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)
from shiboken6 import isValid

from dimitra_studio.studio.actions import TABLE, Action
from dimitra_studio.studio.keymap import told
from dimitra_studio.studio.settings import RECENT_COMMANDS, Settings
from dimitra_studio.studio.theme import MEDIUM

_WIDTH, _HEIGHT = 40, 22  # mean characters, lines
_MOST_RECENT = 8
_ID, _BESIDE = Qt.ItemDataRole.UserRole, Qt.ItemDataRole.UserRole + 1


class Palette(QFrame):
    """Lists the commands whose names hold the typed letters in their order; Enter does the chosen one, Escape none.

    Those done lately come first; those that make no sense now say what they need. It lies over `parent` and goes when
    another part of the window is used.
    """

    def __init__(self, actions: Mapping[str, QAction], settings: Settings, parent: QWidget) -> None:
        super().__init__(parent)
        self.setProperty("role", "card")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._actions, self._settings = actions, settings
        self._field = QLineEdit(placeholderText="Type a command")
        self._field.setAccessibleName("Command")
        self._list = QListWidget()
        self._list.setAccessibleName("Commands")
        self._list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._list.setItemDelegate(_Row(self._list))
        self._list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(MEDIUM, MEDIUM, MEDIUM, MEDIUM)
        layout.addWidget(self._field)
        layout.addWidget(self._list)
        self._field.textChanged.connect(self._search)
        self._field.returnPressed.connect(self._do_chosen)
        self._field.installEventFilter(self)
        self._list.itemClicked.connect(self._do_chosen)
        metrics = parent.fontMetrics()
        width = min(_WIDTH * metrics.averageCharWidth() + 12 * metrics.height(), parent.width())
        height = min(_HEIGHT * metrics.height(), parent.height())
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
        return tuple(self._list.item(row).data(_ID) for row in rows)

    def beside(self, command: str) -> str:
        """What the list says beside a command: its keys, or what it needs."""
        return next(str(self._list.item(row).data(_BESIDE)) for row, each in enumerate(self.found) if each == command)

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
        recent = self._settings.text(RECENT_COMMANDS).split(",")
        matching = [
            (rank, recent.index(row.id) if row.id in recent else len(recent), place, row)
            for place, row in enumerate(TABLE)
            if (rank := _rank(row.full_name, typed)) is not None
        ]
        for *_, row in sorted(matching, key=lambda each: each[:3]):
            self._list.addItem(self._item(row))
        self._list.setCurrentRow(0)

    def _item(self, row: Action) -> QListWidgetItem:
        action = self._actions[row.id]
        item = QListWidgetItem(row.full_name)
        item.setData(_ID, row.id)
        item.setToolTip(row.tip)
        keys = told(key.toString() for key in action.shortcuts())
        item.setData(_BESIDE, keys if action.isEnabled() else f"needs {row.need}")
        item.setData(Qt.ItemDataRole.AccessibleTextRole, f"{row.full_name}, {item.data(_BESIDE)}")
        if not action.isEnabled():
            item.setFlags(Qt.ItemFlag.NoItemFlags)
        return item

    def _do_chosen(self) -> None:
        item = self._list.currentItem()
        if item is None or not item.flags():
            return  # it says what it needs
        chosen = item.data(_ID)
        others = [each for each in self._settings.text(RECENT_COMMANDS).split(",") if each and each != chosen]
        self._settings.set(RECENT_COMMANDS, ",".join([chosen, *others][:_MOST_RECENT]))
        self._leave()
        self._actions[chosen].trigger()

    def _leave(self) -> None:
        """Closes, with the focus where it was: Qt would give it to the next field, which would swallow the keys."""
        before = self._focused_before
        if before is not None and isValid(before):
            before.setFocus()
        else:
            self._field.clearFocus()
        self.close()


class _Row(QStyledItemDelegate):
    """A command, and at the right what is said beside it."""

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        """As Qt does it, with the words at the right in a weaker colour."""
        super().paint(painter, option, index)
        painter.setPen(option.palette.color(QPalette.ColorRole.PlaceholderText))
        room: QRect = option.rect.adjusted(MEDIUM, 0, -MEDIUM, 0)
        painter.drawText(room, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, str(index.data(_BESIDE)))


def _rank(name: str, typed: str) -> tuple[int, int, int] | None:
    """How well the typed letters, in their order, fit the name, the least being best: the jumps that do not lead to the
    beginning of a word, how far apart the letters stand, where they begin. None where they are not in it."""
    name, letters = name.lower(), typed.lower().replace(" ", "")
    if not letters:
        return 0, 0, 0
    starts = [place for place, letter in enumerate(name) if letter == letters[0]]
    ranks = [_rank_from(name, letters, start, by_words) for start in starts for by_words in (True, False)]
    return min((rank for rank in ranks if rank is not None), default=None)


def _rank_from(name: str, letters: str, start: int, by_words: bool) -> tuple[int, int, int] | None:
    place, jumps = start, int(not _begins_word(name, start))
    for letter in letters[1:]:
        following = place + 1
        if name[following : following + 1] != letter:
            words = (p for p in range(following, len(name)) if name[p] == letter and _begins_word(name, p))
            word = next(words, -1) if by_words else -1
            following = word if word >= 0 else name.find(letter, following)
            jumps += word < 0
        if following < 0:
            return None
        place = following
    return jumps, place - start, start


def _begins_word(name: str, place: int) -> bool:
    return place == 0 or not name[place - 1].isalnum()
