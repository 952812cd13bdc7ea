"""The part of the base mesh that is the head: its control cage, cut from the body, and the organs in it."""

from dataclasses import dataclass

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray
from scipy.sparse.csgraph import connected_components

from dimitra_studio.face.building.source import BaseMesh
from dimitra_studio.face.building.subdivision import subdivide

# The cut, in the base mesh's decimetres: above the collar bones, without the shoulders.
_LOWEST = 5.55
_WIDEST = 1.05
ORGANS = {
    "eye_left": "helper-l-eye",
    "eye_right": "helper-r-eye",
    "teeth_upper": "helper-upper-teeth",
    "teeth_lower": "helper-lower-teeth",
    "tongue": "helper-tongue",
}


@dataclass(frozen=True)
class Cage:
    """The head's control cage.

    `source` [C] indices into the base mesh, skin first, then the organs. `subdivision` [V, C] makes the head's vertices
    of the cage's (only the skin is smoothed: one step of Catmull-Clark), `quads` [n, 4] join them, `organ` [n] is the
    index in ORGANS + 1, 0 on the skin.
    """

    source: NDArray[np.int32]
    subdivision: sp.csr_array
    quads: NDArray[np.int32]
    organ: NDArray[np.int32]

    def smooth(self, offsets: NDArray[np.float64]) -> NDArray[np.float64]:
        """Positions or offsets [..., C, 3] of the cage as those of the head [..., V, 3]."""
        flat = np.moveaxis(offsets, -2, 0).reshape(len(self.source), -1)
        shape = (self.subdivision.shape[0], *offsets.shape[:-2], 3)
        return np.moveaxis((self.subdivision @ flat).reshape(shape), 0, -2)


def cut_head(base: BaseMesh) -> Cage:
    """Cuts the head and its organs from the base mesh."""
    skin = _skin_quads(base)
    organs = [base.quads[group] for group in ORGANS.values()]
    used = [np.unique(quads) for quads in (skin, *organs)]
    source = np.concatenate(used)
    renumber = np.full(len(base.vertices), -1)
    renumber[source] = np.arange(len(source))

    skin_count = len(used[0])
    smoothing, skin_quads = subdivide(renumber[skin].astype(np.int32), skin_count)
    subdivision = sp.csr_array(sp.block_diag([smoothing, sp.eye_array(len(source) - skin_count)]))
    shift = smoothing.shape[0] - skin_count
    quads = [skin_quads, *(renumber[quads] + shift for quads in organs)]
    organ = np.repeat(np.arange(len(quads)), [len(part) for part in quads])
    return Cage(source.astype(np.int32), subdivision, np.concatenate(quads).astype(np.int32), organ.astype(np.int32))


def _skin_quads(base: BaseMesh) -> NDArray[np.int32]:
    x, y, z = base.vertices.T
    inside = (y > _LOWEST) & (np.abs(x) < _WIDEST)
    quads = base.quads["body"]
    quads = quads[inside[quads].all(axis=1)]
    links = sp.coo_array((np.ones(quads.size), (quads.ravel(), np.roll(quads, 1, axis=1).ravel())), (len(x), len(x)))
    _, component = connected_components(links, directed=False)
    nose = quads.ravel()[np.argmax(z[quads.ravel()])]
    head: NDArray[np.int32] = quads[component[quads[:, 0]] == component[nose]]
    return head
