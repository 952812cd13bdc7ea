"""The fit's energy at one frame, made linear: Gauss-Newton normal equations.

    E(x, pose) = sum_i w_i rho(|l_i - p_i|^2) / (0.012 IOD)^2                    landmarks
               + sum_ij |(l_i - l_j) - (p_i - p_j)|^2 / (0.006 or 0.008 IOD)^2   lips' and lids' openings

with p the projected landmarks of the head model and rho a robust weight. Priors are added by the caller.
"""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dimitra_studio.core.arrays import FloatArray
from dimitra_studio.core.channels import POSE_COUNT
from dimitra_studio.core.face import Camera
from dimitra_studio.face.compiled_algebra import fill_jacobian, normal_product
from dimitra_studio.face.landmark_shape import LandmarkShape
from dimitra_studio.face.observation import PAIRS, Observation
from dimitra_studio.face.rotation import euler_to_matrix

# A landmark this far off (of the eye distance) counts 1/sqrt(2).
_ROBUST_SCALE = 0.04
_COUNT = 478


@dataclass(frozen=True)
class Linearisation:
    """`hessian` [n, n] and `gradient` [n] (downhill: hessian step = gradient) for n = K + 6; `misses` [478] px."""

    hessian: NDArray[np.float64]
    gradient: NDArray[np.float64]
    misses: FloatArray


class NormalEquations:
    """Linearises the energy of one shape again and again; keeps its buffers."""

    def __init__(self, shape: LandmarkShape) -> None:
        self.shape = shape
        self._basis = shape.basis.copy()
        columns = shape.count + POSE_COUNT
        self._rows = np.empty((2, _COUNT + len(PAIRS), columns), dtype=np.float32)

    def linearise(self, state: NDArray[np.floating], camera: Camera, seen: Observation, robust: bool) -> Linearisation:
        """At `state` [K + 6]: coefficients, then pitch, yaw, roll, x, y, z."""
        x = np.asarray(state[:-POSE_COUNT], dtype=np.float32)
        points = self.shape.points(x)
        self.shape.differentiate(x, self._basis)
        projected, by_point, by_pose = _project(points, state[-POSE_COUNT:], camera)

        residual = seen.target - projected
        misses = np.sqrt((residual * residual).sum(axis=0))
        weight = seen.point_weight
        if robust:
            weight = weight * (1 + (misses / (_ROBUST_SCALE * seen.iod)) ** 2) ** np.float32(-0.25)

        rows = self._rows
        fill_jacobian(rows, self._basis, by_point, by_pose)
        upper, lower = PAIRS.T
        rows[:, _COUNT:] = (rows[:, upper] - rows[:, lower]) * seen.pair_weight[:, None]
        rows[:, :_COUNT] *= weight[:, None]

        apart = residual[:, upper] - residual[:, lower]
        weighted = np.concatenate([residual * weight, apart * seen.pair_weight], axis=1).reshape(-1)
        hessian, gradient = normal_product(rows.reshape(-1, rows.shape[2]), weighted)
        return Linearisation(hessian, gradient, misses)


def project_points(points: FloatArray, pose: NDArray[np.floating], camera: Camera) -> FloatArray:
    """Pixels [2, N] of points [3, N] measured from the pivot (`morph.place` and `morph.project` in one)."""
    return _project(points, pose, camera)[0]


def _project(
    points: FloatArray, pose: NDArray[np.floating], camera: Camera
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Pixels [2, N], their derivatives by the point [2, 3, N] and by the pose [2, N, 6]."""
    angles = np.asarray(pose[:3], dtype=np.float64)
    R = euler_to_matrix(angles).astype(np.float32)
    turned = R @ points
    Q = turned + np.asarray(pose[3:], dtype=np.float32)[:, None]
    scale = np.float32(camera.focal) / (np.float32(camera.distance) - Q[2])
    slope_x, slope_y = scale * scale / camera.focal * Q[0], scale * scale / camera.focal * Q[1]
    pixels = np.stack([camera.cx + scale * Q[0], camera.cy - scale * Q[1]]).astype(np.float32)
    # d(u, v)/dQ has the rows (scale, 0, slope_x) and (0, -scale, -slope_y).
    by_point = np.stack(
        [R[0][:, None] * scale + R[2][:, None] * slope_x, -(R[1][:, None] * scale + R[2][:, None] * slope_y)]
    ).astype(np.float32)
    by_pose = np.zeros((2, points.shape[1], POSE_COUNT), dtype=np.float32)
    # A turn about an axis moves Q by axis x turned.
    moves = _cross_matrices(_turning_axes(R, float(angles[2]))) @ turned
    by_pose[0, :, :3] = (scale * moves[:, 0] + slope_x * moves[:, 2]).T
    by_pose[1, :, :3] = -(scale * moves[:, 1] + slope_y * moves[:, 2]).T
    by_pose[0, :, 3], by_pose[0, :, 5] = scale, slope_x
    by_pose[1, :, 4], by_pose[1, :, 5] = -scale, -slope_y
    return pixels, by_point, by_pose


def _turning_axes(R: FloatArray, roll: float) -> FloatArray:
    """The axes [3, 3] about which the head turns as pitch, yaw or roll grows, for R = Rz(roll) Ry(yaw) Rx(pitch)."""
    return np.array([R[:, 0], (-math.sin(roll), math.cos(roll), 0), (0, 0, 1)], dtype=np.float32)


def _cross_matrices(axes: FloatArray) -> FloatArray:
    """Matrices [n, 3, 3] that cross each of `axes` [n, 3] with a vector."""
    matrices = np.zeros((len(axes), 3, 3), dtype=np.float32)
    for row, column, part, sign in ((0, 1, 2, -1), (0, 2, 1, 1), (1, 2, 0, -1)):
        matrices[:, row, column] = sign * axes[:, part]
        matrices[:, column, row] = -sign * axes[:, part]
    return matrices
