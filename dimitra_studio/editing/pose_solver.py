"""Which few channels to move so that places on the face go where a hand drags them.

The answer is sparse on purpose: a dragged lip corner should be a smile, not a little of everything. Channels are taken
greedily, the one that reaches most first (orthogonal matching pursuit), and all that were taken are fitted anew within
their bounds after each. Where none alone is worth it, two together may be: a jaw opens backwards, so that straight down
is a little forward as well.
"""

from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

_Floats = NDArray[np.float64]
_SWEEPS = 200
_STILL = 1e-9
_MOST_OF_IT = 0.6  # of the distance
_OPPOSITE = -0.85  # the cosine between two ways


@dataclass(frozen=True, eq=False)
class Pull:
    """What a hand wants: `jacobian` [M, C] says how far each channel moves each coordinate of the dragged places for a
    change of 1, `wanted` [M] how far they shall go. `lowest` and `highest` [C] bound the change of each channel (a
    component at 0.3 whose range is 0..1 has -0.3 and 0.7). Of two that reach as far, the one of higher `preference` [C]
    is taken; None prefers none."""

    jacobian: _Floats
    wanted: _Floats
    lowest: _Floats
    highest: _Floats
    preference: _Floats | None = None


@dataclass(frozen=True, eq=False)
class Reach:
    """The change of each channel [C], few of them not 0, and which share of the wanted distance is `missed` (0..1)."""

    change: _Floats
    missed: float

    @property
    def channels(self) -> tuple[int, ...]:
        """Those that move."""
        return tuple(int(channel) for channel in np.flatnonzero(self.change))


def solve(pull: Pull, most: int = 3, enough: float = 0.05, worth: float = 0.15) -> Reach:
    """The change of up to `most` channels that brings the places nearest to where they are wanted.

    It stops where less than a share `enough` of the distance is missed, or where one channel more would not bring them
    nearer by a share `worth` of it, nor two together most of the way.
    """
    distance = float(np.linalg.norm(pull.wanted))
    here = _Found((), np.zeros(pull.jacobian.shape[1]), distance)
    while here.missed > enough * distance and len(here.taken) < most:
        found = _with_one(pull, here)
        if found is None or here.missed - found.missed < worth * distance:
            found = _with_two(pull, here) if len(here.taken) + 2 <= most else None
            if found is None or here.missed - found.missed < _MOST_OF_IT * distance:
                break
        here = found
    return Reach(here.change, here.missed / distance if distance else 0.0)


@dataclass(frozen=True, eq=False)
class _Found:
    """The channels that were taken, the change [C] that is best with them, and the distance that it misses."""

    taken: tuple[int, ...]
    change: _Floats
    missed: float


def _with_one(pull: Pull, here: _Found) -> _Found | None:
    """With the channel that reaches most; None where no other reaches anything."""
    residual = pull.wanted - pull.jacobian @ here.change
    gains = np.array([_alone(pull, residual, channel) for channel in range(len(here.change))])
    gains[list(here.taken)] = 0.0
    best = int(np.argmax(gains if pull.preference is None else gains * pull.preference))
    return _with(pull, here, (best,)) if gains[best] > 0 else None


def _with_two(pull: Pull, here: _Found) -> _Found | None:
    """With the two channels that together bring the places nearest; None where any two would nearly undo each other."""
    length = np.sqrt((pull.jacobian**2).sum(axis=0))
    moving = [int(each) for each in np.flatnonzero(length**2 > _STILL) if each not in here.taken]
    alike = pull.jacobian.T @ pull.jacobian / np.maximum(np.outer(length, length), _STILL)
    pairs = (pair for pair in combinations(moving, 2) if alike[pair] > _OPPOSITE)
    return min((_with(pull, here, pair) for pair in pairs), key=lambda found: found.missed, default=None)


def _with(pull: Pull, here: _Found, more: tuple[int, ...]) -> _Found:
    taken = (*here.taken, *more)
    change = _fitted(pull, taken, here.change)
    return _Found(taken, change, float(np.linalg.norm(pull.wanted - pull.jacobian @ change)))


def _alone(pull: Pull, residual: _Floats, channel: int) -> float:
    """By how much the squared miss shrinks when one channel moves as far as is best within its bounds."""
    column = pull.jacobian[:, channel]
    power = float(column @ column)
    if power < _STILL:
        return 0.0
    toward = float(column @ residual)
    step = min(max(toward / power, pull.lowest[channel]), pull.highest[channel])
    return float(2 * step * toward - step * step * power)


def _fitted(pull: Pull, taken: tuple[int, ...], start: _Floats) -> _Floats:
    """Least squares over the `taken` channels within their bounds: each in turn until none moves."""
    change = start.copy()
    residual = pull.wanted - pull.jacobian @ change
    for _ in range(_SWEEPS):
        largest = 0.0
        for channel in taken:
            column = pull.jacobian[:, channel]
            best = change[channel] + float(column @ residual) / float(column @ column)
            step = min(max(best, pull.lowest[channel]), pull.highest[channel]) - change[channel]
            change[channel] += step
            residual -= step * column
            largest = max(largest, abs(step))
        if largest < _STILL:
            break
    return change
