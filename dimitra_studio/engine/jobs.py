"""The queue of jobs: what runs next, seen and changed from any thread.

A window submits requests and is told events; a `Worker` on another thread takes them out and runs them.
"""

import threading
from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import Enum, IntEnum
from itertools import count

from dimitra_studio.core.events import Job
from dimitra_studio.engine.events import Cancelled, JobEnd, JobEvent, Moved, Noted, Outbox, Progressed, Queued, Started
from dimitra_studio.engine.loader import Loader


class Priority(IntEnum):
    """Smaller is sooner; a job also runs between the steps of one with a larger number."""

    PREVIEW = 0
    TAKE = 1
    EXPORT = 2


class JobState(Enum):
    """Where a job of the queue is; ended ones have left it."""

    WAITING = "waiting"
    RUNNING = "running"
    PAUSED = "paused"  # for a more urgent one


@dataclass(frozen=True)
class JobRequest:
    """A job to be done.

    `start` makes it on the worker's thread (a `functools.partial` of a module's function stays picklable; import heavy
    packages inside it). `kind` names jobs that cost alike, `seconds` is the length of voice or motion (0 = unknown):
    both are for the time left. Of the requests with the same `slot` only the latest waits; with `interrupts` it also
    stops the one that runs. Without, that one is finished, so that a picture is seen even while requests pour in.
    """

    title: str
    kind: str
    start: Callable[[Loader], Job[object]]
    priority: Priority = Priority.TAKE
    slot: str = ""
    interrupts: bool = False
    seconds: float = 0.0


@dataclass(frozen=True)
class QueuedJob:
    """A line of the queue; `urgency` is the request's, unless the user has moved it."""

    id: int
    request: JobRequest
    urgency: Priority
    state: JobState = JobState.WAITING


class JobQueue:
    """Jobs in the order in which they will run; thread safe.

    `listener` is told every event, on the thread that caused it and never under a lock.
    """

    def __init__(self, listener: Callable[[JobEvent], None]) -> None:
        self._outbox = Outbox(listener)
        self._changed = threading.Condition()
        self._ids = count(1)
        self._waiting: list[QueuedJob] = []
        self._active: list[QueuedJob] = []  # paused ones, then the running one
        self._condemned: set[int] = set()
        self._closed = False

    def submit(self, request: JobRequest) -> int:
        """Queues a request and returns its job's id at once. Raises RuntimeError when the queue is closed."""
        with self._changed:
            if self._closed:
                raise RuntimeError("the queue is closed")
            job = QueuedJob(next(self._ids), request, request.priority)
            if request.slot:
                self._clear_slot(request)
            self._waiting.insert(self._place_for(request.priority), job)
            self._outbox.put(Queued(job.id))
            self._changed.notify_all()
        self._outbox.deliver()
        return job.id

    def jobs(self) -> tuple[QueuedJob, ...]:
        """What runs, what is paused for it, then what waits, in order."""
        with self._changed:
            return (*reversed(self._active), *self._waiting)

    def move(self, job_id: int, place: int) -> bool:
        """Puts a waiting job at `place` among those that wait (0 = next), behind previews; False when it does not wait.

        From there on it is as urgent as its place says: an export that was put before a take is not interrupted by it.
        """
        with self._changed:
            job = self._find_waiting(job_id)
            if job is not None:
                self._waiting.remove(job)
                previews = sum(other.urgency is Priority.PREVIEW for other in self._waiting)
                place = min(max(place, previews), len(self._waiting))
                self._waiting.insert(place, replace(job, urgency=self._urgency_at(place, job)))
                self._outbox.put(Moved(job_id))
        self._outbox.deliver()
        return job is not None

    def cancel(self, job_id: int) -> bool:
        """Removes a waiting job, stops a running one after its present step; False when it has ended already.

        A job whose present step is its last still finishes.
        """
        with self._changed:
            found = self._cancel(job_id)
        self._outbox.deliver()
        return found

    def close(self) -> None:
        """Cancels everything and takes no more; the worker stops."""
        with self._changed:
            self._closed = True
            for job in (*self._waiting, *self._active):
                self._cancel(job.id)
            self._changed.notify_all()
        self._outbox.deliver()

    # The worker's side.

    @property
    def closed(self) -> bool:
        """Whether the worker shall stop."""
        with self._changed:
            return self._closed

    def wait(self) -> None:
        """Sleeps until a job waits or the queue is closed."""
        with self._changed:
            self._changed.wait_for(lambda: self._waiting or self._closed)

    def take(self, previews_last: bool = False) -> QueuedJob | None:
        """The next job to start, from now on running; None when nothing waits that is more urgent than what runs."""
        with self._changed:
            running = self._active[-1].urgency if self._active else len(Priority)
            urgent = [job for job in self._waiting if job.urgency < running]
            if not urgent:
                return None
            others = [job for job in urgent if job.request.priority is not Priority.PREVIEW]
            job = others[0] if previews_last and others else urgent[0]
            self._waiting.remove(job)
            if self._active:
                self._active[-1] = replace(self._active[-1], state=JobState.PAUSED)
            self._active.append(replace(job, state=JobState.RUNNING))
            self._outbox.put(Started(job.id))
        self._outbox.deliver()
        return job

    def is_condemned(self, job_id: int) -> bool:
        """Whether the job is to be closed instead of getting another step."""
        with self._changed:
            return job_id in self._condemned

    def tell(self, event: Progressed | Noted) -> None:
        """Passes on what a running job says."""
        self._outbox.put(event)
        self._outbox.deliver()

    def end(self, event: JobEnd) -> None:
        """Takes a running or paused job out."""
        with self._changed:
            self._active = [job for job in self._active if job.id != event.id]
            if self._active:
                self._active[-1] = replace(self._active[-1], state=JobState.RUNNING)
            self._condemned.discard(event.id)
            self._outbox.put(event)
        self._outbox.deliver()

    def _clear_slot(self, request: JobRequest) -> None:
        for job in [job for job in self._waiting if job.request.slot == request.slot]:
            self._cancel(job.id)
        if request.interrupts:
            self._condemned |= {job.id for job in self._active if job.request.slot == request.slot}

    def _place_for(self, priority: Priority) -> int:
        """Behind the last one that is as urgent; where the user has moved jobs, their order stays."""
        for place in range(len(self._waiting), 0, -1):
            if self._waiting[place - 1].urgency <= priority:
                return place
        return 0

    def _urgency_at(self, place: int, job: QueuedJob) -> Priority:
        """The job's own where its neighbours leave it; else that of the nearer one, so that the order is kept."""
        before = self._waiting[place - 1].urgency if place else Priority.PREVIEW
        behind = self._waiting[place].urgency if place < len(self._waiting) else Priority.EXPORT
        return min(max(job.request.priority, before), behind)

    def _find_waiting(self, job_id: int) -> QueuedJob | None:
        return next((job for job in self._waiting if job.id == job_id), None)

    def _cancel(self, job_id: int) -> bool:
        job = self._find_waiting(job_id)
        if job is not None:
            self._waiting.remove(job)
            self._outbox.put(Cancelled(job_id))
            return True
        active = any(job.id == job_id for job in self._active)
        if active:
            self._condemned.add(job_id)
        return active
