"""Seconds and pixels."""

import math
from itertools import pairwise

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from dimitra_studio.studio.timeline.layout import Need, stacked
from dimitra_studio.studio.timeline.scale import CLOSEST, TimeScale
from dimitra_studio.studio.timeline.snapping import REACH, snapped
from dimitra_studio.studio.timeline.ticks import ticks, timecode

durations = st.floats(0.04, 86_400)
widths = st.floats(1, 8000)
scales = st.builds(TimeScale, durations, widths, st.floats(-10, 90_000), st.floats(0, 2 * CLOSEST))


def inside(scale):
    assert scale.start >= 0
    assert scale.end <= scale.duration * (1 + 1e-9)


@given(scales, st.floats(-1000, 100_000))
def test_pixels_and_seconds_undo_each_other(scale, seconds):
    assert scale.seconds(scale.x(seconds)) == pytest.approx(seconds, abs=1e-6, rel=1e-9)


@given(scales, st.floats(0.01, 100), st.floats(0, 1), st.floats(-10_000, 10_000))
def test_whatever_one_does_only_the_duration_is_shown(scale, factor, place, pixels):
    for other in (
        scale.zoomed(factor, place * scale.width),
        scale.panned(pixels),
        scale.resized(scale.width * factor),
        scale.lasting(scale.duration * factor),
        scale.whole(),
        scale.following(place * scale.duration),
    ):
        inside(other)


@given(scales, st.floats(0.1, 10), st.floats(0, 1))
def test_zoom_keeps_the_moment_under_the_cursor_unless_an_end_is_reached(scale, factor, place):
    x = place * scale.width
    zoomed = scale.zoomed(factor, x)
    free = zoomed.start > 1e-6 and zoomed.end < scale.duration * (1 - 1e-9)
    assume(free)
    assert zoomed.seconds(x) == pytest.approx(scale.seconds(x), abs=1e-6, rel=1e-6)


def test_zoom_goes_no_farther_out_than_all_and_no_closer_than_samples():
    scale = TimeScale(60.0, 600.0)
    assert scale.zoomed(0.01, 300).shows_all
    assert scale.zoomed(1e9, 300).rate == CLOSEST


def test_a_window_that_showed_all_still_does_when_it_grows_and_another_keeps_its_zoom():
    whole = TimeScale(60.0, 600.0)
    assert whole.resized(900).shows_all
    close = whole.zoomed(10, 0)
    assert close.resized(900).rate == close.rate
    assert whole.lasting(120).shows_all


def test_a_stretch_is_shown_with_air_at_both_sides():
    shown = TimeScale(60.0, 600.0).showing(20, 30)
    assert shown.start == pytest.approx(19.5)
    assert shown.end == pytest.approx(30.5)


def test_the_page_turns_when_the_playhead_leaves_it():
    scale = TimeScale(60.0, 600.0).showing(10, 20)
    assert scale.following(15) == scale
    turned = scale.following(scale.end)
    assert turned.start < scale.end < turned.end
    assert turned.rate == scale.rate


def test_nothing_cannot_be_drawn():
    with pytest.raises(ValueError, match="0 px"):
        TimeScale(10, 0)


@given(scales, st.sampled_from([10.0, 24.0, 25.0, 29.97, 30.0, 60.0]), st.floats(40, 200))
def test_marks_stand_apart_in_view_and_are_named_as_they_are(scale, fps, apart):
    marks = ticks(scale, fps, apart)
    named = [mark for mark in marks if mark.label]
    assert all(scale.start - 1e-6 <= mark.seconds <= scale.end + 1e-6 for mark in marks)
    assert all((b.seconds - a.seconds) * scale.rate >= min(apart, CLOSEST / fps) * 0.999 for a, b in pairwise(named))
    assert len({mark.label for mark in named}) == len(named)
    assert len(marks) <= scale.width + 2


def test_marks_of_a_few_seconds_are_seconds_and_of_a_few_frames_frames():
    far = [mark.label for mark in ticks(TimeScale(10, 1000), 25, 60) if mark.label]
    assert far == ["0:00", "0:01", "0:02", "0:03", "0:04", "0:05", "0:06", "0:07", "0:08", "0:09", "0:10"]
    close = [mark.label for mark in ticks(TimeScale(10, 1000).showing(1, 1.2), 25, 150) if mark.label]
    assert close == ["0:01.00", "0:01.04", "0:01.08", "0:01.12", "0:01.16", "0:01.20"]


@pytest.mark.parametrize(
    ("seconds", "fps", "text"),
    [
        (0, 25, "0:00.00"),
        (1.999999999, 25, "0:02.00"),
        (59.96, 25, "0:59.96"),
        (3661.04, 25, "1:01:01.04"),
        (1.0, 29.97, "0:00.97"),
        (0.999, 1000, "0:00.999"),
        (-1, 25, "0:00.00"),
    ],
)
def test_timecode(seconds, fps, text):
    assert timecode(seconds, fps) == text


@given(scales, st.lists(st.floats(0, 100), max_size=20), st.floats(0, 100))
def test_a_moment_holds_on_to_the_nearest_in_reach_else_to_a_frame(scale, targets, seconds):
    held = snapped(seconds, sorted(targets), scale, 25.0)
    assert 0 <= held <= scale.duration
    near = min((abs(target - seconds) for target in targets), default=math.inf)
    if near * scale.rate <= REACH:
        assert abs(held - scale.clamped(seconds)) <= near + 1e-9
    elif held < scale.duration:
        assert held * 25 == pytest.approx(round(held * 25), abs=1e-6)
        assert abs(held - seconds) <= 0.02 + 1e-6


@given(st.lists(st.tuples(st.floats(5, 100), st.integers(0, 3)), min_size=1, max_size=12), st.floats(0, 2000))
def test_lanes_lie_below_each_other_and_fill_the_height_where_one_stretches(lanes, height):
    needs = [Need(*lane) for lane in lanes]
    strips = stacked(needs, height, 2.0)
    for above, below in pairwise(strips):
        assert below.top == pytest.approx(above.top + above.height + 2)
    assert all(strip.height >= need.least for strip, need in zip(strips, needs, strict=True))
    bottom = strips[-1].top + strips[-1].height
    least = sum(need.least for need in needs) + 2 * (len(needs) - 1)
    if any(need.share for need in needs):
        assert bottom == pytest.approx(max(height, least), abs=1e-6)
    else:
        assert bottom == pytest.approx(least)
