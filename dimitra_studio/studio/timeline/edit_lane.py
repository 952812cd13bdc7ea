"""The lane of the edit that is chosen: from when to when it counts, how it comes and goes."""

from PySide6.QtCore import QPointF, QRectF, QSizeF
from PySide6.QtGui import QPainter, QPen, QPolygonF

from dimitra_studio.editing.edits import Edit
from dimitra_studio.editing.reach import Edge
from dimitra_studio.studio.theme import SMALL, Theme
from dimitra_studio.studio.timeline.lane import Lane, faded
from dimitra_studio.studio.timeline.scale import TimeScale

_GRIP = 3.0  # px, half of a handle
_REACH = 7.0  # px at which a handle is caught
_EDGES = 1.0  # px


class EditLane(Lane):
    """A shape as high as the edit counts: its handles are the range, above, and the blends, below."""

    lines, share = 2.3, 0

    def __init__(self) -> None:
        self.edit: Edit | None = None

    def set_edit(self, edit: Edit | None) -> None:
        """Another edit; None for none."""
        self.edit, self.title = edit, "" if edit is None else edit.title

    @property
    def shown(self) -> bool:
        """Only while one is chosen."""
        return self.edit is not None

    def corners(self, edit: Edit, scale: TimeScale) -> dict[Edge, float]:
        """Px of the four corners; an open range ends where the take does."""
        span = edit.span.within(scale.duration)
        moments = {
            Edge.BLEND_IN: span.start - edit.blend_in,
            Edge.START: span.start,
            Edge.END: span.end,
            Edge.BLEND_OUT: span.end + edit.blend_out,
        }
        return {edge: scale.x(moment) for edge, moment in moments.items()}

    def paint(self, painter: QPainter, size: QSizeF, scale: TimeScale, theme: Theme) -> None:
        """The shape; fainter while the edit is muted."""
        if self.edit is None:
            return
        places = self.places(self.edit, size.height(), scale)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        accent = theme.colour("accent")
        painter.setPen(QPen(accent, _EDGES))
        painter.setBrush(faded(accent, 0.1 if self.edit.muted else 0.3))
        painter.drawPolygon(QPolygonF(list(places.values())))
        painter.setBrush(theme.colour("panel"))
        for at in places.values():
            painter.drawRect(QRectF(at.x() - _GRIP, at.y() - _GRIP, 2 * _GRIP, 2 * _GRIP))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, on=False)

    def places(self, edit: Edit, height: float, scale: TimeScale) -> dict[Edge, QPointF]:
        """Where the handles are in the lane, round the shape."""
        low = (Edge.BLEND_IN, Edge.BLEND_OUT)
        return {
            edge: QPointF(x, height - _GRIP - 1 if edge in low else _GRIP + 1)
            for edge, x in self.corners(edit, scale).items()
        }

    def edge_at(self, place: QPointF, height: float, scale: TimeScale) -> Edge | None:
        """What a press there would take hold of: a handle, or all of an edit that is no whole take's."""
        edit = self.edit
        if edit is None:
            return None
        ways = {edge: (at - place).manhattanLength() for edge, at in self.places(edit, height, scale).items()}
        nearest = min(ways, key=lambda edge: ways[edge])
        if ways[nearest] <= _REACH + SMALL:
            return nearest
        corners = self.corners(edit, scale)
        whole = edit.span.start <= 0 and edit.span.end >= scale.duration
        return Edge.ALL if not whole and corners[Edge.START] <= place.x() <= corners[Edge.END] else None

    def told(self, _seconds: float) -> str:
        """When it counts."""
        if self.edit is None:
            return ""
        span = self.edit.span
        return f"from {span.start:.2f} s on" if span.is_open else f"{span.start:.2f}–{span.end:.2f} s"
