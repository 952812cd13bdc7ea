"""Calls that cannot be stopped halfway, made so that the job which waits for one can be closed at any moment."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, wait
from typing import TypeVar

from dimitra_studio.core.events import Job, Progress

_T = TypeVar("_T")
_BEAT = 0.05  # seconds between two points at which a job that waits may be closed


class Lane:
    """One thread beside the job's own, for what gives no way to stop it: a library's long call, a model's loading.

    A call that is given up goes on, and what comes of it is thrown away; the next one waits for its end. So a model
    that is asked here alone is never asked by two at once.
    """

    def __init__(self) -> None:
        self._thread = ThreadPoolExecutor(1, "lane")

    def call(self, work: Callable[[], _T], beat: Progress) -> Job[_T]:
        """What `work` returns or raises; while it lasts, `beat` comes some twenty times a second."""
        future = self._thread.submit(work)
        try:
            while not wait([future], _BEAT).done:
                yield beat
            return future.result()
        finally:
            future.cancel()  # of use only where it has not begun

    def close(self) -> None:
        """Waits for the call that is being made; takes no more."""
        self._thread.shutdown(cancel_futures=True)
