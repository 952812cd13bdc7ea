"""A number as a slider and a field, both showing the same, and the way back to what is usual."""

from PySide6.QtCore import QEvent, QSignalBlocker, QSize, Qt, Signal
from PySide6.QtWidgets import QDoubleSpinBox, QHBoxLayout, QSlider, QToolButton, QWidget

from dimitra_studio.studio.icons import Icon, icon
from dimitra_studio.studio.theme import SMALL

_STEP = 0.05
_SHORTEST = 48  # px, of the slider
_SIGN = 14  # px


class Scale(QWidget):
    """A number from 0 to `highest`; `changed` carries it."""

    changed = Signal(object)

    def __init__(self, name: str, tip: str, highest: float, value: float) -> None:
        super().__init__()
        self._usual = value
        self._slider = QSlider(Qt.Orientation.Horizontal)
        self._slider.setMinimumWidth(_SHORTEST)
        self._slider.setRange(0, round(highest / _STEP))
        self._field = QDoubleSpinBox(maximum=highest, singleStep=_STEP, decimals=2)
        self.back = QToolButton()
        self.back.setAccessibleName(f"{name} as usual")
        self.back.setToolTip(f"Back to {value:g}")
        self.back.clicked.connect(self.reset)
        self.back.setIconSize(QSize(_SIGN, _SIGN))
        self.back.setStyleSheet("padding: 0")
        room = self.back.sizePolicy()
        room.setRetainSizeWhenHidden(True)
        self.back.setSizePolicy(room)
        for part in (self._slider, self._field):
            part.setAccessibleName(name)
            part.setToolTip(f"{tip}\nUsual: {value:g}")
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(SMALL)
        row.addWidget(self._slider, 1)
        row.addWidget(self._field)
        row.addWidget(self.back)
        self.set_value(value)
        self._colour()
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
        self.back.setVisible(self.value != self._usual)

    def reset(self) -> None:
        """The usual number."""
        self._type(self._usual)

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802 - Qt's name
        """Other colours."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self._colour()

    def _colour(self) -> None:
        self.back.setIcon(icon(Icon.UNDO, self.palette().placeholderText().color()))

    def _slide(self, step: int) -> None:
        self.set_value(step * _STEP)
        self.changed.emit(self.value)

    def _type(self, value: float) -> None:
        self.set_value(value)
        self.changed.emit(value)
