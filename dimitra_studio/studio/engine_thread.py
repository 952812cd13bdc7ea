"""The thread that does the jobs, seen from the window: requests go in, events come back as one signal."""

from collections.abc import Callable

from PySide6.QtCore import QObject, Qt, QThread, Signal

from dimitra_studio.engine.events import JobEvent
from dimitra_studio.engine.jobs import JobQueue
from dimitra_studio.engine.worker import Worker

MakeWorker = Callable[[JobQueue], Worker]


class _WorkThread(QThread):
    """Runs a worker until its queue is closed."""

    def __init__(self, worker: Worker, parent: QObject) -> None:
        super().__init__(parent)
        self._worker = worker

    def run(self) -> None:
        """On the new thread."""
        self._worker.run()


class EngineThread(QObject):
    """A queue and its worker on a thread of their own; `told` carries its events, on the thread that made this object.

    Call `stop` before it goes.
    """

    told = Signal(object)
    _happened = Signal(object)

    def __init__(self, make_worker: MakeWorker = Worker) -> None:
        super().__init__()
        # Always queued, also for what the window's own thread causes: events keep their order.
        self._happened.connect(self.told, Qt.ConnectionType.QueuedConnection)
        self.queue = JobQueue(self._tell)
        self._thread = _WorkThread(make_worker(self.queue), self)
        self._thread.start()

    @property
    def is_running(self) -> bool:
        """Whether the thread still works."""
        return self._thread.isRunning()

    def stop(self) -> None:
        """Cancels every job and waits for the present step to end; further events are not told."""
        if not self.queue.closed:
            self._happened.disconnect()
            self.queue.close()
            self._thread.wait()

    def _tell(self, event: JobEvent) -> None:
        self._happened.emit(event)
