"""Every command and its keys."""

from PySide6.QtWidgets import QDialog, QLineEdit, QVBoxLayout, QWidget

from dimitra_studio.studio.dialogs.key_list import KeyList
from dimitra_studio.studio.keymap import Keymap
from dimitra_studio.studio.theme import MEDIUM

_WIDTH, _HEIGHT = 70, 36  # mean characters, lines


class Shortcuts(QDialog):
    """The action table, by menu."""

    def __init__(self, keymap: Keymap, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle("Keyboard Shortcuts")
        search = QLineEdit(placeholderText="Search commands and keys")
        search.setAccessibleName("Search commands and keys")
        search.setClearButtonEnabled(True)
        self.list = KeyList(keymap)
        search.textChanged.connect(self.list.search)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(MEDIUM, MEDIUM, MEDIUM, MEDIUM)
        layout.addWidget(search)
        layout.addWidget(self.list)
        metrics = self.fontMetrics()
        wide = max(_WIDTH * metrics.averageCharWidth(), self.list.needed_width + 2 * MEDIUM)
        self.resize(wide, _HEIGHT * metrics.height())
