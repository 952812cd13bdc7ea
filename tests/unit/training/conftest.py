import dataclasses

import numpy as np
import pytest
import scipy.ndimage

from dimitra_studio.core.channels import Group
from dimitra_studio.core.motion import MotionSequence
from dimitra_studio.core.speech import Phoneme, SpeechAnalysis
from dimitra_studio.motion.clips import ClipFacts, TalkingClip
from dimitra_studio.motion.config import CMDTConfig
from dimitra_studio.training.recipe import TrainingRecipe, recipe_for


class Clips:
    """Talking clips whose motion is a function of their features, so that there is something to learn."""

    @staticmethod
    def one(name: str = "a/b.c", frames: int = 60, seed: int = 0, **facts: object) -> TalkingClip:
        rng = np.random.default_rng(seed)
        features = scipy.ndimage.gaussian_filter1d(rng.standard_normal((2 * frames, 12)), 2.0, axis=0) * 2.5
        mixing = np.random.default_rng(99).normal(size=(12, 70)) * 0.05
        values = np.tanh(features[::2]) @ mixing + 0.1
        seconds = frames / 25
        speech = SpeechAnalysis(
            duration=seconds, words=(), phonemes=(Phoneme(0, seconds / 2, "P"), Phoneme(seconds / 2, seconds, "SIL")),
            text="pa", language="en", features=features, feature_kind="test-features",
            text_embedding=rng.standard_normal(10), embedding_kind="test-embedding", silences=((seconds / 2, seconds),),
        )  # fmt: skip
        told = {"split": "train", "speaker": "s", "source": "natural", "licence": "CC0", **facts}
        return TalkingClip(ClipFacts(name, **told), MotionSequence(values), speech, rng.uniform(-40, 0, 2 * frames))


@pytest.fixture(scope="session")
def clips() -> type[Clips]:
    return Clips


class SmallRun:
    """A training that takes a blink: a tiny network and eight windows a step."""

    @staticmethod
    def clips(count: int = 6) -> tuple[TalkingClip, ...]:
        return tuple(Clips.one(f"t{n}", frames=50, seed=n, speaker=f"s{n % 3}") for n in range(count))

    @staticmethod
    def config(group: Group = Group.LIPS) -> CMDTConfig:
        sizes = {"width": 24, "layers": 1, "heads": 2, "ffn": 32, "embedding": 24, "audio_width": 16, "frames": 20}
        kinds = {"feature_kind": "test-features", "embedding_kind": "test-embedding"}
        return CMDTConfig(group, feature_dim=12, text_dim=10, kernel=3, **sizes, **kinds)

    @staticmethod
    def recipe(group: Group = Group.LIPS, steps: int = 6, loss_mesh: float = 0.0, **changes: object) -> TrainingRecipe:
        usual = recipe_for(group, steps)
        plain = dict.fromkeys(("feature_noise", "feature_shift", "mixed", "person_jitter"), 0.0)
        small = {"batch": 8, "rate": 5e-3, "warmup": 5, "ema": 0.9, "sampled": 2, "sample_steps": 2}
        loss = dataclasses.replace(usual.loss, mesh=loss_mesh)
        return dataclasses.replace(usual, loss=loss, **{**plain, **small, **changes})


@pytest.fixture(scope="session")
def small_run() -> type[SmallRun]:
    return SmallRun
