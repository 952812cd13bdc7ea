"""Which few channels to move so that places on the face go where a hand drags them.

The answer is sparse on purpose: a dragged lip corner should be a smile, not a little of everything. Channels are taken
greedily, the one that reaches most first (orthogonal matching pursuit), and all that were taken are fitted anew within
their bounds after each.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

_Floats = NDArray[np.float64]
_SWEEPS = 200
_STILL = 1e-9


@dataclass(frozen=True, eq=False)
class Pull:
    """What a hand wants: `jacobian` [M, C] says how far each channel moves each coordinate of the dragged places for a
    change of 1, `wanted` [M] how far they shall go. `lowest` and `highest` [C] bound the change of each channel (a
    component at 0.3 whose range is 0..1 has -0.3 and 0.7)."""

    jacobian: _Floats
    wanted: _Floats
    lowest: _Floats
    highest: _Floats


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
    nearer by a share `worth` of it.
    """
    jacobian, wanted = np.asarray(pull.jacobian, np.float64), np.asarray(pull.wanted, np.float64)
    change = np.zeros(jacobian.shape[1])
    distance = missed = float(np.linalg.norm(wanted))
    taken: list[int] = []
    while distance and missed > enough * distance and len(taken) < most:
        gains = [_alone(pull, wanted - jacobian @ change, channel) for channel in range(jacobian.shape[1])]
        best = int(np.argmax(np.where(np.isin(np.arange(len(gains)), taken), 0.0, gains)))
        if gains[best] <= 0 or best in taken:
            break
        trial = _fitted(pull, [*taken, best], change)
        left = float(np.linalg.norm(wanted - jacobian @ trial))
        if missed - left < worth * distance:
            break
        taken, change, missed = [*taken, best], trial, left
    return Reach(change, missed / distance if distance else 0.0)


def _alone(pull: Pull, residual: _Floats, channel: int) -> float:
    """By how much the squared miss shrinks when one channel moves as far as is best within its bounds."""
    column = pull.jacobian[:, channel]
    power = float(column @ column)
    if power < _STILL:
        return 0.0
    toward = float(column @ residual)
    step = min(max(toward / power, pull.lowest[channel]), pull.highest[channel])
    return float(2 * step * toward - step * step * power)


def _fitted(pull: Pull, taken: list[int], start: _Floats) -> _Floats:
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
