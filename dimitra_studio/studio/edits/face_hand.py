"""The hand on a face, wherever the face is looked at: a drag, or a held arrow key, becomes keys at the playhead."""

import secrets
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from dimitra_studio.core.arrays import FloatArray
from dimitra_studio.core.errors import StudioError
from dimitra_studio.core.events import Job, Progress
from dimitra_studio.core.timebase import TimeRange
from dimitra_studio.editing.edits import Edit
from dimitra_studio.editing.keyed import Keys
from dimitra_studio.editing.keys import Key, KeyCurve
from dimitra_studio.engine.jobs import JobRequest
from dimitra_studio.engine.loader import Loader
from dimitra_studio.project.document import Take
from dimitra_studio.studio.board import Asker
from dimitra_studio.studio.edits.eye import Eye
from dimitra_studio.studio.edits.hand import Hand
from dimitra_studio.studio.session import Session
from dimitra_studio.studio.settings import ON_FACE, Setting

if TYPE_CHECKING:
    from dimitra_studio.engine.pipeline import Sitter
    from dimitra_studio.studio.edits.face_points import FacePoints, Handle

_BLEND = 0.25  # seconds in which a dragged face comes and goes


def know_face(sitter: "Sitter", loader: Loader) -> Job["FacePoints"]:
    """The places of a face; on the drawing thread."""
    from dimitra_studio.studio.edits.face_points import face_points

    yield Progress("face", 0, 1)
    return face_points(loader.head, sitter.fit)


@dataclass(frozen=True, eq=False)
class Grasp:
    """What is taken hold of: the place, what its frame holds then (`values` [70]), and who sees it."""

    handle: "Handle"
    values: FloatArray
    eye: Eye


@dataclass(frozen=True, eq=False)
class _Drag:
    """A drag under way: when it counts, the edit that it makes or, `known`, goes on with, and what that edit holds
    already, by channel."""

    grasp: Grasp
    take_id: str
    span: TimeRange
    edit_id: str
    known: Edit | None
    held: dict[int, float]


class FaceHand(QObject):
    """One for all views of the face; `changed` when there is another face, or another place is chosen."""

    changed = Signal()

    def __init__(self, session: Session, hand: Hand, owner: QObject) -> None:
        super().__init__(owner)
        self._session, self._hand = session, hand
        self._sitter: Sitter | None = None
        self._drag: _Drag | None = None
        self._way = (0.0, 0.0)  # that the place was dragged, px
        self.points: FacePoints | None = None
        self.chosen: Handle | None = None
        session.document_changed.connect(self._look)
        session.analysis_changed.connect(self._look)
        session.settings.changed.connect(self._set)

    @property
    def is_wanted(self) -> bool:
        """Whether there is a face that the user wants to take hold of."""
        session = self._session
        return session.settings.flag(ON_FACE) and session.take is not None and session.media.sitter is not None

    @property
    def is_dragging(self) -> bool:
        """Whether a place is held."""
        return self._drag is not None

    def choose(self, handle: "Handle | None") -> None:
        """Another place is the one that keys move; None: none is."""
        if handle is not self.chosen:
            self.chosen = handle
            self.changed.emit()

    def take(self, grasp: Grasp) -> None:
        """Takes hold of a place."""
        take = self._session.take
        if take is None or self._drag is not None:
            return
        self._session.transport.pause()
        self._hand.grip()
        span = self._span(take)
        known, held = _edit_to_go_on(take, grasp.handle, span)
        edit_id = known.id if known else f"face {grasp.handle.id} {secrets.token_hex(4)}"
        self._drag, self._way = _Drag(grasp, take.id, span, edit_id, known, held), (0.0, 0.0)
        if locked := [channel for channel in grasp.handle.channels if channel in self._session.locks.channels]:
            self._session.locks.tell(locked)  # others may bring the place where it is wanted
        self.choose(grasp.handle)

    def pull(self, right: float, down: float) -> None:
        """The place is so many px from where it was taken."""
        drag, take = self._drag, self._session.take
        if drag is None or self.points is None:
            return
        if take is None or take.id != drag.take_id:
            self.let_go()  # another take is shown meanwhile
            return
        self._way = right, down
        locked, grasp = self._session.locks.channels, drag.grasp
        reach = self.points.reach(grasp.handle, grasp.values, self._way, grasp.eye, fixed=locked)
        values = dict(drag.held)
        for each in reach.channels:
            channel = drag.grasp.handle.channels[each]
            values[channel] = values.get(channel, 0.0) + float(reach.change[each])
        if values:
            curves = tuple(KeyCurve((Key(drag.span.start, value),)) for value in values.values())
            keys, channels = Keys(curves, additive=True), tuple(values)
            if drag.known is None:
                name = drag.grasp.handle.title
                self._hand.put(Edit(drag.edit_id, keys, channels, drag.span, _BLEND, _BLEND, name=name))
            else:
                self._hand.put(replace(drag.known, operation=keys, channels=channels))
        else:
            self._hand.take_off(drag.edit_id)  # back where it was taken

    def pull_further(self, right: float, down: float) -> None:
        """So many px from where it is."""
        self.pull(self._way[0] + right, self._way[1] + down)

    def let_go(self) -> None:
        """The drag is one step."""
        if self._drag is not None:
            self._drag = None
            self._hand.release()
            self.changed.emit()

    def give_up(self) -> None:
        """All is as it was before the drag."""
        if self._drag is not None:
            self._drag = None
            self._hand.give_up()
            self.changed.emit()

    def _span(self, take: Take) -> TimeRange:
        """The selected stretch where the playhead is in it, else the frame at the playhead."""
        scope, now, frame = self._hand.scope, self._session.playhead, 1 / take.motion.fps
        if scope is not None and self._hand.is_part and scope.start <= now <= scope.end:
            return scope
        start = min(int(now / frame + 1e-6), len(take.motion) - 1) * frame
        return TimeRange(start, start + frame / 2)

    def _set(self, setting: Setting) -> None:
        if setting is ON_FACE:
            self._look()

    def _look(self) -> None:
        """Looks whether there is a face to take hold of."""
        sitter = self._session.media.sitter
        if self._session.settings.flag(ON_FACE) and sitter is not self._sitter:
            self._sitter, self.points = sitter, None
            if sitter is not None:
                self._session.drawing.submit(
                    JobRequest("Places on the face", "head", partial(know_face, sitter)),
                    Asker(partial(self._know, sitter), self._fail, self._forget, self._forget_note),
                )
        self.changed.emit()

    def _know(self, sitter: "Sitter", points: object) -> None:
        from dimitra_studio.studio.edits.face_points import FacePoints

        if sitter is self._sitter:
            assert isinstance(points, FacePoints)
            self.points = points
            self.changed.emit()

    def _fail(self, _error: StudioError) -> None:
        """The preview tells what is wrong with the portrait."""

    def _forget(self) -> None:
        """Cancelled; the next look asks again."""
        self._sitter = None

    def _forget_note(self, _note: str) -> None:
        """Nothing to tell."""


def _edit_to_go_on(take: Take, handle: "Handle", span: TimeRange) -> tuple[Edit | None, dict[int, float]]:
    """The uppermost edit and what it holds by channel, where it is of the same place at the same time, so that ten
    nudges are one edit; else none."""
    last = take.edits[-1] if take.edits else None
    if last is not None and last.id.startswith(f"face {handle.id} ") and last.span == span:
        keys = last.operation
        counts = [len(curve.keys) for curve in keys.curves] if isinstance(keys, Keys) else []
        if isinstance(keys, Keys) and counts == [1] * len(last.channels) and last.is_active and last.amount == 1:
            held = {channel: curve.keys[0].value for channel, curve in zip(last.channels, keys.curves, strict=True)}
            return last, held
    return None, {}
