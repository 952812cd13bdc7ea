"""What a job tells while it runs.

A job is a generator: each `yield` of a `Progress` is also a point where it may be cancelled
(by closing the generator), and its `return` value is the result.
"""

from collections.abc import Generator
from dataclasses import dataclass
from typing import TypeAlias, TypeVar

_T = TypeVar("_T")


@dataclass(frozen=True)
class Progress:
    """`done` of `total` in the named `stage` ("fit", "speech", "motion", "render" ...).

    `note` is something to tell the user; with a `total` of 0 there is nothing else.
    """

    stage: str
    done: int
    total: int
    note: str = ""


Job: TypeAlias = Generator[Progress, None, _T]


def finish(job: Job[_T]) -> _T:
    """Runs a job to its end and returns its result."""
    while True:
        try:
            next(job)
        except StopIteration as stop:
            result: _T = stop.value
            return result
