"""The morph's inner loops, compiled: they run for every frame, and threaded BLAS stalls on a busy machine."""

import numpy as np
from numpy.typing import NDArray

from dimitra_studio.core.arrays import FloatArray
from dimitra_studio.face.compiled import compiled


@compiled(fastmath=True)
def add_shapes(weights: FloatArray, shapes: FloatArray, out: FloatArray) -> None:
    """Adds `weights` [K] times `shapes` [K, n] to `out` [n]."""
    for k in range(shapes.shape[0]):
        weight = weights[k]
        if weight != 0:
            for i in range(shapes.shape[1]):
                out[i] += weight * shapes[k, i]


@compiled(fastmath=True)
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
