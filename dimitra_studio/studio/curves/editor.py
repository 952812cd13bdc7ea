"""The curve editor over the timeline: what the hand does to the curves that are worked on.

It knows no session: edits go in by `set_take` and come out of `drafted`, all of them each time.
"""

from collections.abc import Iterable
from functools import partial
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QPointF, Qt, Signal
from PySide6.QtGui import QPolygonF

from dimitra_studio.core.channels import CHANNEL_COUNT
from dimitra_studio.core.motion import MotionSequence
from dimitra_studio.editing.keys import Handle
from dimitra_studio.studio.curves.choice import CurveChoice, Subjects
from dimitra_studio.studio.curves.handle_ends import TURNED, HandleRef, handles_of, with_end
from dimitra_studio.studio.curves.hands import Brush, ChooseHand, Draft, Hand, HandleHand, PullHand, Spot, StrokeHand
from dimitra_studio.studio.curves.key_layer import Edits, KeyRef, keys_on, with_key
from dimitra_studio.studio.curves.plot import Plot
from dimitra_studio.studio.curves.strokes import Tool
from dimitra_studio.studio.curves.transform import Axis, Grip, Subject
from dimitra_studio.studio.timeline.channel_names import CHANNEL_LABELS, told_channels
from dimitra_studio.studio.timeline.curve import CurveLane

if TYPE_CHECKING:
    from dimitra_studio.studio.curves.curve_timeline import CurveTimeline

_RADIUS, _STEP, _RADII = 0.2, 1.25, (0.04, 5.0)  # seconds
_TOGETHER = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
_EVERY = range(CHANNEL_COUNT)


class CurveEditor(CurveChoice):
    """Signals: `began` a gesture, `drafted` all edits as they are now and what is done (tuple, str), `ended` whether it
    is kept."""

    began = Signal()
    drafted = Signal(object, object)
    ended = Signal(object)

    def __init__(self, view: "CurveTimeline") -> None:
        super().__init__(view)
        self.tool = Tool.SELECT
        self.radius = _RADIUS
        self.hand: Hand | None = None
        self._handle: HandleRef | None = None
        self.was_pulled = False  # at the last press of a button
        self.pointer: QPointF | None = None  # where the mouse was last
        self._is_drafting = False
        self._is_dragging = False  # keys are pulled with the button held

    def set_take(self, edits: Edits, motion: MotionSequence | None) -> None:
        """Other edits, or another take."""
        if self.hand is not None and not self._is_drafting:
            # Somebody else changed what the hand holds: what it did so far stays.
            self.hand = None
            self._end(True)
        self.take = None if motion is None else Subjects(edits, motion)
        self.chosen &= frozenset(keys_on(edits, _EVERY))
        self._view.viewport().update()

    # The mouse.

    def press(self, place: QPointF, button: Qt.MouseButton, modifiers: Qt.KeyboardModifier) -> bool:
        """A button goes down; whether the editor takes it."""
        self.was_pulled = isinstance(self.hand, PullHand)
        self.end_nudge()
        if isinstance(self.hand, PullHand):
            if button is Qt.MouseButton.LeftButton:
                self.finish()
            elif button is Qt.MouseButton.RightButton:
                self.cancel()
            return True
        lane = self._view.lane_at(place.y())
        if button is not Qt.MouseButton.LeftButton or not isinstance(lane, CurveLane):
            return False
        if place.x() < self._view.header:
            self.join(lane) if modifiers & _TOGETHER else self.activate_alone(lane)
            return True
        self.activate(lane)
        plot = self.plot(lane)
        if not lane.is_open or self.take is None or plot is None:
            return False
        spot, near = plot.spot(place), plot.key_near(self.take.edits, place)
        if modifiers & Qt.KeyboardModifier.ControlModifier:
            self.hand = ChooseHand(spot, True, self._choose, partial(self._click, spot, adds=True))
        elif self.tool is not Tool.SELECT:
            self.hand = self._brush(lane, self.take, spot)
        elif modifiers & Qt.KeyboardModifier.ShiftModifier and near is not None:
            self.chosen ^= {near}
        else:
            self.hand = self._hand_at(plot, self.take, spot, near)
        self._view.viewport().update()
        return True

    def move(self, place: QPointF, buttons: Qt.MouseButton) -> bool:
        """The mouse moved; whether the editor takes it."""
        self.pointer = place
        lane = self.lane
        if self.hand is None or lane is None:
            if any(curve.is_open for curve in self._view.curves):
                self._view.viewport().update()
            return False
        if buttons is Qt.MouseButton.NoButton and not isinstance(self.hand, PullHand):
            return True  # the button was let go elsewhere
        if (plot := self.plot(lane)) is not None:
            self.hand.move(plot.spot(place))
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
        self.pointer = None
        self._view.viewport().update()

    def finish(self) -> None:
        """What the hand does is kept."""
        if self.hand is not None:
            hand, self.hand, self._is_dragging = self.hand, None, False
            hand.finish()
            self._view.viewport().update()

    def cancel(self) -> bool:
        """What the hand does is given up, else what is chosen, else the curves beside the active one; whether there was
        anything."""
        if self.hand is not None:
            hand, self.hand, self._is_dragging = self.hand, None, False
            hand.cancel()
        elif self.handle is not None:
            self._handle = None
        elif self.chosen:
            self.chosen = frozenset()
        elif len(self.lanes) > 1:
            self.activate_alone(self.lane)
        else:
            return False
        self._view.viewport().update()
        return True

    def begin_pull(self, grip: Grip, axis: Axis = Axis.BOTH) -> None:
        """The chosen keys, or the selected frames of all curves that are worked on, follow the mouse until it is
        clicked."""
        if self.hand is not None:
            return
        lane = self.lane
        plot = None if lane is None else self.plot(lane)
        if plot is None:
            self.ready(True)  # tells what is missing
            return
        if hand := self._pull(grip, plot, plot.spot(self.pointer or plot.room.center())):
            hand.axis = axis
            self.hand = hand
            self._view.viewport().update()

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

    # What keys and menus ask for.

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

    def take_up(self, tool: Tool) -> None:
        """Another tool."""
        self.tool = tool
        self._view.viewport().update()

    @property
    def handle(self) -> HandleRef | None:
        """The handle of a chosen key that arrow keys turn."""
        return self._handle if self._handle is not None and self._handle.key in self.chosen else None

    def next_handle(self) -> None:
        """The next handle of the chosen keys is the one that arrow keys turn; after the last one none is."""
        ready = self.ready_keys()
        there = () if ready is None else handles_of(ready[1].edits, ready[0])
        if ready is not None and not there:
            self.refused.emit("These keys have no handles: a Bezier way leads from a key to another one on its curve.")
        place = there.index(self.handle) + 1 if self.handle in there else 0
        self._handle = there[place] if place < len(there) else None
        self._view.viewport().update()

    def nudge(self, frames: float, units: float) -> None:
        """Turns the handle by so many frames and so much in the channel's unit; one step until `finish`."""
        handle, take = self.handle, self.take
        if handle is None or take is None:
            return
        if self.hand is None:
            self.hand = HandleHand(take.edits, handle, None, take.motion.fps, self._begin())
        if isinstance(self.hand, HandleHand) and self.hand.is_led_by_keys:
            self.hand.nudge(Handle(frames / take.motion.fps, units / CHANNEL_LABELS[handle.key.channel].factor))
            self._view.viewport().update()

    def end_nudge(self) -> None:
        """The key that turns a handle is let go."""
        if isinstance(self.hand, HandleHand) and self.hand.is_led_by_keys:
            self.finish()

    def put_handle(self, frames: float, units: float) -> None:
        """Ends the handle so many frames beside its key and so much, in the channel's unit, above it."""
        handle, take = self.handle, self.take
        if handle is not None and take is not None:
            end = Handle(frames / take.motion.fps, units / CHANNEL_LABELS[handle.key.channel].factor)
            edits, chosen = with_end(take.edits, handle, end, take.motion.fps)
            self.change(edits, TURNED, chosen)

    def add_key(self, channels: Iterable[int], seconds: float, by: float = 0.0) -> None:
        """A key on each of these curves at a frame's start, that changes its value by so much."""
        take = self.take
        free = self.unlocked(channels)
        if take is None or not free:
            return
        edits, refs = take.edits, []
        for channel in free:
            edits, ref = with_key(edits, channel, seconds, by, take.motion.fps)
            refs.append(ref)
        self.change(edits, f"Key on {told_channels(free)}", frozenset(refs))

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
        if self.take is not None:
            self.chosen &= frozenset(keys_on(self.take.edits, _EVERY))

    # As painters see it.

    def plot(self, lane: CurveLane) -> Plot | None:
        """A curve's lane in the viewport; None without a take, or where it is not shown."""
        room = self._view.room_of(lane)
        if room is None or self.take is None:
            return None
        motion = self.take.motion
        return Plot(lane, room, self._view.scale, motion.fps, len(motion))

    def plots(self) -> list[Plot]:
        """The opened lanes."""
        found = (self.plot(lane) for lane in self._view.curves if lane.is_open)
        return [plot for plot in found if plot is not None]

    def read_off(self) -> str:
        """What is under the mouse: the brush, the time, the curve's value."""
        lane = None if self.pointer is None else self._view.lane_at(self.pointer.y())
        if self.pointer is None or not isinstance(lane, CurveLane):
            return ""
        seconds = self._view.seconds_at(self.pointer.x())
        value = lane.told(seconds)
        brush = "" if self.tool is Tool.SELECT else f"{self.tool.value}, {2 * self.radius:.2f} s"
        return "   ".join(part for part in (brush, self._view.ruler.told(seconds) if value else "", value) if part)

    def _brush(self, lane: CurveLane, take: Subjects, spot: Spot) -> Hand | None:
        if not self.unlocked([lane.channel]):
            return None
        brush = Brush(self.tool, lane.channel, self.radius)
        return StrokeHand(take.edits, brush, spot, self._begin())

    def _hand_at(self, plot: Plot, take: Subjects, spot: Spot, near: KeyRef | None) -> Hand | None:
        """A handle, a key, or else a box."""
        free = [ref for ref in self.chosen if ref.channel not in self.locked]
        if handle := plot.handle_near(take.edits, free, spot.place):
            return HandleHand(take.edits, handle, spot, take.motion.fps, self._begin())
        if near is None:
            return ChooseHand(spot, False, self._choose, partial(self._click, spot, adds=False))
        if near not in self.chosen:
            self.chosen = frozenset({near})
        hand = self._pull(Grip.MOVE, plot, spot)
        self._is_dragging = hand is not None
        return hand

    def _pull(self, grip: Grip, plot: Plot, spot: Spot) -> PullHand | None:
        span = self._view.overlay.selection
        if self.chosen:
            keys = self.ready_keys()
            subject = keys and Subject(keys[1].edits, keys[1].motion, (), span, keys[0])
        else:
            frames = self.ready(span)
            subject = frames and Subject(frames[1].edits, frames[1].motion, frames[0], span)
        return None if subject is None else PullHand(subject, grip, plot.lane.label, spot, self._begin())

    def _begin(self) -> Draft:
        self._hold(True)
        self.began.emit()
        return self

    def _end(self, kept: bool) -> None:
        self._hold(False)
        self.ended.emit(kept)

    def _hold(self, is_held: bool) -> None:
        for lane in self._view.curves:
            if lane.is_open or lane in self.lanes:
                lane.hold_range(is_held)
                if not is_held:
                    self._view.redraw(lane)

    def _choose(self, outline: QPolygonF) -> None:
        """The keys in an outline, of all curves that are drawn there, and the frames that it covers. Overlaid curves
        that it touches are worked on, too; of curves in other lanes that are, the keys at that time."""
        lane, take = self.lane, self.take
        plot = None if lane is None else self.plot(lane)
        if lane is None or plot is None or take is None:
            return
        elsewhere = tuple(each for each in self.lanes if each not in plot.lanes)
        chosen, span = plot.keys_in(take.edits, outline), plot.span(outline)
        if chosen:
            others = keys_on(take.edits, {each.channel for each in elsewhere})
            chosen |= {ref for ref, key in others.items() if span.start <= key.seconds < span.end}
        self.chosen = chosen
        self._set_lanes(lane, (*elsewhere, *plot.touched(outline)))
        self._view.range_selected.emit(span)

    def _click(self, spot: Spot, adds: bool) -> None:
        """The mouse was clicked on an opened curve: the playhead goes there, or a key appears."""
        lane = self.lane
        if lane is None or self.take is None:
            return
        if adds:
            now = lane.at(spot.seconds + 0.5 / self.take.motion.fps)
            if np.isfinite(now):
                self.add_key([lane.channel], spot.seconds, spot.value - now)
            return
        self.activate_alone(lane)
        self.chosen = frozenset()
        self._view.seek_requested.emit(self._view.scale.clamped(self._view.seconds_at(spot.place.x())))
        if self._view.overlay.selection is not None:
            self._view.range_selected.emit(None)
