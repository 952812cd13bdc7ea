"""A critic of patches (Isola et al. 2017): tells true squares from repaired ones by their texture."""

import torch
import torch.nn.functional as F  # noqa: N812 - torch's own abbreviation
from torch import Tensor, nn
from torch.nn.utils.parametrizations import spectral_norm

_SLOPE = 0.2
_WIDTHS = (32, 64, 128)


class Critic(nn.Module):
    """Scores [B, 1, S/8, S/8] of squares [B, 3, S, S] beside the warped ones they come from."""

    def __init__(self) -> None:
        super().__init__()
        before = 6
        layers: list[nn.Module] = []
        for width in _WIDTHS:
            layers += [spectral_norm(nn.Conv2d(before, width, 4, stride=2, padding=1)), nn.LeakyReLU(_SLOPE)]
            before = width
        self.layers = nn.Sequential(*layers, spectral_norm(nn.Conv2d(before, 1, 3, padding=1)))

    def forward(self, square: Tensor, warped: Tensor) -> Tensor:  # noqa: D102 - torch's own protocol
        scores: Tensor = self.layers(torch.cat([square, warped], dim=1))
        return scores


def critic_loss(critic: Critic, out: Tensor, truth: Tensor, warped: Tensor) -> Tensor:
    """The hinge loss of the critic."""
    return F.relu(1 - critic(truth, warped)).mean() + F.relu(1 + critic(out.detach(), warped)).mean()


def fooling_loss(critic: Critic, out: Tensor, warped: Tensor) -> Tensor:
    """What the repairing network wants of it."""
    loss: Tensor = -critic(out, warped).mean()
    return loss
