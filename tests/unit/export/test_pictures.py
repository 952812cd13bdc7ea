"""A folder of pictures and a sound, read by other libraries than those that wrote it."""

import json

import numpy as np
import pytest
import soundfile
from PIL import Image

from dimitra_studio.core.errors import InputError
from dimitra_studio.core.events import finish
from dimitra_studio.export.pictures import ABOUT, SOUND, picture_name, write_pictures
from dimitra_studio.export.soundtrack import measure_sound


@pytest.fixture
def frames():
    return list(np.random.default_rng(0).integers(0, 256, (6, 33, 47, 3), np.uint8))


@pytest.fixture
def sound(tmp_path):
    samples = np.random.default_rng(1).integers(-30_000, 30_000, (44_100, 2), np.int16)
    soundfile.write(tmp_path / "voice.wav", samples, 44_100, subtype="PCM_16")
    return samples, measure_sound(tmp_path / "voice.wav")


def test_every_pixel_and_every_sample_comes_back(tmp_path, frames, sound):
    samples, track = sound
    job = write_pictures(tmp_path / "out", iter(frames), 6, 25, sound=track.cut(0.4, 0.64), recipe={"seed": 7})
    written = finish(job)
    assert (written.frames, written.width, written.height, written.sound_seconds) == (6, 47, 33, pytest.approx(0.24))
    names = {path.name for path in (tmp_path / "out").iterdir()}
    assert names == {*(picture_name(index) for index in range(6)), SOUND, ABOUT}
    for index, frame in enumerate(frames):
        with Image.open(tmp_path / "out" / picture_name(index)) as picture:
            assert (picture.format, picture.mode) == ("PNG", "RGB")
            assert picture.text["Comment"].startswith("Generated picture")
            np.testing.assert_array_equal(np.asarray(picture), frame)
    heard, rate = soundfile.read(tmp_path / "out" / SOUND, dtype="int16")
    assert rate == 44_100
    np.testing.assert_array_equal(heard, samples[17_640:28_224])
    about = json.loads((tmp_path / "out" / ABOUT).read_text())
    assert (about["fps"], about["frames"], about["recipe"]) == (25.0, 6, {"seed": 7})


def test_without_a_sound_there_is_none(tmp_path, frames):
    finish(write_pictures(tmp_path / "out", iter(frames), 6, 25))
    assert not (tmp_path / "out" / SOUND).exists()
    assert json.loads((tmp_path / "out" / ABOUT).read_text())["sound"] is None


@pytest.mark.parametrize("steps", [1, 3, 6])
def test_stopping_leaves_nothing(tmp_path, frames, sound, steps):
    job = write_pictures(tmp_path / "out", iter(frames), 6, 25, sound=sound[1])
    for _ in range(steps):
        next(job)
    assert not (tmp_path / "out").exists()
    job.close()
    assert [path.name for path in tmp_path.iterdir()] == ["voice.wav"]


def test_an_empty_folder_is_filled_and_a_full_one_refused(tmp_path, frames):
    (tmp_path / "empty").mkdir()
    finish(write_pictures(tmp_path / "empty", iter(frames), 6, 25))
    assert (tmp_path / "empty" / picture_name(5)).exists()
    with pytest.raises(InputError, match="holds something"):
        finish(write_pictures(tmp_path / "empty", iter(frames[:2]), 2, 25))
    assert len(list((tmp_path / "empty").iterdir())) == 7
    assert len(list(tmp_path.iterdir())) == 1


def test_a_place_that_is_not_there_is_told(tmp_path, frames):
    with pytest.raises(InputError, match="the folder does not exist"):
        finish(write_pictures(tmp_path / "no" / "out", iter(frames), 6, 25))


def test_unmarked_pictures_say_nothing(tmp_path, frames):
    finish(write_pictures(tmp_path / "out", iter(frames), 6, 25, recipe=None))
    with Image.open(tmp_path / "out" / picture_name(0)) as picture:
        assert picture.text == {}
    about = json.loads((tmp_path / "out" / ABOUT).read_text())
    assert not {"comment", "recipe"} & set(about)
    assert about["frames"] == 6
