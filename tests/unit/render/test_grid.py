"""The grid's fill against properties that its equation guarantees, and against a direct solve."""

import numpy as np
import pytest
from scipy import sparse
from scipy.sparse.linalg import spsolve

from dimitra_studio.render.grid import fill_surroundings


def border(ny, nx):
    known = np.ones((ny, nx), bool)
    known[1:-1, 1:-1] = False
    return known


def held(known):
    return known.astype(np.float32)


def direct(values, known, screening):
    """The same equation by sparse LU."""
    ny, nx = known.shape
    path = [
        sparse.diags_array([-np.ones(n - 1), np.r_[1, np.full(n - 2, 2), 1], -np.ones(n - 1)], offsets=[-1, 0, 1])
        for n in (ny, nx)
    ]
    matrix = sparse.kron(path[0], sparse.eye_array(nx)) + sparse.kron(sparse.eye_array(ny), path[1])
    matrix = (matrix + sparse.diags_array(screening.ravel().astype(float))).tocsr()
    fixed = known.ravel()
    field = np.zeros((ny * nx, 2))
    field[fixed] = values.reshape(-1, 2)[fixed]
    field[~fixed] = spsolve(matrix[~fixed][:, ~fixed].tocsc(), -(matrix[~fixed][:, fixed] @ field[fixed]))
    return field.reshape(ny, nx, 2)


def test_reproduces_a_linear_field_from_its_border():
    known = border(33, 47)
    y, x = np.mgrid[:33, :47]
    field = np.stack([0.03 * x - 0.02 * y + 1, 0.01 * x + 0.05 * y], -1).astype(np.float32)
    filled = fill_surroundings(field, held(known), np.zeros((33, 47), np.float32))
    np.testing.assert_allclose(filled, field, atol=0.02)
    assert (filled[known] == field[known]).all()


@pytest.mark.parametrize("seed", range(3))
def test_agrees_with_a_direct_solve(seed):
    rng = np.random.default_rng(seed)
    y, x = np.mgrid[:64, :70]
    known = (x - 30) ** 2 / 200 + (y - 35) ** 2 / 350 < 1
    known[-1] = True
    values = (rng.normal(0, 2, 2) + 0.02 * (x + y)[..., None]).astype(np.float32) * (y < 63)[..., None]
    screening = np.where(y > 50, 0.05, 0.007).astype(np.float32)
    np.testing.assert_allclose(
        fill_surroundings(values, held(known), screening), direct(values, known, screening), atol=0.02
    )


def test_no_displacement_stays_exactly_zero():
    known = np.zeros((40, 40), bool)
    known[10:20, 10:20] = True
    assert not fill_surroundings(np.zeros((40, 40, 2), np.float32), held(known), np.full((40, 40), 0.01)).any()
    assert not fill_surroundings(np.ones((9, 9, 2), np.float32), np.zeros((9, 9)), np.zeros((9, 9))).any()


def test_decays_at_the_screening_length():
    """Away from a line of known nodes the solution falls like exp(-distance sqrt(k))."""
    known = np.zeros((80, 9), bool)
    known[0] = True
    k = 0.01
    column = fill_surroundings(np.ones((80, 9, 2), np.float32), held(known), np.full((80, 9), k, np.float32))[:20, 4, 0]
    np.testing.assert_allclose(np.diff(np.log(column)), -np.sqrt(k), rtol=0.03)


def test_stays_between_the_known_values():
    rng = np.random.default_rng(0)
    known = rng.random((50, 50)) < 0.1
    values = rng.uniform(-3, 5, (50, 50, 2)).astype(np.float32)
    field = fill_surroundings(values, held(known), np.full((50, 50), 0.02, np.float32))
    assert field.min() >= min(values[known].min(), 0) - 1e-3
    assert field.max() <= max(values[known].max(), 0) + 1e-3


def test_a_node_is_taken_hold_of_without_a_jump():
    """From free to fixed the field changes steadily."""
    values = np.zeros((30, 30, 2), np.float32)
    values[15, 15] = 10
    screening = np.full((30, 30), 0.01, np.float32)
    hold = np.zeros((30, 30), np.float32)
    there = []
    for firmness in np.linspace(0, 1, 41):
        hold[15, 15] = firmness
        there.append(fill_surroundings(values, hold, screening)[15, 15, 0])
    assert there[0] == 0
    assert there[-1] == 10
    assert (np.diff(there) > 0).all()
    assert np.diff(there).max() < 1.5
