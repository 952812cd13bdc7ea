"""Frames for the preview: out of the cache at once, else asked for, the latest only; drawn ahead of the playhead."""

import os
from functools import partial

from PySide6.QtCore import QObject, QTimer, Signal

from dimitra_studio.core.errors import StudioError
from dimitra_studio.engine.cache import FrameCache
from dimitra_studio.engine.jobs import JobRequest, Priority
from dimitra_studio.engine.renderers import WARP, Rendering
from dimitra_studio.studio.board import Asker, JobBoard
from dimitra_studio.studio.preview.pace import FULL, LEVELS, QUICK_LEVELS, Pace
from dimitra_studio.studio.preview.plan import GUESS, Plan
from dimitra_studio.studio.preview.scene import Pair, Scene
from dimitra_studio.studio.preview.stage import Drawn, Show, Shown, Stage

_FILL_SHARE = 0.9  # of the cache, so that the frames being looked at are not driven out by those to come
_CALM = 400  # ms without another scene or a missing frame after which frames are drawn ahead
_MOST_THREADS = 4  # while playing; at rest one draws ahead, and the machine is left alone
_SMALLEST = 64  # px, the renderer's least
_ON = 10  # frames after which more is drawn ahead of what does not fit into the cache as a whole


class FrameSource(QObject):
    """Draws what is asked for. `ready` carries Shown; `failed` a StudioError.

    `overtaken` carries Shown of what was asked for before, while what is asked for now is still drawn: who changes the
    face quicker than it is drawn sees it move.
    """

    ready = Signal(object)
    overtaken = Signal(object)
    failed = Signal(object)

    def __init__(self, board: JobBoard, budget: int) -> None:
        super().__init__()
        self._board = board
        self._budget = budget
        self._cache = FrameCache(budget)
        self._stage = Stage(self._cache)
        self._show: Show | None = None
        self._wanted = 0
        self._met = True  # whether the wanted frame was there while it was wanted
        self._asked: int | None = None  # the frame of the job that waits or runs
        self._rate = 0.0
        self._loop: tuple[int, int] | None = None
        self._pace = Pace()
        self._plan = Plan(0, 0, 0)  # what is drawn ahead just now, or was at last
        self._running: int | None = None  # the job that draws it
        self._ran_from = 0
        self._seconds = GUESS
        self._ahead = QTimer(self, interval=_CALM, singleShot=True)
        self._ahead.timeout.connect(self._run)

    @property
    def scene(self) -> Scene | None:
        """What is drawn."""
        return self._show.full.lead if self._show else None

    def resize(self, budget: int) -> None:
        """Another budget of the cache, bytes."""
        self._budget = budget
        self._cache.resize(budget)

    def show(self, pair: Pair | None) -> None:
        """Another pair, or none."""
        before = self.scene
        if pair is None or before is None or _way(pair.lead) != _way(before):
            self._pace = Pace(LEVELS if pair is not None and pair.lead.rendering != WARP else QUICK_LEVELS)
            self._seconds = GUESS
        self._asked = None
        self._stop()
        self._show = None if pair is None else self._sized(pair)
        if pair is None:
            self._ahead.stop()
        elif self._rate:
            self._run()
        else:
            self._ahead.start()

    def play(self, rate: float, loop: tuple[int, int] | None) -> None:
        """Frames pass by themselves, `rate` a second (negative backwards, 0: they no longer do), round the `loop`."""
        if rate and not self._rate:
            self._pace.begin()
        self._rate, self._loop = rate, loop
        self._stop()
        if self._show is not None:
            self._show = self._sized(self._show.full)
            if rate:
                self._ahead.stop()
                self._run()
            else:
                self._ahead.start()
                self.want(self._wanted)

    def want(self, frame: int) -> None:
        """`ready` follows for this frame, unless another is wanted before it is drawn. While playing it is to be asked
        again until then: what comes too late is left out."""
        passed, self._wanted = frame != self._wanted, frame
        if self._show is None:
            return
        if passed and self._rate and self._pace.took(self._met):
            self._show = self._sized(self._show.full)
            self._run()
        self._plan.place = frame
        shown = self._stage.find(self._show, frame)
        self._met = shown is not None or (self._met and not passed)
        if shown is not None:
            self.ready.emit(shown)
        if self._rate:
            self._keep_running(frame, missed=shown is None and passed)
        elif shown is None:
            self._ahead.start()
            if self._asked is None:
                self._ask(self._show.full, frame)

    def _sized(self, pair: Pair) -> Show:
        if not self._rate:
            return Show(pair, pair)
        way, level = 1 if self._rate > 0 else -1, self._pace.level
        side = round(level.share * max(pair.lead.size))
        if level == FULL or side < _SMALLEST:
            return Show(pair, pair, way=way)
        return Show(pair, pair.drawn(side, WARP), level, way)

    def _keep_running(self, frame: int, missed: bool) -> None:
        """What was driven out is drawn again; where not all fits, what comes is drawn as playing goes on."""
        if missed:
            self._plan.forget(frame)
        if self._running is None and (missed or not (self._plan.holds_all or abs(frame - self._ran_from) < _ON)):
            self._run()

    def _ask(self, pair: Pair, frame: int) -> None:
        self._asked = frame
        request = JobRequest(
            "Preview", "preview", partial(self._stage.draw, pair, frame), Priority.PREVIEW, slot="preview"
        )
        self._board.submit(request, Asker(self._drawn, self._fail, self._forget, self._forget_note))

    def _drawn(self, result: object) -> None:
        assert isinstance(result, Drawn)
        if self._show is None:
            return
        if result.pair is not self._show.full:
            if self._asked is not None and _alike(result.pair, self._show.full):
                self.overtaken.emit(Shown(result.frame, result.pictures))
            return
        self._asked = None
        if not self._rate or result.frame == self._wanted:  # else playing began meanwhile
            self.ready.emit(Shown(result.frame, result.pictures))
        if self._wanted != result.frame:
            self.want(self._wanted)

    def _run(self) -> None:
        """Draws ahead from here on."""
        show = self._show
        if show is None or len(show.full) < 2:
            return
        self._stop()
        width, height = show.small.lead.size
        moment = width * height * 3 * len(show.small.parts(0))
        self._plan = Plan(len(show.small), int(_FILL_SHARE * self._budget) // moment, self._wanted)
        self._plan.play(self._rate, self._loop, self._seconds)
        self._ran_from = self._wanted
        self._go_on(show, self._plan)

    def _go_on(self, show: Show, plan: Plan) -> None:
        """While playing before all else and with many hands, at rest when there is nothing to do."""
        threads = min(os.cpu_count() or 1, _MOST_THREADS) if self._rate else 1
        request = JobRequest(
            "Draw ahead", "fill", partial(self._stage.run, show, plan, threads),
            Priority.PREVIEW if self._rate else Priority.EXPORT, slot="fill", interrupts=True,
        )  # fmt: skip
        ended, failed = partial(self._ended, show, plan), partial(self._fail_ahead, plan)
        self._running = self._board.submit(request, Asker(ended, failed, self._forget, self._forget_note))

    def _stop(self) -> None:
        if self._running is not None:
            self._board.cancel(self._running)
            self._running = None
            self._seconds = self._plan.seconds

    def _ended(self, show: Show, plan: Plan, more: object) -> None:
        """A stint is over, or all that fits is drawn."""
        if plan is self._plan and self._running is not None:
            self._running = None
            self._seconds = plan.seconds
            if more:
                self._go_on(show, plan)

    def _fail(self, error: StudioError) -> None:
        self._asked = None
        self.failed.emit(error)

    def _fail_ahead(self, plan: Plan, error: StudioError) -> None:
        if plan is self._plan:
            self._running = None
        self.failed.emit(error)

    def _forget(self) -> None:
        """Another one took its place."""

    def _forget_note(self, _note: str) -> None:
        """A frame has nothing to tell."""


def _way(scene: Scene) -> tuple[tuple[int, int], Rendering]:
    """What the time of a frame depends on."""
    return scene.size, scene.rendering


def _alike(one: Pair, other: Pair) -> bool:
    """Whether they show the same face in the same way."""
    same_view = _way(one.lead) == _way(other.lead) and (one.other is None) == (other.other is None)
    return same_view and one.lead.sitter is other.lead.sitter
