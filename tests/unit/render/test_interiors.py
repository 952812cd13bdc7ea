"""Eyes and mouth: colours, teeth, and what is taken from the portrait."""

from dataclasses import replace

import numpy as np
import pytest

from dimitra_studio.render.compose import extend_skin, nearest_colours, sample, soften_jumps
from dimitra_studio.render.geometry import HeadGeometry
from dimitra_studio.render.palette import Palette, guess_palette
from dimitra_studio.render.teeth import TeethMap, shade_teeth
from dimitra_studio.render.warp import WarpRenderer

from .conftest import INSIDE, share_like

PALETTE = Palette(
    *(
        np.float32(colour)
        for colour in ([220, 210, 190], [180, 90, 90], [170, 80, 80], [80, 40, 35], [20, 10, 10], [200, 110, 110])
    )
)


def identity_map(height, width):
    return np.stack(np.meshgrid(np.arange(width), np.arange(height))).astype(np.float32)


def test_skin_is_carried_over_the_edge_and_no_further():
    source = identity_map(9, 12)
    source[0] += 3  # everything comes from three pixels to the right
    source[:, :, 6:] = 0
    skin = np.zeros((9, 12), bool)
    skin[:, :6] = True
    extend_skin(source, skin, 2)
    np.testing.assert_allclose(source[0, 4, :8], np.arange(8) + 3)
    assert (source[:, :, 8:] == 0).all()


def test_smooth_maps_are_not_softened_but_jumps_are():
    picture = np.random.default_rng(0).integers(0, 255, (20, 20, 3)).astype(np.uint8)
    before = picture.copy()
    soften_jumps(picture, identity_map(20, 20))
    np.testing.assert_array_equal(picture, before)
    torn = identity_map(20, 20)
    torn[0, :, 10:] += 30
    soften_jumps(picture, torn)
    changed = (picture != before).any(axis=(0, 2))
    assert changed[9:11].all()
    assert not changed[[7, 8, 11, 12]].any()


def test_nearest_colours_keep_the_lenders():
    patch = np.zeros((10, 10, 3), np.uint8)
    patch[:, 5:] = 200
    lenders = np.zeros((10, 10), bool)
    lenders[2:8, 6:9] = True
    assert (nearest_colours(patch, lenders) == 200).all()


def test_an_empty_picture_is_refused():
    with pytest.raises(ValueError, match="empty"):
        sample(np.zeros((5, 0, 3), np.uint8), *identity_map(3, 3))


def test_teeth_lie_along_the_arches(head):
    arch = TeethMap(head).coordinates
    for name in ("teeth_upper", "teeth_lower"):
        teeth = np.unique(head.triangles[head.region(name)])
        along, height = arch[teeth].T
        assert height.min() == 0
        assert height.max() == 1
        np.testing.assert_allclose(along.max(), -along.min(), rtol=0.02)
        assert 0.4 < along.max() < 0.9  # a half arch is about six centimetres
        assert (np.sign(along) == np.sign(head.mean[teeth, 0])).all()


def test_teeth_are_parted_rounded_and_gummed():
    along = np.linspace(-0.16, 0.16, 321)
    crown = shade_teeth(
        np.column_stack([along, np.full(321, 0.4)]).astype(np.float32), np.ones(321, bool), np.ones(321), PALETTE
    )
    brightness = crown.mean(axis=1)
    # Seen from the midline: gaps at 0, and after the two incisors on either side (0.085 and 0.15 dm).
    gaps = along[1:-1][(brightness[1:-1] < brightness[:-2]) & (brightness[1:-1] <= brightness[2:])]
    np.testing.assert_allclose(np.unique(np.abs(gaps).round(3)), [0, 0.085, 0.15], atol=0.003)

    def at(height, place=0.04):
        return shade_teeth(np.float32([[place, height]]), np.array([True]), np.ones(1), PALETTE)[0]

    assert at(0.98)[0] - at(0.98)[1] > at(0.4)[0] - at(0.4)[1] + 30  # gums are redder
    assert at(0.02, 0.084).mean() < 0.6 * at(0.02, 0.04).mean()  # past the rounded corner it is dark


def test_a_guessed_palette_is_plausible(closed, head):
    palette = guess_palette(closed.portrait.pixels, closed.fit.landmarks)
    assert 90 < palette.teeth.mean() < 245
    assert palette.cavity.mean() < 0.25 * palette.teeth.mean()
    assert palette.tongue[0] > palette.tongue[1]
    off = guess_palette(closed.portrait.pixels, closed.fit.landmarks - 1000)
    assert np.isfinite(off.teeth).all()


def test_the_portraits_teeth_set_the_colour_and_its_dim_ones_do_not():
    bright = np.vstack([np.full((50, 3), 235), np.full((50, 3), 12)]).astype(np.float32)
    np.testing.assert_allclose(PALETTE.with_mouth(bright).teeth, 235)
    assert PALETTE.with_mouth(bright).cavity.mean() == pytest.approx(12, abs=0.1)
    dim = np.full((50, 3), 100, np.float32)
    np.testing.assert_allclose(PALETTE.with_mouth(dim).teeth, PALETTE.teeth)
    np.testing.assert_allclose(PALETTE.with_mouth(dim).cavity, PALETTE.cavity)


def test_red_pixels_between_lips_are_no_teeth():
    """A fit may hold closed lips for open: then the brightest pixels between them are lip."""
    lips = np.vstack([np.full((50, 3), (230, 140, 150)), np.full((50, 3), (90, 50, 50))]).astype(np.float32)
    np.testing.assert_allclose(PALETTE.with_mouth(lips).teeth, PALETTE.teeth)


def test_lines_between_teeth_are_faint_and_not_on_the_gum():
    along = np.linspace(0.02, 0.12, 101)

    def dip(height):
        arch = np.column_stack([along, np.full(101, height)]).astype(np.float32)
        brightness = shade_teeth(arch, np.ones(101, bool), np.ones(101), PALETTE).mean(axis=1)
        return brightness.min() / brightness.max()

    assert 0.85 < dip(0.4) < 0.97
    assert dip(1.0) > 0.99


def test_the_iris_moves_with_the_gaze(head, closed):
    """A spot painted on the iris goes where the eye looks."""
    marked = closed.portrait.pixels.copy()
    x, y = closed.fit.landmarks[473].round().astype(int)
    marked[y - 1 : y + 2, x - 1 : x + 2] = (250, 250, 20)
    renderer = WarpRenderer(replace(closed.portrait, pixels=marked), closed.fit, head)
    unit = HeadGeometry(head, closed.fit).eye_distance

    def spot(**gaze):
        frame = renderer.render(closed.components(**gaze), closed.fit.pose).astype(int)
        yellow = np.argwhere((frame[..., 0] > 150) & (frame[..., 1] > 200) & (frame[..., 2] < 120))
        return yellow.mean(axis=0)

    rest = spot()
    assert spot(eyeLookOutLeft=0.6)[1] - rest[1] > 0.02 * unit  # the subject's left is the image's right
    assert spot(eyeLookInLeft=0.6)[1] - rest[1] < -0.02 * unit
    assert spot(eyeLookDownLeft=0.5)[0] - rest[0] > 0.01 * unit


def test_lips_that_the_fit_holds_for_the_inside_are_not_reused(head, open_mouth):
    """The picture's mouth is all lip, though the fit says it is open: the renderer paints an inside of its own."""
    lips = (190, 90, 100)
    pixels = open_mouth.portrait.pixels.copy()
    x, y = open_mouth.fit.landmarks[[61, 291, 0, 17]].T
    pixels[int(y.min()) - 4 : int(y.max()) + 4, int(x.min()) - 4 : int(x.max()) + 4] = lips
    renderer = WarpRenderer(replace(open_mouth.portrait, pixels=pixels), open_mouth.fit, head)
    wide = renderer.render(open_mouth.components(jawOpen=0.8), open_mouth.fit.pose)
    top, bottom = (int(y.min()), int(y.max()) + 20)
    inside = wide[top:bottom, int(x.mean())].astype(int)
    assert (inside.max(axis=1) < 120).sum() > 5  # darkness behind the lips
    still = renderer.render(open_mouth.fit.expression, open_mouth.fit.pose)
    np.testing.assert_array_equal(still, pixels)


def test_the_open_portraits_interior_moves_with_the_jaw(head, open_mouth):
    """Half closed, the portrait's own inside is still what is seen."""
    renderer = WarpRenderer(open_mouth.portrait, open_mouth.fit, head)
    frame = renderer.render(open_mouth.components(jawOpen=0.3), open_mouth.fit.pose)
    seen, left = share_like(open_mouth.portrait.pixels, INSIDE), share_like(frame, INSIDE)
    assert 0.25 * seen < left < 0.95 * seen
