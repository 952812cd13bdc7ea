"""How the surroundings of the face move: a coarse grid of displacements that dies out away from the head.

Nodes on the head are known; the others solve the screened Laplace equation (L + k) u = 0, whose solution decays over
1 / sqrt(k) nodes and nowhere exceeds the known ones. Which nodes the head covers changes with every frame, so the
equation is solved anew each time: successive over-relaxation, started from the solution on a coarser grid.
"""

import numpy as np
from numpy.typing import NDArray

from dimitra_studio.core.arrays import FloatArray
from dimitra_studio.render.compiled import compiled

# Cells; at a tenth of the eye distance a cell this is far below a pixel.
_TOLERANCE = 2e-4
_MAX_SWEEPS = 400
_COARSEST = 6


def fill_surroundings(values: FloatArray, known: NDArray[np.bool_], screening: FloatArray) -> FloatArray:
    """Displacements [ny, nx, 2] of all nodes from the `values` of the `known` [ny, nx] ones.

    `screening` [ny, nx] is k, per cell squared; neighbours missing beyond the border leave it free. Units are the
    values'. Where nothing is known and nothing screened the result is 0.
    """
    field = np.where(known[..., None], values, np.float32(0)).astype(np.float32)
    ny, nx = known.shape
    if min(ny, nx) > _COARSEST:
        field = np.where(known[..., None], field, _from_coarser(field, known, screening))
    _relax(field, known, screening.astype(np.float32), _TOLERANCE, _MAX_SWEEPS)
    return field


def _from_coarser(field: FloatArray, known: NDArray[np.bool_], screening: FloatArray) -> FloatArray:
    """The solution on every second node, bilinear in between."""
    ny, nx = known.shape
    coarse = fill_surroundings(field[::2, ::2], known[::2, ::2], 4 * screening[::2, ::2])
    rows, columns = np.arange(ny) / 2, np.arange(nx) / 2
    i, j = rows.astype(int), columns.astype(int)
    below, right = np.minimum(i + 1, len(coarse) - 1), np.minimum(j + 1, coarse.shape[1] - 1)
    fy, fx = (rows - i)[:, None, None], (columns - j)[None, :, None]
    upper = coarse[i][:, j] * (1 - fx) + coarse[i][:, right] * fx
    lower = coarse[below][:, j] * (1 - fx) + coarse[below][:, right] * fx
    blended: FloatArray = (upper * (1 - fy) + lower * fy).astype(np.float32)
    return blended


@compiled
def _relax(
    field: FloatArray, known: NDArray[np.bool_], screening: FloatArray, tolerance: float, max_sweeps: int
) -> None:
    ny, nx, channels = field.shape
    # The optimum for a square of this size (Young 1954), less a little: the start is close already.
    rate = np.float32(2.0 / (1.0 + 2.5 * np.pi / (max(ny, nx) + 8)))
    for _ in range(max_sweeps):
        largest = np.float32(0.0)
        for i in range(ny):
            for j in range(nx):
                if known[i, j]:
                    continue
                links = np.float32((i > 0) + (i < ny - 1) + (j > 0) + (j < nx - 1)) + screening[i, j]
                for c in range(channels):
                    total = np.float32(0.0)
                    if i > 0:
                        total += field[i - 1, j, c]
                    if i < ny - 1:
                        total += field[i + 1, j, c]
                    if j > 0:
                        total += field[i, j - 1, c]
                    if j < nx - 1:
                        total += field[i, j + 1, c]
                    change = total / links - field[i, j, c]
                    field[i, j, c] += rate * change
                    largest = max(largest, abs(change))
        if largest < tolerance:
            break
