"""What lies over opened curves: keys and handles, the box, the brush, what is read off."""

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPen, QPolygonF

from dimitra_studio.editing.falloff import Falloff
from dimitra_studio.studio.curves.handle_ends import HandleRef, handle_end, told_end
from dimitra_studio.studio.curves.key_layer import Edits, KeyRef
from dimitra_studio.studio.curves.plot import Plot
from dimitra_studio.studio.curves.strokes import Tool
from dimitra_studio.studio.theme import MEDIUM, SMALL, Theme
from dimitra_studio.studio.timeline.lane import faded

if TYPE_CHECKING:
    from dimitra_studio.studio.curves.editor import CurveEditor

_KEY, _HANDLE = 5.0, 3.5  # px from the middle to the edge
_BELL = 26.0  # px that the brush's falloff is high
_BELL_POINTS = np.linspace(-1, 1, 41)


def paint_editor(painter: QPainter, editor: "CurveEditor", theme: Theme) -> None:
    """Over the lanes: what can be taken hold of, and what the hand does."""
    take = editor.take
    for plot in editor.plots() if take is not None else ():
        assert take is not None
        painter.save()
        painter.setClipRect(plot.room, Qt.ClipOperation.IntersectClip)
        paint_keys(painter, plot, take.edits, editor.chosen, theme)
        paint_handle(painter, plot, take.edits, editor.handle, theme)
        at = editor.pointer if editor.pointer is not None and plot.room.contains(editor.pointer) else None
        if at is not None and editor.tool is not Tool.SELECT:
            paint_brush(painter, plot, at, editor.radius, theme)
        if plot.lane is editor.lane and editor.hand is not None:
            paint_outline(painter, editor.hand.outline(), theme)
            paint_told(painter, plot.room, editor.hand.told(), theme)
        elif plot.lane is editor.lane and editor.handle is not None and (end := handle_end(take.edits, editor.handle)):
            paint_told(painter, plot.room, told_end(editor.handle, end, plot.fps), theme)
        elif at is not None:
            paint_told(painter, plot.room, editor.read_off(), theme)
        painter.restore()


def paint_keys(painter: QPainter, plot: Plot, edits: Edits, chosen: frozenset[KeyRef], theme: Theme) -> None:
    """Diamonds, fainter those of other curves that are drawn in the lane; chosen ones are filled and show their
    handles."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    accent, edges = theme.colour("accent"), (theme.colour("text"), theme.colour("dim"))
    places = plot.key_places(edits)
    for ref in chosen:
        for end in plot.handle_places(edits, ref) if ref in places else ():
            if end is not None:
                painter.setPen(QPen(accent, 1))
                painter.drawLine(QLineF(places[ref], end))
                painter.setBrush(theme.colour("panel"))
                painter.drawEllipse(end, _HANDLE, _HANDLE)
    for ref, centre in places.items():
        painter.setPen(QPen(edges[ref.channel != plot.lane.channel], 1.4))
        painter.setBrush(accent if ref in chosen else theme.colour("panel"))
        diamond = [(0.0, -_KEY), (_KEY, 0.0), (0.0, _KEY), (-_KEY, 0.0)]
        painter.drawPolygon(QPolygonF([centre + QPointF(x, y) for x, y in diamond]))
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, on=False)


def paint_handle(painter: QPainter, plot: Plot, edits: Edits, handle: HandleRef | None, theme: Theme) -> None:
    """The end of the handle that keys turn is filled."""
    place = None if handle is None else plot.handle_places(edits, handle.key)[0 if handle.left else 1]
    if place is not None:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(theme.colour("accent"), 1))
        painter.setBrush(theme.colour("accent"))
        painter.drawEllipse(place, _HANDLE + 1, _HANDLE + 1)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, on=False)


def paint_outline(painter: QPainter, outline: QPolygonF, theme: Theme) -> None:
    """The box or lasso."""
    painter.setPen(QPen(theme.colour("accent"), 1, Qt.PenStyle.DashLine))
    painter.setBrush(faded(theme.colour("accent"), 0.12))
    painter.drawPolygon(outline)


def paint_brush(painter: QPainter, plot: Plot, place: QPointF, radius: float, theme: Theme) -> None:
    """How far the brush reaches and how it dies out."""
    wide = radius * plot.scale.rate
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(theme.colour("accent"), 1.2))
    painter.setBrush(faded(theme.colour("accent"), 0.15))
    heights = Falloff.SMOOTH(_BELL_POINTS)
    bell = [QPointF(place.x() + x * wide, place.y() - y * _BELL) for x, y in zip(_BELL_POINTS, heights, strict=True)]
    painter.drawPolygon(QPolygonF(bell))
    painter.drawEllipse(place, 2.5, 2.5)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, on=False)


def paint_told(painter: QPainter, room: QRectF, text: str, theme: Theme) -> None:
    """Words in the upper right corner of a lane."""
    if not text:
        return
    metrics = painter.fontMetrics()
    width = metrics.horizontalAdvance(text) + 2 * MEDIUM
    box = QRectF(room.right() - width - SMALL, room.top() + SMALL, width, metrics.height() + SMALL)
    painter.fillRect(box, faded(theme.colour("raised"), 0.92))
    painter.setPen(theme.colour("text"))
    painter.drawText(box, Qt.AlignmentFlag.AlignCenter, text)
