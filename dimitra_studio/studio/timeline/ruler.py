"""The ruler: marks at whole seconds and frames."""

from PySide6.QtCore import QLineF, QPointF, QSizeF
from PySide6.QtGui import QPainter

from dimitra_studio.core.timebase import MOTION_FPS
from dimitra_studio.studio.theme import SMALL, Theme
from dimitra_studio.studio.timeline.lane import Lane
from dimitra_studio.studio.timeline.scale import TimeScale
from dimitra_studio.studio.timeline.ticks import ticks, timecode


class RulerLane(Lane):
    """Time, as minutes, seconds and hundredths."""

    title = "Time"
    lines = 1.9

    def __init__(self) -> None:
        self.fps = MOTION_FPS

    def paint(self, painter: QPainter, size: QSizeF, scale: TimeScale, theme: Theme) -> None:
        """Labels above, marks below."""
        painter.fillRect(0, 0, round(size.width()), round(size.height()), theme.colour("raised"))
        metrics = painter.fontMetrics()
        apart = 1.6 * metrics.horizontalAdvance(timecode(scale.duration, self.fps))
        base, labels, large, small = size.height() - 1, [], [], []
        for tick in ticks(scale, self.fps, apart):
            x = scale.x(tick.seconds)
            if tick.label:
                large.append(QLineF(x, base - 0.45 * size.height(), x, base))
                labels.append((x, tick.label))
            else:
                small.append(QLineF(x, base - 0.2 * size.height(), x, base))
        painter.setPen(theme.colour("line"))
        painter.drawLines(small)
        painter.setPen(theme.colour("dim"))
        painter.drawLines(large)
        for x, label in labels:
            painter.drawText(QPointF(x + SMALL, metrics.ascent() + 1), label)

    def told(self, seconds: float) -> str:
        """The time."""
        return timecode(seconds, self.fps)
