"""First guess of the landmarks' places: renders heads and reads off which triangle each landmark hits."""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from dimitra_studio.core.arrays import FloatArray
from dimitra_studio.core.channels import COMPONENT_COUNT, IDENTITY_COUNT
from dimitra_studio.core.errors import ModelError
from dimitra_studio.core.face import LANDMARK_COUNT, Camera
from dimitra_studio.face.building.landmark_file import LandmarkPlaces
from dimitra_studio.face.building.landmark_surface import LandmarkSurface
from dimitra_studio.face.building.mirror import pair_landmarks, symmetrise
from dimitra_studio.face.building.raster import barycentric, visible_triangles
from dimitra_studio.face.components import COMPONENT_INDEX
from dimitra_studio.face.head_model import HeadModel
from dimitra_studio.face.landmark_sets import IRIS_LEFT_CENTRE, IRIS_RIGHT_CENTRE, LIPS_INNER, LIPS_OUTER
from dimitra_studio.face.landmarks import FaceDetector
from dimitra_studio.face.morph import deform, neutral, place, project, vertex_normals

_SIZE = 640
_CAMERA = Camera(focal=1900.0, cx=_SIZE / 2, cy=_SIZE / 2 + 20, width=_SIZE, height=_SIZE)
_COLOURS = {
    "skin": (205, 165, 145), "ears": (205, 160, 140), "mouth_bag": (90, 30, 30),
    "eye_left": (235, 232, 228), "eye_right": (235, 232, 228),
    "teeth_upper": (235, 232, 220), "teeth_lower": (225, 222, 210), "tongue": (190, 90, 90),
}  # fmt: skip
_BACKGROUND, _IRIS, _LASHES, _LIPS, _BROWS = (120, 130, 140), (60, 40, 30), (60, 45, 40), (170, 90, 90), (80, 60, 50)
_IRIS_RADIUS = 0.055
_LIGHT = np.array([0.25, 0.45, 0.86])
_BROW_RINGS = (
    (70, 63, 105, 66, 107, 55, 65, 52, 53, 46),
    (300, 293, 334, 296, 336, 285, 295, 282, 283, 276),
)
# Which landmarks are read off which regions of the picture.
_SHOWN_ON = (
    (("skin", "ears"), np.arange(IRIS_RIGHT_CENTRE)),
    (("eye_right",), np.arange(IRIS_RIGHT_CENTRE, IRIS_LEFT_CENTRE)),
    (("eye_left",), np.arange(IRIS_LEFT_CENTRE, LANDMARK_COUNT)),
)
# Deviations of the random heads: at 1 they are caricatures.
_SPREAD = 0.5


@dataclass(frozen=True)
class _Look:
    """How heads are shown: the model, MediaPipe, where landmarks may lie, and the chance that makes the heads."""

    model: HeadModel
    detector: FaceDetector
    surface: LandmarkSurface
    random: np.random.Generator


def search_landmarks(model: HeadModel, detector: FaceDetector, heads: int, seed: int) -> LandmarkPlaces:
    """Renders the mean head, then `heads` random ones with lips and brows painted where the first pass saw them.

    Raises ModelError when MediaPipe sees no face in one of them.
    """
    look = _Look(model, detector, LandmarkSurface(model), np.random.default_rng(seed))
    first = _place(look, [_find(look, None, spread=0.0)])
    return _place(look, [_find(look, first, spread=_SPREAD) for _ in range(heads)])


def _find(look: _Look, places: LandmarkPlaces | None, spread: float) -> NDArray[np.float64]:
    """The landmarks of one rendered head, carried over to the mean head [478, 3]."""
    model, random = look.model, look.random
    person = neutral(model, random.normal(0, spread, IDENTITY_COUNT))
    components = np.zeros(COMPONENT_COUNT)
    components[COMPONENT_INDEX["jawOpen"]] = random.uniform(0.2, 0.32)
    angles = random.uniform(-0.12, 0.12, 3) * (spread > 0)
    Q = place(deform(model, person, components), (*angles, 0, 0, 0), model)
    uv, depth = project(Q, _CAMERA)
    seen = visible_triangles(uv, depth, model.triangles, (_SIZE, _SIZE))
    faces = look.detector.detect(_paint(model, Q, uv, seen, places))
    if not faces:
        raise ModelError("MediaPipe found no face in a rendered head.")
    on_mean = np.zeros((LANDMARK_COUNT, 3))
    for names, indices in _SHOWN_ON:
        rows, columns = np.nonzero((seen >= 0) & model.region(*names)[seen])
        points = faces[0].landmarks[indices]
        _, nearest = cKDTree(np.stack([columns, rows], axis=1)).query(points)
        triangle = seen[rows[nearest], columns[nearest]]
        weights = np.clip(barycentric(points, uv[model.triangles[triangle]]), 0, 1)
        weights /= weights.sum(axis=1, keepdims=True)
        on_mean[indices] = np.einsum("nk,nkd->nd", weights, model.mean[model.triangles[triangle]])
    return on_mean


def _place(look: _Look, found: list[NDArray[np.float64]]) -> LandmarkPlaces:
    points = np.median(found, axis=0)
    triangles, weights = look.surface.snap(symmetrise(points, pair_landmarks(points)))
    return LandmarkPlaces(triangles, weights, f"MediaPipe on {len(found)} rendered heads")


def _paint(
    model: HeadModel, Q: FloatArray, uv: FloatArray, seen: NDArray[np.int32], places: LandmarkPlaces | None
) -> NDArray[np.uint8]:
    """The head as a picture with plain colours, dark irises and lashes and, where known, lips and brows."""
    colour = np.array(list(_COLOURS.values()), np.float64)[model.triangle_region]
    shade = 0.45 + 0.55 * np.clip(vertex_normals(Q, model.triangles)[model.triangles].mean(axis=1) @ _LIGHT, 0, 1)
    picture = np.full((*seen.shape, 3), _BACKGROUND, np.float64)
    hit = seen >= 0
    picture[hit] = (colour * shade[:, None])[seen[hit]]
    rows, columns = np.nonzero(hit & model.region("eye_left", "eye_right")[seen])
    triangle = seen[rows, columns]
    weights = barycentric(np.stack([columns, rows], axis=1), uv[model.triangles[triangle]])
    on_mean = np.einsum("nk,nkd->nd", weights, model.mean[model.triangles[triangle]])
    for name in ("eye_left", "eye_right"):
        centre = model.mean[model.triangles[model.region(name)]].mean(axis=(0, 1))
        iris = np.hypot(*(on_mean - centre)[:, :2].T) < _IRIS_RADIUS
        picture[rows[iris], columns[iris]] = _IRIS
    picture = cv2.GaussianBlur(picture, (0, 0), 0.7)
    for lid in model.lids:
        cv2.polylines(picture, [_fixed(uv[lid.seam.upper])], False, _LASHES, 2, cv2.LINE_AA, 4)
    if places is not None:
        points = np.einsum("nk,nkd->nd", places.weights, uv[model.triangles[places.triangles]])
        lips = np.zeros(seen.shape, np.uint8)
        cv2.fillPoly(lips, [_fixed(points[list(LIPS_OUTER)])], 1, shift=4)
        cv2.fillPoly(lips, [_fixed(points[list(LIPS_INNER)])], 0, shift=4)
        brows = np.zeros(seen.shape, np.uint8)
        for ring in _BROW_RINGS:
            cv2.fillPoly(brows, [_fixed(points[list(ring)])], 1, shift=4)
        for mask, tint in ((lips, _LIPS), (brows, _BROWS)):
            soft = 0.8 * cv2.GaussianBlur(mask.astype(np.float64), (0, 0), 1.2)[..., None]
            picture = picture * (1 - soft) + np.array(tint) * soft
    return np.clip(picture, 0, 255).astype(np.uint8)


def _fixed(points: NDArray[np.floating]) -> NDArray[np.int32]:
    """Pixels in OpenCV's fixed point with four bits."""
    return np.round(points * 16).astype(np.int32)
