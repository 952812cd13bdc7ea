"""Lays a repaired square into a frame at the frame's own resolution."""

import numpy as np
from numpy.typing import NDArray

from dimitra_studio.core.arrays import FloatArray
from dimitra_studio.render.compiled import compiled
from dimitra_studio.render.neural.part import Crop

# Below this a repair would not change a byte.
_LEAST = 1 / 512


def paste_repair(frame: NDArray[np.uint8], crop: Crop, repair: FloatArray, fine: FloatArray | None = None) -> None:
    """Changes `frame` [H, W, 3] in place where the square lies: (1 - gate) times the frame along the flow, plus gate
    times the colour.

    `repair` [side, side, 6] holds the flow x and y in samples, the colour (0..255) and the gate (0..1), each read
    between its samples; where gate and flow are nothing the frame stays bit by bit. Under the colour a frame finer than
    the samples would lose its detail: `fine` [side, side, 4] holds the square along the flow (0..255) as the samples
    show it, and how much (0..1) is kept of what the frame shows beyond that.
    """
    height, width = frame.shape[:2]
    reach = crop.spacing * (crop.side - 1)
    left, top = max(int(np.ceil(crop.x)), 0), max(int(np.ceil(crop.y)), 0)
    right, bottom = min(int(crop.x + reach), width - 1), min(int(crop.y + reach), height - 1)
    if left > right or top > bottom:
        return
    if fine is None:
        fine = np.zeros((crop.side, crop.side, 4), np.float32)
    whole = np.concatenate([repair, fine], axis=2)
    _paste(frame, frame.copy(), (crop.x, crop.y, crop.spacing), (left, top, right, bottom), whole)


@compiled
def _paste(
    frame: NDArray[np.uint8],
    before: NDArray[np.uint8],
    square: tuple[float, float, float],
    box: tuple[int, int, int, int],
    repair: FloatArray,
) -> None:
    x0, y0, spacing = square
    left, top, right, bottom = box
    height, width, _ = frame.shape
    side = repair.shape[0]
    at = np.empty(10, np.float32)
    for row in range(top, bottom + 1):
        v = min((row - y0) / spacing, side - 1.0)
        i = min(int(v), side - 2)
        fv = np.float32(v - i)
        for column in range(left, right + 1):
            u = min((column - x0) / spacing, side - 1.0)
            j = min(int(u), side - 2)
            fu = np.float32(u - j)
            for c in range(10):
                upper = repair[i, j, c] + fu * (repair[i, j + 1, c] - repair[i, j, c])
                lower = repair[i + 1, j, c] + fu * (repair[i + 1, j + 1, c] - repair[i + 1, j, c])
                at[c] = upper + fv * (lower - upper)
            gate, dx, dy = at[5], at[0] * spacing, at[1] * spacing
            if gate < _LEAST and abs(dx) < _LEAST and abs(dy) < _LEAST:
                continue
            x = min(max(column + dx, 0.0), width - 1.001)
            y = min(max(row + dy, 0.0), height - 1.001)
            m, n = int(y), int(x)
            fy, fx = np.float32(y - m), np.float32(x - n)
            for c in range(3):
                above = before[m, n, c] + fx * (np.float32(before[m, n + 1, c]) - before[m, n, c])
                below = before[m + 1, n, c] + fx * (np.float32(before[m + 1, n + 1, c]) - before[m + 1, n, c])
                moved = above + fy * (below - above)
                replaced = moved + at[9] * (at[6 + c] - moved)
                mixed = moved + gate * (at[2 + c] - replaced)
                frame[row, column, c] = np.uint8(min(max(mixed, 0.0), 254.5) + 0.5)
