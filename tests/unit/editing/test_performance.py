import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dimitra_studio.core.channels import CHANNEL_COUNT
from dimitra_studio.core.motion import MotionSequence
from dimitra_studio.editing.levers import LEVER_MACROS, lever
from dimitra_studio.editing.macros import BY_ID, channel_of
from dimitra_studio.editing.performance import BLEND, Performance
from dimitra_studio.editing.serialise import describe_edit, read_edit
from dimitra_studio.editing.stack import evaluate

FPS = 25.0
REST = np.linspace(-0.2, 0.2, CHANNEL_COUNT).astype(np.float32)
MOTION = MotionSequence(np.random.default_rng(0).normal(size=(100, CHANNEL_COUNT)).astype(np.float32) * 0.1)
TURN, NOD = channel_of("yaw"), channel_of("pitch")


def performed(*moments, rig=("turn", "nod", None), additive=True) -> Performance:
    performance = Performance(tuple(each and lever(each) for each in rig), additive=additive, rest=REST)
    for seconds, hand in moments:
        performance.add(seconds, hand)
    return performance


def circle(start=1.0, end=3.0, rate=60.0):
    """A hand that goes round, looked at as often as a screen is drawn."""
    moments = np.arange(start, end, 1 / rate)
    return [(float(at), (float(np.sin(3 * at)), float(np.cos(3 * at)), 0.0)) for at in moments]


@pytest.mark.parametrize("macro", LEVER_MACROS, ids=lambda macro: macro.id)
def test_a_lever_goes_as_far_as_its_slider_and_nowhere_in_the_middle(macro):
    found = lever(macro.id)
    upper, middle, lower = found.offsets(np.array([1.0, 0.0, -1.0]))
    ends = {macro.operation(macro.high).by, macro.operation(macro.low).by}
    assert {tuple(upper.astype(np.float32)), tuple(lower)} == {tuple(np.float32(end)) for end in ends}
    assert not middle.any()


def test_the_face_goes_where_the_hand_goes():
    up = np.array([1.0])
    assert lever("nod").offsets(up)[0, 0] < 0  # the chin rises
    assert lever("open").offsets(up)[0, 0] < 0  # the jaw closes
    assert lever("turn").offsets(up)[0, 0] > 0  # to the picture's right
    assert lever("pitch").offsets(up)[0, 0] < 0
    assert lever("browInnerUp").offsets(up)[0, 0] == 1


def test_what_is_no_lever_is_refused():
    for name in ("lead", "lip_energy", "nobody"):
        with pytest.raises(LookupError):
            lever(name)
    with pytest.raises(ValueError, match="needs a lever"):
        Performance((None, None), additive=True, rest=REST)


def test_an_additive_performance_moves_the_curves_in_its_span_and_nothing_else():
    edit = performed(*circle()).edit("one", FPS, 0.0, "Puppet")
    found = evaluate(MOTION, [edit]).values
    moments = np.arange(25, 75) / FPS
    turned = BY_ID["turn"].operation(BY_ID["turn"].high).by[0]
    assert found[25:75, TURN] - MOTION.values[25:75, TURN] == pytest.approx(turned * np.sin(3 * moments), abs=2e-3)
    others = [channel for channel in range(CHANNEL_COUNT) if channel not in edit.channels]
    assert (found[:, others] == MOTION.values[:, others]).all()
    outside = [*range(25 - round(BLEND * FPS) - 1), *range(75 + round(BLEND * FPS) + 1, 100)]
    assert (found[outside] == MOTION.values[outside]).all()
    assert edit.name == "Puppet"


def test_a_replacing_performance_is_the_face_at_rest_where_the_hand_is_in_the_middle():
    still = [(1 + place / 60, (0.0, 0.0, 0.0)) for place in range(60)]
    found = evaluate(MOTION, [performed(*still, additive=False).edit("one", FPS, 0.0)]).values
    np.testing.assert_array_equal(found[25:49, NOD], np.full(24, REST[NOD]))


@pytest.mark.parametrize("additive", [True, False])
def test_what_is_seen_while_performing_is_what_stays(additive):
    performance = performed(*circle(), additive=additive)
    live = performance.laid_over(MOTION).values
    kept = evaluate(MOTION, [performance.edit("one", FPS, 0.0)]).values
    np.testing.assert_allclose(live[25:75], kept[25:75], atol=1e-6)
    assert (live[:25] == MOTION.values[:25]).all()


def test_smoothing_takes_the_trembling_and_leaves_the_gesture():
    slow = circle(rate=100.0)
    trembling = [(at, (x + 0.2 * (-1) ** place, y, z)) for place, (at, (x, y, z)) in enumerate(slow[::4])]
    turned = BY_ID["turn"].operation(BY_ID["turn"].high).by[0]

    def rough(smoothing: float) -> float:
        values = performed(*trembling).edit("one", FPS, smoothing).operation.samples.values[:, 1] / turned
        return float(np.abs(np.diff(values, 2)).max())

    assert rough(0.06) < 0.25 * rough(0.0)
    smooth = performed(*slow).edit("one", FPS, 0.06).operation.samples
    there = smooth.start + np.arange(len(smooth.values)) / FPS
    assert smooth.values[5:-5, 1] / turned == pytest.approx(np.sin(3 * there)[5:-5], abs=0.03)


def test_levers_on_the_same_channel_add_up():
    edit = performed((1.0, (1.0, 1.0)), (2.0, (1.0, 1.0)), rig=("turn", "yaw")).edit("one", FPS, 0.0)
    assert edit.channels == (TURN,)
    both = lever("turn").upper[0] + lever("yaw").upper[0]
    assert edit.operation.samples.values == pytest.approx(both)


def test_moments_must_go_on_and_be_more_than_a_frame():
    with pytest.raises(ValueError, match="nothing was performed"):
        performed((1.0, (0.0, 0.0, 0.0)), (1.01, (1.0, 0.0, 0.0))).edit("one", FPS, 0.0)
    performance = performed((1.0, (0.0, 0.0, 0.0)))
    with pytest.raises(ValueError, match="does not follow"):
        performance.add(1.0, (0.0, 0.0, 0.0))
    with pytest.raises(ValueError, match="cannot hold 3 levers"):
        performance.add(2.0, (0.0, 0.0))


@given(
    start=st.floats(0, 3.5), length=st.floats(0.1, 2), rate=st.sampled_from([15.0, 60.0, 240.0]),
    smoothing=st.sampled_from([0.0, 0.05, 0.15]), additive=st.booleans(), fps=st.sampled_from([24.0, 25.0, 60.0]),
)  # fmt: skip
def test_any_performance_can_be_kept_and_read_again(start, length, rate, smoothing, additive, fps):
    edit = performed(*circle(start, start + length, rate), additive=additive).edit("one", fps, smoothing)
    assert np.isfinite(edit.operation.samples.values).all()
    assert edit.core(fps, 10_000) == range(int(start * fps + 1e-6), edit.core(fps, 10_000).stop)
    assert read_edit(describe_edit(edit)) == edit


def test_what_is_performed_beyond_the_end_is_not_laid_over():
    performance = performed((3.9, (0.0, 0.0, 0.0)), (4.2, (1.0, 1.0, 0.0)))
    assert len(performance.laid_over(MOTION)) == len(MOTION)
