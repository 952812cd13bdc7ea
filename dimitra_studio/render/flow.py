"""Where every pixel of a frame comes from in the portrait.

Two flows are joined into one map, so the portrait is sampled once and nothing is seen double: the mesh's where the
face is seen, the grid's (see `grid`) everywhere else, with a ramp between them along the head's outline.
"""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray
from scipy.spatial import KDTree

from dimitra_studio.core.arrays import FloatArray
from dimitra_studio.render.compiled import compiled
from dimitra_studio.render.compose import extend_skin
from dimitra_studio.render.geometry import HeadGeometry, PosedHead, smoothstep
from dimitra_studio.render.grid import fill_surroundings
from dimitra_studio.render.raster import IntArray, Raster, Window, interpolate, rasterise, window_around
from dimitra_studio.render.texture import read_texture

# All lengths in eye distances.
_CELL = 0.1
_DECAY = 0.8
_HEAD_MARGIN = 1.8
_OUTLINE_RAMP = 0.15
# Px that the skin reaches into eyes and mouth, so that a pixel on their edge knows its colour.
_EXTENSION = 2
_EAR_RAMP = 0.12  # dm


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
        model = geometry.model
        outer = ~model.region("mouth_bag", "teeth_upper", "teeth_lower", "tongue")
        self._eye_distance = geometry.eye_distance
        self._outer = model.triangles[outer]
        self._is_skin = model.region("skin")[outer]
        self._vertices = np.unique(self._outer)
        self.texture = read_texture(geometry)
        self._alpha = (_face_alpha(geometry) * self.texture.trust).astype(np.float32)
        self._hold = (_away_from_ears(geometry) * smoothstep(0.2, 0.8, self.texture.trust)).astype(np.float32)
        self.window = _head_window(geometry, width, height)
        self._build_grid(width, height)

    def map(self, posed: PosedHead) -> BackwardMap:
        """The map that turns the portrait's head into `posed`."""
        texture, outline = self.texture.at(posed)
        window = window_around(posed.uv[self._vertices], 1).clipped(self.window)
        face = rasterise(posed.uv, posed.depth, self._outer, window, cull=True)
        fade = self._outline_fade(face)
        backward = self._surroundings(posed, outline, face.window, fade)
        source = np.empty((2, self.window.height, self.window.width), np.float32)
        _spread(backward, source)
        _join(
            (face.triangle, face.weights, fade),
            (self._outer, self._is_skin, texture - self._origin, self._alpha),
            (window.x - self.window.x, window.y - self.window.y),
            source,
        )
        skin = np.ones(source.shape[1:], bool)
        skin[window.inside(self.window)] = ~face.covered | self._is_skin[face.triangle]
        extend_skin(source, skin, _EXTENSION)
        return BackwardMap(self.window, source, face)

    def _surroundings(self, posed: PosedHead, outline: FloatArray, window: Window, fade: FloatArray) -> FloatArray:
        """Backward displacement [ny, nx, 2] of the grid's nodes, px.

        A node is held the less the nearer it lies to the head's outline, to an ear or to skin that the portrait does
        not show: so nothing jumps when one of these passes it.
        """
        on_grid = (posed.uv - self._origin) / self._cell
        seen = rasterise(on_grid, posed.depth, self._outer, Window(0, 0, *self._pinned.shape[::-1]), cull=True)
        values = interpolate(seen, self._outer, np.column_stack([outline - posed.uv, self._hold]))
        hold = values[..., 2] * _at_nodes(fade, window, self._origin, self._cell, self._pinned.shape)
        values = values[..., :2]
        values[self._pinned], hold[self._pinned] = 0, 1
        return fill_surroundings(values, hold, self._screening)

    def _outline_fade(self, face: Raster) -> FloatArray:
        if face.window.empty:
            return np.zeros(face.triangle.shape, np.float32)
        distance = cv2.distanceTransform(face.covered.astype(np.uint8), cv2.DIST_L2, 3)
        fade: FloatArray = np.minimum(distance / (_OUTLINE_RAMP * self._eye_distance), 1).astype(np.float32)
        return fade

    def _build_grid(self, width: int, height: int) -> None:
        window, spacing = self.window, _CELL * self._eye_distance
        nx = max(int(np.ceil((window.width - 1) / spacing)) + 1, 3)
        ny = max(int(np.ceil((window.height - 1) / spacing)) + 1, 3)
        self._cell = np.array([(window.width - 1) / (nx - 1), (window.height - 1) / (ny - 1)], np.float32)
        self._origin = np.array([window.x, window.y], np.float32)
        # Where the window ends inside the picture nothing may move.
        self._pinned = np.zeros((ny, nx), bool)
        self._pinned[:, 0] |= window.x > 0
        self._pinned[:, -1] |= window.x + window.width < width
        self._pinned[0] |= window.y > 0
        self._pinned[-1] |= window.y + window.height < height
        self._screening = np.full((ny, nx), (_CELL / _DECAY) ** 2, np.float32)


def _at_nodes(
    fade: FloatArray, window: Window, origin: FloatArray, cell: FloatArray, shape: tuple[int, ...]
) -> FloatArray:
    """The `fade` that covers `window` at the grid's nodes [ny, nx], 0 outside."""
    rows = origin[1] + cell[1] * np.arange(shape[0]) - window.y
    columns = origin[0] + cell[0] * np.arange(shape[1]) - window.x
    if not fade.size:
        return np.zeros(shape, np.float32)
    x, y = np.meshgrid(columns.astype(np.float32), rows.astype(np.float32))
    return np.asarray(
        cv2.remap(fade, x, y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_CONSTANT, borderValue=0), np.float32
    )


def _away_from_ears(geometry: HeadGeometry) -> NDArray[np.float64]:
    """0 on the ears and what is not skin, 1 on the skin well away from them [V]."""
    model = geometry.model
    ears = np.unique(model.triangles[model.region("ears")])
    distance, _ = KDTree(model.mean[ears]).query(model.mean)
    away = smoothstep(0, _EAR_RAMP, distance)
    away[np.unique(model.triangles[model.region("eye_left", "eye_right")])] = 0
    return away


def _head_window(geometry: HeadGeometry, width: int, height: int) -> Window:
    """The head with room to move, clipped to the picture."""
    margin = _HEAD_MARGIN * geometry.eye_distance
    return window_around(geometry.source.uv, margin).clipped(Window(0, 0, width, height))


def _face_alpha(geometry: HeadGeometry) -> NDArray[np.float64]:
    """How far each vertex [V] decides the flow: the face does, skull, ears and neck leave it to the grid."""
    model, (_, y, z) = geometry.model, geometry.model.mean.T
    alpha = smoothstep(0.35, 0.62, z) * smoothstep(5.75, 6.1, y) * smoothstep(8.0, 7.75, y)
    alpha[model.triangles[model.region("ears")]] = 0
    return alpha


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
    corner: tuple[int, int],
    source: FloatArray,
) -> None:
    """Draws the mesh's flow into `source` where the raster sees skin."""
    triangle, weights, fade = raster
    triangles, is_skin, texture, vertex_alpha = mesh
    left, top = corner
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
            r, c = top + row, left + column
            for axis in range(2):
                place = w0 * texture[i, axis] + w1 * texture[j, axis] + w2 * texture[k, axis]
                source[axis, r, c] += alpha * (place - source[axis, r, c])
