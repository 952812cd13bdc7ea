from dataclasses import replace

import numpy as np
import pytest

from dimitra_studio.core.channels import Group
from dimitra_studio.core.events import finish
from dimitra_studio.core.face import Camera, FaceFit
from dimitra_studio.evaluation.takes import Condition, Samples, TakeMaker, first_frame
from dimitra_studio.motion.generate import MotionModels, MotionSettings, generate_motion

from .conftest import PLAIN_LIPS, small_model, talking_clip

SETTINGS = MotionSettings(steps=2)
GAP = PLAIN_LIPS.gap
MODELS = {group: small_model(group) for group in Group}
CLIP = talking_clip("a", 1, frames=50)


def test_the_same_seed_is_the_same_take_and_another_another() -> None:
    maker = TakeMaker(MODELS, SETTINGS, GAP)
    one = maker.make(CLIP, 5)
    np.testing.assert_array_equal(one, maker.make(CLIP, 5))
    for group in Group:
        assert np.abs(one - maker.make(CLIP, 6))[:, group.columns].max() > 1e-3


def test_takes_start_from_the_clips_own_first_frame() -> None:
    values = TakeMaker(MODELS, SETTINGS, GAP).make(CLIP, 0)
    assert values.shape == (50, 70)
    np.testing.assert_allclose(values[0], first_frame(CLIP), atol=1e-5)


def test_a_group_without_a_model_is_held_still() -> None:
    values = TakeMaker({Group.LIPS: MODELS[Group.LIPS]}, SETTINGS, GAP).make(CLIP, 0)
    assert np.ptp(values[:, 13:], axis=0).max() == 0
    assert np.ptp(values[:, :13], axis=0).max() > 0.01


@pytest.mark.parametrize("hidden", Condition)
def test_every_condition_matters_and_can_be_hidden(hidden) -> None:
    lips = {Group.LIPS: MODELS[Group.LIPS]}
    heard = TakeMaker(lips, SETTINGS, GAP).make(CLIP, 0)
    assert np.abs(heard - TakeMaker(lips, SETTINGS, GAP, frozenset({hidden})).make(CLIP, 0)).max() > 1e-4


def test_samples_are_made_once(monkeypatch) -> None:
    made = []
    monkeypatch.setattr(TakeMaker, "make", lambda self, clip, seed: made.append(seed) or np.zeros((2, 70)))
    samples = Samples(TakeMaker(MODELS, SETTINGS, GAP), (4, 5))
    assert len(samples.of(CLIP)) == len(samples.of(CLIP)) == 2
    assert made == [4, 5]


def test_a_take_is_what_users_get() -> None:
    """Of a clip without a lag, from the same first frame, `generate_motion` writes the same: at rest in silence, where
    parted lips meet, and with the jaw giving back what the expression adds to the gap."""
    clip = talking_clip("b", 2, frames=80)  # more than a second of silence at its end
    first = first_frame(clip)
    lips = replace(MODELS[Group.LIPS], jaw_share=np.linspace(-0.2, 0.2, 51), rest=np.full(13, 0.3))
    camera = Camera(1000.0, 128.0, 128.0, 256, 256)
    fit = FaceFit(np.zeros(80), first[:64], first[64:], camera, np.zeros((478, 2)), 0.01)
    models = MotionModels(lips, MODELS[Group.EXPRESSION], MODELS[Group.POSE], GAP)
    generated = finish(generate_motion(models, clip.speech, fit, 3, SETTINGS)).values
    np.testing.assert_array_equal(TakeMaker(models.by_group, SETTINGS, GAP).make(clip, 3), generated)
    for other in (TakeMaker(models.by_group, SETTINGS, np.zeros(64)), TakeMaker(MODELS, SETTINGS, GAP)):
        assert np.abs(other.make(clip, 3) - generated)[:, Group.LIPS.columns].max() > 0.01
