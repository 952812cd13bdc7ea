"""Picture scores against their definitions."""

import numpy as np
import pytest

from dimitra_studio.evaluation.picture_scores import face_box, landmark_distance, mouth_box, psnr, ssim
from dimitra_studio.face.landmark_sets import LIPS_INNER


def picture(seed=0):
    return np.random.default_rng(seed).integers(0, 256, (60, 50, 3)).astype(np.uint8)


def test_equal_pictures_are_perfect():
    assert psnr(picture(), picture()) == np.inf
    assert ssim(picture(), picture()) == pytest.approx(1)


def test_psnr_of_a_known_error():
    dark = np.full((10, 10, 3), 100, np.uint8)
    assert psnr(dark + np.uint8(5), dark) == pytest.approx(20 * np.log10(255 / 5))


def test_ssim_orders_and_is_symmetric():
    base = np.tile(np.linspace(0, 255, 50).astype(np.uint8)[None, :, None], (60, 1, 3))
    slightly = np.clip(base.astype(int) + np.random.default_rng(1).normal(0, 5, base.shape), 0, 255).astype(np.uint8)
    assert ssim(slightly, base) == pytest.approx(ssim(base, slightly))
    assert 1 > ssim(slightly, base) > ssim(picture(), base)
    # Only the mean differs: (2 a b + c) / (a^2 + b^2 + c).
    a, b, c = 100.0, 150.0, (0.01 * 255) ** 2
    flat = [np.full((30, 30, 3), int(value), np.uint8) for value in (a, b)]
    assert ssim(*flat) == pytest.approx((2 * a * b + c) / (a * a + b * b + c), rel=1e-6)


def test_landmark_distance_is_a_percentage_of_the_eyes():
    truth = np.random.default_rng(0).uniform(0, 100, (478, 2))
    mouth, face = landmark_distance(truth + np.array([3, 4]), truth, 50)
    assert mouth == pytest.approx(10)
    assert face == pytest.approx(10)
    lips_off = truth.copy()
    lips_off[list(LIPS_INNER)] += 10
    mouth, face = landmark_distance(lips_off, truth, 50)
    assert mouth > 5 * face


def test_boxes_hold_their_points_and_stay_inside():
    points = np.random.default_rng(0).uniform(5, 45, (478, 2))
    for box in (face_box(points, picture()), mouth_box(points, picture())):
        assert box[0].start >= 0
        assert box[1].stop <= 50
    rows, columns = face_box(points, picture())
    assert rows.start <= points[:, 1].min()
    assert rows.stop > points[:, 1].max()
    assert columns.start <= points[:, 0].min()
