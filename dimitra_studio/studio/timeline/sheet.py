"""The drawn lanes, kept until something in them changes: the playhead runs over a finished picture."""

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF, QSizeF, Qt
from PySide6.QtGui import QFont, QPainter, QPixmap

from dimitra_studio.studio.theme import Theme
from dimitra_studio.studio.timeline.lane import Lane
from dimitra_studio.studio.timeline.layout import Strip
from dimitra_studio.studio.timeline.scale import TimeScale


class Sheet:
    """A picture of lanes in their strips."""

    def __init__(self, theme: Theme) -> None:
        self._theme = theme
        self._picture: QPixmap | None = None
        self._old: set[Lane] = set()

    def forget(self, lane: Lane | None = None) -> None:
        """All, or one lane, must be drawn anew."""
        if lane is None:
            self._picture = None
        else:
            self._old.add(lane)

    def picture(
        self, placed: Sequence[tuple[Lane, Strip]], size: QSizeF, ratio: float, scale: TimeScale, font: QFont
    ) -> QPixmap:
        """The lanes on `size` px at `ratio` device pixels each."""
        if self._picture is None:
            self._picture = QPixmap((size * ratio).toSize())
            self._picture.setDevicePixelRatio(ratio)
            self._picture.fill(self._theme.colour("window"))
            self._old = {lane for lane, _ in placed}
        if self._old:
            with QPainter(self._picture) as painter:
                painter.setFont(font)
                for lane, strip in placed:
                    visible = strip.top < size.height() and strip.top + strip.height > 0
                    if lane in self._old and visible:
                        self._paint(painter, lane, strip, scale)
            self._old.clear()
        return self._picture

    def _paint(self, painter: QPainter, lane: Lane, strip: Strip, scale: TimeScale) -> None:
        size = QSizeF(scale.width, strip.height)
        painter.save()
        painter.translate(QPointF(0, strip.top))
        painter.setClipRect(QRectF(QPointF(0, 0), size))
        painter.fillRect(QRectF(QPointF(0, 0), size), self._theme.colour("panel"))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        lane.paint(painter, size, scale, self._theme)
        painter.restore()
