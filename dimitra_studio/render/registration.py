"""Moves the fitted head the last pixel onto the picture.

The landmarks' residuals, turned into the head's frame, are spread over its surface by radial basis functions
(Gaussian, ridge regression). Distances are measured on an open mouth, so that upper and lower lip do not mix.
"""

import numpy as np
from numpy.typing import NDArray

from dimitra_studio.core.arrays import FloatArray
from dimitra_studio.core.face import Camera, FaceFit
from dimitra_studio.face.head_model import HeadModel
from dimitra_studio.face.landmark_sets import OVAL
from dimitra_studio.face.morph import deform, landmark_points, neutral, place, project
from dimitra_studio.face.rotation import euler_to_matrix

_WIDTH = 0.09  # dm
_RIDGE = 0.3
# The face's outline is no fixed place on the skin: it is trusted less.
_OVAL_RIDGE = 2.0
_OVAL_SHARE = 0.5
_JAW_OPEN = 0.4
# Further than this a residual is an error of the fit or the detector, not of registration: 15 % of the eyes' distance.
_LARGEST = 0.09  # dm


def registered_neutral(model: HeadModel, fit: FaceFit, camera: Camera) -> FloatArray:
    """The person's neutral head [V, 3] whose landmarks meet the detected ones; teeth and tongue stay as fitted."""
    head = neutral(model, fit.identity)
    residual = _residuals(model, head, fit, camera)
    opened = np.zeros(len(fit.expression), np.float32)
    opened[model.component_names.index("jawOpen")] = _JAW_OPEN
    apart = deform(model, head, opened)
    centres = landmark_points(model, apart)

    oval = np.isin(np.arange(len(centres)), OVAL)
    kernel = _gaussian(centres, centres) + np.diag(np.where(oval, _OVAL_RIDGE, _RIDGE))
    weights = np.linalg.solve(kernel, residual * np.where(oval, _OVAL_SHARE, 1.0)[:, None])
    surface = np.unique(model.triangles[~model.region("teeth_upper", "teeth_lower", "tongue")])
    near = surface[apart[surface, 2] > centres[:, 2].min() - 3 * _WIDTH]
    moved = head.copy()
    moved[near] += (_gaussian(apart[near], centres) @ weights).astype(np.float32)
    return moved


def _residuals(model: HeadModel, head: FloatArray, fit: FaceFit, camera: Camera) -> NDArray[np.float64]:
    """What is missing between fitted and detected landmarks [478, 3], dm in the head's frame."""
    placed = place(landmark_points(model, deform(model, head, fit.expression)), fit.pose, model)
    uv, depth = project(placed, camera)
    missing = (fit.landmarks - uv) * (depth / camera.focal)[:, None]
    length = np.linalg.norm(missing, axis=1, keepdims=True)
    missing *= np.minimum(1.0, _LARGEST / np.maximum(length, 1e-9))
    world = np.column_stack([missing[:, 0], -missing[:, 1], np.zeros(len(missing))])
    in_head: NDArray[np.float64] = world @ euler_to_matrix(fit.pose[:3])
    return in_head


def _gaussian(a: FloatArray, b: FloatArray) -> NDArray[np.float64]:
    squared = (a * a).sum(axis=1)[:, None] + (b * b).sum(axis=1)[None] - 2.0 * (a @ b.T)
    response: NDArray[np.float64] = np.exp(-np.maximum(squared, 0).astype(np.float64) / (2 * _WIDTH**2))
    return response
