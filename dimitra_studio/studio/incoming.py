"""Takes out of motion files that the user has: the studio's own, and other programs'."""

import secrets
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, Signal

from dimitra_studio.core.channels import POSE_NAMES
from dimitra_studio.core.errors import InputError, StudioError
from dimitra_studio.core.events import Job, Progress
from dimitra_studio.core.files import sha256_of
from dimitra_studio.core.requests import LARGEST_SCALE, MOST_STEPS, ByGroup
from dimitra_studio.engine.jobs import JobRequest
from dimitra_studio.engine.loader import Loader
from dimitra_studio.project.document import Take, TakeSettings
from dimitra_studio.studio.board import Asker, JobBoard
from dimitra_studio.studio.files import OWN_ENDING
from dimitra_studio.studio.notices import Level, Notice, Place

KIND = "take file"


def read_take(path: Path, loader: Loader) -> Job[Take]:
    """A take of a motion file. Raises InputError where it is none, or one of another face model."""
    return (yield from (_read_own if path.suffix.lower() == OWN_ENDING else _read_others)(path, loader))


def _read_others(path: Path, loader: Loader) -> Job[Take]:
    """A take of another program's motion, as `dimitra import` reads it."""
    yield Progress("import", 0, 1)
    from dimitra_studio.engine.conversion import read_motion
    from dimitra_studio.engine.playable import bridge_gaps

    found = yield from read_motion(loader, path)
    motion, note = bridge_gaps(found.motion)
    yield Progress("import", 1, 1, note=note and f"{path.name}: {note}")
    return Take(
        secrets.token_hex(4), path.stem, 0, TakeSettings(), motion, datetime.now(UTC), recipe=dict(found.recipe)
    )


def _read_own(path: Path, loader: Loader) -> Job[Take]:
    from dimitra_studio.engine.playable import bridge_gaps
    from dimitra_studio.export.motion_files import load_motion
    from dimitra_studio.face.components import COMPONENT_NAMES

    here = Progress("motion", 0, 1)
    yield here
    file = yield from loader.lane.call(partial(load_motion, path), here)
    if file.motion.face_model != "open-head" or file.channel_names != (*COMPONENT_NAMES, *POSE_NAMES):
        raise InputError(
            f"The motion in {path.name} is of the face model {file.motion.face_model} or of another version of it.",
            "Use motion of open-head, made with this version.",
        )
    sha256 = yield from loader.lane.call(partial(sha256_of, path), here)
    motion, note = bridge_gaps(file.motion)
    yield Progress("motion", 1, 1, note=note and f"{path.name}: {note}")
    how = file.meta.get("motion")
    told: Mapping[str, Any] = how if isinstance(how, Mapping) else {}
    seed = told.get("seed")
    return Take(
        secrets.token_hex(4),
        path.stem,
        seed if type(seed) is int else 0,
        _settings(told),
        motion,
        datetime.now(UTC),
        recipe={**file.meta, "file": {"name": path.name, "sha256": sha256}},
    )


def _settings(told: Mapping[str, Any]) -> TakeSettings:
    """Those that a recipe tells; the usual ones where it tells none that can be used."""
    try:
        steps = told["steps"]
        scales = {name: ByGroup(**told[name]) for name in ("guidance", "strength", "temperature")}
        numbers = [number for scale in scales.values() for number in vars(scale).values()]
        if type(steps) is int and 1 <= steps <= MOST_STEPS and all(0 <= each <= LARGEST_SCALE for each in numbers):
            return TakeSettings(steps, **scales)
    except (KeyError, TypeError):
        pass
    return TakeSettings()


class Incoming(QObject):
    """Reads motion files on the drawing thread. `made` carries the Take, `noticed` a Notice."""

    made = Signal(object)
    noticed = Signal(object)

    def __init__(self, board: JobBoard) -> None:
        super().__init__()
        self._board = board

    def ask(self, path: Path) -> None:
        """A take of the motion in a file."""
        request = JobRequest(f"Open {path.name}", KIND, partial(read_take, path))
        self._board.submit(request, Asker(self.made.emit, self._fail, self._forget, self._tell))

    def forget(self) -> None:
        """Another document is open, which has no use for what is being read."""
        self._board.drop(lambda kind: kind == KIND)

    def _fail(self, error: StudioError) -> None:
        self.noticed.emit(Notice.of(error, Place.TAKES))

    def _forget(self) -> None:
        """Nobody waits for it."""

    def _tell(self, note: str) -> None:
        self.noticed.emit(Notice(note, level=Level.WARNING, place=Place.TAKES))
