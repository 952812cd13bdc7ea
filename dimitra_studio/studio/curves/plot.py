"""An opened lane as a place to aim at: where values, keys and handles are seen, and what lies near the mouse."""

from collections.abc import Collection
from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPolygonF

from dimitra_studio.core.timebase import TimeRange, frame_at
from dimitra_studio.studio.curves.handle_ends import HandleRef
from dimitra_studio.studio.curves.hands import Spot
from dimitra_studio.studio.curves.key_layer import Edits, KeyRef, handle_ends, keys_on, layer_keys
from dimitra_studio.studio.timeline.curve import CurveLane
from dimitra_studio.studio.timeline.scale import TimeScale

_REACH = 8.0  # px in which a key is caught


@dataclass(frozen=True)
class Plot:
    """A lane where it lies in the viewport, over a scale of time, with `frames` frames, `fps` a second."""

    lane: CurveLane
    room: QRectF
    scale: TimeScale
    fps: float
    frames: int

    @property
    def lanes(self) -> tuple[CurveLane, ...]:
        """The lane, and those whose curves are drawn in it as well."""
        return (self.lane, *self.lane.beside)

    def at(self, seconds: float, value: float) -> QPointF:
        """The place of a value at a frame's start; frames are drawn at their middle."""
        x = self.room.left() + self.scale.x(seconds + 0.5 / self.fps)
        return QPointF(x, self.room.top() + self.lane.y(value, self.room.height()))

    def spot(self, place: QPointF) -> Spot:
        """What is at a pixel; a frame's start counts as its middle."""
        seconds = self.scale.seconds(place.x() - self.room.left())
        frame = min(max(frame_at(seconds, self.fps), 0), self.frames - 1)
        value = self.lane.value(place.y() - self.room.top(), self.room.height())
        return Spot(place, frame / self.fps, seconds - 0.5 / self.fps, value)

    def key_places(self, edits: Edits) -> dict[KeyRef, QPointF]:
        """Where keys are seen: on the curves that they bend."""
        curves = {lane.channel: lane for lane in self.lanes}
        found = {}
        for ref, key in keys_on(edits, curves).items():
            value = curves[ref.channel].at(key.seconds + 0.5 / self.fps)
            if np.isfinite(value):
                found[ref] = self.at(key.seconds, value)
        return found

    def handle_places(self, edits: Edits, ref: KeyRef) -> tuple[QPointF | None, QPointF | None]:
        """Where a key's left and right handles are seen."""
        centre = self.key_places(edits).get(ref)
        if centre is None:
            return None, None
        low, high = self.lane.values
        tall = self.room.height() / (high - low)
        left, right = (
            None if end is None else centre + QPointF(end.seconds * self.scale.rate, -end.value * tall)
            for end in handle_ends(layer_keys(edits, ref), ref.place)
        )
        return left, right

    def key_near(self, edits: Edits, place: QPointF) -> KeyRef | None:
        """The key that a press there takes; the lane's own before one of another curve."""
        near = {ref: (at - place).manhattanLength() for ref, at in self.key_places(edits).items()}
        caught = [ref for ref, way in near.items() if way <= _REACH]
        return min(caught, key=lambda ref: (ref.channel != self.lane.channel, near[ref]), default=None)

    def handle_near(self, edits: Edits, keys: Collection[KeyRef], place: QPointF) -> HandleRef | None:
        """The handle of one of these keys that a press there takes."""
        for ref in keys:
            for left, end in zip((True, False), self.handle_places(edits, ref), strict=True):
                if end is not None and (end - place).manhattanLength() <= _REACH:
                    return HandleRef(ref, left)
        return None

    def keys_in(self, edits: Edits, outline: QPolygonF) -> frozenset[KeyRef]:
        """The keys in a box or lasso."""
        places = self.key_places(edits)
        return frozenset(ref for ref, at in places.items() if outline.containsPoint(at, Qt.FillRule.OddEvenFill))

    def touched(self, outline: QPolygonF) -> tuple[CurveLane, ...]:
        """The other curves drawn here of which a frame is in a box or lasso."""
        frames = self.covered(outline)
        return tuple(
            lane
            for lane in self.lane.beside
            if any(
                outline.containsPoint(self.at(frame / self.fps, value), Qt.FillRule.OddEvenFill)
                for frame in frames
                if np.isfinite(value := lane.at((frame + 0.5) / self.fps))
            )
        )

    def covered(self, outline: QPolygonF) -> range:
        """The frames from an outline's left to its right."""
        box = outline.boundingRect()
        first, last = (
            frame_at(self.scale.clamped(self.scale.seconds(x - self.room.left())), self.fps)
            for x in (box.left(), box.right())
        )
        return range(first, last + 1)

    def span(self, outline: QPolygonF) -> TimeRange:
        """The time of those frames."""
        frames = self.covered(outline)
        return TimeRange(frames.start / self.fps, frames.stop / self.fps)
