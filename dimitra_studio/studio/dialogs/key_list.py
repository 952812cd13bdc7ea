"""Every action with its keys, by menu; a search leaves those that hold its words."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHeaderView, QTreeWidget, QTreeWidgetItem

from dimitra_studio.studio.actions import TABLE, Action, Menu, Scope
from dimitra_studio.studio.keymap import Keymap, told

_PLACES = {
    Scope.EVERYWHERE: "",
    Scope.TIMELINE: "Timeline",
    Scope.PREVIEW: "Preview",
    Scope.EDITS: "Edit",
    Scope.HEAD: "Head",
}


class KeyList(QTreeWidget):
    """Follows the keymap. Keys that the user gave stand in bold."""

    def __init__(self, keymap: Keymap) -> None:
        super().__init__()
        self._keymap = keymap
        self.setHeaderLabels(["Command", "Keys", "Where"])
        self.setAccessibleName("Commands and their keys")
        self.setRootIsDecorated(False)
        self.setIndentation(self.fontMetrics().averageCharWidth() * 2)
        self._items: dict[str, QTreeWidgetItem] = {}
        self._headings: list[QTreeWidgetItem] = []
        for menu in Menu:
            heading = QTreeWidgetItem([menu.replace("&", "")])
            heading.setFlags(Qt.ItemFlag.ItemIsEnabled)
            bold = heading.font(0)
            bold.setBold(True)
            heading.setFont(0, bold)
            self.addTopLevelItem(heading)
            self._headings.append(heading)
            for row in TABLE:
                if row.menu is menu:
                    item = QTreeWidgetItem([row.full_name, "", _PLACES[row.scope]])
                    item.setToolTip(0, row.tip)
                    item.setData(0, Qt.ItemDataRole.UserRole, row.id)
                    heading.addChild(item)
                    self._items[row.id] = item
        self.expandAll()
        self.header().setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        self.header().setSectionResizeMode(1, QHeaderView.ResizeMode.ResizeToContents)
        self.header().setSectionResizeMode(2, QHeaderView.ResizeMode.ResizeToContents)
        self.header().setStretchLastSection(False)
        self._show()
        keymap.changed.connect(self._show)

    @property
    def chosen(self) -> Action | None:
        """The action of the current row."""
        item = self.currentItem()
        chosen = item.data(0, Qt.ItemDataRole.UserRole) if item is not None else None
        return next((row for row in TABLE if row.id == chosen), None)

    @property
    def needed_width(self) -> int:
        """Pixels in which nothing is cut."""
        bar = self.verticalScrollBar().sizeHint().width() + 2 * self.frameWidth()
        return sum(self.sizeHintForColumn(column) for column in range(self.columnCount())) + bar

    @property
    def shown(self) -> tuple[str, ...]:
        """The ids of the actions that the search leaves."""
        return tuple(name for name, item in self._items.items() if not item.isHidden())

    def choose(self, row: Action) -> None:
        """Goes to an action's row."""
        self.setCurrentItem(self._items[row.id])

    def search(self, typed: str) -> None:
        """Leaves the rows whose names or keys hold every typed word."""
        words = typed.lower().split()
        for item in self._items.values():
            text = f"{item.text(0)} {item.text(1)} {item.text(2)}".lower()
            item.setHidden(not all(word in text for word in words))
        for heading in self._headings:
            heading.setHidden(all(item.isHidden() for item in self._items.values() if item.parent() is heading))

    def _show(self) -> None:
        for row in TABLE:
            item = self._items[row.id]
            item.setText(1, told(self._keymap.keys(row)))
            font = item.font(1)
            font.setBold(self._keymap.is_own(row))
            item.setFont(1, font)
