"""The portrait's head in motion: vertices from coefficients to pixels, with the neck held by the shoulders."""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike, NDArray

from dimitra_studio.core.arrays import FloatArray
from dimitra_studio.core.face import Camera, FaceFit
from dimitra_studio.face.head_model import HeadModel
from dimitra_studio.face.landmark_sets import IRIS_LEFT_CENTRE, IRIS_RIGHT_CENTRE
from dimitra_studio.face.morph import deform, place, project, vertex_normals
from dimitra_studio.face.rotation import euler_to_matrix
from dimitra_studio.render.registration import registered_neutral

# The neck turns with the head above, stays with the shoulders below; dm of the model's y.
_NECK = (5.85, 6.35)
# Lips this near are closed, lips that far are left as they are, dm: a fit leaves closed lips 1 to 2 % of the eyes'
# distance apart.
_LIPS_CLOSED, _LIPS_OPEN = 0.008, 0.022


@dataclass(frozen=True)
class PosedHead:
    """Vertices as seen by the camera: `uv` [V, 2] px, `depth` [V] dm, `placed` [V, 3] dm; the `rotation` [3, 3]."""

    uv: FloatArray
    depth: FloatArray
    placed: FloatArray
    rotation: NDArray[np.float64]


class HeadGeometry:
    """One person's head: `source` is how the portrait shows it, `pose` gives it any other expression and pose.

    `eye_distance` is the portrait's inter-ocular distance in px, the measure of all margins.
    """

    def __init__(self, model: HeadModel, fit: FaceFit) -> None:
        self.model = model
        self.camera: Camera = fit.camera
        self.neutral = registered_neutral(model, fit, fit.camera)
        self.fit = fit
        self._follows = smoothstep(_NECK[0], _NECK[1], self.neutral[:, 1])[:, None].astype(np.float32)
        self.source = self.pose(fit.expression, fit.pose)
        self.eye_distance = self._measure_eye_distance()
        self.source_normals = vertex_normals(self.source.placed, model.triangles)

    def pose(self, components: ArrayLike, pose: ArrayLike) -> PosedHead:
        """The head with expression `components` [64] at `pose` [6]."""
        vertices = _close_lips(self.model, deform(self.model, self.neutral, components))
        placed = place(vertices, pose, self.model)
        rest = place(vertices, self.fit.pose, self.model)
        placed = rest + self._follows * (placed - rest)
        uv, depth = project(placed, self.camera)
        return PosedHead(uv, depth, placed, euler_to_matrix(np.asarray(pose)[:3]))

    def _measure_eye_distance(self) -> float:
        """Px between the irises, as if the face looked into the camera."""
        corners = self.model.landmark_vertices[[IRIS_RIGHT_CENTRE, IRIS_LEFT_CENTRE]]
        right, left = self.source.placed[corners].mean(axis=1)
        depth = self.source.depth[corners].mean()
        return float(np.linalg.norm(right - left) * self.camera.focal / depth)


def _close_lips(model: HeadModel, vertices: FloatArray) -> FloatArray:
    """The head [V, 3] with lips that nearly meet brought together."""
    upper, lower = vertices[model.mouth.upper], vertices[model.mouth.lower]
    across_upper, across_lower = model.mean[model.mouth.upper, 0], model.mean[model.mouth.lower, 0]
    opposite_upper = _along(across_upper, across_lower, lower)
    opposite_lower = _along(across_lower, across_upper, upper)
    for rim, own, opposite in (
        (model.mouth.upper, upper, opposite_upper),
        (model.mouth.lower, lower, opposite_lower),
    ):
        way = opposite - own
        closed = 1 - smoothstep(_LIPS_CLOSED, _LIPS_OPEN, np.abs(way[:, 1]))
        vertices[rim] = own + (0.5 * closed[:, None] * way).astype(np.float32)
    return vertices


def _along(across: FloatArray, other_across: FloatArray, other: FloatArray) -> FloatArray:
    """The points of the `other` curve [m, 3] opposite to places `across` [n]; both run from left to right."""
    order = np.argsort(other_across)
    points = [np.interp(across, other_across[order], other[order, axis]) for axis in range(3)]
    return np.stack(points, axis=1).astype(np.float32)


def scaled_fit(fit: FaceFit, width: int, height: int) -> FaceFit:
    """The fit for the same picture resized to `width` x `height` px (pixel centres are whole)."""
    camera = fit.camera
    sx, sy = width / camera.width, height / camera.height
    # One focal length serves both axes: a resize that keeps the aspect ratio changes it by rounding only.
    scaled = Camera(
        focal=camera.focal * np.sqrt(sx * sy),
        cx=(camera.cx + 0.5) * sx - 0.5,
        cy=(camera.cy + 0.5) * sy - 0.5,
        width=width,
        height=height,
        distance=camera.distance,
    )
    return replace(fit, camera=scaled, landmarks=(fit.landmarks + 0.5) * np.array([sx, sy]) - 0.5)


def mouth_pairs(model: HeadModel) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """Vertices of the upper and the lower lip's rim that lie one above the other [n], from left to right."""
    upper, lower = model.mouth.upper, model.mouth.lower
    across = np.abs(model.mean[lower, 0][:, None] - model.mean[upper, 0][None])
    return upper[across.argmin(axis=1)], lower


def smoothstep(low: float, high: float, x: ArrayLike) -> NDArray[np.float64]:
    """0 below `low`, 1 above `high`, a cubic between (`low` > `high` falls)."""
    t = np.clip((np.asarray(x, np.float64) - low) / (high - low), 0, 1)
    return np.asarray(t * t * (3 - 2 * t))
