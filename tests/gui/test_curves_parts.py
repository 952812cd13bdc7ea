"""What hands do to edits, without a window: it holds whatever came before."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from dimitra_studio.core.channels import CHANNEL_COUNT
from dimitra_studio.core.motion import MotionSequence
from dimitra_studio.core.timebase import TimeRange
from dimitra_studio.editing.brush import Dab
from dimitra_studio.editing.edits import Edit
from dimitra_studio.editing.shaping import Offset
from dimitra_studio.editing.smoothing import GaussianSmooth
from dimitra_studio.editing.stack import evaluate
from dimitra_studio.studio.curves.key_layer import keys_on, with_key, without_keys
from dimitra_studio.studio.curves.ranges import added, copied, pasted, reset
from dimitra_studio.studio.curves.strokes import Tool, painted
from dimitra_studio.studio.curves.transform import Axis, Grip, Pull, Subject
from dimitra_studio.studio.timeline.axis import axis_step

FPS, FRAMES, CHANNEL = 25.0, 60, 3
BASE = MotionSequence(np.sin(np.arange(FRAMES)[:, None] * np.linspace(0.05, 0.9, CHANNEL_COUNT)).astype(np.float32))
SPAN = TimeRange(20 / FPS, 30 / FPS)

frames = st.integers(0, FRAMES - 1)
values = st.floats(-1, 1, width=32)
pulls = st.builds(
    Pull, st.sampled_from(Grip), st.sampled_from(Axis), st.integers(-80, 80), values, st.floats(-3, 3, width=32)
)


@st.composite
def histories(draw):
    """Edits as a hand leaves them."""
    edits = ()
    for _ in range(draw(st.integers(0, 6))):
        match draw(st.sampled_from(["key", "all keys", "frames", "brush", "smooth", "other", "delete"])):
            case "key":
                edits, _ = with_key(edits, CHANNEL, draw(frames) / FPS, draw(values), FPS)
            case "all keys":
                chosen = frozenset(keys_on(edits, CHANNEL))
                edits, _ = Subject(edits, evaluate(BASE, edits), CHANNEL, None, chosen).pulled(draw(pulls))
            case "frames":
                edits, _ = Subject(edits, evaluate(BASE, edits), CHANNEL, SPAN).pulled(draw(pulls))
            case "brush":
                tool = draw(st.sampled_from([Tool.SCULPT, Tool.SMOOTH, Tool.ERASE]))
                edits = painted(edits, tool, CHANNEL, (Dab(draw(frames) / FPS, 0.2, 0.4),))
            case "smooth":
                edits = added(edits, CHANNEL, SPAN, GaussianSmooth())
            case "other":
                edits = (*edits, Edit(f"o{len(edits)}", Offset((0.1,)), (CHANNEL, 9), TimeRange(0, 9)))
            case "delete":
                edits = without_keys(edits, list(keys_on(edits, CHANNEL))[:1], FPS)
    return edits


def shown(edits):
    return evaluate(BASE, edits).values[:, CHANNEL]


@given(histories(), frames, values)
def test_a_new_key_changes_its_frame_by_what_was_asked(edits, frame, by):
    after, ref = with_key(edits, CHANNEL, frame / FPS, by, FPS)
    np.testing.assert_allclose(shown(after)[frame] - shown(edits)[frame], by, atol=1e-3)
    assert ref in keys_on(after, CHANNEL)
    assert np.isfinite(shown(after)).all()


@given(histories())
def test_a_reset_stretch_is_as_it_was_generated(edits):
    np.testing.assert_array_equal(shown(reset(edits, CHANNEL, SPAN, FPS))[20:30], BASE.values[20:30, CHANNEL])


@given(histories(), st.integers(0, FRAMES - 10))
def test_what_is_pasted_is_what_was_copied(edits, frame):
    clip = copied(evaluate(BASE, edits), CHANNEL, SPAN, "%")
    after = evaluate(BASE, pasted(edits, 40, frame / FPS, clip)).values[frame : frame + 10, 40]
    np.testing.assert_allclose(after, shown(edits)[20:30], atol=1e-6)


@given(histories(), pulls)
def test_a_pull_of_nothing_changes_nothing_and_keys_stay_on_frames(edits, pull):
    subject = Subject(edits, evaluate(BASE, edits), CHANNEL, SPAN, frozenset(keys_on(edits, CHANNEL)))
    still, _ = subject.pulled(Pull(pull.grip, pull.axis))
    np.testing.assert_allclose(shown(still), shown(edits), atol=1e-5)
    moved, chosen = subject.pulled(pull)
    keys = keys_on(moved, CHANNEL)
    assert chosen <= set(keys)
    for key in keys.values():
        assert abs(key.seconds * FPS - round(key.seconds * FPS)) < 1e-6


def test_without_a_selection_there_is_nothing_to_copy_beyond_the_end():
    assert copied(BASE, CHANNEL, TimeRange(50, 60), "%") is None


@given(st.floats(1e-3, 1e4), st.floats(20, 2000))
def test_the_axis_has_round_steps_far_enough_apart(span, height):
    step = axis_step(span, height, 30.0)
    assert step / span * height >= 29.999
    assert float(f"{step:e}".split("e", maxsplit=1)[0]) in (1, 2, 5)
