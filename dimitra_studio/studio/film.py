"""Small frames of the take for the timeline's strip of film."""

from functools import partial

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QImage

from dimitra_studio.core.errors import StudioError
from dimitra_studio.engine.cache import FrameCache
from dimitra_studio.engine.jobs import JobRequest, Priority
from dimitra_studio.studio.board import Asker
from dimitra_studio.studio.preview.scene import Pair, Scene, face_square, set_scene, side_for_face
from dimitra_studio.studio.preview.stage import Drawn, Stage
from dimitra_studio.studio.preview.view import image_of
from dimitra_studio.studio.session import Session

_SIDE = 96  # px of the face's square
_BUDGET = 64 << 20  # bytes


class Film(QObject):
    """The frames of the session's take, drawn when they are asked for; `changed` when there are more of them."""

    changed = Signal()

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        self._cache = FrameCache(_BUDGET)
        self._stage = Stage(self._cache)
        self._scene: Scene | None = None
        self._asked: dict[int, int] = {}  # frame: job

    @property
    def is_there(self) -> bool:
        """Whether there is anything to show."""
        return self._scene is not None

    @property
    def aspect(self) -> float:
        """Width over height: the pictures show the face's square."""
        return 1.0

    def picture(self, seconds: float, height: int) -> QImage | None:
        """The take at a moment; None while it is drawn. All are of one size, whatever `height`."""
        del height
        scene = self._scene
        if scene is None:
            return None
        frame = scene.frame_at(seconds)
        kept = self._cache.get(scene.key(frame))
        if kept is not None:
            square = face_square(scene)
            return image_of(kept).copy(square.left, square.top, square.side, square.side)
        if frame not in self._asked:
            request = JobRequest("Film", "film", partial(self._stage.draw, Pair(scene), frame), Priority.TAKE)
            asker = Asker(self._drawn, self._fail, partial(self._forget, frame), self._forget_note)
            self._asked[frame] = self._session.drawing.submit(request, asker)
        return None

    def refresh(self) -> None:
        """Looks at the session's face and take again."""
        sitter, take = self._session.media.sitter, self._session.shown
        for job in list(self._asked.values()):
            self._session.drawing.cancel(job)
        self._asked = {}
        self._scene = None
        if sitter is not None and take is not None:
            own = not self._session.project.is_stale(take)
            self._scene = set_scene(sitter, take.motion, own, side_for_face(sitter, _SIDE))

    def _drawn(self, result: object) -> None:
        assert isinstance(result, Drawn)
        self._asked.pop(result.frame, None)
        self.changed.emit()

    def _forget(self, frame: int) -> None:
        self._asked.pop(frame, None)

    def _fail(self, _error: StudioError) -> None:
        """The preview tells what is wrong with the portrait."""

    def _forget_note(self, _note: str) -> None:
        """A frame has nothing to tell."""
