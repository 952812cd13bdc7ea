"""Lanes of spoken things with a start, an end and a text: the words."""

from bisect import bisect_right
from collections.abc import Callable, Iterable, Sequence
from operator import is_
from typing import Protocol, TypeVar

import numpy as np
from PySide6.QtCore import QRectF, QSizeF, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter

from dimitra_studio.project.document import TimeRange
from dimitra_studio.speech.corrections import Side
from dimitra_studio.studio.theme import SMALL, Theme
from dimitra_studio.studio.timeline.lane import Lane
from dimitra_studio.studio.timeline.scale import TimeScale

# Spans narrower than that on average, px, are drawn as the stretches they cover together.
_TOO_NARROW = 4.0
# Edges hold a dragged moment where those in view are at least so wide on average, px.
_HOLDS = 12.0
_MARK = 3.0  # px


class Spoken(Protocol):
    """A stretch of speech, seconds."""

    @property
    def start(self) -> float: ...  # noqa: D102
    @property
    def end(self) -> float: ...  # noqa: D102


_S = TypeVar("_S", bound=Spoken)


class SpanLane(Lane):
    """Texts over stretches of time, in order, which do not overlap."""

    def __init__(self, title: str) -> None:
        self.title = title
        self.marks: tuple[TimeRange, ...] = ()  # where the take is no longer what the spans say
        self._spans: Sequence[Spoken] = ()
        self._texts: tuple[str, ...] = ()
        self._starts = np.zeros(0)
        self._ends = np.zeros(0)

    def set_spans(self, spans: Sequence[_S], text_of: Callable[[_S], str]) -> None:
        """Other spans, and what the text of each is. Only those that are other objects than before are looked at: a
        drag changes a few of tens of thousands."""
        before, self._spans = self._spans, tuple(spans)
        head = _shared(before, spans)
        tail = min(_shared(before[::-1], spans[::-1]), min(len(before), len(spans)) - head)
        new = spans[head : len(spans) - tail]
        rest = len(before) - tail
        self._texts = (*self._texts[:head], *(text_of(span) for span in new), *self._texts[rest:])
        starts, ends = [span.start for span in new], [span.end for span in new]
        self._starts = np.concatenate((self._starts[:head], np.array(starts, np.float64), self._starts[rest:]))
        self._ends = np.concatenate((self._ends[:head], np.array(ends, np.float64), self._ends[rest:]))

    @property
    def shown(self) -> bool:
        """Only where something was understood."""
        return bool(self._texts)

    def paint(self, painter: QPainter, size: QSizeF, scale: TimeScale, theme: Theme) -> None:
        """Boxes with texts, or from afar what they cover."""
        view = self._in_view(scale)
        if view.stop <= view.start:
            return
        height = size.height() - 2
        if scale.width / (view.stop - view.start) < _TOO_NARROW:
            lefts, rights = self._covered(view, scale)
            boxes = [QRectF(x, 1, right - x, height) for x, right in zip(lefts, rights, strict=True)]
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.colour("line"))
            painter.drawRects(boxes)
            return
        for index in range(view.start, view.stop):
            left, right = scale.x(self._starts[index]), scale.x(self._ends[index])
            box = QRectF(left, 1, max(right - left - 1, 1), height)
            self._paint_span(painter, box, index, theme)
        for mark in self.marks:
            left, right = scale.x(mark.start), scale.x(mark.end)
            room = QRectF(left, height - _MARK, max(right - left, _MARK), _MARK)
            painter.fillRect(room, theme.colour("warning"))

    def told(self, seconds: float) -> str:
        """The text at a moment."""
        index = self.index_at(seconds)
        return "" if index is None else self._texts[index]

    def moments(self, scale: TimeScale) -> Iterable[float]:
        """Starts and ends in view, where they are wide enough to be meant."""
        view = self._in_view(scale)
        starts, ends = self._starts[view].tolist(), self._ends[view].tolist()
        return (*starts, *ends) if len(starts) * _HOLDS <= scale.width else ()

    def span_at(self, seconds: float) -> TimeRange | None:
        """The word or phone there."""
        index = self.index_at(seconds)
        return None if index is None else self.span(index)

    def span(self, index: int) -> TimeRange:
        """The stretch at a place in the order."""
        return TimeRange(float(self._starts[index]), float(self._ends[index]))

    def edge_near(self, seconds: float, scale: TimeScale, reach: float) -> tuple[int, Side] | None:
        """The nearest start or end of a span, where it is at most `reach` px away and spans are wide enough."""
        view = self._in_view(scale)
        if view.stop <= view.start or (view.stop - view.start) * _HOLDS > scale.width:
            return None
        found = min(
            (abs(edges[place] - seconds), place, side)
            for side, edges in ((Side.END.value, self._ends), (Side.START.value, self._starts))
            for place in range(view.start, view.stop)
        )
        return (found[1], Side(found[2])) if found[0] * scale.rate <= reach else None

    def fill(self, _text: str, theme: Theme) -> QColor:
        """The colour of a box."""
        return theme.colour("raised")

    def index_at(self, seconds: float) -> int | None:
        """The place in the order of what is there at a moment."""
        index = bisect_right(self._starts, seconds) - 1
        return index if index >= 0 and seconds < self._ends[index] else None

    def _in_view(self, scale: TimeScale) -> slice:
        first = int(np.searchsorted(self._ends, scale.start, "right"))
        return slice(first, int(np.searchsorted(self._starts, scale.end, "left")))

    def _covered(self, view: slice, scale: TimeScale) -> tuple[list[float], list[float]]:
        """Left and right edges of what the spans cover, gaps under a px left out."""
        lefts = (self._starts[view] - scale.start) * scale.rate
        rights = (self._ends[view] - scale.start) * scale.rate
        opens = np.concatenate([[True], lefts[1:] > rights[:-1] + 1])
        closes = np.concatenate([opens[1:], [True]])
        return lefts[opens].tolist(), np.maximum(rights[closes], lefts[opens] + 1).tolist()

    def _paint_span(self, painter: QPainter, box: QRectF, index: int, theme: Theme) -> None:
        painter.fillRect(box, self.fill(self._texts[index], theme))
        seen = box.intersected(QRectF(0, 0, painter.window().width(), box.bottom()))
        text, margin = fitted(self._texts[index], seen.width(), painter.fontMetrics())
        painter.setPen(theme.colour("text"))
        flags = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        painter.drawText(seen.adjusted(margin, 0, 0, 0), flags, text)


def _shared(one: Sequence[object], other: Sequence[object]) -> int:
    """How many at the beginning of both are the same objects."""
    same = list(map(is_, one, other))
    return same.index(False) if False in same else len(same)


def fitted(text: str, room: float, metrics: QFontMetrics) -> tuple[str, float]:
    """As much of a text as `room` px hold, its first letter rather than nothing, and the margin before it."""
    wide = metrics.horizontalAdvance(text)
    if wide + SMALL <= room:
        return text, SMALL
    cut = metrics.elidedText(text, Qt.TextElideMode.ElideRight, int(room - SMALL))
    if len(cut) > 2:
        return cut, SMALL
    for shorter in (text, text[:1]):
        wide = metrics.horizontalAdvance(shorter)
        if wide <= room:
            return shorter, min((room - wide) / 2, float(SMALL))
    return "", 0.0
