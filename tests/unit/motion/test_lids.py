import numpy as np
import pytest

from dimitra_studio.motion.lids import snapped, unsnapped

NAMES = ("browInnerUp", "eyeBlinkLeft", "eyeBlinkRight")
FIRST = np.array([0.5, 0.1, 0.2], dtype=np.float32)


def lids(*closures: float) -> np.ndarray:
    """Expression whose lids are so far closed, 0 as in the portrait."""
    closure = np.array(closures, dtype=np.float32)[:, None]
    return np.concatenate((np.full_like(closure, 0.3), FIRST[1:] + (1 - FIRST[1:]) * closure), axis=1)


def closure(values: np.ndarray) -> np.ndarray:
    return (values[:, 1] - FIRST[1]) / (1 - FIRST[1])


def test_open_stays_open_and_shut_stays_shut() -> None:
    values = lids(0.0, 1.0, -0.05)
    np.testing.assert_allclose(snapped(values, FIRST, NAMES), values, atol=1e-5)


def test_half_blinks_become_blinks_and_flutter_becomes_rest() -> None:
    found = closure(snapped(lids(0.1, 0.2, 0.6, 0.8), FIRST, NAMES))
    assert found[0] < 0.03
    assert found[1] < 0.1
    assert found[2] > 0.75
    assert found[3] > 0.95
    order = closure(snapped(lids(*np.linspace(-0.2, 1, 200)), FIRST, NAMES))
    assert (np.diff(order) >= 0).all()


def test_both_lids_close_alike_from_where_the_portrait_has_them() -> None:
    values = lids(0.3, 0.6)
    values[:, 2] = [0.9, 0.2]
    made = snapped(values, FIRST, NAMES)
    still = FIRST[1:]
    np.testing.assert_allclose(*((made[:, 1:] - still) / (1 - still)).T, atol=1e-5)
    np.testing.assert_array_equal(made[:, 0], values[:, 0])


def test_what_was_snapped_can_be_undone() -> None:
    values = lids(-0.1, 0.05, 0.3, 0.5, 0.9)
    np.testing.assert_allclose(unsnapped(snapped(values, FIRST, NAMES), FIRST, NAMES), values, atol=1e-4)


def test_a_portrait_in_a_blink_opens_its_eyes() -> None:
    shut = np.array([0.5, 1.0, 1.0], dtype=np.float32)
    made = snapped(np.array([[0.3, 0.1, 0.1], [0.3, 0.9, 0.9]], dtype=np.float32), shut, NAMES)
    assert made[0, 1] == pytest.approx(0.1)
    assert 0.9 < made[1, 1] <= 1


def test_faces_with_other_components_are_left_alone() -> None:
    values = np.random.default_rng(0).normal(size=(4, 3)).astype(np.float32)
    np.testing.assert_array_equal(snapped(values, FIRST, ("a", "b", "c")), values)
    np.testing.assert_array_equal(unsnapped(values, FIRST, ("a", "b", "c")), values)
