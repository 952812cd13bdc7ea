from dataclasses import replace

import numpy as np
import pytest

from dimitra_studio.core.channels import CHANNEL_COUNT
from dimitra_studio.core.motion import MotionSequence
from dimitra_studio.core.timebase import TimeRange
from dimitra_studio.editing.expressions import EXPRESSIONS, calm
from dimitra_studio.editing.eyes import GAZE, LIDS, blink, look, steady_gaze, without_blinks
from dimitra_studio.editing.macros import BY_ID, MACROS, channel_of
from dimitra_studio.editing.stack import evaluate
from dimitra_studio.face.rotation import euler_to_matrix

SPAN = TimeRange(0.0, 4.0)
STILL = MotionSequence(np.zeros((100, CHANNEL_COUNT), np.float32))


@pytest.mark.parametrize("macro", MACROS, ids=lambda macro: macro.id)
def test_a_slider_is_read_where_it_was_put(macro):
    for value in (macro.low, macro.rest, macro.high, (macro.low + 3 * macro.high) / 4):
        edits = (macro.edit(value, SPAN),)
        assert macro.value_in(edits) == pytest.approx(value, abs=1e-9)
    assert macro.value_in(()) == macro.rest
    assert macro.value_in((macro.edit(macro.high + 99, SPAN),)) == pytest.approx(macro.high)


@pytest.mark.parametrize("macro", MACROS, ids=lambda macro: macro.id)
def test_a_slider_at_rest_changes_nothing(macro):
    motion = MotionSequence(np.random.default_rng(0).normal(size=(50, CHANNEL_COUNT)).astype(np.float32))
    np.testing.assert_allclose(evaluate(motion, [macro.edit(macro.rest, SPAN)]).values, motion.values, atol=1e-6)


def test_a_slider_does_not_take_anothers_edit_for_its_own():
    with pytest.raises(ValueError, match="is not Smile"):
        BY_ID["smile"].read(BY_ID["lead"].edit(1.0, SPAN))


@pytest.mark.parametrize("macro", MACROS, ids=lambda macro: macro.id)
def test_a_slider_is_read_off_what_is_left_of_its_channels(macro):
    left = macro.channels[1:] or macro.channels
    stranger = min(set(range(CHANNEL_COUNT)) - set(macro.channels))
    assert macro.read(macro.edit(macro.high, SPAN).only(left)) == pytest.approx(macro.high)
    with pytest.raises(ValueError, match=f"is not {macro.title}"):
        macro.read(replace(macro.edit(macro.high, SPAN).only(left[:1]), channels=(stranger,)))


def value_of(name: str, **sliders: float) -> float:
    edits = [BY_ID[macro].edit(value, SPAN) for macro, value in sliders.items()]
    return float(evaluate(STILL, edits).values[50, channel_of(name)])


def test_sliders_move_the_face_the_way_they_say():
    assert value_of("mouthSmileLeft", smile=1.0) > 0.3
    assert value_of("mouthFrownLeft", smile=-1.0) > 0.2
    assert value_of("mouthSmileLeft", smile=-1.0) < -0.3
    assert value_of("browDownRight", brows=-1.0) > 0.5
    assert value_of("eyeLookOutLeft", gaze_x=1.0) > 0.5  # the subject's left is the image's right
    assert value_of("eyeLookUpRight", gaze_y=1.0) > 0.5
    turned, tilted = value_of("yaw", turn=10.0), value_of("roll", tilt=10.0)
    nose, crown = np.array([0, 0, 1]), np.array([0, 1, 0])
    assert (euler_to_matrix((0, turned, 0)) @ nose)[0] == pytest.approx(np.sin(np.radians(10)))
    assert (euler_to_matrix((0, 0, tilted)) @ crown)[0] == pytest.approx(np.sin(np.radians(10)))
    assert (euler_to_matrix((value_of("pitch", nod=10.0), 0, 0)) @ nose)[1] < -0.1


def test_lips_lead_the_voice():
    values = np.zeros((100, CHANNEL_COUNT), np.float32)
    values[50] = 1
    found = evaluate(MotionSequence(values), [BY_ID["lead"].edit(120.0, SPAN)]).values
    assert np.argmax(found[:, 0]) == 47
    assert np.argmax(found[:, 20]) == 50


def test_expressions_are_new_edits_that_come_and_go():
    span = TimeRange(1.0, 2.0)
    for expression in EXPRESSIONS:
        values = evaluate(STILL, [expression.edit(span, 0.5)]).values
        for name, weight in expression.components:
            assert values[30, channel_of(name)] == pytest.approx(weight / 2)
        assert not values[:17].any()
    assert EXPRESSIONS[0].edit(span).id != EXPRESSIONS[0].edit(span).id


def test_calm_keeps_lips_and_lids():
    motion = MotionSequence(np.full((100, CHANNEL_COUNT), 0.5, np.float32))
    values = evaluate(motion, [calm(SPAN)]).values[50]
    assert (values[list(LIDS)] == 0.5).all()
    assert (values[:13] == 0.5).all()
    assert values[channel_of("browInnerUp")] == 0


def test_a_blink_shuts_at_its_moment_as_lids_do():
    motion = MotionSequence(np.full((100, CHANNEL_COUNT), 0.1, np.float32))
    lids = evaluate(motion, [blink(2.0)]).values[:, list(LIDS)]
    assert (lids[50] == 1).all()
    # The median of tracked blinks (motion/lids.py), from an open level of 0.
    course = (lids[48:54, 0] - 0.1) / 0.9
    np.testing.assert_allclose(course, [0.1, 0.76, 1.0, 0.88, 0.33, 0.17], atol=0.2)
    np.testing.assert_array_equal(lids[:47], np.float32(0.1))
    np.testing.assert_array_equal(lids[54:], np.float32(0.1))


def test_a_blink_right_at_the_start_is_one():
    assert evaluate(STILL, [blink(0.0)]).values[0, LIDS[0]] == 1


def test_a_stretch_without_blinks():
    base = evaluate(STILL, [blink(2.0)])
    assert evaluate(base, [without_blinks(TimeRange(1.6, 2.4))]).values[:, list(LIDS)].max() < 1e-6


def test_eyes_look_and_stay():
    values = evaluate(STILL, [look(0.5, -0.25, TimeRange(1.0, 2.0))]).values
    found = {
        name: float(values[30, channel_of(name)]) for name in ("eyeLookOutLeft", "eyeLookInLeft", "eyeLookDownRight")
    }
    assert found == {"eyeLookOutLeft": 0.5, "eyeLookInLeft": 0.0, "eyeLookDownRight": 0.25}
    moving = MotionSequence(np.repeat(np.arange(100, dtype=np.float32)[:, None] / 100, CHANNEL_COUNT, axis=1))
    held = evaluate(moving, [steady_gaze(TimeRange(1.0, 2.0))]).values[25:50, list(GAZE)]
    assert (held == np.float32(0.25)).all()
