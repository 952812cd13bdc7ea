import numpy as np

from dimitra_studio.evaluation.mfcc import mfcc

# What python_speech_features 0.6 gives for frames 0, 37 and 98 of the sound below (its mfcc(samples, 16000)).
PUBLISHED = [
    [20.3148, 9.9065, -12.7028, 11.6254, 8.4366, -49.2287, -58.5697, 2.7078, 27.955, -1.6367, 2.76, 32.9157, 18.6489],
    [20.7664, 6.9461, -26.0837, -15.7234, -7.3779, -24.0841, -2.0125, 47.2811, 28.756, -38.3282, -42.0828, 5.6741,
     15.7463],
    [21.2142, 6.8016, -36.5435, -14.1851, 25.5561, 15.0061, -12.1642, -11.1847, -3.0126, -0.9395, 10.6061, 9.1191,
     -16.1785],
]  # fmt: skip


def test_it_is_the_published_front_end() -> None:
    time = np.arange(16000) / 16000
    tone = 8000 * np.sin(2 * np.pi * 440 * time * (1 + time)) + 3000 * np.sin(2 * np.pi * 1900 * time)
    found = mfcc((tone.astype(np.int16) / 32768).astype(np.float32))
    assert found.shape == (99, 13)
    np.testing.assert_allclose(found[[0, 37, 98]], PUBLISHED, atol=2e-3)


def test_silence_and_scraps_are_finite() -> None:
    assert np.isfinite(mfcc(np.zeros(16000, np.float32))).all()
    assert mfcc(np.ones(7, np.float32)).shape == (1, 13)
    assert mfcc(np.ones(401, np.float32)).shape == (2, 13)
