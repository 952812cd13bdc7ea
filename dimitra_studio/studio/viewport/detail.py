"""How much detail the viewport can afford: less when frames take too long, more again when there is room."""

from dataclasses import dataclass

BUDGET = 0.016  # seconds a frame
# Room is seen when the next finer level, which costs about twice as much, would still fit.
_ROOM = 0.4 * BUDGET
_SLOW_FRAMES, _QUICK_FRAMES, _LONGEST_PATIENCE = 4, 30, 1000


@dataclass(frozen=True)
class Level:
    """What one level draws: the share of the head's triangles, at the full or at half the resolution."""

    triangles: float
    half_size: bool
    name: str


LEVELS = (
    Level(1.0, False, "full detail"),
    Level(0.4, False, "reduced detail"),
    Level(0.12, False, "low detail"),
    Level(0.12, True, "low detail, half size"),
)


class DetailGovernor:
    """Chooses the `level` from what frames took. A single slow frame changes nothing."""

    def __init__(self) -> None:
        self._slow = self._quick = 0
        self._patience = _QUICK_FRAMES
        self.level = 0

    def took(self, seconds: float) -> bool:
        """A frame at the present level took so long; whether the level changed."""
        self._slow = self._slow + 1 if seconds > BUDGET else max(self._slow - 1, 0)
        self._quick = self._quick + 1 if seconds < _ROOM else 0
        if self._slow >= _SLOW_FRAMES and self.level < len(LEVELS) - 1:
            return self._change(1)
        if self._quick >= self._patience and self.level > 0:
            return self._change(-1)
        return False

    def _change(self, step: int) -> bool:
        self.level += step
        self._slow = self._quick = 0
        if step > 0:
            self._patience = min(2 * self._patience, _LONGEST_PATIENCE)  # lest it goes up and down for ever
        return True
