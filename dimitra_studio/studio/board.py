"""What the window has asked its engine for: who waits for which job, and how each is doing."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from dimitra_studio.core.errors import StudioError
from dimitra_studio.core.events import Progress
from dimitra_studio.engine.eta import TimeLeft
from dimitra_studio.engine.events import Cancelled, Failed, Finished, Noted, Progressed
from dimitra_studio.engine.jobs import JobRequest, JobState
from dimitra_studio.studio.engine_thread import EngineThread

EXPORT = "export"  # what the kinds of exports begin with
SURROUNDINGS = "surroundings"  # finding the device and loading models, whatever is opened
_MOST_ENDED = 50


@dataclass(frozen=True)
class Keepsake:
    """What stays of a job that the user may look for when it has ended: `again` asks for the same once more, `file` is
    what it writes. One that writes no file stays only where it failed: what it made is seen elsewhere."""

    again: Callable[[], None]
    file: Path | None = None


@dataclass(frozen=True)
class Asker:
    """Whom a job's end is told: one of the three, always, and on the window's thread. With a `keepsake` its end stays
    on the board."""

    finished: Callable[[object], None]
    failed: Callable[[StudioError], None]
    cancelled: Callable[[], None]
    noted: Callable[[str], None]
    keepsake: Keepsake | None = None


@dataclass(frozen=True)
class JobLine:
    """A job as the window shows it."""

    id: int
    title: str
    kind: str
    state: JobState = JobState.WAITING
    progress: Progress | None = None
    left: TimeLeft | None = None

    @property
    def running(self) -> bool:
        """Whether it has begun."""
        return self.state is not JobState.WAITING


class Outcome(StrEnum):
    """How a job ended."""

    DONE = "done"
    FAILED = "failed"
    CANCELLED = "stopped"


@dataclass(frozen=True)
class EndedLine:
    """A job that has ended, with its `error` in words where it failed."""

    id: int
    title: str
    kind: str
    outcome: Outcome
    keepsake: Keepsake
    error: str = ""


class JobBoard(QObject):
    """Submits requests to an engine and tells askers what came of them; `changed` when a job comes, goes or moves on.

    `told` passes on every event of the engine. `ended` are the jobs with a keepsake that have ended, the latest first.
    """

    changed = Signal()
    told = Signal(object)

    def __init__(self, engine: EngineThread) -> None:
        super().__init__()
        self._engine = engine
        self._askers: dict[int, Asker] = {}
        self._lines: dict[int, JobLine] = {}
        self._dropped: set[int] = set()
        self.ended: tuple[EndedLine, ...] = ()
        engine.told.connect(self._take)

    @property
    def lines(self) -> tuple[JobLine, ...]:
        """The jobs whose end is not told yet, in the order in which they run; first what runs now."""
        queued = [job for job in self._engine.queue.jobs() if job.id in self._lines]
        ending = self._lines.keys() - {job.id for job in queued}
        return (
            *(replace(self._lines[job_id], state=JobState.RUNNING) for job_id in sorted(ending)),
            *(replace(self._lines[job.id], state=job.state) for job in queued),
        )

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

    @property
    def busy(self) -> bool:
        """Whether there is something that `cancel_all` stops."""
        return any(line.kind != SURROUNDINGS for line in self._lines.values())

    def cancel_all(self) -> None:
        """Stops everything but starting up, which nobody has asked for and everybody needs."""
        for line in list(self._lines.values()):
            if line.kind != SURROUNDINGS:
                self.cancel(line.id)

    def drop(self, foreign: Callable[[str], bool]) -> None:
        """Stops the jobs of which `foreign` says so by their kind, and forgets their failures: nobody wants them any
        more. One that ends all the same, since it was in its last step, is told as cancelled."""
        for line in list(self._lines.values()):
            if foreign(line.kind):
                self._dropped.add(line.id)
                self.cancel(line.id)
        self._keep(tuple(line for line in self.ended if not foreign(line.kind)))

    def move(self, job_id: int, places: int) -> None:
        """Moves a waiting job so many places towards the end, or with a negative number towards the start."""
        waiting = [line.id for line in self.lines if not line.running]
        if job_id in waiting:
            self._engine.queue.move(job_id, waiting.index(job_id) + places)
            self.changed.emit()

    def retry(self, job_id: int) -> None:
        """Asks once more for a job that has ended."""
        for line in [line for line in self.ended if line.id == job_id]:
            self.dismiss(job_id)
            line.keepsake.again()

    def dismiss(self, job_id: int) -> None:
        """Takes a job that has ended off the board."""
        self._keep(tuple(line for line in self.ended if line.id != job_id))

    def clear_ended(self) -> None:
        """Takes everything that has ended off the board."""
        self._keep(())

    def stop(self) -> None:
        """Ends the engine's thread; nobody is told anything any more."""
        self._askers.clear()
        self._engine.stop()

    def _take(self, event: object) -> None:
        match event:
            case Progressed(id=job_id, progress=progress, left=left) if job_id in self._lines:
                self._show(replace(self._lines[job_id], progress=progress, left=left))
            case Noted(id=job_id, note=note):
                if job_id in self._askers and job_id not in self._dropped:
                    self._askers[job_id].noted(note)
            case Finished(id=job_id) | Failed(id=job_id) | Cancelled(id=job_id):
                self._end(Cancelled(job_id) if job_id in self._dropped else event)
                self._dropped.discard(job_id)
            case _:  # another order, or another that runs
                self.changed.emit()
        self.told.emit(event)

    def _show(self, line: JobLine) -> None:
        self._lines[line.id] = line
        self.changed.emit()

    def _end(self, event: Finished | Failed | Cancelled) -> None:
        line = self._lines.pop(event.id, None)
        asker = self._askers.pop(event.id, None)
        keepsake = asker.keepsake if asker is not None else None
        told = keepsake is not None and (keepsake.file is not None or not isinstance(event, Finished))
        if line is not None and keepsake is not None and told and event.id not in self._dropped:
            ended = EndedLine(line.id, line.title, line.kind, _OUTCOMES[type(event)], keepsake, _error(event))
            self.ended = (ended, *self.ended)[:_MOST_ENDED]
        if asker is not None:
            match event:
                case Finished(result=result):
                    asker.finished(result)
                case Failed(error=error):
                    asker.failed(error)
                case Cancelled():
                    asker.cancelled()
        self.changed.emit()

    def _keep(self, ended: tuple[EndedLine, ...]) -> None:
        if ended != self.ended:
            self.ended = ended
            self.changed.emit()


_OUTCOMES = {Finished: Outcome.DONE, Failed: Outcome.FAILED, Cancelled: Outcome.CANCELLED}


def _error(event: Finished | Failed | Cancelled) -> str:
    return str(event.error) if isinstance(event, Failed) else ""
