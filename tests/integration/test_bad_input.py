"""Every bad input, through the real command line: one clear sentence, exit 2, nothing left; what must work does."""

import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import av
import numpy as np
import pytest
import soundfile
from PIL import Image, ImageDraw

from dimitra_studio.core.motion import MotionSequence
from dimitra_studio.engine.paths import user_models_folder
from dimitra_studio.export.motion_files import save_motion
from dimitra_studio.face.components import COMPONENT_NAMES
from tests.integration.drawn_head import draw_head

RATE = 16_000


def refuse(outcome, folder, *parts):
    outcome.assert_refused(*parts)
    assert list(folder.iterdir()) == []


@pytest.fixture
def out(tmp_path):
    folder = tmp_path / "out"
    folder.mkdir()
    return folder


# Portraits that cannot be used


def landscape(path, portrait):
    rows = np.linspace(255, 60, 400)[:, None, None] * np.ones((400, 600, 3))
    Image.fromarray(rows.astype(np.uint8)).save(path)


def cartoon(path, portrait):
    image = Image.new("RGB", (400, 400), "yellow")
    draw = ImageDraw.Draw(image)
    draw.ellipse((40, 40, 360, 360), fill="gold", outline="black", width=8)
    for x in (140, 260):
        draw.ellipse((x - 15, 130, x + 15, 180), fill="black")
    draw.arc((120, 160, 280, 290), 20, 160, fill="black", width=8)
    image.save(path)


def small_face(path, portrait):
    image = Image.open(portrait)
    image.resize((220, 220)).save(path)


def not_a_picture(path, portrait):
    path.write_text("This is not a picture.")


def truncated(path, portrait):
    Image.open(portrait).save(path, "JPEG")
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 3])


def huge(path, portrait):
    Image.new("1", (10_001, 10_000)).save(path, "PNG")


def empty(path, portrait):
    path.touch()


def folder(path, portrait):
    path.mkdir()


def missing(path, portrait):
    pass


@pytest.mark.parametrize(
    ("make", "sentence"),
    [
        (landscape, "No face was found"),
        (cartoon, "No face was found"),
        (small_face, "px wide; at least 64 px"),
        (not_a_picture, "is not a picture"),
        (truncated, "damaged or cut off"),
        (huge, "megapixels"),
        (empty, "is empty"),
        (folder, "is a folder"),
        (missing, "does not exist"),
    ],
)
def test_portraits_that_cannot_be_used(dimitra, tmp_path, out, portrait, motion_file, make, sentence):
    path = tmp_path / "portrait.png"
    make(path, portrait)
    refuse(dimitra("render", path, motion_file, "-o", out / "v.mp4"), out, sentence)


def test_a_profile_is_refused_and_the_same_head_from_the_front_works(dimitra, tmp_path, out):
    for yaw in (0.95, 1.4):
        draw_head(tmp_path / "profile.png", yaw)
        refuse(
            dimitra("fit", tmp_path / "profile.png", "-o", out / "f.npz"), out, "profile.png", "Use a photo in which"
        )
    draw_head(tmp_path / "front.png", 0.0)
    assert dimitra("fit", tmp_path / "front.png", "-o", out / "f.npz").status == 0


def test_a_face_that_is_not_there_is_refused(dimitra, out, portrait):
    refuse(dimitra("fit", portrait, "-o", out / "f.npz", "--face", 3), out, "only one face")


# Portraits that must work


def cmyk(image, path):
    image.convert("CMYK").save(path, "JPEG", quality=95)


def deep(image, path):
    values = np.asarray(image.convert("L"), np.uint16) * 257
    Image.fromarray(values).save(path, "PNG")


def palette(image, path):
    image.quantize(256).save(path, "PNG")


def alpha(image, path):
    image.putalpha(Image.new("L", image.size, 255))
    image.save(path, "PNG")


def rotated(image, path):
    exif = Image.Exif()
    exif[0x0112] = 6
    image.transpose(Image.Transpose.ROTATE_90).save(path, "JPEG", exif=exif, quality=95)


@pytest.mark.parametrize("save", [cmyk, deep, palette, alpha, rotated])
def test_pictures_of_every_kind_work(dimitra, tmp_path, out, portrait, save):
    path = tmp_path / "portrait.img"
    save(Image.open(portrait).convert("RGB"), path)
    outcome = dimitra("fit", path, "-o", out / "f.npz")
    assert outcome.status == 0, outcome.err
    plain = dimitra("fit", portrait, "-o", out / "plain.npz")
    # The same face, the right way up.
    np.testing.assert_allclose(outcome.json["pose"][:3], plain.json["pose"][:3], atol=0.06)


# Voices


def tone(seconds=0.3, rate=RATE, channels=1):
    times = np.arange(round(seconds * rate)) / rate
    samples = 0.3 * np.sin(2 * np.pi * 220 * times) * (1 + np.sin(2 * np.pi * 4 * times)) / 2
    return np.repeat(samples[:, None], channels, axis=1).astype(np.float32)


def text_as_wav(path):
    path.write_text("RIFF? No, a text.")


def nothing(path):
    path.touch()


def no_samples(path):
    soundfile.write(path, np.zeros(0), RATE, format="WAV")


def too_short(path):
    soundfile.write(path, tone(0.05), RATE, format="WAV")


def only_nan(path):
    soundfile.write(path, np.full(RATE, np.nan, np.float32), RATE, format="WAV", subtype="FLOAT")


def cut_short(path):
    soundfile.write(path, tone(3), RATE, format="WAV")
    path.write_bytes(path.read_bytes()[:20_000])


def silent_film(path):
    with av.open(str(path), "w", format="mp4") as container:
        stream = container.add_stream("libx264", rate=25)
        stream.width = stream.height = 64
        stream.pix_fmt = "yuv420p"
        container.mux(stream.encode(av.VideoFrame.from_ndarray(np.zeros((64, 64, 3), np.uint8), format="rgb24")))
        container.mux(stream.encode(None))


@pytest.mark.parametrize(
    ("make", "sentence"),
    [
        (text_as_wav, "not a sound file"),
        (nothing, "empty"),
        (no_samples, "0.00 s"),
        (too_short, "0.05 s"),
        (only_nan, "not numbers"),
        (cut_short, "cut short"),
        (silent_film, "no sound"),
        (lambda path: None, "does not exist"),
    ],
)
def test_voices_that_cannot_be_used(dimitra, tmp_path, out, make, sentence):
    path = tmp_path / "voice.wav"
    make(path)
    refuse(dimitra("analyse", path, "-o", out / "s.json"), out, sentence)


def encoded(codec, container):
    def write(path):
        with av.open(str(path), "w", format=container) as target:
            stream = target.add_stream(codec, rate=48_000)
            stream.layout = "mono"
            frame = av.AudioFrame.from_ndarray(tone(rate=48_000).T, format="fltp", layout="mono")
            frame.sample_rate = 48_000
            target.mux(stream.encode(frame))
            target.mux(stream.encode(None))

    return write


def written(rate=RATE, channels=1, subtype="PCM_16", gain=1.0, file_format="WAV"):
    def write(path):
        samples = np.clip(gain * tone(rate=rate, channels=channels), -1, 1)
        soundfile.write(path, samples, rate, subtype=subtype, format=file_format)

    return write


def film(path):
    with av.open(str(path), "w", format="mp4") as container:
        video = container.add_stream("libx264", rate=25)
        video.width = video.height = 64
        video.pix_fmt = "yuv420p"
        audio = container.add_stream("aac", rate=RATE)
        audio.layout = "mono"
        frame = av.AudioFrame.from_ndarray(tone().T, format="fltp", layout="mono")
        frame.sample_rate = RATE
        container.mux(audio.encode(frame))
        container.mux(video.encode(av.VideoFrame.from_ndarray(np.zeros((64, 64, 3), np.uint8), format="rgb24")))
        container.mux(video.encode(None))
        container.mux(audio.encode(None))


def scratched(path):
    samples = tone()[:, 0]
    samples[50:60] = np.nan
    soundfile.write(path, samples, RATE, subtype="FLOAT", format="WAV")


SOUNDS = {
    "silent.wav": written(gain=0),
    "clipped.wav": written(gain=20),
    "scratched.wav": scratched,
    "8khz.wav": written(8_000),
    "96khz.wav": written(96_000),
    "24bit.wav": written(subtype="PCM_24"),
    "six.wav": written(channels=6),
    "v.flac": written(file_format="FLAC"),
    "v.ogg": written(subtype="VORBIS", file_format="OGG"),
    "v.mp3": encoded("libmp3lame", "mp3"),
    "v.m4a": encoded("aac", "ipod"),
    "v.opus": encoded("libopus", "ogg"),
    "film.mp4": film,
}


@pytest.mark.parametrize("name", SOUNDS)
def test_sounds_of_every_kind_become_the_videos_sound(dimitra, tmp_path, out, portrait, motion_file, name):
    SOUNDS[name](tmp_path / name)
    outcome = dimitra("render", portrait, motion_file, "--audio", tmp_path / name, "-o", out / "v.mp4", "--size", "256")
    assert outcome.status == 0, outcome.err
    assert outcome.json["sound_seconds"] == pytest.approx(0.2, abs=0.001)
    assert [path.name for path in out.iterdir()] == ["v.mp4"]
    with av.open(str(out / "v.mp4")) as container:
        assert container.streams.video[0].frames == 5
        assert float(container.streams.audio[0].duration * container.streams.audio[0].time_base) == pytest.approx(0.2)


@pytest.mark.parametrize("name", ["silent.wav", "8khz.wav", "six.wav", "v.mp3", "film.mp4"])
def test_sounds_of_every_kind_are_analysed(dimitra, tmp_path, out, name):
    SOUNDS[name](tmp_path / name)
    outcome = dimitra("analyse", tmp_path / name, "-o", out / "s.json")
    assert outcome.status == 0, outcome.err
    assert outcome.json["words"] == 0
    assert outcome.json["notes"]


# Motion files and settings


def test_motion_files_that_cannot_be_used(dimitra, tmp_path, out, portrait, motion_file):
    text = tmp_path / "m.npz"
    text.write_text("no motion")
    refuse(dimitra("render", portrait, text, "-o", out / "v.mp4"), out, "not a motion file")
    refuse(dimitra("render", portrait, tmp_path / "none.npz", "-o", out / "v.mp4"), out, "No such file")
    foreign = tmp_path / "deng.npz"
    save_motion(foreign, MotionSequence(np.zeros((5, 70)), face_model="deng"), COMPONENT_NAMES)
    refuse(dimitra("render", portrait, foreign, "-o", out / "v.mp4"), out, "face model deng")


# Outputs


def read_only_folder(tmp_path):
    if os.geteuid() == 0:
        return Path("/sys/kernel")  # root may write wherever a disk can
    sealed = tmp_path / "sealed"
    sealed.mkdir(mode=0o555)
    return sealed


def test_outputs_are_refused_before_the_work(dimitra, tmp_path, out, portrait, motion_file):
    target = out / "gone" / "v.mp4"
    refuse(dimitra("render", portrait, motion_file, "-o", target), out, "the folder does not exist")
    refuse(dimitra("render", portrait, motion_file, "-o", out / "v.avi"), out, "does not say what to write")
    refuse(dimitra("render", portrait, motion_file, "-o", out / ("n" * 252 + ".mp4")), out, "too long")
    sealed = read_only_folder(tmp_path) / "v.mp4"
    dimitra("render", portrait, motion_file, "-o", sealed).assert_refused("cannot be written")
    copy = tmp_path / "copy.npz"
    shutil.copy(motion_file, copy)
    dimitra("fit", copy, "-o", copy).assert_refused("one of the inputs")
    assert copy.read_bytes() == motion_file.read_bytes()


def test_a_disk_that_is_too_small_is_seen_at_once(dimitra, out, portrait, motion_file, monkeypatch):
    real = shutil.disk_usage
    monkeypatch.setattr("shutil.disk_usage", lambda path: real(path)._replace(free=1000))
    refuse(dimitra("render", portrait, motion_file, "-o", out / "v.mp4"), out, "MB left")


def command(*words):
    # A test run in a shell's background ignores SIGINT, and its children would inherit that.
    listen = "import signal; signal.signal(signal.SIGINT, signal.default_int_handler)"
    code = f"{listen}; import sys; from dimitra_studio.cli.main import main; sys.exit(main())"
    return [sys.executable, "-c", code, *(str(word) for word in words)]


def long_motion(path):
    values = np.zeros((20_000, 70), np.float32)
    values[:, 65] = 0.15 * np.sin(np.arange(20_000) / 5)
    save_motion(path, MotionSequence(values), COMPONENT_NAMES)
    return path


def test_a_disk_that_fills_up_leaves_the_old_file(tmp_path, out, portrait):
    limits = pytest.importorskip("resource", reason="limits of POSIX systems")
    old = out / "v.mp4"
    old.write_bytes(b"old")
    done = subprocess.run(
        command("render", portrait, long_motion(tmp_path / "m.npz"), "-o", old, "--size", "256", "--quiet"),
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
        preexec_fn=lambda: limits.setrlimit(limits.RLIMIT_FSIZE, (20_000, 20_000)),
    )
    assert done.returncode == 2, done.stderr
    assert "cannot be written" in done.stderr
    assert "Traceback" not in done.stderr
    assert [(path.name, path.read_bytes()) for path in out.iterdir()] == [("v.mp4", b"old")]


@pytest.mark.skipif(sys.platform == "win32", reason="signals of POSIX systems")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_ctrl_c_while_rendering_leaves_nothing(tmp_path, out, portrait, number):
    process = subprocess.Popen(
        command("render", portrait, long_motion(tmp_path / "m.npz"), "-o", out / "v.mp4", "--size", "256"),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    deadline = time.monotonic() + 60
    while not any(path.stat().st_size for path in out.iterdir()) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert list(out.iterdir()), "rendering never began"
    process.send_signal(number)
    _, err = process.communicate(timeout=30)
    assert process.returncode == 130
    assert err.rstrip().endswith("dimitra: Cancelled; nothing half-written is left.")
    assert "Traceback" not in err
    assert list(out.iterdir()) == []


# Names


@pytest.mark.parametrize(
    "name", ["with spaces and 'quotes'", "Zoë Ångström", "ディミトラ肖像", "🙂 portrait 🎬", "n" * 200, "-dash", "%d"]
)
def test_names_of_every_kind_work(dimitra, tmp_path, portrait, motion_file, name):
    folder = tmp_path / name
    folder.mkdir()
    picture, motion, sound = folder / f"{name}.png", folder / f"{name}.npz", folder / f"{name}.wav"
    shutil.copy(portrait, picture)
    shutil.copy(motion_file, motion)
    soundfile.write(sound, tone(), RATE)
    video = folder / f"{name}.mp4"
    outcome = dimitra("render", picture, motion, "--audio", sound, "-o", video, "--size", "256")
    assert outcome.status == 0, outcome.err
    assert outcome.json["output"] == str(video)
    assert video.stat().st_size > 1000


# Models


@pytest.fixture
def own_models(tmp_path, monkeypatch):
    """A data folder of the test's own, with the installed models linked into it."""
    home = tmp_path / "home"
    for path in user_models_folder().glob("*/*"):
        link = home / "models" / path.relative_to(user_models_folder())
        link.parent.mkdir(parents=True, exist_ok=True)
        link.symlink_to(path)
    monkeypatch.setenv("DIMITRA_HOME", str(home))
    return home / "models"


def test_a_missing_model_is_named_with_its_mend(dimitra, out, portrait, own_models):
    (own_models / "face-landmarker" / "face_landmarker.task").unlink()
    outcome = dimitra("fit", portrait, "-o", out / "f.npz")
    refuse(outcome, out, "face_landmarker.task is missing", "Run: dimitra models install face-landmarker")


def test_a_model_with_the_wrong_hash_is_refused(dimitra, out, portrait, own_models):
    path = own_models / "face-landmarker" / "face_landmarker.task"
    content = bytearray(path.read_bytes())
    content[-100] ^= 1
    path.unlink()
    path.write_bytes(content)
    refuse(dimitra("fit", portrait, "-o", out / "f.npz"), out, "SHA-256 differs", "dimitra models install")
    dimitra("models", "verify").assert_refused("face-landmarker is broken")
