"""Exported files before programs that judge them: `make test-readers` brings these, elsewhere the tests skip."""

import json
import shutil
import subprocess
from pathlib import Path

import cv2
import numpy as np
import pytest
import soundfile

from dimitra_studio.core.events import finish
from dimitra_studio.core.face import Camera, FaceFit
from dimitra_studio.core.media import Portrait
from dimitra_studio.export.encodings import PRORES_4444, h264, h265, vp9
from dimitra_studio.export.gltf import write_gltf
from dimitra_studio.export.head_mesh import build_mesh
from dimitra_studio.export.previews import PreviewKind, write_preview
from dimitra_studio.export.soundtrack import measure_sound
from dimitra_studio.export.video import write_video

READERS = Path(__file__).parents[3] / "build" / "readers" / "node_modules"
JUDGE = """
const validator = require(process.argv[1]);
const bytes = new Uint8Array(require('fs').readFileSync(process.argv[2]));
validator.validateBytes(bytes).then((report) => console.log(JSON.stringify(report)));
"""
FRAMES, RATE = 30, 48_000


@pytest.fixture
def khronos():
    """What the Khronos validator says of a .glb."""
    node, package = shutil.which("node"), READERS / "gltf-validator"
    if node is None or not package.exists():
        pytest.skip("the Khronos validator is not installed: make test-readers")

    def judge(path):
        done = subprocess.run([node, "-e", JUDGE, package, path], capture_output=True, check=True, text=True)
        return json.loads(done.stdout)

    return judge


@pytest.fixture
def ffprobe():
    """What ffprobe says of a film."""
    program = next(READERS.glob("@ffprobe-installer/*/ffprobe*"), shutil.which("ffprobe"))
    if program is None:
        pytest.skip("ffprobe is not installed: make test-readers")

    def probe(path):
        how = [program, "-v", "error", "-count_frames", "-show_streams", "-show_format", "-of", "json"]
        done = subprocess.run([*how, path], capture_output=True, check=True, text=True)
        assert done.stderr == ""
        told = json.loads(done.stdout)
        return told["format"], {stream["codec_type"]: stream for stream in told["streams"]}

    return probe


@pytest.mark.reader("gltf", "Khronos glTF-Validator")
@pytest.mark.parametrize("skinned", [False, True])
def test_khronos_finds_no_fault(khronos, tmp_path, motion, head, skinned):
    picture = Portrait(np.full((40, 60, 3), 90, np.uint8), "p", "0")
    fit = FaceFit(np.zeros(80), np.zeros(64), np.zeros(6), Camera(60, 30, 20, 60, 40), np.zeros((478, 2)), 0.01)
    write_gltf(tmp_path / "a.glb", motion, build_mesh(head, fit, picture) if skinned else build_mesh(head))
    report = khronos(tmp_path / "a.glb")
    assert (report["issues"]["numErrors"], report["issues"]["numWarnings"]) == (0, 0), report["issues"]["messages"]
    assert (report["info"]["animationCount"], report["info"]["hasMorphTargets"]) == (1, True)
    assert report["info"]["hasTextures"] == skinned


def test_khronos_is_no_yes_man(khronos, tmp_path, motion, head):
    write_gltf(tmp_path / "a.glb", motion, build_mesh(head))
    content = (tmp_path / "a.glb").read_bytes()
    (tmp_path / "a.glb").write_bytes(content.replace(b'"VEC4"', b'"VEC3"', 1))
    assert khronos(tmp_path / "a.glb")["issues"]["numErrors"] > 0


FILMS = [
    pytest.param("a.mp4", h264(), ("h264", "yuv420p", "aac"), marks=pytest.mark.reader("mp4", "ffprobe")),
    pytest.param("a.mp4", h265(), ("hevc", "yuv420p", "aac"), marks=pytest.mark.reader("hevc", "ffprobe")),
    pytest.param("a.webm", vp9(), ("vp9", "yuv420p", "opus"), marks=pytest.mark.reader("webm", "ffprobe")),
    pytest.param(
        "a.mov", PRORES_4444, ("prores", "yuva444p1", "pcm_s24le"), marks=pytest.mark.reader("prores", "ffprobe")
    ),
]


def bars():
    """A white bar wanders over grey."""
    for index in range(FRAMES):
        frame = np.full((64, 96, 3), 90, np.uint8)
        frame[:, 3 * index : 3 * index + 6] = 255
        yield frame


def filmed(path, encoding):
    soundfile.write(path.with_name("a.wav"), np.random.default_rng(0).uniform(-0.5, 0.5, FRAMES * RATE // 25), RATE)
    sound = measure_sound(path.with_name("a.wav"))
    finish(write_video(path, bars(), FRAMES, 25, encoding=encoding, sound=sound, recipe={}))


@pytest.mark.parametrize(("name", "encoding", "kinds"), FILMS)
def test_ffprobe_finds_pictures_and_sound_of_the_same_length(ffprobe, tmp_path, name, encoding, kinds):
    filmed(tmp_path / name, encoding)
    whole, streams = ffprobe(tmp_path / name)
    video, audio = streams["video"], streams["audio"]
    assert (video["codec_name"], audio["codec_name"]) == (kinds[0], kinds[2])
    assert video["pix_fmt"].startswith(kinds[1])
    assert (video["width"], video["height"]) == (96, 64)
    assert (video["nb_read_frames"], video["avg_frame_rate"]) == (str(FRAMES), "25/1")
    assert audio["sample_rate"] == str(RATE)
    assert float(whole["duration"]) == pytest.approx(FRAMES / 25, abs=0.03)  # Opus begins a moment before 0


@pytest.mark.parametrize(
    ("name", "encoding"),
    [
        pytest.param(*each.values[:2], marks=pytest.mark.reader(each.marks[0].args[0], "opencv-contrib-python"))
        for each in FILMS
    ],
)
def test_opencv_sees_the_frames_in_order(tmp_path, name, encoding):
    filmed(tmp_path / name, encoding)
    film = cv2.VideoCapture(str(tmp_path / name))
    assert film.get(cv2.CAP_PROP_FPS) == pytest.approx(25)
    for meant in bars():
        seen, frame = film.read()
        assert seen
        bright, bar = frame.mean(axis=(0, 2)), meant.mean(axis=(0, 2))
        assert np.corrcoef(bright, bar)[0, 1] > 0.95
    assert not film.read()[0]
    film.release()


@pytest.mark.reader("gif", "ffprobe")
def test_ffprobe_counts_a_gifs_frames(ffprobe, tmp_path):
    finish(write_preview(tmp_path / "a.gif", bars(), FRAMES, 25, PreviewKind.GIF, recipe={}))
    whole, streams = ffprobe(tmp_path / "a.gif")
    assert (streams["video"]["codec_name"], streams["video"]["nb_read_frames"]) == ("gif", str(FRAMES))
    assert float(whole["duration"]) == pytest.approx(FRAMES / 25, abs=0.02)
