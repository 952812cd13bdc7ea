"""Where every pixel of a frame comes from in the portrait.

Two flows are joined into one map, so the portrait is sampled once and nothing is seen double: the mesh's where the
face is seen, the grid's (see `grid`) everywhere else, with a ramp between them along the head's outline.
"""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from dimitra_studio.core.arrays import FloatArray
from dimitra_studio.render.compiled import compiled
from dimitra_studio.render.geometry import HeadGeometry, PosedHead, smoothstep
from dimitra_studio.render.grid import GridFlow, invert
from dimitra_studio.render.raster import IntArray, Raster, Window, rasterise, window_around

# All lengths in eye distances.
_CELL = 0.1
_DECAY = 1.2
_HEAD_MARGIN = 1.8
_OUTLINE_RAMP = 0.12


@dataclass(frozen=True)
class BackwardMap:
    """`source` [2, h, w]: for each pixel of `window` the x and y, px, of the place in the portrait's `window` it shows.

    `face` is the raster of the head inside it.
    """

    window: Window
    source: FloatArray
    face: Raster


class HeadFlow:
    """Backward maps for a portrait of `width` x `height` px."""

    def __init__(self, geometry: HeadGeometry, width: int, height: int) -> None:
        self.geometry = geometry
        model = geometry.model
        self._source = geometry.source
        self._outer = model.triangles[~model.region("mouth_bag", "teeth_upper", "teeth_lower", "tongue")]
        self._is_skin = model.region("skin")[~model.region("mouth_bag", "teeth_upper", "teeth_lower", "tongue")]
        self.window = _head_window(geometry, width, height)
        self._face_alpha = _face_alpha(geometry).astype(np.float32)
        self._build_grid(width, height)

    def map(self, posed: PosedHead) -> BackwardMap:
        """The map that turns the portrait's head into `posed`."""
        displacement = posed.uv - self._source.uv
        nodes = np.einsum("nk,nkc->nc", self._node_weights, displacement[self._node_vertices])
        known = np.zeros((*self._grid.shape, 2))
        known[self._node_rows, self._node_columns] = nodes / self._cell
        backward = invert(self._grid.solve(known[self._known])) * self._cell

        window = window_around(posed.uv[self._outer_vertices], 1).clipped(self.window)
        face = rasterise(posed.uv, posed.depth, self._outer, window, cull=True)
        alpha = self._outline_fade(face)
        source = np.empty((2, self.window.height, self.window.width), np.float32)
        _spread(backward.astype(np.float32), source)
        _join(
            (face.triangle, face.weights, alpha),
            (self._outer, self._is_skin, self._source.uv, self._face_alpha),
            (window.x - self.window.x, window.y - self.window.y, self.window.x, self.window.y),
            source,
        )
        return BackwardMap(self.window, source, face)

    def _outline_fade(self, face: Raster) -> FloatArray:
        if face.window.empty:
            return np.zeros(face.triangle.shape, np.float32)
        distance = cv2.distanceTransform(face.covered.astype(np.uint8), cv2.DIST_L2, 3)
        ramp = np.float32(_OUTLINE_RAMP * self.geometry.eye_distance)
        fade: FloatArray = np.minimum(distance / ramp, 1).astype(np.float32)
        return fade

    def _build_grid(self, width: int, height: int) -> None:
        window, spacing = self.window, _CELL * self.geometry.eye_distance
        nx = max(int(np.ceil((window.width - 1) / spacing)) + 1, 3)
        ny = max(int(np.ceil((window.height - 1) / spacing)) + 1, 3)
        self._cell = np.array([(window.width - 1) / (nx - 1), (window.height - 1) / (ny - 1)], np.float32)
        on_grid = (self._source.uv - np.array([window.x, window.y], np.float32)) / self._cell
        seen = rasterise(on_grid, self._source.depth, self._outer, Window(0, 0, nx, ny), cull=True)
        on_head = seen.covered & self._is_skin[seen.triangle]
        self._node_rows, self._node_columns = np.nonzero(on_head)
        self._node_vertices = self._outer[seen.triangle[on_head]]
        self._node_weights = seen.weights[on_head]
        self._outer_vertices = np.unique(self._outer)

        known = on_head.copy()
        # Where the window ends inside the picture nothing may move.
        known[:, 0] |= window.x > 0
        known[:, -1] |= window.x + window.width < width
        known[0] |= window.y > 0
        known[-1] |= window.y + window.height < height
        self._known = known
        screening = np.full((ny, nx), (_CELL / _DECAY) ** 2, np.float32)
        ones = np.ones((ny, nx), np.float32)
        self._grid = GridFlow(known, screening, ones[:, 1:], ones[1:])


def _head_window(geometry: HeadGeometry, width: int, height: int) -> Window:
    """The head with room to move, clipped to the picture."""
    margin = _HEAD_MARGIN * geometry.eye_distance
    return window_around(geometry.source.uv, margin).clipped(Window(0, 0, width, height))


def _face_alpha(geometry: HeadGeometry) -> NDArray[np.float64]:
    """How far each vertex [V] decides the flow: the face does, skull, ears and neck leave it to the grid."""
    model, (_, y, z) = geometry.model, geometry.neutral.T
    alpha = smoothstep(0.35, 0.62, z) * smoothstep(5.75, 6.1, y) * smoothstep(8.0, 7.75, y)
    # Skin that the portrait hardly shows is left to the grid, which stretches what lies beside it.
    towards_camera = _towards_camera(geometry)
    central = smoothstep(1.0, 1.3, z)
    alpha *= np.maximum(smoothstep(0.05, 0.35, towards_camera), central)
    alpha[model.triangles[model.region("ears")]] = 0
    return alpha


def _towards_camera(geometry: HeadGeometry) -> NDArray[np.float64]:
    view = np.array([0, 0, geometry.camera.distance]) - geometry.source.placed
    view /= np.linalg.norm(view, axis=1, keepdims=True)
    facing: NDArray[np.float64] = (geometry.source_normals * view).sum(axis=1)
    return facing


@compiled
def _spread(backward: FloatArray, source: FloatArray) -> None:
    """Bilinear displacement between the nodes, added to each pixel's own place."""
    ny, nx, _ = backward.shape
    _, height, width = source.shape
    scale_x, scale_y = np.float32((nx - 1) / max(width - 1, 1)), np.float32((ny - 1) / max(height - 1, 1))
    for row in range(height):
        y = row * scale_y
        i = min(int(y), ny - 2)
        fy = y - i
        for column in range(width):
            x = column * scale_x
            j = min(int(x), nx - 2)
            fx = x - j
            for c in range(2):
                upper = backward[i, j, c] + fx * (backward[i, j + 1, c] - backward[i, j, c])
                lower = backward[i + 1, j, c] + fx * (backward[i + 1, j + 1, c] - backward[i + 1, j, c])
                source[c, row, column] = (column if c == 0 else row) + upper + fy * (lower - upper)


@compiled
def _join(
    raster: tuple[IntArray, FloatArray, FloatArray],
    mesh: tuple[IntArray, NDArray[np.bool_], FloatArray, FloatArray],
    place: tuple[int, int, int, int],
    source: FloatArray,
) -> None:
    """Draws the mesh's flow into `source` where the raster sees skin."""
    triangle, weights, fade = raster
    triangles, is_skin, source_uv, vertex_alpha = mesh
    left, top, x0, y0 = place
    rows, columns = triangle.shape
    for row in range(rows):
        for column in range(columns):
            t = triangle[row, column]
            if t < 0 or not is_skin[t]:
                continue
            i, j, k = triangles[t, 0], triangles[t, 1], triangles[t, 2]
            w0, w1, w2 = weights[row, column, 0], weights[row, column, 1], weights[row, column, 2]
            alpha = fade[row, column] * (w0 * vertex_alpha[i] + w1 * vertex_alpha[j] + w2 * vertex_alpha[k])
            if alpha <= 0:
                continue
            x = w0 * source_uv[i, 0] + w1 * source_uv[j, 0] + w2 * source_uv[k, 0] - x0
            y = w0 * source_uv[i, 1] + w1 * source_uv[j, 1] + w2 * source_uv[k, 1] - y0
            r, c = top + row, left + column
            source[0, r, c] += alpha * (x - source[0, r, c])
            source[1, r, c] += alpha * (y - source[1, r, c])
