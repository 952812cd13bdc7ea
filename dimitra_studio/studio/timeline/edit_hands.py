"""The range and the blends of the chosen edit under the mouse."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QPointF, Signal

from dimitra_studio.editing.edits import Edit
from dimitra_studio.editing.reach import Edge, reaching
from dimitra_studio.studio.timeline.edit_lane import EditLane
from dimitra_studio.studio.timeline.lane import Lane

if TYPE_CHECKING:
    from dimitra_studio.studio.timeline.take_lanes import TakeLanes


@dataclass
class DragReach:
    """An edge of an edit, or all of it, follows the mouse; `frame` seconds of it are left."""

    before: Edit
    edge: Edge
    grabbed: float
    frame: float
    show: Callable[[Edit], None]
    end: Callable[[bool], None]

    def move(self, seconds: float, _x: float) -> None:
        """To the mouse."""
        if self.edge is Edge.ALL:
            seconds += self.before.span.start - self.grabbed
        self.show(reaching(self.before, self.edge, seconds, self.frame))

    def finish(self) -> None:
        """Kept."""
        self.end(True)

    def cancel(self) -> None:
        """As before."""
        self.end(False)


class EditHands(QObject):
    """Signals: `began` a drag, `dragged` carries the edit as it is to be, `ended` whether it is kept."""

    began = Signal()
    dragged = Signal(object)
    ended = Signal(object)

    def __init__(self, timeline: "TakeLanes", lane: EditLane) -> None:
        super().__init__(timeline)
        self._timeline, self._lane = timeline, lane

    def edge_at(self, lane: Lane | None, place: QPointF) -> Edge | None:
        """What a press at a place of the viewport would take hold of."""
        room = self._timeline.room_of(self._lane) if lane is self._lane else None
        if room is None:
            return None
        return self._lane.edge_at(place - room.topLeft(), room.height(), self._timeline.scale)

    def drag_at(self, lane: Lane | None, place: QPointF) -> DragReach | None:
        """What a press there begins."""
        edge, edit = self.edge_at(lane, place), self._lane.edit
        if edge is None or edit is None:
            return None
        self.began.emit()
        frame = 1 / self._timeline.ruler.fps
        return DragReach(edit, edge, self._timeline.seconds_at(place.x()), frame, self.dragged.emit, self.ended.emit)
