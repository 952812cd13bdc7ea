"""The one module that speaks to sounddevice, with another in its place: no machine's sound is touched."""

import sys
from types import ModuleType

import numpy as np
import pytest

from dimitra_studio.audio.sink import SoundDeviceError
from dimitra_studio.audio.sound_device import SoundDevices


class PortAudioError(Exception):
    pass


class Stream:
    """An output stream with a buffer of 400 frames."""

    latency = 0.1

    def __init__(self, samplerate, channels, dtype, latency):
        if samplerate not in (44_100, 48_000):
            raise PortAudioError("Invalid sample rate")
        self.samplerate, self.channels, self.dtype = samplerate, channels, dtype
        self.stopped, self.closed, self.full, self.gone = True, False, 0, False

    def start(self):
        assert self.stopped
        self.stopped = False

    def abort(self):
        assert not self.stopped
        self.stopped, self.full = True, 0

    def write(self, sound):
        if self.gone:
            raise PortAudioError("Device unavailable")
        assert not self.stopped
        assert sound.dtype == np.float32
        self.full += len(sound)

    @property
    def write_available(self):
        if self.gone:
            raise PortAudioError("Device unavailable")
        return 400 - self.full

    def close(self, ignore_errors):
        self.closed = True


@pytest.fixture
def sounddevice(monkeypatch):
    module = ModuleType("sounddevice")
    module.PortAudioError = PortAudioError
    module.device = {"name": "Speaker", "max_output_channels": 8, "default_samplerate": 48_000.0}
    module.query_devices = lambda kind: module.device
    module.OutputStream = Stream
    monkeypatch.setitem(sys.modules, "sounddevice", module)
    return module


def block(count):
    return np.zeros((count, 2), np.float32)


def test_opens_at_the_recordings_rate_or_at_the_devices_own(sounddevice):
    assert SoundDevices().open_output(44_100, 1).rate == 44_100
    assert SoundDevices().open_output(96_000, 1).rate == 48_000


@pytest.mark.parametrize(("width", "channels"), [(1, 1), (2, 2), (8, 2)])
def test_is_stereo_where_the_device_is(sounddevice, width, channels):
    sounddevice.device["max_output_channels"] = width
    assert SoundDevices().open_output(48_000, 1).channels == channels


def test_counts_the_buffer_and_the_devices_delay_once(sounddevice):
    """Of the reported 100 ms (4800 frames) the buffer of 400 is a part."""
    sink = SoundDevices().open_output(48_000, 2)
    assert sink.waiting() == pytest.approx(4400)
    sink.write(block(300))
    assert sink.waiting() == pytest.approx(4700)


def test_a_buffer_that_shows_late_is_not_counted_twice(sounddevice, monkeypatch):
    """JACK's room is 0 until it runs."""
    monkeypatch.setattr(Stream, "write_available", 0)
    sink = SoundDevices().open_output(48_000, 2)
    assert sink.waiting() == pytest.approx(4800)
    monkeypatch.setattr(Stream, "write_available", 400)
    assert sink.waiting() == pytest.approx(4400)
    monkeypatch.setattr(Stream, "write_available", 0)
    assert sink.waiting() == pytest.approx(4800)


def test_abort_is_silent_until_the_next_write(sounddevice):
    sink = SoundDevices().open_output(48_000, 2)
    sink.write(block(300))
    sink.abort()
    sink.abort()
    assert sink._stream.stopped
    sink.write(block(100))
    assert sink.waiting() == pytest.approx(4500)


def test_a_device_that_goes_away_is_told(sounddevice):
    sink = SoundDevices().open_output(48_000, 2)
    sink._stream.gone = True
    for use in (lambda: sink.write(block(1)), sink.waiting):
        with pytest.raises(SoundDeviceError, match="Device unavailable"):
            use()
    sink.close()
    assert sink._stream.closed


def test_no_device_is_told_in_one_sentence(sounddevice):
    def refuse(kind):
        raise PortAudioError("Error querying device -1")

    sounddevice.query_devices = refuse
    with pytest.raises(SoundDeviceError, match="no sound output") as caught:
        SoundDevices().open_output(48_000, 2)
    assert caught.value.hint


def test_a_device_that_refuses_is_told_by_name(sounddevice):
    sounddevice.device["default_samplerate"] = 32_000.0
    with pytest.raises(SoundDeviceError, match=r"Speaker cannot be used \(Invalid sample rate\)"):
        SoundDevices().open_output(96_000, 2)


def test_a_stream_that_does_not_start_is_closed(sounddevice, monkeypatch):
    made = []

    def refuse(stream):
        made.append(stream)
        raise PortAudioError("Device busy")

    monkeypatch.setattr(Stream, "start", refuse)
    with pytest.raises(SoundDeviceError, match="Device busy"):
        SoundDevices().open_output(48_000, 2)
    assert made
    assert all(stream.closed for stream in made)


def test_a_missing_portaudio_is_told_with_its_mend(monkeypatch, tmp_path):
    (tmp_path / "sounddevice.py").write_text("raise OSError('PortAudio library not found')")
    monkeypatch.delitem(sys.modules, "sounddevice", raising=False)
    monkeypatch.syspath_prepend(str(tmp_path))
    with pytest.raises(SoundDeviceError, match="PortAudio") as caught:
        SoundDevices().open_output(48_000, 2)
    assert "libportaudio2" in caught.value.hint


class Microphone(Stream):
    """An input stream; `heard` is what waits to be read."""

    def __init__(self, device, **settings):
        super().__init__(**settings)
        self.device, self.heard, self.lost = device, np.zeros((0, self.channels), np.float32), False

    @property
    def read_available(self):
        if self.gone:
            raise PortAudioError("Device unavailable")
        return len(self.heard)

    def read(self, count):
        return self.heard[:count], self.lost


INPUTS = [
    {"index": 0, "name": "Speaker", "hostapi": 0, "max_input_channels": 0, "default_samplerate": 48_000.0},
    {"index": 1, "name": "Headset", "hostapi": 0, "max_input_channels": 1, "default_samplerate": 44_100.0},
    {"index": 2, "name": "Desk", "hostapi": 0, "max_input_channels": 8, "default_samplerate": 48_000.0},
    {"index": 3, "name": "Headset", "hostapi": 1, "max_input_channels": 1, "default_samplerate": 44_100.0},
]


@pytest.fixture
def microphones(sounddevice):
    """Two inputs, one of them offered in two ways; `looks` counts how often PortAudio was started anew."""
    sounddevice.inputs, sounddevice.default, sounddevice.looks = list(INPUTS), 1, 0

    def query(kind=None):
        if kind == "output":
            return sounddevice.device
        if kind == "input":
            if sounddevice.default is None:
                raise PortAudioError("Error querying device -1")
            return sounddevice.inputs[sounddevice.default]
        return sounddevice.inputs

    def look():
        sounddevice.looks += 1

    sounddevice.query_devices, sounddevice._terminate, sounddevice._initialize = query, lambda: None, look
    sounddevice.InputStream = Microphone
    return sounddevice


def test_every_input_is_named_once(microphones):
    assert SoundDevices().inputs() == ("Headset", "Desk")
    microphones.default = None  # none is the usual one
    assert SoundDevices().inputs() == ("Headset", "Desk")


def test_new_inputs_are_looked_for_unless_that_would_cut_a_stream_off(microphones):
    devices = SoundDevices()
    stream = devices.open_input(None)
    devices.inputs()
    assert microphones.looks == 0
    stream.close()
    output = devices.open_output(48_000, 2)
    devices.inputs()
    assert microphones.looks == 0
    output.close()
    devices.inputs()
    assert microphones.looks == 1


@pytest.mark.parametrize(("name", "opened", "rate"), [(None, "Headset", 44_100), ("Desk", "Desk", 48_000)])
def test_an_input_is_opened_by_its_name_at_its_own_rate(microphones, name, opened, rate):
    stream = SoundDevices().open_input(name)
    assert (stream.name, stream.rate) == (opened, rate)


def test_what_came_is_read_as_one_channel_and_what_was_lost_is_told(microphones):
    stream = SoundDevices().open_input("Desk")
    assert stream.read()[0].shape == (0,)
    stream._stream.heard, stream._stream.lost = np.array([[1, 0], [0.5, 0.5], [np.nan, 0]], np.float32), True
    sound, lost = stream.read()
    np.testing.assert_array_equal(sound, np.float32([0.5, 0.5, 0]))
    assert lost


def test_an_input_that_goes_away_is_told_by_name(microphones):
    stream = SoundDevices().open_input("Desk")
    stream._stream.gone = True
    with pytest.raises(SoundDeviceError, match="Desk failed"):
        stream.read()


def test_an_input_that_refuses_says_what_may_help(microphones):
    microphones.inputs[1] = {**INPUTS[1], "default_samplerate": 8000.0}
    with pytest.raises(SoundDeviceError, match=r"Headset cannot be used \(Invalid sample rate\)") as caught:
        SoundDevices().open_input(None)
    assert "Let this program use the microphone" in caught.value.hint


def test_a_machine_without_inputs_says_so(microphones):
    microphones.inputs, microphones.default = INPUTS[:1], None
    for use in (SoundDevices().inputs, lambda: SoundDevices().open_input(None)):
        with pytest.raises(SoundDeviceError, match="No microphone"):
            use()
    with pytest.raises(SoundDeviceError, match="Desk is no longer there"):
        SoundDevices().open_input("Desk")
