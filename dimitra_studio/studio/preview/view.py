"""The picture: fitted or at its own size, beside or over the original."""

from enum import StrEnum

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QImage, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QWidget

from dimitra_studio.studio.theme import LARGE, MEDIUM, Theme

_MOUTH_ROOM = 2.2  # how much of the picture the mouth zoom shows, in widths of the mouth


class Zoom(StrEnum):
    """How large the picture is."""

    FIT = "Fit"
    FULL = "100 %"
    MOUTH = "Mouth"


class Compare(StrEnum):
    """What stands beside it."""

    OFF = "Off"
    WIPE = "Wipe"
    BESIDE = "Side by side"


class PictureView(QWidget):
    """Paints a frame and the original. `resized` when another size of frames would suit."""

    resized = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._frame: QImage | None = None
        self._original: QImage | None = None
        self._mouth: QRectF | None = None  # in shares of the picture
        self._zoom, self._compare = Zoom.FIT, Compare.OFF
        self._holds_original = False
        self._wipe = 0.5
        self._message = ""
        self.setMinimumSize(160, 120)
        self.setAccessibleName("Preview")
        theme.changed.connect(self.update)

    @property
    def frame(self) -> QImage | None:
        """What is shown."""
        return self._frame

    def show_frame(self, pixels: NDArray[np.uint8]) -> None:
        """Another frame [H, W, 3]."""
        self._frame = image_of(pixels)
        self._message = ""
        self.update()

    def show_original(self, original: QImage | None, mouth: QRectF | None) -> None:
        """Another portrait; `mouth` is where its mouth is, in shares of width and height."""
        self._original, self._mouth = original, mouth
        self._frame = None
        self.update()

    def say(self, message: str) -> None:
        """A few words over the picture; empty for none."""
        self._message = message
        self.update()

    def set_zoom(self, zoom: Zoom) -> None:
        """Another size."""
        self._zoom = zoom
        self.update()

    def set_compare(self, compare: Compare) -> None:
        """Another comparison."""
        self._compare = compare
        self.update()

    def hold_original(self, held: bool) -> None:
        """Shows the original while it is held."""
        self._holds_original = held
        self.update()

    def longer_side(self) -> int:
        """The longer side of the frames that suit what is shown, px of the screen; 0 without a portrait."""
        if self._original is None:
            return 0
        size = self._original.size()
        if self._zoom is not Zoom.FIT:
            return max(size.width(), size.height())
        place = self._place(QRectF(self.rect()))
        return round(max(place.width(), place.height()) * self.devicePixelRatioF())

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """Another size of frames may suit."""
        super().resizeEvent(event)
        self.resized.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        """The original is seen while the backquote key is held."""
        if event.key() == Qt.Key.Key_QuoteLeft:
            self.hold_original(True)
        else:
            super().keyPressEvent(event)

    def keyReleaseEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        """The take is seen again."""
        if event.key() == Qt.Key.Key_QuoteLeft and not event.isAutoRepeat():
            self.hold_original(False)
        else:
            super().keyReleaseEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """The wipe follows the mouse."""
        self._move_wipe(event.position())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """The wipe follows the mouse."""
        self._move_wipe(event.position())

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802
        """The picture, then words over it."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.fillRect(self.rect(), self._theme.colour("window"))
        if self._original is not None:
            self._paint_pictures(painter, self._original, self._frame or self._original)
        if self._message:
            self._paint_message(painter)
        painter.end()

    def _paint_pictures(self, painter: QPainter, original: QImage, frame: QImage) -> None:
        area = QRectF(self.rect())
        if self._compare is Compare.BESIDE:
            half = QRectF(area.left(), area.top(), area.width() / 2 - 1, area.height())
            self._paint(painter, original, half)
            self._paint(painter, frame, half.translated(half.width() + 2, 0))
        elif self._holds_original:
            self._paint(painter, original, area)
        else:
            self._paint(painter, frame, area)
            if self._compare is Compare.WIPE:
                self._paint_wipe(painter, original, area)

    def _paint(self, painter: QPainter, picture: QImage, area: QRectF) -> None:
        painter.save()
        painter.setClipRect(area)
        painter.drawImage(self._place(area), picture)
        painter.restore()

    def _paint_wipe(self, painter: QPainter, original: QImage, area: QRectF) -> None:
        place = self._place(area).intersected(area)
        x = place.left() + self._wipe * place.width()
        painter.save()
        painter.setClipRect(QRectF(place.left(), place.top(), x - place.left(), place.height()))
        painter.drawImage(self._place(area), original)
        painter.restore()
        painter.setPen(QPen(self._theme.colour("accent"), 2))
        painter.drawLine(QPointF(x, place.top()), QPointF(x, place.bottom()))

    def _paint_message(self, painter: QPainter) -> None:
        metrics = painter.fontMetrics()
        flags = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
        room = self.rect().adjusted(LARGE, LARGE, -LARGE, -LARGE)
        words = QRectF(metrics.boundingRect(room, flags, self._message)).adjusted(-LARGE, -MEDIUM, LARGE, MEDIUM)
        panel = self._theme.colour("panel")
        panel.setAlphaF(0.9)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(panel)
        painter.drawRoundedRect(words, MEDIUM, MEDIUM)
        painter.setPen(self._theme.colour("text"))
        painter.drawText(words, flags, self._message)

    def _place(self, area: QRectF) -> QRectF:
        """Where the whole picture lies when `area` shows what the zoom says."""
        assert self._original is not None
        width, height = self._original.width(), self._original.height()
        if self._zoom is Zoom.MOUTH and self._mouth is not None:
            mouth = self._mouth
            scale = min(area.width() / (mouth.width() * width * _MOUTH_ROOM), area.height() / (mouth.width() * width))
            centre = mouth.center()
        else:
            full = 1 / self.devicePixelRatioF()
            fit = min(area.width() / width, area.height() / height)
            scale = full if self._zoom is Zoom.FULL else fit
            centre = QPointF(0.5, 0.5)
        size = (width * scale, height * scale)
        return QRectF(area.center().x() - centre.x() * size[0], area.center().y() - centre.y() * size[1], *size)

    def _move_wipe(self, position: QPointF) -> None:
        if self._compare is Compare.WIPE and self._original is not None:
            place = self._place(QRectF(self.rect())).intersected(QRectF(self.rect()))
            self._wipe = min(max((position.x() - place.left()) / max(place.width(), 1), 0.0), 1.0)
            self.update()


def image_of(pixels: NDArray[np.uint8]) -> QImage:
    """Pixels [H, W, 3] as an image of its own."""
    height, width = pixels.shape[:2]
    data = np.ascontiguousarray(pixels)
    image = QImage(data.data, width, height, 3 * width, QImage.Format.Format_RGB888)
    return image.copy()
