import dataclasses

import numpy as np
import pytest

from dimitra_studio.core.channels import Group
from dimitra_studio.core.errors import InputError, ModelError
from dimitra_studio.core.events import finish
from dimitra_studio.core.motion import MotionSequence
from dimitra_studio.core.requests import ByGroup
from dimitra_studio.face.components import COMPONENT_NAMES
from dimitra_studio.face.head_model import load_head_model
from dimitra_studio.motion.finish import Finish
from dimitra_studio.motion.generate import MotionModels, MotionSettings, finish_for, generate_motion
from dimitra_studio.motion.inpaint import part_of, regenerate_motion
from dimitra_studio.motion.jaw import jaw_share
from dimitra_studio.motion.lids import LIDS
from dimitra_studio.motion.lip_shape import LipShape, measure_lips
from dimitra_studio.motion.voice import hear

SECONDS = 6.0
SETTINGS = MotionSettings(steps=3)
ALL = tuple(Group)


@pytest.fixture(scope="module")
def shape() -> LipShape:
    return measure_lips(load_head_model())


@pytest.fixture(scope="module")
def models(small, shape) -> MotionModels:
    lips = dataclasses.replace(small.model(Group.LIPS, COMPONENT_NAMES[:13]), jaw_share=jaw_share(shape))
    expression = small.model(Group.EXPRESSION, COMPONENT_NAMES[13:])
    return MotionModels(lips, expression, small.model(Group.POSE), shape.gap)


@pytest.fixture(scope="module")
def speech(small):
    return small.speech(SECONDS)


@pytest.fixture(scope="module")
def take(small, models, speech) -> MotionSequence:
    return finish(generate_motion(models, speech, small.fit(), 1, SETTINGS))


@pytest.fixture
def anew(small, models, speech, take):
    def run(ranges, groups=ALL, seed=2, settings=SETTINGS, source=take) -> np.ndarray:
        part = part_of(source, ranges, groups)
        job = regenerate_motion(models, speech, small.fit(), source, part, seed=seed, settings=settings)
        return finish(job).values

    return run


@pytest.mark.parametrize("groups", [(Group.LIPS,), (Group.EXPRESSION,), (Group.POSE, Group.LIPS), ALL])
def test_everything_else_is_bit_by_bit_the_same(anew, take, groups) -> None:
    made = anew(((1.0, 1.8), (3.0, 3.4)), groups)
    changed = made != take.values
    frames = np.zeros(150, dtype=bool)
    frames[25:45] = frames[75:85] = True
    assert not changed[~frames].any()
    for group in Group:
        if group in groups:
            assert changed[frames, group.columns].any(axis=1).all()
        else:
            assert not changed[:, group.columns].any()


def test_borders_are_as_smooth_as_the_take(small, models, speech) -> None:
    """Value and first difference: no larger step, and no larger change of step, than the motion has anywhere.

    The small networks' own motion trembles, so a slow take is made for them to fit into.
    """
    time = np.arange(150)[:, None] / 25
    slow = MotionSequence((0.1 + 0.05 * np.sin(time * (1 + np.arange(70) % 5))).astype(np.float32))
    part = part_of(slow, ((2.0, 3.6),), (Group.POSE,))
    job = regenerate_motion(models, speech, small.fit(), slow, part, seed=5, settings=SETTINGS)
    pose = finish(job).pose
    step, bend = np.abs(np.diff(pose, axis=0)), np.abs(np.diff(pose, n=2, axis=0))
    for border in (50, 90):
        assert step[border - 1].max() <= step[51:89].max()
        assert bend[border - 2 : border].max() <= bend[52:87].max()
    # Without the join it would jump.
    other = finish(generate_motion(models, speech, small.fit(), 5, SETTINGS)).pose
    assert np.abs(other[50] - slow.pose[49]).max() > 3 * step[49].max()


@pytest.mark.parametrize("groups", [(Group.LIPS,), (Group.EXPRESSION,), ALL])
def test_the_whole_take_with_its_own_seed_is_the_take(anew, take, groups) -> None:
    np.testing.assert_array_equal(anew(((0.0, SECONDS),), groups, seed=1), take.values)


def test_seeds_differ_inside_and_the_same_seed_does_not(anew) -> None:
    one, same, other = (anew(((2.0, 3.0),), seed=seed) for seed in (2, 2, 3))
    np.testing.assert_array_equal(one, same)
    for group in Group:
        assert np.abs(one[55:70, group.columns] - other[55:70, group.columns]).max() > 1e-3


def test_a_new_expression_leaves_closed_lips_closed(anew, take, shape) -> None:
    """The jaw had given back what the old expression added to the gap; the new one must add the same."""
    made = anew(((0.6, 4.0),), (Group.EXPRESSION,))
    assert np.abs(made[20:95, 13:64] - take.values[20:95, 13:64]).max() > 0.1
    np.testing.assert_allclose(shape.gap_of(made[:, :64]), shape.gap_of(take.values[:, :64]), atol=1e-5)


def test_new_lips_fit_the_expression_that_stays(small, models, speech, take, shape) -> None:
    """Their gap in this take is what it would be with the face held as in the portrait, as lips are learned."""
    part = part_of(take, ((0.0, SECONDS),), (Group.LIPS,))
    fit = small.fit()
    moved = np.array(take.values)
    moved[:, 13:64] += 0.1 * np.sin(np.arange(150))[:, None]
    gaps = []
    for values in (take.values, moved):
        job = regenerate_motion(models, speech, fit, MotionSequence(values), part, seed=4, settings=SETTINGS)
        gaps.append(shape.gap_of(finish(job).values[:, :64]))
    np.testing.assert_allclose(gaps[0], gaps[1], atol=1e-4)


def test_only_windows_that_see_the_range_are_denoised(small, models) -> None:
    """A minute of which half a second is made anew takes as many parts of work as three seconds."""
    speech = small.speech(60.0)
    still = MotionSequence(np.zeros((1500, 70), dtype=np.float32))
    part = part_of(still, ((30.0, 30.5),), ALL)
    events = list(regenerate_motion(models, speech, small.fit(), still, part, seed=1, settings=SETTINGS))
    assert [event.done for event in events] == list(range(1, 10))
    assert {event.total for event in events} == {9}


def test_what_the_network_is_shown_is_what_it_would_have_written(small, models, speech) -> None:
    """`undo` against `apply` in its range, in speech, where motion is smooth: there nothing is lost."""
    voice, fit = hear(speech), small.fit()
    settings = MotionSettings(strength=ByGroup(0.7, 1.3, 0.5))
    time = np.arange(60)[:, None] / 60
    for group, model in models.by_group.items():
        done: Finish = finish_for(models, group, voice, fit, settings)
        normal = np.sin(time * 2 + np.arange(group.width)).astype(np.float32) * 0.5
        if group is Group.LIPS:
            normal[:, COMPONENT_NAMES.index("jawOpen")] = 2
            normal[:, COMPONENT_NAMES.index("mouthClose")] = -1
        if group is Group.EXPRESSION:
            left, right = (COMPONENT_NAMES.index(f"eyeBlink{side}") - 13 for side in ("Left", "Right"))
            shut = model.scale.restore(normal)
            shut[:, [left, right]] = fit.expression[[left + 13, right + 13]] + 0.2 * (1 - time)
            shut[:, right] = 1 - (1 - shut[:, left]) / (1 - fit.expression[left + 13]) * (
                1 - fit.expression[right + 13]
            )
            normal = model.scale.normalise(shut)
        back = done.undo(done.apply(normal, starts=False))
        np.testing.assert_allclose(back[6:-6], normal[6:-6], atol=0.02, err_msg=group)


def test_strength_zero_is_rest_and_can_be_undone(small, models, speech) -> None:
    still = finish_for(models, Group.POSE, hear(speech), small.fit(), MotionSettings(strength=ByGroup(pose=0.0)))
    values = still.apply(np.ones((30, 6), dtype=np.float32), starts=False)
    np.testing.assert_array_equal(values, np.broadcast_to(still.rest, values.shape))
    assert np.isfinite(still.undo(values)).all()


def test_lids_blink_whole_at_every_strength(small, models, speech) -> None:
    done = {}
    lids = [COMPONENT_NAMES.index(name) - 13 for name in LIDS]
    for strength in (0.0, 0.3, 1.0):
        finish = finish_for(
            models, Group.EXPRESSION, hear(speech), small.fit(), MotionSettings(strength=ByGroup(expression=strength))
        )
        raw = np.zeros((60, 51), dtype=np.float32)
        raw[30, lids] = 1.0
        done[strength] = finish.apply(models.expression.scale.normalise(raw), starts=False)
    np.testing.assert_allclose(done[0.3][30, lids], 1.0, atol=1e-5)
    np.testing.assert_array_equal(done[0.3][:, lids], done[1.0][:, lids])
    np.testing.assert_array_equal(done[0.0], np.broadcast_to(small.fit().expression[13:], (60, 51)))


def test_a_gap_in_tracked_motion_can_be_filled(anew, take) -> None:
    gone = np.array(take.values)
    gone[60:70] = np.nan
    source = MotionSequence(gone)
    made = anew(((2.2, 3.0),), source=source)
    assert np.isfinite(made).all()
    for ranges, groups in ((((2.2, 3.0),), (Group.LIPS,)), (((2.0, 2.2),), ALL)):
        with pytest.raises(InputError, match=r"no face at 2\.40 s"):
            anew(ranges, groups, source=source)
    assert np.isnan(anew(((5.0, 5.5),), source=source)[60:70]).all()


@pytest.mark.parametrize(
    "ranges",
    [(), ((2.0, 2.0),), ((3.0, 2.0),), ((-0.1, 1.0),), ((5.0, 6.1),), ((7.0, 8.0),), ((0.0, 1.0), (np.nan, 2.0)),
     ((0.0, np.inf),)],
)  # fmt: skip
def test_ranges_that_are_none_are_refused(take, ranges) -> None:
    with pytest.raises(InputError):
        part_of(take, ranges, ALL)


def test_other_refusals(small, models, speech, take, anew) -> None:
    with pytest.raises(InputError, match="No part"):
        part_of(take, ((0.0, 1.0),), ())
    with pytest.raises(InputError, match="30 frames a second"):
        part_of(MotionSequence(take.values, 30.0), ((0.0, 1.0),), ALL)
    part = part_of(take, ((0.0, 1.0),), ALL)
    for wrong, refusal, told in (
        (small.speech(9.0), InputError, "voice lasts 9.00 s"),
        (dataclasses.replace(speech, feature_kind="wavlm"), ModelError, "wavlm"),
    ):
        with pytest.raises(refusal, match=told):
            finish(regenerate_motion(models, wrong, small.fit(), take, part, seed=1, settings=SETTINGS))
