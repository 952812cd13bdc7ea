"""How different two pictures look: shift-tolerant LPIPS (Ghildyal and Liu 2022, "Shift-tolerant perceptual similarity
metric"), LPIPS (Zhang et al. 2018) whose networks blur before they drop samples.

Layers are named as in the published weights; a training learns by the small network, an evaluation judges by the large.
"""

import pickle
from enum import StrEnum
from pathlib import Path

import torch
import torch.nn.functional as F  # noqa: N812 - torch's own abbreviation
from torch import Tensor, nn

from dimitra_studio.core.errors import ModelError

_TINY = 1e-10


class Trunk(StrEnum):
    """The network whose features are compared."""

    ALEX = "alex"
    VGG = "vgg"


class PerceptualDistance(nn.Module):
    """The weighted difference of features along a trunk."""

    def __init__(self, trunk: Trunk) -> None:
        super().__init__()
        self.trunk = trunk
        self.scaling_layer = nn.Module()
        for name in ("shift", "scale"):
            self.scaling_layer.register_buffer(name, torch.zeros(1, 3, 1, 1))
        slices, widths = _alex() if trunk is Trunk.ALEX else _vgg()
        self.net = nn.ModuleDict({f"slice{number}": part for number, part in enumerate(slices, 1)})
        for number, width in enumerate(widths):
            # The published layer is a dropout, then a weighing.
            self.add_module(f"lin{number}", nn.ModuleDict({"model": nn.Sequential(nn.Identity(), _weighing(width))}))

    def forward(self, one: Tensor, other: Tensor) -> Tensor:
        """Distances [B] of pictures [B, 3, H, W] in -1..1, at least 32 px a side."""
        shift, scale = self.scaling_layer.get_buffer("shift"), self.scaling_layer.get_buffer("scale")
        a, b = (one - shift) / scale, (other - shift) / scale
        total = one.new_zeros(len(one))
        for number, part in enumerate(self.net.values()):
            a, b = part(a), part(b)
            difference = (_unit(a) - _unit(b)) ** 2
            total = total + self.get_submodule(f"lin{number}.model")(difference).mean(dim=(1, 2, 3))
        return total


class Blur(nn.Module):
    """Every second sample of a picture blurred by a small binomial filter, which the file holds."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.register_buffer("filt", torch.zeros(channels, 1, 3, 3))

    def forward(self, x: Tensor) -> Tensor:  # noqa: D102 - torch's own protocol
        return F.conv2d(F.pad(x, (2, 2, 2, 2), "reflect"), self.get_buffer("filt"), stride=2, groups=x.shape[1])


def load_perceptual(path: Path, trunk: Trunk) -> PerceptualDistance:
    """The distance with the published weights in `path`. Raises ModelError where it holds others, or none."""
    distance = PerceptualDistance(trunk)
    try:
        distance.load_state_dict(torch.load(path, map_location="cpu", weights_only=True))
    except (pickle.UnpicklingError, RuntimeError, TypeError, ValueError, EOFError, OSError, AttributeError) as error:
        raise ModelError(
            f"{path} does not hold the {trunk} weights of shift-tolerant LPIPS.", "Run: dimitra models verify"
        ) from error
    return distance.requires_grad_(requires_grad=False).eval()


def _alex() -> tuple[list[nn.Sequential], tuple[int, ...]]:
    layers: list[nn.Module] = [
        nn.Conv2d(3, 64, 11, padding=2), Blur(64), nn.ReLU(),
        nn.MaxPool2d(3, stride=1), Blur(64), nn.Conv2d(64, 192, 5, padding=2), nn.ReLU(),
        nn.MaxPool2d(3, stride=1), Blur(192), nn.Conv2d(192, 384, 3, padding=1), nn.ReLU(),
        nn.Conv2d(384, 256, 3, padding=1), nn.ReLU(),
        nn.Conv2d(256, 256, 3, padding=1), nn.ReLU(),
    ]  # fmt: skip
    return _sliced(layers, (3, 7, 11, 13, 15)), (64, 192, 384, 256, 256)


def _vgg() -> tuple[list[nn.Sequential], tuple[int, ...]]:
    widths, depths = (64, 128, 256, 512, 512), (2, 2, 3, 3, 3)
    layers: list[nn.Module] = []
    ends = []
    before = 3
    for width, depth in zip(widths, depths, strict=True):
        if layers:
            layers += [nn.MaxPool2d(2, stride=1), Blur(before)]
        for _ in range(depth):
            layers += [nn.Conv2d(before, width, 3, padding=1), nn.ReLU()]
            before = width
        ends.append(len(layers))
    return _sliced(layers, ends), widths


def _sliced(layers: list[nn.Module], ends: "list[int] | tuple[int, ...]") -> list[nn.Sequential]:
    """The layers up to each of the `ends`; each keeps its number, by which the file names it."""
    slices = []
    start = 0
    for end in ends:
        part = nn.Sequential()
        for number in range(start, end):
            part.add_module(str(number), layers[number])
        slices.append(part)
        start = end
    return slices


def _weighing(width: int) -> nn.Conv2d:
    return nn.Conv2d(width, 1, 1, bias=False)


def _unit(features: Tensor) -> Tensor:
    """As published: divided by the length and a tiny number; the length's slope at zero is kept finite."""
    return features / (features.square().sum(dim=1, keepdim=True).clamp(min=_TINY**2).sqrt() + _TINY)
