"""The curve editor over the timeline: which curve is worked on, what is chosen of it, what the hand does.

It knows no session: edits go in by `set_take` and come out of `drafted`, all of them each time.
"""

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QObject, QPointF, Qt, Signal
from PySide6.QtGui import QPainter, QPolygonF

from dimitra_studio.core.motion import MotionSequence
from dimitra_studio.core.timebase import TimeRange, frame_at
from dimitra_studio.studio.curves.drawing import Plot, paint_brush, paint_keys, paint_outline, paint_told
from dimitra_studio.studio.curves.hands import (
    Brush,
    ChooseHand,
    Draft,
    Hand,
    HandleHand,
    HandleRef,
    PullHand,
    Spot,
    StrokeHand,
)
from dimitra_studio.studio.curves.key_layer import Edits, KeyRef, keys_on, with_key
from dimitra_studio.studio.curves.strokes import Tool
from dimitra_studio.studio.curves.transform import Axis, Grip, Subject
from dimitra_studio.studio.timeline.curve import CurveLane

if TYPE_CHECKING:
    from dimitra_studio.studio.curves.curve_timeline import CurveTimeline

_REACH = 8.0  # px in which a key is caught
_RADIUS, _STEP, _RADII = 0.2, 1.25, (0.04, 5.0)  # seconds


@dataclass(frozen=True, eq=False)
class Subjects:
    """The take that is worked on: its `edits`, and the motion that they make."""

    edits: Edits
    motion: MotionSequence


class CurveEditor(QObject):
    """Signals: `began` a gesture, `drafted` all edits as they are now and what is done (tuple, str), `ended` whether it
    is kept; `refused` says in a sentence why nothing was done; `marked` when a lock or favourite is another.
    """

    began = Signal()
    drafted = Signal(object, object)
    ended = Signal(object)
    refused = Signal(object)
    marked = Signal()

    def __init__(self, view: "CurveTimeline") -> None:
        super().__init__(view)
        self._view = view
        self.take: Subjects | None = None
        self.chosen: frozenset[KeyRef] = frozenset()
        self.tool = Tool.SELECT
        self.radius = _RADIUS
        self.locked: frozenset[int] = frozenset()
        self.favourites: frozenset[int] = frozenset()
        self.hand: Hand | None = None
        self.was_pulled = False  # at the last press of a button
        self._is_drafting = False
        self._is_dragging = False  # keys are pulled with the button held
        self._at: QPointF | None = None  # where the mouse was last

    # What is worked on.

    def set_take(self, edits: Edits, motion: MotionSequence | None) -> None:
        """Other edits, or another take."""
        if self.hand is not None and not self._is_drafting:
            # Somebody else changed what the hand holds: what it did so far stays.
            self.hand = None
            self._end(True)
        self.take = None if motion is None else Subjects(edits, motion)
        lane = self.lane
        if lane is not None:
            self.chosen &= frozenset(keys_on(edits, lane.channel))
        self._view.viewport().update()

    @property
    def lane(self) -> CurveLane | None:
        """The curve that keys work on."""
        active = self._view.active
        return active if isinstance(active, CurveLane) and active in self._view.curves else None

    def activate(self, lane: CurveLane | None) -> None:
        """Another curve is worked on."""
        if lane is not self.lane:
            self.chosen = frozenset()
        self._view.active = lane
        self._view.describe()
        self._view.viewport().update()

    def mark(self, locked: frozenset[int], favourites: frozenset[int]) -> None:
        """Which channels are locked, and which are favourites."""
        self.locked, self.favourites = locked, favourites
        self.marked.emit()

    def may_edit(self, lane: CurveLane) -> bool:
        """Whether the channel is not locked; tells where it is."""
        if lane.channel in self.locked:
            self.refused.emit(f"{lane.label.name} is locked: unlock it to change it.")
            return False
        return True

    # The mouse.

    def press(self, place: QPointF, button: Qt.MouseButton, modifiers: Qt.KeyboardModifier) -> bool:
        """A button goes down; whether the editor takes it."""
        self.was_pulled = isinstance(self.hand, PullHand)
        if isinstance(self.hand, PullHand):
            if button is Qt.MouseButton.LeftButton:
                self.finish()
            elif button is Qt.MouseButton.RightButton:
                self.cancel()
            return True
        lane = self._view.lane_at(place.y())
        if button is not Qt.MouseButton.LeftButton or not isinstance(lane, CurveLane):
            return False
        self.activate(lane)
        if place.x() < self._view.header:
            return True
        plot = self._plot(lane)
        if not lane.is_open or self.take is None or plot is None:
            return False
        spot = self._spot(plot, place)
        if modifiers & Qt.KeyboardModifier.ControlModifier:
            self.hand = ChooseHand(spot, True, self._choose, partial(self._click, spot, adds=True))
        elif self.tool is not Tool.SELECT:
            self.hand = self._brush(lane, self.take, spot)
        elif modifiers & Qt.KeyboardModifier.ShiftModifier and (near := self._key_near(plot, self.take, place)):
            self.chosen ^= {near}
        else:
            self.hand = self._hand_at(plot, self.take, spot)
        self._view.viewport().update()
        return True

    def move(self, place: QPointF, buttons: Qt.MouseButton) -> bool:
        """The mouse moved; whether the editor takes it."""
        self._at = place
        lane = self.lane
        if self.hand is None or lane is None:
            if any(curve.is_open for curve in self._view.curves):
                self._view.viewport().update()
            return False
        if buttons is Qt.MouseButton.NoButton and not isinstance(self.hand, PullHand):
            return True  # the button was let go elsewhere
        if (plot := self._plot(lane)) is not None:
            self.hand.move(self._spot(plot, place))
        self._view.viewport().update()
        return True

    def release(self, button: Qt.MouseButton) -> bool:
        """A button goes up; whether the editor takes it."""
        if self.hand is None or button is not Qt.MouseButton.LeftButton:
            return False
        if not isinstance(self.hand, PullHand) or self._is_dragging:
            self.finish()
        return True

    def leave(self) -> None:
        """The mouse is elsewhere."""
        self._at = None
        self._view.viewport().update()

    def finish(self) -> None:
        """What the hand does is kept."""
        if self.hand is not None:
            hand, self.hand, self._is_dragging = self.hand, None, False
            hand.finish()
            self._view.viewport().update()

    def cancel(self) -> bool:
        """What the hand does is given up, else what is chosen; whether there was anything."""
        if self.hand is not None:
            hand, self.hand, self._is_dragging = self.hand, None, False
            hand.cancel()
        elif self.chosen:
            self.chosen = frozenset()
        else:
            return False
        self._view.viewport().update()
        return True

    def _brush(self, lane: CurveLane, take: Subjects, spot: Spot) -> Hand | None:
        if not self.may_edit(lane):
            return None
        brush = Brush(self.tool, lane.channel, self.radius)
        return StrokeHand(take.edits, brush, spot, self._begin())

    def _hand_at(self, plot: Plot, take: Subjects, spot: Spot) -> Hand | None:
        """A handle, a key, or else a box."""
        lane = plot.lane
        if grabbed := self._handle_near(plot, take, spot):
            ref, left = grabbed
            return HandleHand(take.edits, HandleRef(ref, left), spot, take.motion.fps, self._begin())
        near = self._key_near(plot, take, spot.place)
        if near is None:
            return ChooseHand(spot, False, self._choose, partial(self._click, spot, adds=False))
        if near not in self.chosen:
            self.chosen = frozenset({near})
        if not self.may_edit(lane):
            return None
        self._is_dragging = True
        return self._pull(Grip.MOVE, lane, take, spot)

    def begin_pull(self, grip: Grip, axis: Axis = Axis.BOTH) -> None:
        """The chosen keys, or the selected frames, follow the mouse until it is clicked."""
        ready = self.ready(self.chosen or self._view.overlay.selection)
        if ready is None or self.hand is not None:
            return
        lane, take = ready
        plot = self._plot(lane)
        if plot is not None:
            spot = self._spot(plot, self._at or plot.room.center())
            hand = self._pull(grip, lane, take, spot)
            hand.axis = axis
            self.hand = hand
            self._view.viewport().update()

    def ready(self, chosen: object) -> tuple[CurveLane, Subjects] | None:
        """The curve and the take, where something is `chosen` that may be changed; else it is told what is missing."""
        lane, take = self.lane, self.take
        if take is None:
            self.refused.emit("There is no take whose curves could be changed.")
        elif lane is None:
            self.refused.emit("Click the curve that you want to change first.")
        elif not chosen:
            self.refused.emit("Select a part of the curve first: open it with E and drag over it.")
        elif self.may_edit(lane):
            return lane, take
        return None

    def type(self, text: str) -> bool:
        """What is typed while the hand pulls; whether it meant anything."""
        if not isinstance(self.hand, PullHand):
            return False
        meant = self.hand.type(text)
        self._view.viewport().update()
        return meant

    @property
    def is_pulling(self) -> bool:
        """Whether typed numbers go to the hand."""
        return isinstance(self.hand, PullHand)

    def change(self, edits: Edits, title: str, chosen: frozenset[KeyRef] | None = None) -> None:
        """Something done at once: one step."""
        draft = self._begin()
        draft.show(edits, title, chosen)
        draft.keep()

    def size(self, step: int) -> None:
        """A larger or smaller brush."""
        low, high = _RADII
        self.radius = min(max(self.radius * _STEP**step, low), high)
        self._view.viewport().update()

    def choose(self, keys: frozenset[KeyRef]) -> None:
        """Other keys are chosen."""
        self.chosen = keys
        self._view.viewport().update()

    def take_up(self, tool: Tool) -> None:
        """Another tool."""
        self.tool = tool
        self._view.viewport().update()

    def add_key(self, seconds: float, by: float = 0.0) -> None:
        """A key on the active curve at a frame's start, that changes its value by so much."""
        ready = self.ready(True)
        if ready is None:
            return
        lane, take = ready
        edits, ref = with_key(take.edits, lane.channel, seconds, by, take.motion.fps)
        self.change(edits, f"Key on {lane.label.name}", frozenset({ref}))

    # As hands see it: Draft.

    def show(self, edits: Edits, title: str, chosen: frozenset[KeyRef] | None = None) -> None:
        """As the edits are now."""
        self._is_drafting = True
        self.drafted.emit(edits, title)
        self._is_drafting = False
        if chosen is not None:
            self.chosen = chosen

    def keep(self) -> None:
        """The gesture is over."""
        self._end(True)

    def drop(self) -> None:
        """The gesture is given up."""
        self._is_drafting = True
        self._end(False)
        self._is_drafting = False
        lane = self.lane
        if lane is not None and self.take is not None:
            self.chosen &= frozenset(keys_on(self.take.edits, lane.channel))

    def paint(self, painter: QPainter) -> None:
        """Over the lanes: what can be taken hold of, and what the hand does."""
        take = self.take
        for lane in self._view.curves:
            plot = self._plot(lane) if lane.is_open else None
            if plot is None or take is None:
                continue
            painter.save()
            painter.setClipRect(plot.room, Qt.ClipOperation.IntersectClip)
            paint_keys(painter, plot, take.edits, self.chosen if lane is self.lane else frozenset(), self._view.theme)
            under = self._at is not None and plot.room.contains(self._at)
            if under and self._at is not None and self.tool is not Tool.SELECT:
                paint_brush(painter, plot, self._at, self.radius, self._view.theme)
            if lane is self.lane and self.hand is not None:
                paint_outline(painter, self.hand.outline(), self._view.theme)
                paint_told(painter, plot.room, self.hand.told(), self._view.theme)
            elif under:
                paint_told(painter, plot.room, self.read_off(), self._view.theme)
            painter.restore()

    def _begin(self) -> Draft:
        self._hold(True)
        self.began.emit()
        return self

    def _end(self, kept: bool) -> None:
        self._hold(False)
        self.ended.emit(kept)

    def _hold(self, is_held: bool) -> None:
        for lane in self._view.curves:
            if lane.is_open or lane is self.lane:
                lane.hold_range(is_held)
                if not is_held:
                    self._view.redraw(lane)

    def _pull(self, grip: Grip, lane: CurveLane, take: Subjects, spot: Spot) -> PullHand:
        subject = Subject(take.edits, take.motion, lane.channel, self._view.overlay.selection, self.chosen)
        return PullHand(subject, grip, lane.label, spot, self._begin())

    def _choose(self, outline: QPolygonF) -> None:
        """The keys in an outline, and the frames that it covers."""
        lane, take = self.lane, self.take
        plot = None if lane is None else self._plot(lane)
        if plot is None or take is None:
            return
        places = plot.key_places(take.edits)
        self.chosen = frozenset(
            ref for ref, place in places.items() if outline.containsPoint(place, Qt.FillRule.OddEvenFill)
        )
        fps, box, scale = take.motion.fps, outline.boundingRect(), self._view.scale
        start, end = (scale.clamped(scale.seconds(x - plot.room.left())) for x in (box.left(), box.right()))
        first, last = frame_at(start, fps), frame_at(end, fps) + 1
        self._view.range_selected.emit(TimeRange(first / fps, last / fps))

    def _click(self, spot: Spot, adds: bool) -> None:
        """The mouse was clicked on an opened curve: the playhead goes there, or a key appears."""
        lane = self.lane
        if lane is None or self.take is None:
            return
        if adds:
            now = lane.at(spot.seconds + 0.5 / self.take.motion.fps)
            if np.isfinite(now):
                self.add_key(spot.seconds, spot.value - now)
            return
        self.chosen = frozenset()
        self._view.seek_requested.emit(self._view.scale.clamped(self._view.seconds_at(spot.place.x())))
        if self._view.overlay.selection is not None:
            self._view.range_selected.emit(None)

    def _key_near(self, plot: Plot, take: Subjects, place: QPointF) -> KeyRef | None:
        near = {ref: (at - place).manhattanLength() for ref, at in plot.key_places(take.edits).items()}
        found = min(near, key=lambda ref: near[ref], default=None)
        return found if found is not None and near[found] <= _REACH else None

    def _handle_near(self, plot: Plot, take: Subjects, spot: Spot) -> tuple[KeyRef, bool] | None:
        if plot.lane.channel in self.locked:
            return None
        for ref in self.chosen:
            for left, end in zip((True, False), plot.handle_places(take.edits, ref), strict=True):
                if end is not None and (end - spot.place).manhattanLength() <= _REACH:
                    return ref, left
        return None

    def _plot(self, lane: CurveLane) -> Plot | None:
        room = self._view.room_of(lane)
        return None if room is None or self.take is None else Plot(lane, room, self._view.scale, self.take.motion.fps)

    def _spot(self, plot: Plot, place: QPointF) -> Spot:
        last = 0 if self.take is None else len(self.take.motion) - 1
        frame = min(max(frame_at(self._view.seconds_at(place.x()), plot.fps), 0), last)
        return Spot(place, frame / plot.fps, plot.seconds(place.x()), plot.value(place.y()))

    def read_off(self) -> str:
        """What is under the mouse: the brush, the time, the curve's value."""
        lane = None if self._at is None else self._view.lane_at(self._at.y())
        if self._at is None or not isinstance(lane, CurveLane):
            return ""
        seconds = self._view.seconds_at(self._at.x())
        value = lane.told(seconds)
        brush = "" if self.tool is Tool.SELECT else f"{self.tool.value}, {2 * self.radius:.2f} s"
        return "   ".join(part for part in (brush, self._view.ruler.told(seconds) if value else "", value) if part)
