"""Any stretch of any file, as it is when the file is read through."""

import os
import time

import numpy as np
import pytest
import soundfile

from dimitra_studio.audio.decode import decode
from dimitra_studio.audio.source import SoundSource, open_source
from dimitra_studio.core.errors import InputError
from dimitra_studio.core.events import finish

av = pytest.importorskip("av")
RATE = 44_100


def sound(seconds=2.0, channels=2, rate=RATE):
    return np.random.default_rng(0).normal(0, 0.1, (round(seconds * rate), channels)).astype(np.float32)


def write_m4a(path, samples):
    with av.open(str(path), "w") as container:
        stream = container.add_stream("aac", rate=RATE, layout="stereo")
        frame = av.AudioFrame.from_ndarray(np.ascontiguousarray(samples.T), format="fltp", layout="stereo")
        frame.sample_rate, frame.pts = RATE, 0
        fit = av.AudioResampler(format=stream.format, layout="stereo", rate=RATE, frame_size=stream.frame_size)
        for piece in [*fit.resample(frame), *fit.resample(None)]:
            container.mux(stream.encode(piece))
        container.mux(stream.encode(None))
    return path


def opened(path, folder):
    """The source, and what was told on the way."""
    job, told = open_source(path, folder), []
    while True:
        try:
            told.append(next(job))
        except StopIteration as stop:
            return stop.value, told


@pytest.mark.parametrize(
    ("name", "subtype", "kind"),
    [
        ("v.wav", "PCM_24", "WAV"), ("v.wav", "FLOAT", "WAV"), ("v.flac", "PCM_16", "FLAC"),
        ("v.aiff", "PCM_16", "AIFF"), ("v.au", "ULAW", "AU"),
    ],
)  # fmt: skip
def test_any_stretch_is_what_reading_through_gives(tmp_path, name, subtype, kind):
    soundfile.write(tmp_path / name, sound(), RATE, subtype=subtype, format=kind)
    whole, _ = soundfile.read(tmp_path / name, dtype="float32", always_2d=True)
    source, told = opened(tmp_path / name, tmp_path / "cache")
    assert told == []
    assert (source.rate, source.channels, source.frames) == (RATE, 2, len(whole))
    for start in (70_000, 0, 4410, 4910, 60_000, 59_999, *range(0, 80_000, 777)):
        np.testing.assert_array_equal(source.read(start, start + 500), whole[start : start + 500])
    np.testing.assert_allclose(source.read_mono(10, 20), whole[10:20].mean(axis=1), atol=1e-7)
    source.close()
    assert not (tmp_path / "cache").exists()


def test_there_is_silence_outside(tmp_path):
    soundfile.write(tmp_path / "v.wav", np.full((100, 1), 0.5), RATE, subtype="FLOAT")
    source = SoundSource(tmp_path / "v.wav")
    np.testing.assert_array_equal(source.read(-5, 3)[:, 0], [0] * 5 + [0.5] * 3)
    np.testing.assert_array_equal(source.read(98, 103)[:, 0], [0.5] * 2 + [0] * 3)
    assert not source.read(200, 210).any()
    assert source.read(5, 5).shape == (0, 1)


def test_samples_that_are_no_numbers_are_silent(tmp_path):
    soundfile.write(tmp_path / "v.wav", np.array([0.5, np.nan, np.inf, -np.inf]), RATE, subtype="FLOAT")
    np.testing.assert_array_equal(SoundSource(tmp_path / "v.wav").read(0, 4)[:, 0], [0.5, 0, 0, 0])


def test_six_channels_become_one(tmp_path):
    samples = sound(0.1, 6)
    soundfile.write(tmp_path / "v.wav", samples, RATE, subtype="FLOAT")
    source = SoundSource(tmp_path / "v.wav")
    assert source.channels == 1
    np.testing.assert_allclose(source.read(0, 100)[:, 0], samples[:100].mean(axis=1), atol=1e-6)


def test_compressed_sound_is_decoded_once_and_said_so(tmp_path):
    path, cache = write_m4a(tmp_path / "v.m4a", sound()), tmp_path / "new" / "cache"
    source, told = opened(path, cache)
    assert sum(bool(progress.note) for progress in told) == 1
    assert "v.m4a" in told[0].note
    assert [progress.done for progress in told] == sorted(progress.done for progress in told)
    assert told[-1].done == told[-1].total == 2
    whole = np.concatenate(list(decode(path).blocks))
    assert source.frames == len(whole)
    np.testing.assert_allclose(source.read(30_000, 31_000), whole[30_000:31_000], atol=2**-15)
    again, told = opened(path, cache)
    assert told == []
    assert again.frames == len(whole)


@pytest.mark.parametrize(
    ("name", "subtype", "kind"),
    [("v.opus", "OPUS", "OGG"), ("v.ogg", "VORBIS", "OGG"), ("v.mp3", "MPEG_LAYER_III", "MP3")],
)
def test_what_cannot_be_entered_anywhere_is_decoded_once_too(tmp_path, name, subtype, kind):
    soundfile.write(tmp_path / name, sound(rate=48_000), 48_000, subtype=subtype, format=kind)
    whole, _ = soundfile.read(tmp_path / name, dtype="float32", always_2d=True)
    source, _ = opened(tmp_path / name, tmp_path / "cache")
    assert source.frames == 96_000
    for start in range(0, 90_000, 777):
        np.testing.assert_allclose(source.read(start, start + 500), whole[start : start + 500], atol=2**-15)


def test_stopping_leaves_nothing_behind(tmp_path):
    job = open_source(write_m4a(tmp_path / "v.m4a", sound()), tmp_path / "cache")
    for _ in range(3):
        next(job)
    job.close()
    assert list((tmp_path / "cache").iterdir()) == []


def test_what_is_no_sound_is_refused(tmp_path):
    (tmp_path / "letter.txt").write_text("Dear reader, " * 100)
    for name in ("letter.txt", "missing.wav"):
        with pytest.raises(InputError, match=name):
            finish(open_source(tmp_path / name, tmp_path))


def test_a_damaged_stretch_is_told(tmp_path):
    path = tmp_path / "v.flac"
    soundfile.write(path, sound(4), RATE)
    content = bytearray(path.read_bytes())
    middle = len(content) // 2
    content[middle : middle + 20_000] = bytes(20_000)
    path.write_bytes(content)
    source = SoundSource(path)
    assert source.read(0, 1000).any()
    with pytest.raises(InputError, match=r"v\.flac is damaged"):
        source.read(0, source.frames)


def test_copies_of_long_ago_make_room_for_new_ones_and_what_is_used_stays(tmp_path, monkeypatch):
    monkeypatch.setattr("dimitra_studio.audio.source.MOST_COPIES", 1000)
    cache, own = tmp_path / "cache", tmp_path / "cache" / "my song.flac"
    day = 86_400.0
    first, _ = opened(write_m4a(tmp_path / "first.m4a", sound()), cache)
    (copy,) = cache.iterdir()
    own.write_bytes(bytes(5000))
    for file in (copy, own):
        os.utime(file, (time.time() - 3 * day,) * 2)
    again, _ = opened(tmp_path / "first.m4a", cache)  # used: it counts as new
    soundfile.write(tmp_path / "second.ogg", sound(), RATE)
    opened(tmp_path / "second.ogg", cache)
    assert copy.exists()
    os.utime(copy, (time.time() - 3 * day,) * 2)
    soundfile.write(tmp_path / "third.ogg", sound(1), RATE)
    opened(tmp_path / "third.ogg", cache)
    assert not copy.exists()
    assert own.exists()
    assert len(list(cache.iterdir())) == 3
    assert first.read(0, 1000).any()  # what is open is heard to its end
    again.close()
