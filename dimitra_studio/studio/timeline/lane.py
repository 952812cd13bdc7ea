"""A lane of the timeline: one kind of thing over time."""

from abc import ABC, abstractmethod
from collections.abc import Iterable

from PySide6.QtCore import QSizeF
from PySide6.QtGui import QColor, QPainter

from dimitra_studio.project.document import TimeRange
from dimitra_studio.studio.theme import Theme
from dimitra_studio.studio.timeline.scale import TimeScale


class Lane(ABC):
    """Draws what is in view into a strip of the width of its TimeScale.

    `title` stands before it; it is at least `lines` of text high and takes `share` parts of the height left over.
    """

    title = ""
    lines = 1.6
    share = 0

    @property
    def shown(self) -> bool:
        """Whether it has something to show; an empty lane takes no room."""
        return True

    @abstractmethod
    def paint(self, painter: QPainter, size: QSizeF, scale: TimeScale, theme: Theme) -> None:
        """Draws the lane, its upper left corner at the origin; `size` in px."""

    def told(self, _seconds: float) -> str:
        """What it shows at a moment, in words; empty for nothing."""
        return ""

    def moments(self, _scale: TimeScale) -> Iterable[float]:
        """What a dragged moment may hold on to, seconds."""
        return ()

    def span_at(self, _seconds: float) -> TimeRange | None:
        """The stretch that a double click at a moment selects."""
        return None

    def swatch(self, _theme: Theme) -> tuple[QColor, tuple[float, ...]] | None:
        """The colour and dashes of its line, for lanes that have one."""
        return None


def faded(colour: QColor, share: float) -> QColor:
    """The colour laid on by `share` (0..1)."""
    laid = QColor(colour)
    laid.setAlphaF(share)
    return laid
