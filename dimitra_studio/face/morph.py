"""From coefficients to vertices to pixels."""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from dimitra_studio.core.arrays import FloatArray
from dimitra_studio.core.face import Camera
from dimitra_studio.face.head_model import HeadModel, LidClosure
from dimitra_studio.face.rotation import euler_to_matrix


def neutral(model: HeadModel, identity: ArrayLike) -> FloatArray:
    """The person [V, 3] without expression: mean + identity [80], in standard deviations, times the modes."""
    b = np.asarray(identity, np.float32)
    modes = model.identity.reshape(len(b), -1)
    return model.mean + (b @ modes).reshape(-1, 3)


def deform(model: HeadModel, neutral: FloatArray, components: ArrayLike) -> FloatArray:
    """The head `neutral` [V, 3] with expression `components` [64].

    A blink of 1 closes the lids exactly for every identity and with any other component: their gap is
    (1 - blink) times the gap without the blink.
    """
    e = np.asarray(components, np.float32)
    vertices: FloatArray = neutral + (e @ model.expression.reshape(len(e), -1)).reshape(-1, 3)
    for lid in model.lids:
        if e[lid.blink] != 0:
            vertices[lid.vertices] += e[lid.blink] * _closing(model, lid, vertices, e[lid.blink])
    return vertices


def expression_basis(model: HeadModel, neutral: FloatArray) -> FloatArray:
    """`model.expression` [64, V, 3] with the two blinks as `deform` makes them for this person, other components at 0:
    what a linear fit takes for its derivative."""
    basis = model.expression.copy()
    for lid in model.lids:
        basis[lid.blink, lid.vertices] += _closing(model, lid, neutral, np.float32(0))
    return basis


def place(vertices: NDArray[np.float32], pose: ArrayLike, model: HeadModel) -> FloatArray:
    """Q = R (P - pivot) + t: vertices [N, 3] turned about the model's pivot, moved by `pose` (pitch, yaw, roll, x, y, z)."""
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
    a, b, c = (vertices[triangles[:, corner]] for corner in range(3))
    face = np.cross(b - a, c - a)
    count, corners = len(vertices), triangles.T.ravel()
    total = np.stack([np.bincount(corners, np.tile(face[:, axis], 3), count) for axis in range(3)], axis=1)
    length = np.linalg.norm(total, axis=1, keepdims=True)
    unit = np.where(length > 0, total / np.where(length > 0, length, 1), np.array([0, 0, 1]))
    return unit.astype(np.float32)


def _closing(model: HeadModel, lid: LidClosure, vertices: FloatArray, blink: np.float32) -> FloatArray:
    """What `lid.vertices` [n, 3] have to move for the lids of `vertices`, in which the blink is `blink`, to meet at 1."""
    closed = (1 - blink) * model.expression[lid.blink]
    upper, lower = lid.seam.upper, lid.seam.lower
    gap: FloatArray = vertices[upper] + closed[upper] - vertices[lower] - closed[lower]
    moved: FloatArray = lid.weights[:, None] * gap[lid.rim]
    return moved
