"""Lids are open or shut, both alike, and between only in passing; and they blink now and then.

A network that predicts the mean of what is likely leaves lids half shut: a blink that may come or not becomes half a
blink, and in a long silence, of which little was learned, none at all. So this is not learned but a rule. The closure's
odds are raised to a power, which leaves open and shut where they are; a blink right after another is dropped; and where
lids would stay open longer than people's do, the moment at which they were most nearly closed becomes a blink.
"""

from collections.abc import Iterator

import numpy as np

from dimitra_studio.core.arrays import FloatArray, runs

_LIDS = ("eyeBlinkLeft", "eyeBlinkRight")
_WIDEST_OPEN = 0.45  # a portrait whose lids are lower was taken in a blink, or is drowsy
_POWER = 2.0
_EVEN = 0.4  # the closure that stays as it is
_LIMIT = 1e-6
# A blink is more than half a closure; it lasts while lids are less open than flutter leaves them.
_BLINK, _FLUTTER = 0.5, 0.15
# Frames. People at rest blink about 15 times a minute, hardly ever within half a second, seldom after more than six.
_SOONEST, _AGAIN, _LATEST = 12, 50, 150
# The median of 1145 tracked blinks, from two frames before the lids meet.
_SHAPE = np.array([0.1, 0.76, 1.0, 0.88, 0.33, 0.17, 0.11, 0.06], dtype=np.float32)
_CLOSED = 2


def blinking(values: FloatArray, first: FloatArray, names: tuple[str, ...]) -> FloatArray:
    """Expression [T, C] whose lids close together, all the way and as often as people's; `first` [C] tells how far they
    are open at rest."""
    if not set(_LIDS) <= set(names):
        return values
    columns = [names.index(name) for name in _LIDS]
    still = np.minimum(first[columns], _WIDEST_OPEN)
    closure = ((values[:, columns] - still) / (1 - still)).mean(axis=1)
    moved = values.copy()
    moved[:, columns] = still + (1 - still) * _regular(closure)[:, None]
    return moved


def unblinking(values: FloatArray, first: FloatArray, names: tuple[str, ...]) -> FloatArray:
    """What a network would have written, each lid by itself: the odds are put back, blinks stay where they are."""
    if not set(_LIDS) <= set(names):
        return values
    columns = [names.index(name) for name in _LIDS]
    still = np.minimum(first[columns], _WIDEST_OPEN)
    moved = values.copy()
    moved[:, columns] = still + (1 - still) * _sharpened((values[:, columns] - still) / (1 - still), 1 / _POWER)
    return moved


def _regular(closure: FloatArray) -> FloatArray:
    """A closure [T], 0 as in the portrait and 1 shut, with whole blinks at human intervals.

    Decided frame after frame, so that a longer take begins as a shorter one.
    """
    sharp, last = _sharpened(closure, _POWER), 0
    for start, end in (*_blinks(sharp), (len(sharp), len(sharp))):
        while start - last > _LATEST:
            quiet = slice(last + _AGAIN, last + _LATEST)
            last = quiet.start + int(np.argmax(closure[quiet]))
            _shut(sharp, last)
        if last and start - last < _SOONEST:
            sharp[start:end] = np.minimum(sharp[start:end], _FLUTTER)
        elif start < end:
            last = start + int(np.argmax(sharp[start:end]))
            _shut(sharp, last)
    return sharp


def _shut(closure: FloatArray, peak: int) -> None:
    """A whole blink at `peak`, in place."""
    start, end = max(peak - _CLOSED, 0), min(peak - _CLOSED + len(_SHAPE), len(closure))
    shape = _SHAPE[start - peak + _CLOSED : end - peak + _CLOSED]
    closure[start:end] = np.maximum(closure[start:end], shape)


def _blinks(closure: FloatArray) -> Iterator[tuple[int, int]]:
    """Frames [start, end) of each blink."""
    for start, end in runs(closure > _FLUTTER):
        if closure[start:end].max() > _BLINK:
            yield start, end


def _sharpened(closure: FloatArray, power: float) -> FloatArray:
    """Closures whose odds, relative to `_EVEN`'s, are raised to `power`; what is wider than open stays."""
    inside = np.clip(closure, _LIMIT, 1 - _LIMIT)
    even = _EVEN / (1 - _EVEN)
    odds = even * (inside / (1 - inside) / even) ** power
    between = (closure > 0) & (closure < 1)
    return np.asarray(np.where(between, odds / (1 + odds), closure), dtype=np.float32)
