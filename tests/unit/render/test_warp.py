"""The warp renderer's promises to whoever owns the portrait."""

import numpy as np
import pytest

from dimitra_studio.core.errors import InputError
from dimitra_studio.core.media import Portrait
from dimitra_studio.render.warp import WarpRenderer

from .conftest import EYE, INSIDE, draw_sitter, share_like

EXTREMES = [
    {"yaw": 15},
    {"yaw": -15},
    {"pitch": 12},
    {"pitch": -12},
    {"yaw": 15, "pitch": -12, "roll": 10},
    {"yaw": -15, "pitch": 12, "roll": -10, "x": 0.2},
    {"yaw": 18, "pitch": 14.4},
]


@pytest.fixture(scope="module")
def renderer(head, closed):
    return WarpRenderer(closed.portrait, closed.fit, head)


@pytest.fixture(scope="module")
def open_renderer(head, open_mouth):
    return WarpRenderer(open_mouth.portrait, open_mouth.fit, head)


@pytest.mark.parametrize("expression", [{}, {"jawOpen": 0.45}, {"eyeBlinkLeft": 0.5, "mouthSmileRight": 0.6}])
def test_the_portrait_itself_comes_back_bit_by_bit(head, expression):
    sitter = draw_sitter(head, **expression)
    frame = WarpRenderer(sitter.portrait, sitter.fit, head).render(sitter.fit.expression, sitter.fit.pose)
    np.testing.assert_array_equal(frame, sitter.portrait.pixels)


def test_a_tiny_motion_changes_little(renderer, closed):
    """No ramp may switch on with a jump."""
    frame = renderer.render(closed.components(jawOpen=0.002), closed.pose(yaw=0.05, pitch=0.05))
    off = np.abs(frame.astype(int) - closed.portrait.pixels)
    assert off.mean() < 0.5
    assert np.percentile(off, 99.9) < 12


@pytest.mark.parametrize("pose", EXTREMES)
def test_extreme_poses_leave_no_holes(renderer, closed, pose):
    """The portrait has no pixel darker than 30: black would be a hole."""
    assert closed.portrait.pixels.min(axis=-1).min() > 30
    frame = renderer.render(closed.fit.expression, closed.pose(**pose))
    assert (frame.max(axis=-1) < 30).sum() == 0
    backward = renderer._flow.map(renderer._geometry.pose(closed.fit.expression, closed.pose(**pose)))
    assert np.isfinite(backward.source).all()


@pytest.mark.parametrize("pose", EXTREMES)
def test_extreme_poses_do_not_tear(renderer, closed, pose):
    """Neighbouring pixels come from neighbouring places except along a few edges (jaw over neck, nose over cheek)."""
    source = renderer._flow.map(renderer._geometry.pose(closed.fit.expression, closed.pose(**pose))).source
    unit = renderer._geometry.eye_distance
    jump = np.hypot(np.diff(source[0], axis=1)[:-1] - 1, np.diff(source[1], axis=1)[:-1])
    assert (jump > 0.1 * unit).mean() < 0.004


def test_nothing_outside_the_heads_window_changes(head):
    sitter = draw_sitter(head, width=700, height=500, scale=0.35)
    renderer = WarpRenderer(sitter.portrait, sitter.fit, head)
    window = renderer._flow.window
    outside = np.ones(sitter.portrait.pixels.shape[:2], bool)
    outside[window.slices] = False
    assert outside.mean() > 0.3
    moved = sitter.pose(yaw=15, pitch=-12, roll=10, x=0.3)
    frame = renderer.render(sitter.components(jawOpen=0.5), moved)
    np.testing.assert_array_equal(frame[outside], sitter.portrait.pixels[outside])
    assert (frame != sitter.portrait.pixels).any()
    # The window's edge carries on: no seam.
    edge = frame[window.y : window.y + window.height, window.x]
    np.testing.assert_array_equal(edge, sitter.portrait.pixels[window.y : window.y + window.height, window.x])


def test_shoulders_stay_when_the_head_turns(renderer, closed):
    frame = renderer.render(closed.fit.expression, closed.pose(yaw=12))
    bottom = slice(-6, None)
    assert np.abs(frame[bottom].astype(int) - closed.portrait.pixels[bottom]).mean() < 6


def test_closing_the_lips_hides_the_inside(open_renderer, open_mouth):
    seen = share_like(open_mouth.portrait.pixels, INSIDE)
    assert seen > 100
    frame = open_renderer.render(open_mouth.components(jawOpen=0, mouthLowerDown=0), open_mouth.fit.pose)
    assert share_like(frame, INSIDE) < 0.02 * seen


def test_opening_closed_lips_shows_darkness_not_skin(renderer, closed):
    frame = renderer.render(closed.components(jawOpen=0.5), closed.fit.pose)
    darker = (frame.mean(axis=-1) < 90).sum() - (closed.portrait.pixels.mean(axis=-1) < 90).sum()
    unit = renderer._geometry.eye_distance
    assert darker > 0.05 * unit**2


def test_a_blink_hides_the_eyes(renderer, closed):
    seen = share_like(closed.portrait.pixels, EYE)
    assert seen > 50
    frame = renderer.render(closed.components(eyeBlinkLeft=1, eyeBlinkRight=1), closed.fit.pose)
    assert share_like(frame, EYE) < 0.05 * seen


def test_head_moves_the_way_the_pose_says(renderer, closed):
    """Turning towards the image's right moves the face's middle right; nodding down moves it down."""
    unit = renderer._geometry.eye_distance
    tip = closed.fit.landmarks[1].round().astype(int)

    def shown_at(**pose):
        source = renderer._flow.map(renderer._geometry.pose(closed.fit.expression, closed.pose(**pose))).source
        return np.array([source[0][tip[1], tip[0]], source[1][tip[1], tip[0]]]) - tip

    assert shown_at(yaw=8)[0] < -0.1 * unit
    assert shown_at(pitch=8)[1] < -0.1 * unit


@pytest.mark.parametrize(("width", "height", "scale"), [(128, 128, 0.9), (301, 257, 1.0), (2001, 1125, 0.8)])
def test_any_size_is_kept(head, width, height, scale):
    sitter = draw_sitter(head, width, height, scale)
    renderer = WarpRenderer(sitter.portrait, sitter.fit, head)
    assert renderer.size == (width, height)
    frame = renderer.render(sitter.components(jawOpen=0.3), sitter.pose(yaw=10))
    assert frame.shape == (height, width, 3)
    assert frame.dtype == np.uint8


def test_a_given_size_scales_the_longer_side(head, closed):
    renderer = WarpRenderer(closed.portrait, closed.fit, head, size=200)
    assert renderer.size == (188, 200)
    large = WarpRenderer(closed.portrait, closed.fit, head, size=640)
    assert large.size == (600, 640)
    still = large.render(closed.fit.expression, closed.fit.pose)
    np.testing.assert_array_equal(still, large.render(closed.fit.expression, closed.fit.pose))
    with pytest.raises(InputError, match="20 px"):
        WarpRenderer(closed.portrait, closed.fit, head, size=20)


@pytest.mark.parametrize("centre", [(0.05, 0.5), (0.95, 0.1), (0.5, 1.0), (0.0, 0.0)])
def test_a_face_cut_by_the_border_is_rendered(head, centre):
    sitter = draw_sitter(head, centre=centre)
    renderer = WarpRenderer(sitter.portrait, sitter.fit, head)
    still = renderer.render(sitter.fit.expression, sitter.fit.pose)
    np.testing.assert_array_equal(still, sitter.portrait.pixels)
    frame = renderer.render(sitter.components(jawOpen=0.4, eyeBlinkLeft=1), sitter.pose(yaw=12, pitch=-10))
    assert frame.shape == sitter.portrait.pixels.shape
    assert (frame.max(axis=-1) < 5).mean() < 0.02


def test_the_portrait_is_never_written_to(head, closed):
    before = closed.portrait.pixels.copy()
    renderer = WarpRenderer(Portrait(closed.portrait.pixels, "copy", ""), closed.fit, head)
    first = renderer.render(closed.components(jawOpen=0.4), closed.pose(yaw=9))
    first[:] = 0
    np.testing.assert_array_equal(closed.portrait.pixels, before)
    assert renderer.render(closed.fit.expression, closed.fit.pose).any()
