"""Every command and its keys."""

from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QDialog, QHeaderView, QTreeWidget, QTreeWidgetItem, QVBoxLayout, QWidget

from dimitra_studio.studio.actions import TABLE, Menu, plain_title
from dimitra_studio.studio.theme import MEDIUM

_WIDTH, _HEIGHT = 560, 640


class Shortcuts(QDialog):
    """The action table, by menu."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle("Keyboard Shortcuts")
        tree = QTreeWidget()
        tree.setHeaderLabels(["Command", "Keys"])
        tree.setRootIsDecorated(False)
        tree.setAccessibleName("Commands and their keys")
        for menu in Menu:
            heading = QTreeWidgetItem([menu.replace("&", "")])
            bold = heading.font(0)
            bold.setBold(True)
            heading.setFont(0, bold)
            tree.addTopLevelItem(heading)
            for row in TABLE:
                if row.menu is menu:
                    keys = ", ".join(QKeySequence(key).toString() for key in row.keys)
                    item = QTreeWidgetItem([plain_title(row), keys])
                    item.setToolTip(0, row.tip)
                    heading.addChild(item)
        tree.expandAll()
        tree.header().setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(MEDIUM, MEDIUM, MEDIUM, MEDIUM)
        layout.addWidget(tree)
        self.resize(_WIDTH, _HEIGHT)
