"""The rasteriser against a brute-force reference, and the properties that the warp rests on."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dimitra_studio.render.raster import Window, interpolate, rasterise, window_around


def scene(seed, triangles=40, size=32):
    rng = np.random.default_rng(seed)
    uv = rng.uniform(-6, size + 6, (3 * triangles, 2)).astype(np.float32)
    depth = rng.uniform(1, 9, 3 * triangles).astype(np.float32)
    return uv, depth, np.arange(3 * triangles, dtype=np.int32).reshape(-1, 3)


def brute_force(uv, depth, triangles, window):
    """Every sample solves every triangle's barycentric equations."""
    rows, columns = window.shape
    seen, front = np.full((rows, columns), -1), np.full((rows, columns), np.inf)
    x = window.x + (np.arange(columns) + 0.5) / window.scale - 0.5
    y = window.y + (np.arange(rows) + 0.5) / window.scale - 0.5
    samples = np.stack([*np.meshgrid(x, y), np.ones((rows, columns))])
    for index, corners in enumerate(triangles):
        matrix = np.vstack([uv[corners].astype(np.float64).T, np.ones(3)])
        if abs(np.linalg.det(matrix)) < 1e-9:
            continue
        weights = np.einsum("ij,jrc->irc", np.linalg.inv(matrix), samples)
        z = np.einsum("i,irc->rc", depth[corners].astype(np.float64), weights)
        nearer = (weights >= 0).all(axis=0) & (z < front)
        seen[nearer], front[nearer] = index, z[nearer]
    return seen, front


@pytest.mark.parametrize("scale", [1, 2, 3])
@pytest.mark.parametrize("seed", range(4))
def test_agrees_with_brute_force(seed, scale):
    uv, depth, triangles = scene(seed)
    window = Window(2, -3, 29, 31, scale)
    raster = rasterise(uv, depth, triangles, window)
    seen, front = brute_force(uv, depth, triangles, window)
    assert (raster.triangle == seen).mean() > 0.9995  # samples exactly on an edge or at equal depth may differ
    same = (raster.triangle == seen) & (seen >= 0)
    np.testing.assert_allclose(raster.depth[same], front[same], rtol=1e-5)


@settings(max_examples=40, deadline=None)
@given(seed=st.integers(0, 2**31), size=st.integers(3, 9))
def test_shared_edges_leave_no_gap(seed, size):
    """A jittered quad mesh covers its inside, even with corners exactly on pixel centres, drawn in any order."""
    rng = np.random.default_rng(seed)
    ticks = np.linspace(-4, 40, size)
    uv = np.stack(np.meshgrid(ticks, ticks), -1).astype(np.float32)
    uv[1:-1, 1:-1] += rng.uniform(-1.5, 1.5, (size - 2, size - 2, 2)) * 44 / size / 4
    if seed % 2:
        uv = np.round(uv)
    index = np.arange(size * size).reshape(size, size)
    a, b, c, d = index[:-1, :-1], index[:-1, 1:], index[1:, 1:], index[1:, :-1]
    triangles = np.concatenate([np.stack([a, b, c], -1).reshape(-1, 3), np.stack([a, c, d], -1).reshape(-1, 3)])
    triangles = np.stack([np.roll(t, rng.integers(3)) for t in rng.permutation(triangles)]).astype(np.int32)
    raster = rasterise(uv.reshape(-1, 2), np.ones(size * size, np.float32), triangles, Window(0, 0, 36, 36))
    assert raster.covered.all()


def test_nearest_triangle_wins_in_either_order():
    uv = np.float32([[0, 0], [10, 0], [0, 10]] * 2)
    depth = np.float32([5, 5, 5, 2, 2, 2])
    for order in ([0, 1], [1, 0]):
        triangles = np.int32([[0, 1, 2], [3, 4, 5]])[order]
        raster = rasterise(uv, depth, triangles, Window(0, 0, 12, 12))
        assert raster.depth[2, 2] == 2
        assert triangles[raster.triangle[2, 2], 0] == 3


def test_culling_drops_one_winding_only():
    uv = np.float32([[0, 0], [10, 0], [0, 10]])
    flat = np.ones(3, np.float32)
    window = Window(0, 0, 8, 8)
    clockwise, counter = np.int32([[0, 1, 2]]), np.int32([[0, 2, 1]])
    assert rasterise(uv, flat, clockwise, window).covered.sum() == rasterise(uv, flat, counter, window).covered.sum()
    assert not rasterise(uv, flat, clockwise, window, cull=True).covered.any()
    assert rasterise(uv, flat, counter, window, cull=True).covered.any()


def test_interpolation_is_linear_precise():
    uv, depth, triangles = scene(3)
    window = Window(0, 0, 32, 32, 2)
    raster = rasterise(uv, depth, triangles, window)
    values = interpolate(raster, triangles, uv)
    rows, columns = np.nonzero(raster.covered)
    np.testing.assert_allclose(values[rows, columns, 0], (columns + 0.5) / 2 - 0.5, atol=1e-3)
    np.testing.assert_allclose(values[rows, columns, 1], (rows + 0.5) / 2 - 0.5, atol=1e-3)
    assert (values[~raster.covered] == 0).all()


def test_non_finite_corners_and_empty_windows_draw_nothing():
    uv = np.float32([[0, 0], [np.nan, 0], [0, 10]])
    triangles = np.int32([[0, 1, 2]])
    assert not rasterise(uv, np.ones(3, np.float32), triangles, Window(0, 0, 8, 8)).covered.any()
    assert rasterise(uv[:1].repeat(3, 0), np.ones(3, np.float32), triangles, Window(5, 5, 0, 4)).covered.size == 0


def test_windows():
    window = window_around(np.array([[1.2, 2.0], [5.0, 7.9]]), 1)
    assert (window.x, window.y, window.width, window.height) == (0, 1, 7, 9)
    clipped = window.clipped(Window(2, 0, 3, 4))
    assert (clipped.x, clipped.y, clipped.width, clipped.height) == (2, 1, 3, 3)
    assert clipped.inside(window) == (slice(0, 3), slice(2, 5))
    assert Window(0, 0, 4, 4).clipped(Window(9, 9, 2, 2)).empty
