import numpy as np
import pytest

from dimitra_studio.evaluation.evidence import estimate, quotient, root_quotient
from dimitra_studio.evaluation.pause_metrics import pause_gap, pause_openings, pause_spread, pause_spread_ratio

SILENT = np.zeros(100, dtype=bool)
SILENT[40:90] = True
SPOKEN = 0.2 + 0.1 * np.sin(np.arange(100))


def _gap(pause: np.ndarray | float) -> np.ndarray:
    gap = SPOKEN.astype(np.float32)
    gap[40:90] = pause
    return gap


def test_a_pause_is_measured_against_the_clips_own_median(pair) -> None:
    gap = _gap(0.05)
    one = pair(gap, gap, silent=SILENT)
    expected = 100 * (0.05 - np.median(gap))
    assert estimate([pause_gap(one)], quotient).value == pytest.approx(expected, abs=1e-4)
    assert estimate([pause_spread(one)], root_quotient).value == pytest.approx(0, abs=1e-4)
    assert estimate([pause_openings(one)], quotient).value == 0


def test_flapping_is_counted(pair) -> None:
    flapping = 0.05 + 0.04 * np.sin(2 * np.pi * 2 * np.arange(50) / 25)  # twice a second
    one = pair(_gap(flapping), _gap(0.05 + 0.01 * np.sin(np.arange(50))), silent=SILENT)
    assert estimate([pause_openings(one)], quotient).value == pytest.approx(2)
    assert estimate([pause_spread(one)], root_quotient).value == pytest.approx(100 * flapping.std(), rel=1e-3)
    assert estimate([pause_spread_ratio(one)], root_quotient).value == pytest.approx(4, rel=0.05)


def test_trembling_below_two_percent_is_no_opening(pair) -> None:
    one = pair(_gap(0.05 + 0.009 * np.sin(np.arange(50))), _gap(0.05), silent=SILENT)
    assert estimate([pause_openings(one)], quotient).value == 0


def test_short_silences_are_no_pauses(pair) -> None:
    short = np.zeros(100, dtype=bool)
    short[40:49] = True
    assert estimate([pause_gap(pair(_gap(0.05), _gap(0.05), silent=short))], quotient).clips == 0
    short[49] = True
    assert estimate([pause_gap(pair(_gap(0.05), _gap(0.05), silent=short))], quotient).clips == 1
