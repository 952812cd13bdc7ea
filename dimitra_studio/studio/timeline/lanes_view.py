"""Lanes one below the other over one scale of time: drawn, scrolled, zoomed; knows nothing of what they show."""

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QPoint, QPointF, QRect, QRectF, QSizeF, Qt, Signal
from PySide6.QtGui import QHelpEvent, QPainter, QPaintEvent, QResizeEvent, QWheelEvent
from PySide6.QtWidgets import QAbstractScrollArea, QToolTip

from dimitra_studio.project.document import TimeRange
from dimitra_studio.studio.theme import HIT, TINY, Theme
from dimitra_studio.studio.timeline.header import header_width, paint_header
from dimitra_studio.studio.timeline.lane import Lane, faded
from dimitra_studio.studio.timeline.layout import Need, Strip, stacked
from dimitra_studio.studio.timeline.overlay import GRIP, Ground, Overlay, paint_overlay
from dimitra_studio.studio.timeline.ruler import RulerLane
from dimitra_studio.studio.timeline.scale import TimeScale
from dimitra_studio.studio.timeline.sheet import Sheet

_WHEEL_ZOOM = 1.002  # for an eighth of a degree: a notch is a quarter closer
_WHEEL_PAN = 0.8  # px for an eighth of a degree
_BAR, _ALSO = 3, 0.6  # px before the lanes that keys work on, and how strong it is for all but the active one
_EMPTY = "Voice, words, film and curves appear here."


class LanesView(QAbstractScrollArea):
    """The ruler stays above, the other lanes scroll. `view_changed` carries the TimeRange in view."""

    view_changed = Signal(object)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.theme = theme
        self.ruler = RulerLane()
        self.scale = TimeScale()
        self.overlay = Overlay()
        self.active: Lane | None = None  # the lane that keys work on
        self.also: tuple[Lane, ...] = ()  # further ones that keys work on
        self._lanes: tuple[Lane, ...] = ()
        self._strips: tuple[Strip, ...] = ()
        self._sheet, self._ruler_sheet = Sheet(theme), Sheet(theme)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)
        self.setFrameShape(QAbstractScrollArea.Shape.NoFrame)
        self.viewport().setMouseTracking(True)
        theme.changed.connect(self.redraw)

    @property
    def header(self) -> int:
        """The width of what stands before the lanes, px."""
        metrics = self.fontMetrics()
        return round(header_width(metrics.height(), metrics.averageCharWidth()))

    @property
    def ruler_height(self) -> int:
        """Px."""
        return max(round(self.ruler.lines * self.fontMetrics().height()), HIT)

    def set_lanes(self, lanes: Sequence[Lane]) -> None:
        """Other lanes; the empty ones among them take no room."""
        self._lanes = tuple(lane for lane in lanes if lane.shown)
        self._arrange()

    def set_scale(self, scale: TimeScale) -> None:
        """Another stretch of time."""
        if scale == self.scale:
            return
        self.scale = scale
        self._set_bars()
        self.redraw()
        self.view_changed.emit(self.range_in_view())

    def set_overlay(self, overlay: Overlay) -> None:
        """Other marks; where only the playhead moved, only its surroundings are painted."""
        before, self.overlay = self.overlay, overlay
        if (before.selection, before.loop, before.markers) != (overlay.selection, overlay.loop, overlay.markers):
            self.viewport().update()
            return
        for seconds in (before.playhead, overlay.playhead):
            x = self.header + self.scale.x(seconds)
            if -GRIP <= x - self.header <= self.scale.width + GRIP:
                self.viewport().update(QRectF(x - GRIP, 0, 2 * GRIP, self.viewport().height()).toAlignedRect())
        self.viewport().update(0, 0, self.header, self.viewport().height())

    def redraw(self, lane: Lane | None = None) -> None:
        """Draws all, or one lane, anew."""
        self._sheet.forget(lane)
        if lane is None:
            self._ruler_sheet.forget()
        self.viewport().update()

    def range_in_view(self) -> TimeRange:
        """What is shown."""
        return TimeRange(self.scale.start, self.scale.end)

    def lane_at(self, y: float) -> Lane | None:
        """The lane at a place of the viewport; None between and below them."""
        if y < self.ruler_height:
            return self.ruler
        for lane, strip in self._placed():
            if strip.holds(y - self.ruler_height):
                return lane
        return None

    def room_of(self, lane: Lane) -> QRectF | None:
        """Where a lane draws, in the viewport; None for one that is not there. It may lie partly below the ruler."""
        for each, strip in self._placed():
            if each is lane:
                return QRectF(self.header, self.ruler_height + strip.top, self.scale.width, strip.height)
        return None

    def paint_above(self, painter: QPainter) -> None:
        """Draws what lies over the lanes and moves with the hand; the viewport's places."""

    def seconds_at(self, x: float) -> float:
        """The moment at a place of the viewport."""
        return self.scale.seconds(x - self.header)

    def resizeEvent(self, _event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """As much time as before where it fits, all of it where all was shown."""
        self.scale = self.scale.resized(max(self.viewport().width() - self.header, 1))
        self._arrange()
        self.view_changed.emit(self.range_in_view())

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802
        """Another font makes other heights."""
        if event.type() == QEvent.Type.FontChange:
            self.resizeEvent(QResizeEvent(self.size(), self.size()))
        super().changeEvent(event)

    def scrollContentsBy(self, _dx: int, _dy: int) -> None:  # noqa: N802
        """The scroll bars were moved."""
        value = self.horizontalScrollBar().value()
        if round(self.scale.start * self.scale.rate) != value:
            self.set_scale(self.scale.panned(value - self.scale.start * self.scale.rate))
        self.redraw()

    def wheelEvent(self, event: QWheelEvent) -> None:  # noqa: N802
        """Zooms at the cursor; sideways, or with Shift, pans; with Alt, or over the headers, scrolls the lanes."""
        turn = event.angleDelta()
        x = event.position().x() - self.header
        sideways = turn.x() if turn.x() else turn.y()
        if event.modifiers() & Qt.KeyboardModifier.ShiftModifier or (turn.x() and abs(turn.x()) > abs(turn.y())):
            self.set_scale(self.scale.panned(-_WHEEL_PAN * sideways))
        elif event.modifiers() & Qt.KeyboardModifier.AltModifier or x < 0:
            bar = self.verticalScrollBar()
            bar.setValue(bar.value() - round(_WHEEL_PAN * sideways))
        else:
            self.set_scale(self.scale.zoomed(_WHEEL_ZOOM ** turn.y(), x))
        event.accept()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        """The finished sheets, and over them what moves."""
        height = self.viewport().height()
        lanes_room = QRect(self.header, 0, round(self.scale.width), height)
        with QPainter(self.viewport()) as painter:
            painter.setFont(self.font())
            if event.rect().intersects(lanes_room):
                painter.save()
                painter.setClipRect(lanes_room.intersected(event.rect()))
                painter.translate(self.header, 0)
                self._paint_sheets(painter)
                ground = Ground(QRectF(0, 0, self.scale.width, height), self.ruler_height, self.scale, self.theme)
                if self._lanes:
                    paint_overlay(painter, self.overlay, ground)
                else:
                    painter.setPen(self.theme.colour("dim"))
                    painter.drawText(ground.below, Qt.AlignmentFlag.AlignCenter, _EMPTY)
                painter.restore()
                painter.save()
                painter.setClipRect(lanes_room.adjusted(0, self.ruler_height, 0, 0).intersected(event.rect()))
                self.paint_above(painter)
                painter.restore()
            if event.rect().left() < self.header:
                self._paint_headers(painter)
            if self.hasFocus():
                painter.setPen(self.theme.colour("accent"))
                painter.drawRect(QRectF(self.viewport().rect()).adjusted(0.5, 0.5, -0.5, -0.5))

    def viewportEvent(self, event: QEvent) -> bool:  # noqa: N802
        """Tool tips say what is at the cursor."""
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            QToolTip.showText(event.globalPos(), self.told_at(event.pos()), self.viewport())
            return True
        return bool(super().viewportEvent(event))

    def told_at(self, place: QPoint) -> str:
        """What is there, in words: the lane, the time, what the lane shows."""
        lane = self.lane_at(place.y())
        if lane is None:
            return ""
        if place.x() < self.header:
            return lane.title
        seconds = self.scale.clamped(self.seconds_at(place.x()))
        shown = "" if lane is self.ruler else lane.told(seconds)
        return "  ".join(part for part in (self.ruler.told(seconds), lane.title if shown else "", shown) if part)

    def _paint_sheets(self, painter: QPainter) -> None:
        ratio, below = self.devicePixelRatioF(), self.viewport().height() - self.ruler_height
        if below > 0:
            size = QSizeF(self.scale.width, below)
            picture = self._sheet.picture(self._placed(), size, ratio, self.scale, self.font())
            painter.drawPixmap(QPointF(0, self.ruler_height), picture)
        size, placed = QSizeF(self.scale.width, self.ruler_height), ((self.ruler, Strip(0, self.ruler_height)),)
        ruler = self._ruler_sheet.picture(placed, size, ratio, self.scale, self.font())
        painter.drawPixmap(QPointF(0, 0), ruler)

    def _paint_headers(self, painter: QPainter) -> None:
        painter.fillRect(0, 0, self.header, self.viewport().height(), self.theme.colour("window"))
        painter.save()
        painter.setClipRect(0, self.ruler_height, self.header, self.viewport().height())
        for lane, strip in self._placed():
            room = QRectF(0, self.ruler_height + strip.top, self.header - TINY, strip.height)
            if room.bottom() > self.ruler_height and room.top() < self.viewport().height():
                painter.fillRect(room, self.theme.colour("raised"))
                if lane is self.active or lane in self.also:
                    accent = self.theme.colour("accent")
                    bar = QRectF(room.left(), room.top(), _BAR, room.height())
                    painter.fillRect(bar, accent if lane is self.active else faded(accent, _ALSO))
                paint_header(painter, room, lane, self.overlay.playhead, self.theme)
        painter.restore()

    def _placed(self) -> tuple[tuple[Lane, Strip], ...]:
        """The lanes where they lie below the ruler now."""
        offset = self.verticalScrollBar().value()
        strips = (Strip(strip.top - offset, strip.height) for strip in self._strips)
        return tuple(zip(self._lanes, strips, strict=True))

    def _arrange(self) -> None:
        text = self.fontMetrics().height()
        room = self.viewport().height() - self.ruler_height - TINY
        self._strips = tuple(
            Strip(strip.top + TINY, strip.height)
            for strip in stacked([Need(lane.lines * text, lane.share) for lane in self._lanes], room, TINY)
        )
        self._set_bars()
        self.redraw()

    def _set_bars(self) -> None:
        across, down = self.horizontalScrollBar(), self.verticalScrollBar()
        across.blockSignals(True)
        across.setRange(0, max(round((self.scale.duration - self.scale.span) * self.scale.rate), 0))
        across.setPageStep(round(self.scale.width))
        across.setSingleStep(max(round(self.scale.width / 20), 1))
        across.setValue(round(self.scale.start * self.scale.rate))
        across.blockSignals(False)
        bottom = self._strips[-1].top + self._strips[-1].height if self._strips else 0.0
        room = self.viewport().height() - self.ruler_height
        down.setRange(0, max(round(bottom - room), 0))
        down.setPageStep(max(room, 1))
        down.setSingleStep(2 * self.fontMetrics().height())
