"""Whatever is done to edits, what is evaluated in parts is bit by bit what is evaluated at once."""

from dataclasses import replace

import numpy as np
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dimitra_studio.core.motion import MotionSequence
from dimitra_studio.core.timebase import OPEN_END, TimeRange
from dimitra_studio.editing.blending import BlendToTake
from dimitra_studio.editing.edits import Edit
from dimitra_studio.editing.keyed import Keys
from dimitra_studio.editing.keys import Key, KeyCurve
from dimitra_studio.editing.shaping import MirrorFace, Offset, ScaleAboutMean
from dimitra_studio.editing.stack import Evaluator, evaluate, missing_takes

CALM = settings(
    max_examples=50, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)


def bits(motion: MotionSequence) -> bytes:
    return motion.values.tobytes()


def edit(operation, channels=(0,), start=0.4, end=0.8, **how) -> Edit:
    return Edit("e", operation, channels, TimeRange(start, end), **how)


@CALM
@given(st.data())
def test_a_change_of_edits_gives_what_a_fresh_evaluation_gives(any_edit, base, around, data):
    edits = data.draw(st.lists(any_edit, max_size=5))
    evaluator = Evaluator(base, edits, around)
    for _ in range(4):
        match data.draw(st.sampled_from(["add", "remove", "mute", "move", "change", "amount", "all"])):
            case "add":
                edits.insert(data.draw(st.integers(0, len(edits))), data.draw(any_edit))
            case "all":
                edits = data.draw(st.lists(any_edit, max_size=3))
            case what if edits:
                place = data.draw(st.integers(0, len(edits) - 1))
                taken = edits.pop(place)
                if what == "mute":
                    edits.insert(place, replace(taken, muted=not taken.muted))
                elif what == "amount":
                    edits.insert(place, replace(taken, amount=data.draw(st.sampled_from([0.0, 0.5, 1.0, 2.0]))))
                elif what == "move":
                    edits.insert(data.draw(st.integers(0, len(edits))), taken)
                elif what == "change":
                    edits.insert(place, data.draw(any_edit))
        before = evaluator.motion.values
        touched = evaluator.update(edits)
        assert bits(evaluator.motion) == bits(evaluate(base, edits, around))
        same = np.ones_like(before, dtype=bool)
        if touched is not None:
            same[touched.frames.start : touched.frames.stop, list(touched.channels)] = False
        assert before[same].tobytes() == evaluator.motion.values[same].tobytes()


@CALM
@given(st.data())
def test_a_drag_below_reaches_as_far_as_the_edits_above_look(any_edit, base, around, data):
    wide = {"channels": (25, 26), "span": TimeRange(0.0, 2.4), "muted": False, "amount": 1.0}
    above = data.draw(any_edit.filter(lambda each: len(each.channels) == 2))
    again = data.draw(any_edit.filter(lambda each: len(each.channels) == 2))
    layers = [replace(above, **wide), replace(again, **wide)]
    evaluator = Evaluator(base, [edit(Offset((1.0,)), (25,)), *layers], around)
    for amount in (0.5, 1.5):
        dragged = [edit(Offset((amount,)), (25,), amount, amount + 0.1), *layers]
        evaluator.update(dragged)
        assert bits(evaluator.motion) == bits(evaluate(base, dragged, around))


@CALM
@given(st.data())
def test_muted_edits_and_edits_of_amount_nothing_are_absent(any_edit, base, around, data):
    edits = data.draw(st.lists(any_edit, min_size=1, max_size=4))
    place = data.draw(st.integers(0, len(edits) - 1))
    without = bits(evaluate(base, [*edits[:place], *edits[place + 1 :]], around))
    for absent in (replace(edits[place], muted=True), replace(edits[place], amount=0.0)):
        assert bits(evaluate(base, [*edits[:place], absent, *edits[place + 1 :]], around)) == without


@CALM
@given(st.data())
def test_nothing_changes_outside_an_edits_channels_and_time(any_edit, base, around, data):
    one = data.draw(any_edit)
    values = evaluate(base, [one], around).values
    seconds = np.arange(len(base)) / base.fps
    # A frame lasts until the next one, and is edited wherever the span touches it.
    outside = (seconds + 1 / base.fps < one.span.start - one.blend_in) | (seconds > one.span.end + one.blend_out)
    other = np.setdiff1d(np.arange(70), one.channels)
    assert values[outside].tobytes() == base.values[outside].tobytes()
    assert values[:, other].tobytes() == base.values[:, other].tobytes()


@CALM
@given(st.data())
def test_the_order_counts_only_where_edits_meet(any_edit, base, around, data):
    one, two = data.draw(any_edit), data.draw(any_edit)
    touched = set(one.channels) | set(one.operation.inputs(one.channels))
    free = tuple(channel for channel in range(70) if channel not in touched)[: len(two.channels)]
    two = replace(two, channels=free)
    if set(two.operation.inputs(free)) & set(one.channels):
        return  # a mirror that reads the other's channels
    assert bits(evaluate(base, [one, two], around)) == bits(evaluate(base, [two, one], around))


def test_the_order_counts_where_they_meet(base):
    one, two = edit(Offset((1.0,))), replace(edit(ScaleAboutMean(0.0)), span=TimeRange(0.0, 0.6), id="f")
    assert bits(evaluate(base, [one, two])) != bits(evaluate(base, [two, one]))


@CALM
@given(st.data())
def test_edits_survive_another_base(any_edit, base, around, data):
    edits = data.draw(st.lists(any_edit, max_size=3))
    longer = MotionSequence(np.random.default_rng(3).normal(size=(75, 70)).astype(np.float32))
    found = evaluate(longer, edits, around)
    assert len(found) == 75
    assert np.isfinite(found.values).all()


def test_no_edits_are_the_base_itself(base):
    assert bits(evaluate(base, [])) == bits(base)
    evaluator = Evaluator(base)
    assert evaluator.update([]) is None


def test_frames_without_a_face_stay_so_and_spoil_nothing(base):
    values = evaluate(base, [edit(ScaleAboutMean(2.0), tuple(range(70)), 0.0, 2.4)]).values
    np.testing.assert_array_equal(np.isnan(values), np.isnan(base.values))


def test_an_edit_is_whole_in_its_span_and_fades_beside_it():
    base = MotionSequence(np.zeros((50, 70), np.float32))
    values = evaluate(base, [edit(Offset((1.0,)), blend_in=0.2, blend_out=0.4)]).values[:, 0]
    at = np.arange(50)
    assert (values[10:20] == 1).all()
    before, after = (at - 5) / 5, (30 - at) / 10
    for rows, share in ((slice(5, 10), before), (slice(20, 30), after)):
        np.testing.assert_allclose(values[rows], (3 * share**2 - 2 * share**3)[rows], atol=1e-6)
    assert not values[:6].any()
    assert not values[30:].any()


def test_an_edit_covers_every_frame_that_its_span_touches():
    base = MotionSequence(np.zeros((50, 70), np.float32))
    values = evaluate(base, [edit(Offset((1.0,)), start=0.41, end=0.45)]).values[:, 0]
    assert np.flatnonzero(values).tolist() == [10, 11]


def test_the_amount_mixes_and_exaggerates(base):
    for amount in (0.25, 2.0):
        values = evaluate(base, [edit(Offset((1.0,)), amount=amount)]).values
        np.testing.assert_allclose(values[10:20, 0], base.values[10:20, 0] + amount, atol=1e-6)


def test_an_edit_beyond_the_end_does_nothing(base):
    assert bits(evaluate(base, [edit(Offset((1.0,)), start=3.0, end=4.0, blend_in=2.0)])) == bits(base)


def test_a_small_drag_touches_a_small_part(base):
    evaluator = Evaluator(base, [edit(Offset((1.0,))), replace(edit(Offset((0.5,)), (7,), 0.0, 2.4), id="f")])
    touched = evaluator.update([edit(Offset((1.5,))), replace(edit(Offset((0.5,)), (7,), 0.0, 2.4), id="f")])
    assert (touched.frames, touched.channels) == (range(10, 20), (0,))


def test_a_mirror_carries_a_change_to_the_other_side(base):
    left, right = 25, 26  # eyeBlinkLeft and eyeBlinkRight
    mirror = replace(edit(MirrorFace(), (right,), 0.0, 2.4), id="m")
    evaluator = Evaluator(base, [edit(Offset((1.0,)), (left,)), mirror])
    touched = evaluator.update([edit(Offset((2.0,)), (left,)), mirror])
    assert touched.channels == (left, right)
    np.testing.assert_array_equal(evaluator.motion.values[10:20, right], evaluator.motion.values[10:20, left])


def test_towers_of_edits_stay_finite():
    base = MotionSequence(np.random.default_rng(0).normal(size=(30, 70)).astype(np.float32))
    tower = [replace(edit(ScaleAboutMean(10.0), start=0.0, end=1.2, amount=4.0), id=str(place)) for place in range(60)]
    assert np.isfinite(evaluate(base, tower).values).all()


def test_a_window_is_what_the_motion_has_there(base):
    evaluator = Evaluator(base, [edit(Offset((1.0,)))])
    np.testing.assert_array_equal(evaluator.window(range(12, 25)), evaluator.motion.values[12:25])


def test_takes_that_are_gone_are_told():
    edits = [edit(BlendToTake(name)) for name in ("here", "gone", "gone")]
    assert missing_takes(edits, ["here"]) == ("gone",)
    assert not missing_takes([replace(edits[1], muted=True)], [])


def test_an_edit_moves_with_what_it_holds():
    keys = edit(Keys((KeyCurve((Key(0.5, 1.0),)),)))
    moved = keys.moved(0.25)
    assert moved.span == TimeRange(0.65, 1.05)
    assert moved.operation.curves[0].keys[0].seconds == 0.75
    assert keys.moved(-0.5).span.start == 0


@CALM
@given(st.data())
def test_an_edit_does_the_same_to_some_of_its_channels_alone(any_edit, base, around, data):
    whole = data.draw(any_edit)
    some = data.draw(st.sets(st.sampled_from([0, 13, 25, 26, 65])))
    part = whole.only(some)
    kept = [channel for channel in whole.channels if channel in some]
    assert (part is None) == (not kept)
    found = base.values if part is None else evaluate(base, [part], around).values
    expected = base.values.copy()
    expected[:, kept] = evaluate(base, [whole], around).values[:, kept]
    assert found.tobytes() == expected.tobytes()


def test_an_edit_to_the_end_grows_and_shrinks_with_the_take():
    open_ended = edit(Offset((1.0,)), start=0.4, end=OPEN_END)
    for frames in (20, 50, 5):
        values = evaluate(MotionSequence(np.zeros((frames, 70), np.float32)), [open_ended]).values[:, 0]
        assert np.flatnonzero(values).tolist() == list(range(10, frames))
    assert open_ended.moved(0.5).span == TimeRange(0.9, OPEN_END)
