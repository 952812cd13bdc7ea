"""Joins what is seen through the openings of the face (mouth, eyes) with the skin around them.

Skin and interior are each sampled at the picture's own pixels; only how much of a pixel each covers is measured finer.
So edges are smooth, and a face that does not move is the portrait, bit by bit.
"""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from dimitra_studio.core.arrays import FloatArray
from dimitra_studio.face.head_model import HeadModel, Seam
from dimitra_studio.render.compiled import compiled
from dimitra_studio.render.geometry import PosedHead
from dimitra_studio.render.raster import IntArray, Raster, Window, rasterise, window_around

Pixels = NDArray[np.uint8]
# Samples per pixel and axis: enough for smooth edges on small faces, few enough to stay fast on large ones.
_SAMPLES, _FINEST, _COARSEST = 240, 4, 2
# Where the map jumps by more than this between neighbours, px, one sample does not stand for the pixel.
_JUMP = 2.0


@dataclass(frozen=True)
class View:
    """An opening as one frame shows it.

    `window` lies around it; `fine` is the supersampled raster of skin and interior, `plain` the interior's alone at the
    pixels; `open` [h, w] is how much of each pixel shows the interior (0..1).
    """

    window: Window
    fine: Raster
    plain: Raster
    open: FloatArray


class Opening:
    """The `interior` (names of regions) seen through a `seam`, and the skin within `radius` dm of the seam's middle."""

    def __init__(
        self, model: HeadModel, seam: Seam, interior: tuple[str, ...], radius: float, eye_distance: float
    ) -> None:
        rim = np.unique(np.concatenate([seam.upper, seam.lower]))
        middle = model.mean[rim].mean(axis=0)
        near = (np.linalg.norm(model.mean - middle, axis=1) < radius)[model.triangles].any(axis=1)
        inside = model.region(*interior)
        near = inside | (near & model.region("skin"))
        self.rim = rim
        self.triangles = model.triangles[near]
        self.region = model.triangle_region[near]
        self.is_skin = model.region("skin")[near]
        self.interior = model.triangles[near & inside]
        self.interior_region = model.triangle_region[near & inside]
        self._margin = 0.08 * eye_distance + 2
        self._scale = int(np.clip(round(_SAMPLES / eye_distance), _COARSEST, _FINEST))

    def view(self, posed: PosedHead, bounds: Window) -> View | None:
        """What is seen through the opening, or None where nothing is."""
        window = window_around(posed.uv[self.rim], self._margin).clipped(bounds)
        if window.empty:
            return None
        finer = Window(window.x, window.y, window.width, window.height, self._scale)
        fine = rasterise(posed.uv, posed.depth, self.triangles, finer)
        opened = np.zeros((window.height, window.width), np.float32)
        _measure_open(fine.triangle, self.is_skin, self._scale, opened)
        if not opened.any():
            return None
        plain = rasterise(posed.uv, posed.depth, self.interior, window)
        return View(window, fine, plain, opened)


def extend_skin(source: FloatArray, skin: NDArray[np.bool_], steps: int) -> None:
    """Carries the skin's part of a backward map [2, h, w] `steps` px into what is not `skin` [h, w], in place."""
    known = skin.copy()
    for _ in range(steps):
        reached = known.copy()
        _extend(source, known, reached)
        known = reached


def paste(frame: Pixels, view: View, bounds: Window, interior: Pixels | FloatArray, opacity: float = 1.0) -> None:
    """Shows `interior` [h, w, 3] through the opening of a `frame` that covers `bounds`, in place."""
    patch = frame[view.window.inside(bounds)]
    share = np.float32(opacity) * view.open[..., None]
    patch[...] = np.clip(np.rint(patch + share * (interior - patch.astype(np.float32))), 0, 255).astype(np.uint8)


def sample(picture: Pixels, x: FloatArray, y: FloatArray) -> Pixels:
    """The picture [H, W] or [H, W, 3] at places [h, w] px (bicubic, mirrored beyond the border); raises ValueError if
    empty."""
    if not picture.size:
        # OpenCV would look for the border for ever.
        raise ValueError("an empty picture has no colours")
    return np.asarray(cv2.remap(picture, x, y, cv2.INTER_CUBIC, borderMode=cv2.BORDER_REFLECT_101), np.uint8)


def nearest_colours(patch: Pixels, lenders: NDArray[np.bool_]) -> Pixels:
    """Each pixel's nearest lender's colour, lightly smoothed."""
    _, label = cv2.distanceTransformWithLabels(
        (~lenders).astype(np.uint8), cv2.DIST_L2, 5, labelType=cv2.DIST_LABEL_PIXEL
    )
    colours = np.zeros((int(label.max()) + 1, 3), np.uint8)
    colours[label[lenders]] = patch[lenders]
    return np.asarray(cv2.blur(colours[label], (3, 3)), np.uint8)


def soften_jumps(frame: Pixels, source: FloatArray) -> None:
    """Averages 3 x 3 px, in place, where neighbours come from places far apart (one surface before another)."""
    _soften(frame.copy(), source, _JUMP, frame)


@compiled
def _measure_open(triangle: IntArray, is_skin: NDArray[np.bool_], scale: int, opened: FloatArray) -> None:
    rows, columns = opened.shape
    share = np.float32(1.0 / (scale * scale))
    for row in range(rows):
        for column in range(columns):
            count = 0
            for i in range(scale):
                for j in range(scale):
                    t = triangle[row * scale + i, column * scale + j]
                    if t >= 0 and not is_skin[t]:
                        count += 1
            opened[row, column] = count * share


@compiled
def _extend(source: FloatArray, known: NDArray[np.bool_], reached: NDArray[np.bool_]) -> None:
    _, rows, columns = source.shape
    for row in range(rows):
        for column in range(columns):
            if known[row, column]:
                continue
            count, dx, dy = 0, np.float32(0.0), np.float32(0.0)
            for i in range(max(row - 1, 0), min(row + 2, rows)):
                for j in range(max(column - 1, 0), min(column + 2, columns)):
                    if known[i, j]:
                        count += 1
                        dx += source[0, i, j] - j
                        dy += source[1, i, j] - i
            if count > 0:
                source[0, row, column] = column + dx / count
                source[1, row, column] = row + dy / count
                reached[row, column] = True


@compiled
def _soften(before: Pixels, source: FloatArray, jump: float, after: Pixels) -> None:
    rows, columns, _ = before.shape
    for row in range(1, rows - 1):
        for column in range(1, columns - 1):
            x, y = source[0, row, column], source[1, row, column]
            if (
                abs(source[0, row, column + 1] - x - 1) < jump
                and abs(source[1, row, column + 1] - y) < jump
                and abs(source[0, row + 1, column] - x) < jump
                and abs(source[1, row + 1, column] - y - 1) < jump
                and abs(x - source[0, row, column - 1] - 1) < jump
                and abs(y - source[1, row, column - 1]) < jump
                and abs(x - source[0, row - 1, column]) < jump
                and abs(y - source[1, row - 1, column] - 1) < jump
            ):
                continue
            for channel in range(3):
                total = 4 * np.int32(before[row, column, channel])
                total += 2 * (
                    np.int32(before[row - 1, column, channel])
                    + before[row + 1, column, channel]
                    + before[row, column - 1, channel]
                    + before[row, column + 1, channel]
                )
                total += (
                    np.int32(before[row - 1, column - 1, channel])
                    + before[row - 1, column + 1, channel]
                    + before[row + 1, column - 1, channel]
                    + before[row + 1, column + 1, channel]
                )
                after[row, column, channel] = (total + 8) // 16
