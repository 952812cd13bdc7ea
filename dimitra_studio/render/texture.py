"""Where each vertex finds its colour in the portrait: its own place where it is seen, borrowed from the nearest
seen skin where it is hidden and comes into view."""

from dataclasses import dataclass

import cv2
import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray
from scipy.sparse.csgraph import connected_components
from scipy.sparse.linalg import splu
from scipy.spatial import KDTree

from dimitra_studio.core.arrays import FloatArray
from dimitra_studio.face.head_model import HeadModel, LidClosure
from dimitra_studio.render.geometry import HeadGeometry, PosedHead, smoothstep
from dimitra_studio.render.raster import rasterise, window_around

# Cosine of the angle to the viewer below which the portrait's texture is too thin to stretch far.
_OBLIQUE = 0.24
# How much more (cosine) an oblique place must face the viewer to borrow in full.
_GAIN = 0.16
# How far behind the front surface a vertex still counts as seen, dm.
_DEPTH_SLACK = 0.02
# Only what is below the temples and before the ears borrows, and the lids: above, hair lies over the model's skin
# (dm of the mean).
_HIGHEST, _FARTHEST, _AROUND_EYE = 7.15, 0.3, 0.22
# The jaw's line: its height at the chin, and how it rises towards the ears.
_JAW_LINE, _JAW_SLOPE, _CHIN_DEPTH = 6.28, 0.8, 1.2
_FACE, _NECK = 1, 2
# Skin this near to the mouth's or an eye's seam (dm) borrows as that seam moves.
_RIM = 0.14
# Eye distances: lenders stay this far inside what is seen, lest the fit's errors give them another's colour.
_OUTLINE_INSET, _NECK_INSET, _MOUTH_INSET, _LID_INSET = 0.06, 0.1, 0.03, 0.04
# Landmarks of the chin's outline.
_CHIN = (148, 152, 377)
# Movements (eye distances) at which a rim borrows in full.
_JAW_REACH, _MOUTH_REACH, _LID_REACH = 0.1, 0.12, 0.1


@dataclass(frozen=True)
class Rim:
    """Skin `vertices` [n] beside an edge that moves: they borrow in full once a vertex of the `edge` [m] has moved by
    `reach` px, as against the mean of the `anchor` [k] where there is one."""

    vertices: NDArray[np.intp]
    edge: NDArray[np.integer]
    anchor: NDArray[np.integer] | None
    reach: float

    def departure(self, uv: FloatArray, source_uv: FloatArray) -> float:
        """0 for the portrait as it is, 1 where the edge has moved by `reach`."""
        moved = uv[self.edge] - source_uv[self.edge]
        if self.anchor is not None:
            moved = moved - (uv[self.anchor] - source_uv[self.anchor]).mean(axis=0)
        return float(smoothstep(0, self.reach, np.linalg.norm(moved, axis=1).max()))


@dataclass(frozen=True)
class SourceTexture:
    """`places` [V, 2] in the portrait, px, and `borrowed` [V, 2], the way from there to the place to borrow from.

    Of vertices in `hidden` [V] the portrait shows nothing, `oblique` ones [V] it may show from the side, those of the
    `neck` [V] hang below the jaw. `trust` [V] is how well (0..1) it shows a vertex or lends to it. `normals` [V, 3] and
    `rotation` [3, 3] are the portrait's. Skin at an edge that moves, where the fit's small errors may put another's
    colour, belongs to a rim: `jaw`, `mouth`, `lids`.
    """

    places: FloatArray
    borrowed: FloatArray
    hidden: NDArray[np.bool_]
    oblique: NDArray[np.bool_]
    neck: NDArray[np.bool_]
    trust: FloatArray
    normals: FloatArray
    rotation: NDArray[np.float64]
    jaw: Rim
    mouth: Rim
    lids: tuple[Rim, Rim]

    def at(self, posed: PosedHead) -> tuple[FloatArray, FloatArray]:
        """Where the vertices of the head `posed` find their colours [V, 2], px; and where the surroundings take them to
        come from [V, 2].

        Hidden places borrow always, oblique ones as they turn to the viewer and rims as they move, so that the portrait
        itself stays as it is. What lies beside the neck must not follow what the neck borrows.
        """
        turn = posed.rotation @ self.rotation.T - np.eye(3)
        borrow = smoothstep(0, _GAIN, self.normals @ turn[2]) * self.oblique
        for rim in (self.jaw, self.mouth, *self.lids):
            borrow[rim.vertices] = np.maximum(borrow[rim.vertices], rim.departure(posed.uv, self.places))
        beside = (borrow * ~self.neck)[:, None].astype(np.float32)
        borrow[self.hidden] = 1
        return self.places + borrow[:, None].astype(np.float32) * self.borrowed, self.places + beside * self.borrowed


def read_texture(geometry: HeadGeometry) -> SourceTexture:
    """What the portrait shows of the head, and what hidden skin of face and neck borrows from it.

    The borrowed places solve Laplace's equation over the surface with the seen ones given, so that a strip that comes
    into view continues the skin beside it; jaw and neck do not lend to each other, whose light differs.
    """
    model, source, unit = geometry.model, geometry.source, geometry.eye_distance
    cosine = _facing(geometry)
    part = _parts(model)
    rims = _Rims(model, part)
    inset = np.select(
        [part == _NECK, rims.mouth, rims.lids[0] | rims.lids[1]],
        [_NECK_INSET, _MOUTH_INSET, _LID_INSET],
        _OUTLINE_INSET,
    )
    front = _Front(model, source, part)
    well_inside = front.inset > inset * unit
    seen = front.in_front & (cosine > _OBLIQUE) & well_inside & (part > 0)
    links = _links(model.triangles[model.region("skin")], part)
    borrowing = ~seen & (part > 0) & _reaches(links, seen)
    borrowed = _lend(links, source.uv, np.flatnonzero(seen), np.flatnonzero(borrowing))
    trust = smoothstep(0.05, 0.35, cosine) * ~front.hidden
    lends = np.where(part == _NECK, 1.0, smoothstep(_HIGHEST + 0.05, _HIGHEST - 0.25, model.mean[:, 1]))
    lends[rims.lids[0] | rims.lids[1]] = 1
    trust[borrowing] = np.maximum(trust, lends)[borrowing]
    at_rim = ~well_inside & (part > 0)
    return SourceTexture(
        places=source.uv,
        borrowed=borrowed,
        hidden=front.hidden,
        oblique=~(rims.mouth | rims.lids[0] | rims.lids[1]),
        neck=part == _NECK,
        trust=trust.astype(np.float32),
        normals=geometry.source_normals,
        rotation=source.rotation,
        jaw=Rim(
            np.flatnonzero(at_rim & (part == _NECK)),
            np.unique(model.landmark_vertices[list(_CHIN)]),
            None,
            _JAW_REACH * unit,
        ),
        mouth=Rim(
            np.flatnonzero(at_rim & rims.mouth),
            np.concatenate([model.mouth.upper, model.mouth.lower]),
            np.unique(model.triangles[model.region("teeth_upper")]),
            _MOUTH_REACH * unit,
        ),
        lids=(
            _lid_rim(model.lids[0], at_rim & rims.lids[0], unit),
            _lid_rim(model.lids[1], at_rim & rims.lids[1], unit),
        ),
    )


def _lid_rim(lid: LidClosure, skin: NDArray[np.bool_], unit: float) -> Rim:
    """The upper lid's edge as against the lower's: what a blink moves."""
    return Rim(np.flatnonzero(skin), lid.seam.upper, lid.seam.lower, _LID_REACH * unit)


def _lend(
    links: sp.csr_array, places: FloatArray, lenders: NDArray[np.intp], borrowers: NDArray[np.intp]
) -> FloatArray:
    """From each vertex's own place to the one it borrows from [V, 2], 0 for all but the borrowers."""
    way = np.zeros_like(places)
    if len(borrowers):
        rows = sp.csr_array(sp.diags_array(np.asarray(links.sum(axis=1)).ravel()) - links)[borrowers]
        lent = rows[:, lenders] @ places[lenders].astype(np.float64)
        way[borrowers] = splu(sp.csc_array(rows[:, borrowers])).solve(-lent) - places[borrowers]
    return way


def _facing(geometry: HeadGeometry) -> NDArray[np.float64]:
    """Cosine [V] between each vertex's normal and the way to the camera."""
    view = np.array([0, 0, geometry.camera.distance]) - geometry.source.placed
    view /= np.linalg.norm(view, axis=1, keepdims=True)
    cosine: NDArray[np.float64] = (geometry.source_normals * view).sum(axis=1)
    return cosine


class _Front:
    """What the picture shows of a head: vertices [V] `in_front`; vertices `hidden`, none of whose triangles shows; and
    how far (`inset`, px) each vertex lies inside what is seen of its part, 0 outside."""

    def __init__(self, model: HeadModel, head: PosedHead, part: NDArray[np.int64]) -> None:
        window = window_around(head.uv, 1)
        raster = rasterise(head.uv, head.depth, model.triangles, window)
        column = np.rint(head.uv[:, 0]).astype(int) - window.x
        row = np.rint(head.uv[:, 1]).astype(int) - window.y
        self.in_front = head.depth <= raster.depth[row, column] + _DEPTH_SLACK
        # As the frames are drawn (see flow): what they may show is not hidden, whatever lies in front of it here.
        outer = model.triangles[~model.region("mouth_bag", "teeth_upper", "teeth_lower", "tongue")]
        drawn = rasterise(head.uv, head.depth, outer, window, cull=True)
        self.hidden = ~self.in_front
        self.hidden[outer[np.unique(drawn.triangle[drawn.covered])]] = False
        seen_part = np.where(raster.covered & model.region("skin")[raster.triangle], _FACE, 0)
        seen_part[raster.covered & (part[model.triangles[raster.triangle]] == _NECK).all(axis=-1)] = _NECK
        self.inset = np.zeros(len(part))
        for kind in (_FACE, _NECK):
            distance = cv2.distanceTransform((seen_part == kind).astype(np.uint8), cv2.DIST_L2, 5)
            self.inset = np.where(part == kind, distance[row, column], self.inset)


class _Rims:
    """Skin vertices [V] beside the mouth's opening and beside each eye's."""

    def __init__(self, model: HeadModel, part: NDArray[np.int64]) -> None:
        nearest, owner = np.full(len(part), _RIM), np.zeros(len(part), int)
        for index, seam in enumerate((model.mouth, model.lids[0].seam, model.lids[1].seam), start=1):
            distance, _ = KDTree(model.mean[np.concatenate([seam.upper, seam.lower])]).query(model.mean)
            closer = (np.asarray(distance) < nearest) & (part == _FACE)
            owner[closer], nearest[closer] = index, np.asarray(distance)[closer]
        self.mouth = owner == 1
        self.lids = (owner == 2, owner == 3)


def _parts(model: HeadModel) -> NDArray[np.int64]:
    """_FACE on cheeks, jaw, lips and lids, _NECK on the neck, 0 elsewhere [V]."""
    _, y, z = model.mean.T
    part = np.where(y > _JAW_LINE + _JAW_SLOPE * (_CHIN_DEPTH - z), _FACE, _NECK)
    skin = np.zeros(len(part), bool)
    skin[model.triangles[model.region("skin")]] = True
    seams = np.concatenate([np.concatenate([lid.seam.upper, lid.seam.lower]) for lid in model.lids])
    from_eye, _ = KDTree(model.mean[seams]).query(model.mean)
    part[~skin | (z < _FARTHEST) | ((y > _HIGHEST) & (from_eye > _AROUND_EYE))] = 0
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
