"""The playhead follows the player's clock."""

import pytest

from dimitra_studio.project.document import TimeRange
from dimitra_studio.studio.transport import SilentPlayer, Transport


class Clock:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def transport(qapp, clock):
    transport = Transport()
    transport.use(SilentPlayer(4.0, clock))
    yield transport
    transport.pause()


def pass_time(transport, clock, seconds):
    clock.now += seconds
    transport.tick()


def test_the_playhead_is_where_the_clock_is(transport, clock):
    transport.play()
    pass_time(transport, clock, 1.25)
    assert transport.seconds == pytest.approx(1.25)
    transport.pause()
    clock.now += 1
    assert transport.seconds == pytest.approx(1.25)


def test_it_stops_at_the_end_and_plays_anew_from_there(transport, clock, qtbot):
    transport.seek(3.5)
    with qtbot.waitSignal(transport.playing_changed):
        transport.play()
    pass_time(transport, clock, 2)
    assert transport.seconds == 4.0
    assert not transport.is_playing
    transport.play()
    pass_time(transport, clock, 0.5)
    assert transport.seconds == pytest.approx(0.5)


def test_a_loop_goes_round(transport, clock):
    transport.set_loop(TimeRange(1.0, 2.0))
    transport.seek(1.5)
    transport.play()
    pass_time(transport, clock, 0.75)
    assert transport.seconds == 1.0
    pass_time(transport, clock, 0.25)
    assert transport.seconds == pytest.approx(1.25)


def test_shuttle_keys_play_faster_and_backwards(transport, clock):
    transport.seek(2.0)
    transport.shuttle_forward()
    pass_time(transport, clock, 0.25)
    assert transport.seconds == pytest.approx(2.25)
    transport.shuttle_forward()
    assert transport.speed == 2.0
    transport.shuttle_back()
    pass_time(transport, clock, 1.0)
    assert transport.seconds == pytest.approx(1.25)
    pass_time(transport, clock, 2.0)
    assert (transport.seconds, transport.is_playing) == (0.0, False)


def test_space_after_the_shuttle_plays_at_the_chosen_speed(transport):
    transport.slower()
    transport.shuttle_back()
    transport.shuttle_back()
    assert transport.speed == -2.0
    transport.pause()
    assert transport.speed == 0.5, "what stands still is not said to go backwards"
    transport.toggle()
    assert transport.speed == 0.5


def test_the_shuttle_ends_with_the_recording(transport, clock):
    transport.seek(3.0)
    transport.shuttle_forward()
    transport.shuttle_forward()
    pass_time(transport, clock, 5.0)
    assert (transport.is_playing, transport.speed) == (False, 1.0)


def test_a_step_is_a_frame_and_stands_on_its_start(transport):
    transport.seek(0.05)
    transport.step(1)
    assert transport.seconds == pytest.approx(0.08)
    transport.step(-1)
    assert transport.seconds == pytest.approx(0.04)
    transport.step(-5)
    assert transport.seconds == 0.0


def test_seeking_while_it_plays_goes_on_from_there(transport, clock):
    transport.play()
    transport.seek(3.0)
    pass_time(transport, clock, 0.5)
    assert transport.seconds == pytest.approx(3.5)
    assert transport.is_playing


def test_another_player_keeps_the_place_as_far_as_it_goes(transport):
    transport.seek(3.0)
    transport.use(SilentPlayer(2.0))
    assert (transport.seconds, transport.duration) == (2.0, 2.0)


def test_nothing_to_play_does_not_play(qapp):
    transport = Transport()
    transport.play()
    assert not transport.is_playing


def test_speeds_go_up_and_down_to_their_ends(transport, clock, qtbot):
    with qtbot.waitSignal(transport.speed_changed) as heard:
        transport.slower()
    assert heard.args == [0.5]
    transport.play()
    pass_time(transport, clock, 1.0)
    assert transport.seconds == pytest.approx(0.5)
    for _ in range(9):
        transport.faster()
    assert transport.speed == 2.0
    pass_time(transport, clock, 1.0)
    assert transport.seconds == pytest.approx(2.5)
