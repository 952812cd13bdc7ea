"""Finds the rims of mouth and eyes, and spreads what closes them over the lips and lids around."""

from dataclasses import dataclass

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from dimitra_studio.face.building.loops import EdgeLoops
from dimitra_studio.face.head_model import Seam

# Vertices in the rings around MakeHuman's mouth and eyes after one subdivision.
_MOUTH_RING = 76
_EYE_RING = 56
# Rims lie in front of these depths (dm), the throat and the eye sockets behind.
_MOUTH_FRONT = 1.2
_EYE_FRONT = 1.2


@dataclass(frozen=True)
class Seams:
    """The rims of the mouth and of both eyes."""

    mouth: Seam
    eye_left: Seam
    eye_right: Seam


def find_seams(loops: EdgeLoops, closed: NDArray[np.float64], opened: NDArray[np.float64]) -> Seams:
    """The rims on the head with the mouth `closed` and with it `opened` [V, 3] (eyes open in both).

    A rim is the ring around an opening that leaves the smallest hole to whoever looks from the front: rings before it
    lie on the lip's outside, rings after it behind.
    """
    mouths = [ring for ring in loops.rings(_MOUTH_RING) if closed[list(ring), 2].mean() > _MOUTH_FRONT]
    eyes = [ring for ring in loops.rings(_EYE_RING) if closed[list(ring), 2].mean() > _EYE_FRONT]
    lefts = [ring for ring in eyes if closed[list(ring), 0].mean() > 0]
    rights = [ring for ring in eyes if closed[list(ring), 0].mean() < 0]
    x, y, _ = closed.T
    mouth, left, right = _smallest(mouths, opened), _smallest(lefts, closed), _smallest(rights, closed)
    return Seams(
        mouth=_split(mouth, _ends(mouth, x), y),
        eye_left=_split(left, _opposite_ends(left, x), y),
        eye_right=_split(right, _opposite_ends(right, x), y),
    )


def _smallest(rings: list[tuple[int, ...]], vertices: NDArray[np.float64]) -> tuple[int, ...]:
    def area(ring: tuple[int, ...]) -> float:
        x, y, _ = vertices[list(ring)].T
        return abs(float(x @ np.roll(y, 1) - y @ np.roll(x, 1)))

    return min(rings, key=area)


def _ends(ring: tuple[int, ...], x: NDArray[np.float64]) -> tuple[int, int]:
    """Where on the ring its left and right end lie."""
    along = x[list(ring)]
    return int(np.argmin(along)), int(np.argmax(along))


def _opposite_ends(ring: tuple[int, ...], x: NDArray[np.float64]) -> tuple[int, int]:
    """The ends, chosen such that both sides have as many vertices."""
    half = len(ring) // 2
    along = x[list(ring)]
    start = int(np.argmax(np.roll(along, half) - along))
    return start, (start + half) % len(ring)


def _split(ring: tuple[int, ...], ends: tuple[int, int], y: NDArray[np.float64]) -> Seam:
    start, end = ends
    turned = np.roll(np.array(ring, np.int32), -start)
    stop = (end - start) % len(ring)
    one, other = turned[: stop + 1], np.concatenate([turned[:1], turned[stop:][::-1]])
    return Seam(upper=one, lower=other) if y[one].mean() > y[other].mean() else Seam(upper=other, lower=one)


@dataclass(frozen=True)
class Follow:
    """Vertices that follow a seam when it is pulled together: `vertices[i]` moves by `weights[i]` times the gap at the
    seam's position `rim[i]`, counted along the upper curve, then along the lower."""

    vertices: NDArray[np.int32]
    rim: NDArray[np.int32]
    weights: NDArray[np.float64]

    def pull(self, count: int, gaps: sp.csr_array) -> sp.csr_array:
        """The matrix [V, V] of the offsets that close the seam whose `seam_gaps` are given, for V = `count`."""
        spread = sp.csr_array((self.weights, (self.vertices, self.rim)), (count, gaps.shape[0]))
        return sp.csr_array(spread @ gaps)


def seam_gaps(seam: Seam, count: int, x: NDArray[np.float64] | None = None) -> sp.csr_array:
    """The matrix [n + m, V] from V = `count` vertices to the gaps (upper minus lower) at the upper, then lower curve.

    Vertices are paired by their order (n = m), or, where `x` [V] is given, each with the point of the other curve below
    or above it.
    """
    n, m = len(seam.upper), len(seam.lower)
    onto_lower = sp.eye_array(n) if x is None else _interpolation(x[seam.upper], x[seam.lower])
    onto_upper = sp.eye_array(m) if x is None else _interpolation(x[seam.lower], x[seam.upper])
    upper = sp.csr_array((np.ones(n), (np.arange(n), seam.upper)), (n, count))
    lower = sp.csr_array((np.ones(m), (np.arange(m), seam.lower)), (m, count))
    return sp.csr_array(sp.vstack([upper - onto_lower @ lower, onto_upper @ upper - lower]))


def _interpolation(at: NDArray[np.float64], knots: NDArray[np.float64]) -> sp.csr_array:
    """Linear interpolation between rising `knots`, as a matrix."""
    right = np.clip(np.searchsorted(knots, at), 1, len(knots) - 1)
    share = np.clip((at - knots[right - 1]) / (knots[right] - knots[right - 1]), 0, 1)
    rows = np.arange(len(at))
    values, columns = np.concatenate([1 - share, share]), np.concatenate([right - 1, right])
    return sp.csr_array((values, (np.concatenate([rows, rows]), columns)), (len(at), len(knots)))


def follow_seam(loops: EdgeLoops, seam: Seam, upper_share: float, reach: int) -> Follow:
    """Who follows `seam`: the upper side does `upper_share` of the way; both sides fade out over `reach` edges."""
    ring = set(seam.upper.tolist()) | set(seam.lower.tolist())
    weight_of: dict[int, tuple[float, int]] = {}
    first = 0
    for side, share in ((seam.upper, -upper_share), (seam.lower, 1 - upper_share)):
        for position, vertex in enumerate(side[1:-1].tolist(), start=first + 1):
            weight_of[vertex] = (share, position)
            for towards in sorted(loops.neighbours(vertex) - ring):
                for step, follower in enumerate(loops.walk(vertex, towards)):
                    if step >= reach or (step and follower in ring):
                        break
                    fade = share * (1 + np.cos(np.pi * step / reach)) / 2
                    if abs(fade) > abs(weight_of.get(follower, (0.0, 0))[0]):
                        weight_of[follower] = (fade, position)
        first += len(side)
    vertices = sorted(vertex for vertex, (weight, _) in weight_of.items() if weight)
    return Follow(
        vertices=np.array(vertices, np.int32),
        rim=np.array([weight_of[vertex][1] for vertex in vertices], np.int32),
        weights=np.array([weight_of[vertex][0] for vertex in vertices]),
    )
