import numpy as np
import pytest

from dimitra_studio.motion.joins import Join

FRAMES = np.arange(100)


def part(*ranges: tuple[int, int]) -> np.ndarray:
    new = np.zeros(100, dtype=bool)
    for first, last in ranges:
        new[first:last] = True
    return new


def join(new: np.ndarray, found: np.ndarray, known: np.ndarray, reach: int = 8, lasting: bool = False) -> np.ndarray:
    """Of one channel."""
    column = Join(new, reach, np.array([lasting]))(found[:, None].astype(np.float32), known[:, None].astype(np.float32))
    return column[:, 0]


@pytest.mark.parametrize("lasting", [False, True])
@pytest.mark.parametrize(("first", "last"), [(40, 70), (0, 30), (80, 100), (50, 51), (50, 53), (0, 99), (1, 100)])
def test_what_is_known_stays_and_the_borders_are_smooth(first: int, last: int, lasting: bool) -> None:
    """A slow wave of which the new part is another one, far away and at another slope."""
    known, found = np.sin(FRAMES / 15), 0.7 - 1.3 * np.cos(FRAMES / 18)
    new = part((first, last))
    made = join(new, found, known, 12, lasting)
    np.testing.assert_array_equal(made[~new], known[~new].astype(np.float32))
    for border in {first, last} - {0, 100}:
        if last - first > 12:
            steps = np.diff(made)[max(border - 3, 0) : border + 2]
            assert np.abs(np.diff(steps)).max() < 0.15
        assert abs(made[border] - made[border - 1]) < 0.4


def test_a_line_goes_on_and_comes_back() -> None:
    """Where both are lines, value and velocity are the known ones at the border and the new ones behind the reach."""
    known, found, new = 0.1 * FRAMES, np.full(100, 3.0), part((40, 80))
    made = join(new, found, known, 10)
    assert made[40] == pytest.approx(known[40], abs=0.12)
    assert np.diff(made)[39] == pytest.approx(0.1, abs=0.06)
    np.testing.assert_allclose(made[50:70], 3.0, atol=1e-6)


def test_motion_that_agrees_is_left_alone() -> None:
    known = np.sin(FRAMES / 5)
    found = np.where(part((45, 55)), known + np.hanning(100)[::-1] * 0, known)
    np.testing.assert_allclose(join(part((40, 60)), found, known), known, atol=1e-6)


def test_a_level_lasts_where_it_is_the_persons() -> None:
    found, new = np.sin(FRAMES / 5), part((30, 70))
    np.testing.assert_allclose(join(new, found, found + 1, lasting=True), found + 1, atol=1e-5)
    passing = join(new, found, found + 1, reach=5)
    np.testing.assert_allclose(passing[36:64], found[36:64], atol=1e-6)
    # From one level to another; and at the start of a take there is none.
    known = found + np.where(FRAMES < 50, 1.0, 2.0)
    between = join(new, found, known, lasting=True) - found
    assert between[30] == pytest.approx(1, abs=0.05)
    assert between[69] == pytest.approx(2, abs=0.05)
    assert (np.diff(between[30:70]) >= -1e-5).all()


def test_several_parts_each_look_at_their_own_neighbours() -> None:
    known, found = np.zeros(100), np.ones(100)
    made = join(part((20, 40), (42, 60)), found, known, 5)
    np.testing.assert_array_equal(made[40:42], 0)
    np.testing.assert_allclose(made[25:35], 1, atol=1e-6)
    np.testing.assert_allclose(made[47:55], 1, atol=1e-6)
    assert np.abs(np.diff(made)).max() < 0.4


def test_without_neighbours_nothing_is_changed() -> None:
    found = np.random.default_rng(0).normal(size=100)
    np.testing.assert_array_equal(join(part((0, 100)), found, np.zeros(100)), found.astype(np.float32))
