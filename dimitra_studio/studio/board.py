"""What the window has asked its engine for: who waits for which job, and how each is doing."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from PySide6.QtCore import QObject, Signal

from dimitra_studio.core.errors import StudioError
from dimitra_studio.core.events import Progress
from dimitra_studio.engine.eta import TimeLeft
from dimitra_studio.engine.events import Cancelled, Failed, Finished, Noted, Progressed, Started
from dimitra_studio.engine.jobs import JobRequest
from dimitra_studio.studio.engine_thread import EngineThread


@dataclass(frozen=True)
class Asker:
    """Whom a job's end is told: one of the three, always, and on the window's thread."""

    finished: Callable[[object], None]
    failed: Callable[[StudioError], None]
    cancelled: Callable[[], None]
    noted: Callable[[str], None]


@dataclass(frozen=True)
class JobLine:
    """A job as the window shows it."""

    id: int
    title: str
    kind: str
    running: bool = False
    progress: Progress | None = None
    left: TimeLeft | None = None


class JobBoard(QObject):
    """Submits requests to an engine and tells askers what came of them; `changed` when a job comes, goes or moves on.

    `told` passes on every event of the engine.
    """

    changed = Signal()
    told = Signal(object)

    def __init__(self, engine: EngineThread) -> None:
        super().__init__()
        self._engine = engine
        self._askers: dict[int, Asker] = {}
        self._lines: dict[int, JobLine] = {}
        engine.told.connect(self._take)

    @property
    def lines(self) -> tuple[JobLine, ...]:
        """The jobs that are not at their end, running ones first."""
        return tuple(sorted(self._lines.values(), key=lambda line: not line.running))

    def submit(self, request: JobRequest, asker: Asker) -> int:
        """Queues a request; returns the job's id."""
        job_id = self._engine.queue.submit(request)
        self._askers[job_id] = asker
        self._lines[job_id] = JobLine(job_id, request.title, request.kind)
        self.changed.emit()
        return job_id

    def cancel(self, job_id: int) -> None:
        """Stops a job, or takes it out of the queue."""
        self._engine.queue.cancel(job_id)

    def cancel_all(self) -> None:
        """Stops everything."""
        for job_id in list(self._lines):
            self.cancel(job_id)

    def stop(self) -> None:
        """Ends the engine's thread; nobody is told anything any more."""
        self._askers.clear()
        self._engine.stop()

    def _take(self, event: object) -> None:
        match event:
            case Started(id=job_id) if job_id in self._lines:
                self._show(replace(self._lines[job_id], running=True))
            case Progressed(id=job_id, progress=progress, left=left) if job_id in self._lines:
                self._show(replace(self._lines[job_id], progress=progress, left=left))
            case Noted(id=job_id, note=note):
                if job_id in self._askers:
                    self._askers[job_id].noted(note)
            case Finished() | Failed() | Cancelled():
                self._end(event)
        self.told.emit(event)

    def _show(self, line: JobLine) -> None:
        self._lines[line.id] = line
        self.changed.emit()

    def _end(self, event: Finished | Failed | Cancelled) -> None:
        self._lines.pop(event.id, None)
        asker = self._askers.pop(event.id, None)
        if asker is not None:
            match event:
                case Finished(result=result):
                    asker.finished(result)
                case Failed(error=error):
                    asker.failed(error)
                case Cancelled():
                    asker.cancelled()
        self.changed.emit()
