from dataclasses import replace

import numpy as np
import torch

from dimitra_studio.motion.conditions import stack, window_conditions
from dimitra_studio.motion.voice import hear


def test_a_window_is_a_piece_of_the_whole(small) -> None:
    """Features and phones of a later window are those that the first window's later frames hear."""
    config, voice = small.config(), hear(small.speech(3.0))
    first = np.zeros(config.channels, dtype=np.float32)
    one = window_conditions(voice, 0, first, True, config)
    other = window_conditions(voice, 6, first, False, config)
    assert torch.equal(one.features[:, 12:], other.features[:, :-12])
    assert torch.equal(one.phonemes[:, 6:], other.phonemes[:, :-6])
    assert one.starts.tolist() == [True]
    assert other.starts.tolist() == [False]
    assert one.mask.all()


def test_frame_i_stands_beside_feature_2i(small) -> None:
    config, voice = small.config(), hear(small.speech(3.0))
    given = window_conditions(voice, 5, np.zeros(config.channels, dtype=np.float32), False, config)
    frame = 4
    heard = given.features[0, 2 * frame : 2 * frame + config.feature_window]
    centre = 2 * (5 + frame)
    expected = voice.features[centre - config.feature_before : centre + config.feature_after + 1]
    np.testing.assert_array_equal(heard.numpy(), expected)


def test_frames_beyond_the_voice_are_masked(small) -> None:
    config, voice = small.config(), hear(small.speech(0.5))
    given = window_conditions(voice, 0, np.zeros(config.channels, dtype=np.float32), True, config)
    assert given.mask[0].tolist() == [True] * 13 + [False] * 7


def test_what_is_not_known_is_absent(small) -> None:
    config = small.config()
    first = np.zeros(config.channels, dtype=np.float32)
    spoken = window_conditions(hear(small.speech(1.0)), 0, first, True, config)
    foreign = window_conditions(hear(small.speech(1.0, spoken=False)), 0, first, True, config)
    assert stack([spoken, foreign]).present.tolist() == [[True] * 4, [True, False, False, True]]


def test_a_voice_may_hide_its_features(small) -> None:
    config = small.config()
    voice = hear(small.speech(1.0))
    first = np.zeros(config.channels, dtype=np.float32)
    (seen,) = window_conditions(voice, 0, first, True, config).present
    (hidden,) = window_conditions(replace(voice, heard=False), 0, first, True, config).present
    assert seen.tolist() == [True, True, True, True]
    assert hidden.tolist() == [False, True, True, True]
