"""What a network sees of one frame: the warp's picture, and all that the mesh knows about every sample of it.

Bytes throughout, so that a training set of many frames fits on a disk and a network in use sees the same numbers.
"""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from dimitra_studio.core.arrays import FloatArray
from dimitra_studio.face.head_model import REGIONS
from dimitra_studio.face.morph import vertex_normals
from dimitra_studio.render.compiled import compiled
from dimitra_studio.render.geometry import HeadGeometry, PosedHead
from dimitra_studio.render.neural.part import Crop, Framing
from dimitra_studio.render.raster import IntArray, Window, rasterise
from dimitra_studio.render.warp import Drawn

# A sample's label: 0 where there is no head.
LABELS = ("nothing", "skin", "eye", "teeth_upper", "teeth_lower", "tongue", "mouth_bag")
MOUTH_INSIDE = tuple(LABELS.index(name) for name in ("teeth_upper", "teeth_lower", "tongue", "mouth_bag"))
SURFACE = 5  # visibility in the portrait, stretch, normal x, y, z
_MERGED = {"ears": "skin", "eye_left": "eye", "eye_right": "eye"}
_LABEL_OF_REGION = np.array([LABELS.index(_MERGED.get(region, region)) for region in REGIONS], np.uint8)
# Fourfold either way is as far as it is told.
_LARGEST_STRETCH = np.log(4.0)
_UNIT = 16_000  # steps of a place from the middle of the portrait's square to its border


@dataclass(frozen=True)
class Sight:
    """A square of `side` samples: `picture` [s, s, 3] as warped, `label` [s, s] of LABELS, `surface` [s, s, 5] from
    -127 to 127 (SURFACE), `places` [s, s, 2] where each comes from in the portrait's own square (`unpack_places`)."""

    picture: NDArray[np.uint8]
    label: NDArray[np.uint8]
    surface: NDArray[np.int8]
    places: NDArray[np.int16]


class Viewer:
    """Looks at frames of one person through the squares of a `framing`."""

    def __init__(self, geometry: HeadGeometry, framing: Framing) -> None:
        model = geometry.model
        self._framing = framing
        self._triangles = model.triangles
        self._label = _LABEL_OF_REGION[model.triangle_region]
        self._source_places = framing.source.place(geometry.source.uv)
        self._source_area = _areas(geometry.source.uv, model.triangles)
        towards = -geometry.source.placed + np.array([0, 0, geometry.camera.distance], np.float32)
        towards /= np.linalg.norm(towards, axis=1, keepdims=True)
        self._visibility = np.einsum("vc,vc->v", geometry.source_normals, towards).astype(np.float32)

    def look(self, drawn: Drawn, posed: PosedHead, crop: Crop) -> Sight:
        """What the square shows of a frame."""
        uv = crop.place(posed.uv)
        raster = rasterise(uv, posed.depth, self._triangles, Window(0, 0, crop.side, crop.side))
        area = _areas(posed.uv, self._triangles)
        with np.errstate(divide="ignore", invalid="ignore"):
            stretch = np.nan_to_num(np.log(np.abs(self._source_area / area)), nan=0, posinf=9, neginf=-9)
        stretch = np.clip(stretch / _LARGEST_STRETCH, -1, 1).astype(np.float32)
        label = np.zeros(raster.triangle.shape, np.uint8)
        surface = np.zeros((*label.shape, SURFACE), np.int8)
        places = self._surroundings(drawn, crop)
        normals = vertex_normals(posed.placed, self._triangles)
        _fill(
            (raster.triangle, raster.weights),
            (self._triangles, self._label, self._visibility, stretch, normals, self._source_places),
            (label, surface, places),
        )
        units = np.clip(places / ((crop.side - 1) / 2) - 1, -2, 2)
        return Sight(crop.cut(drawn.frame), label, surface, np.rint(units * _UNIT).astype(np.int16))

    def _surroundings(self, drawn: Drawn, crop: Crop) -> FloatArray:
        """Where the samples come from as the warp's map has it [s, s, 2], in samples of the portrait's square."""
        window, backward = drawn.backward.window, drawn.backward.source
        matrix = np.array([[crop.spacing, 0, crop.x - window.x], [0, crop.spacing, crop.y - window.y]])
        origin = np.array([window.x, window.y], np.float32)
        places = np.empty((crop.side, crop.side, 2), np.float32)
        for axis in range(2):
            places[..., axis] = cv2.warpAffine(
                backward[axis], matrix, (crop.side, crop.side), flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP,
                borderMode=cv2.BORDER_REPLICATE,
            )  # fmt: skip
        return self._framing.source.place(places + origin)


def unpack_places(places: NDArray[np.int16]) -> FloatArray:
    """Places [..., 2]: -1 is the centre of the first sample of the portrait's square, 1 of its last; 2 at most."""
    return np.asarray(places, np.float32) / np.float32(_UNIT)


def _areas(uv: FloatArray, triangles: NDArray[np.int32]) -> FloatArray:
    """Twice the signed area of each triangle [F], px²."""
    a, b, c = uv[triangles[:, 0]], uv[triangles[:, 1]], uv[triangles[:, 2]]
    ab, ac = b - a, c - a
    return np.asarray(ab[:, 0] * ac[:, 1] - ab[:, 1] * ac[:, 0], np.float32)


@compiled
def _fill(
    raster: tuple[IntArray, FloatArray],
    mesh: tuple[IntArray, NDArray[np.uint8], FloatArray, FloatArray, FloatArray, FloatArray],
    out: tuple[NDArray[np.uint8], NDArray[np.int8], FloatArray],
) -> None:
    triangle, weights = raster
    triangles, region_label, visibility, stretch, normals, source = mesh
    label, surface, places = out
    rows, columns = triangle.shape
    for row in range(rows):
        for column in range(columns):
            t = triangle[row, column]
            if t < 0:
                continue
            i, j, k = triangles[t, 0], triangles[t, 1], triangles[t, 2]
            w0, w1, w2 = weights[row, column, 0], weights[row, column, 1], weights[row, column, 2]
            label[row, column] = region_label[t]
            seen = w0 * visibility[i] + w1 * visibility[j] + w2 * visibility[k]
            surface[row, column, 0] = np.int8(np.rint(127 * min(max(seen, -1.0), 1.0)))
            surface[row, column, 1] = np.int8(np.rint(127 * stretch[t]))
            for axis in range(3):
                normal = w0 * normals[i, axis] + w1 * normals[j, axis] + w2 * normals[k, axis]
                surface[row, column, 2 + axis] = np.int8(np.rint(127 * min(max(normal, -1.0), 1.0)))
            for axis in range(2):
                places[row, column, axis] = w0 * source[i, axis] + w1 * source[j, axis] + w2 * source[k, axis]
