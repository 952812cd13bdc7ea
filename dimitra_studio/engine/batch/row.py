"""One line of a batch, and what became of it."""

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from dimitra_studio.core.errors import StudioError
from dimitra_studio.core.requests import GenerateVideo


@dataclass(frozen=True)
class Row:
    """Line `number` (from 1): `portrait` and `voice` as the list has them, and what is `asked`, with its results under
    the batch's folder, or why the line asks for nothing that could be made. `name` is the video's path in that folder,
    with `/`."""

    number: int
    name: str
    portrait: str
    voice: str
    asked: GenerateVideo | StudioError


class State(StrEnum):
    """What became of a row."""

    MADE = "made"  # by this run
    KEPT = "kept"  # made before, and still what the list asks for
    FAILED = "failed"
    WAITING = "waiting"  # the run ended before its turn, or in its middle


@dataclass(frozen=True)
class Made:
    """A finished video: its `frames` and `fps`, the `seconds` of work, the notes for the user, and the `memory` (bytes)
    that the process which made it had needed by then, where the system tells that."""

    frames: int
    fps: float
    seconds: float
    notes: tuple[str, ...] = ()
    memory: int | None = None


@dataclass(frozen=True)
class Outcome:
    """What became of a row: `made` where its video is there, `fault` where it failed, `recipe` (a hash) where it is
    known what the row asks for."""

    row: Row
    state: State
    made: Made | None = None
    fault: StudioError | None = None
    recipe: str = ""


def results(request: GenerateVideo) -> tuple[Path, ...]:
    """The files or folders that a request writes, the video first."""
    return (request.render.output, *([request.motion_output] if request.motion_output else []))
