"""A small z-buffer: which triangle of a mesh each pixel sees."""

import numba
import numpy as np
from numpy.typing import NDArray


@numba.njit(cache=False)
def _fill(
    uv: NDArray[np.float64], depth: NDArray[np.float64], triangles: NDArray[np.int32], height: int, width: int
) -> tuple[NDArray[np.int32], NDArray[np.float64]]:
    seen = np.full((height, width), -1, np.int32)
    near = np.full((height, width), np.inf)
    for index in range(len(triangles)):
        a, b, c = triangles[index]
        ax, ay, bx, by, cx, cy = uv[a, 0], uv[a, 1], uv[b, 0], uv[b, 1], uv[c, 0], uv[c, 1]
        area = (bx - ax) * (cy - ay) - (by - ay) * (cx - ax)
        if area == 0 or min(depth[a], depth[b], depth[c]) <= 0:
            continue
        left, right = max(int(np.ceil(min(ax, bx, cx))), 0), min(int(np.floor(max(ax, bx, cx))), width - 1)
        top, bottom = max(int(np.ceil(min(ay, by, cy))), 0), min(int(np.floor(max(ay, by, cy))), height - 1)
        for y in range(top, bottom + 1):
            for x in range(left, right + 1):
                wb = ((x - ax) * (cy - ay) - (y - ay) * (cx - ax)) / area
                wc = ((bx - ax) * (y - ay) - (by - ay) * (x - ax)) / area
                wa = 1 - wb - wc
                if wa < 0 or wb < 0 or wc < 0:
                    continue
                # 1 / depth is linear on the screen.
                z = 1 / (wa / depth[a] + wb / depth[b] + wc / depth[c])
                if z < near[y, x]:
                    near[y, x] = z
                    seen[y, x] = index
    return seen, near


def visible_triangles(
    uv: NDArray[np.floating], depth: NDArray[np.floating], triangles: NDArray[np.int32], size: tuple[int, int]
) -> NDArray[np.int32]:
    """The nearest triangle at each pixel [H, W], -1 where none; `uv` [V, 2] px, `depth` [V], `size` (W, H)."""
    seen, _ = _fill(uv.astype(np.float64), depth.astype(np.float64), triangles, size[1], size[0])
    return seen


def barycentric(uv: NDArray[np.floating], corners: NDArray[np.floating]) -> NDArray[np.float64]:
    """Weights [n, 3] of points [n, 2] in triangles with the screen positions `corners` [n, 3, 2]."""
    a, b, c = (corners[:, k].astype(np.float64) for k in range(3))
    area = _cross(b - a, c - a)
    wb, wc = _cross(uv - a, c - a) / area, _cross(b - a, uv - a) / area
    return np.stack([1 - wb - wc, wb, wc], axis=1)


def _cross(p: NDArray[np.floating], q: NDArray[np.floating]) -> NDArray[np.float64]:
    product: NDArray[np.float64] = (p[:, 0] * q[:, 1] - p[:, 1] * q[:, 0]).astype(np.float64)
    return product
