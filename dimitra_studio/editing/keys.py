"""Keys: a curve as a few points with handles, evaluated as cubic Bezier segments in time and value.

Every way between two keys is a Bezier segment: where handles lie at a third of it (automatic ones, Hermite, straight
lines) time runs evenly in it, otherwise the segment's parameter is solved for. Handles that would make time run
backwards are shortened, both alike, as Blender does.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import pairwise
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from dimitra_studio.editing.operation import between
from dimitra_studio.editing.shaping import LARGEST

_Floats: TypeAlias = NDArray[np.float64]
# Safeguarded Newton steps: a triple root, the slowest, is then known to 1e-7. Always as many, so that a frame's value
# does not hang on which other frames are asked for.
_STEPS = 40
_LATEST = 1e6  # seconds
CLOSEST = 1e-4  # seconds between two keys: nearer ones would be slopes without end


class Interpolation(StrEnum):
    """The way from a key to the next one."""

    BEZIER = "bezier"
    HERMITE = "hermite"  # smooth through the keys; may overshoot
    LINEAR = "linear"
    CONSTANT = "constant"


class Handles(StrEnum):
    """How a key's handles are found: AUTO never overshoots its neighbours, VECTOR points at them; an editor keeps
    ALIGNED ones on one line."""

    AUTO = "auto"
    VECTOR = "vector"
    ALIGNED = "aligned"
    FREE = "free"


@dataclass(frozen=True)
class Handle:
    """Where a handle's end is, seen from its key: seconds (left ones are negative) and value."""

    seconds: float
    value: float


@dataclass(frozen=True)
class Key:
    """A point of a curve. `left` and `right` count for ALIGNED and FREE handles."""

    seconds: float
    value: float
    interpolation: Interpolation = Interpolation.BEZIER
    handles: Handles = Handles.AUTO
    left: Handle = Handle(0.0, 0.0)
    right: Handle = Handle(0.0, 0.0)

    def __post_init__(self) -> None:
        between("a key's time", self.seconds, -_LATEST, _LATEST)
        between("a key's value", self.value, -LARGEST, LARGEST)
        between("a left handle's time", self.left.seconds, -_LATEST, 0)
        between("a right handle's time", self.right.seconds, 0, _LATEST)
        for handle in (self.left, self.right):
            between("a handle's value", handle.value, -LARGEST, LARGEST)


@dataclass(frozen=True)
class KeyCurve:
    """At least one key, in the order of time and no nearer than `CLOSEST`. Raises ValueError otherwise."""

    keys: tuple[Key, ...]

    def __post_init__(self) -> None:
        if not self.keys:
            raise ValueError("a curve of keys has no key")
        if any(other.seconds - one.seconds < 0.999 * CLOSEST for one, other in pairwise(self.keys)):
            raise ValueError("keys are not in the order of time, or too close")

    def __call__(self, seconds: _Floats) -> _Floats:
        """The values [N] at moments [N]; before the first key and after the last one their values."""
        times, values = control_points(self.keys)
        starts = times[:, 0]
        segment = np.clip(np.searchsorted(starts, seconds, side="right") - 1, 0, len(times) - 1)
        t, v = times[segment], values[segment]
        length = t[:, 3] - t[:, 0]
        share = np.clip((seconds - t[:, 0]) / length, 0, 1)
        first, second = (t[:, 1] - t[:, 0]) / length, (t[:, 2] - t[:, 0]) / length
        uneven = (np.abs(first - 1 / 3) > 1e-12) | (np.abs(second - 2 / 3) > 1e-12)
        if uneven.any():
            share[uneven] = _parameter(share[uneven], first[uneven], second[uneven])
        u, w = share, 1 - share
        found = w * w * w * v[:, 0] + 3 * w * u * (w * v[:, 1] + u * v[:, 2]) + u * u * u * v[:, 3]
        return np.where(seconds >= self.keys[-1].seconds, self.keys[-1].value, found)

    def with_key(self, key: Key) -> "KeyCurve":
        """The curve with one more key; keys at the same moment are replaced."""
        others = [other for other in self.keys if abs(other.seconds - key.seconds) >= CLOSEST]
        return KeyCurve(tuple(sorted((*others, key), key=lambda each: each.seconds)))

    def without_key(self, place: int) -> "KeyCurve":
        """The curve without one key. Raises ValueError for its last one."""
        return KeyCurve((*self.keys[:place], *self.keys[place + 1 :]))

    def moved(self, seconds: float) -> "KeyCurve":
        """The curve later by so many seconds."""
        return KeyCurve(tuple(replace(key, seconds=key.seconds + seconds) for key in self.keys))


def control_points(keys: Sequence[Key]) -> tuple[_Floats, _Floats]:
    """Times and values [S, 4] of the Bezier segments between keys, as an editor draws them; a lone key is one segment
    of a second."""
    if len(keys) == 1:
        start = keys[0].seconds
        return np.array([[start, start + 1 / 3, start + 2 / 3, start + 1]]), np.full((1, 4), keys[0].value)
    at, value = (np.array([getattr(key, name) for key in keys], np.float64) for name in ("seconds", "value"))
    length, rise = np.diff(at), np.diff(value)
    secant = rise / length
    auto, smooth = _clamped_slopes(length, secant), _smooth_slopes(length, secant)
    times, values = np.empty((len(length), 4)), np.empty((len(length), 4))
    for place, (key, after) in enumerate(pairwise(keys)):
        third = length[place] / 3
        match key.interpolation:
            case Interpolation.CONSTANT:
                right, left = (third, 0.0), (-third, -rise[place])
            case Interpolation.LINEAR:
                right, left = (third, rise[place] / 3), (-third, -rise[place] / 3)
            case Interpolation.HERMITE:
                right, left = (third, third * smooth[place]), (-third, -third * smooth[place + 1])
            case Interpolation.BEZIER:
                right = _handle(key.handles, key.right, third, auto[place], secant[place])
                left = _handle(after.handles, after.left, -third, auto[place + 1], secant[place])
        scale = min(1.0, length[place] / max(right[0] - left[0], 1e-300))
        times[place] = at[place], at[place] + scale * right[0], at[place + 1] + scale * left[0], at[place + 1]
        values[place] = (
            value[place],
            value[place] + scale * right[1],
            value[place + 1] + scale * left[1],
            (value[place] if key.interpolation is Interpolation.CONSTANT else value[place + 1]),
        )
    return times, values


def _handle(kind: Handles, given: Handle, third: float, auto: float, secant: float) -> tuple[float, float]:
    match kind:
        case Handles.AUTO:
            return third, third * auto
        case Handles.VECTOR:
            return third, third * secant
        case Handles.ALIGNED | Handles.FREE:
            return given.seconds, given.value


def _smooth_slopes(length: _Floats, secant: _Floats) -> _Floats:
    """The slope at each key of the parabola through it and its neighbours; at the ends the way's own."""
    inner = (secant[:-1] * length[1:] + secant[1:] * length[:-1]) / (length[:-1] + length[1:])
    return np.concatenate((secant[:1], inner, secant[-1:]))


def _clamped_slopes(length: _Floats, secant: _Floats) -> _Floats:
    """The same, level at peaks and ends and never so steep that a handle passes its neighbour (Fritsch and Carlson)."""
    slopes = _smooth_slopes(length, secant)
    before, after = np.concatenate(([0.0], secant)), np.concatenate((secant, [0.0]))
    steepest = 3 * np.minimum(np.abs(before), np.abs(after))
    return np.where(before * after > 0, np.clip(slopes, -steepest, steepest), 0.0)


def _parameter(share: _Floats, first: _Floats, second: _Floats) -> _Floats:
    """Where [N] in 0..1 a segment whose inner times lie at `first` <= `second` [N] of it has gone `share` [N] of its
    way."""
    low, high, u = np.zeros_like(share), np.ones_like(share), share.copy()
    for _ in range(_STEPS):
        w = 1 - u
        error = 3 * u * w * (first * w + second * u) + u * u * u - share
        speed = 3 * (first * w * w + 2 * (second - first) * u * w + (1 - second) * u * u)
        low, high = np.where(error <= 0, u, low), np.where(error >= 0, u, high)
        guess = u - error / np.maximum(speed, 1e-12)
        u = np.where((guess >= low) & (guess <= high), guess, (low + high) / 2)
    return u
