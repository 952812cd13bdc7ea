"""How good a video looks, against how large it is."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QCheckBox, QComboBox, QHBoxLayout, QSpinBox, QWidget

from dimitra_studio.core.requests import LARGEST_CRF, QUALITIES
from dimitra_studio.studio.theme import MEDIUM

_WORDS = {"high": "High, for working on", "good": "Good: looks like the original", "small": "Small, for sending"}
_OWN = "Own number"


class QualityChooser(QWidget):
    """Three words, and H.264's own number for who asks for it; `changed` when it is another."""

    changed = Signal()

    def __init__(self, crf: int) -> None:
        super().__init__()
        self.choice = QComboBox()
        self.choice.setAccessibleName("Quality")
        for name, value in QUALITIES.items():
            self.choice.addItem(_WORDS[name], value)
            self.choice.setItemData(self.choice.count() - 1, f"CRF {value}", Qt.ItemDataRole.ToolTipRole)
        self.number = QSpinBox(maximum=LARGEST_CRF, prefix="CRF ")
        self.number.setAccessibleName("Constant rate factor")
        self.number.setToolTip(
            f"H.264's constant rate factor: 0 loses nothing, {LARGEST_CRF} is worst; 6 more halve it"
        )
        self.advanced = QCheckBox("Advanced")
        self.advanced.setToolTip("Choose by H.264's own number")
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(MEDIUM)
        row.addWidget(self.choice, 1)
        row.addWidget(self.number)
        row.addWidget(self.advanced)
        self.number.setValue(crf)
        self._show_word()
        self.advanced.setChecked(self.choice.currentData() is None)
        self.number.setVisible(self.advanced.isChecked())
        self.advanced.toggled.connect(self.number.setVisible)
        self.choice.currentIndexChanged.connect(self._take_word)
        self.number.valueChanged.connect(self._take_number)

    @property
    def crf(self) -> int:
        """What is chosen."""
        return self.number.value()

    def _take_word(self) -> None:
        value = self.choice.currentData()
        if value is not None:
            self.number.setValue(value)

    def _take_number(self) -> None:
        self._show_word()
        self.changed.emit()

    def _show_word(self) -> None:
        """The word of the number; one that has none gets an entry of its own while it is chosen."""
        own = self.choice.findText(_OWN)
        known = self.choice.findData(self.crf)
        if known < 0 and own < 0:
            self.choice.addItem(_OWN)
            own = self.choice.count() - 1
        self.choice.setCurrentIndex(known if known >= 0 else own)
        if known >= 0 and own >= 0:
            self.choice.removeItem(own)
