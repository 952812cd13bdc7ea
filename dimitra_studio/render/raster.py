"""Z-buffer rasteriser for triangle meshes: which triangle each pixel sees, and where in it.

Coverage follows the three edge functions (Pineda 1988, "A parallel algorithm for polygon rasterization").
An edge is always evaluated from its lower to its higher vertex index and negated where the triangle runs
the other way, so the two triangles that share it get exactly opposite values: no pixel falls between them.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dimitra_studio.core.arrays import FloatArray
from dimitra_studio.render.compiled import compiled

IntArray = NDArray[np.int32]


@dataclass(frozen=True)
class Window:
    """A rectangle of the picture, its corner pixel (`x`, `y`) and size in px, sampled `scale` times per pixel and axis.

    Pixel centres are whole numbers: sample i lies at x + (i + 1/2) / scale - 1/2.
    """

    x: int
    y: int
    width: int
    height: int
    scale: int = 1

    @property
    def shape(self) -> tuple[int, int]:
        """Rows and columns of samples."""
        return self.height * self.scale, self.width * self.scale

    @property
    def slices(self) -> tuple[slice, slice]:
        """The rectangle in an image array [H, W, ...]."""
        return slice(self.y, self.y + self.height), slice(self.x, self.x + self.width)

    @property
    def empty(self) -> bool:
        """No pixels at all."""
        return self.width <= 0 or self.height <= 0

    def clipped(self, other: "Window") -> "Window":
        """The part inside `other`; may be empty."""
        x, y = max(self.x, other.x), max(self.y, other.y)
        right = min(self.x + self.width, other.x + other.width)
        bottom = min(self.y + self.height, other.y + other.height)
        return Window(x, y, max(right - x, 0), max(bottom - y, 0), self.scale)

    def inside(self, other: "Window") -> tuple[slice, slice]:
        """This rectangle's slices in an array that covers `other`."""
        y, x = self.y - other.y, self.x - other.x
        return slice(y, y + self.height), slice(x, x + self.width)


def window_around(points: NDArray[np.floating], margin: float, scale: int = 1) -> Window:
    """The smallest window that holds `points` [N, 2] px and `margin` px around them."""
    low = np.floor(points.min(axis=0) - margin).astype(int)
    high = np.ceil(points.max(axis=0) + margin).astype(int)
    return Window(int(low[0]), int(low[1]), int(high[0] - low[0]) + 1, int(high[1] - low[1]) + 1, scale)


@dataclass(frozen=True)
class Raster:
    """What each sample of `window` sees: `triangle` [h, w] (row of the triangle list, -1 for nothing),
    `weights` [h, w, 3] (barycentric, affine on the screen; undefined where nothing is seen) and `depth` [h, w]
    (infinite where nothing is seen)."""

    window: Window
    triangle: IntArray
    weights: FloatArray
    depth: FloatArray

    @property
    def covered(self) -> NDArray[np.bool_]:
        """Samples [h, w] that see a triangle."""
        return self.triangle >= 0


def rasterise(uv: FloatArray, depth: FloatArray, triangles: IntArray, window: Window, cull: bool = False) -> Raster:
    """Draws `triangles` [F, 3] over vertices at `uv` [V, 2] px, the smallest `depth` [V] in front.

    `cull` leaves out triangles that face away (counter-clockwise on the screen, whose y points down, when the
    mesh is counter-clockwise seen from outside in a y-up world). Triangles with a non-finite corner are left out.
    """
    rows, columns = window.shape
    triangle = np.full((rows, columns), -1, np.int32)
    weights = np.empty((rows, columns, 3), np.float32)
    buffer = np.full((rows, columns), np.inf, np.float32)
    _draw((uv, depth, triangles), (window.x, window.y, window.scale), cull, (triangle, weights, buffer))
    return Raster(window, triangle, weights, buffer)


def interpolate(raster: Raster, triangles: IntArray, values: FloatArray) -> FloatArray:
    """Vertex `values` [V, C] at each sample [h, w, C]; zero where nothing is seen."""
    out = np.zeros((*raster.triangle.shape, values.shape[1]), np.float32)
    _interpolate(raster.triangle, raster.weights, triangles, values, out)
    return out


@compiled
def _edge(uv: FloatArray, i: int, j: int) -> tuple[float, float, float]:
    """Edge function a x + b y + c of the directed edge i → j, exactly the negative of j → i."""
    low, high, sign = (i, j, 1.0) if i < j else (j, i, -1.0)
    ax, ay = np.float64(uv[low, 0]), np.float64(uv[low, 1])
    bx, by = np.float64(uv[high, 0]), np.float64(uv[high, 1])
    return sign * (ay - by), sign * (bx - ax), sign * (ax * by - ay * bx)


@compiled
def _draw(
    mesh: tuple[FloatArray, FloatArray, IntArray],
    grid: tuple[int, int, int],
    cull: bool,
    out: tuple[IntArray, FloatArray, FloatArray],
) -> None:
    uv, depth, triangles = mesh
    left, top, scale = grid
    out_triangle, out_weights, out_depth = out
    rows, columns = out_triangle.shape
    step = 1.0 / scale
    x0, y0 = left + 0.5 * step - 0.5, top + 0.5 * step - 0.5
    for t in range(len(triangles)):
        i, j, k = triangles[t, 0], triangles[t, 1], triangles[t, 2]
        min_x, max_x = min(uv[i, 0], uv[j, 0], uv[k, 0]), max(uv[i, 0], uv[j, 0], uv[k, 0])
        min_y, max_y = min(uv[i, 1], uv[j, 1], uv[k, 1]), max(uv[i, 1], uv[j, 1], uv[k, 1])
        if not np.isfinite(min_x + max_x + min_y + max_y + depth[i] + depth[j] + depth[k]):
            continue
        # One sample of slack either way: the edge functions decide, not the rounding of the box.
        first_x, last_x = (
            max(0.0, np.ceil((min_x - x0) * scale) - 1),
            min(columns - 1.0, np.floor((max_x - x0) * scale) + 1),
        )
        first_y, last_y = (
            max(0.0, np.ceil((min_y - y0) * scale) - 1),
            min(rows - 1.0, np.floor((max_y - y0) * scale) + 1),
        )
        if first_x > last_x or first_y > last_y:
            continue
        a0, b0, c0 = _edge(uv, j, k)
        a1, b1, c1 = _edge(uv, k, i)
        a2, b2, c2 = _edge(uv, i, j)
        area = c0 + c1 + c2
        if area == 0.0 or (cull and area > 0.0):
            continue
        sign = 1.0 if area > 0.0 else -1.0
        a0, b0, c0, a1, b1, c1, a2, b2, c2 = (
            sign * a0, sign * b0, sign * c0, sign * a1, sign * b1, sign * c1, sign * a2, sign * b2, sign * c2,
        )  # fmt: skip
        inverse = 1.0 / (sign * area)
        zi, zj, zk = depth[i] * inverse, depth[j] * inverse, depth[k] * inverse
        for row in range(int(first_y), int(last_y) + 1):
            y = y0 + row * step
            r0, r1, r2 = b0 * y + c0, b1 * y + c1, b2 * y + c2
            for column in range(int(first_x), int(last_x) + 1):
                x = x0 + column * step
                w0, w1, w2 = a0 * x + r0, a1 * x + r1, a2 * x + r2
                if w0 < 0.0 or w1 < 0.0 or w2 < 0.0:
                    continue
                z = np.float32(w0 * zi + w1 * zj + w2 * zk)
                if z < out_depth[row, column]:
                    out_depth[row, column] = z
                    out_triangle[row, column] = t
                    out_weights[row, column, 0] = w0 * inverse
                    out_weights[row, column, 1] = w1 * inverse
                    out_weights[row, column, 2] = w2 * inverse


@compiled
def _interpolate(
    triangle: IntArray, weights: FloatArray, triangles: IntArray, values: FloatArray, out: FloatArray
) -> None:
    rows, columns = triangle.shape
    for row in range(rows):
        for column in range(columns):
            t = triangle[row, column]
            if t < 0:
                continue
            w0, w1, w2 = weights[row, column, 0], weights[row, column, 1], weights[row, column, 2]
            i, j, k = triangles[t, 0], triangles[t, 1], triangles[t, 2]
            for channel in range(values.shape[1]):
                out[row, column, channel] = w0 * values[i, channel] + w1 * values[j, channel] + w2 * values[k, channel]
