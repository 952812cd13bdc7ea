import dataclasses

import numpy as np
import pytest
import torch

from dimitra_studio.core.channels import Group
from dimitra_studio.core.errors import InputError, ModelError
from dimitra_studio.core.events import finish
from dimitra_studio.core.requests import ByGroup
from dimitra_studio.face.components import COMPONENT_NAMES
from dimitra_studio.motion.cmdt import CMDT
from dimitra_studio.motion.denoise import plan_denoiser, window_denoiser
from dimitra_studio.motion.generate import MotionModels, MotionSettings, generate_motion, whole_plan
from dimitra_studio.motion.samplers import Estimate
from dimitra_studio.motion.voice import hear
from dimitra_studio.motion.windows import WindowPlan, denoise_together

QUICK = MotionSettings(steps=3)


@pytest.fixture(scope="module")
def models(small) -> MotionModels:
    return MotionModels(
        small.model(Group.LIPS, COMPONENT_NAMES[:13]),
        small.model(Group.EXPRESSION, COMPONENT_NAMES[13:]),
        small.model(Group.POSE),
    )


def test_covers_the_voice_and_starts_at_the_portrait(small, models) -> None:
    fit = small.fit()
    motion = finish(generate_motion(models, small.speech(3.3, spoken=False), fit, 1, QUICK))
    assert motion.values.shape == (83, 70)
    assert motion.seen.all()
    np.testing.assert_allclose(motion.values[0], np.concatenate((fit.expression, fit.pose)), atol=1e-5)
    assert motion.values.std(axis=0).min() > 0


def test_the_seed_decides(small, models) -> None:
    speech, fit = small.speech(1.5), small.fit()
    one, same, other = (finish(generate_motion(models, speech, fit, seed, QUICK)).values for seed in (1, 1, 2))
    np.testing.assert_array_equal(one, same)
    for group in Group:
        assert np.abs(one[5:, group.columns] - other[5:, group.columns]).max() > 1e-3


def test_groups_do_not_disturb_each_other(small, models) -> None:
    speech, fit = small.speech(1.5), small.fit()
    other_pose = dataclasses.replace(models, pose=small.model(Group.POSE, kernel=5))
    one, other = (finish(generate_motion(m, speech, fit, 1, QUICK)).values for m in (models, other_pose))
    np.testing.assert_array_equal(one[:, :64], other[:, :64])
    assert not np.allclose(one[:, 64:], other[:, 64:])


def test_tells_every_step(small, models) -> None:
    events = list(generate_motion(models, small.speech(1.0), small.fit(), 1, QUICK))
    assert [(event.stage, event.done, event.total) for event in events] == [("motion", n, 9) for n in range(1, 10)]


def test_so_many_windows_go_through_a_network_at_once(small, models, monkeypatch) -> None:
    sizes, denoise = [], CMDT.denoise
    monkeypatch.setattr(CMDT, "denoise", lambda self, x, *rest: sizes.append(len(x)) or denoise(self, x, *rest))
    speech, fit = small.speech(6.0), small.fit()
    usual, few = (finish(generate_motion(models, speech, fit, 1, QUICK, batch=batch)) for batch in (8, 2))
    assert max(sizes) == 8
    assert max(sizes[-9:]) == 2
    np.testing.assert_allclose(usual.values, few.values, atol=1e-4)


def test_lips_rest_in_silence(small, models) -> None:
    """The second half of the small speech is silent."""
    fit, speech = small.fit(), small.speech(4.0)
    motion = finish(generate_motion(models, speech, fit, 1, QUICK)).values
    unrested = finish(generate_motion(models, speech, fit, 1, dataclasses.replace(QUICK, rest=0.0))).values
    assert motion[70:, :13].std(axis=0).max() < 1e-4
    assert unrested[70:, :13].std(axis=0).max() > 0.01
    np.testing.assert_array_equal(motion[:40, :13], unrested[:40, :13])
    np.testing.assert_array_equal(motion[:, 13:], unrested[:, 13:])
    # At rest the mouth is the portrait's, but closed: jawOpen is what it was in training's silence.
    assert motion[-1, COMPONENT_NAMES.index("jawOpen")] == pytest.approx(0.0, abs=1e-5)
    assert motion[-1, COMPONENT_NAMES.index("mouthPress")] == pytest.approx(fit.expression[10], abs=1e-5)


def test_strength_scales_one_group(small, models) -> None:
    speech, fit = small.speech(1.5, spoken=False), small.fit()
    half = MotionSettings(steps=3, strength=ByGroup(pose=0.5))
    full, weak = (finish(generate_motion(models, speech, fit, 1, each)).pose for each in (QUICK, half))
    np.testing.assert_allclose(weak - fit.pose, 0.5 * (full - fit.pose), atol=1e-5)


def test_temperature_scales_the_noise_of_one_group(small, models) -> None:
    """Cold takes of two seeds are alike, warm ones are not; the other groups stay warm."""
    speech, fit = small.speech(1.5, spoken=False), small.fit()
    spread = {}
    for temperature in (0.0, 1.0):
        settings = MotionSettings(steps=3, temperature=ByGroup(lips=temperature))
        one, other = (finish(generate_motion(models, speech, fit, seed, settings)).values for seed in (1, 2))
        spread[temperature] = np.abs(one - other).max(axis=0)
    assert spread[0.0][:13].max() == 0
    assert spread[1.0][:13].min() > 0
    np.testing.assert_array_equal(spread[0.0][13:], spread[1.0][13:])


def whole(estimate: Estimate) -> torch.Tensor:
    """Run to the end."""
    while True:
        try:
            next(estimate)
        except StopIteration as stop:
            return stop.value


def test_guidance_one_is_no_guidance_and_two_overshoots(small, models) -> None:
    voice, first = hear(small.speech(0.7)), np.zeros(13, dtype=np.float32)
    x = torch.randn(len(voice), 13, generator=torch.Generator().manual_seed(0))

    def clean(voice, guidance: float) -> torch.Tensor:
        return whole(plan_denoiser(models.lips, voice, first, guidance, whole_plan(models.lips, voice))(x, 100))

    none, as_learned, twice = (clean(voice, guidance) for guidance in (0.0, 1.0, 2.0))
    torch.testing.assert_close(twice - as_learned, as_learned - none, rtol=1e-3, atol=1e-4)
    silent = hear(dataclasses.replace(small.speech(0.7), features=np.zeros((35, 12)), phonemes=(), text=""))
    torch.testing.assert_close(none, clean(silent, 0.0), rtol=1e-4, atol=1e-5)


def test_guidance_is_a_groups_own(small, models) -> None:
    speech, fit = small.speech(1.0), small.fit()
    strong = dataclasses.replace(QUICK, guidance=ByGroup(expression=2.0))
    one, other = (finish(generate_motion(models, speech, fit, 1, each)).values for each in (QUICK, strong))
    np.testing.assert_array_equal(one[:, 64:], other[:, 64:])
    assert np.abs(one[:, 13:64] - other[:, 13:64]).max() > 1e-3


def test_pose_place_is_the_portraits(small, models) -> None:
    """A portrait elsewhere in its picture gets the same motion, elsewhere."""
    speech, fit = small.speech(1.5), small.fit()
    shift = np.array([0, 0, 0, 0.7, -0.4, 0.2], dtype=np.float32)
    moved = dataclasses.replace(fit, pose=fit.pose + shift)
    here, there = (finish(generate_motion(models, speech, each, 1, QUICK)).pose for each in (fit, moved))
    np.testing.assert_allclose(there - here, np.broadcast_to(shift, here.shape), atol=1e-5)


def test_voice_or_face_of_other_models_is_refused(small, models) -> None:
    speech, fit = small.speech(1.0), small.fit()
    cases = [
        (dataclasses.replace(speech, feature_kind="wavlm"), fit, "wavlm"),
        (dataclasses.replace(speech, embedding_kind="clip"), fit, "clip"),
        (dataclasses.replace(speech, feature_kind="", features=np.zeros((50, 7))), fit, "features of 7"),
        (speech, dataclasses.replace(fit, face_model="deng"), "deng"),
    ]
    for given, face, told in cases:
        with pytest.raises(ModelError, match=told):
            finish(generate_motion(models, given, face, 1, QUICK))


def test_models_must_be_the_three_groups(small, models) -> None:
    with pytest.raises(ModelError, match="writes pose"):
        MotionModels(models.pose, models.expression, models.pose)
    with pytest.raises(ModelError, match="different face models"):
        dataclasses.replace(models, pose=dataclasses.replace(models.pose, face_model="deng"))


@pytest.mark.parametrize(
    "wrong",
    [{"steps": 0}, {"steps": 501}, {"rest": 1.5}, {"strength": ByGroup(pose=-1.0)}, {"temperature": ByGroup(11.0)},
     {"guidance": ByGroup(expression=float("nan"))}],
)  # fmt: skip
def test_impossible_settings_are_refused(wrong) -> None:
    with pytest.raises(InputError):
        MotionSettings(**wrong)


@pytest.mark.parametrize(("seconds", "frames"), [(0.02, 1), (0.05, 2)])
def test_a_very_short_voice_works(small, models, seconds: float, frames: int) -> None:
    motion = finish(generate_motion(models, small.speech(seconds), small.fit(), 1, QUICK))
    assert len(motion) == frames
    assert motion.seen.all()


def _denoised(model, voice, overlap: int, batch: int) -> torch.Tensor:
    """x0 of 15 windows from pure noise, as far as the first step goes."""
    plan = WindowPlan.over(len(voice), model.config.frames, overlap)
    x = torch.randn(len(voice), 13, generator=torch.Generator().manual_seed(1))
    denoise = window_denoiser(model, voice, np.zeros(13, dtype=np.float32), 1.0)
    return whole(denoise_together(denoise, x, 499, plan, batch))


def test_windows_do_not_depend_on_their_batch(small, models) -> None:
    voice = hear(small.speech(6.0))
    torch.testing.assert_close(
        _denoised(models.lips, voice, 5, 1), _denoised(models.lips, voice, 5, 32), rtol=1e-4, atol=1e-5
    )


def test_long_work_can_be_stopped_several_times_a_step(small, models) -> None:
    events = list(generate_motion(models, small.speech(20.0), small.fit(), 1, QUICK))
    done = [event.done for event in events]
    assert done == list(range(1, 3 * 3 * 5 + 1))  # 34 windows of 20 frames, 8 at a time
    assert {event.total for event in events} == {done[-1]}
