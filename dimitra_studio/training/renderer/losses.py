"""What a repair is judged by while it learns."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import torch
import torch.nn.functional as F  # noqa: N812 - torch's own abbreviation
from torch import Tensor

from dimitra_studio.render.neural.network import Repair, largest_near
from dimitra_studio.render.neural.part import Part
from dimitra_studio.render.neural.sight import LABELS, MOUTH_INSIDE
from dimitra_studio.render.perceptual import PerceptualDistance, Trunk
from dimitra_studio.training.renderer.batches import RepairBatch

_EYE = LABELS.index("eye")
_SCALES = 3
# Looks are judged on so much of a square at once, of one frame of each two: they cost as much as all the rest.
_GLIMPSE = {Trunk.ALEX: 112, Trunk.VGG: 80}


@dataclass(frozen=True)
class RepairWeights:
    """How much each term counts; `inside` and `lids` weigh samples of the mouth's inside and about the eyes."""

    colour: float = 1.0
    gradient: float = 1.0
    perceptual: float = 6.0
    warping: float = 0.5
    temporal: float = 0.5
    gate: float = 0.02
    adversarial: float = 0.0
    inside: float = 4.0
    lids: float = 2.0


def weights_of(part: Part, adversarial: float) -> RepairWeights:
    """What counts in a part: the inside of the mouth is the mouth network's, lids are the face's."""
    if part is Part.MOUTH:
        return RepairWeights(adversarial=adversarial)
    return RepairWeights(inside=1.0, lids=4.0, adversarial=adversarial)


# How differently two batches of squares [B, 3, S, S] look: [B] or fewer.
Look: TypeAlias = Callable[[Tensor, Tensor], Tensor]


def repair_loss(out: Tensor, repair: Repair, batch: RepairBatch, weights: RepairWeights, look: Look | None) -> Tensor:
    """The terms that need no critic, weighted.

    L1 of the colours and of their differences at three scales (mouth and lids count more), of what comes out and, as
    PIRenderer does, of what the flow alone makes, or all would be repainted and nothing moved; how different both look
    where the weights of shift-tolerant LPIPS are at hand; how the change from a frame to its neighbour differs from the
    true one (flicker); and the gate where nothing is to be repaired.
    """
    where = _weight_map(batch.label, weights)
    difference = out - batch.truth
    loss = weights.colour * (where * difference.abs()).mean()
    loss = loss + weights.gradient * _gradients(out, batch.truth, where)
    moved = repair.move(batch.warped)
    loss = loss + weights.warping * (
        (where * (moved - batch.truth).abs()).mean() + _gradients(moved, batch.truth, where)
    )
    loss = loss + weights.temporal * _flicker(difference, where)
    loss = loss + weights.gate * (repair.gate * (where == 1)).mean()
    if look is not None:
        loss = loss + weights.perceptual * look(out, batch.truth).mean()
    return loss


def glimpse(distance: PerceptualDistance, chance: np.random.Generator) -> Look:
    """Judges the same part of both squares, wherever chance has it but rather in the middle, of every second frame."""
    largest = _GLIMPSE[distance.trunk]

    def look(out: Tensor, truth: Tensor) -> Tensor:
        side = min(out.shape[-1], largest)
        top, left = (chance.random((2, 2)).mean(axis=0) * (out.shape[-1] - side)).round().astype(int)
        one, other = (each[::2, :, top : top + side, left : left + side] for each in (out, truth))
        distances: Tensor = distance(one, other)
        return distances

    return look


def _weight_map(label: Tensor, weights: RepairWeights) -> Tensor:
    """[B, 1, S, S]: 1 where the warp does well; softened, so that lips and lids are part of what they surround."""
    inside = torch.isin(label, torch.tensor(MOUTH_INSIDE, device=label.device, dtype=label.dtype)).float()[:, None]
    eyes = (label == _EYE).float()[:, None]
    near = label.shape[-1] // 24 * 2 + 1
    return 1 + (weights.inside - 1) * largest_near(inside, near) + (weights.lids - 1) * largest_near(eyes, near)


def _gradients(out: Tensor, truth: Tensor, where: Tensor) -> Tensor:
    total = out.new_zeros(())
    for _ in range(_SCALES):
        for axis in (2, 3):
            change = (out - truth).diff(dim=axis).abs()
            total = total + (where.narrow(axis, 0, change.shape[axis]) * change).mean()
        out, truth, where = (F.avg_pool2d(each, 2) for each in (out, truth, where))
    return total / _SCALES


def _flicker(difference: Tensor, where: Tensor) -> Tensor:
    """Error that a frame does not share with its neighbour."""
    return (where[0::2] * (difference[1::2] - difference[0::2]).abs()).mean()
