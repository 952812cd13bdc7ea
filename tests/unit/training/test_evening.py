from dataclasses import replace

import numpy as np
import pytest

from dimitra_studio.core.channels import COMPONENTS, Group
from dimitra_studio.core.motion import MotionSequence
from dimitra_studio.face.head_model import load_head_model
from dimitra_studio.motion.lip_shape import measure_lips
from dimitra_studio.training.evening import evened


@pytest.fixture(scope="module")
def lips():
    return measure_lips(load_head_model())


def _clip(clips, lips, amount: float, frames: int = 1000):
    """A mouth that opens by its jaw and closes in between; nobody is silent."""
    clip = clips.one(frames=frames)
    values = np.zeros((frames, 70), dtype=np.float32)
    values[:, 0] = amount * np.maximum(np.sin(np.arange(frames) * 0.7), 0) / lips.gap[0]
    values[:, 20], values[:, 66] = 0.3, 0.1
    return replace(clip, motion=MotionSequence(values), speech=replace(clip.speech, silences=()))


def _deviation(clip, lips) -> float:
    return float(lips.gap_of(clip.motion.values[:, COMPONENTS]).std())


def test_mumblers_and_shouters_become_alike(clips, lips) -> None:
    quiet, loud = (evened(_clip(clips, lips, amount), lips, 0.06) for amount in (0.1, 0.25))
    assert _deviation(quiet, lips) == pytest.approx(_deviation(loud, lips), rel=0.1)
    assert _deviation(loud, lips) == pytest.approx(0.06, rel=0.1)


def test_closed_lips_stay_closed_and_the_rest_of_the_face_as_it_is(clips, lips) -> None:
    before = _clip(clips, lips, 0.2)
    after = evened(before, lips, 0.06)
    closed = lips.gap_of(before.motion.components) < 1e-6
    assert closed.any()
    assert np.abs(lips.gap_of(after.motion.components)[closed]).max() < 1e-6
    others = [index for index in range(70) if index not in range(*Group.LIPS.columns.indices(70))]
    assert np.array_equal(before.motion.values[:, others], after.motion.values[:, others])


def test_a_moment_of_speech_says_little_about_a_person(clips, lips) -> None:
    short, long = _clip(clips, lips, 0.25, frames=30), _clip(clips, lips, 0.25)
    kept = [_deviation(evened(clip, lips, 0.06), lips) / _deviation(clip, lips) for clip in (short, long)]
    assert kept[0] > 1.2 * kept[1]
    moment = _clip(clips, lips, 0.4, frames=8)
    assert evened(moment, lips, 0.06) is moment
