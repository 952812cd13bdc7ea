"""The nearest point of a part of a mesh's surface."""

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from dimitra_studio.core.arrays import FloatArray

# Triangles whose centres are nearest are tried exactly.
_CANDIDATES = 24


class Surface:
    """The triangles of a head [V, 3] that `allowed` [F] names."""

    def __init__(self, vertices: FloatArray, triangles: NDArray[np.int32], allowed: NDArray[np.bool_]) -> None:
        self._index = np.flatnonzero(allowed)
        self._corners = vertices[triangles[self._index]].astype(np.float64)
        self._tree = cKDTree(self._corners.mean(axis=1))

    def snap(self, points: NDArray[np.float64]) -> tuple[NDArray[np.int32], NDArray[np.float64]]:
        """Triangle [n] and barycentric weights [n, 3] of the surface's nearest point to each of `points` [n, 3]."""
        _, near = self._tree.query(points, k=min(_CANDIDATES, len(self._index)))
        near = np.asarray(near).reshape(len(points), -1)
        weights = _closest(points[:, None], self._corners[near])
        found = np.einsum("ncw,ncwd->ncd", weights, self._corners[near])
        best = np.linalg.norm(found - points[:, None], axis=2).argmin(axis=1)
        rows = np.arange(len(points))
        return self._index[near[rows, best]].astype(np.int32), weights[rows, best]


def _closest(points: NDArray[np.float64], corners: NDArray[np.float64]) -> NDArray[np.float64]:
    """Weights [..., 3] of the point nearest to `points` [..., 3] in triangles `corners` [..., 3, 3]."""
    a, b, c = (corners[..., k, :] for k in range(3))
    normal = np.cross(b - a, c - a)
    area = np.maximum((normal * normal).sum(axis=-1), 1e-18)
    offset = points - a
    wc = (np.cross(b - a, offset) * normal).sum(axis=-1) / area
    wb = (np.cross(offset, c - a) * normal).sum(axis=-1) / area
    inside = np.stack([1 - wb - wc, wb, wc], axis=-1)
    options = [inside, *(_on_edge(points, corners, k) for k in range(3))]
    valid = (inside >= 0).all(axis=-1)
    distance = np.stack([np.linalg.norm((w[..., None] * corners).sum(axis=-2) - points, axis=-1) for w in options])
    distance[0][~valid] = np.inf
    pick = distance.argmin(axis=0)
    chosen: NDArray[np.float64] = np.take_along_axis(np.stack(options), pick[None, ..., None], axis=0)[0]
    return chosen


def _on_edge(points: NDArray[np.float64], corners: NDArray[np.float64], k: int) -> NDArray[np.float64]:
    start, end = corners[..., k, :], corners[..., (k + 1) % 3, :]
    along = end - start
    length = np.maximum((along * along).sum(axis=-1), 1e-18)
    t = np.clip(((points - start) * along).sum(axis=-1) / length, 0, 1)
    weights = np.zeros((*t.shape, 3))
    weights[..., k], weights[..., (k + 1) % 3] = 1 - t, t
    return weights
