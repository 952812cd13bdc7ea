"""A lane with one channel of the motion."""

import math

import numpy as np
from PySide6.QtCore import QLineF, QPointF, QSizeF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPolygonF

from dimitra_studio.core.arrays import FloatArray
from dimitra_studio.core.motion import MotionSequence
from dimitra_studio.studio.theme import DASHES, Theme
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


class CurveLane(Lane):
    """A channel's line over time, with the same channel of another motion behind it as a ghost."""

    lines = 2.3
    share = 1

    def __init__(self, channel: int) -> None:
        self.channel = channel
        self.label = CHANNEL_LABELS[channel]
        self.title = self.label.name
        self.set_motion(None, None)

    def set_motion(self, motion: MotionSequence | None, ghost: MotionSequence | None) -> None:
        """Other motions."""
        self._curve, self._ghost = self._curve_of(motion), self._curve_of(ghost)
        self._range = self._find_range()

    @property
    def shown(self) -> bool:
        """Only where something moves."""
        return self._curve is not None

    def paint(self, painter: QPainter, size: QSizeF, scale: TimeScale, theme: Theme) -> None:
        """The zero line, the ghost, the curve."""
        zero = float(self._place(np.zeros(1, np.float32))[0]) * size.height()
        painter.setPen(QPen(theme.colour("line"), 1, Qt.PenStyle.DotLine))
        painter.drawLine(QLineF(0, zero, size.width(), zero))
        colour, dashes = self.swatch(theme)
        if self._ghost is not None:
            self._draw(painter, self._ghost, size, scale, QPen(faded(theme.colour("dim"), 0.7), 1))
        if self._curve is not None:
            pen = QPen(colour, _WIDTH)
            if dashes:
                pen.setDashPattern(dashes)
            self._draw(painter, self._curve, size, scale, pen)

    def told(self, seconds: float) -> str:
        """The value at a moment, with its unit."""
        if self._curve is None or not 0 <= seconds < len(self._curve.values) / self._curve.fps:
            return ""
        return self.label.told(self._curve.at(seconds))

    def swatch(self, theme: Theme) -> tuple[QColor, tuple[float, ...]]:
        """As the curve is drawn."""
        return theme.colour(self.label.group), DASHES[self.label.group]

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
        dots = QPen(pen.color(), _DOT, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap)
        for stroke in curve.strokes(scale):
            points = QPolygonF(
                list(map(QPointF, stroke.x.tolist(), (height * self._place(stroke.values)).tolist())),
            )
            painter.setPen(pen)
            for shift in shifts:
                painter.drawPolyline(points.translated(0, shift))
            if scale.rate / curve.fps >= _DOTTED or points.size() == 1:
                painter.setPen(dots)
                painter.drawPoints(points)

    def _place(self, values: FloatArray) -> FloatArray:
        """From values to shares of the height from the top."""
        low, high = self._range
        return np.asarray((np.float32(high) - values) / np.float32(high - low), np.float32)

    def _curve_of(self, motion: MotionSequence | None) -> Curve | None:
        # Of an hour's motion a column lies scattered over 25 MB: it is copied out once.
        return None if motion is None else Curve(np.ascontiguousarray(motion.values[:, self.channel]), motion.fps)

    def _find_range(self) -> tuple[float, float]:
        """All values of both motions and zero, not less than what the eye takes for much."""
        curves = [curve.values for curve in (self._curve, self._ghost) if curve is not None]
        values = np.concatenate([*curves, np.zeros(1, np.float32)])
        low, high = float(np.nanmin(values)), float(np.nanmax(values))
        least = _LEAST[self.label.unit] / self.label.factor
        if self.label.unit == "%":
            high = max(high, low + least)
        elif high - low < least:
            low, high = (low + high - least) / 2, (low + high + least) / 2
        air = _AIR * (high - low)
        return low - air, high + air
