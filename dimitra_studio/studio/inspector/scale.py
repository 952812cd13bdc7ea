"""A number as a slider and a field, both showing the same."""

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtWidgets import QDoubleSpinBox, QHBoxLayout, QSlider, QWidget

from dimitra_studio.studio.theme import MEDIUM

_STEP = 0.05


class Scale(QWidget):
    """A number from 0 to `highest`; `changed` carries it."""

    changed = Signal(object)

    def __init__(self, name: str, tip: str, highest: float, value: float) -> None:
        super().__init__()
        self._usual = value
        self._slider = QSlider(Qt.Orientation.Horizontal)
        self._slider.setRange(0, round(highest / _STEP))
        self._field = QDoubleSpinBox(maximum=highest, singleStep=_STEP, decimals=2)
        for part in (self._slider, self._field):
            part.setAccessibleName(name)
            part.setToolTip(f"{tip} (usual: {value:g})")
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(MEDIUM)
        row.addWidget(self._slider, 1)
        row.addWidget(self._field)
        self.set_value(value)
        self._slider.valueChanged.connect(self._slide)
        self._field.valueChanged.connect(self._type)

    @property
    def value(self) -> float:
        """The number."""
        return float(self._field.value())

    def set_value(self, value: float) -> None:
        """Another number, told to nobody."""
        with QSignalBlocker(self._field), QSignalBlocker(self._slider):
            self._field.setValue(value)
            self._slider.setValue(round(value / _STEP))

    def _slide(self, step: int) -> None:
        self.set_value(step * _STEP)
        self.changed.emit(self.value)

    def _type(self, value: float) -> None:
        self.set_value(value)
        self.changed.emit(value)
