import dataclasses

import numpy as np
import pytest

from dimitra_studio.core.channels import Group
from dimitra_studio.core.motion import MotionSequence
from dimitra_studio.face.head_model import load_head_model
from dimitra_studio.training.trainer import Trainer
from dimitra_studio.training.validation import LipFollowing, Validation, follow, mean_following, spread

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


def test_judging_is_the_same_each_time_and_disturbs_nothing(clips, small_run) -> None:
    trainer = Trainer(small_run.clips(), load_head_model(), small_run.config(), small_run.recipe())
    for _ in range(3):
        trainer.advance()
    seen = clips.one("v", seed=50, split="val")
    faceless = dataclasses.replace(seen, motion=MotionSequence(np.full((60, 70), np.nan)))
    validation = Validation((seen, faceless), trainer.windows, trainer.recipe, trainer.lips)
    first = validation.judge(trainer.model(trainer.state.average, {}))
    drawn = trainer.drawn(5)[0].clean
    again = validation.judge(trainer.model(trainer.state.average, {}))
    assert first == again
    assert (trainer.drawn(5)[0].clean == drawn).all()
    assert set(first) >= {"validation", "validation_40", "validation_499", "gap_correlation", "closures"}
    assert first["validation_40"] < first["validation_499"]
    errors = [value for name, value in first.items() if name.startswith("validation_")]
    assert first["validation"] == pytest.approx(np.mean(errors))


def test_other_groups_have_errors_alone(clips, small_run) -> None:
    group = Group.EXPRESSION
    trainer = Trainer(small_run.clips(), load_head_model(), small_run.config(group), small_run.recipe(group))
    validation = Validation((clips.one(split="val"),), trainer.windows, trainer.recipe, trainer.lips)
    scores = validation.judge(trainer.model(trainer.state.average, {}))
    assert all(name.startswith("validation") for name in scores)
    # At the start the network writes zeros, the mean face: an error of the channels' own variance.
    assert scores["validation_40"] == scores["validation_499"]
    assert 0.3 < scores["validation"] < 3
