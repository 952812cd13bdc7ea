"""Whether the rest of the face lives as faces do: blinks, and how much and how quickly each channel moves.

These compare statistics, not curves: nobody's brows follow from the voice. Ratios are to the truth of the same clips.
"""

from collections.abc import Callable
from functools import partial

import numpy as np

from dimitra_studio.core.arrays import FloatArray, runs
from dimitra_studio.core.channels import Group
from dimitra_studio.core.timebase import MOTION_FPS
from dimitra_studio.evaluation.curves import mean_difference, variance
from dimitra_studio.evaluation.evidence import Evidence, Numbers, pairs
from dimitra_studio.evaluation.pair import Pair, Performance
from dimitra_studio.face.components import COMPONENT_INDEX

_LIDS = [COMPONENT_INDEX["eyeBlinkLeft"], COMPONENT_INDEX["eyeBlinkRight"]]
# A blink closes the lids by this much more than they usually are in the clip, and lasts until half of it is undone.
_SHUT, _OPEN = 0.4, 0.2
# Longer is a person with closed eyes, not a blink.
_LONGEST_BLINK = 0.8
# Channels whose true deviation is below a hundredth of the unit do not move: their ratio is noise.
_LEAST_DEVIATION = 0.01
_RANGE = (5, 95)  # percentiles: a range that single frames do not make


def blinks(lids: FloatArray) -> tuple[tuple[int, int], ...]:
    """Frames [start, end) of the blinks in a mean lid curve [T] (0 open, 1 shut), NaN where unknown."""
    known = np.isfinite(lids)
    if not known.any():
        return ()
    rise = np.where(known, lids - np.median(lids[known]), 0.0)
    spans = runs(rise > _OPEN)
    longest = _LONGEST_BLINK * MOTION_FPS
    return tuple((start, end) for start, end in spans if rise[start:end].max() > _SHUT and end - start <= longest)


def blink_rate(pair: Pair) -> Evidence:
    """Blinks a minute; by one threshold for truth and generated motion."""
    return pairs(len(_blinks(pair)), pair.frames / MOTION_FPS / 60)


def blink_duration(pair: Pair) -> Evidence:
    """Mean time from lids a fifth shut to a fifth shut again (ms)."""
    lasting = [1000 * (end - start) / MOTION_FPS for start, end in _blinks(pair)]
    return pairs(lasting, np.ones(len(lasting)))


def blink_interval(pair: Pair) -> Evidence:
    """Time between the starts of neighbouring blinks of a clip (s): median, and deviation over mean.

    Clips shorter than most people's intervals show the short ones only: to be compared with the truth's, not with
    people in general.
    """
    starts = np.array([start for start, _ in _blinks(pair)])
    return pairs(np.diff(starts) / MOTION_FPS, np.ones(max(len(starts) - 1, 0)))


def variation(values: Numbers, against: Numbers, counts: Numbers) -> Numbers:
    """Pool: deviation over mean (coefficient of variation) of values; 1 for events that ignore each other."""
    total = np.maximum(counts @ against, 1e-9)
    mean = counts @ values / total
    spread = np.sqrt(np.maximum(counts @ values**2 / total - mean**2, 0.0))
    enough = (mean > 0) & (counts.sum(axis=1) >= 5)
    return np.where(enough, spread / np.where(enough, mean, 1.0), np.nan)


def channel_variance(pair: Pair, group: Group) -> Evidence:
    """Deviation of a channel over the truth's, clips about their own means; median of the channels (no unit)."""
    return _by_channel(pair, group, variance)


def channel_range(pair: Pair, group: Group) -> Evidence:
    """Range of a channel within a clip, 5th to 95th percentile, over the truth's; median of the channels (no unit)."""
    return _by_channel(pair, group, _range)


def channel_speed(pair: Pair, group: Group) -> Evidence:
    """Mean |first difference| of a channel over the truth's; median of the channels (no unit)."""
    return _by_channel(pair, group, mean_difference)


def channel_jitter(pair: Pair, group: Group) -> Evidence:
    """Mean |second difference| of a channel over the truth's; median of the channels (no unit)."""
    return _by_channel(pair, group, partial(mean_difference, order=2))


def _by_channel(pair: Pair, group: Group, measure: Callable[[FloatArray], Numbers]) -> Evidence:
    """One pair [1, C] weighted by frames; what the truth hardly moves is set against nothing."""
    found, truth = pair.channels(group)
    moves = np.sqrt(variance(truth)) > (_LEAST_DEVIATION if group is not Group.POSE else 0.0)
    one, other = (np.where(moves, measure(channels), 0.0)[None] * pair.frames for channels in (found, truth))
    return pairs(one, other)


def _range(channels: FloatArray) -> Numbers:
    known = channels[np.isfinite(channels).all(axis=1)]
    if not len(known):
        return np.full(channels.shape[1], np.nan)
    low, high = np.percentile(known, _RANGE, axis=0)
    return np.asarray(high - low, dtype=np.float64)


def _lids(performance: Performance) -> FloatArray:
    return np.asarray(performance.values[:, _LIDS].mean(axis=1))


def _blinks(pair: Pair) -> tuple[tuple[int, int], ...]:
    return blinks(np.where(pair.known, _lids(pair.found), np.float32(np.nan)))
