"""The timeline under the user's hands: scrubbing, selecting, looping, marking, by mouse and by what
keys and menus call."""

from dataclasses import replace

from PySide6.QtCore import QPointF, Qt, Signal
from PySide6.QtGui import QContextMenuEvent, QMouseEvent

from dimitra_studio.editing.reach import Edge
from dimitra_studio.project.document import Marker, TimeRange
from dimitra_studio.studio.theme import Theme
from dimitra_studio.studio.timeline.curve import CurveLane
from dimitra_studio.studio.timeline.edit_hands import EditHands
from dimitra_studio.studio.timeline.gestures import DragMarker, DragRange, Gesture, Pan, Scrub
from dimitra_studio.studio.timeline.name_field import NameField
from dimitra_studio.studio.timeline.overlay import HANDLE
from dimitra_studio.studio.timeline.snapping import snapped
from dimitra_studio.studio.timeline.speech_hands import DragEdge, SpeechHands
from dimitra_studio.studio.timeline.take_lanes import TakeLanes

_DRAG = 4.0  # px before a press is a drag
_EDGE = 6.0  # px at which an edge is caught
_BEYOND = 0.25  # px that the view pans for a px over its edge, at each move
_KEY_ZOOM, _KEY_PAN = 1.5, 0.9


class Timeline(TakeLanes):
    """Tells what the user wants; nothing changes before a setter says so, but for what is being dragged.

    `seek_requested` seconds, `scrubbing_changed` a bool, `loop_changed` and `range_selected` a TimeRange or None,
    `marker_wanted` seconds, `marker_edited` the Marker as it is to be, `marker_removed` its id.
    """

    seek_requested = Signal(object)
    scrubbing_changed = Signal(object)
    loop_changed = Signal(object)
    range_selected = Signal(object)
    marker_wanted = Signal(object)
    marker_edited = Signal(object)
    marker_removed = Signal(object)

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme)
        self._gesture: Gesture | None = None
        self._pressed: QPointF | None = None
        self._playing = False
        self._snapping = True
        self._naming = NameField(self.viewport())
        self._naming.named.connect(self.marker_edited)
        self.speech = SpeechHands(self, self._words, self._phones)
        self.edit_hands = EditHands(self, self._edit)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName("Timeline")
        self.describe()

    def set_playhead(self, seconds: float) -> None:
        """Where the playhead stands; while playing, the view turns its page to follow."""
        self.set_overlay(replace(self.overlay, playhead=seconds))
        if self._playing and self._gesture is None:
            self.set_scale(self.scale.following(seconds))
        if not self._playing:
            self.describe()

    def set_playing(self, playing: bool) -> None:
        """Whether the playhead moves by itself."""
        self._playing = playing

    def set_loop(self, loop: TimeRange | None) -> None:
        """What is repeated."""
        self.set_overlay(replace(self.overlay, loop=loop))

    def set_selection(self, selection: TimeRange | None) -> None:
        """What is selected."""
        self.set_overlay(replace(self.overlay, selection=selection))
        self.describe()

    def set_snapping(self, on: bool) -> None:
        """Whether dragged moments hold on to words, markers and frames; Ctrl turns it round."""
        self._snapping = on

    def show_selection_or_all(self) -> None:
        """Zooms to what is selected, else to all."""
        selection = self.overlay.selection
        self.set_scale(self.scale.whole() if selection is None else self.scale.showing(selection.start, selection.end))

    def show_all(self) -> None:
        """Zooms to all."""
        self.set_scale(self.scale.whole())

    def zoom_in(self) -> None:
        """Closer, at the playhead."""
        self._zoom_at_playhead(_KEY_ZOOM)

    def zoom_out(self) -> None:
        """Farther, at the playhead."""
        self._zoom_at_playhead(1 / _KEY_ZOOM)

    def page_back(self) -> None:
        """What is before the stretch in view."""
        self.set_scale(self.scale.panned(-_KEY_PAN * self.scale.width))

    def page_on(self) -> None:
        """What is behind the stretch in view."""
        self.set_scale(self.scale.panned(_KEY_PAN * self.scale.width))

    def select_all(self) -> None:
        """All of the time."""
        self.range_selected.emit(TimeRange(0.0, self.scale.duration))

    def select_back(self) -> None:
        """The selection's edge away from the playhead, a frame back."""
        self._extend_selection(-1)

    def select_on(self) -> None:
        """The selection's edge away from the playhead, a frame on."""
        self._extend_selection(1)

    def give_up(self) -> None:
        """What is dragged, else what is selected."""
        if self._gesture is not None:
            self._gesture.cancel()
            self._gesture = self._pressed = None
        elif self.overlay.selection is not None:
            self.range_selected.emit(None)

    def delete_marker(self) -> None:
        """Without the chosen marker, or the one at the playhead."""
        marker = self._meant_marker()
        if marker is not None:
            self.marker_removed.emit(marker.id)

    def rename_marker(self) -> None:
        """A field for the name of the chosen marker, or of the one at the playhead."""
        marker = self._meant_marker()
        if marker is not None:
            self._begin_naming(marker)

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        """The middle button pans; the left scrubs on the ruler, drags edges and markers, selects on the lanes."""
        place, x = event.position(), event.position().x() - self.header
        if event.button() is Qt.MouseButton.MiddleButton:
            self._gesture = Pan(self.scale, x, self.set_scale)
        elif event.button() is Qt.MouseButton.LeftButton and x >= 0:
            self._pressed = place
            self._gesture = self._gesture_at(place)
            if isinstance(self._gesture, Scrub):
                self._gesture.move(self._moment(event), x)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """Follows a drag; shows what a press would catch."""
        place = event.position()
        if self._gesture is not None:
            self._pan_to(place)
            self._gesture.move(self._moment(event), place.x() - self.header)
        elif self._pressed is not None and abs(place.x() - self._pressed.x()) > _DRAG:
            anchor = self._snap(self.seconds_at(self._pressed.x()))
            self._gesture = self._drag_selection(anchor)
        else:
            self._point(place)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """Keeps what was dragged; a mere click seeks."""
        gesture, self._gesture, pressed = self._gesture, None, self._pressed
        if event.button() is Qt.MouseButton.LeftButton:
            self._pressed = None
        if gesture is not None:
            gesture.finish()
        elif pressed is not None and event.button() is Qt.MouseButton.LeftButton:
            self.seek_requested.emit(self.scale.clamped(self.seconds_at(pressed.x())))
            if self.overlay.selection is not None:
                self.range_selected.emit(None)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """Selects a word or a phone, to be written anew; names a marker; makes one where there is none."""
        place, seconds = event.position(), self.seconds_at(event.position().x())
        lane = self.lane_at(place.y())
        if lane is self._markers and place.x() >= self.header:
            marker = self._markers.near(seconds, self.scale, HANDLE)
            if marker is None:
                self.marker_wanted.emit(self._moment(event))
            else:
                self._begin_naming(marker)
        elif lane is not None and place.x() >= self.header:
            span = lane.span_at(seconds)
            if span is not None:
                self.range_selected.emit(span)
            self.speech.ask_text(lane, seconds)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:  # noqa: N802
        """What can be done to the word or phone there."""
        place = QPointF(event.pos())
        lane, seconds = self.lane_at(place.y()), self.seconds_at(place.x())
        if place.x() < self.header or not self.speech.show_menu(lane, seconds, event.globalPos()):
            super().contextMenuEvent(event)

    def near_selection_edge(self, place: QPointF) -> bool:
        """Whether a press there would take hold of the selection's edge."""
        return self._other_edge(self.overlay.selection, self.seconds_at(place.x()), _EDGE) is not None

    def _gesture_at(self, place: QPointF) -> Gesture | None:
        """What a press there begins; None waits for a drag or a click."""
        seconds, lane = self.seconds_at(place.x()), self.lane_at(place.y())
        loop, selection = self.overlay.loop, self.overlay.selection
        if lane is self.ruler:
            anchor = self._other_edge(loop, seconds, HANDLE)
            if loop is not None and anchor is not None:
                return DragRange(loop, anchor, self._frame, self.set_loop, self.loop_changed.emit, loop)
            return Scrub(self.overlay.playhead, self.seek_requested.emit, self.scrubbing_changed.emit)
        if lane is self._markers:
            marker = self._markers.near(seconds, self.scale, HANDLE)
            self._markers.chosen = None if marker is None else marker.id
            self.redraw(self._markers)
            if marker is not None:
                return DragMarker(marker, self._show_marker, self.marker_edited.emit)
        edge = self.speech.drag_at(lane, seconds) or self.edit_hands.drag_at(lane, place)
        if edge is not None:
            return edge
        anchor = self._other_edge(selection, seconds, _EDGE)
        return None if anchor is None else self._drag_selection(anchor)

    def _other_edge(self, span: TimeRange | None, seconds: float, reach: float) -> float | None:
        """The edge of a stretch that stays when one takes hold at a moment; None where neither is in reach."""
        if span is None:
            return None
        edge, other = sorted((span.start, span.end), key=lambda each: abs(each - seconds))
        return other if abs(edge - seconds) * self.scale.rate <= reach else None

    def _drag_selection(self, anchor: float) -> DragRange:
        selection = self.overlay.selection
        return DragRange(selection, anchor, self._frame, self.set_selection, self.range_selected.emit, selection)

    @property
    def _frame(self) -> float:
        return 1 / self.ruler.fps

    def _moment(self, event: QMouseEvent) -> float:
        """Where the mouse is: for scrubbing exactly, else snapped unless Ctrl says no."""
        seconds = self.scale.clamped(self.seconds_at(event.position().x()))
        turned = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
        if isinstance(self._gesture, Scrub | Pan | DragEdge) or turned == self._snapping:
            return seconds
        return self._snap(seconds)

    def _snap(self, seconds: float) -> float:
        targets = sorted([*self.snap_targets(), self.overlay.playhead])
        if isinstance(self._gesture, DragMarker):
            # A marker must not hold on to where it was.
            targets = [target for target in targets if target != self._gesture.marker.seconds]
        return snapped(seconds, targets, self.scale, self.ruler.fps)

    def _show_marker(self, marker: Marker) -> None:
        self.set_markers([marker if each.id == marker.id else each for each in self._markers.markers])

    def _pan_to(self, place: QPointF) -> None:
        """What is dragged over the edge brings what lies behind it into view."""
        x = place.x() - self.header
        beyond = min(x, 0.0) + max(x - self.scale.width, 0.0)
        if beyond and not isinstance(self._gesture, Pan):
            self.set_scale(self.scale.panned(_BEYOND * beyond))

    def _point(self, place: QPointF) -> None:
        """The cursor says what a press would do."""
        seconds, on_ruler = self.seconds_at(place.x()), self.lane_at(place.y()) is self.ruler
        span, reach = (self.overlay.loop, HANDLE) if on_ruler else (self.overlay.selection, _EDGE)
        caught = self._other_edge(span, seconds, reach) is not None
        lane = self.lane_at(place.y())
        caught = caught or self.speech.edge_at(lane, seconds) is not None
        edge = self.edit_hands.edge_at(lane, place)
        shape = Qt.CursorShape.SizeHorCursor if caught or edge else Qt.CursorShape.ArrowCursor
        if edge is Edge.ALL and not caught:
            shape = Qt.CursorShape.OpenHandCursor
        self.viewport().setCursor(shape if place.x() >= self.header else Qt.CursorShape.ArrowCursor)

    def _zoom_at_playhead(self, factor: float) -> None:
        x = self.scale.x(self.overlay.playhead)
        self.set_scale(self.scale.zoomed(factor, x if 0 <= x <= self.scale.width else self.scale.width / 2))

    def _extend_selection(self, frames: int) -> None:
        """The selection's edge away from the playhead moves; without one it begins at the playhead."""
        here, selection = self.overlay.playhead, self.overlay.selection
        anchor, edge = here, here
        if selection is not None:
            anchor, edge = sorted((selection.start, selection.end), key=lambda each: abs(each - here))
        start, end = sorted((anchor, self.scale.clamped(edge + frames * self._frame)))
        self.range_selected.emit(TimeRange(start, end) if end - start >= self._frame / 2 else None)

    def _meant_marker(self) -> Marker | None:
        markers = self._markers.markers
        chosen = next((marker for marker in markers if marker.id == self._markers.chosen), None)
        return chosen or self._markers.near(self.overlay.playhead, self.scale, HANDLE)

    def _begin_naming(self, marker: Marker) -> None:
        self._gesture = None
        self._markers.chosen = marker.id
        self._naming.ask(marker, round(self.header + self.scale.x(marker.seconds)), self.ruler_height)

    def describe(self) -> None:
        """What a screen reader says."""
        parts = [f"Playhead at {self.ruler.told(self.overlay.playhead)}"]
        word = self._words.told(self.overlay.playhead)
        if word:
            parts.append(f"word {word}")
        if isinstance(self.active, CurveLane):
            parts.append(f"{self.active.title} {self.active.told(self.overlay.playhead)}")
            parts += [f"together with {lane.title}" for lane in self.also]
        if (selection := self.overlay.selection) is not None:
            parts.append(f"selected {self.ruler.told(selection.start)} to {self.ruler.told(selection.end)}")
        self.setAccessibleDescription(", ".join(parts))
