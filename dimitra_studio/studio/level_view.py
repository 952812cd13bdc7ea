"""The meter of a recording: how loud it is, how loud it was, and whether that was too loud."""

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from dimitra_studio.audio.level import FLOOR, SILENCE, Level
from dimitra_studio.studio.theme import LARGE, MEDIUM, SMALL, TINY, Theme

# Where the colours begin, dB below full scale: room for a voice that gets louder, hardly any, none.
_ZONES = ((FLOOR, "good"), (-12.0, "warning"), (-3.0, "error"))
_MARKS = (-60, -40, -30, -20, -12, -6, -3, 0)
_BAR = 18  # px
_TOO_LOUD = "TOO LOUD"


class LevelView(QWidget):
    """Shows a Level over a scale from -60 to 0 dB."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._level = SILENCE
        self._listening = False
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName("Level")
        theme.changed.connect(self.update)

    @property
    def level(self) -> Level:
        """What is shown."""
        return self._level

    def show_level(self, level: Level, listening: bool) -> None:
        """Another level; without an input the scale alone is shown, faded."""
        if level.clipped != self._level.clipped:
            self.setAccessibleDescription(_TOO_LOUD.capitalize() if level.clipped else "")
        if (level, listening) != (self._level, self._listening):
            self._level, self._listening = level, listening
            self.update()

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """The bar, and the scale under it."""
        return QSize(20 * LARGE, _BAR + SMALL + self.fontMetrics().height())

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802
        """Draws the bar in its zones, a line at the highest level, the scale."""
        painter = QPainter(self)
        colour = self._theme.colour
        words = self.fontMetrics().horizontalAdvance(_TOO_LOUD) + 2 * MEDIUM
        bar = QRectF(0, 0, self.width() - words - MEDIUM, _BAR)
        painter.fillRect(bar, colour("window"))
        for (start, name), end in zip(_ZONES, [*(place for place, _ in _ZONES[1:]), 0.0], strict=True):
            zone = QRectF(bar)
            zone.setLeft(_at(bar, start))
            zone.setRight(_at(bar, end))
            painter.setOpacity(0.18)
            painter.fillRect(zone, colour(name))
            zone.setRight(min(zone.right(), _at(bar, self._level.peak)))
            painter.setOpacity(1.0)
            if zone.width() > 0:
                painter.fillRect(zone, colour(name))
        if self._level.held > FLOOR:
            painter.fillRect(QRectF(_at(bar, self._level.held) - TINY, 0, TINY, _BAR), colour("text"))
        painter.setPen(colour("line"))
        painter.drawRect(bar.adjusted(0, 0, 0, -1))
        self._draw_scale(painter, bar)
        box = QRectF(bar.right() + MEDIUM, 0, words, _BAR)
        if self._level.clipped:
            painter.fillRect(box, colour("error"))
            painter.setPen(colour("window"))
            painter.drawText(box, Qt.AlignmentFlag.AlignCenter, _TOO_LOUD)
        elif self._level.held > FLOOR:
            painter.drawText(box, Qt.AlignmentFlag.AlignCenter, f"{_figures(round(self._level.held))} dB")

    def _draw_scale(self, painter: QPainter, bar: QRectF) -> None:
        painter.setPen(self._theme.colour("dim"))
        metrics = painter.fontMetrics()
        free = -1.0
        for mark in _MARKS:
            text = f"{mark} dB" if mark == 0 else _figures(mark)
            width, at = metrics.horizontalAdvance(text), _at(bar, mark)
            left = min(max(at - width / 2, 0.0), self.width() - width)
            if left > free:
                painter.drawText(QRectF(left, _BAR + SMALL, width + 1, metrics.height()), 0, text)
                free = left + width + SMALL


def _figures(level: int) -> str:
    """With a minus as wide as a figure."""
    return str(level).replace("-", "\N{MINUS SIGN}")


def _at(bar: QRectF, level: float) -> float:
    return bar.left() + bar.width() * (level - FLOOR) / -FLOOR
