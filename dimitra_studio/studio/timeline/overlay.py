"""What lies over the lanes: selection, loop, markers' lines, the playhead."""

from dataclasses import dataclass

from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPen, QPolygonF

from dimitra_studio.project.document import TimeRange
from dimitra_studio.studio.theme import Theme
from dimitra_studio.studio.timeline.lane import faded
from dimitra_studio.studio.timeline.scale import TimeScale

HANDLE = 7.0  # px, how wide a handle of the loop is
GRIP = 8  # px, half of what the playhead covers


@dataclass(frozen=True)
class Overlay:
    """The moments to be marked, seconds; `loop_on` whether playing goes round it."""

    playhead: float = 0.0
    selection: TimeRange | None = None
    loop: TimeRange | None = None
    markers: tuple[float, ...] = ()


@dataclass(frozen=True)
class Ground:
    """Where an overlay lies: `room` of the lanes, whose upper `ruler` px are the ruler's; its x = 0 is the scale's."""

    room: QRectF
    ruler: float
    scale: TimeScale
    theme: Theme

    @property
    def below(self) -> QRectF:
        """The room without the ruler."""
        return self.room.adjusted(0, self.ruler, 0, 0)

    def box(self, span: TimeRange) -> QRectF:
        """What a stretch of time covers."""
        left, right = self.scale.x(span.start), self.scale.x(span.end)
        return QRectF(left, self.room.top(), right - left, self.room.height())


def paint_overlay(painter: QPainter, overlay: Overlay, ground: Ground) -> None:
    """All of it, the playhead last."""
    theme = ground.theme
    if overlay.selection is not None:
        box = ground.box(overlay.selection)
        painter.fillRect(box, faded(theme.colour("accent"), 0.18))
        painter.setPen(theme.colour("accent"))
        painter.drawLines([QLineF(box.topLeft(), box.bottomLeft()), QLineF(box.topRight(), box.bottomRight())])
    painter.setPen(QPen(faded(theme.colour("warning"), 0.6), 1, Qt.PenStyle.DashLine))
    shown = (ground.scale.x(moment) for moment in overlay.markers if ground.scale.start <= moment <= ground.scale.end)
    painter.drawLines([QLineF(x, ground.below.top(), x, ground.below.bottom()) for x in shown])
    if overlay.loop is not None:
        _paint_loop(painter, overlay.loop, ground)
    _paint_playhead(painter, ground.scale.x(overlay.playhead), ground)


def _paint_loop(painter: QPainter, loop: TimeRange, ground: Ground) -> None:
    """What lies outside is shaded; a bar with two handles on the ruler."""
    box, below = ground.box(loop), ground.below
    shade = faded(ground.theme.colour("window"), 0.45)
    painter.fillRect(QRectF(below.left(), below.top(), max(box.left() - below.left(), 0), below.height()), shade)
    painter.fillRect(QRectF(box.right(), below.top(), max(below.right() - box.right(), 0), below.height()), shade)
    bar = QRectF(box.left(), below.top() - 5, box.width(), 5)
    painter.fillRect(bar, ground.theme.colour("accent"))
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(ground.theme.colour("accent"))
    for x, inward in ((box.left(), 1), (box.right(), -1)):
        top, bottom = bar.bottom() - 14, bar.bottom()
        painter.drawPolygon(QPolygonF([QPointF(x, top), QPointF(x, bottom), QPointF(x + inward * HANDLE, bottom)]))


def _paint_playhead(painter: QPainter, x: float, ground: Ground) -> None:
    colour, foot = ground.theme.colour("playhead"), ground.below.top()
    painter.setPen(QPen(colour, 1))
    if -1 < x - ground.room.right() < 1:
        x = ground.room.right() - 1  # the end itself lies a pixel outside
    painter.drawLine(QLineF(x, ground.room.top(), x, ground.room.bottom()))
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(colour)
    painter.drawPolygon(QPolygonF([QPointF(x - 6, foot - 9), QPointF(x + 6, foot - 9), QPointF(x, foot)]))
