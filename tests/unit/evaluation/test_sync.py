from dataclasses import replace
from pathlib import Path

import av
import numpy as np
import pytest

from dimitra_studio.core.errors import InputError, ModelError
from dimitra_studio.core.events import finish
from dimitra_studio.core.face import Camera, FaceTrack
from dimitra_studio.core.media import AudioClip
from dimitra_studio.core.motion import MotionSequence
from dimitra_studio.evaluation import sync
from dimitra_studio.evaluation.listener import fit_listener
from dimitra_studio.evaluation.sync import Watcher, crop_faces, cut_face, evaluate_sync, face_boxes
from dimitra_studio.evaluation.syncnet import SyncScore
from dimitra_studio.face.landmark_track import LandmarkTrack

from .conftest import PLAIN_LIPS, talking_clip

CLIPS = tuple(talking_clip(f"c{n}", n) for n in range(5))


def _track(centres: np.ndarray, size: float = 40.0) -> LandmarkTrack:
    """Faces `size` px high and three quarters as wide about `centres` [T, 2], NaN where there is none."""
    rng = np.random.default_rng(0)
    shape = rng.uniform(-0.5, 0.5, (478, 2)) * (0.75 * size, size)
    shape[:2] = [[-0.375 * size, -0.5 * size], [0.375 * size, 0.5 * size]]
    scores = np.where(np.isfinite(centres[:, :1]), 0.0, np.nan).repeat(52, axis=1)
    return LandmarkTrack(centres[:, None] + shape, scores, 25.0, (160, 120))


class Ear:
    """Gives a clip's own features, `late` frames late, whatever it is told to hear."""

    kind, width = "f", 12

    def __init__(self, late: int = 0) -> None:
        self.late = late

    def extract(self, samples):
        yield from ()
        return np.roll(CLIPS[0].speech.features, 2 * self.late, axis=0)


@pytest.fixture
def watcher(monkeypatch) -> Watcher:
    """Watches the first clip in every video but "blind.mp4"."""

    def follow(path, detector):
        yield from ()
        if path.name == "blind.mp4":
            raise InputError("No face was found in blind.mp4.", "Use another.")
        return _track(np.full((80, 2), 60.0))

    def track(seen, shape, name):
        yield from ()
        camera = Camera(1000.0, 80.0, 60.0, 160, 120)
        motion = MotionSequence(CLIPS[0].motion.values)
        return FaceTrack(motion, np.zeros(80), camera, seen.landmarks, np.zeros(80), ())

    monkeypatch.setattr(sync, "follow_face", follow)
    monkeypatch.setattr(sync, "track_landmarks", track)
    monkeypatch.setattr(sync, "read_voice", lambda path: AudioClip(np.zeros(51200, np.float32), 16000, "v", ""))
    return Watcher(None, None, PLAIN_LIPS, Ear(), fit_listener(CLIPS[1:], PLAIN_LIPS))


@pytest.mark.parametrize("late", [0, 3, -2])
def test_late_sound_is_found(watcher, late) -> None:
    report = finish(evaluate_sync([Path("a.mp4")], replace(watcher, features=Ear(late))))
    (video,) = report.videos
    assert video.own.lag == late
    assert video.own.best > 0.9
    assert report.table().splitlines()[2].startswith(f"| a | 80 | {late} | 0.9")
    assert report.as_dict()[0]["syncnet"] is None


def test_videos_without_a_face_are_told(watcher) -> None:
    report = finish(evaluate_sync([Path("blind.mp4"), Path("b.mp4")], watcher))
    assert [video.name for video in report.videos] == ["b"]
    assert report.skipped == ("blind.mp4: No face was found in blind.mp4. Use another.",)


def test_a_listener_of_other_features_is_refused(watcher) -> None:
    other = replace(watcher, listener=replace(watcher.listener, feature_kind="g"))
    with pytest.raises(ModelError, match="fitted on g"):
        finish(evaluate_sync([Path("a.mp4")], other))


def test_syncnets_own_numbers_stand_beside(watcher, monkeypatch) -> None:
    distances = np.full(31, 9.0)
    distances[17] = 6.5
    monkeypatch.setattr(sync, "score_sync", lambda network, faces, sound: SyncScore(distances.astype(np.float32)))
    monkeypatch.setattr(sync, "crop_faces", lambda path, seen, first, end: np.zeros((end - first, 224, 224, 3)))
    report = finish(evaluate_sync([Path("a.mp4")], replace(watcher, syncnet=object())))
    assert report.table().splitlines()[2].endswith("| 6.500 | 2.500 | -2 |")
    assert report.as_dict()[0]["syncnet"] == {"distance": 6.5, "confidence": 2.5, "offset": -2}


def test_boxes_span_gaps() -> None:
    centres = np.column_stack((np.linspace(50, 90, 41), np.full(41, 60.0)))
    centres[10:20] = np.nan
    boxes = face_boxes(_track(centres))
    np.testing.assert_allclose(boxes[:, 0], np.linspace(50, 90, 41), atol=0.01)
    np.testing.assert_allclose(boxes[:, 2], 20, atol=0.01)


def test_the_cut_is_the_published_one() -> None:
    """2.8 boxes wide, from the box's upper edge to 80 % below its lower one; grey where the picture ends."""
    picture = np.zeros((400, 400, 3), np.uint8)
    picture[150:] = 255
    crop = cut_face(picture, 200, 150, 50)  # rows 100 to 240, columns 130 to 270
    assert crop.shape == (224, 224, 3)
    assert crop[: int(224 * 49 / 140)].max() == 0
    assert crop[int(224 * 51 / 140) + 1 :].min() == 255
    edge = cut_face(picture, 10, 150, 50)  # from column -60
    assert (edge[100, : int(224 * 58 / 140)] == 110).all()


def test_faces_are_followed_in_the_video(tmp_path) -> None:
    """A white square moves; the crop holds it in its middle."""
    path = tmp_path / "square.mp4"
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libx264", rate=25, options={"crf": "5"})
        stream.width, stream.height, stream.pix_fmt = 160, 120, "yuv420p"
        for index in range(30):
            frame = np.zeros((120, 160, 3), np.uint8)
            frame[40:60, 40 + index : 60 + index] = 255
            container.mux(stream.encode(av.VideoFrame.from_ndarray(frame, format="rgb24")))
        container.mux(stream.encode())
    centres = np.column_stack((50.0 + np.arange(30), np.full(30, 50.0)))
    centres[:4] = np.nan
    crops = crop_faces(path, _track(centres, size=20.0), 4, 30)
    assert crops.shape == (26, 224, 224, 3)
    for crop in crops[7:-7]:
        rows, columns = np.nonzero(crop[..., 0] > 128)
        assert columns.mean() == pytest.approx(112, abs=9)
        assert rows.mean() == pytest.approx(224 / 2.8, abs=9)
