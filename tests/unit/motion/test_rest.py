import numpy as np

from dimitra_studio.motion.rest import closed_no_further, rest_lips, rest_weight, settle


def test_a_long_silence_rests_and_speech_never_does() -> None:
    silent = np.array([False] * 30 + [True] * 40 + [False] * 30)
    weight = rest_weight(silent)
    assert weight[~silent].max() < 0.05
    assert weight[45:55].min() > 0.99
    assert np.abs(np.diff(weight)).max() < 0.25


def test_a_short_pause_is_left_to_the_network() -> None:
    assert rest_weight(np.array([False] * 20 + [True] * 10 + [False] * 20)).max() == 0


def test_silence_at_the_ends_rests_to_the_very_end() -> None:
    weight = rest_weight(np.array([True] * 30 + [False] * 30 + [True] * 30))
    assert weight[0] > 0.99
    assert weight[-1] > 0.99


def test_silence_throughout_rests_throughout() -> None:
    np.testing.assert_allclose(rest_weight(np.ones(40, dtype=bool)), 1.0, atol=1e-6)


def test_lips_at_rest_are_the_portraits_but_closed() -> None:
    names = ("jawOpen", "mouthPress", "mouthLowerDown")
    first, silence = np.array([0.4, 0.2, 0.01]), np.array([0.05, 0.0, 0.1])
    np.testing.assert_allclose(rest_lips(first, silence, names), [0.05, 0.2, 0.01], atol=1e-6)


def test_settled_lips_hold_still() -> None:
    lips = np.random.default_rng(0).normal(size=(60, 2)).astype(np.float32)
    rest = np.array([0.1, -0.1], dtype=np.float32)
    weight = rest_weight(np.array([False] * 20 + [True] * 40))
    settled = settle(lips, weight, rest)
    np.testing.assert_allclose(settled[40:], np.broadcast_to(rest, (20, 2)), atol=1e-5)
    np.testing.assert_array_equal(settled[:15], lips[:15])


def test_lips_close_no_further_than_the_jaw_is_open() -> None:
    lips = np.array([[0.2, 0.5, 0.9], [0.4, 0.1, 0.9], [-0.1, 0.3, 0.9]], dtype=np.float32)
    ruled = closed_no_further(lips, ("jawOpen", "mouthClose", "mouthPress"))
    np.testing.assert_allclose(ruled, [[0.2, 0.2, 0.9], [0.4, 0.1, 0.9], [-0.1, 0.0, 0.9]], atol=1e-6)
    np.testing.assert_array_equal(closed_no_further(lips, ("a", "b", "c")), lips)
