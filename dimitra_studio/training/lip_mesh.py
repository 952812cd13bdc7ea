"""How far an error of the lips' components moves the mouth's vertices.

The face is linear in the components, so the mean squared distance of the vertices about the mouth is a fixed quadratic
form of the error. (That mouthClose undoes an open jaw and no more is the one thing that this leaves out.)
"""

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import KDTree

from dimitra_studio.core.arrays import FloatArray
from dimitra_studio.core.channels import Group
from dimitra_studio.face.head_model import HeadModel
from dimitra_studio.motion.lip_shape import inter_ocular

# How far from the mouth's border vertices count, in mouth widths: the lips and what their movement stretches.
_REACH = 0.25


def mouth_vertices(head: HeadModel) -> NDArray[np.int32]:
    """Indices [V] of the skin's vertices about the mouth."""
    rim = head.mean[np.concatenate((head.mouth.upper, head.mouth.lower))]
    skin = np.unique(head.triangles[head.region("skin")])
    width = float(np.linalg.norm(head.mean[head.mouth.upper[0]] - head.mean[head.mouth.upper[-1]]))
    distance, _ = KDTree(rim).query(head.mean[skin])
    return skin[distance < _REACH * width]


def mesh_form(head: HeadModel) -> FloatArray:
    """The form Q [13, 13]: e Q e is the mean squared distance, in inter-ocular distances, that an error e [13] of the
    lips' components moves the mouth's vertices."""
    basis = head.expression[Group.LIPS.columns][:, mouth_vertices(head)].astype(np.float64) / inter_ocular(head)
    return np.asarray(np.einsum("avd,bvd->ab", basis, basis) / basis.shape[1], dtype=np.float32)
