"""Volume: unity leaves samples alone, changes do not click."""

import numpy as np
import pytest

from dimitra_studio.audio.volume import Gain, gain_of

SOUND = np.random.default_rng(0).uniform(-1, 1, (160, 2)).astype(np.float32)


def test_at_full_volume_the_samples_are_the_very_same():
    assert Gain().apply(SOUND) is SOUND
    assert gain_of(1.0) == 1.0
    assert gain_of(0.0) == 0.0


def test_a_change_is_spread_over_one_block():
    gain = Gain()
    gain.target = 0.5
    steps = gain.apply(np.ones((160, 2), np.float32))[:, 0]
    assert np.abs(np.diff(steps, prepend=1)).max() == pytest.approx(0.5 / 160, abs=1e-6)
    np.testing.assert_allclose(gain.apply(SOUND), SOUND / 2)
    gain.target = 1.0
    assert gain.apply(SOUND)[-1] == pytest.approx(SOUND[-1])
    assert gain.apply(SOUND) is SOUND


def test_muted_is_silence_and_an_empty_block_changes_nothing():
    gain = Gain(0.0)
    assert not gain.apply(SOUND).any()
    assert gain.apply(SOUND[:0]).shape == (0, 2)


@pytest.mark.parametrize("volume", [0.25, 0.5, 0.75])
def test_lower_is_softer(volume):
    assert 0 < gain_of(volume) < volume
