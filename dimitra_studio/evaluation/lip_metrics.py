"""How well lips follow the voice. A metric is a function of one clip; metrics.py says how clips are pooled.

Gap and width are inter-ocular distances (IOD) on the mesh. Clips count by their known frames.
"""

import numpy as np

from dimitra_studio.evaluation.curves import best_lag, correlation, correlations, mean_difference, variance
from dimitra_studio.evaluation.evidence import Evidence, Numbers, pairs, weighted
from dimitra_studio.evaluation.pair import Pair


def gap_correlation(pair: Pair) -> Evidence:
    """Pearson's r of the inner-lip gap with the truth's at lag 0 (no unit)."""
    return weighted(correlation(_known_gap(pair), pair.truth.gap), pair.frames)


def width_correlation(pair: Pair) -> Evidence:
    """Pearson's r of the mouth's width with the truth's at lag 0 (no unit)."""
    return weighted(correlation(pair.found.width, pair.truth.width), pair.frames)


def best_correlation(pair: Pair) -> Evidence:
    """The gap's r at the clip's own best lag within 5 frames (no unit)."""
    found = correlations(_known_gap(pair), pair.truth.gap)
    return weighted(found.max() if np.isfinite(found).all() else np.nan, pair.frames)


def absolute_lag(pair: Pair) -> Evidence:
    """|Lag| of the clip's best gap correlation within 5 frames (frames, whole)."""
    found = correlations(_known_gap(pair), pair.truth.gap)
    return weighted(abs(round(best_lag(found))) if np.isfinite(best_lag(found)) else np.nan, pair.frames)


def common_lag(pair: Pair) -> Evidence:
    """Delay that all clips share: where the mean over clips of the gap's r at every lag peaks (frames; positive: late).

    Single short clips find chance lags; their summed correlations do not.
    """
    found = correlations(_known_gap(pair), pair.truth.gap)
    return pairs(found[None] * pair.frames, np.full((1, len(found)), pair.frames))


def peak(values: Numbers, against: Numbers, counts: Numbers) -> Numbers:
    """Pool of `common_lag`: where the mean correlation peaks."""
    shared = (counts @ values) / np.maximum(counts @ against, 1e-9)
    return np.array([best_lag(each) for each in shared])


def gap_variance(pair: Pair) -> Evidence:
    """Deviation of the gap over the truth's, each clip about its own mean (no unit): of all clips pooled, and the
    median of the clips' ratios. Clips whose true lips hardly move would make a mean of ratios meaningless."""
    found = np.where(pair.known, pair.found.gap, np.float32(np.nan))
    return pairs(variance(found) * pair.frames, variance(pair.truth.gap) * pair.frames)


def width_variance(pair: Pair) -> Evidence:
    """Deviation of the mouth's width over the truth's, pooled (no unit)."""
    found = np.where(pair.known, pair.found.width, np.float32(np.nan))
    return pairs(variance(found) * pair.frames, variance(pair.truth.width) * pair.frames)


def gap_jitter(pair: Pair) -> Evidence:
    """Mean |second difference| of the gap over the truth's (weighted by frames; no unit)."""
    found = mean_difference(_known_gap(pair), 2)
    return pairs(found * pair.frames, mean_difference(pair.truth.gap, 2) * pair.frames)


def _known_gap(pair: Pair) -> Numbers:
    return np.where(pair.known, pair.found.gap, np.nan).astype(np.float64)
