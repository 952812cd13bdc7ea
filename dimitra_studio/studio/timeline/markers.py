"""The lane of markers: named moments."""

from collections.abc import Iterable
from itertools import zip_longest

from PySide6.QtCore import QPointF, QRectF, QSizeF, Qt
from PySide6.QtGui import QPainter, QPolygonF

from dimitra_studio.project.document import Marker
from dimitra_studio.studio.theme import SMALL, Theme
from dimitra_studio.studio.timeline.lane import Lane
from dimitra_studio.studio.timeline.scale import TimeScale

_HIDDEN = 2.0  # px from a flag to the one upon it
_ENDLESS = 1000.0  # px behind the last marker


class MarkerLane(Lane):
    """Flags with names; `chosen` is the id of the one that keys act on."""

    title = "Markers"
    lines = 1.4

    def __init__(self) -> None:
        self.markers: tuple[Marker, ...] = ()
        self.chosen: str | None = None

    def paint(self, painter: QPainter, size: QSizeF, scale: TimeScale, theme: Theme) -> None:
        """A flag on a pole each, its name to the right as far as the next one."""
        height, wide = size.height(), 0.4 * size.height()
        for marker, following in zip_longest(self.markers, self.markers[1:]):
            x = scale.x(marker.seconds)
            end = size.width() + _ENDLESS if following is None else scale.x(following.seconds)
            # Of flags upon each other the last one is seen, and it comes.
            if end < 0 or x > size.width() + wide or end - x < _HIDDEN:
                continue
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.colour("accent" if marker.id == self.chosen else "warning"))
            flag = [(x - wide, 1.0), (x + wide, 1.0), (x + wide, 0.5 * height), (x, height), (x - wide, 0.5 * height)]
            painter.drawPolygon(QPolygonF([QPointF(*corner) for corner in flag]))
            room = QRectF(x + wide + SMALL, 0, end - x - 3 * wide, height)
            painter.setPen(theme.colour("text"))
            name = painter.fontMetrics().elidedText(marker.name, Qt.TextElideMode.ElideRight, int(room.width()))
            if name != "…":
                painter.drawText(room, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, name)

    def told(self, seconds: float) -> str:
        """The last marker before a moment."""
        return next((marker.name for marker in reversed(self.markers) if marker.seconds <= seconds), "")

    def moments(self, _scale: TimeScale) -> Iterable[float]:
        """The markers."""
        return (marker.seconds for marker in self.markers)

    def near(self, seconds: float, scale: TimeScale, reach: float) -> Marker | None:
        """The nearest marker within `reach` px of a moment."""
        marker = min(self.markers, key=lambda each: abs(each.seconds - seconds), default=None)
        return marker if marker is not None and abs(marker.seconds - seconds) * scale.rate <= reach else None
