"""A project as one frozen value: a portrait, a voice, the takes made of them. Commands make new ones of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Any

from dimitra_studio.core.motion import MotionSequence
from dimitra_studio.core.requests import (
    DEFAULT_GUIDANCE,
    DEFAULT_STEPS,
    DEFAULT_STRENGTH,
    DEFAULT_TEMPERATURE,
    ByGroup,
)
from dimitra_studio.core.speech import Utterance
from dimitra_studio.core.timebase import TimeRange as TimeRange  # noqa: PLC0414 - a part of the document, read from here
from dimitra_studio.editing.edits import Edit


class Keeping(StrEnum):
    """Where the portrait and the voice lie when the project is saved."""

    BY_SIZE = "by size"  # inside the project file, unless they are large
    INSIDE = "inside"
    LINKED = "linked"


@dataclass(frozen=True)
class MediaRef:
    """A file that the project is made of; `name` is what the user calls it, `sha256` its content."""

    path: Path
    name: str
    sha256: str


@dataclass(frozen=True)
class Marker:
    """A named moment, seconds."""

    id: str
    seconds: float
    name: str = ""


@dataclass(frozen=True)
class TakeSettings:
    """How a take is made, but for its seed (as in `core.requests.GenerateMotion`)."""

    steps: int = DEFAULT_STEPS
    guidance: ByGroup = DEFAULT_GUIDANCE
    strength: ByGroup = DEFAULT_STRENGTH
    temperature: ByGroup = DEFAULT_TEMPERATURE


# Two takes are the same only where they are the same object: comparing their motion would be slow, and is never meant.
@dataclass(frozen=True, eq=False)
class Take:
    """One motion for the portrait and the voice; `recipe` tells how it was made, models and inputs by their hashes.

    `edits` lie on top of `motion`, which stays as it was generated; the first one is applied first. `speech` are the
    words and phones that it was made with, where they are known.
    """

    id: str
    name: str
    seed: int
    settings: TakeSettings
    motion: MotionSequence
    created: datetime
    starred: bool = False
    note: str = ""
    recipe: Mapping[str, Any] = field(default_factory=dict)
    edits: tuple[Edit, ...] = ()
    speech: Utterance | None = None


@dataclass(frozen=True)
class Project:
    """The whole document; `current` is the id of the take that is shown.

    `face` is which of the portrait's faces it is about, 0 the largest. `script` is what is said in the voice, where the
    user has given it as text; `speech` are words and phones where the user has put them right.
    """

    portrait: MediaRef | None = None
    voice: MediaRef | None = None
    takes: tuple[Take, ...] = ()
    current: str | None = None
    markers: tuple[Marker, ...] = ()
    loop: TimeRange | None = None
    notes: str = ""
    keeping: Keeping = Keeping.BY_SIZE
    script: str | None = None
    speech: Utterance | None = None
    face: int = 0

    @property
    def take(self) -> Take | None:
        """The take that is shown."""
        return next((take for take in self.takes if take.id == self.current), None)

    def find_take(self, take_id: str) -> Take:
        """The take of that id. Raises LookupError."""
        for take in self.takes:
            if take.id == take_id:
                return take
        raise LookupError(f"there is no take {take_id}")

    def is_stale(self, take: Take) -> bool:
        """Whether the take was made from another portrait, face of it or voice than the project has now."""
        made = _made_from(take, "portrait").get("face", self.face)
        return made != self.face or any(
            media is not None and _made_from(take, part).get("sha256") not in (None, media.sha256)
            for part, media in (("portrait", self.portrait), ("voice", self.voice))
        )


@dataclass(frozen=True)
class Revision:
    """Which document it is, through all its files, how many changes it has seen, and on which branch: every opening of
    it is one of its own. Of two states of one branch, the one of the higher number is the newer, whatever clocks say;
    states are the same where all three are."""

    document: str
    number: int = 0
    branch: str = ""


def _made_from(take: Take, part: str) -> Mapping[str, object]:
    made = take.recipe.get(part)
    return made if isinstance(made, Mapping) else {}
