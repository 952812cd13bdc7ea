"""Frames for the preview: out of the cache at once, else asked for, the latest only."""

from functools import partial

from PySide6.QtCore import QObject, QTimer, Signal

from dimitra_studio.core.errors import StudioError
from dimitra_studio.engine.cache import FrameCache
from dimitra_studio.engine.jobs import JobRequest, Priority
from dimitra_studio.studio.board import Asker, JobBoard
from dimitra_studio.studio.preview.scene import Scene
from dimitra_studio.studio.preview.stage import Drawn, Stage

_FILL_SHARE = 0.9  # of the cache, so that the frames being looked at are not driven out by those to come
_CALM = 400  # ms without another scene after which frames are drawn ahead


class FrameSource(QObject):
    """Draws what is asked for. `ready` carries (frame number, pixels [H, W, 3]); `failed` a StudioError."""

    ready = Signal(object)
    failed = Signal(object)

    def __init__(self, board: JobBoard, budget: int) -> None:
        super().__init__()
        self._board = board
        self._budget = budget
        self._cache = FrameCache(budget)
        self._stage = Stage(self._cache)
        self._scene: Scene | None = None
        self._wanted = 0
        self._asked: int | None = None  # the frame of the job that waits or runs
        self._ahead = QTimer(self, interval=_CALM, singleShot=True)
        self._ahead.timeout.connect(self._fill)

    @property
    def scene(self) -> Scene | None:
        """What is drawn."""
        return self._scene

    def resize(self, budget: int) -> None:
        """Another budget of the cache, bytes."""
        self._budget = budget
        self._cache.resize(budget)

    def show(self, scene: Scene | None) -> None:
        """Another scene, or none."""
        self._scene, self._asked = scene, None
        if scene is None:
            self._ahead.stop()
        else:
            self._ahead.start()

    def want(self, frame: int) -> None:
        """`ready` follows for this frame, unless another is wanted before it is drawn."""
        scene, self._wanted = self._scene, frame
        if scene is None:
            return
        kept = self._cache.get(scene.key(frame))
        if kept is not None:
            self.ready.emit((frame, kept))
        elif self._asked is None:
            self._ask(scene, frame)

    def _ask(self, scene: Scene, frame: int) -> None:
        self._asked = frame
        request = JobRequest(
            "Preview", "preview", partial(self._stage.draw, scene, frame), Priority.PREVIEW, slot="preview"
        )
        self._board.submit(request, Asker(self._drawn, self._fail, self._forget, self._forget_note))

    def _drawn(self, result: object) -> None:
        assert isinstance(result, Drawn)
        if result.scene is not self._scene:
            return
        self._asked = None
        self.ready.emit((result.frame, result.pixels))
        if self._wanted != result.frame:
            self.want(self._wanted)

    def _fail(self, error: StudioError) -> None:
        self._asked = None
        self.failed.emit(error)

    def _forget(self) -> None:
        """Another one took its place."""

    def _forget_note(self, _note: str) -> None:
        """A frame has nothing to tell."""

    def _fill(self) -> None:
        scene = self._scene
        if scene is not None and len(scene) > 1:
            budget = int(_FILL_SHARE * self._budget)
            self._board.submit(
                JobRequest(
                    "Draw ahead", "fill", partial(self._stage.fill, scene, self._wanted, budget), Priority.EXPORT,
                    slot="fill", interrupts=True,
                ),
                Asker(self._filled, self._fail, self._forget, self._forget_note),
            )  # fmt: skip

    def _filled(self, _result: object) -> None:
        """All that fits is drawn."""
