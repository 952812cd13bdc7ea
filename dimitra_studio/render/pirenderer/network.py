"""PIRenderer's network (Ren et al. 2021, arXiv 2109.08379), as published: mapping, warping, editing.

Modules are named as in the published weights, so that their state dict loads as it is. There are two sizes: the paper's
face model for pictures of 256 px, and a wider one for 512 px.
"""

from dataclasses import dataclass

import torch
import torch.nn.functional as F  # noqa: N812 - torch's own abbreviation
from torch import Tensor, nn

from dimitra_studio.render.pirenderer.blocks import Ascent, Descent, LayerNorm2d, Plain, Residual

COEFFICIENTS = 73  # 64 expression, 3 angles, 3 translations, 3 of the crop
CROP = slice(70, 73)  # scale, x, y: where Deng's network would see the face in the picture
RADIUS = 13
WINDOW = 2 * RADIUS + 1  # frames
_SLOPE = 0.1


@dataclass(frozen=True)
class Sizes:
    """Widths and depths, and the `side` of the pictures, px; the defaults are the published ones, smaller ones are for
    tests."""

    side: int = 256
    descriptor: int = 256
    widest: int = 256
    mapping_layers: int = 3
    warp_base: int = 32
    warp_down: int = 5
    warp_up: int = 3
    edit_base: int = 64
    edit_layers: int = 3
    edit_residuals: int = 2

    def warp_width(self, level: int) -> int:
        """Channels of the warping network, `level` halvings down."""
        return min(self.warp_base << level, self.widest)

    def edit_width(self, level: int) -> int:
        """Channels of the editing network, `level` halvings down."""
        return min(self.edit_base << level, self.widest)


# What the papers published, and what Dimitra's authors made of it for larger pictures (configs/renderer_conf_512.yaml).
PUBLISHED = (Sizes(), Sizes(side=512, descriptor=512, widest=512))


class PIRenderer(nn.Module):
    """A picture of a face and a window of motion to the picture in that motion."""

    def __init__(self, sizes: Sizes | None = None) -> None:
        super().__init__()
        self.sizes = sizes = sizes or Sizes()
        self.mapping_net = MappingNet(sizes)
        self.warpping_net = WarpingNet(sizes)  # the published spelling
        self.editing_net = EditingNet(sizes)

    def forward(self, picture: Tensor, motion: Tensor) -> Tensor:
        """`picture` [B, 3, H, W] in -1..1 (sides whole multiples of 32) and `motion` [B, 73, 27] to [B, 3, H, W]."""
        descriptor = self.mapping_net(motion)
        warped = self.warpping_net(picture, descriptor)
        edited: Tensor = self.editing_net(picture, warped, descriptor)
        return edited


class MappingNet(nn.Module):
    """The motion of 27 frames [B, 73, 27] to one descriptor [B, D]."""

    def __init__(self, sizes: Sizes) -> None:
        super().__init__()
        self.first = nn.Sequential(nn.Conv1d(COEFFICIENTS, sizes.descriptor, 7))
        self._layers = sizes.mapping_layers
        for layer in range(self._layers):
            convolution = nn.Conv1d(sizes.descriptor, sizes.descriptor, 3, dilation=3)
            self.add_module(f"encoder{layer}", nn.Sequential(nn.LeakyReLU(_SLOPE), convolution))

    def forward(self, motion: Tensor) -> Tensor:  # noqa: D102 - torch's own protocol, here and below
        x: Tensor = self.first(motion)
        for layer in range(self._layers):
            x = self.get_submodule(f"encoder{layer}")(x) + x[:, :, 3:-3]
        return x.mean(dim=2)


class WarpingNet(nn.Module):
    """Where each pixel comes from: a flow at a quarter of the size, in its own pixels, applied to the picture."""

    def __init__(self, sizes: Sizes) -> None:
        super().__init__()
        self.hourglass = Hourglass(sizes)
        width = 2 * sizes.warp_width(sizes.warp_down - sizes.warp_up)
        self.flow_out = nn.Sequential(LayerNorm2d(width), nn.LeakyReLU(_SLOPE), nn.Conv2d(width, 2, 7, padding=3))

    def forward(self, picture: Tensor, descriptor: Tensor) -> Tensor:  # noqa: D102
        return warp(picture, self.flow_out(self.hourglass(picture, descriptor)))


class Hourglass(nn.Module):
    """Down and half up again, every level joined with its own kind from the way down."""

    def __init__(self, sizes: Sizes) -> None:
        super().__init__()
        self.encoder = nn.Module()
        self.encoder.add_module("input_layer", nn.Conv2d(3, sizes.warp_base, 7, padding=3))
        self.decoder = nn.Module()
        self._down = range(sizes.warp_down)
        self._up = range(sizes.warp_down - sizes.warp_up, sizes.warp_down)[::-1]
        for level in self._down:
            block = Descent(sizes.warp_width(level), sizes.warp_width(level + 1), sizes.descriptor)
            self.encoder.add_module(f"encoder{level}", block)
        for level in self._up:
            joined = 1 if level == sizes.warp_down - 1 else 2
            inputs = joined * sizes.warp_width(level + 1)
            self.decoder.add_module(f"decoder{level}", Ascent(inputs, sizes.warp_width(level), sizes.descriptor))

    def forward(self, picture: Tensor, descriptor: Tensor) -> Tensor:  # noqa: D102
        passed = [self.encoder.get_submodule("input_layer")(picture)]
        for level in self._down:
            passed.append(self.encoder.get_submodule(f"encoder{level}")(passed[-1], descriptor))
        x: Tensor = passed[-1]
        for level in self._up:
            risen = self.decoder.get_submodule(f"decoder{level}")(x, descriptor)
            x = torch.cat([risen, passed[level]], dim=1)
        return x


class EditingNet(nn.Module):
    """Repairs the warped picture, with the given one beside it."""

    def __init__(self, sizes: Sizes) -> None:
        super().__init__()
        self.encoder, self.decoder = nn.Module(), nn.Module()
        self._levels = range(sizes.edit_layers)
        self._residuals = range(sizes.edit_residuals)
        self.encoder.add_module("first", Plain(6, sizes.edit_base, 7))
        for level in self._levels:
            here, below = sizes.edit_width(level), sizes.edit_width(level + 1)
            self.encoder.add_module(f"down{level}", Plain(here, below, shrink=True))
            residuals = nn.ModuleDict({f"res{each}": Residual(below, sizes.descriptor) for each in self._residuals})
            self.decoder.add_module(f"res{level}", residuals)
            self.decoder.add_module(f"up{level}", Plain(below, here))
            self.decoder.add_module(f"jump{level}", Plain(here, here))
        final = nn.Module()
        final.add_module("model", nn.Sequential(nn.Conv2d(sizes.edit_base, 3, 7, padding=3), nn.Tanh()))
        self.decoder.add_module("final", final)

    def forward(self, picture: Tensor, warped: Tensor, descriptor: Tensor) -> Tensor:  # noqa: D102
        passed = [self.encoder.get_submodule("first")(torch.cat([picture, warped], dim=1))]
        for level in self._levels:
            passed.append(self.encoder.get_submodule(f"down{level}")(passed[-1]))
        x: Tensor = passed[-1]
        for level in self._levels[::-1]:
            for each in self._residuals:
                x = self.decoder.get_submodule(f"res{level}.res{each}")(x, descriptor)
            risen = self.decoder.get_submodule(f"up{level}")(F.interpolate(x, scale_factor=2))
            x = risen + self.decoder.get_submodule(f"jump{level}")(passed[level])
        final: Tensor = self.decoder.get_submodule("final.model")(x)
        return final


def warp(picture: Tensor, flow: Tensor) -> Tensor:
    """`picture` [B, C, H, W] looked up at places moved by `flow` [B, 2, h, w], px of the flow's own grid.

    As published: the grid's corners are those of the picture, and the places are stretched to the picture's size.
    """
    height, width = flow.shape[2:]
    y, x = torch.meshgrid(
        torch.linspace(-1, 1, height, device=flow.device),
        torch.linspace(-1, 1, width, device=flow.device),
        indexing="ij",
    )
    steps = flow.new_tensor([width - 1, height - 1]).view(1, 2, 1, 1)
    places = torch.stack([x, y])[None] + 2 * flow / steps
    places = F.interpolate(places, picture.shape[2:], mode="bilinear", align_corners=False)
    return F.grid_sample(picture, places.permute(0, 2, 3, 1), align_corners=False)
