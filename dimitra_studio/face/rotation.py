"""Euler angles of the head: R = Rz(roll) Ry(yaw) Rx(pitch).

x to the image's right, y up, z towards the viewer. Pitch > 0 looks down, yaw > 0 towards the image's right,
roll > 0 tips the crown towards the image's left.
"""

import numpy as np
from numpy.typing import ArrayLike, NDArray


def euler_to_matrix(angles: ArrayLike) -> NDArray[np.float64]:
    """(pitch, yaw, roll) in radians [..., 3] to rotation matrices [..., 3, 3]."""
    pitch, yaw, roll = np.moveaxis(np.asarray(angles, np.float64), -1, 0)
    cx, sx = np.cos(pitch), np.sin(pitch)
    cy, sy = np.cos(yaw), np.sin(yaw)
    cz, sz = np.cos(roll), np.sin(roll)
    rows = (
        (cz * cy, cz * sy * sx - sz * cx, cz * sy * cx + sz * sx),
        (sz * cy, sz * sy * sx + cz * cx, sz * sy * cx - cz * sx),
        (-sy, cy * sx, cy * cx),
    )
    return np.stack([np.stack(row, axis=-1) for row in rows], axis=-2)


def matrix_to_euler(R: ArrayLike) -> NDArray[np.float64]:
    """Rotation matrices [..., 3, 3] to (pitch, yaw, roll) in radians [..., 3], yaw in [-pi/2, pi/2].

    At yaw = +-pi/2 pitch and roll turn about the same axis; roll is then 0.
    """
    R = np.asarray(R, np.float64)
    level = np.hypot(R[..., 0, 0], R[..., 1, 0])
    locked = level < 1e-9
    pitch = np.where(locked, np.arctan2(-R[..., 1, 2], R[..., 1, 1]), np.arctan2(R[..., 2, 1], R[..., 2, 2]))
    roll = np.where(locked, 0.0, np.arctan2(R[..., 1, 0], R[..., 0, 0]))
    return np.stack([pitch, np.arctan2(-R[..., 2, 0], level), roll], axis=-1)
