"""What keys and menus do to curves: the target `curves` of the action table."""

from collections.abc import Callable, Collection

import numpy as np
from PySide6.QtCore import QObject

from dimitra_studio.core.errors import InputError
from dimitra_studio.core.timebase import MOTION_FPS, TimeRange, frame_at
from dimitra_studio.editing.blending import BlendToBase, BlendToNeutral
from dimitra_studio.editing.keys import Key
from dimitra_studio.editing.operation import Operation
from dimitra_studio.editing.smoothing import GaussianSmooth
from dimitra_studio.studio.curves.curve_timeline import CurveTimeline
from dimitra_studio.studio.curves.key_layer import (
    KeyRef,
    keys_on,
    layer_keys,
    next_handles,
    next_way,
    with_changed,
    without_keys,
)
from dimitra_studio.studio.curves.ranges import Clip, added, copied, pasted, places_for, reset
from dimitra_studio.studio.curves.strokes import Tool
from dimitra_studio.studio.curves.transform import Grip
from dimitra_studio.studio.timeline.channel_names import told_channels
from dimitra_studio.studio.timeline.curve import CurveLane
from dimitra_studio.studio.timeline.take_lanes import FIRST_CHANNELS

_HALF = 0.5  # of the way, each time


class CurveCommands(QObject):
    """Works on the curve that was clicked last and on those that were joined to it: on their chosen keys, or their
    frames in the selection."""

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
        self._editor.activate_alone(self._neighbour(1))

    def previous_curve(self) -> None:
        """The keys work on the curve above."""
        self._editor.activate_alone(self._neighbour(-1))

    def next_too(self) -> None:
        """The keys work on the curve below as well."""
        self._join(self._neighbour(1))

    def previous_too(self) -> None:
        """The keys work on the curve above as well."""
        self._join(self._neighbour(-1))

    def hide(self) -> None:
        """Without the curves."""
        lanes = self._editor.lanes
        if lanes:
            self._show_only([curve.channel for curve in self._view.curves if curve not in lanes])

    def isolate(self) -> None:
        """The curves alone; again: all of them."""
        lanes = self._editor.lanes
        if lanes and len(self._view.curves) > len(lanes):
            self._show_only([lane.channel for lane in lanes])
        else:
            self.reveal()

    def reveal(self) -> None:
        """The curves that were hidden."""
        self._view.choose_channels(self._before or FIRST_CHANNELS)
        self._before = ()

    def lock(self) -> None:
        """The curves cannot be changed, or can again."""
        editor = self._editor
        editor.mark(_turned(editor.locked, editor.lanes), editor.favourites)

    def favour(self) -> None:
        """The curves stand first in the list of curves, or no longer."""
        editor = self._editor
        editor.mark(editor.locked, _turned(editor.favourites, editor.lanes))

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
            channels, take = ready
            edits = reset(take.edits, channels, span, take.motion.fps)
            self._editor.change(edits, f"Reset {told_channels(channels)}")

    def copy(self) -> None:
        """Keeps the selected stretch of the curves."""
        lanes, take, span = self._editor.lanes, self._editor.take, self._view.overlay.selection
        if not lanes or take is None or span is None:
            self._editor.refused.emit("Select the part of a curve that is to be copied first.")
            return
        clip = copied(take.motion, tuple(lane.channel for lane in lanes), span)
        if clip is None:
            self._editor.refused.emit("There is no face in a part of the selection: it cannot be copied.")
        else:
            self._clip, self._view.can_paste = clip, True

    def paste(self) -> None:
        """What was copied, from the selection's start or the playhead on; on any curves, in any take."""
        take, lanes, clip = self._editor.take, self._editor.lanes, self._clip
        if take is None or not lanes:
            self._editor.ready(True)  # tells what is missing
            return
        if clip is None:
            self._editor.refused.emit("Nothing was copied yet: select a part of a curve and copy it.")
            return
        try:
            places = places_for(clip, tuple(lane.channel for lane in lanes))
        except InputError as error:
            self._editor.refused.emit(f"{error.message} {error.hint}")
            return
        free = self._editor.unlocked(places)
        if free:
            span, fps = self._view.overlay.selection, take.motion.fps
            start = self._frame_start() if span is None else frame_at(span.start, fps) / fps
            edits = pasted(take.edits, clip.on(places).only(free), start)
            self._editor.change(edits, f"Paste on {told_channels(free)}")

    # Keys.

    def add_key(self) -> None:
        """A key at the playhead, on each of the curves."""
        self._editor.add_key((lane.channel for lane in self._editor.lanes), self._frame_start())

    def delete_chosen(self) -> None:
        """Without the chosen keys; where none are, without the marker."""
        if not self._editor.chosen:
            self._view.delete_marker()
        elif ready := self._editor.ready_keys():
            keys, take = ready
            kept = without_keys(take.edits, keys, take.motion.fps)
            self._editor.change(kept, f"Delete Keys on {_named(keys)}", frozenset())

    def choose_keys(self) -> None:
        """Every key of the curves."""
        take, channels = self._editor.take, {lane.channel for lane in self._editor.lanes}
        if take is not None:
            self._editor.choose(frozenset(keys_on(take.edits, channels)))

    def turn_handles(self) -> None:
        """The next kind of handles."""
        self._change_keys(next_handles, "Handles")

    def turn_way(self) -> None:
        """The next kind of way to the key behind."""
        self._change_keys(lambda keys, place: next_way(keys[place]), "Interpolation")

    def next_handle(self) -> None:
        """Another handle of the chosen keys is the one that arrow keys turn."""
        self._editor.next_handle()

    def ask_value(self) -> None:
        """A field for the chosen handle, else for the value at the playhead."""
        lane = self._editor.lane
        if self._editor.handle is not None:
            self._view.ask_handle()
        elif lane is not None:
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

    def _neighbour(self, by: int) -> CurveLane | None:
        """The curve so many places below the active one."""
        curves = [curve for curve in self._view.curves if curve.shown]
        lane = self._editor.lane
        place = curves.index(lane) + by if lane in curves else 0
        return curves[min(max(place, 0), len(curves) - 1)] if curves else None

    def _join(self, lane: CurveLane | None) -> None:
        if lane is not None and lane not in self._editor.lanes:
            self._editor.join(lane)
        else:
            self._editor.activate(lane)

    def _show_only(self, channels: list[int]) -> None:
        self._before = self._before or tuple(curve.channel for curve in self._view.curves)
        self._view.choose_channels(tuple(channels))

    def _add(self, operation: Operation, title: str, amount: float = 1.0) -> None:
        span: TimeRange | None = self._view.overlay.selection
        ready = self._editor.ready(span)
        if ready is not None and span is not None:
            channels, take = ready
            edits = added(take.edits, channels, span, operation, amount=amount, name=title)
            self._editor.change(edits, f"{title}: {told_channels(channels)}")

    def _change_keys(self, change: Callable[[tuple[Key, ...], int], Key], title: str) -> None:
        if ready := self._editor.ready_keys():
            keys, take = ready
            changed = {ref: change(layer_keys(take.edits, ref), ref.place) for ref in keys}
            edits, now = with_changed(take.edits, changed, take.motion.fps)
            self._editor.change(edits, f"{title}: {_named(keys)}", now)

    def _set_value(self, values: tuple[float, ...]) -> None:
        """The chosen handle ends there, or the curve goes through the value at the playhead."""
        lane: CurveLane | None = self._editor.lane
        value, *more = values
        if more:
            self._editor.put_handle(value, more[0])
        elif lane is not None:
            now = lane.at(self._view.overlay.playhead)
            if np.isfinite(now):
                self._editor.add_key([lane.channel], self._frame_start(), value / lane.label.factor - now)

    def _frame_start(self) -> float:
        """The start of the playhead's frame."""
        take = self._editor.take
        fps = MOTION_FPS if take is None else take.motion.fps
        last = 0 if take is None else len(take.motion) - 1
        return min(frame_at(self._view.overlay.playhead, fps), last) / fps


def _turned(marks: frozenset[int], lanes: Collection[CurveLane]) -> frozenset[int]:
    """With these curves among them, or without where they all were."""
    channels = {lane.channel for lane in lanes}
    return marks - channels if channels <= marks else marks | channels


def _named(keys: Collection[KeyRef]) -> str:
    return told_channels(sorted({ref.channel for ref in keys}))
