"""Names every triangle's region, and joins the quads into triangles."""

from itertools import pairwise

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray
from scipy.sparse.csgraph import connected_components

from dimitra_studio.face.building.cage import ORGANS, Cage
from dimitra_studio.face.building.shapes import CageTargets
from dimitra_studio.face.head_model import REGIONS, Seam

# An ear is what this slider moves by more than this, dm: it turns the ears alone.
_EAR_TARGETS = ("ears/l-ear-wing-incr", "ears/r-ear-wing-incr")
_EAR_MOVES = 0.015


def name_quads(cage: Cage, targets: CageTargets, mouth: Seam) -> NDArray[np.uint8]:
    """The index in REGIONS of each quad of the head [n]."""
    region = np.zeros(len(cage.quads), np.uint8)
    for number, name in enumerate(ORGANS, start=1):
        region[cage.organ == number] = REGIONS.index(name)
    moved = sum(np.linalg.norm(cage.smooth(targets.target(name)), axis=1) for name in _EAR_TARGETS)
    ear = np.asarray(moved) > _EAR_MOVES
    skin = np.flatnonzero(cage.organ == 0)
    region[skin[ear[cage.quads[skin]].all(axis=1)]] = REGIONS.index("ears")
    region[skin[_behind(cage.quads[skin], mouth)]] = REGIONS.index("mouth_bag")
    return region


def split_quads(quads: NDArray[np.int32]) -> NDArray[np.int32]:
    """Two triangles for each quad [2 n, 3], one after the other."""
    return np.stack([quads[:, [0, 1, 2]], quads[:, [0, 2, 3]]], axis=1).reshape(-1, 3).astype(np.int32)


def _behind(quads: NDArray[np.int32], rim: Seam) -> NDArray[np.bool_]:
    """Quads of the skin that lie behind the mouth's rim: the smaller of the two parts it cuts the skin into."""
    cut = {*pairwise(rim.upper.tolist()), *pairwise(rim.lower.tolist())}
    sides = np.stack([quads, np.roll(quads, -1, axis=1)], axis=2).reshape(-1, 2)
    blocked = np.array([(a, b) in cut or (b, a) in cut for a, b in sides.tolist()])
    edges, edge_of = np.unique(np.sort(sides, axis=1), axis=0, return_inverse=True)
    owner = np.repeat(np.arange(len(quads)), 4)[~blocked]
    incidence = sp.csr_array((np.ones(len(owner)), (owner, edge_of.ravel()[~blocked])), (len(quads), len(edges)))
    count, piece = connected_components(incidence @ incidence.T, directed=False)
    if count != 2:
        raise ValueError(f"the mouth's rim cuts the skin into {count} pieces, expected 2")
    behind: NDArray[np.bool_] = piece == np.argmin(np.bincount(piece))
    return behind
