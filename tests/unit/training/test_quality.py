import dataclasses

import numpy as np
import pytest

from dimitra_studio.core.face import Camera, FaceTrack
from dimitra_studio.core.media import AudioClip
from dimitra_studio.core.motion import MotionSequence
from dimitra_studio.training.quality import ClipMeasures, QualityLimits, largest_cut, measure_clip

GOOD = ClipMeasures(
    seconds=4.0, face_width=140.0, unseen=0.0, error=0.01, cut=1.2, yaw=5.0, loudness=-15.0, clipped=1e-4, spoken=0.8
)


def test_a_good_clip_has_no_faults() -> None:
    assert QualityLimits().faults(GOOD) == {}


@pytest.mark.parametrize(
    ("name", "value"),
    [("seconds", 0.3), ("face_width", 70.0), ("unseen", 0.6), ("error", 0.05), ("cut", 20.0), ("yaw", 45.0),
     ("loudness", -60.0), ("clipped", 0.05), ("spoken", 0.0)],
)  # fmt: skip
def test_each_limit_names_its_fault(name: str, value: float) -> None:
    faults = QualityLimits().faults(dataclasses.replace(GOOD, **{name: value}))
    assert set(faults) == {name}
    assert faults[name]


def test_limits_can_be_moved() -> None:
    small = dataclasses.replace(GOOD, face_width=70.0)
    assert not QualityLimits(smallest_face=64.0).faults(small)


def _still_video(seed: int, frames: int = 30) -> list[np.ndarray]:
    """A textured picture that drifts a pixel a frame."""
    rng = np.random.default_rng(seed)
    wide = np.kron(rng.integers(0, 255, (16, 40)), np.ones((8, 8))).astype(np.uint8)
    return [np.repeat(wide[:, at : at + 128, None], 3, axis=2) for at in range(frames)]


def test_a_cut_stands_out() -> None:
    assert largest_cut(_still_video(0)) < 2
    assert largest_cut(_still_video(0) + _still_video(1)) > QualityLimits().largest_cut


def test_quick_motion_is_no_cut() -> None:
    shaken = [np.roll(picture, 12 * (index % 2), axis=1) for index, picture in enumerate(_still_video(0))]
    assert largest_cut(shaken) < 2


def test_one_picture_has_no_cut() -> None:
    assert largest_cut(_still_video(0, 1)) == 0.0


def test_measures(clips) -> None:
    made = clips.one(frames=60)
    values = made.motion.values.copy()
    values[:, 65] = np.radians(-30)
    values[:15] = np.nan
    landmarks = np.zeros((60, 478, 2))
    landmarks[:, 0, 0] = 150.0
    error = np.full(60, 0.02)
    landmarks[:15], error[:15] = np.nan, np.nan
    track = FaceTrack(MotionSequence(values), np.zeros(80), Camera(1000, 1, 1, 9, 9), landmarks, error)
    sound = np.sin(np.arange(38400) / 5) * 0.2
    got = measure_clip(track, 1.5, AudioClip(sound, 16_000, "x", ""), made.speech, np.full(120, -17.0))
    assert got.seconds == pytest.approx(2.4)
    assert (got.face_width, got.unseen, got.cut) == (150.0, 0.25, 1.5)
    assert got.error == pytest.approx(0.02)
    assert got.yaw == pytest.approx(30.0, abs=1e-3)
    assert got.loudness == -17.0
    assert got.spoken == pytest.approx(0.5)
    flat = measure_clip(track, 1.5, AudioClip(np.clip(sound, -0.1, 0.1), 16_000, "x", ""), made.speech, np.zeros(120))
    assert flat.clipped > 0.5
    assert got.clipped < 0.12
