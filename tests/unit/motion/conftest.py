import numpy as np
import pytest
import torch

from dimitra_studio.core.channels import Group
from dimitra_studio.core.face import Camera, FaceFit
from dimitra_studio.core.speech import Phoneme, SpeechAnalysis
from dimitra_studio.motion.checkpoint import MotionModel
from dimitra_studio.motion.cmdt import CMDT, Conditions
from dimitra_studio.motion.config import CMDTConfig
from dimitra_studio.motion.scale import ChannelScale


class Small:
    """Small random networks and what they are conditioned on."""

    @staticmethod
    def config(group: Group = Group.LIPS, **changes: object) -> CMDTConfig:
        sizes = {"width": 32, "layers": 2, "heads": 4, "ffn": 48, "embedding": 40, "audio_width": 16, "feature_dim": 12}
        return CMDTConfig(group, **{**sizes, "text_dim": 10, "frames": 20, "kernel": 3, **changes})

    @staticmethod
    def network(config: CMDTConfig, seed: int = 0) -> CMDT:
        """Zero-initialised parts are filled too, so that everything in it matters."""
        generator = torch.Generator().manual_seed(seed)
        network = CMDT(config)
        with torch.no_grad():
            for parameter in network.parameters():
                parameter.copy_(torch.randn(parameter.shape, generator=generator) * 0.2)
        return network.eval()

    @staticmethod
    def conditions(config: CMDTConfig, batch: int, frames: int | None = None, seed: int = 1) -> Conditions:
        generator = torch.Generator().manual_seed(seed)
        frames = frames or config.frames

        def normal(*shape: int) -> torch.Tensor:
            return torch.randn(shape, generator=generator)

        return Conditions(
            features=normal(batch, 2 * frames + config.feature_window - 2, config.feature_dim),
            phonemes=normal(batch, frames + 2 * config.phoneme_reach, config.phonemes + 1),
            text=normal(batch, config.text_dim),
            first=normal(batch, config.channels),
            starts=torch.ones(batch, dtype=torch.bool),
            mask=torch.ones(batch, frames, dtype=torch.bool),
            present=torch.ones(batch, 4, dtype=torch.bool),
        )

    @staticmethod
    def speech(seconds: float, seed: int = 3, spoken: bool = True) -> SpeechAnalysis:
        """One vowel, then silence; no phones and no text unless `spoken`."""
        rng = np.random.default_rng(seed)
        half = seconds / 2
        phones = (Phoneme(0.0, half, "AA"), Phoneme(half, seconds, "SIL")) if spoken else ()
        return SpeechAnalysis(
            duration=seconds, words=(), phonemes=phones, text="ah" if spoken else "", language="en" if spoken else "",
            features=rng.standard_normal((int(np.ceil(seconds * 50)), 12)), feature_kind="test-features",
            text_embedding=rng.standard_normal(10), embedding_kind="test-embedding",
            silences=((half, seconds),) if spoken else (),
        )  # fmt: skip

    @classmethod
    def model(cls, group: Group, names: tuple[str, ...] | None = None, **changes: object) -> MotionModel:
        config = cls.config(group, feature_kind="test-features", embedding_kind="test-embedding", **changes)
        count = group.width
        rng = np.random.default_rng(count)
        scale = ChannelScale(rng.normal(0.1, 0.1, count), rng.uniform(0.05, 0.2, count), [-2.0] * count, [2.0] * count)
        names = names or tuple(f"{group}{index}" for index in range(count))
        return MotionModel(cls.network(config, count), scale, names, np.zeros(count), facts={"steps": 3})

    @staticmethod
    def fit() -> FaceFit:
        rng = np.random.default_rng(5)
        return FaceFit(
            identity=np.zeros(80), expression=rng.uniform(0, 0.3, 64), pose=[0.05, -0.1, 0.02, 0.3, -0.2, 0.1],
            camera=Camera(1000.0, 128.0, 128.0, 256, 256), landmarks=np.zeros((478, 2)), error=0.01,
        )  # fmt: skip


@pytest.fixture(scope="session")
def small() -> type[Small]:
    return Small
