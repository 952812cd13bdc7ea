"""The fit's inner loops, compiled: small dense algebra that threaded BLAS makes slow.

A fit multiplies matrices of 1000 x 70 thousands of times. On a busy machine BLAS's threads wait for each other at every
call (20 ms instead of 0.1 on two cores that a second program uses); these loops run on the caller's thread.
"""

import numpy as np
from numpy.typing import NDArray

from dimitra_studio.core.arrays import FloatArray
from dimitra_studio.face.compiled import compiled


@compiled()
def fill_jacobian(rows: FloatArray, basis: FloatArray, by_point: FloatArray, by_pose: FloatArray) -> None:
    """Writes d(u, v)/d(x, pose) into `rows` [2, N or more, K + 6].

    `basis` [3, N, K] is the points' derivative, `by_point` [2, 3, N] and `by_pose` [2, N, 6] are the pixels'.
    """
    count, width = basis.shape[1], basis.shape[2]
    for axis in range(2):
        for i in range(count):
            px, py, pz = by_point[axis, 0, i], by_point[axis, 1, i], by_point[axis, 2, i]
            for k in range(width):
                rows[axis, i, k] = px * basis[0, i, k] + py * basis[1, i, k] + pz * basis[2, i, k]
            for k in range(by_pose.shape[2]):
                rows[axis, i, width + k] = by_pose[axis, i, k]


@compiled()
def normal_product(rows: FloatArray, residual: FloatArray) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """rows' rows [n, n] and rows' residual [n] of `rows` [m, n] and `residual` [m]."""
    m, n = rows.shape
    square = np.zeros((n, n), dtype=np.float32)
    right = np.zeros(n, dtype=np.float64)
    whole = m - m % 4
    # Four rows at once: each pass over the triangle is then worth its loads and stores.
    for s in range(0, whole, 4):
        for i in range(n):
            a, b, c, d = rows[s, i], rows[s + 1, i], rows[s + 2, i], rows[s + 3, i]
            for j in range(i + 1):
                square[i, j] += a * rows[s, j] + b * rows[s + 1, j] + c * rows[s + 2, j] + d * rows[s + 3, j]
            right[i] += a * residual[s] + b * residual[s + 1] + c * residual[s + 2] + d * residual[s + 3]
    for s in range(whole, m):
        for i in range(n):
            a = rows[s, i]
            for j in range(i + 1):
                square[i, j] += a * rows[s, j]
            right[i] += a * residual[s]
    full = np.empty((n, n), dtype=np.float64)
    for i in range(n):
        for j in range(i + 1):
            full[i, j] = full[j, i] = square[i, j]
    return full, right


@compiled()
def solve_positive(matrix: NDArray[np.float64], right: NDArray[np.float64]) -> NDArray[np.float64]:
    """x [n] with matrix x = right, for a symmetric positive definite matrix [n, n] (Cholesky); NaN where it is not."""
    n = len(right)
    lower = np.zeros((n, n))
    x = np.zeros(n)
    for i in range(n):
        for j in range(i + 1):
            total = matrix[i, j]
            for k in range(j):
                total -= lower[i, k] * lower[j, k]
            lower[i, j] = np.sqrt(total) if i == j else total / lower[j, j]
    for i in range(n):
        total = right[i]
        for k in range(i):
            total -= lower[i, k] * x[k]
        x[i] = total / lower[i, i]
    for i in range(n - 1, -1, -1):
        total = x[i]
        for k in range(i + 1, n):
            total -= lower[k, i] * x[k]
        x[i] = total / lower[i, i]
    return x


@compiled()
def eliminate(
    matrix: NDArray[np.float64], right: NDArray[np.float64], keep: int
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """The equations [keep, keep] and [keep] that remain for the first `keep` unknowns of matrix x = right.

    The others are solved for (Schur complement); `matrix` [n, n] is symmetric positive definite.
    """
    rest, side = matrix.copy(), right.copy()
    for k in range(len(side) - 1, keep - 1, -1):
        for i in range(k):
            factor = rest[i, k] / rest[k, k]
            for j in range(k):
                rest[i, j] -= factor * rest[k, j]
            side[i] -= factor * side[k]
    return rest[:keep, :keep].copy(), side[:keep].copy()
