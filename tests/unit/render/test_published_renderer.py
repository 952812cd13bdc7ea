"""The square that PIRenderer is given, the motion that it is told, and where its picture goes."""

import numpy as np
import pytest
import torch

from dimitra_studio.render.geometry import scaled_fit
from dimitra_studio.render.neural.tensors import colour_tensor
from dimitra_studio.render.pirenderer.alignment import find_place, for_side, square_about
from dimitra_studio.render.pirenderer.network import CROP, RADIUS, PIRenderer, Sizes
from dimitra_studio.render.pirenderer.renderer import PublishedRenderer, feather
from dimitra_studio.render.warp import resize_picture

SMALL = Sizes(side=64, descriptor=8, widest=16, warp_base=4, edit_base=4)
USUAL = np.array([1.05, 127.0, 131.0], np.float32)


def coefficients(values: np.ndarray) -> np.ndarray:
    """A map that can be seen through: expression as it is, angles as they are, the crop moved by yaw."""
    out = np.zeros((len(values), 73), np.float32)
    out[:, :64], out[:, 64:67] = values[:, :64], values[:, 64:67]
    out[:, CROP] = USUAL
    out[:, 71] += 70 * values[:, 65]
    return out


@pytest.fixture(scope="module")
def network():
    torch.manual_seed(1)
    return PIRenderer(SMALL).eval()


@pytest.fixture
def renderer(closed, network):
    return PublishedRenderer(closed.portrait.pixels, closed.fit, network, coefficients)


def source_of(sitter) -> np.ndarray:
    return np.concatenate([sitter.fit.expression, sitter.fit.pose]).astype(np.float32)


def test_a_face_is_found_where_and_as_large_as_it_is(closed):
    place = find_place(closed.fit.landmarks)
    camera = closed.fit.camera
    assert place.unit == pytest.approx(camera.focal / camera.distance, rel=0.1)
    nose = closed.fit.landmarks[4]
    assert abs(place.x - nose[0]) < 0.2 * place.unit
    assert abs(place.y - nose[1]) < 0.3 * place.unit
    double = find_place(closed.fit.landmarks * 2 + 7)
    assert (double.x, double.y, double.unit) == pytest.approx((place.x * 2 + 7, place.y * 2 + 7, place.unit * 2))


@pytest.mark.parametrize("side", [256, 512])
def test_in_the_square_the_face_has_the_crop_that_was_asked_for(closed, side):
    crop = np.array([0.95, 120.0, 140.0], np.float32)
    square = square_about(find_place(closed.fit.landmarks), crop, side)
    within = find_place(square.place(closed.fit.landmarks))
    measured = (102 / within.unit, within.x, side - 1 - within.y)
    np.testing.assert_allclose(measured, for_side(crop, side), rtol=1e-4)
    ratio = side / 256
    np.testing.assert_allclose(for_side(crop, side), [0.95 / ratio, 120 * ratio, 140 * ratio], rtol=1e-6)


def test_the_portrait_agrees_with_what_the_map_says_of_it(closed, renderer):
    own = coefficients(source_of(closed)[None])[0, CROP]
    within = find_place(renderer.square.place(closed.fit.landmarks))
    np.testing.assert_allclose((102 / within.unit, within.x, 63 - within.y), for_side(own, 64), rtol=1e-4)


def test_the_network_is_told_27_frames_with_the_ends_repeated(closed, renderer):
    values = np.tile(source_of(closed), (40, 1))
    values[:, 0] = np.arange(40)
    values[:, 65] = np.linspace(0, 0.2, 40)
    assert renderer.window(values, 0).shape == (1, 73, 27)
    first, middle, last = (renderer.window(values, frame)[0].numpy() for frame in (0, 20, 39))
    np.testing.assert_array_equal(first[0], [0] * RADIUS + list(range(RADIUS + 1)))
    np.testing.assert_array_equal(middle[0], np.arange(20 - RADIUS, 21 + RADIUS))
    np.testing.assert_array_equal(last[0], [*range(39 - RADIUS, 40)] + [39] * RADIUS)
    np.testing.assert_allclose(middle[CROP].T, for_side(coefficients(values)[7:34, CROP], 64), rtol=1e-6)


def test_the_square_shows_the_networks_picture_and_the_rest_the_portrait(closed, renderer, network):
    values = np.tile(source_of(closed), (3, 1))
    values[:, 0] += [0, 0.5, 1]
    frame = renderer.show(values, 1)
    square, picture = renderer.square, closed.portrait.pixels
    with torch.inference_mode():
        drawn = network(colour_tensor([square.cut(picture)]), renderer.window(values, 1))[0]
    meant = ((drawn.permute(1, 2, 0).numpy() + 1) * 127.5)[8:-8, 8:-8]
    grid = np.arange(8, 56) * square.spacing
    x, y = (square.x + grid).round().astype(int), (square.y + grid).round().astype(int)
    known = (x >= 0) & (x < picture.shape[1]), (y >= 0) & (y < picture.shape[0])
    shown = frame[np.ix_(y[known[1]], x[known[0]])]
    meant = meant[np.ix_(known[1], known[0])]
    assert np.abs(shown - meant).mean() < 8  # between samples
    assert np.abs(picture[np.ix_(y[known[1]], x[known[0]])] - meant).mean() > 25  # the test can fail
    outside = np.ones(picture.shape[:2], bool)
    end = 63 * square.spacing
    outside[int(max(square.y, 0)) : int(square.y + end) + 1, int(max(square.x, 0)) : int(square.x + end) + 1] = False
    assert outside.sum() > 1000
    np.testing.assert_array_equal(frame[outside], picture[outside])
    assert renderer.size == (picture.shape[1], picture.shape[0])


def test_frames_about_it_count(closed, renderer):
    values = np.tile(source_of(closed), (30, 1))
    still = renderer.show(values, 2)
    values[2 + RADIUS, :64] += 1
    near = renderer.show(values, 2)
    values[2 + RADIUS, :64] -= 1
    values[2 + RADIUS + 1, :64] += 1
    assert (near != still).any()
    np.testing.assert_array_equal(renderer.show(values, 2), still)


def test_small_frames_are_the_large_ones_made_small(closed, network):
    """A square finer than the frame's px must not flicker: neighbours are averaged, not skipped."""
    values = source_of(closed)[None]
    large = PublishedRenderer(closed.portrait.pixels, closed.fit, network, coefficients).show(values, 0)
    picture = resize_picture(closed.portrait.pixels, 80)
    fit = scaled_fit(closed.fit, picture.shape[1], picture.shape[0])
    small = PublishedRenderer(picture, fit, network, coefficients)
    assert small.square.spacing < 1
    meant = resize_picture(large, 80).astype(float)
    assert np.abs(small.show(values, 0) - meant).mean() < 8


def test_the_feather_begins_at_nothing():
    gate = feather(256)
    assert gate[0].max() == gate[:, -1].max() == 0
    assert gate[16:-16, 16:-16].min() == 1
    assert (np.diff(gate[128, :40]) >= 0).all()
