"""Bounded Gauss-Newton steps (projected active set, Bertsekas 1982)."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dimitra_studio.face.compiled_algebra import solve_positive


@dataclass(frozen=True)
class Gaussian:
    """Independent beliefs about n unknowns: `mean` [n] and `precision` [n] = 1 / sigma^2 (0: nothing is known)."""

    mean: NDArray[np.float64]
    precision: NDArray[np.float64]

    def __mul__(self, other: "Gaussian") -> "Gaussian":
        """Both beliefs together."""
        precision = self.precision + other.precision
        known = np.where(precision > 0, precision, 1.0)
        return Gaussian((self.mean * self.precision + other.mean * other.precision) / known, precision)


@dataclass(frozen=True)
class Box:
    """Bounds `lower` and `upper` [n] of n unknowns; an unknown with equal bounds stays put."""

    lower: NDArray[np.float64]
    upper: NDArray[np.float64]

    def holds(self, state: NDArray[np.float64], downhill: NDArray[np.float64]) -> NDArray[np.bool_]:
        """Which unknowns [n] are fixed, or at a bound that downhill points out of."""
        low = (state <= self.lower) & (downhill < 0)
        high = (state >= self.upper) & (downhill > 0)
        held: NDArray[np.bool_] = low | high | (self.lower == self.upper)
        return held


def bounded_step(
    state: NDArray[np.float64],
    hessian: NDArray[np.float64],
    gradient: NDArray[np.float64],
    *,
    belief: Gaussian,
    box: Box,
    damping: float,
) -> NDArray[np.float64]:
    """The next state [n]: one damped Gauss-Newton step on energy plus prior, kept within the box.

    An unknown at its bound is held there when downhill points outwards.
    """
    downhill = gradient + belief.precision * (belief.mean - state)
    free = np.flatnonzero(~box.holds(state, downhill))
    system = hessian[np.ix_(free, free)]
    system[np.diag_indices(len(free))] += belief.precision[free] + damping * np.diagonal(hessian)[free] + 1e-6
    moved = state.copy()
    moved[free] += solve_positive(system, downhill[free])
    return np.clip(moved, box.lower, box.upper)
