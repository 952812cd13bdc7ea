"""Landmark distance by the papers' protocol (arXiv 2502.17198, supplementary): F-LMD of 68, M-LMD of 20 points.

In every frame the generated points are laid on the true ones by the similarity transform with the least squares
(Umeyama 1991: shift, turn and scale), face and mouth each by its own points; then distances are averaged over points
and frames. Frames without true landmarks do not count. The papers find the points with dlib in rendered pictures; here
they are the mesh's own, projected, so that motion alone is measured. `dimitra evaluate render` finds them in pictures.
"""

import numpy as np

from dimitra_studio.evaluation.evidence import Evidence, Numbers, pairs
from dimitra_studio.evaluation.face_gauge import EYES_APART, MOUTH_20
from dimitra_studio.evaluation.pair import Pair


def face_distance(pair: Pair) -> Evidence:
    """F-LMD: mean distance of the 68 points once aligned, head pose included (px of 256 x 256 pictures
    whose eyes are 64 px apart)."""
    return _distance(pair, slice(None), 1.0)


def mouth_distance(pair: Pair) -> Evidence:
    """M-LMD: the same of the 20 mouth points, aligned by themselves (px)."""
    return _distance(pair, MOUTH_20, 1.0)


def face_distance_iod(pair: Pair) -> Evidence:
    """F-LMD in percent of the inter-ocular distance."""
    return _distance(pair, slice(None), 100 / EYES_APART)


def mouth_distance_iod(pair: Pair) -> Evidence:
    """M-LMD in percent of the inter-ocular distance."""
    return _distance(pair, MOUTH_20, 100 / EYES_APART)


def align(points: Numbers, onto: Numbers) -> Numbers:
    """`points` [T, N, 2] shifted, turned and scaled, frame by frame, to lie on `onto` [T, N, 2] with least squares.

    Umeyama (1991) for two dimensions: as complex numbers z and w about their means, w = c z with c = <z, w> / <z, z>,
    which cannot mirror.
    """
    z, w = (_complex(each) for each in (points, onto))
    z_mean, w_mean = z.mean(axis=1, keepdims=True), w.mean(axis=1, keepdims=True)
    z, w = z - z_mean, w - w_mean
    factor = (z.conj() * w).sum(axis=1, keepdims=True) / np.maximum((np.abs(z) ** 2).sum(axis=1, keepdims=True), 1e-12)
    laid = factor * z + w_mean
    return np.stack((laid.real, laid.imag), axis=-1)


def _distance(pair: Pair, rows: slice, scale: float) -> Evidence:
    found, truth = (each.points[pair.known][:, rows] for each in (pair.found, pair.truth))
    off = np.linalg.norm(align(found, truth) - truth, axis=-1).mean(axis=1)
    return pairs(scale * off.sum(), pair.frames) if pair.frames else pairs([], [])


def _complex(points: Numbers) -> "np.ndarray[tuple[int, ...], np.dtype[np.complex128]]":
    return np.asarray(points[..., 0] + 1j * points[..., 1])
