import numpy as np
import pytest

from dimitra_studio.evaluation.evidence import estimate, quotient
from dimitra_studio.evaluation.head_metrics import (
    angle_range,
    head_spectrum,
    spectral_distance,
)

from .conftest import motion

FRAMES = 250
TIME = np.arange(FRAMES) / 25


def _head(*angles: np.ndarray) -> np.ndarray:
    pose = np.zeros((FRAMES, 6))
    for axis, angle in enumerate(angles):
        pose[:, axis] = angle
    return motion(FRAMES, pose=pose)


def test_ranges_are_degrees(pair) -> None:
    nod = np.radians(10) * np.sin(2 * np.pi * TIME)
    one = pair(_head(nod, 2 * nod), _head(nod))
    pitch, yaw, roll = (estimate([angle_range(one, axis)], quotient).value for axis in range(3))
    assert pitch == pytest.approx(20, rel=0.02)  # the ends take little time
    assert yaw == pytest.approx(2 * pitch, rel=1e-3)
    assert roll == 0


def test_the_spectrums_distance_is_decibels(pair) -> None:
    rng = np.random.default_rng(0)
    angles = 0.05 * np.cumsum(rng.normal(size=(3, FRAMES)), axis=1) / 10
    truth = _head(*angles)
    assert estimate([head_spectrum(pair(truth, truth))], spectral_distance).value == pytest.approx(0)
    tenth = _head(*(angles / 10))
    assert estimate([head_spectrum(pair(tenth, truth))], spectral_distance).value == pytest.approx(20, abs=0.3)


def test_wrong_frequencies_show_though_the_range_is_right(pair) -> None:
    slow, fast = (np.stack([0.1 * np.sin(2 * np.pi * rate * TIME)] * 3) for rate in (0.6, 5.0))
    assert estimate([head_spectrum(pair(_head(*fast), _head(*slow)))], spectral_distance).value > 15


def test_short_clips_have_no_spectrum(pair) -> None:
    short = motion(60)
    assert estimate([head_spectrum(pair(short, short))], spectral_distance).clips == 0
