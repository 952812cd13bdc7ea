"""Lids are open or shut, both alike, and between only in passing; and they blink now and then.

A network that predicts the mean of what is likely leaves lids half shut: a blink that may come or not becomes half a
blink, and in a long silence, of which little was learned, none at all. So this is not learned but a rule. The closure's
odds are raised to a power, which leaves open and shut where they are; what is then a blink has a blink's course; one
right after another is dropped; and where lids would stay open longer than people's do, the moment at which they were
most nearly closed becomes a blink.
"""

from collections.abc import Iterator

import numpy as np
from scipy.signal import find_peaks

from dimitra_studio.core.arrays import FloatArray

LIDS = ("eyeBlinkLeft", "eyeBlinkRight")
_LOWEST_OPEN = 0.45  # a portrait whose lids are lower was taken in a blink, or is drowsy
_POWER = 2.0
_EVEN = 0.4  # the closure that stays as it is
_LIMIT = 1e-6
# A blink is more than half a closure; lids that do not blink flutter by less.
_BLINK, _FLUTTER = 0.5, 0.15
# Frames. People at rest blink about 15 times a minute, hardly ever within half a second, seldom after more than six.
_SOONEST, _AGAIN, _LATEST = 12, 50, 150
# Frames whose median is the level of lids that do not blink, and in which they come to it.
_LEVEL, _SETTLED = 100, 4
# The median of 1145 tracked blinks, from two frames before the lids meet.
_SHAPE = np.array([0.1, 0.76, 1.0, 0.88, 0.33, 0.17, 0.11, 0.06], dtype=np.float32)
_CLOSED = 2
# As far as one that takes longer goes: a frame earlier, two later.
_LONGEST = np.max([np.pad(_SHAPE, (shift, 3 - shift)) for shift in range(4)], axis=0)


def blinking(values: FloatArray, first: FloatArray, names: tuple[str, ...], starts: bool = True) -> FloatArray:
    """Expression [T, C] whose lids close together, all the way and as often as people's; `first` [C] tells how far they
    are open at rest.

    Where it `starts` a take, they come to rest there: the first frame alone, which may be half a blink, tells no level.
    """
    if not set(LIDS) <= set(names):
        return values
    columns = [names.index(name) for name in LIDS]
    still = np.minimum(first[columns], _LOWEST_OPEN)
    closure = ((values[:, columns] - still) / (1 - still)).mean(axis=1)
    if starts:
        closure -= np.median(closure[:_LEVEL]) * (1 - np.exp(-np.arange(len(closure), dtype=np.float32) / _SETTLED))
    moved = values.copy()
    moved[:, columns] = still + (1 - still) * _regular(closure)[:, None]
    return moved


def unblinking(values: FloatArray, first: FloatArray, names: tuple[str, ...]) -> FloatArray:
    """What a network would have written, each lid by itself: the odds are put back, blinks stay where they are."""
    if not set(LIDS) <= set(names):
        return values
    columns = [names.index(name) for name in LIDS]
    still = np.minimum(first[columns], _LOWEST_OPEN)
    moved = values.copy()
    moved[:, columns] = still + (1 - still) * _sharpened((values[:, columns] - still) / (1 - still), 1 / _POWER)
    return moved


def _regular(closure: FloatArray) -> FloatArray:
    """A closure [T], 0 as in the portrait and 1 shut, with whole blinks at human intervals."""
    sharp = _sharpened(closure, _POWER)
    peaks = tuple(_blinks(sharp, closure))
    least, most = np.full_like(sharp, -np.inf), np.full_like(sharp, _FLUTTER)
    for peak in peaks:
        _lay(_SHAPE, peak - _CLOSED, least)
        _lay(_LONGEST, peak - _CLOSED - 1, most)
    regular = np.asarray(np.maximum(np.minimum(sharp, most), least), dtype=np.float32)
    for peak in peaks:
        # Straight shut and straight open.
        before, after = regular[max(peak - _CLOSED - 1, 0) : peak + 1], regular[peak : peak + len(_SHAPE)]
        before[:] = np.minimum.accumulate(before[::-1])[::-1]
        after[:] = np.minimum.accumulate(after)
    return regular


def _blinks(sharp: FloatArray, closure: FloatArray) -> Iterator[int]:
    """The frames in which lids meet: a network's own blinks, and others where they stay open for too long.

    Decided frame after frame, so that a longer take begins as a shorter one.
    """
    # A blink may be cut by the ends.
    own, _ = find_peaks(np.pad(sharp, 1), height=_BLINK, prominence=_BLINK / 2)
    last = 0
    for peak in (*(own - 1), len(sharp)):
        while peak - last > _LATEST:
            quiet = slice(last + _AGAIN, last + _LATEST)
            last = quiet.start + int(np.argmax(closure[quiet]))
            yield last
        if peak < len(sharp) and (not last or peak - last >= _SOONEST):
            last = int(peak)
            yield last


def _lay(shape: FloatArray, start: int, curve: FloatArray) -> None:
    """Raises a `curve` to a shape from frame `start` on, in place."""
    first, end = max(start, 0), min(start + len(shape), len(curve))
    curve[first:end] = np.maximum(curve[first:end], shape[first - start : end - start])


def _sharpened(closure: FloatArray, power: float) -> FloatArray:
    """Closures whose odds, relative to `_EVEN`'s, are raised to `power`; what is wider than open stays."""
    inside = np.clip(closure, _LIMIT, 1 - _LIMIT)
    even = _EVEN / (1 - _EVEN)
    odds = even * (inside / (1 - inside) / even) ** power
    between = (closure > 0) & (closure < 1)
    return np.asarray(np.where(between, odds / (1 + odds), closure), dtype=np.float32)
