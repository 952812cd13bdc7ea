"""What clips say about a metric, and how it becomes one number with an interval.

A clip's evidence is n pairs of numbers. A pool makes one number of all clips' pairs when each pair counts as often as
`counts` says, so that the same function gives the metric (every clip once) and its bootstrap (clips drawn anew).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

Numbers: TypeAlias = NDArray[np.float64]
# Values [n, ...], against [n, ...], counts [R, n] -> a number for each of R resamples; NaN where it is undefined.
Pool: TypeAlias = Callable[[Numbers, Numbers, Numbers], Numbers]

RESAMPLES = 1000
_COVERED = (2.5, 97.5)  # percentiles
# With fewer clips a bootstrap says nothing.
_FEWEST_CLIPS = 3


@dataclass(frozen=True)
class Evidence:
    """One clip's pairs: `values` [n, ...] and what they are set `against` [n, ...]; no pairs where it cannot tell."""

    values: Numbers
    against: Numbers


@dataclass(frozen=True)
class Estimate:
    """A metric over clips with its 95 % interval from `low` to `high`; NaN where undefined; `clips` could tell."""

    value: float
    low: float
    high: float
    clips: int


def pairs(values: ArrayLike, against: ArrayLike) -> Evidence:
    """Evidence without the pairs that are not finite; scalars are one pair."""
    one, other = (np.atleast_1d(np.asarray(each, dtype=np.float64)) for each in (values, against))
    one, other = np.broadcast_arrays(one, other)
    told = np.asarray((np.isfinite(one) & np.isfinite(other)).all(axis=tuple(range(1, one.ndim))))
    return Evidence(one[told], other[told])


def weighted(value: ArrayLike, weight: ArrayLike) -> Evidence:
    """Evidence for `quotient` that makes it the mean of values, each counting by its weight."""
    return pairs(np.asarray(value) * np.asarray(weight), weight)


def gathered(takes: Sequence[Evidence]) -> Evidence:
    """All pairs of one clip's takes: they are drawn together."""
    telling = [take for take in takes if len(take.values)]
    if not telling:
        return NOTHING
    return Evidence(
        np.concatenate([take.values for take in telling]), np.concatenate([take.against for take in telling])
    )


NOTHING = Evidence(np.empty(0), np.empty(0))


def estimate(clips: Sequence[Evidence], pool: Pool, seed: int = 0, resamples: int = RESAMPLES) -> Estimate:
    """The metric over all clips; percentile bootstrap over clips (Efron and Tibshirani 1993, chapter 13), seeded.

    The same seed draws the same clips whatever the metric or row, so rows are compared on equal resamples.
    """
    owners = np.concatenate([np.full(len(clip.values), index) for index, clip in enumerate(clips)]).astype(np.intp)
    telling = len(np.unique(owners))
    if not telling:
        return Estimate(np.nan, np.nan, np.nan, 0)
    shaped = [clip for clip in clips if len(clip.values)]
    values, against = (np.concatenate([getattr(clip, name) for clip in shaped]) for name in ("values", "against"))
    value = float(pool(values, against, np.ones((1, len(values))))[0])
    if telling < _FEWEST_CLIPS:
        return Estimate(value, np.nan, np.nan, telling)
    rng = np.random.default_rng(seed)
    drawn = rng.multinomial(len(clips), np.full(len(clips), 1 / len(clips)), size=resamples).astype(np.float64)
    found = pool(values, against, drawn[:, owners])
    told = found[np.isfinite(found)]
    low, high = np.percentile(told, _COVERED) if len(told) else (np.nan, np.nan)
    return Estimate(value, float(low), float(high), telling)


def quotient(values: Numbers, against: Numbers, counts: Numbers) -> Numbers:
    """Sum of values over sum of what they are set against."""
    return _divide(counts @ values, counts @ against)


def root_quotient(values: Numbers, against: Numbers, counts: Numbers) -> Numbers:
    """The same of squared amounts: a ratio of pooled deviations."""
    return np.asarray(np.sqrt(quotient(values, against, counts)))


def median(values: Numbers, against: Numbers, counts: Numbers) -> Numbers:
    """Median of values over what they are set against, of the clips with anything to set against."""
    ratios = _divide(values, against)
    order = np.argsort(ratios)[: np.isfinite(ratios).sum()]
    if not len(order):
        return np.full(len(counts), np.nan)
    reached = np.cumsum(counts[:, order], axis=1)
    half = reached[:, -1:] / 2
    low, high = (reached < half).sum(axis=1), (reached <= half).sum(axis=1)
    last = len(order) - 1
    middle = (ratios[order][np.minimum(low, last)] + ratios[order][np.minimum(high, last)]) / 2
    return np.where(half[:, 0] > 0, middle, np.nan)


def root_median(values: Numbers, against: Numbers, counts: Numbers) -> Numbers:
    """Median of the roots of the same ratios."""
    return np.asarray(np.sqrt(median(values, against, counts)))


def median_quotient(values: Numbers, against: Numbers, counts: Numbers) -> Numbers:
    """Median over channels of `quotient`; values [n, C]. Channels with nothing to set against are left out."""
    return _channel_median(_divide(counts @ values, counts @ against))


def median_root_quotient(values: Numbers, against: Numbers, counts: Numbers) -> Numbers:
    """Median over channels of `root_quotient`; values [n, C]."""
    return _channel_median(np.sqrt(_divide(counts @ values, counts @ against)))


def separation(values: Numbers, against: Numbers, counts: Numbers) -> Numbers:
    """Area under the ROC curve: how probably a value set against 1 is below one set against 0, ties half.

    It is the Mann-Whitney U over both numbers' product (Hanley and McNeil 1982).
    """
    levels, place = np.unique(values, return_inverse=True)
    low, high = (_summed(counts * (against == label), place, len(levels)) for label in (1, 0))
    above = high.sum(axis=1, keepdims=True) - np.cumsum(high, axis=1)
    wins = (low * (above + high / 2)).sum(axis=1)
    return _divide(wins, low.sum(axis=1) * high.sum(axis=1))


def _summed(counts: Numbers, place: NDArray[np.intp], length: int) -> Numbers:
    """Counts [R, n] added up by place [n] -> [R, length]."""
    order = np.argsort(place, kind="stable")
    starts = np.searchsorted(place[order], np.arange(length))
    return np.asarray(np.add.reduceat(counts[:, order], starts, axis=1))


def _divide(over: Numbers, under: Numbers) -> Numbers:
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(under > 0, over / under, np.nan)


def _channel_median(ratios: Numbers) -> Numbers:
    told = np.isfinite(ratios).any(axis=0)
    return np.nanmedian(ratios[:, told], axis=1) if told.any() else np.full(len(ratios), np.nan)
