"""What the queue and its worker tell the window: frozen, picklable, one listener.

Errors come bare (without their traceback, whose frames would keep a failed job's arrays in memory). A cancel is no
error.
"""

import logging
import threading
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

from dimitra_studio.core.errors import StudioError
from dimitra_studio.core.events import Progress
from dimitra_studio.engine.eta import TimeLeft

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Queued:
    """Job `id` waits."""

    id: int


@dataclass(frozen=True)
class Moved:
    """Job `id` waits at another place."""

    id: int


@dataclass(frozen=True)
class Started:
    """Job `id` runs."""

    id: int


@dataclass(frozen=True)
class Progressed:
    """How far job `id` is, and what is left of it; at most some twenty a second, and one for every new stage."""

    id: int
    progress: Progress
    left: TimeLeft


@dataclass(frozen=True)
class Noted:
    """Something about job `id` that the user should know; never left out."""

    id: int
    note: str


@dataclass(frozen=True)
class Finished:
    """Job `id` gave its `result`."""

    id: int
    result: object


@dataclass(frozen=True)
class Failed:
    """Job `id` ended with an error to show."""

    id: int
    error: StudioError


@dataclass(frozen=True)
class Cancelled:
    """Job `id` was stopped, removed, or replaced by a newer one of its slot."""

    id: int


JobEvent: TypeAlias = Queued | Moved | Started | Progressed | Noted | Finished | Failed | Cancelled
JobEnd: TypeAlias = Finished | Failed | Cancelled


class Outbox:
    """Hands events to one listener, one at a time and in the order they were put, from whichever thread delivers.

    `put` may be called under a lock, `deliver` must not be: a listener may call back. An error in the listener is
    logged and does not reach the job.
    """

    def __init__(self, listener: Callable[[JobEvent], None]) -> None:
        self._listener = listener
        self._waiting: deque[JobEvent] = deque()
        self._lock = threading.Lock()
        self._delivering = False

    def put(self, event: JobEvent) -> None:
        """Keeps the event for the next delivery."""
        with self._lock:
            self._waiting.append(event)

    def deliver(self) -> None:
        """Tells the listener all that waits; leaves it to the thread that already does so."""
        while True:
            with self._lock:
                if self._delivering or not self._waiting:
                    return
                event = self._waiting.popleft()
                self._delivering = True
            try:
                self._listener(event)
            except Exception:
                _log.exception("The listener failed at %s.", type(event).__name__)
            finally:
                with self._lock:
                    self._delivering = False
