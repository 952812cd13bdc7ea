from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dimitra_studio.editing.keys import Handle, Handles, Interpolation, Key, KeyCurve, control_points
from dimitra_studio.editing.reduction import reduced

CALM = settings(max_examples=100, deadline=None)
LINE = np.linspace(-0.5, 3, 701)


@CALM
@given(st.data())
def test_a_curve_passes_through_its_keys(any_curve, data):
    curve = data.draw(any_curve)
    found = curve(np.array([key.seconds for key in curve.keys]))
    np.testing.assert_array_equal(found, [key.value for key in curve.keys])


@CALM
@given(st.data())
def test_time_never_runs_backwards(any_curve, data):
    times, _ = control_points(data.draw(any_curve).keys)
    assert (np.diff(times, axis=1) >= -1e-12).all()


@CALM
@given(st.data())
def test_a_moment_is_found_on_its_segment(any_curve, data):
    """The value at a moment is the Bezier segment's where its time is that moment."""
    curve = data.draw(any_curve)
    times, values = control_points(curve.keys)
    u = np.linspace(0.02, 0.98, 25)
    weights = np.stack([(1 - u) ** 3, 3 * u * (1 - u) ** 2, 3 * u * u * (1 - u), u**3])
    for place, (t, v) in enumerate(zip(times, values, strict=True)):
        moments, expected = t @ weights, v @ weights
        clear = (np.gradient(moments, u) > 1e-3) & (moments > t[0]) & (moments < t[3])
        if curve.keys[place].interpolation is not Interpolation.CONSTANT and len(curve.keys) > 1:
            np.testing.assert_allclose(curve(moments[clear]), expected[clear], atol=1e-4)


@CALM
@given(st.data())
def test_a_moment_has_its_value_whatever_else_is_asked(any_curve, data):
    curve = data.draw(any_curve)
    first, stop = sorted(data.draw(st.lists(st.integers(0, 700), min_size=2, max_size=2, unique=True)))
    assert curve(LINE)[first:stop].tobytes() == curve(LINE[first:stop]).tobytes()


@CALM
@given(st.lists(st.floats(-2, 2), min_size=2, max_size=6))
def test_automatic_handles_never_overshoot(heights):
    keys = tuple(Key(float(place) ** 1.3, height) for place, height in enumerate(heights))
    moments = np.linspace(0, keys[-1].seconds, 300)
    found = KeyCurve(keys)(moments)
    place = np.clip(np.searchsorted([key.seconds for key in keys], moments, side="right") - 1, 0, len(keys) - 2)
    ends = np.array([[one, other] for one, other in pairwise(heights)])[place]
    assert (found >= ends.min(axis=1) - 1e-9).all()
    assert (found <= ends.max(axis=1) + 1e-9).all()


def test_handles_bend_a_curve():
    free = {"handles": Handles.FREE}
    keys = (Key(0.0, 0.0, **free, right=Handle(0.9, 0.0)), Key(1.0, 1.0, **free, left=Handle(-0.1, 0.0)))
    found = KeyCurve(keys)(np.array([0.5, 0.8]))
    # Times 0, 0.9, 0.9, 1 reach 0.5 and 0.8 where u**3 - 2.7 u**2 + 2.7 u is that; values are 3 u**2 - 2 u**3.
    u = np.concatenate([np.roots([1, -2.7, 2.7, -moment]) for moment in (0.5, 0.8)])
    u = u.real[np.abs(u.imag) < 1e-9]
    np.testing.assert_allclose(found, 3 * u**2 - 2 * u**3, atol=1e-9)


def test_handles_that_meet_are_solved():
    """x = u**3 and x = 1 - (1 - u)**3: the parameter's slope is infinite at an end."""
    free = {"handles": Handles.FREE}
    moments = np.linspace(0, 1, 101)
    late = KeyCurve((Key(0, 0, **free), Key(1, 1, **free, left=Handle(-1, 0))))
    np.testing.assert_allclose(late(moments), 3 * np.cbrt(moments) ** 2 - 2 * moments, atol=1e-5)


def test_ways_between_keys():
    for interpolation, middle in ((Interpolation.CONSTANT, 0.0), (Interpolation.LINEAR, 0.25)):
        curve = KeyCurve((Key(0, 0, interpolation), Key(1, 1)))
        np.testing.assert_allclose(
            curve(np.array([-1, 0.25, 0.999999, 1, 2])), [0, middle, (middle > 0) * 1, 1, 1], atol=1e-5
        )


def test_hermite_goes_smoothly_through_a_line():
    curve = KeyCurve(tuple(Key(t, 2 * t, Interpolation.HERMITE) for t in (0.0, 0.3, 1.0)))
    moments = np.linspace(0, 1, 11)
    np.testing.assert_allclose(curve(moments), 2 * moments, atol=1e-12)


def test_keys_are_put_in_moved_and_taken_out():
    curve = KeyCurve((Key(1, 0),)).with_key(Key(0.5, 2)).with_key(Key(1, 3))
    assert [(key.seconds, key.value) for key in curve.keys] == [(0.5, 2), (1, 3)]
    assert curve.moved(1.0).without_key(0).keys == (Key(2, 3),)
    with pytest.raises(ValueError, match="no key"):
        KeyCurve((Key(1, 0),)).without_key(0)
    with pytest.raises(ValueError, match="order of time"):
        KeyCurve((Key(1, 0), Key(1, 1)))


@CALM
@given(st.integers(0, 1000), st.sampled_from([0.2, 0.02, 0.001]))
def test_few_keys_follow_a_dense_curve_within_the_tolerance(seed, tolerance):
    seconds = np.arange(100) / 25
    rng = np.random.default_rng(seed)
    dense = sum(
        rng.normal(0, 0.3) * np.sin(2 * np.pi * rng.uniform(0.1, 3) * seconds + rng.uniform(0, 6)) for _ in range(3)
    )
    curve = reduced(seconds, dense, tolerance)
    assert np.abs(curve(seconds) - dense).max() <= tolerance + 1e-9


def test_a_slow_curve_needs_few_keys():
    seconds = np.arange(250) / 25
    assert len(reduced(seconds, np.sin(2 * np.pi * 0.2 * seconds), 0.01).keys) <= 12
    assert len(reduced(seconds, np.full(250, 0.3), 0.001).keys) == 2
    assert reduced(np.array([1.0]), np.array([2.0]), 0.1).keys == (Key(1.0, 2.0),)
