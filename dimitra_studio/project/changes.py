"""What a command changed: what views must draw again."""

from dataclasses import dataclass
from enum import Flag, auto


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
    ALL = PORTRAIT | VOICE | TAKES | CURRENT | MARKERS | LOOP | NOTES | KEEPING


@dataclass(frozen=True)
class Change:
    """The changed parts, and which take where it is one alone."""

    parts: Part
    take_id: str | None = None

    def touches(self, parts: Part) -> bool:
        """Whether one of `parts` changed."""
        return bool(self.parts & parts)
