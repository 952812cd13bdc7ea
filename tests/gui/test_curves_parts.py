"""What hands do to edits, without a window: it holds whatever came before."""

import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from dimitra_studio.core.channels import CHANNEL_COUNT
from dimitra_studio.core.errors import InputError
from dimitra_studio.core.motion import MotionSequence
from dimitra_studio.core.timebase import OPEN_END, TimeRange
from dimitra_studio.editing.brush import Dab
from dimitra_studio.editing.edits import Edit
from dimitra_studio.editing.keyed import Keys
from dimitra_studio.editing.keys import Key, KeyCurve
from dimitra_studio.editing.reach import Edge, reaching
from dimitra_studio.editing.shaping import Offset
from dimitra_studio.editing.smoothing import GaussianSmooth
from dimitra_studio.editing.stack import evaluate
from dimitra_studio.studio.curves.key_layer import KeyRef, keys_on, with_key, without_keys
from dimitra_studio.studio.curves.ranges import added, copied, pasted, places_for, reset
from dimitra_studio.studio.curves.strokes import Tool, painted
from dimitra_studio.studio.curves.transform import Axis, Grip, Pull, Subject
from dimitra_studio.studio.timeline.axis import axis_step

FPS, FRAMES, CHANNEL = 25.0, 60, 3
CHANNELS = (CHANNEL, 9, 66)  # 66 is measured in degrees
BASE = MotionSequence(np.sin(np.arange(FRAMES)[:, None] * np.linspace(0.05, 0.9, CHANNEL_COUNT)).astype(np.float32))
SPAN = TimeRange(20 / FPS, 30 / FPS)

frames = st.integers(0, FRAMES - 1)
values = st.floats(-1, 1, width=32)
shares = st.floats(-100, 100, width=32)
pulls = st.builds(
    Pull, st.sampled_from(Grip), st.sampled_from(Axis), st.integers(-80, 80), shares, st.floats(-3, 3, width=32)
)


@st.composite
def histories(draw):
    """Edits as a hand leaves them."""
    edits = ()
    for step in range(draw(st.integers(0, 6))):
        match draw(st.sampled_from(["key", "keys of all", "all keys", "frames", "brush", "smooth", "other", "delete"])):
            case "key":
                edits, _ = with_key(edits, CHANNEL, draw(frames) / FPS, draw(values), FPS)
            case "keys of all":
                start = draw(frames)
                end = start + draw(st.integers(1, 20))
                curves = tuple(KeyCurve((Key(start / FPS, draw(values)), Key(end / FPS, 0.0))) for _ in CHANNELS)
                keys, span = Keys(curves, draw(st.booleans())), TimeRange(start / FPS, end / FPS)
                edits = (*edits, Edit(f"k{step}", keys, CHANNELS, span, 0.1, 0.1))
            case "all keys":
                chosen = frozenset(keys_on(edits, CHANNELS))
                edits, _ = Subject(edits, evaluate(BASE, edits), (CHANNEL,), None, chosen).pulled(draw(pulls))
            case "frames":
                edits, _ = Subject(edits, evaluate(BASE, edits), (CHANNEL, 66), SPAN).pulled(draw(pulls))
            case "brush":
                tool = draw(st.sampled_from([Tool.SCULPT, Tool.SMOOTH, Tool.ERASE]))
                edits = painted(edits, tool, CHANNEL, (Dab(draw(frames) / FPS, 0.2, 0.4),))
            case "smooth":
                edits = added(edits, (CHANNEL, 9), SPAN, GaussianSmooth())
            case "other":
                edits = (*edits, Edit(f"o{step}", Offset((0.1,)), (CHANNEL, 9), TimeRange(0, 9)))
            case "delete":
                edits = without_keys(edits, list(keys_on(edits, CHANNELS))[:1], FPS)
    return edits


def shown(edits):
    return evaluate(BASE, edits).values[:, CHANNEL]


@settings(deadline=None)  # machines that test are slow
@given(histories(), frames, values)
def test_a_new_key_changes_its_frame_by_what_was_asked(edits, frame, by):
    after, ref = with_key(edits, CHANNEL, frame / FPS, by, FPS)
    np.testing.assert_allclose(shown(after)[frame] - shown(edits)[frame], by, atol=1e-3)
    assert ref in keys_on(after, CHANNELS)
    assert np.isfinite(shown(after)).all()


@settings(deadline=None)  # machines that test are slow
@given(histories())
def test_a_reset_stretch_is_as_it_was_generated(edits):
    np.testing.assert_array_equal(shown(reset(edits, (CHANNEL,), SPAN, FPS))[20:30], BASE.values[20:30, CHANNEL])


@settings(deadline=None)  # machines that test are slow
@given(histories(), st.integers(0, FRAMES - 10))
def test_what_is_pasted_is_what_was_copied(edits, frame):
    clip = copied(evaluate(BASE, edits), (CHANNEL, 66), SPAN)
    after = evaluate(BASE, pasted(edits, clip.on((40, 65)), frame / FPS)).values[frame : frame + 10]
    np.testing.assert_allclose(after[:, [40, 65]], evaluate(BASE, edits).values[20:30, [CHANNEL, 66]], atol=1e-6)


@settings(deadline=None)  # machines that test are slow
@given(histories(), pulls)
def test_a_pull_of_nothing_changes_nothing_and_keys_stay_on_frames(edits, pull):
    subject = Subject(edits, evaluate(BASE, edits), CHANNELS, SPAN, frozenset(keys_on(edits, CHANNELS)))
    still, _ = subject.pulled(Pull(pull.grip, pull.axis))
    np.testing.assert_allclose(evaluate(BASE, still).values, evaluate(BASE, edits).values, atol=1e-5)
    moved, chosen = subject.pulled(pull)
    keys = keys_on(moved, CHANNELS)
    assert chosen <= set(keys)
    for key in keys.values():
        assert abs(key.seconds * FPS - round(key.seconds * FPS)) < 1e-6


@settings(deadline=None)  # machines that test are slow
@given(histories(), st.integers(-20, 20), shares)
def test_keys_of_one_channel_are_pulled_without_moving_the_others(edits, frames, value):
    """Also those that several channels hold together, and whose span cannot serve all of them any longer."""
    mine = frozenset(keys_on(edits, (9,)))
    assume(mine)
    before = evaluate(BASE, edits)
    after, now = Subject(edits, before, (), None, mine).pulled(Pull(Grip.MOVE, frames=frames, value=value))
    others = [channel for channel in range(CHANNEL_COUNT) if channel != 9]
    np.testing.assert_array_equal(evaluate(BASE, after).values[:, others], before.values[:, others])
    assert {ref.channel for ref in now} == {9}
    assert len({edit.id for edit in after}) == len(after)


def test_several_channels_are_pulled_alike_each_in_its_own_unit():
    pulled, _ = Subject((), BASE, CHANNELS, SPAN).pulled(Pull(Grip.MOVE, value=20.0))
    moved = evaluate(BASE, pulled).values[20:30] - BASE.values[20:30]
    np.testing.assert_allclose(moved[:, [3, 9]], 0.2, atol=1e-6)
    np.testing.assert_allclose(moved[:, 66], math.radians(20), atol=1e-6)
    pulled, _ = Subject((), BASE, CHANNELS, SPAN).pulled(Pull(Grip.SHEAR, value=10.0))
    assert [edit.channels for edit in pulled] == [(3, 9), (66,)]


def test_keys_of_several_channels_go_on_together_and_keep_their_distance():
    edits = ()
    for channel, frame in ((3, 2), (9, 6), (66, 10)):
        edits, _ = with_key(edits, channel, frame / FPS, 0.1, FPS)
    keys = frozenset(keys_on(edits, CHANNELS))
    moved, _ = Subject(edits, BASE, (), None, keys).pulled(Pull(Grip.MOVE, frames=-5, value=10.0))
    assert [round(key.seconds * FPS) for key in keys_on(moved, CHANNELS).values()] == [0, 4, 8]
    scaled, _ = Subject(edits, BASE, (), None, keys).pulled(Pull(Grip.SCALE, Axis.TIME, factor=2.0))
    assert [round(key.seconds * FPS) for key in keys_on(scaled, CHANNELS).values()] == [0, 6, 14]


def test_keys_that_an_edit_has_taken_to_before_the_start_are_worked_on():
    """Its start was cut, then all of it was moved to the take's."""
    keys = Keys((KeyCurve((Key(0.4, 0.1), Key(1.6, 0.2))),), additive=True)
    moved = reaching(Edit("k", keys, (CHANNEL,), TimeRange(0.8, 1.6)), Edge.ALL, 0.0, 1 / FPS)
    before, first, last = shown((moved,)), KeyRef("k", CHANNEL, 0), KeyRef("k", CHANNEL, 1)
    subject = Subject((moved,), evaluate(BASE, (moved,)), (), None, frozenset({first, last}))
    still, _ = subject.pulled(Pull(Grip.MOVE))
    np.testing.assert_array_equal(shown(still), before)
    later, chosen = subject.pulled(Pull(Grip.MOVE, frames=15))
    assert [key.seconds for key in keys_on(later, {CHANNEL}).values()] == pytest.approx([0.2, 1.4])
    assert len(chosen) == 2
    more, _ = with_key((moved,), CHANNEL, 0.4, 0.3, FPS)
    assert shown(more)[10] == pytest.approx(before[10] + 0.3, abs=1e-3)
    assert list(keys_on(without_keys((moved,), [last], FPS), {CHANNEL})) == [first]


def test_a_held_face_is_moved_in_time_with_its_length():
    curves = tuple(KeyCurve((Key(20 / FPS, by),)) for by in (0.2, 0.4))
    face = Edit("face", Keys(curves, additive=True), (3, 9), SPAN, 0.25, 0.25, name="Chin")
    whole, _ = Subject((face,), BASE, (), None, frozenset(keys_on((face,), (3, 9)))).pulled(Pull(Grip.MOVE, frames=5))
    assert [(edit.id, edit.span) for edit in whole] == [("face", TimeRange(25 / FPS, 35 / FPS))]
    parted, _ = Subject((face,), BASE, (), None, frozenset(keys_on((face,), (9,)))).pulled(Pull(Grip.MOVE, frames=5))
    assert [(edit.title, edit.channels, edit.span) for edit in parted] == [
        ("Chin", (3,), SPAN),
        ("Chin", (9,), TimeRange(25 / FPS, 35 / FPS)),
    ]
    whole_take = replace(face, span=TimeRange(0.0, OPEN_END))
    keys = frozenset(keys_on((whole_take,), (3, 9)))
    (earlier,), _ = Subject((whole_take,), BASE, (), None, keys).pulled(Pull(Grip.MOVE, frames=-5))
    assert earlier.span == TimeRange(0.0, OPEN_END)
    left = without_keys((face,), list(keys_on((face,), (9,))), FPS)
    assert [edit.channels for edit in left] == [(3,)]


def test_where_copied_curves_go():
    one, two = copied(BASE, (3,), SPAN), copied(BASE, (3, 66), SPAN)
    assert places_for(one, (9, 10)) == (9, 10)
    assert places_for(two, (9, 65)) == (9, 65)
    assert places_for(two, (12,)) == (3, 66)
    for clip, places in ((one, (66,)), (two, (9, 10)), (two, (9, 10, 65))):
        with pytest.raises(InputError):
            places_for(clip, places)


def test_without_a_selection_there_is_nothing_to_copy_beyond_the_end():
    assert copied(BASE, (CHANNEL,), TimeRange(50, 60)) is None


@given(st.floats(1e-3, 1e4), st.floats(20, 2000))
def test_the_axis_has_round_steps_far_enough_apart(span, height):
    step = axis_step(span, height, 30.0)
    assert step / span * height >= 29.999
    assert float(f"{step:e}".split("e", maxsplit=1)[0]) in (1, 2, 5)
