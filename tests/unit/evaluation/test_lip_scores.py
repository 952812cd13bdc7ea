import math

import numpy as np
import pytest

from dimitra_studio.core.speech import Phoneme
from dimitra_studio.evaluation.lip_scores import LipCurves, LipScores, mean_scores, score_lips

T = 100
TIME = np.arange(T) / 25
GAP = (0.1 + 0.09 * np.sin(2 * np.pi * TIME)).astype(np.float32)  # closed (0.01) at 0.75, 1.75, 2.75, 3.75 s
WIDTH = np.cos(5 * TIME).astype(np.float32)
TRUTH = LipCurves(GAP, WIDTH)
CLOSURES = tuple(Phoneme(n + 0.7, n + 0.8, "P") for n in range(4))
VOWELS = tuple(Phoneme(n + 0.2, n + 0.3, "AA") for n in range(4))
NEVER = np.zeros(T, dtype=bool)


def _score(gap, width=WIDTH, truth=TRUTH, silent=NEVER) -> LipScores:
    return score_lips(LipCurves(np.asarray(gap, np.float32), width), truth, (*CLOSURES, *VOWELS), silent)


def test_truth_scores_perfectly() -> None:
    scores = _score(GAP)
    assert scores.gap_correlation == pytest.approx(1.0)
    assert scores.width_correlation == pytest.approx(1.0)
    assert scores.closure == 1.0
    assert scores.false_closure == 0.0
    assert scores.jitter == pytest.approx(1.0)
    assert scores.range == pytest.approx(1.0)


def test_still_closed_lips_close_everywhere_and_follow_nothing() -> None:
    scores = _score(np.zeros(T))
    assert scores.gap_correlation == 0.0
    assert (scores.closure, scores.false_closure) == (1.0, 1.0)
    assert scores.range == 0.0


def test_opposite_lips_are_opposite() -> None:
    assert _score(0.2 - GAP).gap_correlation == pytest.approx(-1.0)
    assert _score(0.2 - GAP).closure == 0.0


def test_half_the_motion_is_half_the_range_and_jitter() -> None:
    scores = _score(0.5 * GAP)
    assert scores.range == pytest.approx(0.5, rel=1e-3)
    assert scores.jitter == pytest.approx(0.5, rel=1e-3)


def test_trembling_shows() -> None:
    trembling = GAP + 0.01 * (-1.0) ** np.arange(T)
    assert _score(trembling).jitter > 5


def test_silence_is_measured_where_it_is() -> None:
    silent = np.zeros(T, dtype=bool)
    silent[50:] = True
    gap = np.where(silent, 0.03, GAP)
    scores = _score(gap, silent=silent)
    assert scores.silence_spread == pytest.approx(0.0, abs=1e-6)
    assert scores.silence_gap == pytest.approx(0.03, abs=1e-6)
    assert math.isnan(_score(gap).silence_gap)


def test_unseen_frames_do_not_count() -> None:
    gap = GAP.copy()
    gap[40:60] = np.nan
    found = GAP.copy()
    found[40:60] = 99.0
    scores = _score(found, truth=LipCurves(gap, WIDTH))
    assert scores.frames == 80
    assert scores.gap_correlation == pytest.approx(1.0)
    assert scores.closure == 1.0  # the closure at 1.75 s was not seen


def test_a_mouth_that_hardly_moves_tells_nothing() -> None:
    assert math.isnan(_score(GAP, truth=LipCurves(np.full(T, 0.1, np.float32), WIDTH)).gap_correlation)


def test_means_weigh_by_frames_and_leave_out_what_is_unknown() -> None:
    one = LipScores(100, 1.0, 0.5, 1.0, 0.0, math.nan, math.nan, 1.0, 1.0)
    other = LipScores(300, 0.0, math.nan, 0.0, 0.0, math.nan, 0.1, 1.0, 1.0)
    means = mean_scores([one, other])
    assert means["gap_correlation"] == pytest.approx(0.25)
    assert means["width_correlation"] == pytest.approx(0.5)
    assert means["silence_gap"] == pytest.approx(0.1)
    assert math.isnan(means["silence_spread"])
    assert means["frames"] == 400
