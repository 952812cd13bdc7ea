import numpy as np
import pytest

from dimitra_studio.core.arrays import runs
from dimitra_studio.motion.lids import blinking, unblinking

NAMES = ("browInnerUp", "eyeBlinkLeft", "eyeBlinkRight")
FIRST = np.array([0.5, 0.1, 0.2], dtype=np.float32)


def lids(*closures: float) -> np.ndarray:
    """Expression whose lids are so far closed, 0 as in the portrait."""
    closure = np.array(closures, dtype=np.float32)[:, None]
    return np.concatenate((np.full_like(closure, 0.3), FIRST[1:] + (1 - FIRST[1:]) * closure), axis=1)


def closure(values: np.ndarray) -> np.ndarray:
    return (values[:, 1] - FIRST[1]) / (1 - FIRST[1])


def test_open_stays_open_and_shut_stays_shut() -> None:
    values = lids(*[0.0] * 10, 1.0, *[-0.05] * 20)
    made = blinking(values, FIRST, NAMES, starts=False)
    np.testing.assert_allclose(made[:8], values[:8], atol=1e-5)
    np.testing.assert_allclose(made[10], values[10], atol=1e-5)
    np.testing.assert_allclose(made[18:], values[18:], atol=1e-5)


def test_half_blinks_become_blinks_and_flutter_becomes_rest() -> None:
    half = np.zeros(60)
    half[28:33] = [0.1, 0.3, 0.6, 0.4, 0.2]
    half[45:48] = 0.2
    found = closure(blinking(lids(*half), FIRST, NAMES))
    assert found[30] == pytest.approx(1.0)
    assert found[:27].max() < 0.01
    assert found[40:].max() < 0.1


def test_both_lids_close_alike_from_where_the_portrait_has_them() -> None:
    values = lids(0.3, 0.6)
    values[:, 2] = [0.9, 0.2]
    made = blinking(values, FIRST, NAMES)
    still = FIRST[1:]
    np.testing.assert_allclose(*((made[:, 1:] - still) / (1 - still)).T, atol=1e-5)
    np.testing.assert_array_equal(made[:, 0], values[:, 0])


def test_lids_rest_where_the_portrait_has_them() -> None:
    """However the network's first frame stood: half a blink there would leave a stare."""
    for level in (-0.3, 0.1):
        raw = np.full(300, level)
        raw[0] = 0.0
        found = closure(blinking(lids(*raw), FIRST, NAMES))
        assert found[0] == pytest.approx(0.0, abs=1e-6)
        assert np.median(found[10:]) == pytest.approx(0.0, abs=0.02)
        part = closure(blinking(lids(*raw), FIRST, NAMES, starts=False))
        assert np.median(part) == pytest.approx(min(level, 0.02), abs=0.02)


def test_what_was_sharpened_can_be_undone() -> None:
    values = lids(-0.1, 0.0, 0.05, 0.1, 0.2)
    np.testing.assert_allclose(
        unblinking(blinking(values, FIRST, NAMES, starts=False), FIRST, NAMES), values, atol=1e-4
    )


def test_a_portrait_in_a_blink_opens_its_eyes() -> None:
    shut = np.array([0.5, 1.0, 1.0], dtype=np.float32)
    raw = np.full((30, 3), 0.1, dtype=np.float32)
    raw[20] = 0.9
    made = blinking(raw, shut, NAMES)
    assert made[0, 1] == pytest.approx(0.1)
    assert made[20, 1] == pytest.approx(1.0)


def test_faces_with_other_components_are_left_alone() -> None:
    values = np.random.default_rng(0).normal(size=(4, 3)).astype(np.float32)
    np.testing.assert_array_equal(blinking(values, FIRST, ("a", "b", "c")), values)
    np.testing.assert_array_equal(unblinking(values, FIRST, ("a", "b", "c")), values)


def frames_shut(values: np.ndarray) -> list[int]:
    """The first frame of each time that the lids meet."""
    return np.flatnonzero(np.diff((closure(values) > 0.95).astype(int), prepend=0) == 1).tolist()


def test_lids_that_a_network_leaves_open_blink_as_people_do() -> None:
    flutter = 0.05 + 0.04 * np.random.default_rng(0).random(3000)
    shut = frames_shut(blinking(lids(*flutter), FIRST, NAMES))
    between = np.diff([0, *shut]) / 25
    assert 12 <= len(shut) / 2 <= 24  # a minute
    assert between.min() >= 2
    assert between.max() <= 6
    assert between.std() > 0.5
    # Each is where the lids were most nearly closed.
    assert all(flutter[frame] > 0.085 for frame in shut)


def test_a_blink_is_quick_and_goes_straight() -> None:
    """Whatever its network made of it: slow, with a second bump, or too short."""
    for bump in (
        [0.2, 0.4, 0.6, 0.8, 0.9, 0.95, 0.9, 0.9, 0.9, 0.8, 0.7, 0.5, 0.3],
        [0.7, 0.9, 0.5, 0.7, 0.8, 0.4],
        [0.6],
    ):
        raw = np.zeros(60)
        raw[20 : 20 + len(bump)] = bump
        found = closure(blinking(lids(*raw), FIRST, NAMES))
        assert 3 <= (found > 0.5).sum() <= 6
        (shut,) = runs(found > 0.16)
        peak = int(np.argmax(found))
        assert (np.diff(found[shut[0] : peak + 1]) >= 0).all()
        assert (np.diff(found[peak : shut[1]]) <= 0).all()
        assert found.max() == pytest.approx(1.0)


def test_bursts_are_thinned() -> None:
    burst = np.zeros(100)
    burst[[30, 36, 44, 60]] = 0.9
    assert frames_shut(blinking(lids(*burst), FIRST, NAMES)) == [30, 44, 60]


def test_a_longer_take_begins_as_a_shorter_one() -> None:
    raw = np.random.default_rng(1).random(1000) ** 4
    long, short = (blinking(lids(*raw[:count]), FIRST, NAMES) for count in (1000, 620))
    np.testing.assert_array_equal(long[:600], short[:600])


@pytest.mark.parametrize("frame", [0, 1, 58, 59])
def test_a_blink_at_the_ends_is_cut(frame: int) -> None:
    raw = np.zeros(60)
    raw[frame] = 0.8
    made = blinking(lids(*raw), FIRST, NAMES)
    assert made.shape == (60, 3)
    assert closure(made)[frame] == pytest.approx(1.0)
