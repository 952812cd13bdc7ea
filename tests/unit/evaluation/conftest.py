from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from dimitra_studio.core.arrays import FloatArray
from dimitra_studio.core.channels import Group
from dimitra_studio.core.motion import MotionSequence
from dimitra_studio.core.speech import Phoneme, SpeechAnalysis
from dimitra_studio.evaluation.face_gauge import FaceGauge, face_gauge
from dimitra_studio.evaluation.pair import Heard, Pair, Performance
from dimitra_studio.face.components import COMPONENT_INDEX, COMPONENT_NAMES
from dimitra_studio.face.head_model import HeadModel, load_head_model
from dimitra_studio.motion.checkpoint import MotionModel
from dimitra_studio.motion.clips import ClipFacts, TalkingClip
from dimitra_studio.motion.cmdt import CMDT
from dimitra_studio.motion.config import CMDTConfig
from dimitra_studio.motion.lip_shape import LipShape
from dimitra_studio.motion.scale import ChannelScale
from dimitra_studio.motion.voice import Voice

JAW, STRETCH = COMPONENT_INDEX["jawOpen"], COMPONENT_INDEX["mouthStretch"]
# The gap is jawOpen, the width mouthStretch.
PLAIN_LIPS = LipShape(np.eye(64)[JAW], np.eye(64)[STRETCH])


@pytest.fixture(scope="session")
def head() -> HeadModel:
    return load_head_model()


@pytest.fixture(scope="session")
def gauge(head: HeadModel) -> FaceGauge:
    """The real landmarks, with a gap and a width that are one channel each."""
    real = face_gauge(head)
    return FaceGauge(PLAIN_LIPS, real.shape, real.focal)


def motion(count: int, **channels: Any) -> FloatArray:
    """Motion [count, 70] with some channels by name, zero elsewhere; "pose" is [count, 6]."""
    values = np.zeros((count, 70), dtype=np.float32)
    for name, curve in channels.items():
        if name == "pose":
            values[:, Group.POSE.columns] = curve
        else:
            values[:, COMPONENT_INDEX[name]] = curve
    return values


@pytest.fixture
def pair(gauge: FaceGauge) -> Callable[..., Pair]:
    """Found and true motion beside each other: arrays [T, 70], or gap curves [T]."""

    def build(
        found: FloatArray,
        truth: FloatArray,
        phones: tuple[Phoneme, ...] = (),
        silent: Any = None,
        loudness: FloatArray | None = None,
    ) -> Pair:
        takes = [each if np.ndim(each) == 2 else motion(len(each), jawOpen=each) for each in (found, truth)]
        count = len(takes[0])
        quiet = np.zeros(count, dtype=bool) if silent is None else silent
        level = np.zeros(2 * count, dtype=np.float32) if loudness is None else loudness
        voice = Voice(np.zeros((2 * count, 3), dtype=np.float32), None, None, quiet)
        return Pair(Performance(takes[0], gauge), Performance(takes[1], gauge), Heard(phones, quiet, level, voice))

    return build


def talking_clip(name: str, seed: int, source: str = "talk", lag: int = 0, frames: int = 80) -> TalkingClip:
    """A jaw that opens with the loudness, by 0.2 and 0.01 a dB; a head and lids that move."""
    rng = np.random.default_rng(seed)
    level = np.repeat(np.clip(-20 + 10 * np.sin(np.arange(frames) / 3 + seed), -40, 0), 2)
    heard = np.roll(level, -2 * lag)[::2] if lag else level[::2]
    time = np.arange(frames)[:, None] / 25
    values = motion(frames, jawOpen=0.3 + 0.01 * heard, pose=0.1 * np.sin(time * np.arange(1, 7) + seed))
    values[:, 1:13] = 0.02 * rng.standard_normal((frames, 12))
    values[:, COMPONENT_INDEX["browInnerUp"]] = 0.2 * np.sin(2 * time[:, 0] + seed)
    seconds = frames / 25
    features = rng.standard_normal((2 * frames, 12))
    features[:, 0] = level / 10
    speech = SpeechAnalysis(
        seconds, (), (Phoneme(0.5, 0.6, "B"), Phoneme(0.6, 0.7, "AA"), Phoneme(0.7, 2.0, "SIL")), "ba", "en", features,
        "f", rng.standard_normal(10), "e", silences=((2.0, seconds),),
    )  # fmt: skip
    facts = ClipFacts(name, "val", f"speaker {name}", source, "CC0", lag)
    return TalkingClip(facts, MotionSequence(values), speech, level)


def small_model(group: Group) -> MotionModel:
    """A cMDT of random weights."""
    rng = np.random.default_rng(3)
    config = CMDTConfig(
        group,
        width=16,
        layers=1,
        heads=2,
        ffn=16,
        embedding=16,
        audio_width=8,
        feature_dim=12,
        text_dim=10,
        frames=20,
        feature_kind="f",
    )
    network = CMDT(config)
    for parameter in network.parameters():
        parameter.data = parameter.data.new_tensor(0.3 * rng.standard_normal(parameter.shape))
    count = group.width
    scale = ChannelScale([0.1] * count, [0.1] * count, [-1.0] * count, [1.0] * count)
    names = COMPONENT_NAMES[group.columns] if group is not Group.POSE else tuple(map(str, range(6)))
    return MotionModel(network.eval(), scale, names, np.zeros(count))
