"""The head on the screen: VTK's pictures painted into a widget, turned by the mouse and by verbs for keys and menus."""

import logging
import math
import time
from collections.abc import Generator
from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, Qt, QTimer, Signal
from PySide6.QtGui import QColor, QHideEvent, QImage, QMouseEvent, QPainter, QPaintEvent, QWheelEvent
from PySide6.QtWidgets import QWidget

from dimitra_studio.core.motion import MotionSequence
from dimitra_studio.core.timebase import frame_at
from dimitra_studio.studio.theme import MEDIUM, Theme
from dimitra_studio.studio.viewport.detail import LEVELS, DetailGovernor
from dimitra_studio.studio.viewport.framing import Framing
from dimitra_studio.studio.viewport.head import Surface, ViewedHead
from dimitra_studio.studio.viewport.look import Look, SceneColours
from dimitra_studio.studio.viewport.orbit import Orbit

if TYPE_CHECKING:
    from dimitra_studio.studio.viewport.scene import HeadScene

_REST = 250  # ms without change after which all detail is drawn
_TURN = math.radians(0.4)  # for a px of the mouse
_KEY_TURN, _KEY_ZOOM, _KEY_PAN = math.radians(15), 1.2, 40.0  # px
_WHEEL_ZOOM = 1.0015  # for an eighth of a degree of the wheel
_EMPTY = "The head appears here once a portrait is open."
_NO_GRAPHICS = "The 3D view needs OpenGL 3.2, which was not found here. Everything else works without it."

_log = logging.getLogger(__name__)


class HeadView(QWidget):
    """Draws only when it must be painted, so that a frame is rather left out than late.

    `problem` says in a sentence why there are no pictures; `failed` carries it. Call `shut` before the window closes.
    """

    failed = Signal(str)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._opening = self._open()
        self._scene: HeadScene | None = None
        self._head: ViewedHead | None = None
        self._motion: MotionSequence | None = None
        self._other: MotionSequence | None = None
        self._names = ("", "")  # of the take and the other one
        self._seconds = 0.0
        self._look, self._orbit = Look(), Orbit()
        self._governor = DetailGovernor()
        self._surfaces: tuple[tuple[ViewedHead, MotionSequence | None, int, Surface], ...] = ()  # the latest two
        self._picture: QImage | None = None
        self._stale, self._resting, self._shut = True, True, False
        self._dragged_from: QPointF | None = None
        self.problem = ""
        self._rest = QTimer(self, singleShot=True, interval=_REST)
        self._rest.timeout.connect(self._come_to_rest)
        theme.changed.connect(self._recolour)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMinimumSize(160, 160)
        self.setAccessibleName("Head in three dimensions")
        self._describe()

    @property
    def look(self) -> Look:
        """What is shown of the head."""
        return self._look

    @property
    def framing(self) -> Framing | None:
        """How the head sits in the view at first; None while there is no picture of one."""
        return self._head.framing if self._head is not None and self._picture is not None else None

    @property
    def orbit(self) -> Orbit:
        """Where the viewer stands."""
        return self._orbit

    @property
    def level(self) -> int:
        """The level of detail drawn now, an index of LEVELS."""
        return 0 if self._resting else self._governor.level

    @property
    def is_drawn(self) -> bool:
        """Whether the picture shows what was asked for last."""
        return self._picture is not None and not self._stale

    def set_head(self, head: ViewedHead | None) -> None:
        """Another person, or nobody."""
        self._head = head
        self._orbit = Orbit()
        self.setCursor(Qt.CursorShape.ArrowCursor if head is None else Qt.CursorShape.OpenHandCursor)
        if self._scene is not None:
            self._scene.set_head(head)
        self._changed()

    def set_motion(self, motion: MotionSequence | None) -> None:
        """The take that is shown; without one the head rests as in the portrait."""
        self._motion = motion
        self._changed()

    def set_other(self, motion: MotionSequence | None, names: tuple[str, str]) -> None:
        """The take to show beside it, and what the two are called."""
        if motion is not self._other or names != self._names:
            self._other, self._names = motion, names
            self._changed()

    def set_playhead(self, seconds: float) -> None:
        """The moment that is shown."""
        before = self._frame(self._motion), self._frame(self._other)
        self._seconds = seconds
        if (self._frame(self._motion), self._frame(self._other)) != before:
            self._changed()

    def set_look(self, look: Look) -> None:
        """Another look."""
        self._look = look
        self._changed()

    def set_orbit(self, orbit: Orbit) -> None:
        """Another place of the viewer."""
        self._orbit = orbit
        self._describe()
        self._changed()

    def reset(self) -> None:
        """Back to where the portrait's camera stood."""
        self.set_orbit(Orbit())

    def turn(self, across: int, up: int) -> None:
        """So many steps round the head."""
        self.set_orbit(self._orbit.turned(_KEY_TURN * across, _KEY_TURN * up))

    def shift(self, across: int, up: int) -> None:
        """So many steps sideways and up."""
        self._move(_KEY_PAN * across, _KEY_PAN * up)

    def zoom(self, steps: int) -> None:
        """So many steps nearer."""
        self.set_orbit(self._orbit.nearer(_KEY_ZOOM**steps))

    def look_from(self, azimuth: float) -> None:
        """Level, from so many radians beside the front."""
        self.set_orbit(self._orbit.from_side(azimuth))

    def shut(self) -> None:
        """Stops all drawing and gives the graphics memory back, for good."""
        self._shut = True
        self._opening.close()
        self._rest.stop()
        if self._scene is not None:
            self._scene.close()
            self._scene = None

    def _frame(self, motion: MotionSequence | None) -> int:
        return 0 if motion is None else min(max(frame_at(self._seconds, motion.fps), 0), len(motion) - 1)

    def _surface(self, motion: MotionSequence | None) -> Surface | None:
        """The head at the playhead; made once, however often it is looked at from elsewhere."""
        if self._head is None:
            return None
        frame = self._frame(motion)
        for seen, made_for, made_at, surface in self._surfaces:
            if seen is self._head and made_for is motion and made_at == frame:
                return surface
        surface = self._head.rest() if motion is None else self._head.at(motion.values[frame])
        self._surfaces = (*self._surfaces[-1:], (self._head, motion, frame, surface))
        return surface

    def _changed(self) -> None:
        self._stale, self._resting = True, False
        if self.isVisible():
            self._rest.start()
        self.update()

    def _come_to_rest(self) -> None:
        self._resting = True
        if self._governor.level > 0:
            self._stale = True
            self.update()

    def _recolour(self) -> None:
        if self._scene is not None:
            self._scene.recolour(self._colours())
        self._changed()

    def _colours(self) -> SceneColours:
        panel, clay, accent = (self._theme.colour(name) for name in ("panel", "dim", "accent"))
        return SceneColours(*((c.redF(), c.greenF(), c.blueF()) for c in (panel, clay, accent)))

    def _open(self) -> Generator[None, None, None]:
        """Makes ready what draws, or finds a problem: a step at each paint, since together they keep the window waiting
        for 70 ms."""
        try:
            from dimitra_studio.studio.viewport.scene import HeadScene
            from dimitra_studio.studio.viewport.window import NoGraphicsError, shared_window
        except ImportError as error:
            self._fail(error)
            return
        window = shared_window()
        yield
        window.start()
        yield
        try:
            window.check()
        except NoGraphicsError as error:
            self._fail(error)
            return
        yield
        self._scene = HeadScene(window, self._colours())
        self._scene.set_head(self._head)

    def _fail(self, error: Exception) -> None:
        _log.warning("no 3D view: %s", error)
        self.problem = _NO_GRAPHICS
        self.failed.emit(self.problem)

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """Draws the head anew if something changed."""
        if self._head is not None and self._scene is None and not (self.problem or self._shut):
            next(self._opening, None)
            self.update()
        elif self._scene is not None and self._head is not None:
            self._refresh(self._scene)
        with QPainter(self) as painter:
            painter.fillRect(self.rect(), self._theme.colour("panel"))
            if self._head is None or self.problem:
                self._write(painter, self.problem or _EMPTY, Qt.AlignmentFlag.AlignCenter)
            elif self._picture is not None:
                painter.drawImage(self.rect(), self._picture)
                self._annotate(painter)
            if self.hasFocus():
                painter.setPen(self._theme.colour("accent"))
                painter.drawRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5))

    def _refresh(self, scene: "HeadScene") -> None:
        level = LEVELS[self.level]
        scale = self.devicePixelRatioF() * (0.5 if level.half_size else 1)
        width, height = max(round(self.width() * scale), 1), max(round(self.height() * scale), 1)
        size_changed = self._picture is None or (self._picture.width(), self._picture.height()) != (width, height)
        if not (self._stale or size_changed):
            return
        start = time.perf_counter()
        scene.orbit = self._orbit
        scene.restyle(self._look, self.level)
        beside = self._surface(self._other) if self._look.beside else None
        scene.show(self._surface(self._motion), beside)
        rows = scene.draw(width, height)
        picture = QImage(rows.data, width, height, 3 * width, QImage.Format.Format_RGB888)
        self._picture = picture.flipped(Qt.Orientation.Vertical)  # a copy: the next drawing reuses the rows
        self._stale = False
        if not self._resting and not size_changed:
            self._governor.took(time.perf_counter() - start)

    def _annotate(self, painter: QPainter) -> None:
        if self.level:
            self._write(painter, LEVELS[self.level].name, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignBottom)
        if self._look.beside:
            top = Qt.AlignmentFlag.AlignTop
            this, that = self._names
            self._write(painter, that or "no other take", Qt.AlignmentFlag.AlignLeft | top)
            self._write(painter, this or "portrait", Qt.AlignmentFlag.AlignRight | top)

    def _write(self, painter: QPainter, text: str, place: Qt.AlignmentFlag) -> None:
        painter.setPen(QColor(self._theme.colour("dim")))
        room = self.rect().adjusted(MEDIUM, MEDIUM, -MEDIUM, -MEDIUM)
        painter.drawText(room, place | Qt.TextFlag.TextWordWrap, text)

    def _describe(self) -> None:
        side, height = math.degrees(self._orbit.azimuth), math.degrees(self._orbit.elevation)
        self.setAccessibleDescription(f"Seen from {side:.0f}° beside and {height:.0f}° above the front")

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """Takes hold of the head."""
        self._dragged_from = event.position()
        if self._head is not None:
            self.setCursor(Qt.CursorShape.ClosedHandCursor)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """Left turns, middle or Shift moves, right zooms."""
        if self._dragged_from is None:
            return
        step = event.position() - self._dragged_from
        self._dragged_from = event.position()
        shift = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        if event.buttons() & Qt.MouseButton.MiddleButton or shift:
            self._move(-step.x(), step.y())
        elif event.buttons() & Qt.MouseButton.RightButton:
            self.set_orbit(self._orbit.nearer(1.01 ** -step.y()))
        else:
            self.set_orbit(self._orbit.turned(-_TURN * step.x(), _TURN * step.y()))

    def mouseReleaseEvent(self, _event: QMouseEvent) -> None:  # noqa: N802
        """Lets go."""
        self._dragged_from = None
        if self._head is not None:
            self.setCursor(Qt.CursorShape.OpenHandCursor)

    def mouseDoubleClickEvent(self, _event: QMouseEvent) -> None:  # noqa: N802
        """Back to the portrait's view."""
        self.reset()

    def wheelEvent(self, event: QWheelEvent) -> None:  # noqa: N802
        """Zooms."""
        self.set_orbit(self._orbit.nearer(_WHEEL_ZOOM ** event.angleDelta().y()))
        event.accept()

    def hideEvent(self, _event: QHideEvent) -> None:  # noqa: N802
        """Nothing is drawn while nobody looks."""
        self._rest.stop()

    def _move(self, right: float, up: float) -> None:
        """Moves the viewer by so many px of the view."""
        if self._head is not None:
            width = self.width() / (2 if self._look.beside else 1)
            pixel = self._head.framing.pixel(width, self.height()) / self._orbit.closeness
            self.set_orbit(self._orbit.moved(pixel * right, pixel * up))
