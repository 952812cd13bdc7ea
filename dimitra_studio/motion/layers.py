"""The cMDT's parts: efficient attention, FiLM, feed-forward and the sinusoidal embedding.

Shapes: B sequences, N frames, M memory entries, W width, H heads, D = W / H.
"""

import math

import torch
import torch.nn.functional as F  # noqa: N812 - torch's own abbreviation
from torch import Tensor, nn


def efficient_attention(query: Tensor, key: Tensor, value: Tensor, mask: Tensor) -> Tensor:
    """Efficient attention (Shen et al., arXiv 1812.01243): softmax_D(Q) (softmax_M(K)^T V), in O(N D^2).

    `query` [B, N, H, D], `key`, `value` [B, M, H, D], `mask` [B, M] True where the memory is real. Returns
    [B, N, H, D]; zeros where a sequence has no real memory at all.
    """
    real = mask[:, :, None, None]
    weights = key.float().masked_fill(~real, -torch.inf).softmax(dim=1)
    weights = torch.where(real, weights, 0.0).to(value.dtype)
    summary = torch.einsum("bmhd,bmhe->bhde", weights, value)
    return torch.einsum("bnhd,bhde->bnhe", query.float().softmax(dim=-1).to(value.dtype), summary)


def softmax_attention(query: Tensor, key: Tensor, value: Tensor, mask: Tensor) -> Tensor:
    """Ordinary attention with the same arguments, in O(N M): the reference in tests.

    Both are averages of the values with weights that sum to one, so they agree wherever the average
    does not depend on the weights: one real key, or equal values.
    """
    scores = torch.einsum("bnhd,bmhd->bhnm", query, key) / math.sqrt(query.shape[-1])
    weights = scores.masked_fill(~mask[:, None, None, :], -torch.inf).softmax(dim=-1)
    return torch.einsum("bhnm,bmhd->bnhd", weights, value)


class EfficientAttention(nn.Module):
    """Efficient attention of `width` with learned projections; self-attention when the memory is the input."""

    def __init__(self, width: int, heads: int) -> None:
        super().__init__()
        self.heads = heads
        self.query = nn.Linear(width, width)
        self.key_value = nn.Linear(width, 2 * width)

    def forward(self, x: Tensor, memory: Tensor, mask: Tensor) -> Tensor:
        """`x` [B, N, W], `memory` [B, M, W], `mask` [B, M] -> [B, N, W]."""
        query = self.query(x).unflatten(-1, (self.heads, -1))
        key, value = self.key_value(memory).unflatten(-1, (2, self.heads, -1)).unbind(2)
        return efficient_attention(query, key, value, mask).flatten(2)


class FiLM(nn.Module):
    """MotionDiffuse's stylization block: LN(x) (1 + scale) + shift, SiLU, zero-initialised projection.

    Scale and shift come from the embedding, so a block is the identity until it has learned something.
    """

    def __init__(self, width: int, embedding: int, dropout: float) -> None:
        super().__init__()
        self.modulation = nn.Linear(embedding, 2 * width)
        self.norm = nn.LayerNorm(width)
        self.dropout = nn.Dropout(dropout)
        self.projection = nn.Linear(width, width)
        nn.init.zeros_(self.projection.weight)
        nn.init.zeros_(self.projection.bias)

    def forward(self, x: Tensor, embedding: Tensor) -> Tensor:
        """`x` [B, N, W], `embedding` [B, E] -> [B, N, W]."""
        scale, shift = self.modulation(F.silu(embedding))[:, None].chunk(2, dim=-1)
        projected: Tensor = self.projection(self.dropout(F.silu(self.norm(x) * (1 + scale) + shift)))
        return projected


class FeedForward(nn.Module):
    """Two linear maps about a GELU, after a depthwise convolution of `kernel` frames when `kernel` > 0."""

    def __init__(self, width: int, hidden: int, kernel: int) -> None:
        super().__init__()
        self.taps = nn.Parameter(torch.randn(kernel, width) / math.sqrt(kernel)) if kernel else None
        self.expand = nn.Linear(width, hidden)
        self.contract = nn.Linear(hidden, width)

    def forward(self, x: Tensor, mask: Tensor) -> Tensor:
        """`x` [B, N, W], `mask` [B, N] True on real frames -> [B, N, W]."""
        if self.taps is not None:
            x = _convolve(x * mask[..., None], self.taps)
        out: Tensor = self.contract(F.gelu(self.expand(x)))
        return out


def _convolve(x: Tensor, taps: Tensor) -> Tensor:
    """Depthwise convolution over frames as shifted sums: three times as fast on a CPU as grouped conv1d."""
    reach = len(taps) // 2
    padded = F.pad(x, (0, 0, reach, reach))
    out = padded[:, : x.shape[1]] * taps[0]
    for offset, tap in enumerate(taps[1:], start=1):
        out = torch.addcmul(out, padded[:, offset : offset + x.shape[1]], tap)
    return out


def sinusoidal(positions: Tensor, width: int) -> Tensor:
    """Sines and cosines of `positions` [B] at `width` / 2 geometric frequencies from 1 to 1/10000: [B, width]."""
    half = width // 2
    frequencies = torch.exp(torch.arange(half, device=positions.device) * (-math.log(10_000.0) / max(half - 1, 1)))
    angles = positions.float()[:, None] * frequencies
    return F.pad(torch.cat((angles.cos(), angles.sin()), dim=-1), (0, width - 2 * half))
