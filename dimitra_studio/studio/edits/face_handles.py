"""Places on the face over a view of it: dots that are dragged, or chosen and moved with the arrow keys."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QPointF, QRectF, Qt
from PySide6.QtGui import QEnterEvent, QFocusEvent, QHideEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QVBoxLayout, QWidget

from dimitra_studio.studio.edits.face_hand import FaceHand, Grasp
from dimitra_studio.studio.edits.face_views import FaceView
from dimitra_studio.studio.preview.labels import paint_label
from dimitra_studio.studio.theme import HIT, SMALL, Theme

if TYPE_CHECKING:
    from dimitra_studio.studio.edits.face_points import Handle

_DOT = SMALL  # px, half of a dot
_NUDGE, _FAR_NUDGE = 1.0, 10.0  # px of an arrow key, and with Shift
_ARROWS = {
    Qt.Key.Key_Left: (-1, 0),
    Qt.Key.Key_Right: (1, 0),
    Qt.Key.Key_Up: (0, -1),
    Qt.Key.Key_Down: (0, 1),
}


class FaceHandles(QWidget):
    """Lies over a view and lets pass what is not meant for a place: presses beside the places or with a modifier, which
    turn the head or move the picture.

    The places are small until the mouse is over the view; while one is dragged the others are gone."""

    def __init__(self, view: FaceView, hand: FaceHand, theme: Theme) -> None:
        super().__init__(view.widget)
        self._view, self._hand, self._theme = view, hand, theme
        self._over: Handle | None = None
        self._start: QPointF | None = None  # where the mouse took hold of a place
        cover = QVBoxLayout(view.widget)
        cover.setContentsMargins(0, 0, 0, 0)
        cover.addWidget(self)
        self.setMouseTracking(True)
        self.setAccessibleName("Places on the face")
        hand.changed.connect(self._look)
        theme.changed.connect(self.update)
        self._look()

    def places(self) -> "dict[Handle, QPointF]":
        """Where the places are seen, px of this widget."""
        eye, values = self._view.eye(), self._view.values()
        if self._hand.points is None or eye is None or values is None:
            return {}
        return {handle: QPointF(*place) for handle, place in self._hand.points.seen(values, eye).items()}

    def step(self, by: int) -> bool:
        """Chooses the place that is so many behind the chosen one, and takes the keys; whether there is one."""
        there = list(self.places())
        if not there:
            return False
        chosen = self._hand.chosen
        place = there.index(chosen) + by if chosen in there and self.hasFocus() else 0 if by > 0 else -1
        self.setFocus()
        self._hand.choose(there[place % len(there)])
        return True

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's names
        """Takes hold of the place that is there."""
        plain = event.modifiers() == Qt.KeyboardModifier.NoModifier
        self._over = self._at(event.position()) if plain and event.button() is Qt.MouseButton.LeftButton else None
        if self._over is None or not self._take(self._over):
            event.ignore()
            return
        self._start = event.position()
        self.setFocus(Qt.FocusReason.MouseFocusReason)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """The place follows, or the one that would be taken hold of is shown."""
        if self._start is not None:
            way = event.position() - self._start
            self._hand.pull(way.x(), way.y())
            return
        free = event.buttons() is Qt.MouseButton.NoButton and event.modifiers() == Qt.KeyboardModifier.NoModifier
        over = self._at(event.position()) if free else None
        if over is not self._over:
            self._over = over
            self.update()
        if over is None:
            self.unsetCursor()
            event.ignore()
        else:
            self.setCursor(Qt.CursorShape.SizeAllCursor)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """Lets go: the drag is one step."""
        if self._start is None:
            event.ignore()
            return
        self._start = None
        self._hand.let_go()

    def event(self, event: QEvent) -> bool:
        """What the chosen place does with a key is no shortcut."""
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent) and self._is_own(event):
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        """An arrow moves the chosen place a little, with Shift farther; Esc gives a drag up, else the choice."""
        if not self._is_own(event):
            super().keyPressEvent(event)
        elif event.key() == Qt.Key.Key_Escape and self._hand.is_dragging:
            self._hand.give_up()
        elif event.key() == Qt.Key.Key_Escape:
            self._view.widget.setFocus()
        elif self._start is None and self._hand.chosen is not None and self._take(self._hand.chosen):
            right, down = _ARROWS[Qt.Key(event.key())]
            far = _FAR_NUDGE if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else _NUDGE
            self._hand.pull_further(far * right, far * down)

    def keyReleaseEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        """A key that is held is one step."""
        if self._start is None and event.key() in _ARROWS and not event.isAutoRepeat():
            self._hand.let_go()
        super().keyReleaseEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:  # noqa: N802
        """The keys go elsewhere."""
        super().focusOutEvent(event)
        if self._start is None:
            self._leave()

    def hideEvent(self, event: QHideEvent) -> None:  # noqa: N802
        """What is dragged is let go: no release would follow."""
        super().hideEvent(event)
        self._start = None
        self._leave()

    def enterEvent(self, event: QEnterEvent) -> None:  # noqa: N802
        """The places stand out."""
        super().enterEvent(event)
        self.update()

    def leaveEvent(self, event: QEvent) -> None:  # noqa: N802
        """No place is under the hand any more."""
        super().leaveEvent(event)
        self._over = None
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802
        """A dot for each place; the one under the hand, or chosen, is full and has its name."""
        places, named = self.places(), self._named()
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            for handle, place in places.items():
                if self._hand.is_dragging and handle is not self._hand.chosen:
                    continue  # the face itself is looked at then
                half = _DOT if self.underMouse() or handle is named else _DOT / 2
                painter.setPen(QPen(self._theme.colour("window"), 3))
                painter.setBrush(Qt.BrushStyle.NoBrush)
                painter.drawEllipse(place, half, half)
                painter.setPen(QPen(self._theme.colour("accent"), 1.5))
                painter.setBrush(self._theme.colour("accent") if handle is named else Qt.BrushStyle.NoBrush)
                painter.drawEllipse(place, half, half)
            if named in places:
                corner = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop
                paint_label(painter, named.title, QRectF(self.rect()), corner, self._theme)

    def _named(self) -> "Handle | None":
        """The place that is held, under the mouse, or chosen here."""
        chosen = self._hand.chosen if self.hasFocus() else None
        return chosen if self._hand.is_dragging else self._over or chosen

    def _take(self, handle: "Handle") -> bool:
        """Holds a place; whether that can be."""
        eye, values = self._view.eye(), self._view.values()
        if eye is not None and values is not None and self._hand.points is not None:
            self._hand.take(Grasp(handle, values.copy(), eye))
        return self._hand.is_dragging

    def _at(self, place: QPointF) -> "Handle | None":
        """The nearest place within reach."""
        ways = {handle: (there - place) for handle, there in self.places().items()}
        lengths = {handle: (way.x() ** 2 + way.y() ** 2) ** 0.5 for handle, way in ways.items()}
        nearest = min(lengths, key=lambda handle: lengths[handle], default=None)
        return nearest if nearest is not None and lengths[nearest] <= HIT / 2 else None

    def _is_own(self, event: QKeyEvent) -> bool:
        plain = not event.modifiers() & ~(Qt.KeyboardModifier.ShiftModifier | Qt.KeyboardModifier.KeypadModifier)
        return plain and self._hand.chosen is not None and (event.key() in _ARROWS or event.key() == Qt.Key.Key_Escape)

    def _leave(self) -> None:
        self._hand.let_go()
        self._hand.choose(None)

    def _look(self) -> None:
        """There is another face, or another place is chosen."""
        chosen = self._hand.chosen
        self.setAccessibleDescription("" if chosen is None else f"{chosen.title}: the arrow keys move it")
        self.setVisible(self._hand.is_wanted)
        self.update()
