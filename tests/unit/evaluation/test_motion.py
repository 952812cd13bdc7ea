import dataclasses

import numpy as np
import pytest

from dimitra_studio.core.channels import Group
from dimitra_studio.core.events import finish
from dimitra_studio.core.motion import MotionSequence
from dimitra_studio.core.speech import Phoneme, SpeechAnalysis
from dimitra_studio.evaluation import motion
from dimitra_studio.evaluation.motion import evaluate_motion, motion_writers
from dimitra_studio.evaluation.rivals import fit_loudness, fit_mean, shuffled, still
from dimitra_studio.evaluation.tables import lip_table
from dimitra_studio.face.components import COMPONENT_NAMES
from dimitra_studio.motion.checkpoint import MotionModel
from dimitra_studio.motion.clips import ClipFacts, TalkingClip
from dimitra_studio.motion.cmdt import CMDT
from dimitra_studio.motion.config import CMDTConfig
from dimitra_studio.motion.lip_shape import LipShape
from dimitra_studio.motion.scale import ChannelScale

JAW = 0
SHAPE = LipShape(np.eye(64)[JAW], np.eye(64)[9])


def _clip(name: str, seed: int, source: str = "talk", lag: int = 0) -> TalkingClip:
    """A jaw that opens with the loudness, by 0.2 and 0.01 a dB."""
    rng = np.random.default_rng(seed)
    level = np.repeat(np.clip(-20 + 10 * np.sin(np.arange(80) / 3 + seed), -40, 0), 2)
    values = np.zeros((80, 70), dtype=np.float32)
    values[:, JAW] = 0.3 + 0.01 * level[::2] if not lag else 0.3 + 0.01 * np.roll(level, -2 * lag)[::2]
    values[:, 1:13] = 0.02 * rng.standard_normal((80, 12))
    speech = SpeechAnalysis(
        3.2, (), (Phoneme(0.5, 0.6, "B"), Phoneme(0.6, 0.7, "AA")), "ba", "en", rng.standard_normal((160, 12)), "f",
        rng.standard_normal(10), "e", silences=((2.0, 3.2),),
    )  # fmt: skip
    return TalkingClip(ClipFacts(name, "val", name, source, "CC0", lag), MotionSequence(values), speech, level)


@pytest.fixture
def lips() -> MotionModel:
    config = CMDTConfig(
        Group.LIPS,
        width=16,
        layers=1,
        heads=2,
        ffn=16,
        embedding=16,
        audio_width=8,
        feature_dim=12,
        text_dim=10,
        frames=20,
    )
    scale = ChannelScale([0.1] * 13, [0.1] * 13, [-1.0] * 13, [1.0] * 13)
    return MotionModel(CMDT(config).eval(), scale, COMPONENT_NAMES[:13], np.zeros(13))


def test_every_row_is_scored_and_grid_apart(lips, monkeypatch) -> None:
    monkeypatch.setattr(motion, "STEPS", (2,))
    clips = (_clip("a", 1), _clip("b", 2), _clip("g", 3, "GRID_s1"))
    report = finish(evaluate_motion(clips, motion_writers(clips, clips, lips), SHAPE))
    assert list(report.natural) == ["truth", "ours, 2 steps", "still", "mean", "loudness", "shuffled truth"]
    assert report.clips == {"natural": 2, "grid": 1}
    assert report.natural["truth"]["gap_correlation"] == pytest.approx(1.0)
    assert report.natural["still"]["gap_correlation"] == 0.0
    assert report.natural["loudness"]["gap_correlation"] > 0.95
    assert report.grid["truth"]["frames"] == 80
    table = lip_table(report.natural)
    assert table.count("\n") == 8
    assert "| truth | 1.000 |" in table


def test_untrained_lips_go_to_the_mean_from_the_first_frame(lips, monkeypatch) -> None:
    clip = _clip("a", 1)
    write = motion_writers((clip,), (clip,), lips)["ours, 5 steps"]
    components = write(clip)
    np.testing.assert_allclose(components[0], clip.motion.components[0], atol=1e-5)
    np.testing.assert_allclose(components[-1, :13], 0.1, atol=1e-2)
    np.testing.assert_allclose(components[:, 13:], np.repeat(clip.motion.components[:1, 13:], 80, axis=0))


def test_loudness_knows_the_lag() -> None:
    clips = tuple(_clip(f"c{n}", n, lag=3) for n in range(4))
    lips = fit_loudness(clips)(clips[0])[:, JAW]
    assert np.corrcoef(lips[10:70], clips[0].motion.values[10:70, JAW])[0, 1] > 0.99


def test_mean_and_still_do_not_move() -> None:
    clip = _clip("a", 1)
    assert np.ptp(still(clip), axis=0).max() == 0
    written = fit_mean((clip,))(clip)
    assert np.ptp(written, axis=0).max() == 0
    np.testing.assert_allclose(written[0, :13], clip.motion.values[:, :13].mean(axis=0), atol=1e-6)


def test_shuffled_truth_is_another_speakers(lips) -> None:
    one, other = _clip("a", 1), _clip("b", 2)
    short = dataclasses.replace(other, motion=MotionSequence(other.motion.values[:30]))
    np.testing.assert_array_equal(shuffled(one, short)[:30], short.motion.components)
    assert shuffled(one, short).shape == (80, 64)
    written = motion_writers((one, other), (one, other), lips)["shuffled truth"](one)
    np.testing.assert_array_equal(written, other.motion.components)
