"""Films of every kind from the command line, read back by libraries that did not write them."""

import json

import av
import numpy as np
import OpenEXR
import pytest
import soundfile
from PIL import Image

from dimitra_studio.core.paths import shipped_model
from dimitra_studio.engine.loader import Loader
from dimitra_studio.export.motion_files import load_motion
from dimitra_studio.face.fit import fit_portrait
from dimitra_studio.face.images import read_portrait
from dimitra_studio.render.matte import find_matte
from dimitra_studio.render.warp import WarpRenderer, resize_picture

RATE = 44_100


@pytest.fixture
def voice(tmp_path):
    """0.2 s, the motion's own length."""
    samples = np.random.default_rng(0).integers(-20_000, 20_000, RATE // 5, np.int16)
    soundfile.write(tmp_path / "voice.wav", samples, RATE, subtype="PCM_16")
    return tmp_path / "voice.wav", samples


@pytest.fixture(scope="module")
def drawn(portrait, motion_file):
    """The motion's frames by the renderer itself, 128 px large."""
    source = load_motion(motion_file).motion
    with Loader() as loader:
        sitter = read_portrait(portrait)
        fit = fit_portrait(sitter, loader.detector, loader.head)
        renderer = WarpRenderer(sitter, fit, loader.head, 128)
        pose = source.pose + fit.pose - np.median(source.pose, axis=0)  # it was made for no picture
        return [renderer.render(*both) for both in zip(source.components, pose.astype(np.float32), strict=True)]


@pytest.mark.reader("pictures", "pillow")
@pytest.mark.reader("pictures", "soundfile")
def test_pictures_are_the_renderers_to_the_pixel(dimitra, portrait, motion_file, voice, drawn, tmp_path):
    out = tmp_path / "film"
    how = ("--size", 128, "--range", "0.04:0.16")
    told = dimitra("render", portrait, motion_file, "--audio", voice[0], "-o", f"{out}/", *how)
    assert (told.status, told.json["frames"]) == (0, 3), told.err
    names = sorted(path.name for path in out.iterdir())
    assert names == ["about.json", *(f"frame_{index:06}.png" for index in range(3)), "sound.wav"]
    for index in range(3):
        with Image.open(out / f"frame_{index:06}.png") as picture:
            np.testing.assert_array_equal(np.asarray(picture), drawn[index + 1])
    heard, rate = soundfile.read(out / "sound.wav", dtype="int16")
    assert rate == RATE
    np.testing.assert_array_equal(heard, voice[1][1764 : 4 * 1764])
    recipe = json.loads((out / "about.json").read_text())["recipe"]
    assert (recipe["render"]["kind"], recipe["render"]["part"]) == ("pictures", [0.04, 0.16])
    dimitra("render", portrait, motion_file, "-o", f"{out}/", *how).assert_refused("holds something already")


@pytest.mark.parametrize(
    ("name", "how", "codecs", "most"),
    [
        ("film.mov", (), ("prores", "pcm_s24le"), 3.0),
        ("film.mp4", (), ("h264", "aac"), 8.0),
        ("film.mp4", ("--h265",), ("hevc", "aac"), 8.0),
        ("film.webm", (), ("vp9", "opus"), 8.0),
    ],
)
def test_videos_show_what_the_renderer_drew(
    dimitra, portrait, motion_file, voice, drawn, tmp_path, name, how, codecs, most
):
    told = dimitra("render", portrait, motion_file, "--audio", voice[0], "-o", tmp_path / name, "--size", 128, *how)
    assert (told.status, told.json["frames"]) == (0, 5), told.err
    with av.open(str(tmp_path / name)) as container:
        assert tuple(stream.codec_context.name for stream in container.streams) == codecs
        if name != "film.webm":  # it knows the whole's length alone
            assert [float(stream.duration * stream.time_base) for stream in container.streams] == [0.2, 0.2]
        frames = [frame.reformat(format="rgb24", src_colorspace="ITU709") for frame in container.decode(video=0)]
    assert [frame.time for frame in frames] == pytest.approx([index / 25 for index in range(5)])
    for shown, meant in zip(frames, drawn, strict=True):
        assert np.abs(shown.to_ndarray().astype(float) - meant).mean() < most


@pytest.mark.parametrize(
    "name", [pytest.param(f"film.{kind}", marks=pytest.mark.reader(kind, "pillow")) for kind in ("gif", "webp")]
)
def test_previews_show_it_without_sound(dimitra, portrait, motion_file, voice, drawn, tmp_path, name):
    told = dimitra("render", portrait, motion_file, "--audio", voice[0], "-o", tmp_path / name, "--size", 128)
    assert (told.status, told.json["frames"], told.json["sound_seconds"]) == (0, 5, 0.0), told.err
    assert any("no sound" in note for note in told.json["notes"])
    with Image.open(tmp_path / name) as picture:
        assert (picture.n_frames, picture.info["loop"]) == (5, 0)
        for index, meant in enumerate(drawn):
            picture.seek(index)
            assert np.abs(np.asarray(picture.convert("RGB")).astype(float) - meant).mean() < 6.0
            assert picture.info["duration"] == 40


@pytest.mark.reader("exr", "OpenEXR")
def test_exr_pictures_hold_linear_light(dimitra, portrait, motion_file, drawn, tmp_path):
    told = dimitra("render", portrait, motion_file, "-o", tmp_path / "film", "--exr", "--size", 128)
    assert (told.status, told.json["frames"]) == (0, 5), told.err
    for index, meant in enumerate(drawn):
        with OpenEXR.File(str(tmp_path / "film" / f"frame_{index:06}.exr")) as file:
            light = file.channels()["RGB"].pixels
        assert light.dtype == np.float16
        shown = np.where(light <= 0.0031308, light * 12.92, 1.055 * light.astype(float) ** (1 / 2.4) - 0.055) * 255
        assert np.abs(shown - meant).max() < 0.6


def test_even_loudness_is_told_and_stands_in_the_recipe(dimitra, portrait, motion_file, tmp_path):
    wave = 0.02 * np.sin(np.arange(RATE) * 2 * np.pi * 997 / RATE)
    soundfile.write(tmp_path / "quiet.wav", wave, RATE, subtype="FLOAT")
    how = ("--audio", tmp_path / "quiet.wav", "-o", tmp_path / "film.mov", "--size", 128, "--even")
    told = dimitra("render", portrait, motion_file, *how)
    assert told.status == 0, told.err
    assert any("to -16.0 LUFS" in note for note in told.json["notes"])
    with av.open(str(tmp_path / "film.mov")) as container:
        assert json.loads(container.metadata["description"])["render"]["loudness"] == {"lufs": -16, "true_peak": -1}
        heard = np.concatenate([frame.to_ndarray().ravel() for frame in container.decode(audio=0)]) / 2**31
    # 997 Hz of full scale on one channel is -3.01 LUFS (BS.1770).
    assert 20 * np.log10(np.abs(heard).max()) == pytest.approx(-16 + 3.01, abs=0.1)


@pytest.fixture(scope="module")
def cover(portrait):
    """The portrait's matte [128, 128]."""
    picture = resize_picture(read_portrait(portrait).pixels, 128)
    return find_matte(picture, shipped_model("selfie_segmentation.tflite"))


@pytest.mark.parametrize("name", ["film.mov", "film.webm", "film.webp", "film/", "exr"])
def test_a_person_cut_out_is_transparent_where_the_background_was(
    dimitra, portrait, motion_file, cover, drawn, tmp_path, name
):
    kind = ("--exr",) if name == "exr" else ()
    out = f"{tmp_path}/{name}"
    told = dimitra("render", portrait, motion_file, "-o", out, "--size", 128, "--renderer", "warp", "--matte", *kind)
    assert (told.status, told.json["frames"]) == (0, 5), told.err
    assert any("cut out" in note for note in told.json["notes"])
    shown = first_picture(tmp_path / name)
    assert np.abs(shown[:, :, 3].astype(float) - cover).mean() < 4.0  # the first frame hardly moves
    assert set(np.unique(cover)) >= {0, 255}
    whole = cover == 255
    if name != "exr":
        assert np.abs(shown[whole][:, :3].astype(float) - drawn[0][whole]).mean() < 8.0


def first_picture(path):
    """[H, W, 4] of 8 bits."""
    if path.name == "exr":
        with OpenEXR.File(str(path / "frame_000000.exr")) as file:
            return np.rint(file.channels()["RGBA"].pixels.astype(float) * 255)
    if path.suffix in (".webp", ""):
        with Image.open(path / "frame_000000.png" if path.is_dir() else path) as picture:
            return np.asarray(picture.convert("RGBA"))
    with av.open(str(path)) as container:
        stream = container.streams.video[0]
        context = stream.codec_context
        if path.suffix == ".webm":  # FFmpeg's own decoder knows no alpha
            assert b"\x53\xc0\x81\x01" in path.read_bytes()  # Matroska's AlphaMode, by which players know
            context = av.CodecContext.create("libvpx-vp9", "r")
        frame = next(frame for packet in container.demux(stream) for frame in context.decode(packet))
        return frame.reformat(format="rgba", src_colorspace="ITU709").to_ndarray()


def test_what_cannot_be_transparent_is_refused(dimitra, portrait, motion_file, tmp_path):
    told = dimitra("render", portrait, motion_file, "-o", tmp_path / "film.mp4", "--matte")
    told.assert_refused("A .mp4 cannot be transparent.", "Leave --matte out")


def test_a_range_beyond_the_motion_is_refused(dimitra, portrait, motion_file, tmp_path):
    told = dimitra("render", portrait, motion_file, "-o", tmp_path / "film.mp4", "--range", "0.1:9")
    told.assert_refused("The range 0.1 to 9 s is not within the motion, which lasts 0.2 s.")
    assert not list(tmp_path.glob("film*"))


@pytest.mark.parametrize("words", [(), ("--unmarked",)])
def test_a_film_is_marked_unless_it_shall_not_be(dimitra, portrait, motion_file, tmp_path, words):
    how = ("-o", tmp_path / "film.mp4", "--size", 128, "--range", "0:0.08", *words)
    assert dimitra("render", portrait, motion_file, *how).status == 0
    with av.open(str(tmp_path / "film.mp4")) as container:
        said = {"comment", "description"} & set(container.metadata)
    assert said == (set() if words else {"comment", "description"})
