"""What a command changed: what views must draw again."""

from dataclasses import dataclass
from enum import Flag, auto

from dimitra_studio.core.timebase import TimeRange


class Part(Flag):
    """A part of the document; several may be joined with `|`."""

    PORTRAIT = auto()
    VOICE = auto()
    TAKES = auto()  # which there are, their names, stars and notes
    CURRENT = auto()  # which take is shown
    MARKERS = auto()
    LOOP = auto()
    NOTES = auto()
    KEEPING = auto()  # whether media go into the project file
    EDITS = auto()  # what is laid over a take, or the motion below
    SPEECH = auto()  # what is said in the voice
    ALL = PORTRAIT | VOICE | TAKES | CURRENT | MARKERS | LOOP | NOTES | KEEPING | EDITS | SPEECH


@dataclass(frozen=True)
class Change:
    """The changed parts, and which take where it is one alone; of EDITS also where that is known which `channels`, and
    within which `span` of time."""

    parts: Part
    take_id: str | None = None
    channels: tuple[int, ...] | None = None
    span: TimeRange | None = None

    def touches(self, parts: Part) -> bool:
        """Whether one of `parts` changed."""
        return bool(self.parts & parts)
