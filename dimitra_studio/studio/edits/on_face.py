"""Lips, brows, lids and the head taken hold of in the preview: a drag becomes keys at the playhead."""

import secrets
from functools import partial
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QEvent, QPointF, QRectF, Qt
from PySide6.QtGui import QEnterEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from dimitra_studio.core.arrays import FloatArray
from dimitra_studio.core.errors import StudioError
from dimitra_studio.core.events import Job, Progress
from dimitra_studio.core.timebase import TimeRange
from dimitra_studio.editing.edits import Edit
from dimitra_studio.editing.keyed import Keys
from dimitra_studio.editing.keys import Key, KeyCurve
from dimitra_studio.engine.jobs import JobRequest
from dimitra_studio.engine.loader import Loader
from dimitra_studio.studio.board import Asker
from dimitra_studio.studio.edits.hand import Hand
from dimitra_studio.studio.preview.labels import paint_label
from dimitra_studio.studio.preview.panel import PreviewPanel
from dimitra_studio.studio.session import Session
from dimitra_studio.studio.settings import ON_FACE, Setting
from dimitra_studio.studio.theme import HIT, SMALL, Theme

if TYPE_CHECKING:
    from dimitra_studio.engine.pipeline import Sitter
    from dimitra_studio.studio.edits.face_points import FacePoints, Handle

_BLEND = 0.25  # seconds in which a dragged face comes and goes
_DOT = SMALL  # px, half of a dot


def know_face(sitter: "Sitter", loader: Loader) -> Job["FacePoints"]:
    """The places of a face; on the drawing thread."""
    from dimitra_studio.face.landmark_shape import landmark_shape
    from dimitra_studio.studio.edits.face_points import FacePoints

    yield Progress("face", 0, 1)
    return FacePoints(landmark_shape(loader.head).of_person(sitter.fit.identity), sitter.fit)


class FaceHandles(QWidget):
    """Lies over the preview's picture and lets pass what is not meant for a place on the face.

    The places are small until the hand is over the picture; while one is dragged the others are gone."""

    def __init__(self, session: Session, hand: Hand, preview: PreviewPanel, theme: Theme) -> None:
        super().__init__(preview.view)
        self._session, self._hand, self._preview, self._theme = session, hand, preview, theme
        self._sitter: Sitter | None = None
        self.points: FacePoints | None = None
        self._over: Handle | None = None
        self._drag: _Drag | None = None
        self.setMouseTracking(True)
        self.setAccessibleName("Places on the face")
        preview.view.resized.connect(self._cover)
        preview.source.ready.connect(self._look)
        session.document_changed.connect(self._look)
        session.analysis_changed.connect(self._look)
        session.settings.changed.connect(self._set)
        theme.changed.connect(self.update)
        self._set(ON_FACE)

    def place_of(self, handle: "Handle") -> QPointF | None:
        """Where a place is seen, px of this widget; None where there is no face."""
        values = self._values()
        return None if self.points is None or values is None else self._shown(self.points.seen(values)[handle.landmark])

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's names
        """Takes hold of the place that is there."""
        values = self._values()
        self._over = self._at(event.position())
        if event.button() is not Qt.MouseButton.LeftButton or self._over is None or values is None:
            event.ignore()
            return
        self._session.transport.pause()
        self._hand.grip()
        self._drag = _Drag(self._over, event.position(), values.copy(), self._span())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """The place follows, or the one that would be taken hold of is shown."""
        if self._drag is not None:
            self._pull(self._drag, event.position())
            return
        over = self._at(event.position())
        if over is not self._over:
            self._over = over
            self.update()
        if over is None:
            self.unsetCursor()
            event.ignore()
        else:
            self.setCursor(Qt.CursorShape.SizeAllCursor)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """Lets go: the drag is one step."""
        if self._drag is None:
            event.ignore()
            return
        self._drag = None
        self._hand.release()
        self.update()

    def enterEvent(self, event: QEnterEvent) -> None:  # noqa: N802
        """The places stand out."""
        super().enterEvent(event)
        self.update()

    def leaveEvent(self, event: QEvent) -> None:  # noqa: N802
        """No place is under the hand any more."""
        super().leaveEvent(event)
        self._over = None
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802
        """A dot for each place; the one under the hand is full and has its name."""
        from dimitra_studio.studio.edits.face_points import HANDLES

        values = self._values()
        if self.points is None or values is None:
            return
        seen = self.points.seen(values)
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            for handle in HANDLES if self._drag is None else (self._drag.handle,):  # the face itself is looked at then
                place, chosen = self._shown(seen[handle.landmark]), handle is self._over
                half = _DOT if self.underMouse() else _DOT / 2
                painter.setPen(QPen(self._theme.colour("window"), 3))
                painter.setBrush(Qt.BrushStyle.NoBrush)
                painter.drawEllipse(place, half, half)
                painter.setPen(QPen(self._theme.colour("accent"), 1.5))
                painter.setBrush(self._theme.colour("accent") if chosen else Qt.BrushStyle.NoBrush)
                painter.drawEllipse(place, half, half)
            if self._over is not None:
                corner = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop
                paint_label(painter, self._over.title, QRectF(self.rect()), corner, self._theme)

    def _pull(self, drag: "_Drag", place: QPointF) -> None:
        if self.points is None:
            return
        scale = self._preview.view.frame_place.width() / self.points.fit.camera.width
        way = (place - drag.start) / scale
        reach = self.points.reach(drag.handle, drag.values, (way.x(), way.y()))
        if reach.channels:
            channels = tuple(drag.handle.channels[each] for each in reach.channels)
            curves = tuple(KeyCurve((Key(drag.span.start, float(reach.change[each])),)) for each in reach.channels)
            keys = Keys(curves, additive=True)
            self._hand.put(Edit(drag.edit_id, keys, channels, drag.span, _BLEND, _BLEND, name=drag.handle.title))

    def _span(self) -> TimeRange:
        """The selected stretch where the playhead is in it, else the frame at the playhead."""
        scope, take = self._hand.scope, self._session.take
        assert take is not None  # else there were no place to take hold of
        assert scope is not None
        now, frame = self._session.playhead, 1 / take.motion.fps
        if self._hand.is_part and scope.start <= now <= scope.end:
            return scope
        start = min(int(now / frame + 1e-6), len(take.motion) - 1) * frame
        return TimeRange(start, start + frame / 2)

    def _values(self) -> FloatArray | None:
        """What the frame at the playhead shows."""
        scene = self._preview.source.scene
        if scene is None or self._session.take is None:
            return None
        values: FloatArray = np.asarray(scene.values[scene.frame_at(self._session.playhead)])
        return values

    def _shown(self, point: FloatArray) -> QPointF:
        assert self.points is not None
        camera, place = self.points.fit.camera, self._preview.view.frame_place
        return QPointF(
            place.left() + float(point[0] + 0.5) / camera.width * place.width(),
            place.top() + float(point[1] + 0.5) / camera.height * place.height(),
        )

    def _at(self, place: QPointF) -> "Handle | None":
        """The nearest place within reach."""
        from dimitra_studio.studio.edits.face_points import HANDLES

        values = self._values()
        if self.points is None or values is None:
            return None
        seen = self.points.seen(values)
        ways = [self._shown(seen[handle.landmark]) - place for handle in HANDLES]
        lengths = [float(np.hypot(way.x(), way.y())) for way in ways]
        nearest = int(np.argmin(lengths))
        return HANDLES[nearest] if lengths[nearest] <= HIT / 2 else None

    def _cover(self) -> None:
        """As large as the picture's view."""
        self.setGeometry(self._preview.view.rect())

    def _set(self, setting: Setting) -> None:
        if setting is ON_FACE:
            self._look()

    def _look(self) -> None:
        """Looks whether there is a face to take hold of, and where it is now."""
        wanted, sitter = self._session.settings.flag(ON_FACE), self._session.media.sitter
        self.setVisible(wanted and self._session.take is not None and sitter is not None)
        if wanted and sitter is not self._sitter:
            self._sitter, self.points = sitter, None
            if sitter is not None:
                self._session.drawing.submit(
                    JobRequest("Places on the face", "head", partial(know_face, sitter)),
                    Asker(partial(self._know, sitter), self._fail, self._forget, self._forget_note),
                )
        self.update()

    def _know(self, sitter: "Sitter", points: object) -> None:
        from dimitra_studio.studio.edits.face_points import FacePoints

        if sitter is self._sitter:
            assert isinstance(points, FacePoints)
            self.points = points
            self.update()

    def _fail(self, _error: StudioError) -> None:
        """The preview tells what is wrong with the portrait."""

    def _forget(self) -> None:
        """Cancelled; the next look asks again."""
        self._sitter = None

    def _forget_note(self, _note: str) -> None:
        """Nothing to tell."""


class _Drag:
    """A place that is held: where it was taken, what the face was then, and when it counts."""

    def __init__(self, handle: "Handle", start: QPointF, values: FloatArray, span: TimeRange) -> None:
        self.handle, self.start, self.values, self.span = handle, start, values, span
        self.edit_id = f"face {handle.id} {secrets.token_hex(4)}"
