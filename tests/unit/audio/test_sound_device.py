"""The one module that speaks to sounddevice, with another in its place: no machine's sound is touched."""

import sys
from types import ModuleType

import numpy as np
import pytest

from dimitra_studio.audio.sink import SoundDeviceError
from dimitra_studio.audio.sound_device import open_sound_device


class PortAudioError(Exception):
    pass


class Stream:
    """An output stream with a buffer of 400 frames."""

    latency = 0.1

    def __init__(self, samplerate, channels, dtype, latency):
        if samplerate not in (44_100, 48_000):
            raise PortAudioError("Invalid sample rate")
        self.rate, self.channels, self.dtype = samplerate, channels, dtype
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
    assert open_sound_device(44_100, 1).rate == 44_100
    assert open_sound_device(96_000, 1).rate == 48_000


@pytest.mark.parametrize(("width", "channels"), [(1, 1), (2, 2), (8, 2)])
def test_is_stereo_where_the_device_is(sounddevice, width, channels):
    sounddevice.device["max_output_channels"] = width
    assert open_sound_device(48_000, 1).channels == channels


def test_counts_the_buffer_and_the_devices_delay_once(sounddevice):
    """Of the reported 100 ms (4800 frames) the buffer of 400 is a part."""
    sink = open_sound_device(48_000, 2)
    assert sink.waiting() == pytest.approx(4400)
    sink.write(block(300))
    assert sink.waiting() == pytest.approx(4700)


def test_a_buffer_that_shows_late_is_not_counted_twice(sounddevice, monkeypatch):
    """JACK's room is 0 until it runs."""
    monkeypatch.setattr(Stream, "write_available", 0)
    sink = open_sound_device(48_000, 2)
    assert sink.waiting() == pytest.approx(4800)
    monkeypatch.setattr(Stream, "write_available", 400)
    assert sink.waiting() == pytest.approx(4400)
    monkeypatch.setattr(Stream, "write_available", 0)
    assert sink.waiting() == pytest.approx(4800)


def test_abort_is_silent_until_the_next_write(sounddevice):
    sink = open_sound_device(48_000, 2)
    sink.write(block(300))
    sink.abort()
    sink.abort()
    assert sink._stream.stopped
    sink.write(block(100))
    assert sink.waiting() == pytest.approx(4500)


def test_a_device_that_goes_away_is_told(sounddevice):
    sink = open_sound_device(48_000, 2)
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
        open_sound_device(48_000, 2)
    assert caught.value.hint


def test_a_device_that_refuses_is_told_by_name(sounddevice):
    sounddevice.device["default_samplerate"] = 32_000.0
    with pytest.raises(SoundDeviceError, match=r"Speaker cannot be used \(Invalid sample rate\)"):
        open_sound_device(96_000, 2)


def test_a_missing_portaudio_is_told_with_its_mend(monkeypatch, tmp_path):
    (tmp_path / "sounddevice.py").write_text("raise OSError('PortAudio library not found')")
    monkeypatch.delitem(sys.modules, "sounddevice", raising=False)
    monkeypatch.syspath_prepend(str(tmp_path))
    with pytest.raises(SoundDeviceError, match="PortAudio") as caught:
        open_sound_device(48_000, 2)
    assert "libportaudio2" in caught.value.hint
