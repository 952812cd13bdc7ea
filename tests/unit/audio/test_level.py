"""The meter shows the loudest, lets it fall, and remembers that it was too loud."""

import numpy as np
import pytest

from dimitra_studio.audio.level import FLOOR, LevelMeter, decibels


def tone(amplitude, count=480):
    return np.full(count, amplitude, np.float32)


@pytest.mark.parametrize(
    ("amplitude", "level"), [(1.0, 0), (0.5, -6.02), (0.001, -60), (1e-9, FLOOR), (0, FLOOR), (2, 0)]
)
def test_decibels(amplitude, level):
    assert decibels(amplitude) == pytest.approx(level, abs=0.01)


def test_the_peak_rises_at_once_and_falls_slowly_while_the_highest_is_held():
    meter = LevelMeter()
    loud = meter.add(tone(-0.5), 1.0)
    assert loud.peak == loud.held == pytest.approx(-6.02, abs=0.01)
    later = meter.add(tone(0.01), 1.5)
    assert later.peak == pytest.approx(-18.02, abs=0.01)
    assert later.held == loud.held
    assert meter.add(tone(0.01), 3.0).held == pytest.approx(-40, abs=0.01)
    assert meter.loudest == loud.held


def test_full_scale_is_told_until_the_meter_is_reset():
    meter = LevelMeter()
    assert not meter.add(tone(0.99), 0.0).clipped
    assert meter.add(tone(32767 / 32768), 0.1).clipped
    assert meter.add(tone(0.1), 9.0).clipped
    meter.reset()
    assert not meter.add(tone(0.1), 9.1).clipped
    assert meter.loudest == pytest.approx(-20)


def test_silence_without_any_noise_is_counted():
    meter = LevelMeter()
    assert meter.add(tone(0), 5.0).dead == 0
    assert meter.add(tone(0), 7.5).dead == pytest.approx(2.5)
    assert meter.add(tone(1e-4), 8.0).dead == 0
    assert meter.add(tone(0), 8.5).dead == pytest.approx(0.5)


def test_nothing_came_is_no_sound_and_the_meter_falls():
    meter = LevelMeter()
    meter.add(tone(1.0), 0.0)
    assert meter.add(tone(0, 0), 1.0).peak == pytest.approx(-24)
