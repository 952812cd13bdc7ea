"""The value axis of an opened curve lane: a grid with its values."""

import math

from PySide6.QtCore import QLineF, QRectF, QSizeF, Qt
from PySide6.QtGui import QPainter, QPen

from dimitra_studio.studio.theme import SMALL, Theme
from dimitra_studio.studio.timeline.channel_names import ChannelLabel
from dimitra_studio.studio.timeline.lane import faded

_APART = 2.4  # lines of text between two values
_STEPS = (1, 2, 5)


def axis_step(span: float, height: float, apart: float) -> float:
    """The least step out of 1, 2 and 5 times a power of ten of which two lie `apart` px from each other, where `span`
    fills `height` px."""
    least = span * apart / max(height, 1.0)
    power = 10.0 ** math.floor(math.log10(max(least, 1e-12)))
    return next((step * power for step in _STEPS if step * power >= least), 10 * power)


def paint_axis(painter: QPainter, size: QSizeF, values: tuple[float, float], label: ChannelLabel, theme: Theme) -> None:
    """Lines at round values, in the unit that people read."""
    low, high = (value * label.factor for value in values)
    line = painter.fontMetrics().height()
    step = axis_step(high - low, size.height(), _APART * line)
    for place in range(math.ceil(low / step), math.floor(high / step) + 1):
        y = (high - place * step) / (high - low) * size.height()
        style = Qt.PenStyle.SolidLine if place == 0 else Qt.PenStyle.DotLine
        painter.setPen(QPen(theme.colour("line"), 1, style))
        painter.drawLine(QLineF(0, y, size.width(), y))
        painter.setPen(faded(theme.colour("dim"), 0.9))
        top = min(max(y - line, 0.0), size.height() - line)
        room = QRectF(SMALL, top, size.width(), line)
        painter.drawText(room, Qt.AlignmentFlag.AlignLeft, _told(place * step, step, label.unit))


def _told(value: float, step: float, unit: str) -> str:
    digits = max(-math.floor(math.log10(step) + 1e-9), 0)
    space = " " if unit == "cm" else ""
    return f"{value:.{digits}f}{space}{unit}".replace("-", "−")
