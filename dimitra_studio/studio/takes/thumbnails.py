"""A small picture of each take, rendered when nothing else is to be drawn."""

from functools import partial

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtGui import QPixmap

from dimitra_studio.core.errors import StudioError
from dimitra_studio.engine.cache import FrameCache
from dimitra_studio.engine.jobs import JobRequest, Priority
from dimitra_studio.project.changes import Change, Part
from dimitra_studio.project.document import Take
from dimitra_studio.studio.board import Asker
from dimitra_studio.studio.preview.scene import Pair, face_square, set_scene, side_for_face
from dimitra_studio.studio.preview.stage import Drawn, Stage
from dimitra_studio.studio.preview.view import image_of
from dimitra_studio.studio.session import Session

SIDE = 96  # px
_BUDGET = 16 << 20  # bytes
_Key = tuple[str, str, int]  # take, portrait, face in it
_CALM = 600  # ms without another edit after which takes are drawn anew


class Thumbnails(QObject):
    """Pictures by take; `changed` when there is a new one."""

    changed = Signal()

    def __init__(self, session: Session, owner: QObject) -> None:
        super().__init__(owner)  # its timer must end in the window's thread
        self._session = session
        self._stage = Stage(FrameCache(_BUDGET))
        self._pictures: dict[_Key, QPixmap] = {}
        self._asked: dict[_Key, Take] = {}  # the takes as they were then
        self._calm = QTimer(self, interval=_CALM, singleShot=True)
        self._calm.timeout.connect(self.changed)
        session.document_changed.connect(self._change)

    def of(self, take: Take) -> QPixmap | None:
        """The picture, or None until it is drawn; asks for it."""
        sitter = self._session.media.sitter
        if sitter is None:
            return None
        key = (take.id, sitter.portrait.sha256, sitter.fit.face)
        asked = self._asked.get(key)
        if asked is None or (_moves_otherwise(asked, take) and not self._calm.isActive()):
            self._asked[key] = take
            own = not self._session.project.is_stale(take)
            scene = set_scene(sitter, self._session.edited(take).motion, own, side_for_face(sitter, SIDE))
            job = partial(self._stage.draw, Pair(scene), len(scene) // 2)
            self._session.drawing.submit(
                JobRequest("Thumbnail", "thumbnail", job, Priority.TAKE),
                Asker(
                    partial(self._keep, key), partial(self._fail, key), partial(self._forget, key), self._forget_note
                ),
            )
        return self._pictures.get(key)

    def shut(self) -> None:
        """Before the window closes: nothing is drawn any more."""
        self._calm.stop()

    def _change(self, change: Change) -> None:
        """While something is dragged the pictures wait."""
        if change.touches(Part.EDITS):
            self._calm.start()

    def _keep(self, key: _Key, result: object) -> None:
        assert isinstance(result, Drawn)
        square = face_square(result.pair.lead)
        face = image_of(result.pictures[0]).copy(square.left, square.top, square.side, square.side)
        self._pictures[key] = QPixmap.fromImage(face)
        self.changed.emit()

    def _fail(self, key: _Key, _error: StudioError) -> None:
        """The preview tells what is wrong with the portrait."""
        self._forget(key)

    def _forget(self, key: _Key) -> None:
        """It is not drawn: whoever looks for it next asks again."""
        self._asked.pop(key, None)

    def _forget_note(self, _note: str) -> None:
        """A thumbnail has nothing to tell."""


def _moves_otherwise(one: Take, other: Take) -> bool:
    return one.edits is not other.edits or one.motion is not other.motion
