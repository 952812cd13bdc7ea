"""The lane of pictures: the rendered take as a strip of film."""

import math
from typing import Protocol

from PySide6.QtCore import QRectF, QSizeF
from PySide6.QtGui import QImage, QPainter

from dimitra_studio.core.timebase import MOTION_FPS
from dimitra_studio.studio.theme import Theme
from dimitra_studio.studio.timeline.lane import Lane
from dimitra_studio.studio.timeline.scale import TimeScale


class FilmProvider(Protocol):
    """Where the pictures come from."""

    @property
    def aspect(self) -> float:
        """Width over height."""

    def picture(self, seconds: float, height: int) -> QImage | None:
        """The take at a moment, about `height` px high; at once. None while there is none: the provider then makes it
        and tells (`Timeline.refresh_filmstrip`)."""


class FilmstripLane(Lane):
    """Pictures side by side, each from its left edge's moment, cut to what fits between two; the moments stay the same
    while one pans."""

    title = "Film"
    lines = 3.0
    share = 1

    def __init__(self) -> None:
        self.provider: FilmProvider | None = None

    @property
    def shown(self) -> bool:
        """Only once something renders."""
        return self.provider is not None

    def paint(self, painter: QPainter, size: QSizeF, scale: TimeScale, theme: Theme) -> None:
        """A plain ground where a picture is still missing."""
        if self.provider is None:
            return
        ratio = painter.device().devicePixelRatioF()
        width = size.height() * self.provider.aspect
        step = cell_seconds(width / scale.rate)
        cell = min(step * scale.rate, width)
        painter.fillRect(QRectF(scale.x(0), 0, scale.duration * scale.rate, size.height()), theme.colour("window"))
        first, last = math.floor(scale.start / step), math.ceil(min(scale.end, scale.duration) / step)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        for index in range(first, last):
            picture = self.provider.picture(index * step, round(size.height() * ratio))
            if picture is not None:
                shown = picture.width() * cell / width
                middle = QRectF((picture.width() - shown) / 2, 0, shown, picture.height())
                painter.drawImage(QRectF(scale.x(index * step), 0, cell - 1, size.height()), picture, middle)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, on=False)


def cell_seconds(most: float) -> float:
    """The longest cell of at most `most` seconds that is a frame doubled some times, so that a closer view keeps the
    moments of the wider one; a frame at least."""
    return float(2 ** max(math.floor(math.log2(most * MOTION_FPS) + 1e-9), 0)) / MOTION_FPS
