import math

import numpy as np
import pytest
from scipy.stats import mannwhitneyu

from dimitra_studio.evaluation.evidence import (
    NOTHING,
    estimate,
    gathered,
    median,
    median_quotient,
    median_root_quotient,
    pairs,
    quotient,
    root_quotient,
    separation,
    weighted,
)


def once(count: int) -> np.ndarray:
    return np.ones((1, count))


def test_a_weighted_mean() -> None:
    clips = [weighted(1.0, 100), weighted(0.0, 300), weighted(math.nan, 900)]
    found = estimate(clips, quotient)
    assert found.value == pytest.approx(0.25)
    assert found.clips == 2


def test_nothing_told_is_undefined() -> None:
    found = estimate([NOTHING, weighted(math.nan, 5)], quotient)
    assert found.clips == 0
    assert math.isnan(found.value)


def test_too_few_clips_have_no_interval() -> None:
    found = estimate([weighted(1.0, 1), weighted(0.0, 1)], quotient)
    assert found.value == 0.5
    assert math.isnan(found.low)


def test_the_interval_is_that_of_a_mean_and_the_same_each_time() -> None:
    values = np.random.default_rng(1).normal(5.0, 2.0, 100)
    clips = [weighted(value, 1) for value in values]
    found = estimate(clips, quotient)
    error = values.std() / 10
    assert found.low == pytest.approx(values.mean() - 1.96 * error, abs=0.25 * error)
    assert found.high == pytest.approx(values.mean() + 1.96 * error, abs=0.25 * error)
    assert estimate(clips, quotient) == found
    assert estimate(clips, quotient, seed=1) != found


def test_clips_are_drawn_whole() -> None:
    """A clip's hundred pairs agree: they are no hundred witnesses."""
    clips = [pairs(np.full(100, value), np.ones(100)) for value in (0.0, 0.0, 1.0, 1.0)]
    found = estimate(clips, quotient)
    assert found.low < 0.1
    assert found.high > 0.9


def test_takes_of_one_clip_are_one_witness() -> None:
    both = gathered([weighted(1.0, 2), NOTHING, weighted(3.0, 2)])
    assert estimate([both], quotient).value == 2.0
    assert estimate([both], quotient).clips == 1
    assert len(gathered([NOTHING]).values) == 0


def test_quotients_pool_before_they_divide() -> None:
    values, against = np.array([4.0, 0.0]), np.array([1.0, 15.0])
    assert quotient(values, against, once(2))[0] == pytest.approx(0.25)
    assert root_quotient(values, against, once(2))[0] == pytest.approx(0.5)
    assert np.isnan(quotient(values, 0 * against, once(2))[0])


def test_the_median_counts_repeated_clips() -> None:
    rng = np.random.default_rng(0)
    values, counts = rng.normal(size=7), rng.integers(0, 3, (20, 7)).astype(float)
    repeated = [np.median(np.repeat(values, count.astype(int))) for count in counts]
    np.testing.assert_allclose(median(values, np.ones(7), counts), repeated)


def test_channels_are_pooled_one_by_one() -> None:
    values = np.array([[1.0, 8.0, 5.0], [1.0, 8.0, 7.0]])
    against = np.array([[1.0, 2.0, 0.0], [1.0, 2.0, 0.0]])
    assert median_quotient(values, against, once(2))[0] == pytest.approx((1 + 4) / 2)  # the last does not count
    assert median_root_quotient(values, against, once(2))[0] == pytest.approx((1 + 2) / 2)


def test_separation_is_mann_whitney_with_ties() -> None:
    rng = np.random.default_rng(2)
    low, high = rng.integers(0, 9, 40), rng.integers(2, 12, 60)
    values, labels = np.concatenate((low, high)).astype(float), np.repeat([1.0, 0.0], (40, 60))
    expected = mannwhitneyu(high, low).statistic / (40 * 60)
    assert separation(values, labels, once(100))[0] == pytest.approx(expected)
    counts = rng.integers(0, 3, (1, 100)).astype(float)
    twice = counts[0].astype(int)
    drawn_low, drawn_high = np.repeat(low, twice[:40]), np.repeat(high, twice[40:])
    expected = mannwhitneyu(drawn_high, drawn_low).statistic / (len(drawn_low) * len(drawn_high))
    assert separation(values, labels, counts)[0] == pytest.approx(expected)
    assert np.isnan(separation(values, np.ones(100), once(100))[0])
