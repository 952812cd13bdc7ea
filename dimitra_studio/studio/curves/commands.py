"""What keys and menus do to curves: the target `curves` of the action table."""

from collections.abc import Callable

import numpy as np
from PySide6.QtCore import QObject

from dimitra_studio.core.timebase import MOTION_FPS, TimeRange, frame_at
from dimitra_studio.editing.blending import BlendToBase, BlendToNeutral
from dimitra_studio.editing.keys import Key
from dimitra_studio.editing.operation import Operation
from dimitra_studio.editing.smoothing import GaussianSmooth
from dimitra_studio.studio.curves.curve_timeline import CurveTimeline
from dimitra_studio.studio.curves.key_layer import (
    keys_on,
    layer_keys,
    next_handles,
    next_way,
    with_changed,
    without_keys,
)
from dimitra_studio.studio.curves.ranges import Clip, added, copied, pasted, reset
from dimitra_studio.studio.curves.strokes import Tool
from dimitra_studio.studio.curves.transform import Grip
from dimitra_studio.studio.timeline.curve import CurveLane
from dimitra_studio.studio.timeline.take_lanes import FIRST_CHANNELS

_HALF = 0.5  # of the way, each time


class CurveCommands(QObject):
    """Works on the curve that was clicked last: its chosen keys, or its frames in the selection."""

    def __init__(self, view: CurveTimeline) -> None:
        super().__init__(view)
        self._view, self._editor = view, view.editor
        self._clip: Clip | None = None
        self._before: tuple[int, ...] = ()  # the curves shown before some were hidden
        view.value_field.given.connect(self._set_value)
        view.paste_wanted.connect(self.paste)

    # Which curve.

    def open_lane(self) -> None:
        """The lane of the curve becomes high, or low again."""
        lane = self._editor.lane or next(iter(self._view.curves), None)
        if lane is not None:
            self._view.toggle_open(lane)

    def toggle_together(self) -> None:
        """The other curves in the same unit are drawn in the curve's lane, or no longer."""
        lane = self._editor.lane
        if lane is not None:
            self._view.show_together(lane, not lane.beside)

    def next_curve(self) -> None:
        """The keys work on the curve below."""
        self._step(1)

    def previous_curve(self) -> None:
        """The keys work on the curve above."""
        self._step(-1)

    def hide(self) -> None:
        """Without the curve."""
        lane = self._editor.lane
        if lane is not None:
            self._show_only([curve.channel for curve in self._view.curves if curve is not lane])

    def isolate(self) -> None:
        """The curve alone; again: all of them."""
        lane = self._editor.lane
        if lane is not None and len(self._view.curves) > 1:
            self._show_only([lane.channel])
        else:
            self.reveal()

    def reveal(self) -> None:
        """The curves that were hidden."""
        self._view.choose_channels(self._before or FIRST_CHANNELS)
        self._before = ()

    def lock(self) -> None:
        """The curve cannot be changed by hand, or can again."""
        lane = self._editor.lane
        if lane is not None:
            self._editor.mark(self._editor.locked ^ {lane.channel}, self._editor.favourites)

    def favour(self) -> None:
        """The curve stands first in the list of curves, or no longer."""
        lane = self._editor.lane
        if lane is not None:
            self._editor.mark(self._editor.locked, self._editor.favourites ^ {lane.channel})

    # What is selected.

    def move(self) -> None:
        """Follows the mouse in value and time."""
        self._editor.begin_pull(Grip.MOVE)

    def scale(self) -> None:
        """Farther from its mean, or nearer."""
        self._editor.begin_pull(Grip.SCALE)

    def shear(self) -> None:
        """Its end higher or lower."""
        self._editor.begin_pull(Grip.SHEAR)

    def smooth(self) -> None:
        """Without jitter."""
        self._add(GaussianSmooth(), "Smooth")

    def toward_rest(self) -> None:
        """Half of the way to the face at rest."""
        self._add(BlendToNeutral(), "Towards Rest", _HALF)

    def toward_generated(self) -> None:
        """Half of the way to what was generated."""
        self._add(BlendToBase(), "Towards Generated", _HALF)

    def reset(self) -> None:
        """As it was generated."""
        span = self._view.overlay.selection
        ready = self._editor.ready(span)
        if ready is not None and span is not None:
            lane, take = ready
            self._editor.change(reset(take.edits, lane.channel, span, take.motion.fps), f"Reset {lane.label.name}")

    def copy(self) -> None:
        """Keeps the selected stretch of the curve."""
        lane, take, span = self._editor.lane, self._editor.take, self._view.overlay.selection
        if lane is None or take is None or span is None:
            self._editor.refused.emit("Select the part of a curve that is to be copied first.")
            return
        clip = copied(take.motion, lane.channel, span, lane.label.unit)
        if clip is None:
            self._editor.refused.emit("There is no face in a part of the selection: it cannot be copied.")
        else:
            self._clip, self._view.can_paste = clip, True

    def paste(self) -> None:
        """What was copied, from the selection's start or the playhead on; on any curve, in any take."""
        ready = self._editor.ready(True)
        if ready is None:
            return
        lane, take = ready
        if self._clip is None:
            self._editor.refused.emit("Nothing was copied yet: select a part of a curve and copy it.")
        elif self._clip.unit != lane.label.unit:
            self._editor.refused.emit(
                f"{lane.label.name} is measured in {lane.label.unit}, what was copied in {self._clip.unit}."
            )
        else:
            span, fps = self._view.overlay.selection, take.motion.fps
            start = self._frame_start() if span is None else frame_at(span.start, fps) / fps
            self._editor.change(pasted(take.edits, lane.channel, start, self._clip), f"Paste on {lane.label.name}")

    # Keys.

    def add_key(self) -> None:
        """A key at the playhead."""
        self._editor.add_key(self._frame_start())

    def delete_chosen(self) -> None:
        """Without the chosen keys; where none are, without the marker."""
        lane, take = self._editor.lane, self._editor.take
        if lane is None or take is None or not self._editor.chosen:
            self._view.delete_marker()
        elif self._editor.may_edit(lane):
            kept = without_keys(take.edits, self._editor.chosen, take.motion.fps)
            self._editor.change(kept, f"Delete Keys on {lane.label.name}", frozenset())

    def choose_keys(self) -> None:
        """Every key of the curve."""
        lane, take = self._editor.lane, self._editor.take
        if lane is not None and take is not None:
            self._editor.choose(frozenset(keys_on(take.edits, lane.channel)))

    def turn_handles(self) -> None:
        """The next kind of handles."""
        self._change_keys(next_handles, "Handles")

    def turn_way(self) -> None:
        """The next kind of way to the key behind."""
        self._change_keys(lambda keys, place: next_way(keys[place]), "Interpolation")

    def ask_value(self) -> None:
        """A field for the value at the playhead."""
        lane = self._editor.lane
        if lane is not None:
            self._view.ask_value(lane)

    # Tools.

    def take_arrow(self) -> None:
        """The mouse selects."""
        self._editor.take_up(Tool.SELECT)

    def take_sculpt(self) -> None:
        """The mouse pushes the curve."""
        self._editor.take_up(Tool.SCULPT)

    def take_smooth(self) -> None:
        """The mouse smooths the curve."""
        self._editor.take_up(Tool.SMOOTH)

    def take_erase(self) -> None:
        """The mouse leads the curve back to what was generated."""
        self._editor.take_up(Tool.ERASE)

    def larger(self) -> None:
        """A wider brush."""
        self._editor.size(1)

    def smaller(self) -> None:
        """A narrower brush."""
        self._editor.size(-1)

    def _step(self, by: int) -> None:
        curves = [curve for curve in self._view.curves if curve.shown]
        if curves:
            lane = self._editor.lane
            place = curves.index(lane) + by if lane in curves else 0
            self._editor.activate(curves[min(max(place, 0), len(curves) - 1)])

    def _show_only(self, channels: list[int]) -> None:
        self._before = self._before or tuple(curve.channel for curve in self._view.curves)
        self._view.choose_channels(tuple(channels))

    def _add(self, operation: Operation, title: str, amount: float = 1.0) -> None:
        span: TimeRange | None = self._view.overlay.selection
        ready = self._editor.ready(span)
        if ready is not None and span is not None:
            lane, take = ready
            edits = added(take.edits, lane.channel, span, operation, amount)
            self._editor.change(edits, f"{title}: {lane.label.name}")

    def _change_keys(self, change: Callable[[tuple[Key, ...], int], Key], title: str) -> None:
        lane, take, chosen = self._editor.lane, self._editor.take, self._editor.chosen
        if lane is None or take is None or not chosen:
            self._editor.refused.emit("Select keys first: click one, or drag over some.")
        elif self._editor.may_edit(lane):
            changed = {ref: change(layer_keys(take.edits, ref), ref.place) for ref in chosen}
            edits, now = with_changed(take.edits, changed, take.motion.fps)
            self._editor.change(edits, f"{title}: {lane.label.name}", now)

    def _set_value(self, value: float) -> None:
        """The curve goes through the value at the playhead."""
        lane: CurveLane | None = self._editor.lane
        if lane is not None:
            now = lane.at(self._view.overlay.playhead)
            if np.isfinite(now):
                self._editor.add_key(self._frame_start(), value / lane.label.factor - now)

    def _frame_start(self) -> float:
        """The start of the playhead's frame."""
        take = self._editor.take
        fps = MOTION_FPS if take is None else take.motion.fps
        last = 0 if take is None else len(take.motion) - 1
        return min(frame_at(self._view.overlay.playhead, fps), last) / fps
