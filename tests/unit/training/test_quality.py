import dataclasses
from functools import partial

import numpy as np
import pytest

from dimitra_studio.core.errors import InputError
from dimitra_studio.core.face import Camera, FaceTrack
from dimitra_studio.core.media import AudioClip
from dimitra_studio.core.motion import MotionSequence
from dimitra_studio.training.quality import ClipMeasures, QualityLimits, measure_clip

GOOD = ClipMeasures(
    seconds=4.0, face_width=140.0, unseen=0.0, error=0.01, cuts=0, yaw=5.0, loudness=-15.0, clipped=1e-4, spoken=0.8
)


def test_a_good_clip_has_no_faults() -> None:
    assert QualityLimits().faults(GOOD) == {}


@pytest.mark.parametrize(
    ("name", "value"),
    [("seconds", 0.3), ("face_width", 70.0), ("unseen", 0.6), ("error", 0.05), ("yaw", 45.0),
     ("loudness", -60.0), ("clipped", 0.05), ("spoken", 0.0)],
)  # fmt: skip
def test_each_limit_names_its_fault(name: str, value: float) -> None:
    faults = QualityLimits().faults(dataclasses.replace(GOOD, **{name: value}))
    assert set(faults) == {name}
    assert faults[name]


def test_limits_can_be_moved() -> None:
    small = dataclasses.replace(GOOD, face_width=70.0)
    assert not QualityLimits(smallest_face=64.0).faults(small)


def test_measures(clips) -> None:
    made = clips.one(frames=60)
    values = made.motion.values.copy()
    values[:, 65] = np.radians(-30)
    landmarks = np.zeros((60, 478, 2))
    landmarks[:, 0, 0] = 150.0
    error = np.full(60, 0.02)
    values[:9], landmarks[:9], error[:9] = np.nan, np.nan, np.nan
    track = FaceTrack(MotionSequence(values), np.zeros(80), Camera(1000, 1, 1, 9, 9), landmarks, error)
    values[30:36] = np.nan  # beside a cut
    sound = np.sin(np.arange(38400) / 5) * 0.2
    left = MotionSequence(values)
    measure = partial(measure_clip, track, left, cuts=1, speech=made.speech, levels=np.full(120, -17.0))
    got = measure(AudioClip(sound, 16_000, "x", ""))
    assert got.seconds == pytest.approx(2.4)
    assert (got.face_width, got.unseen, got.cuts) == (150.0, 0.25, 1)
    assert got.error == pytest.approx(0.02)
    assert got.yaw == pytest.approx(30.0, abs=1e-3)
    assert got.loudness == -17.0
    assert got.spoken == pytest.approx(0.5)
    flat = measure(AudioClip(np.clip(sound, -0.1, 0.1), 16_000, "x", ""))
    assert flat.clipped > 0.5
    assert got.clipped < 0.12


def test_nothing_left_beside_cuts(clips) -> None:
    made = clips.one(frames=20)
    blank = MotionSequence(np.full((20, 70), np.nan))
    track = FaceTrack(made.motion, np.zeros(80), Camera(1000, 1, 1, 9, 9), np.zeros((20, 478, 2)), np.zeros(20))
    voice = AudioClip(np.ones(9), 16_000, "x", "")
    with pytest.raises(InputError, match="cuts"):
        measure_clip(track, blank, voice, cuts=5, speech=made.speech, levels=np.zeros(40))
