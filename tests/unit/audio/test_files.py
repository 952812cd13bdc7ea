"""Every sound file that people bring is read, or refused in one sentence."""

import hashlib
import struct
import subprocess
import sys
from pathlib import Path

import av
import numpy as np
import pytest
import soundfile
from numpy.typing import NDArray

from dimitra_studio.audio.files import read_voice
from dimitra_studio.core.errors import InputError
from dimitra_studio.core.timebase import SPEECH_RATE

RATE = 48_000


def chirp(seconds: float = 1.0, rate: int = RATE) -> NDArray[np.float32]:
    """Rises from 200 to 3000 Hz: every moment is unlike every other, so that a shift in time shows."""
    t = np.arange(round(seconds * rate)) / rate
    return (0.5 * np.sin(2 * np.pi * (200 * t + 1400 * t**2 / seconds))).astype(np.float32)


def encode(path: Path, samples: NDArray[np.float32], codec: str, rate: int = RATE, layout: str = "mono") -> Path:
    """Writes `samples` [N] or [N, channels] with FFmpeg; the container follows from the name."""
    planes = np.atleast_2d(samples.T)
    with av.open(str(path), "w") as container:
        stream = container.add_stream(codec, rate=rate, layout=layout)
        frame = av.AudioFrame.from_ndarray(np.ascontiguousarray(planes), format="fltp", layout=layout)
        frame.sample_rate = rate
        frame.pts = 0
        fit = av.AudioResampler(format=stream.format, layout=layout, rate=rate, frame_size=stream.frame_size)
        for piece in [*fit.resample(frame), *fit.resample(None)]:
            container.mux(stream.encode(piece))
        container.mux(stream.encode(None))
    return path


def film(path: Path, samples: NDArray[np.float32] | None, codec: str = "aac", video_codec: str = "libx264") -> Path:
    """A grey video of the length of `samples` (one second without them) that has them as its sound."""
    seconds = 1.0 if samples is None else len(samples) / RATE
    with av.open(str(path), "w") as container:
        video = container.add_stream(video_codec, rate=25, width=64, height=64, pix_fmt="yuv420p")
        audio = None if samples is None else container.add_stream(codec, rate=RATE, layout="mono")
        for _ in range(round(25 * seconds)):
            grey = av.VideoFrame.from_ndarray(np.full((64, 64, 3), 128, np.uint8), format="rgb24")
            container.mux(video.encode(grey))
        container.mux(video.encode(None))
        if audio is not None and samples is not None:
            frame = av.AudioFrame.from_ndarray(samples[None], format="fltp", layout="mono")
            frame.sample_rate, frame.pts = RATE, 0
            fit = av.AudioResampler(format=audio.format, layout="mono", rate=RATE, frame_size=audio.frame_size)
            for piece in [*fit.resample(frame), *fit.resample(None)]:
                container.mux(audio.encode(piece))
            container.mux(audio.encode(None))
    return path


def lag_and_likeness(clip, expected):
    """Shift in seconds (positive: late) and the correlation there, against the 16 kHz chirp."""
    size = 2 * max(len(clip.samples), len(expected))
    spectrum = np.fft.rfft(clip.samples, size) * np.conj(np.fft.rfft(expected, size))
    correlation = np.fft.irfft(spectrum, size)
    best = int(np.argmax(correlation))
    norm = np.linalg.norm(clip.samples) * np.linalg.norm(expected)
    return (best if best < size // 2 else best - size) / SPEECH_RATE, correlation[best] / norm


def refused(path):
    with pytest.raises(InputError) as caught:
        read_voice(path)
    assert path.name in caught.value.message
    assert caught.value.message.count("\n") == 0
    assert caught.value.hint
    return caught.value.message


@pytest.mark.parametrize(
    ("name", "subtype"),
    [
        ("v.wav", "PCM_U8"), ("v.wav", "PCM_16"), ("v.wav", "PCM_24"), ("v.wav", "PCM_32"), ("v.wav", "FLOAT"),
        ("v.wav", "DOUBLE"), ("v.flac", "PCM_16"), ("v.flac", "PCM_24"), ("v.ogg", "VORBIS"), ("v.opus", "OPUS"),
        ("v.mp3", "MPEG_LAYER_III"), ("v.aiff", "PCM_16"), ("v.au", "ULAW"),
    ],
)  # fmt: skip
def test_sound_files_keep_their_timing(tmp_path, name, subtype):
    path = tmp_path / name
    kind = {"opus": "OGG", "au": "AU"}.get(path.suffix[1:], path.suffix[1:].upper())
    soundfile.write(path, chirp(), RATE, subtype=subtype, format=kind)
    clip = read_voice(path)
    lag, likeness = lag_and_likeness(clip, chirp(rate=SPEECH_RATE))
    assert abs(lag) < 0.001
    assert likeness > 0.99
    assert clip.rate == SPEECH_RATE
    assert clip.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()


@pytest.mark.parametrize("name", ["v.m4a", "v.aac", "v.mka"])
def test_compressed_files_keep_their_timing(tmp_path, name):
    lag, likeness = lag_and_likeness(read_voice(encode(tmp_path / name, chirp(2), "aac")), chirp(2, rate=SPEECH_RATE))
    # A bare .aac stream cannot say that its first 1024 samples are the encoder's run-up.
    bare = name == "v.aac"
    assert abs(lag) < (0.025 if bare else 0.001)
    assert likeness > (0.95 if bare else 0.99)


@pytest.mark.parametrize(
    ("name", "codec", "video_codec"),
    [
        ("v.mp4", "aac", "libx264"),
        ("v.mov", "aac", "libx264"),
        ("v.mkv", "aac", "libx264"),
        ("v.webm", "libopus", "libvpx"),
    ],
)
def test_the_sound_of_a_video(tmp_path, name, codec, video_codec):
    clip = read_voice(film(tmp_path / name, chirp(2), codec, video_codec))
    lag, likeness = lag_and_likeness(clip, chirp(2, rate=SPEECH_RATE))
    assert abs(lag) < 0.001
    assert likeness > 0.99


@pytest.mark.parametrize("rate", [8_000, 11_025, 16_000, 44_100, 96_000, 192_000])
def test_every_rate_gives_the_same_length(tmp_path, rate):
    soundfile.write(tmp_path / "v.wav", chirp(1.5, rate), rate)
    clip = read_voice(tmp_path / "v.wav")
    assert abs(len(clip.samples) - 1.5 * SPEECH_RATE) <= 2
    assert any("kHz" in note for note in clip.notes) == (rate < SPEECH_RATE)
    assert lag_and_likeness(clip, chirp(1.5, SPEECH_RATE))[1] > 0.95


def test_six_channels_are_mixed_with_a_note(tmp_path):
    sound = np.zeros((RATE, 6), np.float32)
    sound[:, 2] = chirp()
    soundfile.write(tmp_path / "v.wav", sound, RATE)
    clip = read_voice(tmp_path / "v.wav")
    assert any("6 channels" in note for note in clip.notes)
    assert lag_and_likeness(clip, chirp(rate=SPEECH_RATE))[1] > 0.99


def test_channels_that_cancel_are_not_mixed(tmp_path):
    soundfile.write(tmp_path / "v.wav", np.stack([chirp(), -chirp()], axis=1), RATE)
    clip = read_voice(tmp_path / "v.wav")
    assert any("cancel" in note for note in clip.notes)
    used = 1 if "channel 1 " in clip.notes[0] else -1
    assert lag_and_likeness(clip, used * chirp(rate=SPEECH_RATE))[1] > 0.99


def test_a_few_invalid_samples_are_mended(tmp_path):
    sound = chirp()
    sound[[100, 200, 300]] = np.nan, np.inf, -np.inf
    soundfile.write(tmp_path / "v.wav", sound, RATE, subtype="FLOAT")
    clip = read_voice(tmp_path / "v.wav")
    assert np.isfinite(clip.samples).all()
    assert any(note.startswith("3 samples") for note in clip.notes)


def test_mostly_invalid_samples_are_refused(tmp_path):
    sound = chirp()
    sound[: RATE // 2] = np.nan
    soundfile.write(tmp_path / "v.wav", sound, RATE, subtype="FLOAT")
    assert "50 %" in refused(tmp_path / "v.wav")


def test_clipped_offset_and_overdriven_sound_is_used_with_a_note(tmp_path):
    soundfile.write(tmp_path / "clipped.wav", np.clip(4 * chirp(), -1, 1), RATE)
    assert any("clipped" in note for note in read_voice(tmp_path / "clipped.wav").notes)
    soundfile.write(tmp_path / "offset.wav", 0.5 * chirp() + 0.2, RATE)
    offset = read_voice(tmp_path / "offset.wav")
    assert any("DC" in note for note in offset.notes)
    assert abs(offset.samples.mean()) < 1e-3
    soundfile.write(tmp_path / "loud.wav", 20 * chirp(), RATE, subtype="FLOAT")
    loud = read_voice(tmp_path / "loud.wav")
    assert any("20 dB" in note for note in loud.notes)
    assert np.abs(loud.samples).max() == pytest.approx(1)


def test_a_clean_recording_has_no_notes(tmp_path):
    soundfile.write(tmp_path / "v.wav", chirp(), RATE)
    assert read_voice(tmp_path / "v.wav").notes == ()


def test_silence_is_used_with_a_note(tmp_path):
    soundfile.write(tmp_path / "v.wav", np.zeros(RATE, np.float32), RATE)
    assert read_voice(tmp_path / "v.wav").notes == ("The recording is silent.",)


@pytest.mark.parametrize("name", ["声.wav", "Grüße aus Łódź.wav", "🎙️ take 1.wav", "a b  c.wav", "x" * 200 + ".wav"])
def test_names_of_every_kind(tmp_path, name):
    soundfile.write(tmp_path / name, chirp(), RATE)
    assert read_voice(tmp_path / name).name == name
    film_path = film((tmp_path / name).with_suffix(".mp4"), chirp())
    assert read_voice(film_path).duration == pytest.approx(1, abs=0.03)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows allows neither name")
def test_a_colon_is_no_protocol_and_a_name_that_is_no_text_is_refused(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    encode(tmp_path / "10:30.m4a", chirp(), "aac")
    assert read_voice(Path("10:30.m4a")).duration == pytest.approx(1, abs=0.03)
    soundfile.write(tmp_path / "v.wav", chirp(), RATE)
    try:
        (tmp_path / "v.wav").rename(tmp_path / "caf\udce9.wav")
    except OSError:
        # macOS's APFS takes names of valid UTF-8 alone: nobody can give the program such a file there.
        pytest.skip("this disk takes no such name")  # so nobody can give the program one
    with pytest.raises(InputError, match="not valid text"):
        read_voice(tmp_path / "caf\udce9.wav")


def test_tags_in_an_old_encoding_are_fine(tmp_path):
    path = tmp_path / "old.avi"
    with av.open(str(path), "w") as container:
        container.metadata["title"] = "@@@@"
        stream = container.add_stream("mp2", rate=RATE, layout="mono")
        frame = av.AudioFrame.from_ndarray((chirp()[None] * 32767).astype(np.int16), format="s16", layout="mono")
        frame.sample_rate, frame.pts = RATE, 0
        for piece in (frame, None):
            container.mux(stream.encode(piece))
    content = path.read_bytes()
    assert content.count(b"@@@@") == 1
    path.write_bytes(content.replace(b"@@@@", "ééöü".encode("latin-1")))
    assert read_voice(path).duration == pytest.approx(1, abs=0.05)


def test_what_is_no_sound_is_refused(tmp_path):
    assert "does not exist" in refused(tmp_path / "missing.wav")
    assert "folder" in refused(tmp_path)
    assert "cannot be read" in refused(tmp_path / ("n" * 5000 + ".wav"))
    (tmp_path / "empty.wav").touch()
    assert "empty" in refused(tmp_path / "empty.wav")
    (tmp_path / "text.wav").write_text("This is a letter, not a voice.\n" * 40)
    assert "not a sound file" in refused(tmp_path / "text.wav")
    assert "no sound in it" in refused(film(tmp_path / "mute.mp4", None))
    soundfile.write(tmp_path / "none.wav", chirp()[:0], RATE)
    assert "0.00 s" in refused(tmp_path / "none.wav")
    soundfile.write(tmp_path / "short.wav", chirp(0.05), RATE)
    assert "0.05 s" in refused(tmp_path / "short.wav")


@pytest.mark.parametrize("name", ["v.wav", "v.flac", "v.m4a", "v.mp4"])
def test_files_cut_short_are_refused(tmp_path, name):
    path = tmp_path / name
    if name == "v.mp4":
        film(path, chirp(2))
    elif name == "v.m4a":
        encode(path, chirp(2), "aac")
    else:
        soundfile.write(path, chirp(2), RATE)
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) // 2])
    refused(path)


def test_a_wav_of_unknown_length_is_read(tmp_path):
    """Recorders that write to a pipe leave the sizes at their largest."""
    path = tmp_path / "v.wav"
    soundfile.write(path, chirp(), RATE)
    content = bytearray(path.read_bytes())
    place = content.index(b"data") + 4
    content[place : place + 4] = struct.pack("<I", 0xFFFFFFFF)
    path.write_bytes(content)
    assert read_voice(path).duration == pytest.approx(1, abs=1e-3)


PEAK = """
import resource, sys
from pathlib import Path
from dimitra_studio.audio.files import read_voice
short, long = map(Path, sys.argv[1:])
read_voice(short)
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
clip = read_voice(long)
unit = 1 if sys.platform == "darwin" else 1024
print(clip.duration, (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) * unit / 2**20)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no resource module to measure with")
def test_a_long_recording_is_read_in_little_memory(tmp_path):
    """Ten minutes in stereo are 439 MB as float64; the clip itself is 37 MB."""
    soundfile.write(tmp_path / "short.flac", chirp(), RATE)
    block = np.stack([chirp(10), 0.5 * chirp(10)], axis=1)
    with soundfile.SoundFile(tmp_path / "long.flac", "w", RATE, 2) as file:
        for _ in range(60):
            file.write(block)
    run = subprocess.run(
        [sys.executable, "-c", PEAK, tmp_path / "short.flac", tmp_path / "long.flac"],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    duration, megabytes = map(float, run.stdout.split())
    assert duration == pytest.approx(600, abs=0.01)
    assert megabytes < 4 * 37
