import numpy as np
import pytest

from dimitra_studio.training.lip_following import LipFollowing, follow, mean_following, spread

RNG = np.random.default_rng(0)
TRUTH = np.abs(np.cumsum(RNG.normal(size=200))).astype(np.float32) * 0.01


def test_the_truth_follows_itself() -> None:
    assert follow(TRUTH, TRUTH) == LipFollowing(pytest.approx(1), pytest.approx(1), 1.0, 0.0)
    assert follow(-TRUTH, TRUTH).gap_correlation == pytest.approx(-1)


def test_closures_are_counted_both_ways() -> None:
    truth = np.array([0.0, 0.0, 0.1, 0.1, 0.1, 0.3])
    found = np.array([0.0, 0.1, 0.0, 0.1, 0.2, 0.1])
    score = follow(found, truth)
    assert (score.closures, score.false_closures) == (0.5, 0.25)
    assert score.gap_range == pytest.approx(found.std() / truth.std())


def test_unseen_frames_do_not_count() -> None:
    truth, found = TRUTH.copy(), TRUTH.copy()
    truth[20:30] = np.nan
    found[20:30] = 9.0
    assert follow(found, truth).gap_correlation == pytest.approx(1)


def test_what_cannot_be_told_is_left_out() -> None:
    still = np.full(50, 0.2)
    assert np.isnan(follow(TRUTH[:50], still).gap_correlation)
    assert follow(still, TRUTH[:50]).gap_correlation == 0.0
    scores = [follow(TRUTH, still.repeat(4)), LipFollowing(0.6, 1.0, 0.5, np.nan), LipFollowing(0.3, 1.0, 0.8, np.nan)]
    means = mean_following(scores, [100, 100, 50])
    assert means["gap_correlation"] == pytest.approx(0.5)
    assert means["closures"] == pytest.approx(0.6)
    assert mean_following([LipFollowing(*[np.nan] * 4)], [9]) == {}


def test_as_many_speakers_as_there_are_are_sampled(clips) -> None:
    lengths = {"a": (50, 90, 70), "b": (60,), "c": (40, 45)}
    made = tuple(
        clips.one(f"{who}{frames}", frames=frames, speaker=who) for who, all_ in lengths.items() for frames in all_
    )
    assert [clip.facts.name for clip in spread(made, 5)] == ["a90", "b60", "c45", "a70", "c40"]
    assert len(spread(made, 99)) == 6
    assert spread(made, 0) == ()
