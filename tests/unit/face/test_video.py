import struct
import sys
import tracemalloc
import wave
from fractions import Fraction

import av
import numpy as np
import pytest
from PIL import Image

from dimitra_studio.core.errors import InputError
from dimitra_studio.face.video import VideoFile


def shade(index):
    return 20 + 4 * (index % 50)


def film(path, count=20, fps=25, size=(64, 48), codec="libx264", times=None):
    """`count` frames whose grey tells their number; the upper left corner is white."""
    with av.open(str(path), "w") as container:
        stream = container.add_stream(codec, rate=fps)
        stream.width, stream.height = size
        stream.pix_fmt = "yuv420p"
        stream.bit_rate = 8_000_000
        for index in range(count):
            picture = np.full((size[1], size[0], 3), shade(index), np.uint8)
            picture[:16, :16] = 255
            frame = av.VideoFrame.from_ndarray(picture, format="rgb24")
            if times is not None:
                frame.pts, frame.time_base = times[index], Fraction(1, 25)
            container.mux(stream.encode(frame))
        container.mux(stream.encode())
    return path


def numbers(frames):
    """The number that each frame shows."""
    return [round((float(np.median(frame)) - 20) / 4) for frame in frames]


@pytest.mark.parametrize(
    ("suffix", "codec"), [("mp4", "libx264"), ("mkv", "libx264"), ("webm", "libvpx-vp9"), ("avi", "mpeg4")]
)
def test_every_frame_once_in_order(tmp_path, suffix, codec):
    with VideoFile(film(tmp_path / f"film.{suffix}", codec=codec)) as video:
        assert (video.info.width, video.info.height, video.info.fps) == (64, 48, 25.0)
        assert numbers(video.read()) == list(range(20))
        # And again, from the start.
        assert numbers(video.read()) == list(range(20))


@pytest.mark.parametrize("fps", [12.5, 24, 30, 50, 60])
def test_resampled_to_25(tmp_path, fps):
    """Each frame is the one on show at the middle of its time."""
    count = 48
    with VideoFile(film(tmp_path / "film.mp4", count, Fraction(fps))) as video:
        shown = numbers(video.read(25.0))
        assert len(shown) == video.info.count(25.0) == int(np.ceil(count / fps * 25 - 1e-6))
    expected = np.minimum(np.floor((np.arange(len(shown)) + 0.5) / 25 * fps + 1e-6), count - 1)
    assert np.abs(np.array(shown) - expected).max() <= (0 if fps != 24 else 1)


def test_25_stays_25(tmp_path):
    with VideoFile(film(tmp_path / "film.mp4")) as video:
        assert numbers(video.read(25.0)) == list(range(20))


def test_frames_of_uneven_length(tmp_path):
    """A frame stays until the next one comes."""
    times = [0, 1, 2, 6, 7, 8, 9, 15, 16]
    with VideoFile(film(tmp_path / "film.mkv", len(times), times=times)) as video:
        assert numbers(video.read(25.0))[:17] == [0, 1, 2, 2, 2, 2, 3, 4, 5, 6, 6, 6, 6, 6, 6, 7, 8]


@pytest.mark.parametrize(
    ("turn", "corner"), [((0, 1, -1, 0), (0, -1)), ((-1, 0, 0, -1), (-1, -1)), ((0, -1, 1, 0), (-1, 0))]
)
def test_phones_turn_their_films(tmp_path, turn, corner):
    """A display matrix of 90, 180 and 270 degrees clockwise: the white corner moves with it."""
    path = film(tmp_path / "film.mp4", 3)
    content = bytearray(path.read_bytes())
    place = content.index(b"tkhd") + 4 + 40
    a, b, c, d = (value * 65536 for value in turn)
    content[place : place + 36] = struct.pack(">9i", a, b, 0, c, d, 0, 0, 0, 1 << 30)
    path.write_bytes(bytes(content))
    with VideoFile(path) as video:
        frame = next(iter(video.read()))
        assert frame.shape == ((64, 48, 3) if turn[0] == 0 else (48, 64, 3))
        assert (video.info.height, video.info.width) == frame.shape[:2]
        assert frame[corner].min() > 200
        assert (frame == 255).all(axis=2).sum() < 400


def test_names_of_every_kind(tmp_path):
    for name in ("影片 🎬.mp4", "with spaces.mp4", "x" * 200 + ".mp4"):
        with VideoFile(film(tmp_path / name, 3)) as video:
            assert len(list(video.read())) == 3


@pytest.mark.skipif(sys.platform == "win32", reason="Windows allows no colon in a name")
def test_a_colon_is_no_protocol(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    film(tmp_path / "10:30.mp4", 3)
    with VideoFile("10:30.mp4") as video:
        assert len(list(video.read())) == 3


def cut(path, share):
    content = path.read_bytes()
    path.write_bytes(content[: int(len(content) * share)])
    return path


def sound(path):
    with wave.open(str(path), "wb") as file:
        file.setparams((1, 2, 16000, 0, "NONE", ""))
        file.writeframes(np.zeros(16000, np.int16).tobytes())


def still(path):
    Image.new("RGB", (64, 64)).save(path, "PNG")


def text(path):
    path.write_text("not a video " * 50)


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (sound, "only sound"),
        (still, "still picture"),
        (text, "not a video"),
        (lambda path: path.touch(), "0 bytes"),
        (lambda path: path.mkdir(), "is a folder"),
        (lambda path: None, "does not exist"),
        (lambda path: cut(film(path), 0.5), "cut off"),
    ],
)
def test_what_is_refused(tmp_path, make, words):
    path = tmp_path / "film.mp4"
    make(path)
    with pytest.raises(InputError, match=words) as refusal:
        VideoFile(path)
    assert "film.mp4" in refusal.value.message
    assert refusal.value.hint


def test_a_film_cut_in_its_middle_says_where(tmp_path):
    """The index is in front, so that the file opens; its pictures end early."""
    path = tmp_path / "film.mp4"
    noise = np.random.default_rng(0)
    with av.open(str(path), "w", options={"movflags": "+faststart"}) as container:
        stream = container.add_stream("libx264", rate=25)
        stream.width, stream.height, stream.pix_fmt = 64, 64, "yuv420p"
        for _ in range(100):
            picture = noise.integers(0, 255, (64, 64, 3), np.uint8)
            container.mux(stream.encode(av.VideoFrame.from_ndarray(picture, format="rgb24")))
        container.mux(stream.encode())
    cut(path, 0.5)
    with VideoFile(path) as video, pytest.raises(InputError, match="cut off after"):
        list(video.read())


def test_memory_does_not_grow_with_length(tmp_path):
    path = film(tmp_path / "film.mp4", 200, size=(320, 240))
    tracemalloc.start()
    with VideoFile(path) as video:
        count = sum(1 for _ in video.read())
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert count == 200
    assert peak < 10 * 320 * 240 * 3
