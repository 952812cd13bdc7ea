import numpy as np
import pytest
import soundfile

from dimitra_studio.core.events import finish
from dimitra_studio.export.loudness import even_out, measure_loudness
from dimitra_studio.export.soundtrack import measure_sound, sound_blocks

RATE = 48_000


def tone(path, amplitude, channels=1, seconds=2.0):
    wave = amplitude * np.sin(np.arange(round(seconds * RATE)) * 2 * np.pi * 997 / RATE)
    soundfile.write(path, np.repeat(wave[:, None], channels, axis=1), RATE, subtype="FLOAT")
    return measure_sound(path)


@pytest.mark.parametrize(("channels", "lufs"), [(1, -23.01), (2, -20.0)])
def test_the_meter_says_what_the_standard_says(tmp_path, channels, lufs):
    """BS.1770: 997 Hz of full scale in one channel is -3.01 LUFS."""
    found = finish(measure_loudness(tone(tmp_path / "a.wav", 0.1, channels)))
    assert found.lufs == pytest.approx(lufs, abs=0.1)
    assert found.peak == pytest.approx(-20, abs=0.1)


@pytest.mark.parametrize("amplitude", [0.003, 0.1, 0.9])
def test_a_sound_is_brought_to_the_usual_loudness_by_one_gain(tmp_path, amplitude):
    sound = tone(tmp_path / "a.wav", amplitude)
    even = finish(even_out(sound, tmp_path / "even.wav"))
    assert finish(measure_loudness(even)).lufs == pytest.approx(-16, abs=0.1)
    assert "to -16.0 LUFS" in even.notes[-1]
    assert even.path == sound.path
    assert not (tmp_path / "even.wav").exists()


@pytest.mark.parametrize(("rate", "channels"), [(48_000, 1), (44_100, 2), (8_000, 1)])
def test_peaks_are_held_and_every_sample_stays_in_its_place(tmp_path, rate, channels):
    """Syllables with a click on each: the clicks would go over."""
    moments = np.arange(3 * rate) / rate
    wave = 0.05 * np.sin(2 * np.pi * 300 * moments) * (np.sin(2 * np.pi * 2 * moments) > 0)
    wave[np.arange(1, 6) * rate // 2 + rate // 8] = 0.8
    soundfile.write(tmp_path / "a.wav", np.repeat(wave[:, None], channels, axis=1), rate, subtype="FLOAT")
    sound = measure_sound(tmp_path / "a.wav").cut(0.5, 2.5)
    even = finish(even_out(sound, tmp_path / "even.wav"))
    reached = finish(measure_loudness(even))
    assert reached.lufs == pytest.approx(-16, abs=0.3)
    assert reached.peak <= -0.8
    assert "peaks are held at -1 dB" in even.notes[-1]
    before, after = (np.concatenate(list(sound_blocks(each, each.duration))) for each in (sound, even))
    assert after.shape == before.shape
    spectrum = np.fft.rfft(after[:, 0], 2 * len(after)) * np.conj(np.fft.rfft(before[:, 0], 2 * len(after)))
    assert np.argmax(np.fft.irfft(spectrum)) == 0


def test_a_sound_of_many_channels_is_as_loud_as_its_peak_allows(tmp_path):
    wave = 0.01 * np.sin(np.arange(2 * RATE) * 0.13)
    wave[RATE] = 0.5
    soundfile.write(tmp_path / "a.wav", np.repeat(wave[:, None], 6, axis=1), RATE, subtype="FLOAT")
    even = finish(even_out(measure_sound(tmp_path / "a.wav"), tmp_path / "even.wav"))
    heard = np.concatenate(list(sound_blocks(even, even.duration)))
    assert heard.shape == (2 * RATE, 6)
    assert 20 * np.log10(np.abs(heard).max()) <= -1
    assert "over -1 dB" in even.notes[-1]


def test_silence_stays_silence(tmp_path):
    soundfile.write(tmp_path / "a.wav", np.zeros(RATE), RATE)
    even = finish(even_out(measure_sound(tmp_path / "a.wav"), tmp_path / "even.wav"))
    assert even.gain == 1.0
    assert "left as it is" in even.notes[-1]


def test_a_part_is_measured_alone(tmp_path):
    wave = np.sin(np.arange(4 * RATE) * 2 * np.pi * 997 / RATE) * np.repeat([0.01, 0.5], 2 * RATE)
    soundfile.write(tmp_path / "a.wav", wave, RATE, subtype="FLOAT")
    part = measure_sound(tmp_path / "a.wav").cut(0.0, 2.0)
    assert finish(measure_loudness(part)).lufs == pytest.approx(-43, abs=0.1)
