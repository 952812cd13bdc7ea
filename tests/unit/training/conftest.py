import numpy as np
import pytest
import scipy.ndimage

from dimitra_studio.core.motion import MotionSequence
from dimitra_studio.core.speech import Phoneme, SpeechAnalysis
from dimitra_studio.motion.clips import ClipFacts, TalkingClip


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
