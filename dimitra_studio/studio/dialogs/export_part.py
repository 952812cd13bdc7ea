"""Which stretch of the take is exported."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QDoubleSpinBox, QHBoxLayout, QLabel, QWidget

from dimitra_studio.core.timebase import TimeRange
from dimitra_studio.studio.theme import MEDIUM

WHOLE, LOOP, SELECTION, TYPED = "whole", "loop", "selection", "typed"
_DECIMALS = 3


class PartChooser(QWidget):
    """The whole take, its loop, the selection, or two moments that are typed; `changed` when it is another."""

    changed = Signal()

    def __init__(self, seconds: float, loop: TimeRange | None, selection: TimeRange | None) -> None:
        super().__init__()
        self._seconds = seconds
        self._parts = {
            name: part for name, part in ((LOOP, loop), (SELECTION, selection)) if part and part.start < seconds
        }
        self.choice = QComboBox()
        self.choice.setAccessibleName("Range")
        self.choice.addItem(f"Whole take ({seconds:.2f} s)", WHOLE)
        for name, part in self._parts.items():
            self.choice.addItem(f"{name.capitalize()} ({part.start:.2f} to {min(part.end, seconds):.2f} s)", name)
        self.choice.addItem("From … to …", TYPED)
        self.start, self.end = self._moment("From", 0.0), self._moment("To", seconds)
        self._typed = QWidget()
        typed = QHBoxLayout(self._typed)
        typed.setContentsMargins(0, 0, 0, 0)
        typed.setSpacing(MEDIUM)
        for field in (self.start, QLabel("to"), self.end):
            typed.addWidget(field)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(MEDIUM)
        row.addWidget(self.choice, 1)
        row.addWidget(self._typed)
        self._typed.hide()
        self.choice.currentIndexChanged.connect(self._choose)

    @property
    def part(self) -> TimeRange | None:
        """What is chosen; None is the whole take. Raises ValueError where it is typed and no stretch of time."""
        chosen = self.choice.currentData()
        if chosen == WHOLE:
            return None
        if chosen == TYPED:
            return TimeRange(self.start.value(), self.end.value())
        part = self._parts[chosen]
        return TimeRange(part.start, min(part.end, self._seconds))

    def _choose(self) -> None:
        self._typed.setVisible(self.choice.currentData() == TYPED)
        self.changed.emit()

    def _moment(self, name: str, seconds: float) -> QDoubleSpinBox:
        field = QDoubleSpinBox(maximum=self._seconds, decimals=_DECIMALS, singleStep=0.1, suffix=" s")
        field.setValue(seconds)
        field.setAccessibleName(name)
        field.valueChanged.connect(self.changed)
        return field
