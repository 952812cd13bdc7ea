"""The thread that does the jobs: it alone touches the models, torch among them.

One job at a time. A job is a generator, so a more urgent one (a preview during a long export) runs between two of its
steps while it stands still; after every preview another job gets a step, so that a stream of previews slows it but
never stops it. A preview waits for at most one step of what runs. Where that is too long (speech recognition takes
seconds a step), a second queue with a second worker draws the previews that need no network: nothing here is shared
between workers.
"""

import logging
import time
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass

from dimitra_studio.core.errors import Cancelled as Stopped
from dimitra_studio.core.errors import StudioError
from dimitra_studio.core.events import Job, Progress
from dimitra_studio.engine.eta import Eta, StageTimes
from dimitra_studio.engine.events import Cancelled, Failed, Finished, JobEnd, Noted, Progressed
from dimitra_studio.engine.fallback import is_out_of_memory
from dimitra_studio.engine.jobs import JobQueue, JobRequest, Priority, QueuedJob
from dimitra_studio.engine.loader import Loader

_log = logging.getLogger(__name__)
_PROGRESS_GAP = 0.05  # seconds between two tellings; more only cost the window's time


@dataclass
class _Running:
    """A started job; `worked` is the time that it has run itself, in seconds."""

    id: int
    request: JobRequest
    job: Job[object]
    eta: Eta
    worked: float = 0.0
    told_at: float = float("-inf")
    told_stage: str = ""


class Worker:
    """Does the jobs of `queue` on the thread that calls `run`.

    `open_loader` is called there with the first job; `times` keeps how long stages took, for the time left.
    """

    def __init__(
        self,
        queue: JobQueue,
        open_loader: Callable[[], Loader] = Loader,
        times: StageTimes | None = None,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        self._queue = queue
        self._open_loader = open_loader
        self._times = times
        self._now = now
        self._loader: Loader | None = None
        self._closing = ExitStack()
        self._stack: list[_Running] = []
        self._owed = False  # whether it is another job's turn after a preview

    def run(self) -> None:
        """Works until the queue is closed, then closes jobs and models."""
        try:
            while not self._queue.closed:
                if not self.step():
                    self._queue.wait()
        finally:
            self.close()

    def step(self) -> bool:
        """One step of one job, from its start or its last `yield` to the next; False when there is nothing to do."""
        for running in [running for running in self._stack if self._queue.is_condemned(running.id)]:
            self._stop(running)
        urgent = None if self._owed and self._stack else self._queue.take(previews_last=self._owed)
        if urgent is not None:
            self._begin(urgent)
        if not self._stack:
            return False
        self._owed = False
        self._advance(self._stack[-1])
        return True

    def close(self) -> None:
        """Closes the running job, those paused for it, and the models, in this order."""
        while self._stack:
            self._stop(self._stack[-1])
        self._loader = None
        self._closing.close()

    def _begin(self, queued: QueuedJob) -> None:
        request = queued.request
        remembered = self._times.recall(request.kind) if self._times and request.seconds else {}
        self._stack.append(_Running(queued.id, request, self._started(request), Eta(request.seconds, remembered)))

    def _started(self, request: JobRequest) -> Job[object]:
        """The job; whatever fails in opening the models or in making it, fails in its first step."""
        if self._loader is None:
            self._loader = self._closing.enter_context(self._open_loader())
        return (yield from request.start(self._loader))

    def _advance(self, running: _Running) -> None:
        began = self._now()
        end: JobEnd | None = None
        try:
            progress = next(running.job)
        except StopIteration as stop:
            end = Finished(running.id, stop.value)
        except Stopped:
            end = Cancelled(running.id)
        except Exception as error:
            end = Failed(running.id, _told(error, running.request))
        running.worked += self._now() - began
        if end is None:
            self._report(running, progress)
        else:
            self._end(running, end)

    def _report(self, running: _Running, progress: Progress) -> None:
        if progress.note:
            self._queue.tell(Noted(running.id, progress.note))
        if not progress.total:
            return
        left = running.eta.update(progress, running.worked)
        now = self._now()
        if progress.stage != running.told_stage or now - running.told_at >= _PROGRESS_GAP:
            running.told_at, running.told_stage = now, progress.stage
            self._queue.tell(Progressed(running.id, progress, left))

    def _stop(self, running: _Running) -> None:
        end: JobEnd = Cancelled(running.id)
        try:
            running.job.close()
        except Exception as error:
            end = Failed(running.id, _told(error, running.request))
        self._end(running, end)

    def _end(self, running: _Running, end: JobEnd) -> None:
        self._stack.remove(running)
        self._owed = running.request.priority is Priority.PREVIEW
        if isinstance(end, Finished) and self._times and running.request.seconds:
            self._times.keep(running.request.kind, running.eta.finish(running.worked))
        self._queue.end(end)


def _told(error: Exception, request: JobRequest) -> StudioError:
    """The error in the user's words and without its traceback; what nobody foresaw goes to the log whole."""
    if isinstance(error, StudioError):
        told = error
    elif is_out_of_memory(error):
        _log.error("%s ran out of memory.", request.title, exc_info=error)
        told = StudioError(f"{request.title}: the memory ran out.", "Close other programs, or choose a smaller size.")
    else:
        _log.error("%s failed.", request.title, exc_info=error)
        told = StudioError(
            f"{request.title}: an error inside the program stopped it ({type(error).__name__}).",
            "Try it again; the log holds the details.",
        )
    told.__traceback__ = told.__cause__ = told.__context__ = None
    return told
