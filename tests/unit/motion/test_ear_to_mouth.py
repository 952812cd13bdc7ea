import dataclasses

import numpy as np
import pytest
import scipy.ndimage

from dimitra_studio.core.motion import MotionSequence
from dimitra_studio.core.speech import SpeechAnalysis
from dimitra_studio.motion.clips import ClipFacts, TalkingClip
from dimitra_studio.motion.ear_to_mouth import LARGEST_LAG, EarToMouth, Offset, fit_ear_to_mouth
from dimitra_studio.motion.lip_shape import LipShape

LIPS = LipShape(np.eye(64)[0], np.eye(64)[1])


def _clip(seed: int, rest: float = 0.0, frames: int = 200) -> TalkingClip:
    """A clip whose lip gap is a linear function of 24 features, about the speaker's own `rest`."""
    rng = np.random.default_rng(seed)
    features = scipy.ndimage.gaussian_filter1d(rng.standard_normal((2 * frames, 24)), 2.0, axis=0) * 3
    values = np.zeros((frames, 70))
    values[:, 0] = rest + features[::2] @ np.random.default_rng(99).normal(size=24) * 0.02
    speech = SpeechAnalysis(frames / 25, (), (), "", "en", features, "test", np.zeros(0), "none")
    facts = ClipFacts(f"c{seed}", "train", f"s{seed}", "talk", "CC0")
    return TalkingClip(facts, MotionSequence(values), speech, np.zeros(2 * frames))


@pytest.fixture(scope="module")
def ear() -> EarToMouth:
    return fit_ear_to_mouth([_clip(seed, rest=seed) for seed in range(8)], LIPS)


def test_predicts_the_gap_of_a_stranger(ear) -> None:
    clip = _clip(100, rest=3.0)
    predicted = ear.predict(clip.voice().features)
    gap = LIPS.gap_of(clip.motion.components)
    assert predicted.shape == gap.shape
    assert abs(predicted.mean()) < 1e-6
    assert np.corrcoef(predicted, gap)[0, 1] > 0.95


@pytest.mark.parametrize("lag", [-LARGEST_LAG, -1, 0, 2, LARGEST_LAG])
def test_finds_how_late_the_sound_is(ear, lag: int) -> None:
    clip = _clip(101)
    gap = LIPS.gap_of(clip.motion.components).copy()
    gap[50:60] = np.nan  # no face there
    offset = ear.offset(np.roll(clip.voice().features, 2 * lag, axis=0), gap)
    assert offset.lag == lag
    assert offset.best > 0.9
    assert offset.confidence > 0.5


def test_a_strangers_voice_gives_no_confidence(ear) -> None:
    gap = LIPS.gap_of(_clip(102).motion.components)
    right, wrong = ear.offset(_clip(102).voice().features, gap), ear.offset(_clip(103).voice().features, gap)
    assert wrong.best < 0.5 * right.best
    assert wrong.confidence < 0.5 * right.confidence


def test_a_still_mouth_fits_nothing(ear) -> None:
    offset = ear.offset(_clip(104).voice().features, np.zeros(200, dtype=np.float32))
    np.testing.assert_array_equal(offset.fits, 0.0)
    assert (offset.best, offset.now, offset.confidence) == (0.0, 0.0, 0.0)


def test_takes_the_known_lag_out_before_it_learns() -> None:
    late = []
    for seed in range(8):
        clip = _clip(seed)
        speech = dataclasses.replace(clip.speech, features=np.roll(clip.speech.features, 8, axis=0))
        late.append(dataclasses.replace(clip, speech=speech, facts=dataclasses.replace(clip.facts, lag=4.0)))
    clip = _clip(105)
    offset = fit_ear_to_mouth(late, LIPS).offset(clip.voice().features, LIPS.gap_of(clip.motion.components))
    assert offset.lag == 0
    assert offset.now > 0.9


def test_what_the_offset_says() -> None:
    fits = np.full(13, 0.1)
    fits[8], fits[6] = 0.7, 0.4
    offset = Offset(fits)
    assert offset.lag == 2
    assert (offset.best, offset.now, offset.confidence) == pytest.approx((0.7, 0.4, 0.6))


def test_nothing_to_learn_from() -> None:
    with pytest.raises(ValueError, match="no clip"):
        fit_ear_to_mouth([], LIPS)
