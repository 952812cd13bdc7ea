"""How the surroundings of the face move: a coarse grid of displacements that dies out away from the head.

Nodes on the visible head move with it; the others solve the screened Laplace equation (L + k) u = 0, whose
solution decays over 1 / sqrt(k) nodes. Which nodes are known does not depend on the frame, so the matrix is
factorised once per portrait.
"""

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.sparse.linalg import splu

from dimitra_studio.core.arrays import FloatArray
from dimitra_studio.render.compiled import compiled

_INVERSION_STEPS = 12


class GridFlow:
    """Displacements of grid nodes from the known ones.

    `known` [ny, nx] marks nodes whose displacement is given, `screening` [ny, nx] is k, `across` [ny, nx - 1] and
    `down` [ny - 1, nx] the conductance of each link (1 everywhere is the plain Laplacian; missing neighbours
    beyond the border leave it free). Raises ValueError when a free part has neither known nodes nor screening.
    """

    def __init__(self, known: NDArray[np.bool_], screening: FloatArray, across: FloatArray, down: FloatArray) -> None:
        self.shape = known.shape
        self._known = known.ravel()
        matrix = _screened_laplacian(screening, across, down)
        free = ~self._known
        self._to_known = matrix[free][:, self._known].tocsr()
        if not free.any():
            self._solver = None
            return
        if not self._known.any() and not screening.any():
            raise ValueError("the grid has no known displacement and no screening")
        self._solver = splu(
            matrix[free][:, free].tocsc(),
            permc_spec="MMD_AT_PLUS_A",
            diag_pivot_thresh=0.0,
            options={"SymmetricMode": True},
        )

    def solve(self, displacement: NDArray[np.floating]) -> FloatArray:
        """All displacements [ny, nx, 2] from those of the known nodes [K, 2], row by row."""
        field = np.zeros((self._known.size, 2))
        field[self._known] = displacement
        if self._solver is not None:
            field[~self._known] = self._solver.solve(-(self._to_known @ field[self._known]))
        return field.reshape(*self.shape, 2).astype(np.float32)


def invert(forward: FloatArray) -> FloatArray:
    """The backward displacement b of a forward one u, both [ny, nx, 2] in cells: b(x) = -u(x + b(x)).

    Damped fixed-point iteration; where u folds over itself it stays finite and settles on one of the sheets.
    """
    backward = np.zeros_like(forward)
    _invert(forward, _INVERSION_STEPS, backward)
    return backward


def _screened_laplacian(screening: FloatArray, across: FloatArray, down: FloatArray) -> sparse.csr_matrix:
    index = np.arange(screening.size).reshape(screening.shape)
    start = np.concatenate([index[:, :-1].ravel(), index[:-1].ravel()])
    end = np.concatenate([index[:, 1:].ravel(), index[1:].ravel()])
    weight = np.concatenate([across.ravel(), down.ravel()]).astype(np.float64)
    links = sparse.coo_matrix((weight, (start, end)), shape=(index.size, index.size)).tocsr()
    links = links + links.T
    degree = np.asarray(links.sum(axis=1)).ravel()
    return sparse.csr_matrix(sparse.diags(degree + screening.ravel()) - links)


@compiled
def _invert(forward: FloatArray, steps: int, backward: FloatArray) -> None:
    ny, nx, _ = forward.shape
    for row in range(ny):
        for column in range(nx):
            bx, by = np.float32(0.0), np.float32(0.0)
            for step in range(steps):
                x = min(max(column + bx, 0.0), nx - 1.0)
                y = min(max(row + by, 0.0), ny - 1.0)
                i, j = min(int(y), ny - 2), min(int(x), nx - 2)
                fy, fx = y - i, x - j
                w00, w01, w10, w11 = (1 - fy) * (1 - fx), (1 - fy) * fx, fy * (1 - fx), fy * fx
                # Full steps converge fastest where u is gentle; later half steps settle where it is steep.
                rate = 1.0 if step < 6 else 0.5
                ux = w00 * forward[i, j, 0] + w01 * forward[i, j + 1, 0]
                ux += w10 * forward[i + 1, j, 0] + w11 * forward[i + 1, j + 1, 0]
                uy = w00 * forward[i, j, 1] + w01 * forward[i, j + 1, 1]
                uy += w10 * forward[i + 1, j, 1] + w11 * forward[i + 1, j + 1, 1]
                bx += np.float32(rate * (-ux - bx))
                by += np.float32(rate * (-uy - by))
            backward[row, column, 0] = bx
            backward[row, column, 1] = by
