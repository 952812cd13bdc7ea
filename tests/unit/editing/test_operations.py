"""Each operation against its plain formula, on one channel of a take at 25 frames a second."""

import numpy as np
import pytest
from scipy.signal import butter, sosfiltfilt

from dimitra_studio.core.channels import POSE_NAMES
from dimitra_studio.core.motion import MotionSequence
from dimitra_studio.core.timebase import TimeRange
from dimitra_studio.editing.blending import (
    BlendToBase,
    BlendToNeighbour,
    BlendToNeutral,
    BlendToTake,
    Ease,
    Side,
    Slope,
)
from dimitra_studio.editing.brush import Dab, EraseBrush, Sculpt, SmoothBrush
from dimitra_studio.editing.edits import Edit
from dimitra_studio.editing.falloff import Falloff
from dimitra_studio.editing.keyed import Keys
from dimitra_studio.editing.keys import Interpolation, Key, KeyCurve
from dimitra_studio.editing.operation import Surroundings
from dimitra_studio.editing.recordings import Override, PuppetRecording, Samples
from dimitra_studio.editing.registry import OPERATIONS
from dimitra_studio.editing.shaping import Clamp, Hold, MirrorFace, Noise, Offset, ScaleAboutMean, Shear
from dimitra_studio.editing.smoothing import ButterworthSmooth, GaussianSmooth
from dimitra_studio.editing.stack import evaluate
from dimitra_studio.editing.timing import Stretch, TimeShift
from dimitra_studio.face.components import COMPONENT_NAMES

COUNT = 200
AT = np.arange(COUNT) / 25
ROWS = slice(50, 100)  # 2 to 4 s


def run(curve, operation, channels=(0,), surroundings=None, **how) -> np.ndarray:
    values = np.zeros((COUNT, 70), np.float32)
    values[:, list(channels)] = np.reshape(curve, (COUNT, -1))
    edit = Edit("e", operation, channels, TimeRange(2.0, 4.0), **how)
    given = {} if surroundings is None else {"surroundings": surroundings}
    return evaluate(MotionSequence(values), [edit], **given).values[:, list(channels)].squeeze()


CURVE = (0.3 * np.sin(2 * np.pi * 0.9 * AT) + 0.05 * AT).astype(np.float32)


def test_offset_and_its_numbers_for_each_channel():
    np.testing.assert_allclose(run(CURVE, Offset((0.25,)))[ROWS], CURVE[ROWS] + 0.25, atol=1e-6)
    found = run(np.zeros((COUNT, 2)), Offset((0.25, -1.0)), (3, 9))
    np.testing.assert_array_equal(found[60], [0.25, -1.0])


def test_scale_about_mean_keeps_the_mean():
    found = run(CURVE, ScaleAboutMean(1.5))[ROWS]
    assert found.mean() == pytest.approx(CURVE[ROWS].mean(), abs=1e-6)
    assert found.std() == pytest.approx(1.5 * CURVE[ROWS].std(), rel=1e-5)


def test_shear_adds_a_slope_from_the_start_on():
    np.testing.assert_allclose(run(CURVE, Shear(0.5))[ROWS] - CURVE[ROWS], 0.5 * (AT[ROWS] - 2), atol=1e-6)


def test_clamp():
    np.testing.assert_array_equal(run(CURVE, Clamp(-0.1, 0.2))[ROWS], np.clip(CURVE[ROWS], *np.float32([-0.1, 0.2])))


def test_noise_is_its_seeds_smooth_and_as_high_as_said():
    quiet = np.zeros(COUNT)
    found = run(quiet, Noise(0.5, 2.0, 7))[ROWS]
    np.testing.assert_array_equal(found, run(quiet, Noise(0.5, 2.0, 7))[ROWS])
    assert np.abs(found - run(quiet, Noise(0.5, 2.0, 8))[ROWS]).max() > 0.1
    assert 0.2 < np.abs(found).max() <= 0.5
    assert np.abs(np.diff(found)).max() < 0.5 * 2 * 1.875 * 4 / 25  # lattice steps of 1/4 s, the quintic's steepest
    two = run(np.zeros((COUNT, 2)), Noise(0.5), (0, 1))[ROWS]
    assert np.abs(two[:, 0] - two[:, 1]).max() > 0.1


def test_hold():
    assert (run(CURVE, Hold())[ROWS] == CURVE[50]).all()


def test_mirror_swaps_sides_and_turns_the_other_way():
    names = (*COMPONENT_NAMES, *POSE_NAMES)
    channels = tuple(
        names.index(name) for name in ("mouthSmileLeft", "mouthSmileRight", "mouthPressAsym", "yaw", "pitch")
    )
    values = np.arange(5) / 10 + np.zeros((COUNT, 5))
    found = run(values, MirrorFace(), channels)[70]
    np.testing.assert_allclose(found, [0.1, 0.0, -0.2, -0.3, 0.4], atol=1e-6)


def test_gaussian_smooth_is_the_convolution():
    noisy = CURVE + np.random.default_rng(0).normal(0, 0.1, COUNT).astype(np.float32)
    sigma = 0.08 * 25
    step = np.arange(-6, 7)
    kernel = np.exp(-0.5 * (step / sigma) ** 2)
    expected = np.convolve(noisy, kernel / kernel.sum(), "same")
    np.testing.assert_allclose(run(noisy, GaussianSmooth(0.08))[ROWS], expected[ROWS], atol=1e-5)


def test_smoothing_leaves_what_does_not_move():
    for operation in (GaussianSmooth(0.2), ButterworthSmooth(3.0), SmoothBrush((Dab(3.0, 1.0, 1.0),))):
        np.testing.assert_allclose(run(np.full(COUNT, 0.7), operation), 0.7, atol=1e-6)


@pytest.mark.parametrize(("swings", "kept"), [(0.5, 1.0), (3.0, 0.5), (10.0, 0.0)])
def test_butterworth_keeps_slow_swings_halves_its_cutoff_and_stops_quick_ones(swings, kept):
    wave = np.sin(2 * np.pi * swings * AT)
    found = run(wave, ButterworthSmooth(3.0))[60:90]
    assert found @ wave[60:90] / (wave[60:90] @ wave[60:90]) == pytest.approx(kept, abs=0.04)


def test_butterworth_is_what_scipy_makes_forwards_and_backwards():
    noisy = CURVE + np.random.default_rng(0).normal(0, 0.1, COUNT).astype(np.float32)
    expected = sosfiltfilt(butter(4, 2.0, fs=25, output="sos"), noisy)
    np.testing.assert_allclose(run(noisy, ButterworthSmooth(2.0))[55:95], expected[55:95], atol=0.02)


def test_blend_to_neighbours():
    before, after = CURVE[49], CURVE[100]
    assert (run(CURVE, BlendToNeighbour(Side.BEFORE))[ROWS] == before).all()
    assert (run(CURVE, BlendToNeighbour(Side.AFTER))[ROWS] == after).all()
    way = run(CURVE, BlendToNeighbour())
    share = np.arange(1, 51) / 51
    np.testing.assert_allclose(way[ROWS], before + (3 * share**2 - 2 * share**3) * (after - before), atol=1e-6)


@pytest.mark.parametrize("slope", Slope)
def test_ease_goes_one_way_and_is_gentle_where_it_says(slope):
    found = np.abs(np.diff(run(AT, Ease(slope, 3))[49:101]))
    assert (np.diff(run(AT, Ease(slope, 3))[49:101]) > 0).all()
    slow, quick = {Slope.IN: (0, -1), Slope.OUT: (-1, 0), Slope.IN_OUT: (0, 25)}[slope]
    assert found[slow] < 0.05 * found[quick]


def test_blends_to_rest_to_the_generated_and_to_another_take():
    other = MotionSequence(np.repeat(np.arange(100, dtype=np.float32)[:, None], 70, axis=1), 12.5)
    around = Surroundings({"b": other}, np.full(70, 0.4, np.float32))
    np.testing.assert_allclose(
        run(CURVE, BlendToNeutral(), surroundings=around, amount=0.5)[ROWS], (CURVE[ROWS] + 0.4) / 2, atol=1e-6
    )
    np.testing.assert_allclose(run(CURVE, BlendToTake("b"), surroundings=around)[ROWS], AT[ROWS] * 12.5, atol=1e-5)
    np.testing.assert_array_equal(run(CURVE, BlendToTake("gone"), surroundings=around), CURVE)


def test_blend_to_base_takes_edits_below_back():
    values = np.repeat(CURVE[:, None], 70, axis=1)
    span = TimeRange(2.0, 4.0)
    edits = [Edit("a", Offset((1.0,)), (0,), span), Edit("b", BlendToBase(), (0,), TimeRange(3.0, 4.0))]
    found = evaluate(MotionSequence(values), edits).values[:, 0]
    np.testing.assert_array_equal(found[75:], CURVE[75:])
    np.testing.assert_allclose(found[50:75], CURVE[50:75] + 1)


def test_time_shift_by_frames_is_exact_and_between_them_smooth():
    np.testing.assert_array_equal(run(CURVE, TimeShift(0.12))[ROWS], CURVE[47:97])
    np.testing.assert_array_equal(run(CURVE, TimeShift(-0.12))[ROWS], CURVE[53:103])
    wave = np.sin(2 * np.pi * 2 * AT)
    np.testing.assert_allclose(run(wave, TimeShift(-0.03))[ROWS], np.sin(2 * np.pi * 2 * (AT[ROWS] + 0.03)), atol=0.02)


def test_stretch_reads_slower_about_its_anchor():
    found = run(AT, Stretch(2.0, 0.0))[ROWS]
    np.testing.assert_allclose(found, 2 + (AT[ROWS] - 2) / 2, atol=1e-5)
    squeezed = run(AT, Stretch(0.5, 0.0))[ROWS]
    np.testing.assert_allclose(squeezed, np.minimum(2 + 2 * (AT[ROWS] - 2), AT[99]), atol=1e-5)


def test_keys_replace_or_add():
    curve = KeyCurve((Key(2.0, 1.0, Interpolation.LINEAR), Key(3.0, 0.0)))
    line = np.clip(3 - AT[ROWS], 0, 1)
    np.testing.assert_allclose(run(CURVE, Keys((curve,)))[ROWS], line, atol=1e-6)
    np.testing.assert_allclose(run(CURVE, Keys((curve,), additive=True))[ROWS], CURVE[ROWS] + line, atol=1e-6)


def test_sculpting_sums_its_dabs():
    found = run(CURVE, Sculpt((Dab(3.0, 0.4, 0.5), Dab(3.2, 0.4, 0.5)), Falloff.LINEAR)) - CURVE
    expected = sum(0.5 * np.clip(1 - np.abs(AT - middle) / 0.4, 0, 1) for middle in (3.0, 3.2))
    np.testing.assert_allclose(found, expected, atol=1e-6)


def test_the_smooth_brush_smooths_only_where_it_was():
    noisy = CURVE + np.random.default_rng(0).normal(0, 0.1, COUNT).astype(np.float32)
    found = run(noisy, SmoothBrush((Dab(3.0, 0.4, 1.0),), 0.08))
    assert found[75] == run(noisy, GaussianSmooth(0.08))[75]
    away = np.abs(AT - 3) >= 0.4
    np.testing.assert_array_equal(found[away], noisy[away])


def test_the_eraser_brings_the_generated_back():
    values = np.repeat(CURVE[:, None], 70, axis=1)
    edits = [
        Edit("a", Offset((1.0,)), (0,), TimeRange(2.0, 4.0)),
        Edit("b", EraseBrush((Dab(3.0, 0.2, 1.0),), Falloff.CONSTANT), (0,), TimeRange(2.0, 4.0)),
    ]
    found = evaluate(MotionSequence(values), edits).values[:, 0]
    np.testing.assert_array_equal(found[71:80], CURVE[71:80])
    assert found[60] == CURVE[60] + 1


def test_recordings_are_read_in_time():
    samples = Samples(2.0, 50.0, np.arange(101, dtype=np.float32)[:, None] / 50)
    np.testing.assert_allclose(run(CURVE, Override(samples))[ROWS], AT[ROWS] - 2, atol=1e-6)
    np.testing.assert_allclose(
        run(CURVE, PuppetRecording(samples, additive=True))[ROWS], CURVE[ROWS] + AT[ROWS] - 2, atol=1e-6
    )


def test_what_was_overridden_stays_whatever_is_generated():
    kept = CURVE[ROWS]
    locked = Override(Samples(2.0, 25.0, kept[:, None]))
    np.testing.assert_array_equal(run(-3 * CURVE, locked)[ROWS], kept)


@pytest.mark.parametrize("falloff", Falloff)
def test_falloffs_begin_at_one_and_never_rise(falloff):
    found = falloff(np.linspace(0, 1.5, 31))
    assert found[0] == 1
    assert not found[20:].any()
    assert (np.diff(found) <= 0).all()
    np.testing.assert_array_equal(falloff(np.array([-0.25])), falloff(np.array([0.25])))


@pytest.mark.parametrize(
    "wrong",
    [
        lambda: Offset((float("nan"),)),
        lambda: Clamp(1.0, 0.0),
        lambda: GaussianSmooth(-1.0),
        lambda: Stretch(0.0),
        lambda: SmoothBrush((Dab(0.0, 1.0, 1.5),)),
        lambda: Samples(0.0, 25.0, np.array([[np.nan]])),
        lambda: Edit("e", Offset((1.0, 2.0)), (1, 2, 3), TimeRange(0, 1)),
        lambda: Edit("e", Offset((1.0,)), (1, 1), TimeRange(0, 1)),
        lambda: Edit("e", Offset((1.0,)), (70,), TimeRange(0, 1)),
        lambda: Edit("e", Offset((1.0,)), (), TimeRange(0, 1)),
        lambda: Edit("e", Offset((1.0,)), (1,), TimeRange(0, 1), amount=float("nan")),
    ],
)
def test_what_makes_no_sense_is_refused(wrong):
    with pytest.raises(ValueError, match=r"."):
        wrong()


def test_every_operation_has_its_own_name():
    assert len({operation.kind for operation in OPERATIONS}) == len(OPERATIONS)
    assert len({operation.title for operation in OPERATIONS}) == len(OPERATIONS)
