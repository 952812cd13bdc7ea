"""The conditional Motion Diffusion Transformer of Dimitra (arXiv 2502.17198 §3): predicts the clean motion x0.

A frame's voice (features, and phonemes where they are known) is added to every layer's input. Each layer attends to
the motion itself and across to phonemes, text and first frame; the results are concatenated and mapped back, then a
feed-forward part follows; both are modulated (FiLM) by the diffusion step and the pooled conditions.

Two things differ from the published figure. Text and first frame are one vector each, and efficient attention over
a memory of equal entries returns that entry's value whatever the query (tested): their cross-attentions and their
part of the map after the concatenation are one linear map. And phonemes are also added frame by frame.
"""

from dataclasses import dataclass, fields

import torch
import torch.nn.functional as F  # noqa: N812 - torch's own abbreviation
from torch import Tensor, nn

from dimitra_studio.motion.config import CMDTConfig
from dimitra_studio.motion.layers import EfficientAttention, FeedForward, FiLM, sinusoidal


@dataclass(frozen=True)
class Conditions:
    """What B windows of N frames are conditioned on.

    `features` [B, 2N + feature_window - 2, F]: 50 Hz, from feature_before ahead of the window, zero outside the clip;
    `phonemes` [B, N + 2 reach, P + 1]: each phone's share of the frame, and the fraction within the phone;
    `text` [B, E]; `first` [B, C] normalised; `starts` [B] True where `first` is frame 0 of the window itself;
    `mask` [B, N] True on real frames; `present` [B, 4] True where (features, phonemes, text, first) are given.
    """

    features: Tensor
    phonemes: Tensor
    text: Tensor
    first: Tensor
    starts: Tensor
    mask: Tensor
    present: Tensor

    def rows(self, rows: slice | Tensor) -> "Conditions":
        """These sequences only."""
        return Conditions(*(getattr(self, field.name)[rows] for field in fields(self)))

    def without_speech(self) -> "Conditions":
        """The same windows with only the first frame known: the unconditional side of guidance."""
        keep = torch.tensor([False, False, False, True], device=self.present.device)
        return Conditions(
            self.features, self.phonemes, self.text, self.first, self.starts, self.mask, self.present & keep
        )


@dataclass(frozen=True)
class Encoded:
    """Conditions as the layers read them: per-frame `voice` [B, N, W], phoneme `memory` [B, N, W] with its mask
    [B, N], `text` and `first` values [B, W], their pooled `embedding` [B, E] and the frame `mask` [B, N]."""

    voice: Tensor
    memory: Tensor
    memory_mask: Tensor
    text: Tensor
    first: Tensor
    embedding: Tensor
    mask: Tensor


class FrameWindow(nn.Module):
    """A linear map of `window` neighbouring vectors, every `stride`: a strided convolution as one product."""

    def __init__(self, window: int, stride: int, inputs: int, outputs: int) -> None:
        super().__init__()
        self.window, self.stride = window, stride
        self.linear = nn.Linear(window * inputs, outputs)

    def forward(self, x: Tensor) -> Tensor:
        """`x` [B, M, inputs] -> [B, (M - window) // stride + 1, outputs]."""
        out: Tensor = self.linear(x.unfold(1, self.window, self.stride).transpose(2, 3).flatten(2))
        return out


class ConditionEncoder(nn.Module):
    """Conditions to vectors of the layers' width; a condition that is not present contributes nothing."""

    feature_mean: Tensor
    feature_std: Tensor

    def __init__(self, config: CMDTConfig) -> None:
        super().__init__()
        width = config.width
        self.register_buffer("feature_mean", torch.zeros(config.feature_dim))
        self.register_buffer("feature_std", torch.ones(config.feature_dim))
        self.feature_in = nn.Linear(config.feature_dim, config.audio_width)
        self.feature_window = FrameWindow(config.feature_window, 2, config.audio_width, width)
        self.feature_out = nn.Linear(width, width)
        self.feature_norm = nn.LayerNorm(width)
        self.phoneme_window = FrameWindow(2 * config.phoneme_reach + 1, 1, config.phonemes + 1, width)
        self.phoneme_out = nn.Linear(width, width)
        self.phoneme_norm = nn.LayerNorm(width)
        self.text_in = nn.Linear(config.text_dim, width)
        self.text_norm = nn.LayerNorm(width)
        self.first_in = nn.Sequential(nn.Linear(config.channels + 1, width), nn.SiLU(), nn.Linear(width, width))
        self.first_norm = nn.LayerNorm(width)
        self.pooled = nn.Linear(3 * width, config.embedding)
        self.dropout = nn.Dropout(config.dropout)

    def forward(self, given: Conditions) -> Encoded:
        """Encodes every condition of B windows."""
        has_features, has_phonemes, has_text, has_first = given.present.unbind(1)
        standard = (given.features - self.feature_mean) / self.feature_std
        heard = self.feature_window(self.dropout(F.gelu(self.feature_in(standard))))
        heard = self.feature_norm(self.feature_out(F.gelu(heard)))
        heard = heard * (has_features[:, None] & given.mask)[..., None]
        spoken = self.phoneme_norm(self.phoneme_out(F.gelu(self.phoneme_window(given.phonemes))))
        spoken_mask = has_phonemes[:, None] & given.mask
        spoken = spoken * spoken_mask[..., None]
        text = self.text_norm(self.text_in(given.text)) * has_text[:, None]
        starts = given.starts[:, None].to(given.first.dtype)
        first = self.first_norm(self.first_in(torch.cat((given.first, starts), dim=-1))) * has_first[:, None]
        frames = given.mask.sum(dim=1, keepdim=True).clamp(min=1)
        pooled = self.pooled(torch.cat((heard.sum(dim=1) / frames, text, first), dim=-1))
        return Encoded(self.dropout(heard + spoken), spoken, spoken_mask, text, first, pooled, given.mask)


class CMDTLayer(nn.Module):
    """One layer: attention to motion and conditions, concatenated; FiLM; feed-forward; FiLM."""

    def __init__(self, config: CMDTConfig) -> None:
        super().__init__()
        width = config.width
        self.norm = nn.LayerNorm(width)
        self.self_attention = EfficientAttention(width, config.heads)
        self.phoneme_norm = nn.LayerNorm(width)
        self.phoneme_attention = EfficientAttention(width, config.heads)
        self.merge = nn.Linear(2 * width, width)
        self.merge_vectors = nn.Linear(2 * width, width)
        self.attention_film = FiLM(width, config.embedding, config.dropout)
        self.ffn_norm = nn.LayerNorm(width)
        self.ffn = FeedForward(width, config.ffn, config.kernel)
        self.ffn_film = FiLM(width, config.embedding, config.dropout)

    def forward(self, x: Tensor, given: Encoded, position: Tensor, embedding: Tensor) -> Tensor:
        """`x` [B, N, W], `position` [N, W], `embedding` [B, E] -> [B, N, W]."""
        x = x + given.voice
        normal = self.norm(x)
        seen = self.self_attention(normal, normal, given.mask)
        spoken = self.phoneme_attention(normal, self.phoneme_norm(given.memory + position), given.memory_mask)
        vectors = self.merge_vectors(torch.cat((given.text, given.first), dim=-1))
        merged = self.merge(torch.cat((seen, spoken), dim=-1)) + vectors[:, None]
        x = x + self.attention_film(merged, embedding)
        out: Tensor = x + self.ffn_film(self.ffn(self.ffn_norm(x), given.mask), embedding)
        return out


class CMDT(nn.Module):
    """One cMDT: noisy normalised motion, diffusion step and conditions to clean normalised motion."""

    def __init__(self, config: CMDTConfig) -> None:
        super().__init__()
        width = config.width
        self.config = config
        self.conditions = ConditionEncoder(config)
        self.motion_in = nn.Linear(config.channels, width)
        self.position = nn.Parameter(torch.randn(config.frames, width) * 0.02)
        self.step = nn.Sequential(
            nn.Linear(width, config.embedding), nn.SiLU(), nn.Linear(config.embedding, config.embedding)
        )
        self.layers = nn.ModuleList(CMDTLayer(config) for _ in range(config.layers))
        self.norm = nn.LayerNorm(width)
        self.motion_out = nn.Linear(width, config.channels)
        nn.init.zeros_(self.motion_out.weight)
        nn.init.zeros_(self.motion_out.bias)

    def encode(self, conditions: Conditions) -> Encoded:
        """The conditions once, for all diffusion steps."""
        encoded: Encoded = self.conditions(conditions)
        return encoded

    def denoise(self, x: Tensor, step: Tensor, given: Encoded) -> Tensor:
        """`x` [B, N, C] at diffusion `step` [B] -> x0 [B, N, C]; frames outside the mask are zero."""
        position = self.position[: x.shape[1]]
        embedding = self.step(sinusoidal(step, self.config.width)) + given.embedding
        h = self.motion_in(x * given.mask[..., None]) + position
        for layer in self.layers:
            h = layer(h, given, position, embedding)
        out: Tensor = self.motion_out(self.norm(h)) * given.mask[..., None]
        return out

    def forward(self, x: Tensor, step: Tensor, conditions: Conditions) -> Tensor:
        """`encode`, then `denoise`."""
        return self.denoise(x, step, self.encode(conditions))
