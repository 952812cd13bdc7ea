"""Tasks shared out among worker processes; what breaks one task, even its whole process, harms no other."""

import os
import signal
import threading
from collections import deque
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import dataclass
from multiprocessing import get_context, parent_process
from multiprocessing.connection import Connection, wait
from multiprocessing.context import SpawnProcess
from typing import Any, Generic, TypeAlias, TypeVar

import cv2

from dimitra_studio.core.errors import InputError, StudioError

_Task = TypeVar("_Task")
_Result = TypeVar("_Result")
Build: TypeAlias = Callable[[], AbstractContextManager[Callable[[_Task], _Result]]]

# Workers share the cores among themselves: threads inside each would only wait for one another.
_THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMBA_NUM_THREADS")
_PATIENCE = 10.0  # seconds that an idle worker may take to close its models


@dataclass(frozen=True)
class Broken:
    """Why a task has no result, and its mend where one is known; where `lasting`, the task itself is at fault and would
    break again."""

    message: str
    lasting: bool
    hint: str = ""


_DIED = Broken("its process died (out of memory, or a fault in a library)", lasting=False)


@dataclass
class _Worker(Generic[_Task]):
    """A process, our end of the pipe, and the `given` task; none until the process says that it is ready."""

    process: SpawnProcess
    pipe: "Connection[Any, Any]"
    given: tuple[_Task] | None = None


def share_out(
    tasks: Sequence[_Task], build: Build[_Task, _Result], jobs: int, threads: int = 1
) -> Generator[tuple[_Task, _Result | Broken], None, None]:
    """Each task and its result, as they are done, by up to `jobs` processes of so many `threads` each.

    A process enters `build()` once and calls what that gives; `build`, tasks and results are pickled on their way.
    Closing the iterator ends the workers at once, and so does the death of this process: what they write should lie
    where nobody takes it for whole. Raises StudioError when one cannot start.
    """
    waiting = deque(tasks)
    crew: list[_Worker[_Task]] = []
    try:
        crew.extend(_hire(build, threads) for _ in range(min(jobs, len(waiting))))
        while crew:
            for pipe in wait([worker.pipe for worker in crew]):
                worker = next(worker for worker in crew if worker.pipe is pipe)
                told = _listen(worker)
                if worker.given is not None:
                    yield worker.given[0], told
                elif isinstance(told, Broken):
                    raise StudioError(f"A worker process cannot start: {told.message}.", "Let fewer work at once.")
                if told is not _DIED and waiting:
                    _give(worker, waiting.popleft())
                    continue
                _dismiss(worker)
                crew.remove(worker)
                if waiting:
                    crew.append(_hire(build, threads))
    finally:
        for worker in crew:
            worker.process.kill()
            _dismiss(worker)


def _hire(build: Build[_Task, _Result], threads: int) -> _Worker[_Task]:
    context = get_context("spawn")  # a fork would copy locks that other threads hold
    ours, theirs = context.Pipe()
    process = context.Process(target=_serve, args=(build, theirs, threads), daemon=True)
    with _deaf(), _environment(threads):
        process.start()
    theirs.close()  # else its death would go unheard
    return _Worker(process, ours)


def _give(worker: _Worker[_Task], task: _Task) -> None:
    worker.given = (task,)
    with suppress(BrokenPipeError):  # it died while idle: listening will tell
        worker.pipe.send(task)


def _listen(worker: _Worker[_Task]) -> Any:
    try:
        return worker.pipe.recv()
    except (EOFError, ConnectionResetError):
        return _DIED


def _dismiss(worker: _Worker[_Task]) -> None:
    worker.pipe.close()
    worker.process.join(_PATIENCE)
    if worker.process.is_alive():
        worker.process.kill()
        worker.process.join()
    worker.process.close()


@contextmanager
def _deaf() -> Iterator[None]:
    """A process started meanwhile never hears Ctrl-C, which reaches the whole group: the parent says when to end. Where
    signals cannot be blocked, it is deaf from `_serve` on."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


@contextmanager
def _environment(threads: int) -> Iterator[None]:
    """The number of threads that a process started meanwhile inherits; libraries read it when they are imported."""
    before = {name: os.environ.get(name) for name in _THREADS}
    os.environ.update(dict.fromkeys(_THREADS, str(threads)))
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value


def _serve(build: Build[_Task, _Result], pipe: "Connection[Any, Any]", threads: int) -> None:
    """What a worker does: task after task, until the pipe is closed."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()
    cv2.setNumThreads(threads)
    with suppress(EOFError, BrokenPipeError), build() as work:
        pipe.send(None)
        while True:
            task = pipe.recv()
            try:
                told: _Result | Broken = work(task)
            except InputError as error:
                told = Broken(error.message, lasting=True, hint=error.hint)
            except StudioError as error:
                told = Broken(error.message, lasting=False, hint=error.hint)
            except Exception as error:  # a fault of ours or of a library: one task must not stop thousands
                told = Broken(f"{type(error).__name__}: {error}", lasting=False)
            pipe.send(told)


def _end_with_parent() -> None:
    """A parent that was killed closes nothing, and the task at hand may take minutes more."""
    parent = parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)
