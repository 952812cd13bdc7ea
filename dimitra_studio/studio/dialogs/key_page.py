"""The page of the settings where actions get other keys."""

from PySide6.QtCore import QKeyCombination, Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QHBoxLayout, QKeySequenceEdit, QLabel, QLineEdit, QPushButton, QVBoxLayout, QWidget

from dimitra_studio.studio.dialogs.key_list import KeyList
from dimitra_studio.studio.dialogs.setting_form import SettingForm
from dimitra_studio.studio.keymap import Keymap, told
from dimitra_studio.studio.settings import KEY_PRESET, Settings
from dimitra_studio.studio.theme import MEDIUM


class KeyPage(QWidget):
    """A list of all actions, and a field that takes the keys which are pressed in it."""

    def __init__(self, settings: Settings, keymap: Keymap) -> None:
        super().__init__()
        self._keymap = keymap
        self.presets = SettingForm(settings, (KEY_PRESET,))
        self.search = QLineEdit(placeholderText="Search commands and keys")
        self.search.setAccessibleName("Search commands and keys")
        self.search.setClearButtonEnabled(True)
        self.list = KeyList(keymap)
        self.list.setMinimumHeight(8 * self.fontMetrics().height())
        self._title = QLabel()
        self.field = QKeySequenceEdit(maximumSequenceLength=1)
        self.field.setAccessibleName("Press the new keys")
        self.field.setFinishingKeyCombinations([QKeyCombination(Qt.Key.Key_Tab), QKeyCombination(Qt.Key.Key_Backtab)])
        self.warning = QLabel()
        self.warning.setWordWrap(True)
        self.warning.setProperty("role", "warning")
        self.use, self.add = QPushButton("Use"), QPushButton("Use Too")
        self.add.setToolTip("Beside the keys that the command has")
        self.clear = QPushButton("No Keys")
        self.reset, self.reset_all = QPushButton("Reset"), QPushButton("Reset All")
        self.reset.setToolTip("The usual keys of this command")
        self.reset_all.setToolTip("The usual keys of every command")
        new = QHBoxLayout()
        new.setSpacing(MEDIUM)
        for part in (self.field, self.use, self.add):
            new.addWidget(part, 1 if part is self.field else 0)
        others = QHBoxLayout()
        others.setSpacing(MEDIUM)
        others.addWidget(self.clear)
        others.addWidget(self.reset)
        others.addStretch()
        others.addWidget(self.reset_all)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(MEDIUM)
        for each in (self.presets, self.search, self.list, self._title):
            column.addWidget(each, 1 if each is self.list else 0)
        column.addLayout(new)
        column.addWidget(self.warning)
        column.addLayout(others)
        self.search.textChanged.connect(self.list.search)
        self.list.currentItemChanged.connect(self._choose)
        self.field.keySequenceChanged.connect(self._look)
        self.use.clicked.connect(self._use)
        self.add.clicked.connect(self._add)
        self.clear.clicked.connect(self._clear)
        self.reset.clicked.connect(self._reset)
        self.reset_all.clicked.connect(keymap.reset_all)
        keymap.changed.connect(self._look)
        self._look()

    @property
    def pressed(self) -> str:
        """What was pressed, in Qt's portable spelling."""
        return str(self.field.keySequence().toString(QKeySequence.SequenceFormat.PortableText))

    def _choose(self) -> None:
        self.field.clear()
        self._look()

    def _look(self) -> None:
        """Says whose keys they are, and what can be done."""
        row, key = self.list.chosen, self.pressed
        has = self._keymap.keys(row) if row else ()
        self._title.setText(f"New keys for {row.full_name}" if row else "Choose a command to give it other keys.")
        holder = self._keymap.holder(key, row) if row and key else None
        if holder is not None:
            self.warning.setText(f"{told([key])} is {holder.full_name} now. Using it takes it from there.")
        else:
            self.warning.setText(f"{told([key])} stands for this command already." if key and key in has else "")
        self.use.setText("Use" if holder is None else f"Take From {holder.name}")
        self.use.setEnabled(bool(row and key) and has != (key,))
        self.add.setEnabled(bool(row and key and has) and key not in has and holder is None)
        self.field.setEnabled(row is not None)
        self.clear.setEnabled(bool(has))
        self.reset.setEnabled(row is not None and has != self._keymap.usual(row))
        self.reset_all.setEnabled(self._keymap.has_own)

    def _use(self) -> None:
        self._assign((self.pressed,))

    def _add(self) -> None:
        row = self.list.chosen
        self._assign((*self._keymap.keys(row), self.pressed) if row else ())

    def _clear(self) -> None:
        self._assign(())

    def _assign(self, keys: tuple[str, ...]) -> None:
        row = self.list.chosen
        if row is not None:
            self._keymap.assign(row, keys)
            self.field.clear()

    def _reset(self) -> None:
        row = self.list.chosen
        if row is not None:
            self._keymap.reset(row)
