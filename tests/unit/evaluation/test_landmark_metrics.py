import numpy as np
import pytest

from dimitra_studio.core.channels import IDENTITY_COUNT
from dimitra_studio.core.face import Camera
from dimitra_studio.evaluation.evidence import estimate, quotient
from dimitra_studio.evaluation.face_gauge import EYES_APART, IBUG_68, MOUTH_20
from dimitra_studio.evaluation.landmark_metrics import (
    align,
    face_distance,
    face_distance_iod,
    mouth_distance,
    mouth_distance_iod,
)
from dimitra_studio.face.camera import DISTANCE
from dimitra_studio.face.landmark_sets import LIPS_INNER, LIPS_OUTER
from dimitra_studio.face.morph import deform, landmark_points, neutral, place, project

from .conftest import motion

RNG = np.random.default_rng(0)
POINTS = RNG.normal(size=(5, 68, 2))


def _umeyama(points: np.ndarray, onto: np.ndarray) -> np.ndarray:
    """The paper's own recipe, by singular values (Umeyama 1991, eq. 40 to 42)."""
    a, b = points - points.mean(0), onto - onto.mean(0)
    u, d, vt = np.linalg.svd(b.T @ a / len(a))
    signs = np.array([1.0, np.sign(np.linalg.det(u) * np.linalg.det(vt))])
    turn = u @ np.diag(signs) @ vt
    scale = (d * signs).sum() / (a**2).sum() * len(a)
    return scale * a @ turn.T + onto.mean(0)


def test_any_similarity_is_removed() -> None:
    angle = 0.7
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    moved = 3.0 * POINTS @ turn.T + (10, -4)
    np.testing.assert_allclose(align(moved, POINTS), POINTS, atol=1e-9)


def test_alignment_is_umeyamas() -> None:
    other = POINTS + 0.3 * RNG.normal(size=POINTS.shape)
    for one, onto in zip(POINTS, other, strict=True):
        np.testing.assert_allclose(align(one[None], onto[None])[0], _umeyama(one, onto), atol=1e-9)


def test_mirrors_and_shears_stay() -> None:
    for changed in (POINTS * (-1, 1), POINTS + 0.5 * POINTS[..., ::-1] * (1, 0)):
        assert np.abs(align(changed, POINTS) - POINTS).mean() > 0.1


def test_points_are_the_rendered_heads(head, gauge) -> None:
    rng = np.random.default_rng(4)
    values = np.zeros((2, 70), dtype=np.float32)
    values[:, :64] = rng.uniform(0, 0.4, (2, 64))
    values[:, 64:] = rng.normal(0, 0.15, (2, 6))
    camera = Camera(focal=gauge.focal, cx=0.0, cy=0.0, width=256, height=256, distance=DISTANCE)
    for row, found in zip(values, gauge.points(values), strict=True):
        vertices = deform(head, neutral(head, np.zeros(IDENTITY_COUNT)), row[:64])
        points = place(landmark_points(head, vertices), row[64:], head)
        np.testing.assert_allclose(found, project(points, camera)[0][list(IBUG_68)], atol=0.02)


def test_eyes_at_rest_are_a_quarter_of_the_picture_apart(gauge) -> None:
    points = gauge.points(motion(1))[0]
    centres = [points[eye].mean(axis=0) for eye in (slice(36, 42), slice(42, 48))]
    assert np.linalg.norm(centres[0] - centres[1]) == pytest.approx(EYES_APART, rel=0.08)


def test_the_68_points_lie_where_dlib_has_them(gauge) -> None:
    assert len(set(IBUG_68)) == 68
    assert set(IBUG_68[MOUTH_20]) <= {*LIPS_OUTER, *LIPS_INNER}
    points = gauge.points(motion(1))[0]
    chin, brows, nose, mouth = points[8], points[17:27], points[30], points[48:60]
    assert brows[:, 1].max() < points[36:48, 1].min() < nose[1] < mouth[:, 1].min() < chin[1]
    # The subject's right comes first, on the picture's left; every line runs across.
    for line in (slice(17, 22), slice(22, 27), slice(48, 55)):
        assert (np.diff(points[line, 0]) > 0).all()
    assert (np.diff(points[0:17, 0]) > 0).mean() > 0.85


def test_a_head_that_moves_in_the_picture_is_no_error(pair) -> None:
    """Shift, roll and distance are similarities, yaw is none."""
    time = np.arange(30)
    rolled, turned = np.zeros((2, 30, 6))
    rolled[:, 2] = 0.2 * np.sin(time)
    turned[:, 1] = 0.2 * np.sin(time)
    truth = motion(30)
    far = estimate([face_distance(pair(motion(30, pose=turned), truth))], quotient).value
    assert estimate([face_distance(pair(motion(30, pose=rolled), truth))], quotient).value < 0.02 * far


def test_an_open_mouth_is_an_error_of_the_mouth(pair) -> None:
    one = pair(motion(30, jawOpen=0.5), motion(30))
    mouth, face = (estimate([metric(one)], quotient).value for metric in (mouth_distance, face_distance))
    assert mouth > face > 0.2
    assert estimate([mouth_distance_iod(one)], quotient).value == pytest.approx(100 * mouth / EYES_APART)
    assert estimate([face_distance_iod(one)], quotient).value == pytest.approx(100 * face / EYES_APART)


def test_frames_without_truth_are_dropped(pair) -> None:
    truth = motion(30)
    truth[10:] = np.nan
    half = motion(30)
    half[10:, 0] = 0.8
    assert estimate([mouth_distance(pair(half, truth))], quotient).value == pytest.approx(0, abs=1e-6)
    assert estimate([mouth_distance(pair(half, truth * np.nan))], quotient).clips == 0
