import numpy as np
import pytest

from dimitra_studio.evaluation.beat_metrics import beat_alignment, beat_gain, head_beats, voice_beats
from dimitra_studio.evaluation.evidence import estimate, quotient

from .conftest import motion

FRAMES = 250
NOD = 0.1 * np.cos(np.pi * np.arange(FRAMES) / 25)  # turns back every second


def _head(pitch: np.ndarray) -> np.ndarray:
    pose = np.zeros((FRAMES, 6))
    pose[:, 0] = pitch
    return motion(FRAMES, pose=pose)


def _syllables(times: np.ndarray) -> np.ndarray:
    """Level at 50 Hz that peaks by 30 dB at these times."""
    moments = np.arange(2 * FRAMES) / 50
    return (-50 + 30 * np.exp(-(((moments[:, None] - times) / 0.06) ** 2)).max(axis=1)).astype(np.float32)


def test_heads_beat_where_they_turn_back() -> None:
    np.testing.assert_allclose(head_beats(_head(NOD)[:, 64:67]), np.arange(25, 250, 25), atol=1)
    assert len(head_beats(np.zeros((FRAMES, 3), np.float32))) == 0
    assert len(head_beats(np.zeros((3, 3), np.float32))) == 0


def test_voices_beat_where_they_peak() -> None:
    times = np.array([1.0, 2.5, 4.0])
    np.testing.assert_allclose(voice_beats(_syllables(times)) / 50, times, atol=0.021)
    assert len(voice_beats(np.full(100, -30, np.float32))) == 0


@pytest.mark.parametrize(("after", "low", "high"), [(0.02, 0.9, 1.0), (0.15, 0.2, 0.5), (0.5, 0.0, 0.01)])
def test_the_score_falls_with_the_distance(pair, after, low, high) -> None:
    head = _head(NOD)
    one = pair(head, head, loudness=_syllables(np.arange(1, 10) + after))
    assert low <= estimate([beat_alignment(one)], quotient).value <= high


def test_over_chance_is_above_for_together_and_zero_for_anywhere(pair) -> None:
    head = _head(NOD)
    together = pair(head, head, loudness=_syllables(np.arange(1, 10) + 0.02))
    assert estimate([beat_gain(together)], quotient).value > 0.5
    rng = np.random.default_rng(0)
    anywhere = [pair(head, head, loudness=_syllables(rng.uniform(0, 10, 12))) for _ in range(80)]
    found = estimate(list(map(beat_gain, anywhere)), quotient)
    assert found.low < 0 < found.high
    assert abs(found.value) < 0.05


def test_silence_has_no_beats(pair) -> None:
    head = _head(NOD)
    silent = pair(head, head, loudness=np.full(2 * FRAMES, -50, np.float32))
    assert estimate([beat_alignment(silent)], quotient).clips == 0
