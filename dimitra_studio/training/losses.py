"""What a cMDT is trained to minimise, on normalised motion [B, N, C] with real frames `mask` [B, N]."""

from dataclasses import dataclass

import torch
from torch import Tensor

_PAPER_WEIGHT = 6.0  # lambda of arXiv 2502.17198 §3


@dataclass(frozen=True)
class LossWeights:
    """Weights beside the paper's 6 L_diff: `first` for the first frame (the paper's L_first, for the pose), `velocity`
    for frame-to-frame change, `shape` for the lips' gap and width, of which frames with closed lips count `closed`
    times more: they are few, and seen when missed; `mesh` for the vertices about the mouth (training.lip_mesh)."""

    first: float = 0.0
    velocity: float = 0.0
    shape: float = 0.0
    closed: float = 0.0
    mesh: float = 0.0


def motion_loss(
    predicted: Tensor,
    clean: Tensor,
    mask: Tensor,
    starts: Tensor,
    *,
    weights: LossWeights,
    shape: Tensor | None = None,
    closed: Tensor | None = None,
    mesh: Tensor | None = None,
) -> Tensor:
    """The weighted sum. `starts` [B] marks windows that were given their own first frame; `shape` [C, K] maps
    normalised channels to K measures in standard deviations; `closed` [B, N] marks frames with closed lips; `mesh`
    [C, C] is the quadratic form of an error's vertices, 1 on average for the motion's own deviation from its mean."""
    error = predicted - clean
    loss = _PAPER_WEIGHT * masked_mean(error.square().mean(dim=-1), mask)
    if weights.first:
        loss = loss + weights.first * masked_mean(error[:, 0].square().mean(dim=-1), starts)
    if weights.velocity:
        pairs = mask[:, 1:] & mask[:, :-1]
        loss = loss + weights.velocity * masked_mean(error.diff(dim=1).square().mean(dim=-1), pairs)
    if weights.shape and shape is not None:
        emphasis = 1.0 if closed is None else 1.0 + weights.closed * closed
        loss = loss + weights.shape * masked_mean((error @ shape).square().mean(dim=-1) * emphasis, mask)
    if weights.mesh and mesh is not None:
        loss = loss + weights.mesh * masked_mean((error @ mesh * error).sum(dim=-1), mask)
    return loss


def masked_mean(values: Tensor, mask: Tensor) -> Tensor:
    """Mean of `values` where `mask` is True; zero where it nowhere is."""
    return torch.where(mask, values, 0.0).sum() / mask.sum().clamp(min=1)
