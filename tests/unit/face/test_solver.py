import numpy as np
import pytest

from dimitra_studio.face.compiled_algebra import eliminate, normal_product, solve_positive
from dimitra_studio.face.solver import Box, Gaussian, bounded_step


@pytest.fixture
def system():
    rng = np.random.default_rng(0)
    rows = rng.normal(size=(61, 12)).astype(np.float32)
    return rows, rng.normal(size=61).astype(np.float32)


def test_normal_product(system):
    rows, residual = system
    matrix, right = normal_product(rows, residual)
    assert np.allclose(matrix, rows.T.astype(float) @ rows, rtol=1e-4, atol=1e-4)
    assert np.allclose(right, rows.T.astype(float) @ residual, rtol=1e-4, atol=1e-4)


def test_solve_and_eliminate(system):
    matrix, right = normal_product(*system)
    expected = np.linalg.solve(matrix, right)
    assert np.allclose(solve_positive(matrix, right), expected)
    part, side = eliminate(matrix, right, 5)
    assert np.allclose(np.linalg.solve(part, side), expected[:5])


def test_a_matrix_that_is_not_positive_gives_nan():
    assert np.isnan(solve_positive(np.array([[1.0, 2.0], [2.0, 1.0]]), np.ones(2))).any()


def test_beliefs_multiply():
    one = Gaussian(np.array([0.0, 5.0]), np.array([1.0, 0.0]))
    two = Gaussian(np.array([3.0, 7.0]), np.array([2.0, 0.0]))
    both = one * two
    assert both.mean[0] == pytest.approx(2.0)
    assert both.precision.tolist() == [3.0, 0.0]


def minimum(target, lower, upper, start):
    """Least squares |x - target|^2 with a coupling, in a box."""
    matrix = np.array([[2.0, 0.9, 0.0], [0.9, 2.0, 0.0], [0.0, 0.0, 1.0]])
    nothing = Gaussian(np.zeros(3), np.zeros(3))
    state = np.array(start, float)
    for _ in range(20):
        state = bounded_step(
            state, matrix, matrix @ (np.array(target) - state), belief=nothing, box=Box(lower, upper), damping=0.0
        )
    return state, matrix @ (np.array(target) - state)


def test_steps_end_at_the_constrained_minimum():
    lower, upper = np.zeros(3), np.array([1.0, 1.0, 0.5])
    state, downhill = minimum([1.6, -0.7, 0.2], lower, upper, [0.5, 0.5, 0.5])
    # Karush-Kuhn-Tucker: downhill is zero inside, and points outwards at the bounds.
    for value, low, high, slope in zip(state, lower, upper, downhill, strict=True):
        if value == low:
            assert slope <= 1e-9
        elif value == high:
            assert slope >= -1e-9
        else:
            assert abs(slope) < 1e-4


def test_equal_bounds_hold_still():
    fixed = np.array([0.3, 0.0, 0.0])
    state, _ = minimum([1, 1, 1], np.array([0.3, -9, -9]), np.array([0.3, 9, 9]), fixed)
    assert state[0] == 0.3
    assert state[1] > 0.5
