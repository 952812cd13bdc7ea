"""The morph's inner loops, compiled: they run for every frame, and threaded BLAS stalls on a busy machine."""

from collections.abc import Callable
from typing import Any, TypeVar, cast

import numba
import numpy as np
from numpy.typing import NDArray

from dimitra_studio.core.arrays import FloatArray

_F = TypeVar("_F", bound=Callable[..., Any])


def _compiled(function: _F) -> _F:
    """`numba.njit`, cached on disk and without the interpreter lock; sums may be reordered."""
    return cast(_F, numba.njit(cache=True, nogil=True, fastmath=True)(function))


@_compiled
def add_shapes(weights: FloatArray, shapes: FloatArray, out: FloatArray) -> None:
    """Adds `weights` [K] times `shapes` [K, n] to `out` [n]."""
    for k in range(shapes.shape[0]):
        weight = weights[k]
        if weight != 0:
            for i in range(shapes.shape[1]):
                out[i] += weight * shapes[k, i]


@_compiled
def sum_normals(vertices: FloatArray, triangles: NDArray[np.int32], out: FloatArray) -> None:
    """Adds every triangle's cross product (twice its area along its normal) to its corners in `out` [V, 3]."""
    for index in range(triangles.shape[0]):
        a, b, c = triangles[index, 0], triangles[index, 1], triangles[index, 2]
        ux, uy, uz = (
            vertices[b, 0] - vertices[a, 0],
            vertices[b, 1] - vertices[a, 1],
            vertices[b, 2] - vertices[a, 2],
        )
        vx, vy, vz = (
            vertices[c, 0] - vertices[a, 0],
            vertices[c, 1] - vertices[a, 1],
            vertices[c, 2] - vertices[a, 2],
        )
        nx, ny, nz = uy * vz - uz * vy, uz * vx - ux * vz, ux * vy - uy * vx
        for corner in (a, b, c):
            out[corner, 0] += nx
            out[corner, 1] += ny
            out[corner, 2] += nz
