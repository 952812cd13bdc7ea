"""Bands between two levels, drawn pixel by pixel: what a signal looks like from afar, whatever its length."""

import numpy as np
from PySide6.QtCore import QRectF, QSizeF
from PySide6.QtGui import QColor, QImage, QPainter

from dimitra_studio.core.arrays import FloatArray


class BandPicture:
    """A picture of one column for each of the screen's pixels over `size` px; bands are laid over each other."""

    def __init__(self, painter: QPainter, size: QSizeF) -> None:
        ratio = painter.device().devicePixelRatioF()
        self._size = size
        self.columns, self._rows = max(round(size.width() * ratio), 1), max(round(size.height() * ratio), 1)
        self._pixels = np.zeros((self._rows, self.columns), np.uint32)

    def lay(self, upper: FloatArray, lower: FloatArray, colour: QColor) -> None:
        """A band between `upper` and `lower` [columns], shares of the height from the top; a pixel at least; none where
        they are NaN."""
        place = ((np.arange(self._rows, dtype=np.float32) + 0.5) / self._rows)[:, None]
        half = np.float32(0.5 / self._rows)
        self._pixels[(place >= upper - half) & (place <= lower + half)] = colour.rgba()

    def paint(self, painter: QPainter) -> None:
        """Onto the painter's origin."""
        image = QImage(self._pixels.data, self.columns, self._rows, 4 * self.columns, QImage.Format.Format_ARGB32)
        painter.drawImage(QRectF(0, 0, self._size.width(), self._size.height()), image)
