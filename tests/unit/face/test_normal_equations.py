import numpy as np
import pytest

from dimitra_studio.face import morph
from dimitra_studio.face.blendshapes import BLENDSHAPE_COUNT
from dimitra_studio.face.normal_equations import NormalEquations, project_points
from dimitra_studio.face.observation import PAIRS, observe


@pytest.fixture(scope="module")
def state():
    rng = np.random.default_rng(5)
    pose = np.array([0.2, -0.4, 0.3, 0.2, -0.1, 0.8])
    return np.concatenate([rng.normal(0, 0.3, 80), rng.uniform(0, 0.5, 64), pose])


@pytest.fixture(scope="module")
def seen(see, state):
    landmarks = see(state[:80], state[80:144], state[144:])
    moved = landmarks + np.random.default_rng(6).normal(0, 2, landmarks.shape)
    return observe(moved, np.zeros(BLENDSHAPE_COUNT))


def test_projection_is_morphs(head, shape, camera, state):
    x = state[:144].astype(np.float32)
    points = shape.points(x)
    placed = morph.place((points.T + head.pivot).astype(np.float32), state[144:], head)
    expected, _ = morph.project(placed, camera)
    assert np.abs(project_points(points, state[144:], camera).T - expected).max() < 5e-3


def energy(shape, camera, seen, state):
    """The energy without robust weights, written out."""
    pixels = project_points(shape.points(state[:144].astype(np.float32)), state[144:], camera).astype(np.float64)
    miss = seen.target - pixels
    upper, lower = PAIRS.T
    apart = (miss[:, upper] - miss[:, lower]) * seen.pair_weight
    return ((miss * seen.point_weight) ** 2).sum() + (apart**2).sum()


def test_gradient_is_the_energys(shape, camera, seen, state):
    linear = NormalEquations(shape).linearise(state, camera, seen, robust=False)
    for index in (3, 80, 90, 120, 144, 145, 146, 147, 148, 149):
        step = np.zeros(150)
        step[index] = 0.001
        slope = (energy(shape, camera, seen, state + step) - energy(shape, camera, seen, state - step)) / 0.002
        assert -2 * linear.gradient[index] == pytest.approx(slope, rel=0.01, abs=2)


def test_hessian_is_symmetric_and_positive(shape, camera, seen, state):
    linear = NormalEquations(shape).linearise(state, camera, seen, robust=True)
    assert np.array_equal(linear.hessian, linear.hessian.T)
    assert np.linalg.eigvalsh(linear.hessian).min() > -1e-3 * np.abs(linear.hessian).max()


def test_robust_weights_quiet_what_is_far_off(shape, camera, seen, state):
    equations = NormalEquations(shape)
    plain = equations.linearise(state, camera, seen, robust=False)
    robust = equations.linearise(state, camera, seen, robust=True)
    assert np.array_equal(plain.misses, robust.misses)
    assert np.trace(robust.hessian) < np.trace(plain.hessian)
