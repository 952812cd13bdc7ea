"""The thread that reads and writes files for the window, one errand after the other, each told when it is over."""

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial
from typing import TypeVar

from PySide6.QtCore import QEventLoop, QObject, Qt, Signal

from dimitra_studio.core.errors import StudioError

T = TypeVar("T")


class Errands(QObject):
    """Does errands in the order in which they are given; `idle` when none is left."""

    idle = Signal()
    _over = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._thread = ThreadPoolExecutor(1, "files")
        self.stopped = False
        self._waiting: list[Callable[[], None]] = []  # in the order of the thread
        # Always queued: what an errand brings is told from the window's own loop.
        self._over.connect(self._tell, Qt.ConnectionType.QueuedConnection)

    @property
    def busy(self) -> bool:
        """Whether something is not told yet."""
        return bool(self._waiting)

    def send(self, work: Callable[[], T], done: Callable[[T], None], failed: Callable[[StudioError], object]) -> None:
        """Does `work` on the thread when what was sent before is done, then calls `done` on the window's with what it
        returned, or `failed` where it raised a StudioError. Nothing is done where the thread has ended."""
        if self.stopped:
            return
        future = self._thread.submit(work)
        self._waiting.append(partial(_settle, future, done, failed))
        future.add_done_callback(self._end)

    def wait_for(self, work: Callable[[], T]) -> T:
        """What `work` returns, or its StudioError, when what was sent before is done; the window is drawn meanwhile,
        and takes no input. The thread may have been `stopped` in that time, and must not have been before."""
        future = self._thread.submit(work)
        self._waiting.append(_nothing)
        future.add_done_callback(self._end)
        self.wait()
        return future.result()

    def wait(self) -> None:
        """Until all errands are done and told, or the thread was `stopped`; the window is drawn meanwhile, and takes no
        input."""
        if self.busy:
            loop = QEventLoop()
            self.idle.connect(loop.quit)
            loop.exec(QEventLoop.ProcessEventsFlag.ExcludeUserInputEvents)

    def stop(self) -> None:
        """Does what is begun or waits, tells nobody, and ends the thread. Who waits, waits no longer."""
        self.stopped = True
        self._waiting.clear()
        self._thread.shutdown(wait=True)
        self.idle.emit()

    def _end(self, _future: object) -> None:
        self._over.emit()

    def _tell(self) -> None:
        """Of the first that waits: this comes once for each, in their order."""
        if self._waiting:
            settle = self._waiting.pop(0)
            try:
                settle()
            finally:
                if not self._waiting:
                    self.idle.emit()


def _nothing() -> None:
    """Nobody waits to be told."""


def _settle(future: Future[T], done: Callable[[T], None], failed: Callable[[StudioError], object]) -> None:
    try:
        result = future.result()
    except StudioError as error:
        failed(error)
    else:
        done(result)
