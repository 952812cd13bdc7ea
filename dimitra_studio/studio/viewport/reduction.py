"""The same head with fewer triangles, for when drawing all of them takes too long."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dimitra_studio.core.arrays import FloatArray

_INDEX = "index"


@dataclass(frozen=True)
class Reduced:
    """A mesh of some of a head's vertices: their indices `vertices` [n], and `triangles` [f, 3] that index those n."""

    vertices: NDArray[np.int32]
    triangles: NDArray[np.int32]


def reduced(vertices: FloatArray, triangles: NDArray[np.int32], share: float) -> Reduced:
    """About the `share` (0..1) of the triangles of a head [V, 3], [F, 3]; all of them for 1, and where VTK is missing,
    without which nothing is drawn.

    Vertices are left out, never moved (Schroeder et al. 1992, "Decimation of triangle meshes"), so that what
    deforms the head deforms the reduced one.
    """
    everything = Reduced(np.arange(len(vertices), dtype=np.int32), triangles)
    if share >= 1:
        return everything
    try:
        import vedo
    except ImportError:
        return everything
    mesh = vedo.Mesh([vertices, triangles])
    mesh.pointdata[_INDEX] = np.arange(len(vertices), dtype=np.int32)
    mesh.decimate_pro(share)
    return Reduced(np.asarray(mesh.pointdata[_INDEX], np.int32), np.asarray(mesh.cells, np.int32).reshape(-1, 3))
