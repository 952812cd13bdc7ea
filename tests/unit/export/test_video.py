import itertools
import json
import os
from pathlib import Path

import av
import numpy as np
import pytest
import soundfile

from dimitra_studio.core.errors import InputError
from dimitra_studio.core.events import finish
from dimitra_studio.core.timebase import FASTEST_FPS, SLOWEST_FPS
from dimitra_studio.export.encodings import PRORES_4444, h264
from dimitra_studio.export.soundtrack import measure_sound, media_seconds
from dimitra_studio.export.video import largest_side, write_video

FLASHES = (10, 35, 60)


def pictures(count, size=(64, 96), colour=(40, 40, 40)):
    for index in range(count):
        yield np.full((*size, 3), 255 if index in FLASHES else colour, np.uint8)


def beeps(path, rate, channels=1, seconds=3.2, fps=25):
    """A click of noise at every flash."""
    samples = np.zeros((round(seconds * rate), channels), np.float32)
    noise = np.random.default_rng(0).uniform(-0.8, 0.8, (round(0.02 * rate), 1))
    for flash in FLASHES:
        start = round(flash / fps * rate)
        samples[start : start + len(noise)] = noise
    soundfile.write(path, samples, rate, subtype="FLOAT")
    return samples


def decoded(path):
    """Flash times in seconds, mono sound [N] and its rate."""
    with av.open(str(path)) as container:
        flashes = [frame.time for frame in container.decode(video=0) if frame.to_ndarray(format="gray").mean() > 200]
    with av.open(str(path)) as container:
        frames = list(container.decode(audio=0))
    assert frames[0].time == 0
    return flashes, np.concatenate([frame.to_ndarray() for frame in frames], axis=1)[0], frames[0].sample_rate


@pytest.mark.parametrize(("rate", "channels"), [(48000, 1), (44100, 2), (16000, 1), (8000, 1), (96000, 6)])
def test_sound_and_picture_meet_to_the_sample(tmp_path, rate, channels):
    samples = beeps(tmp_path / "a.wav", rate, channels)
    sound = measure_sound(tmp_path / "a.wav")
    written = finish(write_video(tmp_path / "v.mp4", pictures(80), 80, 25, sound=sound))
    flashes, heard, heard_rate = decoded(tmp_path / "v.mp4")
    assert heard_rate == rate
    assert flashes == [flash / 25 for flash in FLASHES]
    spectrum = np.fft.rfft(heard[: len(samples)], 2 * len(samples))
    lags = np.fft.irfft(spectrum * np.conj(np.fft.rfft(samples[: len(heard), 0], 2 * len(samples))))
    assert np.argmax(lags) == 0
    assert written.frames == 80
    assert written.sound_seconds == pytest.approx(3.2)


def test_sound_is_cut_where_the_picture_ends_and_told(tmp_path):
    beeps(tmp_path / "a.wav", 16000, seconds=4.0)
    written = finish(write_video(tmp_path / "v.mp4", pictures(50), 50, 25, sound=measure_sound(tmp_path / "a.wav")))
    with av.open(str(tmp_path / "v.mp4")) as container:
        assert [float(stream.duration * stream.time_base) for stream in container.streams] == [2.0, 2.0]
    assert any("cut at 2.00 s" in note for note in written.notes)


@pytest.mark.parametrize(("samples", "told"), [(48_000, False), (48_004, False), (48_480, True)])
def test_a_cut_of_a_sample_or_two_is_no_note(tmp_path, samples, told):
    soundfile.write(tmp_path / "a.wav", np.zeros(samples, np.float32), 48_000)
    written = finish(write_video(tmp_path / "v.mp4", pictures(25), 25, 25, sound=measure_sound(tmp_path / "a.wav")))
    assert any("was cut" in note for note in written.notes) == told


@pytest.mark.parametrize("fps", [SLOWEST_FPS, 0.5, 23.976, 120.0, FASTEST_FPS])
def test_every_frame_rate_that_a_motion_may_have_is_written(tmp_path, fps):
    written = finish(write_video(tmp_path / "v.mp4", pictures(4), 4, fps))
    assert written.fps == pytest.approx(fps, rel=1e-4)
    with av.open(str(tmp_path / "v.mp4")) as container:
        times = [frame.time for frame in container.decode(video=0)]
    assert times == pytest.approx([index / written.fps for index in range(4)], abs=1e-4)


def test_a_shorter_sound_ends_earlier(tmp_path):
    beeps(tmp_path / "a.wav", 16000, seconds=2.5)
    finish(write_video(tmp_path / "v.mp4", pictures(80), 80, 25, sound=measure_sound(tmp_path / "a.wav")))
    with av.open(str(tmp_path / "v.mp4")) as container:
        assert container.streams.video[0].frames == 80
        assert container.streams.audio[0].duration / 16000 == pytest.approx(2.5)


def test_odd_sizes_gain_a_row_and_a_column(tmp_path):
    written = finish(write_video(tmp_path / "v.mp4", pictures(3, (63, 95)), 3, 25))
    assert (written.width, written.height) == (96, 64)
    assert any("extended to 96 x 64" in note for note in written.notes)


@pytest.mark.parametrize("colour", [(200, 40, 40), (40, 200, 40), (40, 40, 200), (255, 255, 255), (0, 0, 0)])
def test_colours_come_back_by_the_tags_that_are_written(tmp_path, colour):
    finish(write_video(tmp_path / "v.mp4", pictures(2, colour=colour), 2, 25))
    with av.open(str(tmp_path / "v.mp4")) as container:
        frame = next(container.decode(video=0))
        context = container.streams.video[0].codec_context
        tags = (context.color_primaries, context.color_trc, context.colorspace, context.color_range)
        back = frame.reformat(format="rgb24", src_colorspace="ITU709").to_ndarray()
    assert tags == (1, 1, 1, 1)
    assert context.pix_fmt == "yuv420p"
    np.testing.assert_allclose(back.reshape(-1, 3).mean(axis=0), colour, atol=2)


def test_the_file_says_how_it_was_made_and_that_it_is_generated(tmp_path):
    finish(write_video(tmp_path / "v.mp4", pictures(2), 2, 25, recipe={"seed": 7, "name": "Zoë"}))
    with av.open(str(tmp_path / "v.mp4")) as container:
        assert container.metadata["comment"].startswith("Generated picture")
        assert json.loads(container.metadata["description"]) == {"seed": 7, "name": "Zoë"}


def test_an_unmarked_file_says_neither(tmp_path):
    finish(write_video(tmp_path / "v.mp4", pictures(2), 2, 25, recipe=None))
    with av.open(str(tmp_path / "v.mp4")) as container:
        assert not {"comment", "description"} & set(container.metadata)


def test_names_that_are_no_text_stand_in_the_recipe(tmp_path):
    recipe = {"name": os.fsdecode(b"caf\xe9.png")}
    finish(write_video(tmp_path / "v.mp4", pictures(2), 2, 25, recipe=recipe))
    with av.open(str(tmp_path / "v.mp4")) as container:
        assert json.loads(container.metadata["description"]) == recipe


@pytest.mark.parametrize("name", ["v.mp4", "a:b/v.mp4", "file:v.mp4", "-v.mp4", "%d/v.mp4", "肖 像.mp4"])
def test_relative_names_of_every_kind_are_written_and_read(tmp_path, monkeypatch, name):
    monkeypatch.chdir(tmp_path)
    path = Path(name)
    path.parent.mkdir(exist_ok=True)
    assert finish(write_video(path, pictures(5), 5, 25)).path == path
    assert path.stat().st_size > 1000
    assert media_seconds(path) == pytest.approx(0.2)


def test_a_length_is_read_whatever_the_tags_are_encoded_in(tmp_path):
    with av.open(str(tmp_path / "v.mkv"), "w", metadata_encoding="latin-1") as container:
        container.metadata["title"] = "café"
        stream = container.add_stream("libx264", rate=25)
        stream.width, stream.height = 64, 64
        for index in range(25):
            container.mux(stream.encode(av.VideoFrame.from_ndarray(np.full((64, 64, 3), index, np.uint8))))
        container.mux(stream.encode(None))
    assert media_seconds(tmp_path / "v.mkv") == pytest.approx(1.0, abs=0.05)


def test_playing_can_start_before_the_file_is_there(tmp_path):
    finish(write_video(tmp_path / "v.mp4", pictures(2), 2, 25))
    content = (tmp_path / "v.mp4").read_bytes()
    assert content.index(b"moov") < content.index(b"mdat")


def test_stopping_leaves_nothing(tmp_path):
    job = write_video(tmp_path / "v.mp4", pictures(50), 50, 25)
    next(job)
    assert len(list(tmp_path.iterdir())) == 1
    job.close()
    assert list(tmp_path.iterdir()) == []


def test_a_fault_in_rendering_leaves_the_old_file(tmp_path):
    def failing():
        yield from pictures(3)
        raise RuntimeError("renderer")

    (tmp_path / "v.mp4").write_bytes(b"old")
    with pytest.raises(RuntimeError, match="renderer"):
        finish(write_video(tmp_path / "v.mp4", failing(), 50, 25))
    assert [(path.name, path.read_bytes()) for path in tmp_path.iterdir()] == [("v.mp4", b"old")]


def test_samples_that_are_no_numbers_or_over_scale_are_mended(tmp_path):
    samples = 20_000 * np.sin(np.linspace(0, 2000, 16000)).astype(np.float32)
    samples[100:110] = np.nan
    samples[200] = np.inf
    soundfile.write(tmp_path / "a.wav", samples, 16000, subtype="FLOAT")
    sound = measure_sound(tmp_path / "a.wav")
    assert sound.gain == pytest.approx(1 / 20_000, rel=1e-3)
    assert sound.notes == ("The sound of a.wav is 86 dB over full scale: it was turned down.",)
    finish(write_video(tmp_path / "v.mp4", pictures(25), 25, 25, sound=sound))
    heard = decoded(tmp_path / "v.mp4")[1]
    assert np.isfinite(heard).all()
    assert 0.8 < np.abs(heard).max() < 1.3


def test_rates_that_aac_does_not_have_are_told(tmp_path):
    soundfile.write(tmp_path / "a.wav", np.zeros(30000, np.float32), 30000)
    sound = measure_sound(tmp_path / "a.wav")
    written = finish(write_video(tmp_path / "v.mp4", pictures(25), 25, 25, sound=sound))
    assert written.notes == ("AAC has no 30000 Hz; the video's sound has 32000 Hz.",)
    assert decoded(tmp_path / "v.mp4")[2] == 32000


def test_no_sound_in_a_file_is_an_input_error(tmp_path):
    soundfile.write(tmp_path / "a.wav", np.zeros(0, np.float32), 16000)
    with pytest.raises(InputError, match="holds no sound"):
        measure_sound(tmp_path / "a.wav")


@pytest.mark.parametrize(
    ("size", "side"),
    [((512, 512), 512), ((3072, 3072), 3072), ((6000, 4000), 3744), ((4000, 6000), 3744), ((9000, 300), 8688)],
)
def test_pictures_that_players_cannot_show_are_made_smaller(size, side):
    assert largest_side(*size) == side


def test_a_lower_crf_is_a_larger_and_truer_video(tmp_path):
    noise = np.random.default_rng(0).integers(0, 255, (64, 96, 3), np.uint8)
    sizes, errors = [], []
    for crf in (4, 40):
        finish(write_video(tmp_path / f"{crf}.mp4", iter([noise] * 5), 5, 25, encoding=h264(crf)))
        sizes.append((tmp_path / f"{crf}.mp4").stat().st_size)
        with av.open(str(tmp_path / f"{crf}.mp4")) as container:
            back = next(container.decode(video=0)).to_ndarray(format="gray")
        errors.append(np.abs(back.astype(float) - noise.mean(axis=2)).mean())
    assert sizes[0] > 2 * sizes[1]
    assert errors[0] < errors[1]


@pytest.mark.parametrize("size", [(64, 96), (63, 95)])
def test_prores_keeps_colour_alpha_size_and_the_sounds_very_samples(tmp_path, size):
    random = np.random.default_rng(0)
    samples = random.integers(-30_000, 30_000, (80_000, 2), np.int16)
    soundfile.write(tmp_path / "a.wav", samples, 30_000, subtype="PCM_16")
    rows = np.linspace(0, 255, size[0])[:, None] * np.ones(size[1])
    shown = np.stack([rows, rows[::-1], np.full(size, 90)], axis=-1).astype(np.uint8)
    sound = measure_sound(tmp_path / "a.wav").cut(0.4, 2.0)
    written = finish(
        write_video(tmp_path / "v.mov", iter([shown] * 40), 40, 25, encoding=PRORES_4444, sound=sound, recipe={})
    )
    assert (written.frames, written.width, written.height) == (40, size[1], size[0])
    with av.open(str(tmp_path / "v.mov")) as container:
        video, audio = container.streams.video[0], container.streams.audio[0]
        assert (video.codec_context.name, video.codec_context.codec_tag) == ("prores", "ap4h")
        assert (video.frames, float(video.duration * video.time_base)) == (40, 1.6)
        assert (audio.codec_context.name, audio.codec_context.sample_rate) == ("pcm_s24le", 30_000)
        heard = np.concatenate([frame.to_ndarray()[0] for frame in container.decode(audio)]).reshape(-1, 2)
        assert container.metadata["comment"].startswith("Generated picture")
    np.testing.assert_array_equal(heard >> 16, samples[12_000:60_000])
    with av.open(str(tmp_path / "v.mov")) as container:
        frames = list(container.decode(video=0))
    tags = {(frame.color_primaries, frame.color_trc, frame.colorspace, frame.color_range) for frame in frames}
    assert tags == {(1, 1, 1, 1)}
    assert all((np.frombuffer(frame.planes[3], np.uint16) == 4095).all() for frame in frames)
    back = frames[0].reformat(format="rgb24", src_colorspace="ITU709").to_ndarray()
    assert np.abs(back.astype(int) - shown).max() <= 4


@pytest.mark.parametrize(("rate", "codec"), [(48_000, "aac"), (44_100, "aac"), (22_050, "pcm_s24le")])
def test_a_part_has_the_sound_of_its_frames_alone(tmp_path, rate, codec):
    """The second flash alone, with its click at its place and nothing of the others."""
    samples = beeps(tmp_path / "a.wav", rate)
    sound = measure_sound(tmp_path / "a.wav").cut(30 / 25, 50 / 25)
    encoding, name = (h264(), "v.mp4") if codec == "aac" else (PRORES_4444, "v.mov")
    part = itertools.islice(pictures(80), 30, 50)
    written = finish(write_video(tmp_path / name, part, 20, 25, encoding=encoding, sound=sound))
    assert (written.frames, written.sound_seconds, written.notes) == (20, pytest.approx(0.8), ())
    flashes, heard, _ = decoded(tmp_path / name)
    assert flashes == [5 / 25]
    with av.open(str(tmp_path / name)) as container:
        assert [float(stream.duration * stream.time_base) for stream in container.streams] == [0.8, 0.8]
    heard = heard.astype(np.float64) / (1 if codec == "aac" else 2**31)
    wanted = samples[round(1.2 * rate) : round(2.0 * rate), 0]
    lag = np.argmax(np.correlate(heard[: len(wanted)], wanted, "full")) - len(wanted) + 1
    assert lag == 0
    assert np.abs(heard[: round(0.15 * rate)]).max() < 0.02


def test_a_part_behind_the_sound_is_silent(tmp_path):
    soundfile.write(tmp_path / "a.wav", np.ones(16_000, np.float32), 8000)
    sound = measure_sound(tmp_path / "a.wav")
    assert sound.cut(2.0, 3.0) is None
    late = sound.cut(1.9, 3.0)
    assert (late.first, late.samples) == (15_200, 800)
    assert (late.cut(0.05, 9).first, late.cut(0.05, 9).samples) == (15_600, 400)
