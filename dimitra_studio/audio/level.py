"""How loud it is: the peaks that a recording's meter shows."""

import math
from dataclasses import dataclass

import numpy as np

from dimitra_studio.core.arrays import FloatArray

FLOOR = -60.0  # dB below full scale: what a meter shows as nothing
_FULL = 0.999  # of full scale: a converter of 16 bits ends a little below 1
_FALL = 24.0  # dB a second
_HOLD = 1.5  # seconds


@dataclass(frozen=True)
class Level:
    """In dB below full scale, from FLOOR to 0: `peak` falls slowly, `held` is the highest of the last moment.

    `clipped`: full scale was reached since the meter was reset; `dead`: seconds for which there was not even noise, as
    where an input is muted or the system keeps it from a program.
    """

    peak: float = FLOOR
    held: float = FLOOR
    clipped: bool = False
    dead: float = 0.0


SILENCE = Level()


class LevelMeter:
    """Follows sound as it comes; `now` is seconds of any steady clock."""

    def __init__(self) -> None:
        self._level = SILENCE
        self._now = self._held_at = -math.inf
        self._noise_at: float | None = None
        self.loudest = FLOOR

    def reset(self) -> None:
        """Forgets that it clipped, and the loudest moment."""
        self._level = Level(self._level.peak, self._level.held, dead=self._level.dead)
        self.loudest = FLOOR

    def add(self, sound: FloatArray, now: float) -> Level:
        """The level after the sound [n] that came until `now`."""
        highest = float(np.abs(sound).max(initial=0.0))
        heard = decibels(highest)
        fallen = self._level.peak - _FALL * (now - self._now) if self._level.peak > FLOOR else FLOOR
        held = self._level.held
        if heard >= held or now - self._held_at > _HOLD:
            held, self._held_at = heard, now
        if highest > 0 or self._noise_at is None:
            self._noise_at = now
        self._now = now
        self.loudest = max(self.loudest, heard)
        clipped = self._level.clipped or highest >= _FULL
        self._level = Level(max(heard, fallen, FLOOR), held, clipped, now - self._noise_at)
        return self._level


def decibels(amplitude: float) -> float:
    """Below full scale, from FLOOR to 0."""
    return min(max(20 * math.log10(amplitude), FLOOR), 0.0) if amplitude > 0 else FLOOR
