import dataclasses

import numpy as np
import pytest

from dimitra_studio.core.speech import PHONEME_INDEX, Phoneme
from dimitra_studio.motion.voice import Voice, cut, hear, phoneme_frames, silent_frames

AA, SIL = PHONEME_INDEX["AA"], PHONEME_INDEX["SIL"]


def test_phone_shares_are_the_time_that_each_takes_of_a_frame() -> None:
    shares = phoneme_frames((Phoneme(0.0, 0.05, "SIL"), Phoneme(0.05, 0.12, "AA")), 4)
    np.testing.assert_allclose(shares[:3, SIL], [1.0, 0.25, 0.0], atol=1e-6)
    np.testing.assert_allclose(shares[:3, AA], [0.0, 0.75, 1.0], atol=1e-6)
    np.testing.assert_allclose(shares[:, :-1].sum(axis=1), [1, 1, 1, 0], atol=1e-6)


def test_phase_rises_through_a_phone() -> None:
    shares = phoneme_frames((Phoneme(0.0, 0.2, "AA"), Phoneme(0.2, 0.4, "SIL")), 10)
    np.testing.assert_allclose(shares[:, -1], [0.1, 0.3, 0.5, 0.7, 0.9] * 2, atol=1e-6)


def test_a_phone_shorter_than_a_frame_is_not_lost() -> None:
    shares = phoneme_frames((Phoneme(0.09, 0.10, "P"),), 5)
    assert shares[2, PHONEME_INDEX["P"]] == pytest.approx(0.25)


def test_delay_moves_phones_earlier() -> None:
    late = (Phoneme(0.12, 0.24, "AA"),)
    on_time = (Phoneme(0.04, 0.16, "AA"),)
    np.testing.assert_allclose(phoneme_frames(late, 8, delay=0.08), phoneme_frames(on_time, 8), atol=1e-6)


def test_phones_beyond_the_clip_are_ignored() -> None:
    assert phoneme_frames((Phoneme(5.0, 6.0, "AA"), Phoneme(-1.0, 0.0, "AA")), 10).max() == 0


def test_voice_covers_its_duration(small) -> None:
    voice = hear(small.speech(1.01))
    assert len(voice) == 26
    assert voice.features.shape == (52, 12)
    assert voice.silent.tolist() == [False] * 13 + [True] * 12 + [False]  # beyond 1.01 s nothing is known


def test_foreign_voice_has_features_alone(small) -> None:
    voice = hear(small.speech(1.0, spoken=False))
    assert voice.phonemes is None
    assert voice.text is None
    assert not voice.silent.any()


def test_missing_features_repeat_the_last(small) -> None:
    speech = small.speech(0.2)
    features = hear(speech, frames=7).features
    np.testing.assert_array_equal(features[:10], speech.features)
    np.testing.assert_array_equal(features[10:], np.broadcast_to(speech.features[-1], (4, 12)))


def test_no_features_at_all_are_zero(small) -> None:
    empty = dataclasses.replace(small.speech(0.2), features=np.zeros((0, 12)))
    assert hear(empty).features.shape == (10, 12)


def test_a_late_voice_is_moved_under_the_face(small) -> None:
    speech = small.speech(2.0)
    on_time, moved = hear(speech), hear(speech, delay=0.12)
    np.testing.assert_array_equal(moved.features[:-6], on_time.features[6:])
    np.testing.assert_allclose(moved.phonemes[:-3], on_time.phonemes[3:], atol=1e-5)
    np.testing.assert_array_equal(moved.silent[:-3], on_time.silent[3:])


def test_silence_is_known_frame_by_frame() -> None:
    assert silent_frames(((0.0, 0.1), (0.19, 0.3)), 6).tolist() == [True, True, True, False, False, True]


def test_cut_is_zero_outside() -> None:
    rows = np.ones((3, 1), dtype=np.float32)
    assert cut(rows, -2, 4)[:, 0].tolist() == [0, 0, 1, 1]
    assert cut(rows, 2, 3)[:, 0].tolist() == [1, 0, 0]
    assert cut(rows, 9, 2)[:, 0].tolist() == [0, 0]


def test_odd_features_are_refused() -> None:
    with pytest.raises(ValueError, match="pairs"):
        Voice(np.zeros((3, 2)), None, None, np.zeros(1))
