"""Calls that cannot be stopped halfway, made so that the job which waits for one can be closed at any moment."""

import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from typing import Any, TypeVar

from dimitra_studio.core.events import Job, Progress

_T = TypeVar("_T")
_NAME = "lane of calls"  # of the threads
_BEAT = 0.05  # seconds between two points at which a job that waits may be closed


def lanes_last(seconds: float) -> bool:
    """Whether a closed lane's call lasts longer than `seconds`: Python would not end before it does."""
    lanes = [thread for thread in threading.enumerate() if thread.name.startswith(_NAME)]
    for lane in lanes:
        lane.join(seconds)
    return any(lane.is_alive() for lane in lanes)


class Lane:
    """One thread beside the job's own, for what gives no way to stop it: a library's long call, a model's loading.

    A call that is given up goes on, and what comes of it is thrown away; the next one waits for its end. So a model
    that is asked here alone is never asked by two at once.
    """

    def __init__(self) -> None:
        self._thread = ThreadPoolExecutor(1, _NAME)
        self._calls: list[Future[Any]] = []  # that go on, or wait

    def call(self, work: Callable[[], _T], beat: Progress) -> Job[_T]:
        """What `work` returns or raises; while it lasts, `beat` comes some twenty times a second."""
        future = self._thread.submit(work)
        self._calls = [*(each for each in self._calls if not each.done()), future]
        try:
            while not wait([future], _BEAT).done:
                yield beat
            return future.result()
        finally:
            future.cancel()  # of use only where it has not begun

    def close(self, last: Callable[[], object] | None = None) -> None:
        """Takes no more calls. `last` is made at once, or behind a call that goes on, and neither is waited for."""
        busy = any(not each.done() for each in self._calls)
        if last is not None and busy:
            self._thread.submit(last)
        self._thread.shutdown(wait=False)
        if last is not None and not busy:
            last()
