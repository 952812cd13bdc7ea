"""What lies over an opened curve: keys and handles, the box, the brush, what is read off."""

from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPen, QPolygonF

from dimitra_studio.editing.falloff import Falloff
from dimitra_studio.studio.curves.key_layer import Edits, KeyRef, handle_ends, keys_on, layer_keys
from dimitra_studio.studio.theme import MEDIUM, SMALL, Theme
from dimitra_studio.studio.timeline.curve import CurveLane
from dimitra_studio.studio.timeline.lane import faded
from dimitra_studio.studio.timeline.scale import TimeScale

_KEY, _HANDLE = 5.0, 3.5  # px from the middle to the edge
_BELL = 26.0  # px that the brush's falloff is high
_BELL_POINTS = np.linspace(-1, 1, 41)


@dataclass(frozen=True)
class Plot:
    """An opened lane where it lies in the viewport, over a scale of time; `fps` frames a second."""

    lane: CurveLane
    room: QRectF
    scale: TimeScale
    fps: float

    def at(self, seconds: float, value: float) -> QPointF:
        """The place of a value at a frame's start; frames are drawn at their middle."""
        x = self.room.left() + self.scale.x(seconds + 0.5 / self.fps)
        return QPointF(x, self.room.top() + self.lane.y(value, self.room.height()))

    def seconds(self, x: float) -> float:
        """The moment at a pixel, in which a frame's start counts as its middle."""
        return self.scale.seconds(x - self.room.left()) - 0.5 / self.fps

    def value(self, y: float) -> float:
        """The value at a pixel."""
        return self.lane.value(y - self.room.top(), self.room.height())

    def key_places(self, edits: Edits) -> dict[KeyRef, QPointF]:
        """Where the channel's keys are seen: on the curve that they bend."""
        found = {}
        for ref, key in keys_on(edits, self.lane.channel).items():
            value = self.lane.at(key.seconds + 0.5 / self.fps)
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


def paint_keys(painter: QPainter, plot: Plot, edits: Edits, chosen: frozenset[KeyRef], theme: Theme) -> None:
    """Diamonds; chosen ones are filled and show their handles."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    accent = theme.colour("accent")
    places = plot.key_places(edits)
    for ref in chosen:
        for end in plot.handle_places(edits, ref) if ref in places else ():
            if end is not None:
                painter.setPen(QPen(accent, 1))
                painter.drawLine(QLineF(places[ref], end))
                painter.setBrush(theme.colour("panel"))
                painter.drawEllipse(end, _HANDLE, _HANDLE)
    for ref, centre in places.items():
        painter.setPen(QPen(theme.colour("text"), 1.4))
        painter.setBrush(accent if ref in chosen else theme.colour("panel"))
        diamond = [(0.0, -_KEY), (_KEY, 0.0), (0.0, _KEY), (-_KEY, 0.0)]
        painter.drawPolygon(QPolygonF([centre + QPointF(x, y) for x, y in diamond]))
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
