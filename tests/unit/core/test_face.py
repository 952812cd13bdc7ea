import numpy as np

from dimitra_studio.core.channels import CHANNEL_COUNT
from dimitra_studio.core.face import Camera, FaceTrack
from dimitra_studio.core.motion import MotionSequence


def _track(seen: list[bool]) -> FaceTrack:
    values = np.zeros((len(seen), CHANNEL_COUNT))
    values[~np.array(seen)] = np.nan
    landmarks = np.zeros((len(seen), 478, 2))
    camera = Camera(focal=1000.0, cx=128.0, cy=128.0, width=256, height=256)
    return FaceTrack(MotionSequence(values), np.zeros(80), camera, landmarks, np.zeros(len(seen)))


def test_gaps_are_the_runs_of_frames_without_a_face() -> None:
    assert _track([True, False, False, True, False]).gaps() == ((1, 3), (4, 5))
    assert _track([False, True]).gaps() == ((0, 1),)
    assert _track([True, True]).gaps() == ()
