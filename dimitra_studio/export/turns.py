"""Head poses as other programs hold them: unit quaternions, and metres from where the head turns."""

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.spatial.transform import Rotation

from dimitra_studio.core.arrays import FloatArray
from dimitra_studio.export.head_mesh import METRES
from dimitra_studio.face.rotation import euler_to_matrix, matrix_to_euler


def quaternions(pose: FloatArray) -> NDArray[np.float64]:
    """Quaternions (x, y, z, w) [T, 4] of poses [T, 6]; neighbours have like signs, so what lies between is short."""
    turns = Rotation.from_matrix(euler_to_matrix(pose[:, :3])).as_quat()
    flips = np.where(np.sum(turns[1:] * turns[:-1], axis=1) < 0, -1.0, 1.0)
    turns[1:] *= np.cumprod(flips)[:, None]
    return turns


def positions(pose: FloatArray) -> FloatArray:
    """Metres [T, 3] of poses [T, 6]."""
    moved: FloatArray = (pose[:, 3:] * METRES).astype(np.float32)
    return moved


def poses(turns: ArrayLike, moved: ArrayLike) -> NDArray[np.float64]:
    """Poses [T, 6] of quaternions (x, y, z, w) [T, 4] and metres [T, 3]. Raises ValueError for a quaternion of 0."""
    angles = matrix_to_euler(Rotation.from_quat(np.asarray(turns, np.float64)).as_matrix())
    return np.concatenate([angles, np.asarray(moved, np.float64) / METRES], axis=1)
