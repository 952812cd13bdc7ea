import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dimitra_studio.evaluation.curves import best_lag, correlation, correlations, mean_difference, variance

RNG = np.random.default_rng(0)
SMOOTH = np.convolve(RNG.normal(size=400), np.hanning(9) / 4, mode="valid")


@given(st.integers(-5, 5))
def test_a_shifted_curve_gives_its_shift(lag: int) -> None:
    truth, found = SMOOTH[20:320], SMOOTH[20 - lag : 320 - lag]
    assert correlation(found, truth, lag) == pytest.approx(1.0)
    assert best_lag(correlations(found, truth)) == pytest.approx(lag, abs=0.05)


def test_half_a_frame_of_delay_is_seen() -> None:
    found = (SMOOTH[20:320] + SMOOTH[19:319]) / 2
    assert best_lag(correlations(found, SMOOTH[20:320])) == pytest.approx(0.5, abs=0.1)


@pytest.mark.parametrize("frames", [1, 4, 8])
def test_a_clip_of_a_few_frames_has_no_lag(frames: int) -> None:
    """Also where it is shorter than the lags that are tried."""
    assert np.isnan(correlations(SMOOTH[:frames], SMOOTH[:frames])).all()


def test_scale_and_offset_do_not_matter_but_sign_does() -> None:
    assert correlation(3 * SMOOTH + 2, SMOOTH) == pytest.approx(1.0)
    assert correlation(-SMOOTH, SMOOTH) == pytest.approx(-1.0)


def test_unknown_frames_do_not_count() -> None:
    truth, found = SMOOTH.copy(), SMOOTH.copy()
    truth[40:60] = np.nan
    found[40:60] = 99
    assert correlation(found, truth) == pytest.approx(1.0)


def test_what_does_not_move_has_no_correlation() -> None:
    still = np.full_like(SMOOTH, 0.3)
    assert math.isnan(correlation(still, SMOOTH))
    assert math.isnan(correlation(SMOOTH, still))
    assert math.isnan(best_lag(correlations(still, SMOOTH)))
    assert math.isnan(correlation(SMOOTH[:11], SMOOTH[:11]))


def test_differences_skip_unknown_frames() -> None:
    curve = np.array([0.0, 1.0, 3.0, np.nan, 100.0, 101.0, 103.0])
    assert mean_difference(curve) == pytest.approx((1 + 2 + 1 + 2) / 4)
    assert mean_difference(curve, 2) == pytest.approx(1.0)
    assert math.isnan(mean_difference(np.array([1.0, np.nan]), 1))


def test_variance_by_channel() -> None:
    channels = np.array([[1.0, 0.0], [3.0, 0.0], [np.nan, 7.0]])
    np.testing.assert_allclose(variance(channels), [1.0, 0.0])
