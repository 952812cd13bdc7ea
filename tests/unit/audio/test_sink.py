"""The silent output keeps time."""

import numpy as np
import pytest

from dimitra_studio.audio.sink import SilentSink


class Time:
    def __init__(self):
        self.now = 100.0

    def __call__(self):
        return self.now

    def sleep(self, seconds):
        assert seconds > 0
        self.now += seconds


@pytest.fixture
def time():
    return Time()


@pytest.fixture
def sink(time):
    return SilentSink(1000, 2, time, time.sleep)


def block(count):
    return np.zeros((count, 2), np.float32)


def test_writing_takes_as_long_as_playing(sink, time):
    for _ in range(100):
        sink.write(block(20))
    assert time.now == pytest.approx(100 + 2.0 - SilentSink.BUFFER)
    assert sink.waiting() == pytest.approx(100)


def test_what_waits_is_played_as_time_goes(sink, time):
    sink.write(block(60))
    time.now += 0.02
    assert sink.waiting() == pytest.approx(40)
    time.now += 10
    assert sink.waiting() == 0
    sink.write(block(30))  # late: the time that was missed is not made up for
    assert sink.waiting() == pytest.approx(30)


def test_abort_forgets_what_waits(sink):
    sink.write(block(80))
    sink.abort()
    assert sink.waiting() == 0
