"""How one curve follows another: correlation, delay, amount of motion and of trembling.

Curves [T] are NaN where the truth is not known; only frames that both know count.
"""

import numpy as np
from numpy.typing import NDArray

from dimitra_studio.core.arrays import FloatArray

LARGEST_LAG = 5  # frames
# A correlation of fewer frames, or with a curve that hardly moves, says nothing.
_SHORTEST = 12
LEAST_MOTION = 0.005
STILL = 1e-6

Curve = FloatArray | NDArray[np.float64]


def correlation(found: Curve, truth: Curve, lag: int = 0) -> float:
    """Pearson's r of `found`, `lag` frames later, with `truth`; NaN where either does not move: it is undefined."""
    one, other = _overlap(found, truth, lag)
    told = np.isfinite(one) & np.isfinite(other)
    one, other = one[told], other[told]
    if len(one) < _SHORTEST or one.std() < STILL or other.std() < LEAST_MOTION:
        return float("nan")
    return float(np.corrcoef(one, other)[0, 1])


def correlations(found: Curve, truth: Curve) -> NDArray[np.float64]:
    """`correlation` [11] at the lags -5 to 5; a positive lag says that `found` comes late."""
    return np.array([correlation(found, truth, lag) for lag in range(-LARGEST_LAG, LARGEST_LAG + 1)])


def best_lag(correlated: NDArray[np.float64]) -> float:
    """The lag at which `correlations` peak, in frames to a fraction (parabola through the peak and its neighbours);
    NaN where one of them is undefined."""
    if not np.isfinite(correlated).all():
        return float("nan")
    peak = int(correlated.argmax())
    lag = float(peak - LARGEST_LAG)
    if not 0 < peak < len(correlated) - 1:
        return lag
    before, at, after = correlated[peak - 1 : peak + 2]
    bend = before - 2 * at + after
    return lag + float((before - after) / (2 * bend)) if bend < 0 else lag


def variance(curve: Curve) -> NDArray[np.float64]:
    """Variance over the known frames of a curve [T], or of each channel [T, C]."""
    known = curve[np.isfinite(curve).reshape(len(curve), -1).all(axis=1)]
    return np.asarray(np.var(known, axis=0, dtype=np.float64) if len(known) else np.full(curve.shape[1:], np.nan))


def mean_difference(curve: Curve, order: int = 1) -> NDArray[np.float64]:
    """Mean |difference| of an `order` between neighbouring known frames of a curve [T] or of channels [T, C]."""
    steps = np.abs(np.diff(np.asarray(curve, dtype=np.float64), n=order, axis=0))
    steps = steps[np.isfinite(steps).reshape(len(steps), -1).all(axis=1)]
    return np.asarray(steps.mean(axis=0) if len(steps) else np.full(curve.shape[1:], np.nan))


def _overlap(found: Curve, truth: Curve, lag: int) -> tuple[Curve, Curve]:
    length = max(len(truth) - abs(lag), 0)
    return found[max(lag, 0) : max(lag, 0) + length], truth[max(-lag, 0) : max(-lag, 0) + length]
