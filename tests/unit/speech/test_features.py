"""Features are the sound's own: not the place's, not the level's."""

import numpy as np
import pytest

from dimitra_studio.core.events import Progress, finish
from dimitra_studio.core.timebase import SPEECH_RATE


def extract(backends, samples):
    return finish(backends.features.extract(np.asarray(samples, np.float32)))


def unlikeness(a, b):
    """Mean square difference over that of unrelated moments: 0 the same, 1 unrelated."""
    return float(np.mean(np.square(a - b)) / (2 * np.mean(np.var(b, axis=0))))


@pytest.fixture(scope="module")
def long_voice(sample):
    """The sample voice six times over, 41.6 s: longer than Whisper's 30 s; a whole number of features each time."""
    return np.tile(sample.samples[: len(sample.samples) // 320 * 320], 6)


@pytest.mark.parametrize("samples", [1600, 16_000, 16_001, 16_319, 16_320, 100_000])
def test_the_count_is_exact(backends, samples):
    features = extract(backends, np.random.default_rng(0).uniform(-0.1, 0.1, samples))
    assert features.shape == (-(-samples // 320), 384)
    assert features.dtype == np.float32
    assert np.isfinite(features).all()


def test_progress_is_honest(backends, sample):
    steps = list(backends.features.extract(sample.samples))
    assert all(isinstance(step, Progress) for step in steps)
    counted = [step.done for step in steps if step.total]
    assert counted == sorted(set(counted))
    assert steps[-1].done == steps[-1].total


def test_the_same_sound_has_the_same_features_wherever_it_stands(backends, sample):
    alone = extract(backends, sample.samples)
    for seconds in (0.2, 1.0, 3.3):
        lead = np.zeros(round(seconds * SPEECH_RATE), np.float32)
        late = extract(backends, np.concatenate([lead, sample.samples]))[round(seconds * 50) :]
        assert unlikeness(late[: len(alone)], alone) < 0.04


def test_there_is_no_seam(backends, sample, long_voice):
    """Steps from feature to feature are no larger where windows of 30 s or blocks would meet."""
    features = extract(backends, long_voice)
    steps = np.linalg.norm(np.diff(features, axis=0), axis=1)
    once = len(sample.samples) // 320
    for start in range(2 * once, 5 * once, once):
        assert unlikeness(features[start : start + once], features[once : 2 * once]) < 0.04
    assert steps[2 * once :].max() < 1.2 * steps[: 2 * once].max()


def test_the_recording_level_does_not_matter(backends, sample):
    loud = extract(backends, sample.samples)
    assert unlikeness(extract(backends, 0.1 * sample.samples), loud) < 0.01


def test_feature_2i_stands_beside_video_frame_i(backends):
    """A click changes the features around its own time most."""
    quiet = 0.001 * np.random.default_rng(0).standard_normal(4 * SPEECH_RATE)
    click = quiet.copy()
    click[2 * SPEECH_RATE : 2 * SPEECH_RATE + 160] += np.hanning(160) * 0.5
    change = np.linalg.norm(extract(backends, click) - extract(backends, quiet), axis=1)
    assert abs(int(np.argmax(change)) - 100) <= 1
