"""From what is seen (bytes) to what the network is given."""

from collections.abc import Sequence

import numpy as np
import torch
import torch.nn.functional as F  # noqa: N812 - torch's own abbreviation
from numpy.typing import ArrayLike, NDArray
from torch import Tensor

from dimitra_studio.core.arrays import FloatArray
from dimitra_studio.core.channels import CHANNEL_COUNT, COMPONENTS, Group
from dimitra_studio.render.neural.network import RADIUS
from dimitra_studio.render.neural.sight import LABELS, Sight, unpack_places

# A radian of the head is as much motion as four whole components, a decimetre as one.
_ANGLE = 4.0


def seen_tensor(sights: Sequence[Sight]) -> Tensor:
    """[B, 15, S, S] of some sights: colours, labels, surface."""
    surface = _channels_first(np.stack([sight.surface for sight in sights])) / 127
    return torch.cat([source_tensor([(sight.picture, sight.label) for sight in sights]), surface], dim=1)


def source_tensor(squares: Sequence[tuple[NDArray[np.uint8], NDArray[np.uint8]]]) -> Tensor:
    """[B, 10, S, S] of pictures and labels."""
    labels = torch.from_numpy(np.stack([label for _, label in squares])).long()
    hot = F.one_hot(labels, len(LABELS)).permute(0, 3, 1, 2).float()
    return torch.cat([colour_tensor([picture for picture, _ in squares]), hot], dim=1)


def colour_tensor(pictures: Sequence[NDArray[np.uint8]]) -> Tensor:
    """[B, 3, S, S] in -1..1."""
    return _channels_first(np.stack(pictures)) / 127.5 - 1


def places_tensor(sights: Sequence[Sight]) -> Tensor:
    """[B, S, S, 2] in -1..1 of the portrait's square."""
    return torch.from_numpy(unpack_places(np.stack([sight.places for sight in sights])))


def motion_window(values: FloatArray, frame: int, source: ArrayLike) -> FloatArray:
    """[134, 27]: motion `values` [T, 70] around a frame (the ends repeated) less the portrait's own `source` [70], and
    the portrait's own expression."""
    rest = np.asarray(source, np.float32)
    rows = np.clip(np.arange(frame - RADIUS, frame + RADIUS + 1), 0, len(values) - 1)
    weight = np.ones(CHANNEL_COUNT, np.float32)
    weight[Group.POSE.columns.start : Group.POSE.columns.start + 3] = _ANGLE
    moved = (values[rows] - rest) * weight
    own = np.broadcast_to(rest[COMPONENTS], (len(rows), len(rest[COMPONENTS])))
    return np.ascontiguousarray(np.concatenate([moved, own], axis=1).T, np.float32)


def _channels_first(stack: NDArray[np.generic]) -> Tensor:
    return torch.from_numpy(np.ascontiguousarray(np.moveaxis(stack, -1, 1))).float()
