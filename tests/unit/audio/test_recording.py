"""Recording from a made-up microphone, on real threads where threads matter."""

import os
import threading
import time
from datetime import datetime
from pathlib import Path

import numpy as np
import pytest
import soundfile

from dimitra_studio.audio.microphone import NO_INPUTS
from dimitra_studio.audio.recording import Recorder
from dimitra_studio.audio.recordings import new_path, put_in_order, recordings
from dimitra_studio.audio.sink import SoundDeviceError
from dimitra_studio.audio.tape import PART, Tape
from dimitra_studio.core.errors import InputError
from dimitra_studio.core.events import finish

RATE = 8000


class Desk:
    """Inputs that give `sound` at each look; `gone` and `refuses` are what can happen to them."""

    def __init__(self, names=("Desk", "Headset")):
        self.names, self.opened, self.open = names, [], 0
        self.sound, self.lost, self.gone, self.refuses = np.full(80, 0.25, np.float32), False, False, False

    def inputs(self):
        assert self.open == 0  # else new ones are not seen
        if not self.names:
            raise SoundDeviceError("No microphone was found.", "Connect one and look again.")
        return self.names

    def open_input(self, name):
        if self.refuses:
            raise SoundDeviceError("The input Desk cannot be used.")
        self.opened.append(name)
        return Line(self, name or self.names[0])


class Line:
    rate = RATE

    def __init__(self, desk, name):
        self.desk, self.name = desk, name
        desk.open += 1

    def read(self):
        if self.desk.gone:
            raise SoundDeviceError(f"The input {self.name} failed.")
        return self.desk.sound, self.desk.lost

    def close(self):
        self.desk.open -= 1


class Clock:
    def __init__(self):
        self.now = 0.0

    def __call__(self):
        return self.now


@pytest.fixture
def desk():
    return Desk()


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def recorder(desk, tmp_path, clock):
    recorder = Recorder(desk, tmp_path / "made", clock)
    recorder.step()
    yield recorder
    recorder.choose("nobody")  # ends a recording, and with it the tape's thread
    recorder.step()


def test_listens_before_it_records_and_writes_nothing(recorder, desk, tmp_path):
    assert recorder.step()
    assert recorder.state.inputs == ("Desk", "Headset")
    assert recorder.state.listening
    assert recorder.state.level.peak == pytest.approx(-12.04, abs=0.01)
    assert desk.opened == [None]
    assert not (tmp_path / "made").exists()


def test_what_is_heard_while_it_records_is_kept_and_nothing_else(recorder, desk):
    recorder.record()
    assert recorder.recording
    for number in range(50):
        desk.sound = np.full(80, number / 100, np.float32)
        recorder.step()
    assert recorder.state.recording
    assert recorder.state.seconds == pytest.approx(0.5)
    recorder.stop()
    desk.sound = np.full(80, 0.9, np.float32)
    recorder.step()
    assert not recorder.state.recording
    made = recorder.state.made[0]
    assert made.seconds == pytest.approx(0.5)
    heard, rate = soundfile.read(made.path)
    assert rate == RATE
    np.testing.assert_allclose(heard, np.repeat(np.arange(50) / 100, 80), atol=2**-23)
    assert recorder.state.loudest == pytest.approx(20 * np.log10(0.49), abs=0.01)


def test_the_latest_recording_comes_first_and_none_is_overwritten(recorder):
    for _ in range(3):
        recorder.record()
        recorder.step()
        recorder.stop()
        recorder.step()
    made = recorder.state.made
    assert len(made) == len({each.path for each in made}) == 3


def test_sound_that_was_lost_is_counted(recorder, desk):
    desk.lost = True
    recorder.record()
    recorder.step()
    recorder.step()
    assert recorder.state.lost == 2


def test_another_input_is_opened_and_the_first_let_go(recorder, desk):
    recorder.choose("Headset")
    recorder.step()
    assert desk.opened == [None, "Headset"]
    assert desk.open == 1


def test_a_machine_without_a_microphone_says_so_until_there_is_one(tmp_path, desk):
    desk.names = ()
    recorder = Recorder(desk, tmp_path)
    assert not recorder.step()
    assert "No microphone" in recorder.state.problem.message
    assert not recorder.state.listening
    desk.names = ("Desk",)
    recorder.look_again()
    assert recorder.step()
    assert recorder.state.problem is None
    assert recorder.state.inputs == ("Desk",)


def test_an_input_that_refuses_is_told_and_another_can_be_chosen(tmp_path, desk):
    desk.refuses = True
    recorder = Recorder(desk, tmp_path)
    assert not recorder.step()
    assert "cannot be used" in recorder.state.problem.message
    assert recorder.state.inputs == ("Desk", "Headset")
    desk.refuses = False
    recorder.choose("Headset")
    assert recorder.step()
    assert recorder.state.problem is None


def test_where_nothing_can_be_opened_a_recording_does_not_begin_later(tmp_path, desk):
    desk.refuses = True
    recorder = Recorder(desk, tmp_path)
    recorder.record()
    recorder.step()
    assert not recorder.recording
    desk.refuses = False
    recorder.look_again()
    recorder.step()
    assert recorder.state.listening
    assert not recorder.state.recording


def test_an_unplugged_input_ends_the_recording_and_what_came_is_kept(recorder, desk):
    recorder.record()
    for _ in range(10):
        recorder.step()
    desk.gone = True
    assert not recorder.step()
    state = recorder.state
    assert "Desk failed" in state.problem.message
    assert not state.recording
    assert not recorder.recording
    assert not state.listening
    assert state.made[0].seconds == pytest.approx(0.1)
    assert desk.open == 0


def test_an_input_that_falls_dumb_counts_as_gone(recorder, desk, clock):
    recorder.record()
    recorder.step()
    desk.sound = np.zeros(0, np.float32)
    clock.now += 3.9
    assert recorder.step()
    clock.now += 0.2
    assert not recorder.step()
    assert "no longer gives any sound" in recorder.state.problem.message
    assert len(recorder.state.made) == 1


def test_a_full_disk_ends_the_recording_and_listening_goes_on(desk, tmp_path):
    rooms = iter([1 << 30, 0])
    tapes = []

    def make_tape(path, rate):
        tapes.append(Tape(path, rate, lambda _: next(rooms)))
        return tapes[-1]

    recorder = Recorder(desk, tmp_path, make_tape=make_tape)
    desk.sound = np.zeros(6 * RATE, np.float32)
    recorder.step()
    recorder.record()
    recorder.step()
    recorder.step()
    until = time.monotonic() + 10
    while tapes[0].problem is None and time.monotonic() < until:
        time.sleep(0.001)
    recorder.step()
    assert "nearly full" in recorder.state.problem.message
    assert not recorder.state.recording
    assert recorder.state.listening
    assert recorder.state.made[0].seconds >= 6


def test_no_room_from_the_beginning_is_told(desk, tmp_path):
    def make_tape(path, _rate):
        raise InputError(f"The disk of {path.parent} is nearly full.")

    recorder = Recorder(desk, tmp_path, make_tape=make_tape)
    recorder.record()
    assert recorder.step()
    assert "nearly full" in recorder.state.problem.message
    assert not recorder.recording


def test_on_its_own_thread_it_records_ends_and_lets_go(desk, tmp_path):
    """In real time, as much as a made-up input allows: whatever came until it was closed is in the file."""
    recorder = Recorder(desk, tmp_path)
    thread = threading.Thread(target=recorder.run)
    recorder.record()
    thread.start()
    until = time.monotonic() + 20
    while recorder.state.seconds < 0.05 and time.monotonic() < until:
        time.sleep(0.001)
    recorder.close()
    thread.join(10)
    assert not thread.is_alive()
    assert desk.open == 0
    assert recordings(tmp_path)[0].seconds == recorder.state.seconds >= 0.05


def test_without_a_microphone_the_thread_waits_and_ends(tmp_path):
    recorder = Recorder(NO_INPUTS, tmp_path)
    thread = threading.Thread(target=recorder.run)
    thread.start()
    recorder.close()
    thread.join(10)
    assert not thread.is_alive()


def cut_off(path: Path, seconds_ago):
    """What a recording leaves behind whose program is gone."""
    with soundfile.SoundFile(path, "w", RATE, 1, format="FLAC", subtype="PCM_24") as file:
        file.write(np.zeros(RATE))
    os.utime(path, (time.time() - seconds_ago,) * 2)


def test_recordings_that_were_cut_off_are_saved_but_not_those_that_still_grow(tmp_path):
    cut_off(tmp_path / f"old.flac{PART}", 60)
    cut_off(tmp_path / f"growing.flac{PART}", 0)
    assert finish(put_in_order(tmp_path)) == (tmp_path / "old.flac",)
    assert [each.path.name for each in recordings(tmp_path)] == ["old.flac"]
    assert (tmp_path / f"growing.flac{PART}").exists()


def test_recordings_that_nobody_used_for_a_month_go(tmp_path):
    cut_off(tmp_path / "Recording 1.flac", 31 * 86_400)
    cut_off(tmp_path / "Recording 2.flac", 29 * 86_400)
    finish(put_in_order(tmp_path))
    assert [each.path.name for each in recordings(tmp_path)] == ["Recording 2.flac"]


def test_a_file_that_is_no_recording_is_not_offered(tmp_path):
    (tmp_path / "text.flac").write_text("no sound")
    assert recordings(tmp_path) == ()


def test_a_recording_is_named_by_the_time_it_was_made(tmp_path):
    path = new_path(tmp_path, datetime(2026, 1, 2, 3, 4, 5))
    assert path.name == "Recording 2026-01-02 03.04.05.flac"
    path.with_name(path.name + PART).touch()
    assert new_path(tmp_path, datetime(2026, 1, 2, 3, 4, 5)).name == "Recording 2026-01-02 03.04.05 (2).flac"


def test_a_recording_that_was_cut_off_is_among_the_made_ones(desk, tmp_path):
    cut_off(tmp_path / f"old.flac{PART}", 60)
    recorder = Recorder(desk, tmp_path)
    thread = threading.Thread(target=recorder.run)
    thread.start()
    until = time.monotonic() + 20
    while not recorder.state.listening and time.monotonic() < until:
        time.sleep(0.001)
    state = recorder.state
    recorder.close()
    thread.join(10)
    assert (state.saved, state.saving, len(state.made)) == (1, False, 1)


def test_closing_does_not_wait_for_a_recording_that_is_being_saved(desk, tmp_path):
    cut_off(tmp_path / f"old.flac{PART}", 60)
    recorder = Recorder(desk, tmp_path)
    recorder.close()
    recorder.run()
    assert [path.name for path in tmp_path.iterdir()] == [f"old.flac{PART}"]
