"""The picture as the puppeteer's table: where the mouse takes hold, and what the hand does just now."""

import time

from PySide6.QtCore import QEvent, QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QWheelEvent
from PySide6.QtWidgets import QWidget

from dimitra_studio.studio.preview.labels import paint_label, paint_message
from dimitra_studio.studio.preview.view import PictureView
from dimitra_studio.studio.puppet.habits import Start
from dimitra_studio.studio.puppet.lever_names import LEVERS
from dimitra_studio.studio.puppet.puppeteer import Phase, Puppeteer
from dimitra_studio.studio.session import Session
from dimitra_studio.studio.settings import PUPPET_START
from dimitra_studio.studio.theme import LARGE, SMALL, Theme

_REACH = 0.4  # of the shorter side, from where the mouse took hold to the lever's end
_NOTCH = 0.1 / 120  # of the lever's way, for an eighth of a degree of the wheel
_CLICK = 0.3  # seconds; a button that is held longer ends the performance when it is let go
_DOT, _RING = 7.0, 3.0  # px
_KEYS = (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Escape)
_LINES = 6  # of text, room for what can be done now


class PuppetPad(QWidget):
    """Lies over the picture while the puppeteer is there.

    A press takes hold; what was begun so ends when the button is let go, or after a mere click with the next press.
    """

    def __init__(self, puppeteer: Puppeteer, session: Session, view: PictureView, theme: Theme) -> None:
        super().__init__(view)
        self._puppeteer, self._settings, self._view, self._theme = puppeteer, session.settings, view, theme
        self._phase = puppeteer.phase
        self._aside = 0.0  # how far the wheel was turned
        self._holds = False  # the mouse performs
        self._pressed = 0.0  # when
        self._words = ""
        self._centre, self._reach = QPointF(), 1.0  # px, of the hand's ways
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.CrossCursor)
        self.setAccessibleName("Puppet")
        self.hide()
        view.resized.connect(self._cover)
        puppeteer.changed.connect(self._show)
        session.selection_changed.connect(self._say)
        session.playhead_moved.connect(self._say)
        session.settings.changed.connect(self._say)
        theme.changed.connect(self.update)

    # What the hand does.

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's names
        """Takes hold, or ends what goes on without a button."""
        if event.button() is not Qt.MouseButton.LeftButton:
            return
        if self._puppeteer.phase is Phase.PERFORMING:
            self._puppeteer.stop()
            return
        self._pressed = time.monotonic()
        self._holds = True
        self._move(event.position())
        self._puppeteer.begin()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """The hand goes where the mouse goes."""
        if self._moves:
            self._move(event.position())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """Ends what was performed with the button held."""
        if event.button() is not Qt.MouseButton.LeftButton or not self._holds or self._counts_down:
            return
        if self._puppeteer.phase is Phase.WAITING:
            self._puppeteer.discard()  # a click, and nothing was moved
        elif self._puppeteer.phase is Phase.PERFORMING and time.monotonic() - self._pressed > _CLICK:
            self._puppeteer.stop()

    def wheelEvent(self, event: QWheelEvent) -> None:  # noqa: N802
        """The third lever."""
        if self._moves:
            self._aside = min(max(self._aside + _NOTCH * event.angleDelta().y(), -1.0), 1.0)
            self._move(event.position())
        event.accept()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        """Enter begins and ends, Escape gives up."""
        if event.key() == Qt.Key.Key_Escape:
            self._puppeteer.give_up()
        elif event.key() in _KEYS:
            self._puppeteer.toggle()
        else:
            super().keyPressEvent(event)

    def event(self, event: QEvent) -> bool:
        """Its own keys are not for the window's shortcuts."""
        override = QEvent.Type.ShortcutOverride
        if isinstance(event, QKeyEvent) and event.type() == override and event.key() in _KEYS:
            event.accept()
            return True
        return bool(super().event(event))

    @property
    def _counts_down(self) -> bool:
        return self._settings.text(PUPPET_START) == Start.COUNT

    @property
    def _moves(self) -> bool:
        """Whether the mouse moves the puppet: it took hold, or after counting down there is nothing else that could."""
        return self._puppeteer.is_going and (self._holds or (self._counts_down and not self._puppeteer.gamepad))

    def _move(self, place: QPointF) -> None:
        way = (place - self._centre) / self._reach
        self._puppeteer.move(way.x(), -way.y(), self._aside)

    # What is seen.

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802
        """How far the hand is from where it took hold, and what that moves."""
        puppeteer = self._puppeteer
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            if puppeteer.is_going:
                self._paint_hand(painter)
            if puppeteer.phase is Phase.COUNTING:
                self._paint_count(painter)
            else:
                paint_message(painter, self._words, self._strip(), self._theme)
            if puppeteer.phase is Phase.PERFORMING:
                painter.setPen(Qt.PenStyle.NoPen)
                painter.setBrush(self._theme.colour("error"))
                painter.drawEllipse(QPointF(self.width() - 2 * LARGE, 2 * LARGE), _DOT, _DOT)

    def _paint_hand(self, painter: QPainter) -> None:
        right, up, aside = self._puppeteer.hand
        reach, middle = self._reach, self._middle()
        place = middle + QPointF(right, -up) * reach
        for colour, width in (("window", 4.0), ("accent", 1.5)):
            painter.setPen(QPen(self._theme.colour(colour), width))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawLine(middle, place)
            painter.drawEllipse(middle, _RING, _RING)
            painter.drawEllipse(place, _DOT, _DOT)
        told = zip(self._puppeteer.lever_ids, (right, up, aside), strict=True)
        text = "   ".join(f"{LEVERS[lever_id]} {_percent(way)}" for lever_id, way in told if lever_id)
        corner = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop
        paint_label(painter, text, QRectF(self.rect()).adjusted(0, 0, self.width(), 0), corner, self._theme)

    def _paint_count(self, painter: QPainter) -> None:
        font = painter.font()
        font.setPointSizeF(5 * font.pointSizeF())
        painter.setFont(font)
        text = str(self._puppeteer.count)
        for colour, shift in (("window", SMALL / 2), ("text", 0.0)):
            painter.setPen(self._theme.colour(colour))
            painter.drawText(QRectF(self.rect()).translated(shift, shift), Qt.AlignmentFlag.AlignCenter, text)

    def _middle(self) -> QPointF:
        grip_right, grip_up = self._puppeteer.grip
        return self._centre + QPointF(grip_right, -grip_up) * self._reach

    def _show(self) -> None:
        phase, before = self._puppeteer.phase, self._phase
        self._phase = phase
        if phase is not before:
            if phase is Phase.CLOSED:
                self.hide()
            elif before is Phase.CLOSED:
                self._cover()
                self.show()
                self.raise_()
            if phase is Phase.READY:
                self._holds, self._aside = False, 0.0
                self._cover()
            elif phase is not Phase.CLOSED:
                self.setFocus()
        self._say()
        self.update()

    def _say(self, _about: object = None) -> None:
        """Says what can be done now."""
        words = self._told()
        if words != self._words and self._puppeteer.phase is not Phase.CLOSED:
            self._words = words
            self.setAccessibleDescription(words)
            self.update()

    def _told(self) -> str:
        puppeteer, span = self._puppeteer, self._puppeteer.span
        if puppeteer.phase is Phase.PERFORMING:
            return "Enter keeps it, Esc discards it."
        if puppeteer.is_going:
            return "Recording begins with the first move." if not self._counts_down else "Recording begins in a moment."
        stretch = f" {span.start:.2f} to {span.end:.2f} s" if span else ""
        if puppeteer.gamepad:
            by_mouse = "" if self._counts_down else "Press here and move, or "
            return f"{by_mouse}Record, then move the stick of {puppeteer.gamepad}, to perform{stretch}."
        how = "Record, then move the mouse here" if self._counts_down else "Press here and move"
        return f"{how}, to perform{stretch}. {puppeteer.problem}"

    def _strip(self) -> QRect:
        """Where words stand, below the face."""
        lines = _LINES * self.fontMetrics().height()
        return self.rect().adjusted(0, max(self.height() - lines, 0), 0, 0)

    def _cover(self) -> None:
        """As large as the picture's view; a hand that performs goes on in the ways that it has, also where a warning
        under the picture takes some of its room."""
        self.setGeometry(self._view.rect())
        if not self._puppeteer.is_going:
            self._centre = QPointF(self.rect().center())
            self._reach = max(_REACH * min(self.width(), self.height()), 1.0)


def _percent(way: float) -> str:
    return f"{round(100 * way)} %".replace("-", "−")
