"""The timeline whose curves can be opened and worked on."""

from PySide6.QtCore import QEvent, QPointF, QRect, QRectF, Qt, Signal
from PySide6.QtGui import QContextMenuEvent, QFocusEvent, QKeyEvent, QKeySequence, QMouseEvent, QPainter, QWheelEvent
from PySide6.QtWidgets import QMenu

from dimitra_studio.studio.curves.drawing import paint_editor
from dimitra_studio.studio.curves.editor import CurveEditor
from dimitra_studio.studio.curves.handle_ends import handle_end
from dimitra_studio.studio.curves.value_field import ValueField
from dimitra_studio.studio.theme import MEDIUM, TINY, Theme
from dimitra_studio.studio.timeline.channel_names import CHANNEL_LABELS
from dimitra_studio.studio.timeline.curve import CurveLane
from dimitra_studio.studio.timeline.timeline import Timeline

_WHEEL_ZOOM = 1.002  # for an eighth of a degree
_NUDGES = {  # frames and the channel's unit
    Qt.Key.Key_Left: (-0.25, 0.0),
    Qt.Key.Key_Right: (0.25, 0.0),
    Qt.Key.Key_Up: (0.0, 0.5),
    Qt.Key.Key_Down: (0.0, -0.5),
}
_FAR = 10.0  # times that, with Shift
_ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)
_AIR = 0.12  # of the range, above and below what is framed


class CurveTimeline(Timeline):
    """Mouse and keys on curves go to the editor, all others to the timeline.

    `paste_wanted` comes with the key that pastes, where `can_paste`: elsewhere it means the portrait. `curve_menu`
    opens with the right button.
    """

    paste_wanted = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme)
        self.can_paste = False
        self.curve_menu: QMenu | None = None
        self.editor = CurveEditor(self)
        self.value_field = ValueField(self.viewport(), self)
        self.editor.marked.connect(self._show_marks)

    def toggle_open(self, lane: CurveLane) -> None:
        """Opens the lane of a curve, or closes it."""
        self.editor.activate(lane)
        self.open_curve(lane, not lane.is_open)
        room = self.room_of(lane)
        if lane.is_open and room is not None:
            # Into view with as much of it as there is room for.
            below = room.bottom() - self.viewport().height()
            over = min(max(below, 0.0), room.top() - self.ruler_height)
            bar = self.verticalScrollBar()
            bar.setValue(bar.value() + round(over))

    def ask_handle(self) -> None:
        """A field for where the handle that keys turn ends."""
        lane, handle, take = self.editor.lane, self.editor.handle, self.editor.take
        end = None if handle is None or take is None else handle_end(take.edits, handle)
        room = None if lane is None else self.room_of(lane)
        if room is not None and handle is not None and take is not None and end is not None:
            label = CHANNEL_LABELS[handle.key.channel]
            name = f"{handle.name}: frames from the key and {label.unit} above it"
            self.value_field.ask(
                name, (end.seconds * take.motion.fps, end.value * label.factor), self._field_room(room)
            )

    def ask_value(self, lane: CurveLane) -> None:
        """A field for the curve's value at the playhead."""
        room, value = self.room_of(lane), lane.at(self.overlay.playhead)
        if room is None or value != value:  # NaN: nothing is there  # noqa: PLR0124
            return
        self.editor.activate(lane)
        name = f"{lane.label.name} in {lane.label.unit} at the playhead"
        self.value_field.ask(name, (value * lane.label.factor,), self._field_room(room))

    def give_up(self) -> None:
        """What the hand does, what is chosen of a curve, else what is dragged or selected."""
        if not self.editor.cancel():
            super().give_up()

    def show_selection_or_all(self) -> None:
        """Zooms to what is selected; the opened curve's values there fill its lane."""
        super().show_selection_or_all()
        self._frame_values()

    def show_all(self) -> None:
        """Zooms to all, with all values."""
        super().show_all()
        for lane in self.curves:
            lane.show_values(None)
            self.redraw(lane)

    def paint_above(self, painter: QPainter) -> None:
        """Keys, box and brush."""
        paint_editor(painter, self.editor, self.theme)

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        """To the editor first."""
        place = event.position()
        edge = self._at_selection_edge(place) and not self.editor.is_pulling
        if edge or not self.editor.press(place, event.button(), event.modifiers()):
            super().mousePressEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """To the editor first."""
        if not self.editor.move(event.position(), event.buttons()):
            super().mouseMoveEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """To the editor first."""
        if not self.editor.release(event.button()):
            super().mouseReleaseEvent(event)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """A curve is opened or closed; on the value in its header, the value is asked for."""
        place = event.position()
        lane = self.lane_at(place.y())
        if not isinstance(lane, CurveLane) or event.button() is not Qt.MouseButton.LeftButton:
            super().mouseDoubleClickEvent(event)
        elif place.x() < self.header:
            self._open_or_ask(lane, place)
        elif not lane.is_open:
            self.toggle_open(lane)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:  # noqa: N802
        """What can be done to a curve."""
        lane = self.lane_at(event.pos().y())
        if self.editor.was_pulled:
            event.accept()  # the right button gave a pull up
        elif self.curve_menu is not None and isinstance(lane, CurveLane):
            self.editor.activate(lane)
            self.curve_menu.popup(event.globalPos())
        else:
            super().contextMenuEvent(event)

    def leaveEvent(self, event: QEvent) -> None:  # noqa: N802
        """Nothing is under the mouse any more."""
        self.editor.leave()
        super().leaveEvent(event)

    def wheelEvent(self, event: QWheelEvent) -> None:  # noqa: N802
        """With Ctrl over an opened curve, its values come closer; else as the timeline has it."""
        lane = self.lane_at(event.position().y())
        control = event.modifiers() & Qt.KeyboardModifier.ControlModifier
        room = self.room_of(lane) if control and isinstance(lane, CurveLane) and lane.is_open else None
        if room is None or not isinstance(lane, CurveLane):
            super().wheelEvent(event)
            return
        low, high = lane.values
        fixed = lane.value(event.position().y() - room.top(), room.height())
        factor = _WHEEL_ZOOM ** -event.angleDelta().y()
        lane.show_values((fixed + (low - fixed) * factor, fixed + (high - fixed) * factor))
        self.redraw(lane)
        event.accept()

    def event(self, event: QEvent) -> bool:
        """While the hand pulls, numbers and axes are its own, not shortcuts; and a copied curve is pasted."""
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.ShortcutOverride and self._is_own(event):
            event.accept()
            return True
        return bool(super().event(event))

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        """Enter keeps what the hand does, or opens the curve; typed numbers go to the hand."""
        lane = self.editor.lane
        if self._is_paste(event):
            self.paste_wanted.emit()
        elif event.key() in _ENTER and self.editor.hand is not None:
            self.editor.finish()
        elif event.key() in _ENTER and lane is not None:
            self.toggle_open(lane)
        elif self._is_nudge(event):
            across, up = _NUDGES[Qt.Key(event.key())]
            far = _FAR if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else 1.0
            self.editor.nudge(far * across, far * up)
        elif not self.editor.is_pulling or not self.editor.type(_typed(event)):
            super().keyPressEvent(event)

    def keyReleaseEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        """A key that is held is one step."""
        if event.key() in _NUDGES and not event.isAutoRepeat():
            self.editor.end_nudge()
        super().keyReleaseEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:  # noqa: N802
        """What a key did is done: its release goes elsewhere."""
        self.editor.end_nudge()
        super().focusOutEvent(event)

    def _field_room(self, room: QRectF) -> QRect:
        """Below a lane's name."""
        top = max(round(room.top()), self.ruler_height)
        height = self.value_field.sizeHint().height()
        return QRect(MEDIUM, top + self.fontMetrics().height() + TINY, self.header - 2 * MEDIUM, height)

    def _is_nudge(self, event: QKeyEvent) -> bool:
        others = ~(Qt.KeyboardModifier.ShiftModifier | Qt.KeyboardModifier.KeypadModifier)
        return self.editor.handle is not None and event.key() in _NUDGES and not event.modifiers() & others

    def _is_own(self, event: QKeyEvent) -> bool:
        if self._is_paste(event) or self._is_nudge(event):
            return True
        plain = not event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        return self.editor.is_pulling and plain and (event.key() in _ENTER or _typed(event) in _OWN)

    def _is_paste(self, event: QKeyEvent) -> bool:
        return self.can_paste and self.editor.lane is not None and event.matches(QKeySequence.StandardKey.Paste)

    def _at_selection_edge(self, place: QPointF) -> bool:
        lane = self.lane_at(place.y())
        if isinstance(lane, CurveLane) and not lane.is_open:
            return False
        return place.x() >= self.header and self.near_selection_edge(place)

    def _open_or_ask(self, lane: CurveLane, place: QPointF) -> None:
        room, line = self.room_of(lane), self.fontMetrics().height()
        down = 0.0 if room is None else place.y() - room.top()
        if line < down < 2 * line + MEDIUM:
            self.ask_value(lane)
        else:
            self.toggle_open(lane)

    def _frame_values(self) -> None:
        lane, selection = self.editor.lane, self.overlay.selection
        found = None if lane is None or not lane.is_open else lane.values_in(selection)
        if lane is not None and found is not None:
            low, high = found
            air = _AIR * (high - low)
            lane.show_values((low - air, high + air))
            self.redraw(lane)

    def _show_marks(self) -> None:
        self.mark_channels(self.editor.locked, self.editor.favourites)


_OWN = (*"0123456789.-xyXY", "")


def _typed(event: QKeyEvent) -> str:
    """What a key stands for while the hand pulls: nothing for Backspace, a space for what means nothing."""
    if event.key() == Qt.Key.Key_Backspace:
        return ""
    return event.text() or " "
