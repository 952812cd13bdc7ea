"""What the 3D view is made of, without drawing: the viewer's place, the detail, the colours."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.spatial import KDTree

from dimitra_studio.core.channels import CHANNEL_COUNT
from dimitra_studio.face.morph import project
from dimitra_studio.studio.viewport.detail import BUDGET, LEVELS, DetailGovernor
from dimitra_studio.studio.viewport.framing import framed
from dimitra_studio.studio.viewport.head import ViewedHead
from dimitra_studio.studio.viewport.orbit import Orbit

angles = st.floats(-10, 10)
HOME = (0.5, -0.2, 0.1)


@given(st.lists(st.tuples(angles, angles), max_size=5), st.floats(0.01, 100))
def test_wherever_one_turns_the_axes_are_square_and_the_distance_is_kept(turns, factor):
    orbit = Orbit().nearer(factor)
    for turn in turns:
        orbit = orbit.turned(*turn)
    axes = np.array(orbit.axes())
    assert axes @ axes.T == pytest.approx(np.eye(3), abs=1e-12)
    assert np.cross(axes[0], axes[1]) == pytest.approx(axes[2], abs=1e-12)
    away = np.subtract(orbit.position(HOME, 10.0), orbit.centre(HOME))
    assert np.linalg.norm(away) == pytest.approx(10 / orbit.closeness)
    assert 0.1 < orbit.closeness < 10
    assert axes[1][1] > 0  # the crown stays above


def test_one_looks_from_the_front_at_first_and_from_the_images_right_after_a_turn_to_it():
    assert Orbit().position(HOME, 10.0) == pytest.approx((0.5, -0.2, 10.1))
    assert Orbit().turned(np.pi / 2, 0).position((0, 0, 0), 10.0) == pytest.approx((10, 0, 0), abs=1e-9)
    assert Orbit().turned(0, np.pi / 4).position((0, 0, 0), 10.0)[1] > 7


def test_moving_follows_the_view():
    side = Orbit().from_side(np.pi / 2).moved(1.0, 0.5)
    assert side.centre((0, 0, 0)) == pytest.approx((0, 0.5, -1), abs=1e-9)


@given(st.floats(50, 3000), st.floats(50, 3000))
def test_a_head_fits_into_any_view(width, height):
    corners = np.array([[-0.8, -1.5, -1], [0.8, 1.7, 1]], np.float32)
    framing = framed(corners, 10.0)
    pixel = framing.pixel(width, height)
    assert 3.2 / pixel <= height
    assert 1.6 / pixel <= width
    assert max(3.2 / pixel / height, 1.6 / pixel / width) == pytest.approx(0.86, rel=1e-5)


def frames(governor, seconds, count):
    return [governor.took(seconds) for _ in range(count)]


def test_detail_goes_down_when_frames_are_slow_and_not_for_one():
    governor = DetailGovernor()
    assert not governor.took(10.0)
    assert not any(frames(governor, BUDGET / 2, 10))
    assert any(frames(governor, 2 * BUDGET, 4))
    assert governor.level == 1
    frames(governor, 2 * BUDGET, 100)
    assert governor.level == len(LEVELS) - 1


def test_detail_comes_back_but_not_again_and_again():
    governor = DetailGovernor()
    waits = []
    for _ in range(3):
        frames(governor, 2 * BUDGET, 4)
        assert governor.level == 1
        waits.append(0)
        while not governor.took(BUDGET / 4):
            waits[-1] += 1
        assert governor.level == 0
    assert waits[0] < waits[1] < waits[2]


def test_levels_get_coarser_and_keep_the_head(viewed_head):
    head = viewed_head
    sizes = [len(part.triangles) for part in head.levels]
    assert sizes[0] == len(head.model.triangles)
    assert sizes == sorted(sizes, reverse=True)
    whole = head.rest().vertices
    for part, level in zip(head.levels, LEVELS, strict=True):
        assert len(part.triangles) == pytest.approx(level.triangles * sizes[0], rel=0.15)
        assert len(np.unique(part.vertices)) == len(part.vertices)
        assert part.triangles.max() == len(part.vertices) - 1
        some = whole[part.vertices]
        assert np.ptp(some, axis=0) == pytest.approx(np.ptp(whole, axis=0), rel=0.05)


def test_a_frame_without_a_face_rests(viewed_head):
    nowhere = viewed_head.at(np.full(CHANNEL_COUNT, np.nan))
    assert np.array_equal(nowhere.vertices, viewed_head.rest().vertices)
    opened = np.zeros(CHANNEL_COUNT)
    opened[0] = 1
    assert np.abs(viewed_head.at(opened).vertices - nowhere.vertices).max() > 0.1
    assert np.linalg.norm(nowhere.normals, axis=1) == pytest.approx(1, abs=1e-5)


def test_landmarks_lie_on_the_face(viewed_head):
    surface = viewed_head.rest()
    points = viewed_head.landmarks(surface)
    assert points.shape == (478, 3)
    nearest, _ = KDTree(surface.vertices).query(points)
    assert nearest.max() < 0.1


def test_the_photo_colours_what_it_shows_and_is_carried_on_to_the_rest(viewed_head, sides):
    appearance = viewed_head.appearance
    x, _, z = viewed_head.model.mean.T
    skin = np.zeros(len(x), bool)
    skin[np.unique(viewed_head.model.triangles[viewed_head.model.region("skin")])] = True
    cheeks = skin & (z > 0.9) & (np.abs(x) > 0.2)
    assert np.median(appearance.trust[cheeks]) > 0.99
    assert appearance.trust[z < z.min() + 0.4].max() < 0.1
    left, right = (np.array(side) for side in sides)
    hidden = skin & (z < z.min() + 0.4)
    near_left = np.abs(appearance.tints - left).sum(axis=1) < np.abs(appearance.tints - right).sum(axis=1)
    # The image's left is the head's right: x < 0.
    assert near_left[hidden & (x < -0.2)].mean() > 0.95
    assert near_left[hidden & (x > 0.2)].mean() < 0.05


def test_the_photo_is_not_torn_where_hidden_skin_borrows_from_it(viewed_head, front_fit):
    """What shows the photo shows it where it is seen there: nothing is stretched over what lies between."""
    appearance = viewed_head.appearance
    seen, _ = project(viewed_head.rest().vertices, front_fit.camera)
    shown = appearance.trust > 0
    assert shown.mean() > 0.3
    flat = np.column_stack([seen[shown], np.ones(shown.sum())])
    laid, *_ = np.linalg.lstsq(flat, appearance.places[shown], rcond=None)
    assert np.abs(flat @ laid - appearance.places[shown]).max() < 0.01


def test_a_photo_that_shows_nothing_of_the_head_gives_no_appearance(head_model, front_fit, front_portrait):

    away = replace(front_fit, camera=replace(front_fit.camera, cx=-5000.0), landmarks=front_fit.landmarks - [5256, 0])
    assert ViewedHead(head_model, away, front_portrait).appearance is None
