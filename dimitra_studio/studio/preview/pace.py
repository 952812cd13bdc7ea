"""How well frames are drawn while playing: quicker where the machine cannot keep up, then smaller, too."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Level:
    """Frames at `share` of the size shown; `quick` ones by the warp alone, whatever draws them at rest."""

    share: float = 1.0
    quick: bool = False


FULL = Level()
LEVELS = (FULL, Level(1.0, quick=True), Level(0.75, quick=True), Level(0.5, quick=True))
QUICK_LEVELS = (FULL, *LEVELS[2:])  # of what is quick at its best
_MET = 0.25  # a frame in time makes good for so much of one that was missed
_LIMIT = 8.0


class Pace:
    """Chooses the `level` from which frames were there when they were due.

    One late frame in five is borne; a third of a second without any is not.
    """

    def __init__(self, levels: tuple[Level, ...] = QUICK_LEVELS) -> None:
        self._levels, self._index = levels, 0
        self._missed = 0.0

    @property
    def level(self) -> Level:
        """What frames are drawn like now."""
        return self._levels[self._index]

    def begin(self) -> None:
        """Playing begins: a little better than it was at last, for what was in the way may be over."""
        self._index = max(self._index - 1, 0)
        self._missed = 0.0

    def took(self, met: bool) -> bool:
        """A frame was due; whether the level changed."""
        self._missed = max(self._missed - _MET, 0.0) if met else self._missed + 1
        if self._missed < _LIMIT or self._index == len(self._levels) - 1:
            return False
        self._index += 1
        self._missed = 0.0
        return True
