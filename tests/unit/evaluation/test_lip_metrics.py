import numpy as np
import pytest

from dimitra_studio.evaluation.evidence import estimate, quotient, root_median, root_quotient
from dimitra_studio.evaluation.lip_metrics import (
    absolute_lag,
    best_correlation,
    common_lag,
    gap_correlation,
    gap_jitter,
    gap_variance,
    peak,
    width_correlation,
    width_variance,
)

from .conftest import motion

TIME = np.arange(100) / 25
GAP = (0.2 + 0.1 * np.sin(9 * TIME) + 0.05 * np.sin(23 * TIME)).astype(np.float32)


def _late(frames: int) -> np.ndarray:
    time = TIME - frames / 25
    return (0.2 + 0.1 * np.sin(9 * time) + 0.05 * np.sin(23 * time)).astype(np.float32)


def test_the_truth_is_perfect(pair) -> None:
    one = [pair(GAP, GAP)]
    assert estimate(list(map(gap_correlation, one)), quotient).value == pytest.approx(1)
    assert estimate(list(map(gap_jitter, one)), quotient).value == pytest.approx(1)
    assert estimate(list(map(gap_variance, one)), root_quotient).value == pytest.approx(1)
    assert estimate(list(map(common_lag, one)), peak).value == pytest.approx(0, abs=1e-6)


def test_delay_is_found_and_costs_correlation(pair) -> None:
    late = [pair(_late(2), GAP)]
    assert estimate(list(map(absolute_lag, late)), quotient).value == 2
    assert estimate(list(map(common_lag, late)), peak).value == pytest.approx(2, abs=0.1)
    assert estimate(list(map(best_correlation, late)), quotient).value == pytest.approx(1, abs=1e-4)
    assert estimate(list(map(gap_correlation, late)), quotient).value < 0.8


def test_the_common_lag_is_not_the_mean_of_chance_lags(pair) -> None:
    """Early and late clips: each has a lag, together they have none."""
    clips = [pair(_late(2), GAP), pair(_late(-2), GAP)]
    assert estimate(list(map(absolute_lag, clips)), quotient).value == 2
    assert abs(estimate(list(map(common_lag, clips)), peak).value) < 0.5


def test_half_the_motion_is_half_the_amplitude_and_jitter(pair) -> None:
    half = [pair(0.5 * GAP, GAP)]
    assert estimate(list(map(gap_variance, half)), root_quotient).value == pytest.approx(0.5, rel=1e-4)
    assert estimate(list(map(gap_jitter, half)), quotient).value == pytest.approx(0.5, rel=1e-4)


def test_a_clip_whose_truth_hardly_moves_does_not_rule_the_amplitude(pair) -> None:
    still = np.full(100, 0.2, np.float32) + 1e-4 * GAP
    clips = [pair(GAP, GAP), pair(GAP, GAP), pair(GAP, still)]
    evidence = list(map(gap_variance, clips))
    assert np.mean([np.sqrt(each.values / each.against) for each in evidence]) > 1000
    assert estimate(evidence, root_quotient).value == pytest.approx(np.sqrt(3 / 2), rel=1e-3)
    assert estimate(evidence, root_median).value == pytest.approx(1)


def test_trembling_shows(pair) -> None:
    trembling = GAP + 0.02 * (-1.0) ** np.arange(100)
    assert estimate([gap_jitter(pair(trembling, GAP))], quotient).value > 3


def test_width_is_its_own_curve(pair) -> None:
    width = np.cos(5 * TIME)
    truth = motion(100, jawOpen=GAP, mouthStretch=width)
    found = motion(100, jawOpen=GAP, mouthStretch=-2 * width)
    assert estimate([width_correlation(pair(found, truth))], quotient).value == pytest.approx(-1)
    assert estimate([width_variance(pair(found, truth))], root_quotient).value == pytest.approx(2, rel=1e-4)


def test_unseen_frames_do_not_count(pair) -> None:
    truth, found = motion(100, jawOpen=GAP), motion(100, jawOpen=GAP)
    truth[40:60] = np.nan
    found[40:60] = 9
    one = pair(found, truth)
    assert one.frames == 80
    assert estimate([gap_correlation(one)], quotient).value == pytest.approx(1)
    assert estimate([gap_jitter(one)], quotient).value == pytest.approx(1)
    assert estimate([gap_variance(one)], root_quotient).value == pytest.approx(1)
