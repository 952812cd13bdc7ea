"""What stands before a lane: its name, its line, its value at the playhead."""

from PySide6.QtCore import QLineF, QRectF, Qt
from PySide6.QtGui import QPainter, QPen

from dimitra_studio.studio.theme import MEDIUM, SMALL, Theme
from dimitra_studio.studio.timeline.lane import Lane

_SWATCH = 18  # px


def header_width(painter_height: float, character: float) -> float:
    """Px that names and values need, from the text's height and a character's mean width."""
    return 20 * character + painter_height + 2 * MEDIUM


def paint_header(painter: QPainter, room: QRectF, lane: Lane, seconds: float, theme: Theme) -> None:
    """Name above or left, value below or right, as the height allows."""
    metrics = painter.fontMetrics()
    inner = room.adjusted(MEDIUM, 0, -MEDIUM, 0)
    value = lane.told(seconds)
    swatch = lane.swatch(theme)
    tall = room.height() >= 2 * metrics.height() + SMALL
    value_width = metrics.horizontalAdvance(value) + MEDIUM
    first = QRectF(
        inner.left(),
        room.top() + (SMALL / 2 if tall else 0),
        inner.width(),
        metrics.height() if tall else room.height(),
    )
    if swatch is not None:
        colour, dashes = swatch
        pen = QPen(colour, 2)
        if dashes:
            pen.setDashPattern([dash / 2 for dash in dashes])
        painter.setPen(pen)
        painter.drawLine(QLineF(first.left(), first.center().y(), first.left() + _SWATCH, first.center().y()))
        first.setLeft(first.left() + _SWATCH + SMALL)
    left = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
    right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
    second = QRectF(first.left(), first.bottom(), first.width(), metrics.height()) if tall else first
    name_room = first if tall else first.adjusted(0, 0, -value_width, 0)
    painter.setPen(theme.colour("text"))
    painter.drawText(
        name_room, left, metrics.elidedText(lane.title, Qt.TextElideMode.ElideRight, int(name_room.width()))
    )
    if value:
        painter.setPen(theme.colour("dim"))
        painter.drawText(
            second, left if tall else right, metrics.elidedText(value, Qt.TextElideMode.ElideRight, int(second.width()))
        )
