"""The picture: fitted or at its own size, beside or over another."""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, QSizeF, Qt, Signal
from PySide6.QtGui import (
    QFocusEvent,
    QImage,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
)
from PySide6.QtWidgets import QApplication, QWidget
from shiboken6 import isValid

from dimitra_studio.studio.comparison import Compare
from dimitra_studio.studio.preview.labels import paint_divider, paint_label, paint_message
from dimitra_studio.studio.preview.lens import Lens, Zoom
from dimitra_studio.studio.theme import HIT, Theme

_THIS, _PORTRAIT = "This take", "Portrait"
_KEY_STEP = 0.05  # of the picture's width


class PictureView(QWidget):
    """Paints a frame and another one, the portrait where there is none. `resized` when another size of frames would
    suit, `held_changed` carries whether the other one is looked at alone."""

    resized = Signal()
    held_changed = Signal(object)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._frame: QImage | None = None
        self._other: QImage | None = None
        self._original: QImage | None = None
        self._names = (_THIS, _PORTRAIT)
        self._lens = Lens()
        self._compare = Compare.OFF
        self._held = False
        self._focused: QWidget | None = None  # what had the keys before they were needed here
        self._wipe = 0.5
        self._hand: QPointF | None = None  # where the picture was taken hold of
        self._wiping = False
        self._message = self._aside = ""
        self.setMinimumSize(160, 120)
        self.setMouseTracking(True)
        self.setAccessibleName("Preview")
        theme.changed.connect(self.update)

    @property
    def frame(self) -> QImage | None:
        """What is shown."""
        return self._frame

    @property
    def other(self) -> QImage | None:
        """What it is compared with."""
        return self._other or self._original

    @property
    def is_held(self) -> bool:
        """Whether the other one is looked at alone."""
        return self._held

    def show_frame(self, pixels: NDArray[np.uint8], other: NDArray[np.uint8] | None = None) -> None:
        """Another frame [H, W, 3], and the one it is compared with; the portrait where that is None."""
        self._frame = image_of(pixels)
        self._other = None if other is None else image_of(other)
        self._message = ""
        self.update()

    def show_original(self, original: QImage | None, mouth: QRectF | None) -> None:
        """Another portrait; `mouth` is where its mouth is, in shares of width and height."""
        self._original, self._frame, self._other = original, None, None
        self._lens = replace(self._lens, mouth=mouth, centre=None)
        self.update()

    @property
    def frame_place(self) -> QRectF:
        """Where the whole of the frame lies, seen or not."""
        return self._place(self._areas()[-1])

    def name(self, frame: str, other: str) -> None:
        """What the two are called."""
        self._names = (frame, other)
        self._describe()
        self.update()

    def say(self, message: str) -> None:
        """A few words over the picture; empty for none."""
        self._message = message
        self.update()

    def say_aside(self, words: str) -> None:
        """A few small words in a corner of the picture; empty for none."""
        if words != self._aside:
            self._aside = words
            self.update()

    def set_zoom(self, zoom: Zoom) -> None:
        """Another size, the face in the middle."""
        self._lens = replace(self._lens, zoom=zoom, centre=None)
        self._point(None)
        self.update()

    def set_compare(self, compare: Compare) -> None:
        """Another comparison."""
        self._compare = compare
        self._describe()
        self.update()
        self.resized.emit()

    def _describe(self) -> None:
        """What a screen reader says."""
        this, that = self._names
        compared = "" if self._compare is Compare.OFF else f", {self._compare.lower()} with {that}"
        self.setAccessibleDescription(f"{this}{compared}")

    def move_wipe(self, by: float) -> None:
        """The divider, by a share of the picture's width."""
        self._wipe = min(max(self._wipe + by, 0.0), 1.0)
        self.update()

    def wipe_left(self) -> None:
        """A little more of the take."""
        self.move_wipe(-_KEY_STEP)

    def wipe_right(self) -> None:
        """A little more of the other one."""
        self.move_wipe(_KEY_STEP)

    def hold_other(self) -> None:
        """Shows the other one alone until a key is let go or the mouse is pressed, wherever the focus is."""
        if not self._held:
            self._focused = QApplication.focusWidget()
            self.setFocus()
            self._hold(True)

    def let_go(self) -> None:
        """The take is seen again."""
        if self._held:
            self._hold(False)
            if self._focused is not None and isValid(self._focused):
                self._focused.setFocus()
            self._focused = None

    def longer_side(self) -> int:
        """The longer side of the frames that suit what is shown, px of the screen; 0 without a portrait."""
        if self._original is None:
            return 0
        size = self._original.size()
        if self._lens.zoom is not Zoom.FIT:
            return max(size.width(), size.height())
        place = self._place(self._areas()[0])
        return round(max(place.width(), place.height()) * self.devicePixelRatioF())

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """Another size of frames may suit."""
        super().resizeEvent(event)
        self.resized.emit()

    def keyReleaseEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        """The take is seen again."""
        if self._held and not event.isAutoRepeat():
            self.let_go()
        else:
            super().keyReleaseEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:  # noqa: N802
        """Another window took the keys."""
        super().focusOutEvent(event)
        self.let_go()

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """Takes hold of the divider, else of a picture that is larger than the view."""
        self.let_go()
        if event.button() is not Qt.MouseButton.LeftButton:
            return
        place = event.position()
        self._wiping = self._compare is Compare.WIPE and (self._at_divider(place) or not self._is_large())
        self._hand = place if self._is_large() and not self._wiping else None
        self._drag(place)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """The divider or the picture follows; the cursor says what a press would take hold of."""
        self._drag(event.position())
        self._point(event.position())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """Lets go."""
        self._wiping, self._hand = False, None
        self._point(event.position())

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802
        """The pictures with their names, then words over them."""
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
            painter.fillRect(self.rect(), self._theme.colour("window"))
            if self._original is not None:
                self._paint_pictures(painter, self._frame or self._original, self._other or self._original)
            if self._aside and not self._held:
                corner = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignBottom
                paint_label(painter, self._aside, QRectF(self.rect()), corner, self._theme)
            if self.hasFocus():
                painter.setPen(self._theme.colour("accent"))
                painter.drawRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5))
            if self._message:
                paint_message(painter, self._message, self.rect(), self._theme)

    def _paint_pictures(self, painter: QPainter, frame: QImage, other: QImage) -> None:
        area = QRectF(self.rect())
        left, right = Qt.AlignmentFlag.AlignLeft, Qt.AlignmentFlag.AlignRight
        this, that = self._names
        if self._held:
            self._paint(painter, other, area)
            paint_label(painter, that, self._seen(area), left | Qt.AlignmentFlag.AlignTop, self._theme)
        elif self._compare is Compare.BESIDE:
            one, two = self._areas()
            for picture, name, half in ((other, that, one), (frame, this, two)):
                self._paint(painter, picture, half)
                paint_label(painter, name, self._seen(half), left | Qt.AlignmentFlag.AlignTop, self._theme)
        else:
            self._paint(painter, frame, area)
            if self._compare is Compare.WIPE:
                seen, x = self._seen(area), self._divider()
                self._paint(painter, other, QRectF(seen.left(), seen.top(), x - seen.left(), seen.height()), area)
                paint_divider(painter, x, seen, self._theme)
                paint_label(painter, that, seen, left | Qt.AlignmentFlag.AlignTop, self._theme)
                paint_label(painter, this, seen, right | Qt.AlignmentFlag.AlignTop, self._theme)

    def _paint(self, painter: QPainter, picture: QImage, clip: QRectF, area: QRectF | None = None) -> None:
        painter.save()
        painter.setClipRect(clip)
        painter.drawImage(self._place(area or clip), picture)
        painter.restore()

    def _areas(self) -> tuple[QRectF, ...]:
        """The one that a picture fills, or the two."""
        area = QRectF(self.rect())
        if self._compare is not Compare.BESIDE:
            return (area,)
        half = QRectF(area.left(), area.top(), area.width() / 2 - 1, area.height())
        return half, half.translated(half.width() + 2, 0)

    def _size(self) -> QSizeF:
        return QSizeF() if self._original is None else QSizeF(self._original.size())

    def _place(self, area: QRectF) -> QRectF:
        return replace(self._lens, ratio=self.devicePixelRatioF()).place(self._size(), area)

    def _seen(self, area: QRectF) -> QRectF:
        """What the picture covers of an area."""
        return self._place(area).intersected(area)

    def _is_large(self) -> bool:
        lens = replace(self._lens, ratio=self.devicePixelRatioF())
        return self._original is not None and lens.exceeds(self._size(), self._areas()[0])

    def _divider(self) -> float:
        """Where it stands, px: over the part of the picture that is seen, so that it is never out of reach."""
        seen = self._seen(QRectF(self.rect()))
        return seen.left() + self._wipe * seen.width()

    def _at_divider(self, place: QPointF) -> bool:
        return self._original is not None and abs(place.x() - self._divider()) <= HIT / 2

    def _drag(self, place: QPointF) -> None:
        if self._original is None:
            return
        area = self._areas()[0]
        if self._wiping:
            seen = self._seen(area)
            self._wipe = min(max((place.x() - seen.left()) / max(seen.width(), 1), 0.0), 1.0)
            self.update()
        elif self._hand is not None and place != self._hand:
            lens = replace(self._lens, ratio=self.devicePixelRatioF())
            self._lens = lens.moved(self._size(), area, place - self._hand)
            self._hand = place
            self.update()

    def _point(self, place: QPointF | None) -> None:
        shape = Qt.CursorShape.ArrowCursor
        if self._wiping or (place is not None and self._compare is Compare.WIPE and self._at_divider(place)):
            shape = Qt.CursorShape.SplitHCursor
        elif self._is_large():
            held = Qt.CursorShape.ClosedHandCursor
            shape = held if self._hand is not None else Qt.CursorShape.OpenHandCursor
        self.setCursor(shape)

    def _hold(self, held: bool) -> None:
        self._held = held
        self.held_changed.emit(held)
        self.update()


def image_of(pixels: NDArray[np.uint8]) -> QImage:
    """Pixels [H, W, 3] as an image of its own."""
    height, width = pixels.shape[:2]
    data = np.ascontiguousarray(pixels)
    image = QImage(data.data, width, height, 3 * width, QImage.Format.Format_RGB888)
    return image.copy()
