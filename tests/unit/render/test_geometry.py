"""The posed head: neck, lips, scaling, and its registration to the landmarks."""

from dataclasses import replace

import numpy as np
import pytest

from dimitra_studio.face.landmark_sets import LIPS_INNER, OVAL
from dimitra_studio.face.morph import deform, landmark_points, neutral, place, project
from dimitra_studio.render.geometry import HeadGeometry, mouth_pairs, scaled_fit, smoothstep
from dimitra_studio.render.registration import registered_neutral

from .conftest import draw_sitter


@pytest.fixture(scope="module")
def geometry(head, closed):
    return HeadGeometry(head, closed.fit)


def test_the_portraits_own_parameters_give_the_source(geometry, closed):
    posed = geometry.pose(closed.fit.expression, closed.fit.pose)
    np.testing.assert_array_equal(posed.uv, geometry.source.uv)
    assert geometry.eye_distance == pytest.approx(
        np.linalg.norm(closed.fit.landmarks[473] - closed.fit.landmarks[468]), rel=0.03
    )


def test_the_lower_neck_stays_and_the_face_turns(geometry, closed, head):
    posed = geometry.pose(closed.fit.expression, closed.pose(yaw=15))
    moved = np.abs(posed.uv - geometry.source.uv).max(axis=1)
    below = head.mean[:, 1] < 5.75
    assert below.sum() > 50
    assert moved[below].max() < 1e-3
    nose = head.mean[:, 2] > 1.5
    assert moved[nose].min() > 0.1 * geometry.eye_distance


def gap(geometry, components, pose):
    upper, lower = mouth_pairs(geometry.model)
    uv = geometry.pose(components, pose).uv
    return ((uv[lower, 1] - uv[upper, 1]) / geometry.eye_distance).max()


def test_nearly_closed_lips_close_and_open_ones_stay_open(geometry, closed, head):
    steps = np.linspace(0, 0.3, 61)
    gaps = [gap(geometry, closed.components(jawOpen=step), closed.fit.pose) for step in steps]
    assert min(gaps) < 0.002
    assert gaps[-1] > 0.1
    assert (np.diff(gaps) > -2e-3).all()
    assert np.diff(gaps).max() < 0.02  # no snap
    free = deform(head, geometry.neutral, closed.components(jawOpen=0.3))
    kept = geometry.pose(closed.components(jawOpen=0.3), closed.fit.pose).placed
    np.testing.assert_allclose(
        kept[head.mouth.lower[14]], place(free, closed.fit.pose, head)[head.mouth.lower[14]], atol=1e-5
    )


def test_a_resized_picture_shows_the_same_head(head, closed):
    fit = scaled_fit(closed.fit, 600, 640)
    small, large = HeadGeometry(head, closed.fit), HeadGeometry(head, fit)
    np.testing.assert_allclose((large.source.uv + 0.5) / 2, small.source.uv + 0.5, atol=0.02)
    np.testing.assert_allclose((fit.landmarks + 0.5) / 2, closed.fit.landmarks + 0.5, atol=1e-3)


def test_registration_brings_the_landmarks_together(head):
    sitter = draw_sitter(head)
    unit = np.linalg.norm(sitter.fit.landmarks[473] - sitter.fit.landmarks[468])
    # A smooth error such as a fit leaves: a shift that differs across the face.
    x, y = (sitter.fit.landmarks - sitter.fit.landmarks.mean(axis=0)).T / unit
    error = 0.02 * unit * np.stack([np.sin(2 * y), np.cos(1.5 * x)], -1)
    fit = replace(sitter.fit, landmarks=sitter.fit.landmarks + error)

    def residual(vertices):
        points = landmark_points(head, deform(head, vertices, fit.expression))
        off = np.linalg.norm(fit.landmarks - project(place(points, fit.pose, head), fit.camera)[0], axis=1) / unit
        return np.delete(off, OVAL).mean()

    before, after = residual(neutral(head, fit.identity)), residual(registered_neutral(head, fit, fit.camera))
    assert before > 0.01
    assert after < 0.35 * before
    teeth = np.unique(head.triangles[head.region("teeth_upper", "teeth_lower", "tongue")])
    np.testing.assert_array_equal(registered_neutral(head, fit, fit.camera)[teeth], neutral(head, fit.identity)[teeth])


def test_registration_survives_a_wild_landmark(head, closed):
    landmarks = closed.fit.landmarks.copy()
    landmarks[LIPS_INNER[0]] += 500
    moved = registered_neutral(head, replace(closed.fit, landmarks=landmarks), closed.fit.camera)
    assert np.abs(moved - neutral(head, closed.fit.identity)).max() < 0.15


def test_smoothstep_falls_and_rises():
    np.testing.assert_allclose(smoothstep(0, 2, np.array([-1, 0, 1, 2, 3])), [0, 0, 0.5, 1, 1])
    np.testing.assert_allclose(smoothstep(2, 0, np.array([-1, 1, 3])), [1, 0.5, 0])
