import json
from xml.etree import ElementTree

import numpy as np
import pytest
from PIL import Image

from dimitra_studio.core.errors import InputError
from dimitra_studio.core.events import finish
from dimitra_studio.export.previews import PreviewKind, write_preview


def pictures(count, size=(48, 64)):
    """A white bar wanders over a coloured ramp."""
    ramp = np.linspace(0, 255, size[1]).astype(np.uint8)
    for index in range(count):
        frame = np.stack(
            [np.tile(ramp, (size[0], 1)), np.full(size, 90, np.uint8), 255 - np.tile(ramp, (size[0], 1))], 2
        )
        frame[:, index % size[1]] = 255
        yield frame


def shown(path):
    """Frames [H, W, 3] and their durations, ms, as Pillow reads them."""
    frames, durations = [], []
    with Image.open(path) as picture:
        for index in range(picture.n_frames):
            picture.seek(index)
            frames.append(np.asarray(picture.convert("RGB")).astype(float))
            durations.append(picture.info["duration"])
    return frames, durations


@pytest.mark.parametrize("kind", PreviewKind)
def test_every_frame_is_shown_for_its_time(tmp_path, kind):
    path = tmp_path / f"a.{kind}"
    written = finish(write_preview(path, pictures(70), 70, 25, kind))
    assert (written.frames, written.width, written.height, written.notes) == (70, 64, 48, ())
    frames, durations = shown(path)
    assert durations == [40] * 70
    for frame, meant in zip(frames, pictures(70), strict=True):
        assert np.abs(frame - meant).mean() < 12
        assert frame[:, np.argmax((meant == 255).all(2)[0])].mean() > 200


@pytest.mark.parametrize("kind", PreviewKind)
def test_a_rate_that_its_clock_does_not_know_is_told_and_the_whole_is_as_long(tmp_path, kind):
    path = tmp_path / f"a.{kind}"
    written = finish(write_preview(path, pictures(60), 60, 30000 / 1001, kind))
    assert any("longer than others" in note for note in written.notes)
    assert sum(shown(path)[1]) == pytest.approx(60 * 1001 / 30, abs=20)


@pytest.mark.parametrize("count", [1, 3])
def test_a_picture_that_stands_still_is_marked_too(tmp_path, count):
    finish(write_preview(tmp_path / "a.webp", (np.full((40, 50, 3), 90, np.uint8) for _ in range(count)), count, 25,
                         PreviewKind.WEBP, recipe={}))  # fmt: skip
    with Image.open(tmp_path / "a.webp") as picture:
        picture.load()
        assert picture.size == (50, 40)
        assert b"Generated picture" in picture.info["xmp"]


def test_the_files_say_how_they_were_made(tmp_path):
    recipe = {"seed": 7, "name": "<Zoë> & co", "long": "x" * 700}
    for kind in PreviewKind:
        finish(write_preview(tmp_path / f"a.{kind}", pictures(3), 3, 25, kind, recipe=recipe))
    with Image.open(tmp_path / "a.gif") as picture:
        said = picture.info["comment"].decode()
    assert said.startswith("Generated picture")
    assert json.loads(said[said.index("{") :]) == recipe
    with Image.open(tmp_path / "a.webp") as picture:
        description = "".join(ElementTree.fromstring(picture.info["xmp"]).itertext())
    assert json.loads(description[description.index("{") :]) == recipe


def test_one_that_is_given_up_leaves_nothing(tmp_path):
    job = write_preview(tmp_path / "a.gif", pictures(80), 80, 25, PreviewKind.GIF)
    for _ in range(60):
        next(job)
    job.close()
    assert list(tmp_path.iterdir()) == []
    with pytest.raises(InputError, match="does not exist"):
        finish(write_preview(tmp_path / "no" / "a.gif", pictures(2), 2, 25, PreviewKind.GIF))


@pytest.mark.parametrize("kind", PreviewKind)
def test_an_unmarked_file_says_nothing(tmp_path, kind):
    finish(write_preview(tmp_path / f"a.{kind}", pictures(3), 3, 25, kind, recipe=None))
    with Image.open(tmp_path / f"a.{kind}") as picture:
        picture.load()
        assert not {"comment", "xmp"} & set(picture.info)
    assert b"Generated" not in (tmp_path / f"a.{kind}").read_bytes()
