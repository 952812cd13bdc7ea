"""From coefficients to vertices to pixels."""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from dimitra_studio.core.arrays import FloatArray
from dimitra_studio.core.face import Camera
from dimitra_studio.face.compiled_shapes import add_shapes, sum_normals
from dimitra_studio.face.components import COMPONENT_INDEX
from dimitra_studio.face.head_model import HeadModel, LidClosure
from dimitra_studio.face.rotation import euler_to_matrix

_JAW_OPEN, _MOUTH_CLOSE = COMPONENT_INDEX["jawOpen"], COMPONENT_INDEX["mouthClose"]


def neutral(model: HeadModel, identity: ArrayLike) -> FloatArray:
    """The person [V, 3] without expression: mean + identity [80], in standard deviations, times the modes."""
    vertices = model.mean.copy()
    _add(vertices, np.array(identity, np.float32), model.identity)
    return vertices


def deform(model: HeadModel, neutral: FloatArray, components: ArrayLike) -> FloatArray:
    """The head `neutral` [V, 3] with expression `components` [64].

    A blink of 1 closes the lids exactly for every identity and with any other component: their gap is
    (1 - blink) times the gap without the blink. mouthClose undoes an open jaw, so it counts up to jawOpen only.
    """
    e = np.array(components, np.float32)
    e[_MOUTH_CLOSE] = min(e[_MOUTH_CLOSE], max(e[_JAW_OPEN], 0))
    vertices = np.array(neutral, np.float32, order="C")
    _add(vertices, e, model.expression)
    for lid in model.lids:
        if e[lid.blink] != 0:
            _close_lid(model, lid, vertices, e[lid.blink])
    return vertices


def place(vertices: NDArray[np.float32], pose: ArrayLike, model: HeadModel) -> FloatArray:
    """Vertices [N, 3] turned about the model's pivot and moved: Q = R (P - pivot) + t.

    `pose` is pitch, yaw, roll (radians), x, y, z (dm).
    """
    pose = np.asarray(pose, np.float64)
    R = euler_to_matrix(pose[:3])
    shift = pose[3:] - R @ model.pivot
    placed: FloatArray = vertices @ R.T.astype(np.float32) + shift.astype(np.float32)
    return placed


def project(Q: FloatArray, camera: Camera) -> tuple[FloatArray, FloatArray]:
    """Pixels [N, 2] (centres whole) and depth [N], dm from the camera, of placed vertices [N, 3]."""
    depth = np.float32(camera.distance) - Q[:, 2]
    scale = np.float32(camera.focal) / depth
    uv = np.stack([camera.cx + scale * Q[:, 0], camera.cy - scale * Q[:, 1]], axis=1).astype(np.float32)
    return uv, depth


def landmark_points(model: HeadModel, vertices: FloatArray) -> FloatArray:
    """The 478 landmarks [478, 3] on the surface of the head `vertices` [V, 3]."""
    points: FloatArray = np.einsum("nk,nkd->nd", model.landmark_weights, vertices[model.landmark_vertices])
    return points


def vertex_normals(vertices: FloatArray, triangles: NDArray[np.int32]) -> FloatArray:
    """Unit normals [V, 3], each the area-weighted mean of its triangles'; (0, 0, 1) where no triangle has an area."""
    total = np.zeros((len(vertices), 3), np.float32)
    sum_normals(np.ascontiguousarray(vertices, np.float32), triangles, total)
    length = np.linalg.norm(total, axis=1, keepdims=True)
    flat = length == 0
    normals: FloatArray = np.where(flat, np.array([0, 0, 1], np.float32), total / np.where(flat, 1, length))
    return normals


def _add(vertices: FloatArray, weights: FloatArray, shapes: FloatArray) -> None:
    """Adds `weights` [K] times `shapes` [K, V, 3] in place; `vertices` is contiguous."""
    if weights.shape != (len(shapes),):
        raise ValueError(f"got coefficients of shape {weights.shape}, expected ({len(shapes)},)")
    add_shapes(weights, shapes.reshape(len(shapes), -1), vertices.reshape(-1))


def _close_lid(model: HeadModel, lid: LidClosure, vertices: FloatArray, blink: np.float32) -> None:
    """Adds in place, times `blink`, what closes the gap that `vertices`, whose blink is `blink`, would have at 1."""
    rest = (1 - blink) * model.expression[lid.blink]
    upper, lower = lid.seam.upper, lid.seam.lower
    gap = vertices[upper] + rest[upper] - vertices[lower] - rest[lower]
    vertices[lid.vertices] += blink * lid.weights[:, None] * gap[lid.rim]
