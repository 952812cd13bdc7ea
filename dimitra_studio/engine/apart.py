"""Jobs in a process of their own, for a window that must not stand still.

Much of what listens to a voice keeps Python's lock while it works: PocketSphinx a second for a long passage, the
reading of a tokenizer a tenth. In another process it keeps only its own; the models are there alone, too.

Requests, Progress and results go over one pipe, each with its job's number. Jobs are done one after the other; between
two steps of one the process looks whether it is wanted still. It ends with the pipe, however this process dies.
"""

import os
import pickle
import signal
import threading
import traceback
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from itertools import count
from multiprocessing import get_context
from multiprocessing.connection import Connection
from multiprocessing.context import SpawnProcess
from typing import TYPE_CHECKING, Any, TypeAlias, TypeVar

from tqdm import tqdm

from dimitra_studio.core.errors import StudioError
from dimitra_studio.core.events import Job, Progress

if TYPE_CHECKING:
    from dimitra_studio.engine.loader import Loader

_T = TypeVar("_T")
_Pipe: TypeAlias = "Connection[Any, Any]"
_Start: TypeAlias = "Callable[[Loader], Job[_T]]"
_Answer: TypeAlias = tuple[Progress | None, object, Exception | None]  # no progress: the end
_BEAT = 0.05  # seconds between two points at which a job that waits may be closed
_NOTHING = Progress("", 0, 0)
_MEND = "Try it again; close other programs if the memory is short."


class Apart:
    """A process with a loader of its own, which `open_loader`, a picklable function, opens there.

    It starts with the first job. Not for several threads at once; call `close` in the end.
    """

    def __init__(self, open_loader: "Callable[[], Loader]") -> None:
        self._open_loader = open_loader
        self._numbers = count(1)
        self._inboxes: dict[int, deque[_Answer]] = {}
        self._pipe: _Pipe | None = None
        self._process: SpawnProcess | None = None

    def run(self, start: "_Start[_T]") -> Job[_T]:
        """As the job that `start`, a picklable function, makes there: what it tells, returns and raises.

        It begins with the first `next`. Closing gives it up at once; its present step goes on there, and the next job
        waits for that. Arrays in the result are read-only. When the process dies, as it may where the memory runs out,
        StudioError is raised, and the next job has a new process.
        """
        number, pipe = next(self._numbers), self._ready()
        inbox = self._inboxes[number] = deque[_Answer]()
        over = False
        try:
            with self._watching(pipe):
                _send(pipe, (number, start))
            while not over:
                progress, result, error = yield from self._await(pipe, inbox)
                if progress is not None:
                    yield progress
                over = progress is None
        finally:
            del self._inboxes[number]
            if not over and pipe is self._pipe:
                with suppress(OSError):  # it has died; the next job finds that
                    _send(pipe, (number, None))
        if error is not None:
            raise error
        return result  # type: ignore[return-value]  # the pipe brings any object; `start` promises this one

    def close(self) -> None:
        """Ends the process, whatever it does: it has nothing to lose."""
        pipe, process = self._pipe, self._process
        self._pipe = self._process = None
        if pipe is not None:
            pipe.close()
        if process is not None:
            process.kill()
            process.join()

    def _ready(self) -> _Pipe:
        if self._process is not None and not self._process.is_alive():
            self.close()
        if self._pipe is None:
            context = get_context("spawn")  # a fork would copy locks that other threads hold
            ours, theirs = context.Pipe()
            process = context.Process(target=_serve, args=(theirs, self._open_loader), daemon=True)
            try:
                process.start()
            except OSError as error:
                ours.close()
                told = f"The process that listens to voices cannot be started ({error.strerror})."
                raise StudioError(told, _MEND) from error
            finally:
                theirs.close()  # else its death would go unheard
            self._pipe, self._process = ours, process
        return self._pipe

    def _await(self, pipe: _Pipe, inbox: deque[_Answer]) -> Job[_Answer]:
        """The next answer to one job; the others' are put into their inboxes."""
        while not inbox:
            with self._watching(pipe):
                if pipe is not self._pipe:
                    raise EOFError  # as another job has found
                heard = pipe.poll(_BEAT)
                if heard:
                    number, answer = _receive(pipe)
                    self._inboxes.get(number, deque()).append(answer)
            if not heard:
                yield _NOTHING
        return inbox.popleft()

    @contextmanager
    def _watching(self, pipe: _Pipe) -> Iterator[None]:
        try:
            yield
        except (EOFError, OSError) as gone:
            if pipe is self._pipe:
                self.close()
            raise StudioError("The process that listens to voices has ended by itself.", _MEND) from gone


def _serve(pipe: _Pipe, open_loader: "Callable[[], Loader]") -> None:
    """Does jobs until the other end is closed."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl+C is the window's
    tqdm.set_lock(threading.RLock())  # its own, for several processes, would be left behind when this one is killed
    asked: dict[int, _Start[object]] = {}
    loader: Loader | None = None
    try:
        while True:
            while not asked:
                _hear(pipe, asked)
            number, start = next(iter(asked.items()))
            try:
                loader = loader or open_loader()
                answer = _do(pipe, number, start(loader), asked)
            except Exception as error:  # as it would come without the pipe
                if not isinstance(error, StudioError):  # the places in the code do not travel by themselves
                    error.add_note("".join(traceback.format_exception(error)))
                answer = None, None, error
            if asked.pop(number, None) is not None and answer is not None:
                _send(pipe, (number, answer))
    except (EOFError, OSError):
        os._exit(0)  # not waiting for a call that is being made


def _do(pipe: _Pipe, number: int, job: Job[object], asked: "dict[int, _Start[object]]") -> _Answer | None:
    """Runs a job to its end, or until it is not asked for any longer: None."""
    last = _NOTHING
    while number in asked:
        try:
            progress = next(job)
        except StopIteration as stop:
            return None, stop.value, None
        if progress != last:
            last = progress
            _send(pipe, (number, (progress, None, None)))
        while pipe.poll():
            _hear(pipe, asked)
    job.close()
    return None


def _hear(pipe: _Pipe, asked: "dict[int, _Start[object]]") -> None:
    """Another request, or that one is wanted no longer."""
    number, start = _receive(pipe)
    if start is None:
        asked.pop(number, None)
    else:
        asked[number] = start


def _send(pipe: _Pipe, message: tuple[int, object]) -> None:
    """Arrays go beside the rest, so that they are nowhere copied while Python's lock is kept."""
    arrays: list[pickle.PickleBuffer] = []
    body = pickle.dumps(message, protocol=5, buffer_callback=arrays.append)
    pipe.send(len(arrays))
    pipe.send_bytes(body)
    for array in arrays:
        pipe.send_bytes(array.raw())


def _receive(pipe: _Pipe) -> tuple[int, Any]:
    arrays = pipe.recv()
    body, *buffers = [pipe.recv_bytes() for _ in range(1 + arrays)]
    message: tuple[int, Any] = pickle.loads(body, buffers=buffers)
    return message
