"""Where each vertex finds its colour in the portrait: its own place where it is seen, borrowed from the nearest
seen skin where it is hidden and comes into view."""

from dataclasses import dataclass

import cv2
import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray
from scipy.sparse.csgraph import connected_components
from scipy.sparse.linalg import splu

from dimitra_studio.core.arrays import FloatArray
from dimitra_studio.face.head_model import HeadModel
from dimitra_studio.render.geometry import HeadGeometry, PosedHead, smoothstep
from dimitra_studio.render.raster import rasterise, window_around

# Cosine of the angle to the viewer below which the portrait's texture is too thin to stretch far.
_OBLIQUE = 0.3
# How much more (cosine) an oblique place must face the viewer to borrow in full.
_GAIN = 0.06
# How far behind the front surface a vertex still counts as seen, dm.
_DEPTH_SLACK = 0.02
# Only what is below the temples and before the ears borrows: above, hair lies over the model's skin (dm of the mean).
_HIGHEST, _FARTHEST = 7.15, 0.3
# The jaw's line: its height at the chin, and how it rises towards the ears.
_JAW_LINE, _JAW_SLOPE, _CHIN_DEPTH = 6.28, 0.8, 1.2
_CHEEKS, _NECK = 1, 2
# Eye distances: lenders stay this far inside what is seen of the cheeks and of the neck.
_CHEEK_INSET, _NECK_INSET = 0.05, 0.13
# Landmarks of the chin's outline, and the movement (eye distances) at which the skin under it borrows in full.
_CHIN = (148, 152, 377)
_JAW_REACH = 0.1


@dataclass(frozen=True)
class SourceTexture:
    """`places` [V, 2] in the portrait, px, and `borrowed` [V, 2], the way from there to the place to borrow from.

    Of vertices in `hidden` [V] the portrait shows nothing; those `under_jaw` [V] lie so near the jaw's outline that the
    portrait may show the jaw there. `trust` [V] is how well (0..1) the portrait shows a vertex or lends to it.
    `normals` [V, 3] and `rotation` [3, 3] are the portrait's; `jaw` [n] are vertices of the jaw's outline.
    """

    places: FloatArray
    borrowed: FloatArray
    hidden: NDArray[np.bool_]
    under_jaw: NDArray[np.bool_]
    trust: FloatArray
    normals: FloatArray
    rotation: NDArray[np.float64]
    jaw: NDArray[np.int64]
    jaw_reach: float

    def at(self, posed: PosedHead) -> FloatArray:
        """Where the vertices of the head `posed` find their colours [V, 2], px.

        Hidden places borrow always, oblique ones as they turn to the viewer and those under the jaw as it moves, so
        that the portrait itself stays as it is.
        """
        turn = posed.rotation @ self.rotation.T - np.eye(3)
        borrow = smoothstep(0, _GAIN, self.normals @ turn[2])
        moved = np.linalg.norm(posed.uv[self.jaw] - self.places[self.jaw], axis=1).max()
        borrow[self.under_jaw] = np.maximum(borrow[self.under_jaw], smoothstep(0, self.jaw_reach, moved))
        borrow[self.hidden] = 1
        places: FloatArray = self.places + borrow[:, None].astype(np.float32) * self.borrowed
        return places


def read_texture(geometry: HeadGeometry) -> SourceTexture:
    """What the portrait shows of the head, and what hidden skin of cheeks, jaw and neck borrows from it.

    The borrowed places solve Laplace's equation over the surface with the seen ones given, so that a strip that comes
    into view continues the skin beside it; jaw and neck do not lend to each other, whose light differs.
    """
    model, source = geometry.model, geometry.source
    cosine = _facing(geometry)
    part = _parts(model)
    front = _Front(model, source, part, geometry.eye_distance)
    seen = front.in_front & (cosine > _OBLIQUE) & front.well_inside
    links = _links(model.triangles[model.region("skin")], part)
    borrowing = ~seen & (part > 0) & _reaches(links, seen)
    places = source.uv.copy()
    if borrowing.any():
        rows = sp.csr_array(sp.diags_array(np.asarray(links.sum(axis=1)).ravel()) - links)[np.flatnonzero(borrowing)]
        lent = rows[:, np.flatnonzero(seen)] @ source.uv[seen].astype(np.float64)
        places[borrowing] = splu(sp.csc_array(rows[:, np.flatnonzero(borrowing)])).solve(-lent)
    trust = smoothstep(0.05, 0.35, cosine) * ~front.hidden
    trust[borrowing] = 1
    return SourceTexture(
        places=source.uv,
        borrowed=places - source.uv,
        hidden=front.hidden,
        under_jaw=(part == _NECK) & ~front.well_inside,
        trust=trust.astype(np.float32),
        normals=geometry.source_normals,
        rotation=source.rotation,
        jaw=np.unique(model.landmark_vertices[list(_CHIN)]),
        jaw_reach=_JAW_REACH * geometry.eye_distance,
    )


def _facing(geometry: HeadGeometry) -> NDArray[np.float64]:
    """Cosine [V] between each vertex's normal and the way to the camera."""
    view = np.array([0, 0, geometry.camera.distance]) - geometry.source.placed
    view /= np.linalg.norm(view, axis=1, keepdims=True)
    cosine: NDArray[np.float64] = (geometry.source_normals * view).sum(axis=1)
    return cosine


class _Front:
    """What the picture shows of a head: vertices [V] `in_front`; vertices `hidden`, none of whose triangles shows; and
    vertices `well_inside` what is seen of their part, so that the fit's small errors give them no other's colour."""

    def __init__(self, model: HeadModel, head: PosedHead, part: NDArray[np.int64], eye_distance: float) -> None:
        window = window_around(head.uv, 1)
        raster = rasterise(head.uv, head.depth, model.triangles, window)
        column = np.rint(head.uv[:, 0]).astype(int) - window.x
        row = np.rint(head.uv[:, 1]).astype(int) - window.y
        self.in_front = head.depth <= raster.depth[row, column] + _DEPTH_SLACK
        self.hidden = ~self.in_front
        self.hidden[model.triangles[np.unique(raster.triangle[raster.covered])]] = False
        seen_part = np.where(raster.covered & model.region("skin")[raster.triangle], 1, 0)
        seen_part[raster.covered & (part[model.triangles[raster.triangle]] == _NECK).all(axis=-1)] = _NECK
        self.well_inside = np.zeros(len(part), bool)
        for kind, inset in ((_CHEEKS, _CHEEK_INSET), (_NECK, _NECK_INSET)):
            distance = cv2.distanceTransform((seen_part == kind).astype(np.uint8), cv2.DIST_L2, 5)
            self.well_inside |= (part == kind) & (distance[row, column] > inset * eye_distance)


def _parts(model: HeadModel) -> NDArray[np.int64]:
    """_CHEEKS on cheeks and jaw, _NECK on the neck, 0 elsewhere [V]."""
    _, y, z = model.mean.T
    part = np.where(y > _JAW_LINE + _JAW_SLOPE * (_CHIN_DEPTH - z), _CHEEKS, _NECK)
    skin = np.zeros(len(part), bool)
    skin[model.triangles[model.region("skin")]] = True
    part[~skin | (y > _HIGHEST) | (z < _FARTHEST)] = 0
    return part


def _links(triangles: NDArray[np.int32], part: NDArray[np.int64]) -> sp.csr_array:
    """Symmetric 0/1 matrix [V, V] of the edges inside each part."""
    edges = np.concatenate([triangles[:, [0, 1]], triangles[:, [1, 2]], triangles[:, [2, 0]]])
    edges = edges[(part[edges[:, 0]] == part[edges[:, 1]]) & (part[edges[:, 0]] > 0)]
    links = sp.csr_array((np.ones(len(edges)), (edges[:, 0], edges[:, 1])), (len(part), len(part)))
    return sp.csr_array(((links + links.T) > 0).astype(np.float64))


def _reaches(links: sp.csr_array, seen: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Vertices [V] connected to a seen one."""
    _, island = connected_components(links, directed=False)
    lit: NDArray[np.bool_] = np.isin(island, island[seen])
    return lit
