"""The arithmetic of what is heard."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dimitra_studio.audio.clock import PlaybackClock, Route, Span


def path(route, position, count, block):
    """The positions of `count` device frames, asked for in blocks."""
    found = []
    while len(found) < count:
        spans = route.spans(position, min(block, count - len(found)))
        if not spans:
            break
        found += [span.start + k * span.step for span in spans for k in range(span.count)]
        position = spans[-1].end
    return found


def test_a_recording_is_played_to_its_end():
    assert path(Route(5, 1.0), 2, 99, 2) == [2, 3, 4]
    assert path(Route(5, -1.0), 5, 99, 2) == [5, 4, 3, 2, 1]
    assert path(Route(5, 2.0), 0, 99, 9) == [0, 2, 4]
    assert path(Route(5, 1.0), 5, 9, 9) == []


def test_a_loop_goes_round_in_either_direction():
    assert path(Route(100, 1.0, (3, 6)), 4, 8, 3) == [4, 5, 3, 4, 5, 3, 4, 5]
    assert path(Route(100, -1.0, (3, 6)), 4, 8, 3) == [4, 6, 5, 4, 6, 5, 4, 6]


def test_a_loop_is_entered_from_before_and_begun_anew_from_behind():
    assert path(Route(100, 1.0, (3, 6)), 1, 6, 99) == [1, 2, 3, 4, 5, 3]
    assert path(Route(100, 1.0, (3, 6)), 50, 4, 99) == [3, 4, 5, 3]
    assert path(Route(100, -1.0, (3, 6)), 8, 6, 99) == [8, 7, 6, 5, 4, 6]
    assert path(Route(100, -1.0, (3, 6)), 2, 3, 99) == [6, 5, 4]


def test_a_loop_does_not_drift():
    """A thousand rounds of 10.5 frames at 0.7 a step take 15 steps each."""
    end = Route(1000, 0.7, (100.0, 110.5)).spans(100.0, 15_000)[-1].end
    assert end == pytest.approx(110.5, abs=1e-6)


@settings(deadline=None)
@given(
    st.floats(0.25, 4), st.booleans(), st.floats(-10, 200), st.integers(1, 50), st.integers(1, 50),
    st.one_of(st.none(), st.tuples(st.floats(0, 90), st.floats(4, 10))),
)  # fmt: skip
def test_the_blocks_do_not_matter_and_no_place_outside_is_played(speed, back, position, block, other, loop):
    route = Route(100, -speed if back else speed, loop and (loop[0], loop[0] + loop[1]))
    one, two = path(route, position, 300, block), path(route, position, 300, other)
    assert one == pytest.approx(two, abs=1e-6)
    if loop:
        assert len(one) == 300
        first, last = route.loop
        entered = next((k for k, place in enumerate(one) if first <= place <= last), 300)
        assert all(first - 1e-6 <= place <= last + 1e-6 for place in one[entered:])
    else:
        assert all(min(position, 0) <= place <= max(position, 100) for place in one)


def test_time_goes_on_between_writes_but_not_beyond_what_was_written():
    clock = PlaybackClock(1000, position=50)
    assert clock.position(3.0) == 50
    clock.wrote([Span(50, 1.0, 100)], waiting=100, now=10.0)
    assert clock.position(10.0) == 50
    assert clock.position(10.04) == pytest.approx(90)
    assert not clock.is_drained(10.04)
    assert clock.position(99.0) == 150
    assert clock.is_drained(99.0)


def test_the_devices_own_delay_is_waited_for():
    clock = PlaybackClock(1000)
    clock.wrote([Span(0, 1.0, 100)], waiting=130, now=0.0)  # 100 in the buffer, 30 ms on the way
    assert clock.position(0.03) == 0
    assert clock.position(0.05) == pytest.approx(20)


def test_speed_and_loops_are_followed():
    clock = PlaybackClock(1000)
    clock.wrote([Span(0, 2.0, 50), Span(10, 2.0, 50), Span(500, -0.5, 100)], waiting=200, now=0.0)
    places = [clock.position(seconds) for seconds in (0.025, 0.06, 0.099, 0.12, 0.2)]
    assert places == pytest.approx([50, 30, 108, 490, 450])


def test_a_restart_forgets_what_was_written():
    clock = PlaybackClock(1000)
    clock.wrote([Span(0, 1.0, 100)], waiting=50, now=0.0)
    clock.restart(700)
    assert clock.position(9.0) == 700
    clock.wrote([Span(700, 1.0, 10)], waiting=10, now=9.0)
    assert clock.position(9.005) == pytest.approx(705)


@settings(deadline=None)
@given(st.lists(st.tuples(st.integers(1, 50), st.integers(0, 300), st.floats(0, 0.1)), min_size=1, max_size=30))
def test_it_never_goes_backwards_nor_ahead_of_what_was_written(writes):
    """Whatever a device says about its buffer."""
    clock, now, written, last = PlaybackClock(1000), 0.0, 0, 0.0
    for count, waiting, seconds in writes:
        clock.wrote([Span(written, 1.0, count)], waiting, now)
        written += count
        now += seconds
        place = clock.position(now)
        assert last <= place <= written
        last = place
