"""The size and the conditions of one conditional Motion Diffusion Transformer (cMDT)."""

from dataclasses import asdict, dataclass, fields
from typing import Any

from dimitra_studio.core.channels import Group
from dimitra_studio.core.speech import PHONEMES

DIFFUSION_STEPS = 500  # arXiv 2502.17198; linear betas, see schedule.py


@dataclass(frozen=True)
class CMDTConfig:
    """One cMDT. The papers' letters: `width` is the latent size, `frames` is N, the window the network sees.

    `feature_before` and `feature_after` are the 50 Hz features beside feature 2i that frame i hears. `kernel` is the
    length in frames of a depthwise convolution in the feed-forward part (0: none, as published). `embedding` is the
    size of the vector that modulates the blocks (FiLM).
    """

    group: Group
    width: int
    layers: int
    heads: int
    ffn: int
    embedding: int
    audio_width: int
    feature_dim: int = 384
    feature_before: int = 4
    feature_after: int = 5
    text_dim: int = 384
    phonemes: int = len(PHONEMES)
    phoneme_reach: int = 2
    frames: int = 100
    kernel: int = 0
    dropout: float = 0.0
    feature_kind: str = ""
    embedding_kind: str = ""

    def __post_init__(self) -> None:
        object.__setattr__(self, "group", Group(self.group))
        if self.width % self.heads:
            raise ValueError(f"width {self.width} does not divide into {self.heads} heads")
        if self.kernel and self.kernel % 2 == 0:
            raise ValueError(f"kernel {self.kernel} has no middle frame")

    @property
    def channels(self) -> int:
        """Channels a frame that the network writes."""
        return self.group.width

    @property
    def feature_window(self) -> int:
        """50 Hz features that one frame hears."""
        return self.feature_before + 1 + self.feature_after

    def as_dict(self) -> dict[str, Any]:
        """Plain values, for JSON."""
        return asdict(self)

    @classmethod
    def from_dict(cls, values: dict[str, Any]) -> "CMDTConfig":
        """The inverse of `as_dict`. Raises ValueError or TypeError where a field is unknown, missing or impossible."""
        unknown = set(values) - {field.name for field in fields(cls)}
        if unknown:
            raise ValueError(f"unknown settings {sorted(unknown)}")
        return cls(**values)


def paper(group: Group, feature_dim: int = 1024, text_dim: int = 512) -> CMDTConfig:
    """The published size: 8 layers of 512, 100-frame windows, 9-feature windows of a 1024-wide speech model."""
    return CMDTConfig(
        group, width=512, layers=8, heads=8, ffn=1024, embedding=2048, audio_width=512, feature_dim=feature_dim,
        feature_before=4, feature_after=4, text_dim=text_dim,
    )  # fmt: skip


def embedded(group: Group) -> CMDTConfig:
    """The size that ships: a few million parameters, trained on one processor core.

    The short convolution makes neighbouring frames known to each other, which the published network has to learn
    from its positional embedding; forty minutes of data do not teach that.
    """
    return CMDTConfig(
        group, width=192, layers=4, heads=6, ffn=384, embedding=192, audio_width=128, kernel=5, dropout=0.2,
    )  # fmt: skip
