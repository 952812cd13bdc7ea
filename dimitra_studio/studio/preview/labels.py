"""Words and marks over the picture."""

from PySide6.QtCore import QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPolygonF

from dimitra_studio.studio.theme import LARGE, MEDIUM, SMALL, TINY, Theme

_GROUND = 0.85  # how far what is behind words is covered
_GRIP = 11.0  # px, the radius of the divider's handle


def paint_label(painter: QPainter, text: str, area: QRectF, corner: Qt.AlignmentFlag, theme: Theme) -> None:
    """A name in a corner of `area`, cut where there is no room."""
    metrics = painter.fontMetrics()
    room = area.width() / 2 - 4 * MEDIUM
    if room < 2 * metrics.height():
        return
    text = metrics.elidedText(text, Qt.TextElideMode.ElideRight, int(room))
    width, height = metrics.horizontalAdvance(text) + 2 * MEDIUM, metrics.height() + SMALL
    inner = area.adjusted(MEDIUM, MEDIUM, -MEDIUM, -MEDIUM)
    left = inner.left() if corner & Qt.AlignmentFlag.AlignLeft else inner.right() - width
    top = inner.top() if corner & Qt.AlignmentFlag.AlignTop else inner.bottom() - height
    box = QRectF(left, top, width, height)
    painter.save()
    _paint_ground(painter, box, SMALL, theme)
    painter.drawText(box, Qt.AlignmentFlag.AlignCenter, text)
    painter.restore()


def paint_message(painter: QPainter, message: str, area: QRect, theme: Theme) -> None:
    """A few words in the middle of `area`."""
    flags = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
    room = area.adjusted(LARGE, LARGE, -LARGE, -LARGE)
    box = QRectF(painter.fontMetrics().boundingRect(room, flags, message)).adjusted(-LARGE, -MEDIUM, LARGE, MEDIUM)
    painter.save()
    _paint_ground(painter, box, MEDIUM, theme)
    painter.drawText(box, flags, message)
    painter.restore()


def paint_divider(painter: QPainter, x: float, seen: QRectF, theme: Theme) -> None:
    """A line through what is `seen`, with a handle that says that it moves."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(theme.colour("accent"), TINY))
    painter.drawLine(QPointF(x, seen.top()), QPointF(x, seen.bottom()))
    middle = QPointF(x, seen.center().y())
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(theme.colour("accent"))
    painter.drawEllipse(middle, _GRIP, _GRIP)
    painter.setBrush(theme.colour("on_accent"))
    for way in (-1, 1):
        tip = [QPointF(way * 8, 0), QPointF(way * 3, -4), QPointF(way * 3, 4)]
        painter.drawPolygon(QPolygonF([middle + each for each in tip]))
    painter.restore()


def _paint_ground(painter: QPainter, box: QRectF, radius: float, theme: Theme) -> None:
    """What words stand on; the painter is theirs afterwards, and has to be restored."""
    panel = QColor(theme.colour("panel"))
    panel.setAlphaF(_GROUND)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(panel)
    painter.drawRoundedRect(box, radius, radius)
    painter.setPen(theme.colour("text"))
