"""What a worker of a batch does: one request after the other, with models that are loaded once."""

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial

from dimitra_studio.core.requests import GenerateVideo
from dimitra_studio.engine.batch.row import Made
from dimitra_studio.engine.filming import generate
from dimitra_studio.engine.loader import Loader


@dataclass(frozen=True)
class Task:
    """The request of row `number`, with results in a place of the task's own; `recipe` is the hash of what it asks."""

    number: int
    request: GenerateVideo
    recipe: str


@contextmanager
def workplace() -> Iterator[Callable[[Task], Made]]:
    """The models of one worker, and what it does with them."""
    with Loader() as loader:
        yield partial(_work, loader)


def _work(loader: Loader, task: Task) -> Made:
    return film(loader, task.request)


def film(loader: Loader, request: GenerateVideo) -> Made:
    """Makes a video. Raises InputError and ModelError, as `generate` does."""
    begun, notes = time.monotonic(), dict[str, None]()
    job = generate(loader, request)
    while True:
        try:
            progress = next(job)
        except StopIteration as stop:
            _, video = stop.value
            break
        if progress.note:
            notes[progress.note] = None
    return Made(video.frames, video.fps, time.monotonic() - begun, tuple(notes), _peak_memory())


def _peak_memory() -> int | None:
    """The most bytes that this process has held; None where the system does not tell."""
    if sys.platform == "win32":
        return None
    import resource

    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024
