from types import SimpleNamespace

import cv2
import numpy as np
import pytest

from dimitra_studio.core.errors import ModelError
from dimitra_studio.engine.registry import open_registry
from dimitra_studio.face.blendshapes import BLENDSHAPE_NAMES
from dimitra_studio.face.landmark_sets import eye_distance
from dimitra_studio.face.landmarks import FaceDetector


def scaled(pixels, factor):
    return cv2.resize(
        pixels, None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA if factor < 1 else cv2.INTER_CUBIC
    )


def paste(picture, canvas, left, top):
    height, width = picture.shape[:2]
    canvas[top : top + height, left : left + width] = picture
    return canvas


def grey(height, width):
    return np.full((height, width, 3), 110, np.uint8)


def off(found, expected):
    """Mean landmark distance in eye distances."""
    return np.linalg.norm(found - expected, axis=1).mean() / eye_distance(expected)


@pytest.fixture(scope="module")
def face(detector, sample):
    (only,) = detector.detect(sample.pixels)
    return only


def test_finds_the_sample(face):
    assert len(BLENDSHAPE_NAMES) == 52
    smile = [face.blendshapes[BLENDSHAPE_NAMES.index(f"mouthSmile{side}")] for side in ("Left", "Right")]
    assert min(smile) > 0.5
    # Landmark 263 is the subject's left eye, on the image's right.
    assert face.landmarks[263, 0] > face.landmarks[33, 0]
    assert face.landmarks[152, 1] > face.landmarks[10, 1]


def test_same_picture_same_landmarks(detector, sample, face):
    again = detector.detect(sample.pixels)[0]
    assert np.array_equal(again.landmarks, face.landmarks)
    assert np.array_equal(again.blendshapes, face.blendshapes)


def test_pixel_centres_are_whole_numbers(detector, sample, monkeypatch):
    """MediaPipe's 0 and 1 are the outer edges of the view's first and last pixel."""

    def edges(image):
        corners = [SimpleNamespace(x=float(i % 2), y=float(i % 2)) for i in range(478)]
        scores = [SimpleNamespace(category_name=name, score=0.25) for name in BLENDSHAPE_NAMES]
        return SimpleNamespace(face_landmarks=[corners], face_blendshapes=[scores])

    monkeypatch.setattr(detector, "_landmarker", SimpleNamespace(detect=edges))
    (whole,) = detector.look(sample.pixels, (0, 0, 512, 512))
    assert np.array_equal(whole.landmarks[:2], [[-0.5, -0.5], [511.5, 511.5]])
    (part,) = detector.look(sample.pixels, (100, 40, 300, 200))
    assert np.array_equal(part.landmarks[:2], [[99.5, 39.5], [299.5, 199.5]])
    (beyond,) = detector.look(sample.pixels, (-100, -100, 2000, 1900))
    assert np.array_equal(beyond.landmarks[:2], [[-100.5, -100.5], [1999.5, 1899.5]])


def test_a_view_beyond_the_picture_finds_the_same(detector, sample, face):
    shifted = detector.look(sample.pixels, (-40, -25, 600, 500))[0]
    assert off(shifted.landmarks, face.landmarks) < 0.02


def test_large_pictures_are_read_at_native_size(detector, sample, face):
    large = scaled(sample.pixels, 6)
    (found,) = detector.detect(large)
    assert off((found.landmarks + 0.5) / 6 - 0.5, face.landmarks) < 0.02


def test_a_small_face_in_a_large_picture(detector, sample, face):
    small = scaled(sample.pixels, 0.7)
    canvas = paste(small, grey(2400, 3000), 2200, 1500)
    (found,) = detector.detect(canvas)
    expected = (face.landmarks + 0.5) * 0.7 - 0.5 + (2200, 1500)
    assert off(found.landmarks, expected) < 0.03


def test_a_face_that_fills_the_picture(detector, sample, face):
    left, top, right, bottom = (round(edge) for edge in face.box)
    tight = scaled(sample.pixels[top - 4 : bottom + 4, left - 2 : right + 2], 3)
    (found,) = detector.detect(tight)
    expected = (face.landmarks - (left - 2, top - 4) + 0.5) * 3 - 0.5
    assert off(found.landmarks, expected) < 0.05


def test_several_faces_largest_first(detector, sample):
    canvas = paste(scaled(sample.pixels, 0.6), grey(512, 1200), 10, 100)
    canvas = paste(sample.pixels, canvas, 330, 0)
    canvas = paste(scaled(sample.pixels, 0.5), canvas, 880, 60)
    found = detector.detect(canvas)
    assert len(found) == 3
    assert [round(other.width / found[0].width, 1) for other in found] == [1.0, 0.6, 0.5]
    assert 330 < found[0].centre[0] < 842


def test_no_face_in_noise(detector):
    noise = np.random.default_rng(0).integers(0, 255, (300, 400, 3), np.uint8)
    assert detector.detect(noise) == ()


def test_read_only_pixels_are_fine(detector, sample):
    assert not sample.pixels.flags.writeable
    assert detector.detect(sample.pixels)


def test_a_missing_or_broken_model_is_told(tmp_path):
    with pytest.raises(ModelError, match="missing"):
        FaceDetector(tmp_path / "face_landmarker.task")
    (tmp_path / "broken.task").write_bytes(b"not a model" * 100)
    with pytest.raises(ModelError, match="cannot be loaded"):
        FaceDetector(tmp_path / "broken.task")


def test_start_up_is_quiet(sample, capfd):
    with FaceDetector(open_registry().path("face-landmarker")) as fresh:
        assert fresh.detect(sample.pixels)
    assert capfd.readouterr().err == ""


def test_starts_without_a_console(sample, monkeypatch):
    monkeypatch.setattr("sys.stderr", None)
    with FaceDetector(open_registry().path("face-landmarker")) as fresh:
        assert fresh.detect(sample.pixels)
