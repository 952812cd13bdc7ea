"""The part of the head that each landmark may lie on."""

import itertools

import numpy as np
from numpy.typing import NDArray

from dimitra_studio.core.arrays import FloatArray
from dimitra_studio.core.face import LANDMARK_COUNT, Camera
from dimitra_studio.face.building.raster import visible_triangles
from dimitra_studio.face.building.surface import Surface
from dimitra_studio.face.components import COMPONENT_INDEX
from dimitra_studio.face.head_model import HeadModel
from dimitra_studio.face.landmark_sets import EYE_LEFT, EYE_RIGHT, IRIS_LEFT_CENTRE, IRIS_RIGHT_CENTRE, LIPS_INNER
from dimitra_studio.face.morph import place, project

_SIZE = 500
_CAMERA = Camera(focal=1500.0, cx=_SIZE / 2, cy=_SIZE / 2, width=_SIZE, height=_SIZE)
# Landmarks lie on what faces the front; the throat and the neck's inside lie behind (dm).
_FRONT = 0.1
# jawOpen moves the lower lip down by more than the first, the upper by less than the second (dm).
_LOWER_MOVES, _UPPER_MOVES = 0.17, 0.08

# The lips' other rings in MediaPipe's mesh, without the corners.
_UPPER_LIP = (
    185,
    40,
    39,
    37,
    0,
    267,
    269,
    270,
    409,
    183,
    42,
    41,
    38,
    12,
    268,
    271,
    272,
    407,
    184,
    74,
    73,
    72,
    11,
    302,
    303,
    304,
    408,
)
_LOWER_LIP = (
    375,
    321,
    405,
    314,
    17,
    84,
    181,
    91,
    146,
    96,
    89,
    179,
    86,
    15,
    316,
    403,
    319,
    325,
    77,
    90,
    180,
    85,
    16,
    315,
    404,
    320,
    307,
)
# Landmarks that slide along the rim of the mouth (with its corners) or of an upper lid. MediaPipe's rings start at the
# subject's right corner (mouth) or outer corner (eyes) and go along the upper side first. The eyes' corners lie outside
# the rims (caruncle, outer fold) and the lower lid's landmarks a little below: both are left free.
_UPPER_RIM, _LOWER_RIM = LIPS_INNER[:11], LIPS_INNER[11:]
_LID_LEFT, _LID_RIGHT = EYE_LEFT[2:7], EYE_RIGHT[2:7]


class LandmarkSurface:
    """Snaps the 478 landmarks to where they belong on the mean head."""

    def __init__(self, model: HeadModel) -> None:
        self._vertices = model.mean
        self._triangles = model.triangles
        skin = model.region("skin", "ears") & _seen(model)
        drop = -model.expression[COMPONENT_INDEX["jawOpen"], :, 1][model.triangles].mean(axis=1)
        irises = {
            "eye_right": np.arange(IRIS_RIGHT_CENTRE, IRIS_LEFT_CENTRE),
            "eye_left": np.arange(IRIS_LEFT_CENTRE, LANDMARK_COUNT),
        }
        special = np.concatenate(
            [_UPPER_LIP, _LOWER_LIP, *irises.values(), _UPPER_RIM, _LOWER_RIM, _LID_LEFT, _LID_RIGHT]
        )
        parts = [
            (np.setdiff1d(np.arange(LANDMARK_COUNT), special), skin),
            (np.array(_UPPER_LIP), skin & (drop < _UPPER_MOVES)),
            (np.array(_LOWER_LIP), skin & (drop > _LOWER_MOVES)),
            *((indices, model.region(name)) for name, indices in irises.items()),
        ]
        left, right = model.lids
        self._parts: list[tuple[NDArray[np.int64], Surface | _Curve]] = [
            *((indices, Surface(self._vertices, self._triangles, allowed)) for indices, allowed in parts),
            (np.array(_UPPER_RIM), _Curve(model, model.mouth.upper)),
            (np.array(_LOWER_RIM), _Curve(model, model.mouth.lower)),
            (np.array(_LID_LEFT), _Curve(model, left.seam.upper)),
            (np.array(_LID_RIGHT), _Curve(model, right.seam.upper)),
        ]

    def points(self, triangles: NDArray[np.int32], weights: NDArray[np.floating]) -> NDArray[np.float64]:
        """Where landmarks lie on the mean head [478, 3]."""
        found: NDArray[np.float64] = np.einsum(
            "nk,nkd->nd", weights, self._vertices[self._triangles[triangles]]
        ).astype(float)
        return found

    def snap(self, points: NDArray[np.float64]) -> tuple[NDArray[np.int32], NDArray[np.float64]]:
        """The triangles [478] and weights [478, 3] that are nearest to `points` [478, 3]."""
        triangles, weights = np.zeros(LANDMARK_COUNT, np.int32), np.zeros((LANDMARK_COUNT, 3))
        for indices, part in self._parts:
            triangles[indices], weights[indices] = part.snap(points[indices])
        return triangles, weights


class _Curve:
    """A rim, on which landmarks slide from left to right."""

    def __init__(self, model: HeadModel, curve: NDArray[np.int32]) -> None:
        self._x = model.mean[curve, 0].astype(np.float64)
        wanted = {frozenset(pair): index for index, pair in enumerate(itertools.pairwise(curve.tolist()))}
        self._triangle = np.zeros(len(curve) - 1, np.int32)
        self._corners = np.zeros((len(curve) - 1, 2), np.int32)
        skin = np.flatnonzero(model.region("skin"))
        for triangle in skin:
            corners = model.triangles[triangle].tolist()
            for a, b in itertools.combinations(range(3), 2):
                index = wanted.get(frozenset((corners[a], corners[b])))
                if index is not None:
                    first = a if corners[a] == curve[index] else b
                    self._triangle[index], self._corners[index] = triangle, (first, a + b - first)

    def snap(self, points: NDArray[np.float64]) -> tuple[NDArray[np.int32], NDArray[np.float64]]:
        x = np.clip(points[:, 0], self._x[0], self._x[-1])
        edge = np.clip(np.searchsorted(self._x, x) - 1, 0, len(self._x) - 2)
        along = np.clip((x - self._x[edge]) / np.maximum(self._x[edge + 1] - self._x[edge], 1e-9), 0, 1)
        weights = np.zeros((len(points), 3))
        rows = np.arange(len(points))
        weights[rows, self._corners[edge, 0]] = 1 - along
        weights[rows, self._corners[edge, 1]] = along
        return self._triangle[edge], weights


def _seen(model: HeadModel) -> NDArray[np.bool_]:
    """Triangles [F] on the front that someone walking around the neutral head sees."""
    seen = np.zeros(len(model.triangles), bool)
    for yaw in np.linspace(-1.2, 1.2, 9):
        uv, depth = project(place(model.mean, (0, yaw, 0, 0, 0, 0), model), _CAMERA)
        hits = visible_triangles(uv, depth, model.triangles, (_SIZE, _SIZE))
        seen[np.unique(hits[hits >= 0])] = True
    front: FloatArray = model.mean[model.triangles, 2].mean(axis=1)
    visible: NDArray[np.bool_] = seen & (front > _FRONT)
    return visible
