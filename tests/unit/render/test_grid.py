"""The grid solve against properties that its equation guarantees."""

import numpy as np
import pytest

from dimitra_studio.render.grid import GridFlow, invert


def plain(known, screening=0.0):
    ny, nx = known.shape
    field = np.full((ny, nx), screening, np.float32)
    return GridFlow(known, field, np.ones((ny, nx - 1), np.float32), np.ones((ny - 1, nx), np.float32))


def border(ny, nx):
    known = np.ones((ny, nx), bool)
    known[1:-1, 1:-1] = False
    return known


def test_reproduces_a_linear_field_from_its_border():
    known = border(13, 17)
    y, x = np.mgrid[:13, :17]
    field = np.stack([0.3 * x - 0.2 * y + 1, 0.1 * x + 0.05 * y], -1)
    np.testing.assert_allclose(plain(known).solve(field[known]), field, atol=1e-5)


def test_no_displacement_stays_exactly_zero():
    known = np.zeros((9, 9), bool)
    known[4, 4] = True
    assert not plain(known, 0.1).solve(np.zeros((1, 2))).any()


def test_decays_at_the_screening_length():
    """Away from a line of known nodes the solution falls like exp(-distance sqrt(k))."""
    known = np.zeros((80, 5), bool)
    known[0] = True
    k = 0.01
    column = plain(known, k).solve(np.ones((5, 2)))[:40, 2, 0]
    np.testing.assert_allclose(np.diff(np.log(column)), -np.sqrt(k), rtol=0.02)
    assert (column > 0).all()


def test_stays_between_the_known_values():
    rng = np.random.default_rng(0)
    known = rng.random((20, 20)) < 0.1
    values = rng.uniform(-3, 5, (known.sum(), 2))
    field = plain(known, 0.02).solve(values)
    assert field.min() >= min(values.min(), 0) - 1e-5
    assert field.max() <= max(values.max(), 0) + 1e-5
    np.testing.assert_allclose(field[known], values, rtol=1e-6)


def test_a_cut_link_stops_the_flow():
    known = np.zeros((6, 8), bool)
    known[:, 0] = True
    across, down = np.ones((6, 7), np.float32), np.ones((5, 8), np.float32)
    across[:, 3] = 0
    field = GridFlow(known, np.full((6, 8), 0.01, np.float32), across, down).solve(np.ones((6, 2)))
    assert (field[:, 4:] == 0).all()
    assert (field[:, :4] > 0.8).all()


def test_nothing_known_and_no_screening_is_refused():
    with pytest.raises(ValueError, match="no known displacement"):
        plain(np.zeros((4, 4), bool))


def test_inverse_undoes_the_forward_flow():
    y, x = np.mgrid[:40, :50].astype(np.float64)
    bump = np.exp(-((x - 25) ** 2 + (y - 20) ** 2) / 60)
    forward = np.stack([3 * bump, -2 * bump], -1).astype(np.float32)
    backward = invert(forward)
    at_x, at_y = x + backward[..., 0], y + backward[..., 1]
    bump_there = np.exp(-((at_x - 25) ** 2 + (at_y - 20) ** 2) / 60)
    np.testing.assert_allclose(at_x + 3 * bump_there, x, atol=0.05)
    np.testing.assert_allclose(at_y - 2 * bump_there, y, atol=0.05)


def test_inverse_of_nothing_is_exactly_nothing_and_folds_stay_finite():
    assert not invert(np.zeros((5, 6, 2), np.float32)).any()
    wild = np.random.default_rng(1).normal(0, 30, (20, 20, 2)).astype(np.float32)
    assert np.isfinite(invert(wild)).all()
