"""Which part of a picture is seen, and how large; plain arithmetic."""

from dataclasses import dataclass, replace
from enum import StrEnum

from PySide6.QtCore import QPointF, QRectF, QSizeF

_MOUTH_ROOM = 2.4  # how much of the picture the mouth zoom shows, in widths of the mouth
_MOUTH_HEIGHT = 1.3  # at least, in the same
_MIDDLE = QPointF(0.5, 0.5)


class Zoom(StrEnum):
    """How large the picture is."""

    FIT = "Fit"
    FULL = "100 %"
    MOUTH = "Mouth"


@dataclass(frozen=True)
class Lens:
    """Looks at the `centre` (shares of the picture; None: the mouth); `mouth` is where it is, `ratio` the screen's px
    for one of Qt's."""

    zoom: Zoom = Zoom.FIT
    mouth: QRectF | None = None
    centre: QPointF | None = None
    ratio: float = 1.0

    def place(self, picture: QSizeF, area: QRectF) -> QRectF:
        """Where the whole picture lies when it is seen through `area`; it covers the area as far as it can."""
        scale = self._scale(picture, area)
        size = picture * scale
        centre = self.centre or (self.mouth.center() if self.mouth else _MIDDLE)
        left = _covering(area.center().x() - centre.x() * size.width(), size.width(), area.left(), area.width())
        top = _covering(area.center().y() - centre.y() * size.height(), size.height(), area.top(), area.height())
        return QRectF(QPointF(left, top), size)

    def moved(self, picture: QSizeF, area: QRectF, by: QPointF) -> "Lens":
        """The picture drawn along with the hand by so many px."""
        place = self.place(picture, area)
        seen = area.center() - place.topLeft() - by
        centre = QPointF(seen.x() / place.width(), seen.y() / place.height())
        settled = replace(self, centre=centre).place(picture, area)  # no farther than to its edges
        seen = area.center() - settled.topLeft()
        return replace(self, centre=QPointF(seen.x() / settled.width(), seen.y() / settled.height()))

    def exceeds(self, picture: QSizeF, area: QRectF) -> bool:
        """Whether there is more of the picture than is seen."""
        place = self.place(picture, area)
        return place.width() > area.width() + 1 or place.height() > area.height() + 1

    def _scale(self, picture: QSizeF, area: QRectF) -> float:
        if self.zoom is Zoom.MOUTH and self.mouth is not None:
            wide = self.mouth.width() * picture.width()
            return min(area.width() / (wide * _MOUTH_ROOM), area.height() / (wide * _MOUTH_HEIGHT))
        if self.zoom is Zoom.FULL:
            return 1 / self.ratio
        return min(area.width() / picture.width(), area.height() / picture.height())


def _covering(start: float, length: float, low: float, room: float) -> float:
    """Where a stretch that would begin at `start` begins, so that it covers the room from `low` on or is in it."""
    if length <= room:
        return low + (room - length) / 2
    return min(max(start, low + room - length), low)
