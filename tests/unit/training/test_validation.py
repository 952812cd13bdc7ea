import dataclasses

import numpy as np
import pytest

from dimitra_studio.core.channels import Group
from dimitra_studio.core.motion import MotionSequence
from dimitra_studio.face.head_model import load_head_model
from dimitra_studio.training.trainer import Trainer
from dimitra_studio.training.validation import Validation


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
    assert validation.tells("validation")
    assert validation.tells("gap_correlation")
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


def test_nothing_can_be_told_without_faces_that_move(clips, small_run) -> None:
    trainer = Trainer(small_run.clips(), load_head_model(), small_run.config(), small_run.recipe())
    seen = clips.one("v", split="val")
    still = dataclasses.replace(seen, motion=MotionSequence(np.full((60, 70), 0.1)))
    faceless = dataclasses.replace(seen, motion=MotionSequence(np.full((60, 70), np.nan)))
    for clip, told in ((seen, (True, True)), (still, (True, False)), (faceless, (False, False))):
        validation = Validation((clip,), trainer.windows, trainer.recipe, trainer.lips)
        assert tuple(validation.tells(score) for score in ("validation", "gap_correlation")) == told
    assert validation.judge(trainer.model(trainer.state.average, {})) == {}
