"""A number that is dragged, typed, or put back to where nothing changes; it may go both ways from there."""

from PySide6.QtCore import QEvent, QPointF, QRect, QSignalBlocker, QSize, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QWheelEvent
from PySide6.QtWidgets import (
    QHBoxLayout,
    QSizePolicy,
    QSlider,
    QStyle,
    QStyleOptionSlider,
    QToolButton,
    QWidget,
)

from dimitra_studio.studio.edits.number_field import NumberField
from dimitra_studio.studio.icons import Icon, icon
from dimitra_studio.studio.theme import SMALL

_SHORTEST = 64  # px, of the slider
_SIGN = 14  # px
_WIDEST = "−200 ms"
_BAR = SMALL  # px, as the groove is high
# How a unit is shown: times what, with which letters behind it, in steps of what.
_SHOWN = {"": (100.0, " %", 1.0), "×": (100.0, " %", 1.0), "°": (1.0, "°", 0.5), "ms": (1.0, " ms", 5.0)}


class Fader(QWidget):
    """A slider, its field and the way back. `turned` carries the number; a drag is between `gripped` and `released`, or
    `given_up` with Esc: who listens puts the number back."""

    gripped = Signal()
    turned = Signal(object)
    released = Signal()
    given_up = Signal()

    def __init__(self, name: str, tip: str, ends: tuple[float, float], rest: float, unit: str = "") -> None:
        """`ends` are the lowest and the highest number; `unit` is a macro's, shares are shown in percent."""
        super().__init__()
        low, high = ends
        self._rest = rest
        self._factor, suffix, self._step = _SHOWN[unit]
        self.slider = _Groove(round(rest * self._factor / self._step))
        self.slider.setRange(round(low * self._factor / self._step), round(high * self._factor / self._step))
        self.field = NumberField(_WIDEST, (low * self._factor, high * self._factor), self._step, suffix)
        self.field.setDecimals(0 if self._step >= 1 else 1)
        self.back = QToolButton()
        self.back.setAccessibleName(f"{name}: back")
        self.back.setToolTip(f"Back to {rest * self._factor:g}{suffix}")
        self.back.setIconSize(QSize(_SIGN, _SIGN))
        self.back.setStyleSheet("padding: 0")
        room = self.back.sizePolicy()
        room.setRetainSizeWhenHidden(True)
        self.back.setSizePolicy(room)
        for part in (self.slider, self.field):
            part.setAccessibleName(name)
            part.setToolTip(f"{tip}\nDouble click: back to {rest * self._factor:g}{suffix}")
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(SMALL)
        row.addWidget(self.slider, 1)
        row.addWidget(self.field)
        row.addWidget(self.back)
        self.set_value(rest)
        self._colour()
        self.slider.valueChanged.connect(self._slide)
        self.slider.gripped.connect(self.gripped)
        self.slider.released.connect(self.released)
        self.slider.given_up.connect(self.given_up)
        self.slider.reset.connect(self.reset)
        self.field.valueChanged.connect(self._type)
        self.back.clicked.connect(self.reset)

    @property
    def value(self) -> float:
        """The number."""
        return float(self.field.value()) / self._factor

    def set_value(self, value: float) -> None:
        """Another number, told to nobody."""
        with QSignalBlocker(self.field), QSignalBlocker(self.slider):
            self.field.setValue(value * self._factor)
            self.slider.setValue(round(value * self._factor / self._step))  # paints, where that is elsewhere
        self.back.setVisible(self.value != self._rest)

    def reset(self) -> None:
        """To where nothing changes."""
        if self.value != self._rest:
            self.set_value(self._rest)
            self.turned.emit(self._rest)

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802 - Qt's name
        """Other colours."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self._colour()

    def _colour(self) -> None:
        self.back.setIcon(icon(Icon.UNDO, self.palette().placeholderText().color()))

    def _slide(self, step: int) -> None:
        self.set_value(step * self._step / self._factor)
        self.turned.emit(self.value)

    def _type(self, shown: float) -> None:
        self.set_value(shown / self._factor)
        self.turned.emit(self.value)


class _Groove(QSlider):
    """Jumps to where it is pressed, shows how far it is from its rest, and lets a turned wheel scroll what it is in."""

    gripped = Signal()
    released = Signal()
    given_up = Signal()
    reset = Signal()

    def __init__(self, rest: int) -> None:
        super().__init__(Qt.Orientation.Horizontal)
        self._rest = rest
        self._held = False
        self._ignores_mouse = False  # it was given up with the button held
        self.setMinimumWidth(_SHORTEST)
        self.setPageStep(10)
        self.setProperty("role", "centred")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's names
        if event.button() is Qt.MouseButton.LeftButton:
            self._grip()
            if not self._handle().contains(event.position().toPoint()):
                self.setValue(self._value_at(event.position().x()))
        super().mousePressEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        if not self._ignores_mouse:
            super().mouseMoveEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        super().mouseReleaseEvent(event)
        self._ignores_mouse = False
        self._let_go()

    def mouseDoubleClickEvent(self, _event: QMouseEvent) -> None:  # noqa: N802
        self.reset.emit()

    def event(self, event: QEvent) -> bool:
        """While it is dragged, Esc is its own."""
        if event.type() == QEvent.Type.ShortcutOverride and self._gives_up(event):
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        """A key that is held is a drag; Esc gives a drag up."""
        if self._gives_up(event):
            self._held, self._ignores_mouse = False, self.isSliderDown()
            self.setSliderDown(False)
            self.setRepeatAction(QSlider.SliderAction.SliderNoAction)
            self.given_up.emit()
        elif event.key() == Qt.Key.Key_Escape:
            event.ignore()
        else:
            self._grip()
            super().keyPressEvent(event)

    def keyReleaseEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        super().keyReleaseEvent(event)
        if not event.isAutoRepeat():
            self._let_go()

    def focusOutEvent(self, event: QFocusEvent) -> None:  # noqa: N802
        super().focusOutEvent(event)
        self._let_go()

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802
        """Disabled, it is let go: no release would follow."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.EnabledChange and not self.isEnabled():
            self.setSliderDown(False)
            self._let_go()

    def wheelEvent(self, event: QWheelEvent) -> None:  # noqa: N802
        event.ignore()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        """A mark at the rest, and a bar from there to the handle."""
        super().paintEvent(event)
        handle, middle = self._handle(), self.height() / 2
        rest, here = self._x_of(self._rest), self._x_of(self.value())
        with QPainter(self) as painter:
            accent = self.palette().accent().color() if self.isEnabled() else self.palette().mid().color()
            edge = handle.left() if here > rest else handle.right()
            if abs(here - rest) > handle.width() / 2:
                painter.setPen(QPen(accent, _BAR, c=Qt.PenCapStyle.FlatCap))
                painter.drawLine(QPointF(rest, middle), QPointF(edge, middle))
            if not handle.left() <= rest <= handle.right():
                painter.setPen(QPen(self.palette().placeholderText().color(), 1))
                painter.drawLine(QPointF(rest, middle - _BAR), QPointF(rest, middle + _BAR))

    def _grip(self) -> None:
        if not self._held:
            self._held = True
            self.gripped.emit()

    def _gives_up(self, event: QEvent) -> bool:
        return self._held and isinstance(event, QKeyEvent) and event.key() == Qt.Key.Key_Escape

    def _let_go(self) -> None:
        if self._held:
            self._held = False
            self.released.emit()

    def _handle(self) -> QRect:
        option = QStyleOptionSlider()
        self.initStyleOption(option)
        part = QStyle.SubControl.SC_SliderHandle
        return self.style().subControlRect(QStyle.ComplexControl.CC_Slider, option, part, self)

    def _x_of(self, value: int) -> float:
        """Where the middle of the handle is for a value."""
        half, room = self._handle().width() / 2, self.width() - self._handle().width()
        return half + room * (value - self.minimum()) / max(self.maximum() - self.minimum(), 1)

    def _value_at(self, x: float) -> int:
        half, room = self._handle().width() / 2, self.width() - self._handle().width()
        return self.minimum() + round((x - half) / max(room, 1) * (self.maximum() - self.minimum()))
