import numpy as np
import pytest

from dimitra_studio.motion.scale import ChannelScale

SCALE = ChannelScale([1.0, -2.0], [0.5, 2.0], [0.0, -5.0], [2.0, 5.0])


def test_restore_undoes_normalise() -> None:
    values = np.random.default_rng(0).normal(size=(7, 2)).astype(np.float32)
    np.testing.assert_allclose(SCALE.restore(SCALE.normalise(values)), values, atol=1e-6)
    np.testing.assert_allclose(SCALE.normalise(SCALE.mean), 0.0)


def test_within_keeps_what_faces_can_do() -> None:
    values = np.array([[3.0, 0.5], [-1.0, -9.0]])
    np.testing.assert_array_equal(SCALE.within(values, np.zeros(2)), [[2.0, 0.5], [0.0, -5.0]])
    np.testing.assert_array_equal(SCALE.within(values, np.array([2.5, -6.0])), [[2.5, 0.5], [0.0, -6.0]])


def test_a_channel_without_spread_is_refused() -> None:
    with pytest.raises(ValueError, match="std"):
        ChannelScale([0.0], [0.0], [0.0], [1.0])
    with pytest.raises(ValueError, match="length"):
        ChannelScale([0.0], [1.0, 1.0], [0.0], [1.0])
