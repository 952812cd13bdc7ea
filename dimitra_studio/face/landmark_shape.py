"""The head model reduced to its 478 landmarks, so that a fit need not move 18 000 vertices."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dimitra_studio.core.arrays import FloatArray
from dimitra_studio.core.channels import IDENTITY_COUNT
from dimitra_studio.face.head_model import HeadModel, LidClosure


@dataclass(frozen=True)
class LidTerm:
    """How a blink bends the otherwise linear shape (`morph.deform`): landmark `rows` [n] move by x[column] times
    (`mean` [3, n] + `basis` [3, n, K] x), where the basis does not hold the blink itself."""

    column: int
    rows: NDArray[np.intp]
    mean: FloatArray
    basis: FloatArray


@dataclass(frozen=True)
class LandmarkShape:
    """Landmarks as a function of K coefficients: `mean` [3, 478] + `basis` [3, 478, K] x + the lids' terms.

    Decimetres, measured from the head's pivot. With K = 144 the coefficients are identity then expression; `of_person`
    gives the shape of one person, K = 64.
    """

    mean: FloatArray
    basis: FloatArray
    lids: tuple[LidTerm, ...]

    @property
    def count(self) -> int:
        """K."""
        return int(self.basis.shape[2])

    def points(self, x: FloatArray) -> FloatArray:
        """Landmarks [3, 478] of coefficients x [K]."""
        points: FloatArray = self.mean + _times(self.basis, x)
        for lid in self.lids:
            points[:, lid.rows] += x[lid.column] * (lid.mean + _times(lid.basis, x))
        return points

    def differentiate(self, x: FloatArray, out: FloatArray) -> None:
        """Writes the derivative of `points` by x into `out` [3, 478, K], which starts as a copy of `basis`."""
        for lid in self.lids:
            out[:, lid.rows] = self.basis[:, lid.rows] + x[lid.column] * lid.basis
            out[:, lid.rows, lid.column] += lid.mean + _times(lid.basis, x)

    def of_person(self, identity: FloatArray) -> "LandmarkShape":
        """The shape with its first 80 coefficients fixed at `identity`."""
        b = np.asarray(identity, np.float32)
        lids = tuple(
            LidTerm(lid.column - len(b), lid.rows, lid.mean + lid.basis[:, :, : len(b)] @ b, _rest(lid.basis, len(b)))
            for lid in self.lids
        )
        return LandmarkShape(self.mean + self.basis[:, :, : len(b)] @ b, _rest(self.basis, len(b)), lids)


def landmark_shape(model: HeadModel) -> LandmarkShape:
    """The 478 landmarks of the head model, K = 144: identity 80, expression 64."""
    shapes = np.concatenate([model.mean[None], model.identity, model.expression])
    corners = shapes[:, model.landmark_vertices]
    points = np.einsum("nk,snkd->dns", model.landmark_weights, corners).astype(np.float32)
    mean = points[:, :, 0] - model.pivot[:, None]
    lids = tuple(_lid_term(model, lid, shapes) for lid in model.lids)
    return LandmarkShape(np.ascontiguousarray(mean), np.ascontiguousarray(points[:, :, 1:]), lids)


def _lid_term(model: HeadModel, lid: LidClosure, shapes: FloatArray) -> LidTerm:
    """The landmarks' share of `morph.deform`'s closure: weights times the gap that is left when the blink is 1."""
    follow = np.zeros((len(model.mean), len(lid.seam.upper)), dtype=np.float32)
    follow[lid.vertices, lid.rim] = lid.weights
    moved = np.einsum("nk,nkm->nm", model.landmark_weights, follow[model.landmark_vertices])
    rows = np.flatnonzero(np.abs(moved).max(axis=1) > 0)
    gap = shapes[:, lid.seam.upper] - shapes[:, lid.seam.lower]
    column = IDENTITY_COUNT + lid.blink
    closed = gap[0] + gap[1 + column]
    basis = gap[1:].copy()
    basis[column] = 0
    return LidTerm(
        column,
        rows,
        np.ascontiguousarray((moved[rows] @ closed).T, dtype=np.float32),
        np.ascontiguousarray(np.einsum("nm,smd->dns", moved[rows], basis), dtype=np.float32),
    )


def _times(basis: FloatArray, x: FloatArray) -> FloatArray:
    """`basis` [3, n, K] times x [K], on this thread alone (see `compiled_algebra`)."""
    product: FloatArray = np.einsum("dnk,k->dn", basis, x)
    return product


def _rest(basis: FloatArray, start: int) -> FloatArray:
    return np.ascontiguousarray(basis[:, :, start:])
