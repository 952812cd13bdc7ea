"""One Catmull-Clark step as a sparse matrix, so that it acts on meshes and on morph targets alike."""

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray


def subdivide(quads: NDArray[np.int32], count: int) -> tuple[sp.csr_array, NDArray[np.int32]]:
    """Catmull & Clark 1978 for a mesh of `quads` [n, 4] over `count` vertices, which it may leave open.

    Returns the matrix [count + edges + n, count], whose rows are the moved vertices, the edge points and the face
    points, and the new quads [4 n, 4], turning as the old ones.
    """
    n = len(quads)
    sides = np.stack([quads, np.roll(quads, -1, axis=1)], axis=2).reshape(-1, 2)
    edges, edge_of = np.unique(np.sort(sides, axis=1), axis=0, return_inverse=True)
    edge_of = edge_of.reshape(n, 4)
    border = np.bincount(edge_of.ravel(), minlength=len(edges)) == 1

    face_points = _rows(quads, 0.25, count)
    edge_ends = _rows(edges, 0.5, count)
    faces_at_edge = sp.csr_array((np.full(4 * n, 0.5), (edge_of.ravel(), np.repeat(np.arange(n), 4))), (len(edges), n))
    inner = sp.diags_array((~border).astype(float))
    edge_points = inner @ (0.5 * edge_ends + 0.5 * (faces_at_edge @ face_points)) + (
        sp.diags_array(border.astype(float)) @ edge_ends
    )
    vertices = _vertex_rule(quads, edges, border, face_points=face_points, edge_ends=edge_ends)

    middle = count + len(edges) + np.arange(n)
    after = count + edge_of
    before = np.roll(after, 1, axis=1)
    children = np.stack([quads, after, np.broadcast_to(middle[:, None], (n, 4)), before], axis=2)
    return sp.csr_array(sp.vstack([vertices, edge_points, face_points])), children.reshape(-1, 4).astype(np.int32)


def _vertex_rule(
    quads: NDArray[np.int32],
    edges: NDArray[np.int32],
    border: NDArray[np.bool_],
    *,
    face_points: sp.csr_array,
    edge_ends: sp.csr_array,
) -> sp.csr_array:
    """(F + 2 R + (k - 3) P) / k inside, (6 P + its two border neighbours) / 8 on the border."""
    count = face_points.shape[1]
    valence = np.bincount(edges.ravel(), minlength=count)
    at_faces = sp.csr_array(
        (np.ones(quads.size), (quads.ravel(), np.repeat(np.arange(len(quads)), 4))), (count, len(quads))
    )
    at_edges = sp.csr_array(
        (np.ones(edges.size), (edges.ravel(), np.repeat(np.arange(len(edges)), 2))), (count, len(edges))
    )
    faces = np.maximum(np.bincount(quads.ravel(), minlength=count), 1)
    k = np.maximum(valence, 1).astype(float)
    inside = (
        sp.diags_array(1 / (k * faces)) @ at_faces @ face_points
        + sp.diags_array(2 / (k * k)) @ at_edges @ edge_ends
        + sp.diags_array((k - 3) / k)
    )
    border_edges = sp.diags_array(border.astype(float))
    # The two border edges' middles sum to P + half of each neighbour.
    outline = sp.diags_array(np.full(count, 0.5)) + 0.25 * (at_edges @ border_edges @ edge_ends)
    on_border = np.zeros(count)
    on_border[edges[border].ravel()] = 1
    used = valence > 0
    return sp.csr_array(
        sp.diags_array((1 - on_border) * used) @ inside
        + sp.diags_array(on_border) @ outline
        + sp.diags_array((~used).astype(float))
    )


def _rows(indices: NDArray[np.int32], weight: float, count: int) -> sp.csr_array:
    rows, width = indices.shape
    return sp.csr_array(
        (np.full(indices.size, weight), (np.repeat(np.arange(rows), width), indices.ravel())), (rows, count)
    )
