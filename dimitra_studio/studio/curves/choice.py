"""Which curves are worked on, and what is chosen of them.

The active curve is the one whose value is read and written; further ones may be worked on together with it.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from dimitra_studio.core.motion import MotionSequence
from dimitra_studio.studio.curves.key_layer import Edits, KeyRef
from dimitra_studio.studio.timeline.channel_names import told_locked
from dimitra_studio.studio.timeline.curve import CurveLane

if TYPE_CHECKING:
    from dimitra_studio.studio.curves.curve_timeline import CurveTimeline


@dataclass(frozen=True, eq=False)
class Subjects:
    """The take that is worked on: its `edits`, and the motion that they make."""

    edits: Edits
    motion: MotionSequence


class CurveChoice(QObject):
    """Signals: `refused` says in a sentence why something cannot be done, `marked` comes when a lock or favourite is
    another."""

    refused = Signal(object)
    marked = Signal()

    def __init__(self, view: "CurveTimeline") -> None:
        super().__init__(view)
        self._view = view
        self.take: Subjects | None = None
        self.chosen: frozenset[KeyRef] = frozenset()
        self.locked: frozenset[int] = frozenset()
        self.favourites: frozenset[int] = frozenset()

    @property
    def lane(self) -> CurveLane | None:
        """The active curve."""
        active = self._view.active
        return active if isinstance(active, CurveLane) and active in self._view.curves else None

    @property
    def lanes(self) -> tuple[CurveLane, ...]:
        """The curves that are worked on, from top to bottom."""
        lane = self.lane
        return tuple(curve for curve in self._view.curves if curve is lane or (lane and curve in self._view.also))

    def activate(self, lane: CurveLane | None) -> None:
        """Another curve is worked on; the ones beside it go, unless it is among them."""
        kept = self.lanes if lane in self.lanes else ()
        if not kept:
            self.chosen = frozenset()
        self._set_lanes(lane, kept)

    def activate_alone(self, lane: CurveLane | None) -> None:
        """One curve alone is worked on."""
        channel = None if lane is None else lane.channel
        self.chosen = frozenset(ref for ref in self.chosen if ref.channel == channel)
        self._set_lanes(lane, ())

    def join(self, lane: CurveLane) -> None:
        """A curve is worked on together with the others, or no longer."""
        lanes = self.lanes
        if lane not in lanes:
            self._set_lanes(lane, lanes)
        elif len(lanes) > 1:
            self.chosen = frozenset(ref for ref in self.chosen if ref.channel != lane.channel)
            left = tuple(each for each in lanes if each is not lane)
            self._set_lanes(self.lane if self.lane is not lane else left[0], left)

    def mark(self, locked: frozenset[int], favourites: frozenset[int]) -> None:
        """Which channels are locked, and which are favourites."""
        self.locked, self.favourites = locked, favourites
        self.marked.emit()

    def unlocked(self, channels: Iterable[int]) -> tuple[int, ...]:
        """Those of them that may be changed; tells which may not."""
        wanted = tuple(dict.fromkeys(channels))
        if kept := [channel for channel in wanted if channel in self.locked]:
            self.refused.emit(told_locked(kept))
        return tuple(channel for channel in wanted if channel not in self.locked)

    def ready(self, chosen: object) -> tuple[tuple[int, ...], Subjects] | None:
        """The channels that may be changed and the take, where something is `chosen`; else it is told what is
        missing."""
        take, lanes = self.take, self.lanes
        if take is None:
            self.refused.emit("There is no take whose curves could be changed.")
        elif not lanes:
            self.refused.emit("Click the curve that you want to change first.")
        elif not chosen:
            self.refused.emit("Select a part of the curve first: open it with E and drag over it.")
        elif channels := self.unlocked(lane.channel for lane in lanes):
            return channels, take
        return None

    def ready_keys(self) -> tuple[frozenset[KeyRef], Subjects] | None:
        """The chosen keys that may be changed and the take; else it is told what is missing."""
        if self.take is None or not self.chosen:
            self.refused.emit("Select keys first: click one, or drag over some.")
            return None
        channels = self.unlocked(ref.channel for ref in self.chosen)
        keys = frozenset(ref for ref in self.chosen if ref.channel in channels)
        return (keys, self.take) if keys else None

    def choose(self, keys: frozenset[KeyRef]) -> None:
        """Other keys are chosen."""
        self.chosen = keys
        self._view.viewport().update()

    def _set_lanes(self, lane: CurveLane | None, lanes: tuple[CurveLane, ...]) -> None:
        self._view.active, self._view.also = lane, tuple(dict.fromkeys(each for each in lanes if each is not lane))
        self._view.describe()
        self._view.viewport().update()
