"""A lane with one channel of the motion: low to be looked at, or opened to be worked on."""

import math

import numpy as np
from PySide6.QtCore import QLineF, QPointF, QRectF, QSizeF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPolygonF

from dimitra_studio.core.arrays import FloatArray
from dimitra_studio.core.motion import MotionSequence
from dimitra_studio.core.timebase import TimeRange, frame_at, frame_count
from dimitra_studio.studio.theme import DASHES, SMALL, Theme
from dimitra_studio.studio.timeline.axis import paint_axis
from dimitra_studio.studio.timeline.band import BandPicture
from dimitra_studio.studio.timeline.channel_names import CHANNEL_LABELS
from dimitra_studio.studio.timeline.columns import Curve
from dimitra_studio.studio.timeline.lane import Lane, faded
from dimitra_studio.studio.timeline.scale import TimeScale

# A curve that hardly moves is not blown up to the lane's height; in the channel's unit.
_LEAST = {"%": 40.0, "°": 10.0, "cm": 1.0}
_AIR = 0.08  # of the range, above and below
# Px a frame from which a line is drawn instead of a band, and from which each frame is a dot.
_SPARSE, _DOTTED = 2.0, 9.0
_WIDTH, _DOT = 1.4, 4.0  # px
_STEP = 0.7  # device px between the thin lines that make a wide one
_BODY = 0.5  # how strong a band is beside its edges
_LOW, _OPEN = 2.3, 11.0  # lines of text
_CLOSEST = 1e-3  # of the channel's own unit: no smaller stretch of values fills a lane
_DOTS = (2.0, 2.5)  # how the generated curve is dashed


class CurveLane(Lane):
    """A channel's line over time, with the same channel of another motion behind it as a ghost, and as it was generated
    where edits changed it."""

    def __init__(self, channel: int) -> None:
        self.channel = channel
        self.label = CHANNEL_LABELS[channel]
        self.title = self.label.name
        self.lines, self.share = _LOW, 1
        self.is_open = False
        self._curve: Curve | None = None
        self._ghost: Curve | None = None
        self._base: Curve | None = None
        self.beside: tuple[CurveLane, ...] = ()  # whose curves are drawn here as well
        self._range = self._find_range()
        self._chosen: tuple[float, float] | None = None  # the values from bottom to top that were asked for
        self._is_held = False

    def set_motion(
        self, motion: MotionSequence | None, ghost: MotionSequence | None, base: MotionSequence | None = None
    ) -> bool:
        """Other motions; `base` is the motion without its edits. Whether anything is drawn otherwise."""
        curves = self._curve_of(motion), self._curve_of(ghost), self._curve_of(base)
        if curves[2] is not None and curves[0] is not None and _same(curves[2], curves[0]):
            curves = (*curves[:2], None)
        before = (self._curve, self._ghost, self._base)
        if all(_same(one, other) for one, other in zip(curves, before, strict=True)):
            return False
        self._curve, self._ghost, self._base = curves
        if not self._is_held:
            self._range = self._find_range()
        return True

    def open(self, is_open: bool) -> None:
        """Opened to be worked on, or low again."""
        self.is_open, self._chosen = is_open, None
        self.lines, self.share = (_OPEN, 4) if is_open else (_LOW, 1)

    def set_beside(self, lanes: "tuple[CurveLane, ...]") -> None:
        """The curves of other lanes are drawn here as well, on the same axis."""
        self.beside = lanes
        if not self._is_held:
            self._range = self._find_range()

    def hold_range(self, is_held: bool) -> None:
        """While a curve is dragged, its axis stands still."""
        self._is_held = is_held
        if not is_held:
            self._range = self._find_range()

    @property
    def values(self) -> tuple[float, float]:
        """The least and the greatest value that the lane has room for."""
        return self._chosen or self._range

    def show_values(self, values: tuple[float, float] | None) -> None:
        """Room for these values, least first; None for all that there are."""
        if values is not None:
            missing = max(_CLOSEST - (values[1] - values[0]), 0.0) / 2
            values = values[0] - missing, values[1] + missing
        self._chosen = values

    def values_in(self, span: TimeRange | None) -> tuple[float, float] | None:
        """The least and the greatest value in a stretch (None: all); None where there are none."""
        if self._curve is None:
            return None
        values = self._curve.values
        if span is not None:
            values = values[frame_at(span.start, self._curve.fps) : frame_count(span.end, self._curve.fps)]
        values = values[np.isfinite(values)]
        return (float(values.min()), float(values.max())) if len(values) else None

    def mark(self, is_locked: bool, is_favourite: bool) -> None:
        """The name says what the user made of the channel."""
        self.title = f"{'★ ' if is_favourite else ''}{self.label.name}{' · locked' if is_locked else ''}"

    def y(self, value: float, height: float) -> float:
        """Where a value is, px from the top."""
        low, high = self.values
        return (high - value) / (high - low) * height

    def value(self, y: float, height: float) -> float:
        """The value at a place."""
        low, high = self.values
        return high - y / height * (high - low)

    def at(self, seconds: float) -> float:
        """The value that is shown at a moment; NaN where there is none."""
        return math.nan if self._curve is None else self._curve.at(seconds)

    @property
    def shown(self) -> bool:
        """Only where something moves."""
        return self._curve is not None

    def paint(self, painter: QPainter, size: QSizeF, scale: TimeScale, theme: Theme) -> None:
        """The zero line or the axis, the ghost, the generated curve, the curve."""
        if self.is_open:
            paint_axis(painter, size, self.values, self.label, theme)
        else:
            zero = self.y(0.0, size.height())
            painter.setPen(QPen(theme.colour("line"), 1, Qt.PenStyle.DotLine))
            painter.drawLine(QLineF(0, zero, size.width(), zero))
        self._draw_beside(painter, size, scale, theme)
        colour, dashes = self.swatch(theme)
        if self._ghost is not None:
            self._draw(painter, self._ghost, size, scale, QPen(faded(theme.colour("dim"), 0.7), 1))
        if self._base is not None:
            pen = QPen(colour, 1)
            pen.setDashPattern(_DOTS)
            self._draw(painter, self._base, size, scale, pen)
        if self._curve is not None:
            pen = QPen(colour, _WIDTH)
            if dashes:
                pen.setDashPattern(dashes)
            self._draw(painter, self._curve, size, scale, pen)
            self._draw_frames(painter, self._curve, size.height(), scale, colour)

    def told(self, seconds: float) -> str:
        """The value at a moment, with its unit."""
        if self._curve is None or not 0 <= seconds < len(self._curve.values) / self._curve.fps:
            return ""
        return self.label.told(self._curve.at(seconds))

    def swatch(self, theme: Theme) -> tuple[QColor, tuple[float, ...]]:
        """As the curve is drawn."""
        return theme.colour(self.label.group), DASHES[self.label.group]

    def _draw_beside(self, painter: QPainter, size: QSizeF, scale: TimeScale, theme: Theme) -> None:
        """Other channels' curves with their names, where they are seen last."""
        names: list[tuple[float, str, QColor]] = []
        for lane in self.beside:
            strokes = () if lane._curve is None else lane._curve.strokes(scale)
            if lane._curve is not None and strokes:
                colour = faded(theme.colour(lane.label.group), 0.7)
                self._draw(painter, lane._curve, size, scale, QPen(colour, 1))
                names.append((self.y(float(strokes[-1].values[-1]), size.height()), lane.label.name, colour))
        line, top = painter.fontMetrics().height(), 0.0
        lowest = size.height() - line * len(names)
        for y, name, colour in sorted(names, key=lambda each: each[0]):
            # One below the other, each as near to its curve as the others let it.
            top = min(max(y - line, top), max(lowest, 0.0))
            painter.setPen(colour)
            painter.drawText(QRectF(0, top, size.width() - SMALL, line), Qt.AlignmentFlag.AlignRight, name)
            top, lowest = top + line, lowest + line

    def _draw(self, painter: QPainter, curve: Curve, size: QSizeF, scale: TimeScale, pen: QPen) -> None:
        if scale.rate / curve.fps >= _SPARSE:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            self._draw_line(painter, curve, size.height(), scale, pen)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing, on=False)
            return
        picture = BandPicture(painter, size)
        low, high = curve.spans(scale, picture.columns)
        upper, lower = self._place(high), self._place(low)
        picture.lay(upper, lower, faded(pen.color(), _BODY * pen.color().alphaF()))
        for edge in (upper, lower):
            picture.lay(edge, edge, pen.color())
        picture.paint(painter)

    def _draw_line(self, painter: QPainter, curve: Curve, height: float, scale: TimeScale, pen: QPen) -> None:
        # Qt draws lines of one device pixel ten times as fast as wider ones: a wide one is several of them.
        ratio = painter.device().devicePixelRatioF()
        width = math.ceil(pen.widthF() * ratio)
        shifts = [(index - (width - 1) / 2) * _STEP / ratio for index in range(width)]
        pen = QPen(pen)
        pen.setDashPattern([dash * ratio for dash in pen.dashPattern()])
        pen.setWidth(0)
        for stroke in curve.strokes(scale):
            points = QPolygonF(
                list(map(QPointF, stroke.x.tolist(), (height * self._place(stroke.values)).tolist())),
            )
            painter.setPen(pen)
            for shift in shifts:
                painter.drawPolyline(points.translated(0, shift))

    def _draw_frames(self, painter: QPainter, curve: Curve, height: float, scale: TimeScale, colour: QColor) -> None:
        """Each frame is a dot, from near."""
        painter.setPen(QPen(colour, _DOT, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for stroke in curve.strokes(scale) if scale.rate / curve.fps >= _SPARSE else ():
            if scale.rate / curve.fps >= _DOTTED or len(stroke.x) == 1:
                y = (height * self._place(stroke.values)).tolist()
                painter.drawPoints(QPolygonF(list(map(QPointF, stroke.x.tolist(), y))))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, on=False)

    def _place(self, values: FloatArray) -> FloatArray:
        """From values to shares of the height from the top."""
        low, high = self.values
        return np.asarray((np.float32(high) - values) / np.float32(high - low), np.float32)

    def _curve_of(self, motion: MotionSequence | None) -> Curve | None:
        # Of an hour's motion a column lies scattered over 25 MB: it is copied out once.
        return None if motion is None else Curve(np.ascontiguousarray(motion.values[:, self.channel]), motion.fps)

    def _find_range(self) -> tuple[float, float]:
        """All values of the motions and zero, not less than what the eye takes for much."""
        beside = (lane._curve for lane in self.beside)
        curves = [curve.values for curve in (self._curve, self._ghost, self._base, *beside) if curve is not None]
        values = np.concatenate([*curves, np.zeros(1, np.float32)])
        low, high = float(np.nanmin(values)), float(np.nanmax(values))
        least = _LEAST[self.label.unit] / self.label.factor
        if self.label.unit == "%":
            high = max(high, low + least)
        elif high - low < least:
            low, high = (low + high - least) / 2, (low + high + least) / 2
        air = _AIR * (high - low)
        return low - air, high + air


def _same(one: Curve | None, other: Curve | None) -> bool:
    if one is None or other is None:
        return one is other
    return one.fps == other.fps and np.array_equal(one.values, other.values, equal_nan=True)
