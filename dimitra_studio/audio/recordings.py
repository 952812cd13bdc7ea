"""The folder of recordings: their names, those there are, those that were cut off."""

import re
import time
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import soundfile

from dimitra_studio.audio.tape import PART, SUFFIX, salvage
from dimitra_studio.core.errors import InputError
from dimitra_studio.core.events import Job
from dimitra_studio.core.tidying import tidy

DAYS = 30  # that a recording is kept which no project uses
_NAME = "Recording"
_NAMES = re.compile(rf"{_NAME} .*{re.escape(SUFFIX)}")
_CUT_OFF = 10.0  # seconds without growth


@dataclass(frozen=True)
class Recording:
    """A recording of `seconds`, which ended at the time `made`."""

    path: Path
    seconds: float
    made: datetime


def new_path(folder: Path, when: datetime) -> Path:
    """A name for a recording that nothing has yet."""
    name = f"{_NAME} {when:%Y-%m-%d %H.%M.%S}"
    path, number = folder / f"{name}{SUFFIX}", 1
    while path.exists() or path.with_name(path.name + PART).exists():
        number += 1
        path = folder / f"{name} ({number}){SUFFIX}"
    return path


def recordings(folder: Path) -> tuple[Recording, ...]:
    """Those in the folder, the latest first."""
    found = []
    for path in sorted(folder.glob(f"*{SUFFIX}"), reverse=True):
        try:
            about, made = soundfile.info(path), datetime.fromtimestamp(path.stat().st_mtime)
        except (OSError, soundfile.LibsndfileError):  # damaged, another program's, or just gone
            continue
        found.append(Recording(path, about.frames / about.samplerate, made))
    return tuple(found)


def put_in_order(folder: Path) -> Job[tuple[Path, ...]]:
    """Saves what is in recordings that were cut off, removes those that nobody used for long; returns the saved ones.

    One that grew lately is another window's.
    """
    tidy(folder, _NAMES, float("inf"), DAYS)
    saved = []
    for part in sorted(folder.glob(f"*{SUFFIX}{PART}")):
        try:
            if time.time() - part.stat().st_mtime > _CUT_OFF and (path := (yield from salvage(part))) is not None:
                saved.append(path)
        except (OSError, InputError):  # a full disk: it is there the next time
            continue
    return tuple(saved)
