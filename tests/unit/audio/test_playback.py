"""The position that the picture follows, against what a made-up device lets be heard; its time is a variable."""

import itertools
import threading

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dimitra_studio.audio.passage import JOIN
from dimitra_studio.audio.plan import Plan
from dimitra_studio.audio.playback import Playback
from dimitra_studio.audio.sink import SilentSink, SoundDeviceError
from dimitra_studio.core.errors import InputError

RATE = 8000
SECONDS = 4.0
FRAME = 0.04


class Recording:
    """Says in its first channel which moment it is, from 0 to 1; the second one is full on."""

    rate, channels, frames = RATE, 2, round(SECONDS * RATE)

    def read(self, start, end):
        moments = np.arange(start, end)
        sound = np.stack((moments / self.frames, np.ones(end - start)), axis=1).astype(np.float32)
        sound[(moments < 0) | (moments >= self.frames)] = 0
        return sound


class Device:
    """Has a buffer and a delay behind it, and counts its buffer in periods, as real ones do."""

    channels = 2

    def __init__(self, room, rate):
        self.room, self.rate = room, rate
        self.buffer, self.delay, self.period = round(0.12 * rate), 0.035, round(0.005 * rate)
        self.queue = []  # (when its first frame leaves the buffer, sound)
        self.empty_at = 0.0
        self.aborts = 0
        self.gone = self.closed = False

    def write(self, sound):
        if self.gone:
            raise SoundDeviceError("The output is gone.")
        while (self.empty_at - self.room.now) * self.rate + len(sound) > self.buffer:
            self.room.let_pass(0.005)
        begins = max(self.empty_at, self.room.now)
        self.queue.append((begins, sound))
        self.empty_at = begins + len(sound) / self.rate

    def waiting(self):
        periods = np.ceil(max(self.empty_at - self.room.now, 0) * self.rate / self.period)
        return periods * self.period + self.delay * self.rate

    def abort(self):
        self.aborts += 1
        self.queue, self.empty_at = [], self.room.now

    def close(self):
        self.closed = True

    def heard(self):
        """The frame [2] that leaves the loudspeaker now, or None."""
        left = self.room.now - self.delay
        for begins, sound in self.queue:
            index = round((left - begins) * self.rate)
            if 0 <= index < len(sound):
                return sound[index]
        return None


class Room:
    """A listener with a clock, a device and a playback."""

    def __init__(self, device_rate=RATE, open_sink=None):
        self.now, self.told, self.devices, self.worst, self.checks = 0.0, [], [], 0.0, 0
        self.device_rate = device_rate
        self.playback = Playback(
            Recording(), open_sink or self.open, lambda error: self.told.append(str(error)), lambda: self.now,
            lambda rate, channels: SilentSink(rate, channels, lambda: self.now, self.let_pass),
        )  # fmt: skip

    def open(self, rate, channels):
        self.devices.append(Device(self, self.device_rate))
        return self.devices[-1]

    @property
    def heard(self):
        """Seconds of the recording; None in silence."""
        sound = self.devices[-1].heard() if self.devices else None
        return None if sound is None or sound[1] <= 0 else sound[0] / sound[1] * SECONDS

    def let_pass(self, seconds):
        self.now += seconds
        heard = self.heard
        if heard is not None and self.playback.playing:
            apart = abs(self.playback.position() - heard)
            loop = self.playback._acted.loop
            if loop is not None:
                # One may be round the corner already; and where the loop joins, two moments are heard at once.
                place = self.playback.position()
                if min(abs(place - loop[0] / RATE), abs(place - loop[1] / RATE)) < 2 * JOIN * 2.0 + 0.005:
                    return
                apart = min(apart, abs((loop[1] - loop[0]) / RATE - apart))
            self.worst = max(self.worst, apart)
            self.checks += 1

    def listen(self, seconds):
        """Lets the writing thread work for a while."""
        until = self.now + seconds
        while self.now < until:
            if not self.playback.step():
                self.let_pass(0.005)


@pytest.fixture
def room():
    return Room()


actions = st.one_of(
    st.tuples(st.just("play")),
    st.tuples(st.just("pause")),
    st.tuples(st.just("seek"), st.floats(-1, SECONDS + 1)),
    st.tuples(st.just("scrub"), st.floats(0, SECONDS)),
    st.tuples(st.just("set_speed"), st.sampled_from([-2.0, -1.0, -0.25, 0.25, 0.8, 1.0, 2.0])),
    st.tuples(
        st.just("set_loop"),
        st.one_of(st.none(), st.tuples(st.floats(0, 3.4), st.floats(0.05, 0.6)).map(lambda pair: (pair[0], sum(pair)))),
    ),
)


@settings(max_examples=50, deadline=None)
@given(st.sampled_from([RATE, 11_025, 6000]), st.lists(st.tuples(actions, st.floats(0, 0.4)), min_size=1, max_size=8))
def test_the_picture_is_never_a_frame_away_from_the_sound(rate, uses):
    room = Room(rate)
    room.playback.play()
    for (name, *values), seconds in [(("play",), 0.3), *uses]:
        getattr(room.playback, name)(*values)
        assert 0 <= room.playback.position() <= SECONDS
        room.listen(seconds)
    assert room.checks > 10
    assert room.worst < FRAME


def test_plays_to_the_end_and_from_the_beginning_again(room):
    room.playback.seek(3.8)
    room.playback.play()
    room.listen(0.2)
    assert room.playback.playing
    room.listen(0.3)
    assert not room.playback.playing
    assert room.playback.position() == SECONDS
    room.playback.play()
    room.listen(0.25)
    assert 0.02 < room.playback.position() < 0.25


def test_plays_backwards_to_the_beginning(room):
    room.playback.seek(0.2)
    room.playback.set_speed(-1.0)
    room.playback.play()
    room.listen(0.5)
    assert room.playback.position() == 0
    assert not room.playback.playing
    room.playback.play()
    assert room.playback.position() == SECONDS


def test_pause_is_silence_at_once_and_play_goes_on_from_there(room):
    room.playback.play()
    room.listen(0.5)
    room.playback.pause()
    place = room.playback.position()
    room.listen(0.3)
    assert room.heard is None
    assert room.playback.position() == place
    room.playback.play()
    while room.heard is None:
        room.listen(0.005)
    assert room.heard == pytest.approx(place, abs=0.01)


def test_a_seek_is_seen_at_once_and_heard_after_one_block(room):
    room.playback.play()
    room.listen(0.5)
    room.playback.seek(2.5)
    assert room.playback.position() == 2.5
    room.playback.step()
    assert room.heard is None  # what was written before is dropped
    room.listen(0.045)
    assert room.heard == pytest.approx(2.5, abs=0.02)


def test_at_normal_speed_the_very_samples_are_heard(room):
    room.playback.seek(1.0)
    room.playback.play()
    room.listen(0.1)
    sound = np.concatenate([sound for _, sound in room.devices[0].queue])
    np.testing.assert_array_equal(sound, Recording().read(RATE, RATE + len(sound)))


@pytest.mark.parametrize("rate", [RATE, 11_025, 6000])
@pytest.mark.parametrize("speed", [1.0, 0.5, -2.0])
def test_a_second_takes_a_second_at_whatever_rate_the_device_has(rate, speed):
    room = Room(rate)
    room.playback.seek(2.8)
    room.playback.set_speed(speed)
    room.playback.play()
    room.listen(0.2)
    earlier, at = room.heard, room.now
    room.listen(1.0)
    assert (room.heard - earlier) / (room.now - at) == pytest.approx(speed, abs=1e-3)


def test_a_loop_goes_round_and_can_be_left(room):
    room.playback.set_loop((1.0, 1.2))
    room.playback.seek(1.1)
    room.playback.play()
    places = []
    while room.heard is None:
        room.listen(0.005)
    started = room.now
    for _ in range(100):
        room.listen(0.02)
        places.append(room.playback.position())
    assert 1.0 <= min(places) < max(places) <= 1.2
    rounds = sum(later < earlier for earlier, later in itertools.pairwise(places))
    assert rounds == int((0.1 + room.now - started) / 0.2)
    room.playback.set_loop(None)
    room.listen(0.5)
    assert room.playback.position() > 1.3


@pytest.mark.parametrize("speed", [1.0, -0.5])
@pytest.mark.parametrize("loop", [None, (0.5, 1.0)])
def test_a_grain_is_heard_where_one_scrubs_and_the_picture_stands(room, speed, loop):
    room.playback.set_speed(speed)
    room.playback.set_loop(loop)
    room.playback.scrub(2.0)
    heard = []
    for _ in range(40):
        room.listen(0.005)
        assert room.playback.position() == 2.0
        heard.append(room.heard)
    voiced = [place for place in heard if place is not None]
    assert 10 <= len(voiced) <= 13
    assert min(voiced) >= 2.0 - 1e-3
    assert max(voiced) <= 2.0 + 0.061
    loud = room.devices[0].queue[0][1][:, 1]
    assert loud[0] < 0.05 > loud[-1]
    assert loud.max() == 1


def test_while_one_scrubs_the_latest_place_is_heard_next_and_no_grain_is_cut(room):
    room.playback.play()
    room.listen(0.3)
    aborts = room.devices[0].aborts
    heard = set()
    for step in range(100):  # 60 a second, over a second and a half
        room.playback.scrub(1.0 + step / 100)
        room.listen(1 / 60)
        if room.heard is not None:
            heard.add(round(room.heard, 1))
    assert room.devices[0].aborts == aborts + 1
    assert len(heard) > 8
    room.listen(0.2)
    assert room.heard is None
    assert not room.playback.playing


def test_a_machine_without_sound_plays_in_silence_and_says_so_at_each_play():
    def refuse(rate, channels):
        raise SoundDeviceError("This machine has no sound output.", "Connect one.")

    room = Room(open_sink=refuse)
    for _ in range(3):
        room.playback.play()
        room.listen(1.0)
        room.playback.pause()
        room.playback.scrub(0.5)
        room.listen(0.1)
    assert room.told == 3 * ["This machine has no sound output. Connect one."]
    room.playback.seek(0.5)
    room.playback.play()
    room.listen(1.0)
    assert room.playback.position() == pytest.approx(1.5, abs=FRAME)


def test_a_device_that_goes_away_is_replaced_by_silence_at_its_place(room):
    room.playback.play()
    room.listen(1.0)
    place, room.devices[0].gone = room.playback.position(), True
    room.listen(0.5)
    assert room.told == ["The output is gone."]
    assert room.devices[0].closed
    assert room.playback.playing
    assert room.playback.position() == pytest.approx(place + 0.5, abs=2 * FRAME)


def test_a_recording_that_cannot_be_read_on_stops_and_is_told(room, monkeypatch):
    room.playback.play()
    room.listen(0.2)

    def fail(self, start, end):
        raise InputError("The sound file is damaged.")

    monkeypatch.setattr(Recording, "read", fail)
    room.listen(0.2)
    assert room.told == ["The sound file is damaged."]
    assert not room.playback.playing


def test_nothing_is_opened_before_the_first_sound(room):
    room.playback.seek(1.0)
    room.playback.set_speed(0.5)
    room.listen(0.1)
    assert room.devices == []


@pytest.mark.parametrize("speed", [0.0, 0.2, 2.1, -3.0])
def test_other_speeds_are_refused(room, speed):
    with pytest.raises(ValueError, match="speed"):
        room.playback.set_speed(speed)


def test_a_loop_too_short_to_see_is_refused(room):
    with pytest.raises(ValueError, match="too short"):
        room.playback.set_loop((1.0, 1.01))


@pytest.mark.parametrize("rate", [8000, 22050, 44100, 48000])
def test_every_frame_of_a_minute_may_be_looped(rate):
    plan = Plan(rate, rate * 61.0)
    for frame in range(60 * 25):
        start, end = frame / 25, (frame + 1) / 25
        assert plan.with_loop((start, end)).loop == (start * rate, end * rate)


def test_run_plays_sleeps_wakes_and_ends():
    """On a real thread; its time is still the test's."""
    room = Room(open_sink=lambda *_: room.devices[0])
    reached = threading.Event()
    room.open(RATE, 2)
    device = room.devices[0]
    write = device.write

    def writing(sound):
        write(sound)
        if room.playback.position() > 1.0:
            reached.set()

    device.write = writing
    thread = threading.Thread(target=room.playback.run)
    thread.start()
    room.playback.seek(0.9)
    room.playback.play()
    assert reached.wait(10)
    room.playback.close()
    thread.join(10)
    assert not thread.is_alive()
    assert device.closed


def test_the_volume_is_heard_and_at_full_the_samples_are_the_recordings(room):
    room.playback.set_gain(0.5)
    room.playback.seek(1.0)
    room.playback.play()
    room.listen(0.1)
    room.playback.set_gain(1.0)
    room.listen(0.2)
    sound = np.concatenate([sound for _, sound in room.devices[0].queue])
    assert sound[200, 1] == pytest.approx(0.5)
    block = round(0.02 * RATE)
    np.testing.assert_array_equal(sound[-block:], Recording().read(RATE, RATE + len(sound))[-block:])


def test_a_take_longer_than_its_voice_plays_on_in_silence(room):
    room.playback.set_duration(SECONDS + 1)
    room.playback.seek(SECONDS - 0.2)
    room.playback.play()
    room.listen(0.7)
    assert room.heard is None
    assert room.playback.position() == pytest.approx(SECONDS + 0.45, abs=0.1)
    room.listen(1.0)
    assert not room.playback.playing
    assert room.playback.position() == room.playback.duration == SECONDS + 1


def test_another_length_while_it_plays_keeps_the_place(room):
    room.playback.play()
    room.listen(1.0)
    place = room.playback.position()
    room.playback.set_duration(SECONDS + 2)
    assert room.playback.position() == pytest.approx(place)
    room.listen(0.3)
    assert room.playback.playing
    room.playback.set_duration(0.5)
    room.listen(0.3)
    assert (room.playback.position(), room.playback.playing) == (0.5, False)
