"""Sound at other speeds."""

import numpy as np
import pytest

from dimitra_studio.audio.clock import Span
from dimitra_studio.audio.varispeed import play

RATE = 48_000


def reader(sound):
    def read(start, end):
        found = np.zeros((end - start, sound.shape[1]), np.float32)
        first, last = max(start, 0), min(end, len(sound))
        found[first - start : last - start] = sound[first:last]
        return found

    return read


def tone(frequency, count=RATE):
    return np.sin(2 * np.pi * frequency * np.arange(count) / RATE).astype(np.float32)[:, None]


def test_normal_speed_is_the_recording_itself():
    sound = np.random.default_rng(0).normal(0, 0.1, (500, 2)).astype(np.float32)
    np.testing.assert_array_equal(play(reader(sound), Span(100, 1.0, 200)), sound[100:300])
    np.testing.assert_array_equal(play(reader(sound), Span(299, -1.0, 200)), sound[100:300][::-1])


@pytest.mark.parametrize("step", [0.25, 0.5, 0.91875, 1.5, 2.0, -0.7])
def test_the_pitch_follows_the_speed(step):
    played = play(reader(tone(500)), Span(20_000, step, 4800))[:, 0]
    spectrum = np.abs(np.fft.rfft(played * np.hanning(4800)))
    assert abs(spectrum.argmax() * RATE / 4800 - 500 * abs(step)) <= 10
    assert np.abs(played).max() == pytest.approx(1, abs=0.01)


@pytest.mark.parametrize("step", [0.3, 1.0, -1.7])
def test_every_frame_is_where_it_belongs(step):
    ramp = np.arange(1000, dtype=np.float32)[:, None]
    played = play(reader(ramp), Span(500.25, step, 200))[:, 0]
    np.testing.assert_allclose(played, 500.25 + step * np.arange(200), atol=1e-3)


def test_blocks_meet_without_a_click():
    read, step = reader(tone(300)), 0.77
    whole = play(read, Span(100, step, 400))
    parts = [play(read, Span(100 + step * start, step, 100)) for start in (0, 100, 200, 300)]
    np.testing.assert_allclose(np.concatenate(parts), whole, atol=1e-5)


def test_there_is_silence_beside_the_recording():
    assert not play(reader(np.ones((10, 1), np.float32)), Span(-50, 0.5, 40)).any()
