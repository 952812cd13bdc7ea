"""How the surroundings of the face move: a coarse grid of displacements that dies out away from the head.

Nodes on the head are held to its displacement; the others solve the screened Laplace equation (L + k) u = 0, whose
solution decays over 1 / sqrt(k) nodes and nowhere exceeds the held ones. Which nodes the head covers changes with
every frame, so the equation is solved anew each time: successive over-relaxation, started from a coarser grid.
"""

import numpy as np
from numpy.typing import NDArray

from dimitra_studio.core.arrays import FloatArray
from dimitra_studio.render.compiled import compiled

# Cells; at a tenth of the eye distance a cell this is far below a pixel.
_TOLERANCE = 2e-4
_MAX_SWEEPS = 400
_COARSEST = 6
_FIXED = 0.995


def fill_surroundings(values: FloatArray, hold: FloatArray, screening: FloatArray) -> FloatArray:
    """Displacements [ny, nx, 2] of all nodes, held to `values` [ny, nx, 2] as firmly as `hold` [ny, nx] says.

    0 leaves a node free, 1 fixes it; between, a spring of stiffness 4 hold / (1 - hold) ties it to its value (its
    neighbours hold it with 4), so that a node may come under the head or leave it without a jump. `screening` [ny, nx]
    is k, per cell squared; neighbours missing beyond the border leave a node free. Units are the values'. Where nothing
    is held and nothing screened the result is 0.
    """
    fixed = hold >= _FIXED
    stiffness = np.where(fixed, 0, 4 * hold / np.maximum(1 - hold, 1 - _FIXED)).astype(np.float32)
    return _fill(values.astype(np.float32), fixed, stiffness, screening.astype(np.float32))


def _fill(values: FloatArray, fixed: NDArray[np.bool_], stiffness: FloatArray, screening: FloatArray) -> FloatArray:
    field = np.where(fixed[..., None], values, np.float32(0))
    if min(fixed.shape) > _COARSEST:
        every = (slice(None, None, 2), slice(None, None, 2))
        coarse = _fill(values[every], fixed[every], 4 * stiffness[every], 4 * screening[every])
        field = np.where(fixed[..., None], field, _refine(coarse, fixed.shape))
    _relax(field, (values, fixed, stiffness, screening), _TOLERANCE, _MAX_SWEEPS)
    return field


def _refine(coarse: FloatArray, shape: tuple[int, ...]) -> FloatArray:
    """The field on twice as many nodes [ny, nx, 2], bilinear in between."""
    ny, nx = shape
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
    field: FloatArray,
    equation: tuple[FloatArray, NDArray[np.bool_], FloatArray, FloatArray],
    tolerance: float,
    max_sweeps: int,
) -> None:
    values, fixed, stiffness, screening = equation
    ny, nx, channels = field.shape
    # The optimum for a square of this size (Young 1954), less a little: the start is close already.
    rate = np.float32(2.0 / (1.0 + 2.5 * np.pi / (max(ny, nx) + 8)))
    for _ in range(max_sweeps):
        largest = np.float32(0.0)
        for i in range(ny):
            for j in range(nx):
                if fixed[i, j]:
                    continue
                links = np.float32((i > 0) + (i < ny - 1) + (j > 0) + (j < nx - 1)) + screening[i, j] + stiffness[i, j]
                for c in range(channels):
                    total = stiffness[i, j] * values[i, j, c]
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
