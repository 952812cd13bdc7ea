import numpy as np

from dimitra_studio.face.building.subdivision import subdivide

_CUBE = np.array([[x, y, z] for x in (-1, 1) for y in (-1, 1) for z in (-1, 1)], float)
_SIDES = np.array([[0, 1, 3, 2], [4, 6, 7, 5], [0, 4, 5, 1], [2, 3, 7, 6], [0, 2, 6, 4], [1, 5, 7, 3]], np.int32)


def test_a_cube_becomes_what_catmull_and_clark_say() -> None:
    matrix, quads = subdivide(_SIDES, len(_CUBE))
    points = matrix @ _CUBE
    assert points.shape == (8 + 12 + 6, 3)
    assert quads.shape == (24, 4)
    # Corners move to 5/9, edge points to 3/4 twice, face points stay at the sides' middles.
    assert np.allclose(np.abs(points[:8]), 5 / 9)
    assert np.allclose(np.sort(np.abs(points[8:20])), [0, 0.75, 0.75])
    assert np.allclose(np.sort(np.abs(points[20:])), [0, 0, 1])


def test_a_closed_mesh_stays_closed_and_keeps_its_turn() -> None:
    matrix, quads = subdivide(_SIDES, len(_CUBE))
    sides = np.stack([quads, np.roll(quads, -1, axis=1)], axis=2).reshape(-1, 2)
    directed, count = np.unique(sides, axis=0, return_counts=True)
    assert (count == 1).all()
    assert {(a, b) for a, b in directed.tolist()} == {(b, a) for a, b in directed.tolist()}
    points = matrix @ _CUBE
    a, b, c = (points[quads[:, k]] for k in range(3))
    old = np.cross(_CUBE[_SIDES[:, 1]] - _CUBE[_SIDES[:, 0]], _CUBE[_SIDES[:, 2]] - _CUBE[_SIDES[:, 0]])
    outwards = np.sign((old * _CUBE[_SIDES].mean(axis=1)).sum(axis=1))
    new = (np.cross(b - a, c - a) * points[quads].mean(axis=1)).sum(axis=1)
    assert (np.sign(new) == np.repeat(outwards, 4)).all()


def test_a_border_is_a_cubic_spline() -> None:
    grid = np.array([[x, y, 0] for y in range(3) for x in range(3)], float)
    quads = np.array([[y * 3 + x, y * 3 + x + 1, y * 3 + x + 4, y * 3 + x + 3] for y in range(2) for x in range(2)])
    matrix, _ = subdivide(quads.astype(np.int32), 9)
    points = matrix @ grid
    assert np.allclose(points[1], [1, 0, 0])
    assert np.allclose(points[0], [1 / 8, 1 / 8, 0])
    assert np.allclose(matrix.sum(axis=1), 1)


def test_vertices_without_quads_stay() -> None:
    matrix, _ = subdivide(_SIDES, 10)
    assert np.allclose((matrix @ np.arange(10.0))[8:10], [8, 9])
