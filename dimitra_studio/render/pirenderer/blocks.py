"""The parts that PIRenderer's warping and editing networks are made of; named as in the published weights.

AdaIN (Huang and Belongie 2017): features are normalised by instance, then scaled and shifted by what the motion says.
"""

import torch.nn.functional as F  # noqa: N812 - torch's own abbreviation
from torch import Tensor, nn, ones, zeros
from torch.nn import Parameter

_SLOPE = 0.1
_HIDDEN = 128


class LayerNorm2d(nn.Module):
    """Normalises a picture's features [B, C, H, W] all together; scale and shift are by channel."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.weight = Parameter(ones(channels, 1, 1))
        self.bias = Parameter(zeros(channels, 1, 1))

    def forward(self, x: Tensor) -> Tensor:  # noqa: D102 - torch's own protocol, here and below
        return F.group_norm(x, 1, self.weight.flatten(), self.bias.flatten())


class AdaIN(nn.Module):
    """x [B, C, H, W] normalised by instance, then (1 + gamma) x + beta of the descriptor z [B, D]."""

    def __init__(self, channels: int, descriptor: int) -> None:
        super().__init__()
        self.mlp_shared = nn.Sequential(nn.Linear(descriptor, _HIDDEN), nn.ReLU())
        self.mlp_gamma = nn.Linear(_HIDDEN, channels)
        self.mlp_beta = nn.Linear(_HIDDEN, channels)

    def forward(self, x: Tensor, z: Tensor) -> Tensor:  # noqa: D102
        shared = self.mlp_shared(z)
        gamma, beta = self.mlp_gamma(shared)[..., None, None], self.mlp_beta(shared)[..., None, None]
        adapted: Tensor = F.instance_norm(x) * (1 + gamma) + beta
        return adapted


class Descent(nn.Module):
    """Half the size: AdaIN and convolution, twice."""

    def __init__(self, inputs: int, outputs: int, descriptor: int) -> None:
        super().__init__()
        self.conv_0 = nn.Conv2d(inputs, outputs, 4, stride=2, padding=1)
        self.conv_1 = nn.Conv2d(outputs, outputs, 3, padding=1)
        self.norm_0, self.norm_1 = AdaIN(inputs, descriptor), AdaIN(outputs, descriptor)

    def forward(self, x: Tensor, z: Tensor) -> Tensor:  # noqa: D102
        x = self.conv_0(_bend(self.norm_0(x, z)))
        halved: Tensor = self.conv_1(_bend(self.norm_1(x, z)))
        return halved


class Ascent(nn.Module):
    """Twice the size: AdaIN and convolution, twice, beside a way that does it once."""

    def __init__(self, inputs: int, outputs: int, descriptor: int) -> None:
        super().__init__()
        self.conv_0 = nn.Conv2d(inputs, outputs, 3, padding=1)
        self.conv_1 = nn.ConvTranspose2d(outputs, outputs, 3, stride=2, padding=1, output_padding=1)
        self.conv_s = nn.ConvTranspose2d(inputs, outputs, 3, stride=2, padding=1, output_padding=1)
        self.norm_0, self.norm_1 = AdaIN(inputs, descriptor), AdaIN(outputs, descriptor)
        self.norm_s = AdaIN(inputs, descriptor)

    def forward(self, x: Tensor, z: Tensor) -> Tensor:  # noqa: D102
        beside = self.conv_s(_bend(self.norm_s(x, z)))
        x = self.conv_0(_bend(self.norm_0(x, z)))
        doubled: Tensor = beside + self.conv_1(_bend(self.norm_1(x, z)))
        return doubled


class Residual(nn.Module):
    """x and a correction of it.

    The published network computes a first convolution (`conv1`, `norm1`) and then forgets its result; its weights are
    read, so that the file is whole, and not used.
    """

    def __init__(self, channels: int, descriptor: int) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(channels, channels, 3, padding=1)
        self.conv2 = nn.Conv2d(channels, channels, 3, padding=1)
        self.norm1, self.norm2 = AdaIN(channels, descriptor), AdaIN(channels, descriptor)

    def forward(self, x: Tensor, z: Tensor) -> Tensor:  # noqa: D102
        corrected: Tensor = x + self.norm2(self.conv2(x), z)
        return corrected


class Plain(nn.Module):
    """Convolution, normalisation and bend under the name `model`; then half the size where it is to `shrink`."""

    def __init__(self, inputs: int, outputs: int, kernel: int = 3, *, shrink: bool = False) -> None:
        super().__init__()
        parts = (
            nn.Conv2d(inputs, outputs, kernel, padding=kernel // 2),
            LayerNorm2d(outputs),
            nn.LeakyReLU(_SLOPE),
        )
        self.model = nn.Sequential(*parts, *((nn.AvgPool2d(2),) if shrink else ()))

    def forward(self, x: Tensor) -> Tensor:  # noqa: D102
        changed: Tensor = self.model(x)
        return changed


def _bend(x: Tensor) -> Tensor:
    return F.leaky_relu(x, _SLOPE)
