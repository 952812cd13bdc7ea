"""The network that repairs a warped face: PIRenderer's design (Ren et al. 2021, arXiv 2109.08379) begun at a mesh's
flow.

A window of motion becomes a descriptor (mapping); features of the portrait, carried along by the mesh's own flow, are
joined with what the mesh knows of every sample, and AdaIN lets the descriptor change them (warping); out come a
residual flow, a colour and a gate between them (editing).

The square is folded first: two by two samples become channels of one, as in sub-pixel convolution (Shi et al. 2016,
arXiv 1609.05158), and unfold at the end: the widest layers see a quarter of the samples.
"""

from dataclasses import dataclass

import torch
import torch.nn.functional as F  # noqa: N812 - torch's own abbreviation
from torch import Tensor, nn

from dimitra_studio.core.channels import CHANNEL_COUNT, COMPONENT_COUNT
from dimitra_studio.render.neural.config import RepairConfig
from dimitra_studio.render.neural.sight import LABELS, MOUTH_INSIDE, SURFACE

RADIUS = 13
WINDOW = 2 * RADIUS + 1  # frames
SEEN = 3 + len(LABELS) + SURFACE
# The window's motion as against the portrait's, and the portrait's own expression.
MOTION = CHANNEL_COUNT + COMPONENT_COUNT
_SLOPE = 0.1
_FOLD = 2
_CHANGES = 6  # flow x and y, three colours, gate
_FARTHEST = 3 / 64  # of the square's side: the largest residual flow
# x (1 - x) of the place, over which a repair fades in from the border: a fifth of the side, or its edge is seen.
_BORDER = 0.16
# A new network changes little: its gate begins nearly shut.
_SHUT = -2.0


@dataclass(frozen=True)
class Repair:
    """What is to be done to a warped square: `flow` [B, 2, S, S] in -1..1 of the square, `colour` [B, 3, S, S] in
    -1..1, `gate` [B, 1, S, S] in 0..1."""

    flow: Tensor
    colour: Tensor
    gate: Tensor

    def held(self, departure: Tensor, spared: Tensor | None = None) -> "Repair":
        """The repair as far as the part has left the portrait (`departure` [B] in 0..1), none at the border and where
        it is `spared` [1, 1, S, S]."""
        share = departure.view(-1, 1, 1, 1) * _fade(self.gate)
        if spared is not None:
            share = share * (1 - spared)
        return Repair(self.flow * share, self.colour, self.gate * share)

    def move(self, warped: Tensor) -> Tensor:
        """The square [B, 3, S, S] along the flow."""
        return look_up(warped, identity_places(warped) + self.flow.permute(0, 2, 3, 1))

    def apply(self, warped: Tensor) -> Tensor:
        """(1 - gate) times the square [B, 3, S, S] along the flow, plus gate times the colour."""
        moved = self.move(warped)
        return moved + self.gate * (self.colour - moved)


class RepairNetwork(nn.Module):
    """See the module. Its parts are called as the paper calls them."""

    def __init__(self, config: RepairConfig) -> None:
        super().__init__()
        self.config = config
        full, half, quarter = config.widths
        self.mapping = MappingNet(config.descriptor)
        self.source = SourceEncoder(full, half)
        self.stem = _convolution(SEEN * _FOLD**2, full)
        self.down_half = _convolution(full, half, stride=2)
        self.join_half = _convolution(half + full, half)
        self.down_quarter = _convolution(half, quarter, stride=2)
        self.join_quarter = _convolution(quarter + half, quarter)
        self.residuals = nn.ModuleList(Residual(quarter, config.descriptor) for _ in range(config.residuals))
        self.up_half = _convolution(quarter + half, half)
        self.up_full = _convolution(half + full, full)
        self.head = _convolution(full, _CHANGES * _FOLD**2)
        with torch.no_grad():
            for parameter in self.head.parameters():
                # Folded samples begin alike, or a chequerboard would have to be unlearned (Aitken et al. 2017).
                parameter.copy_(0.05 * parameter[:: _FOLD**2].repeat_interleave(_FOLD**2, dim=0))

    def forward(self, seen: Tensor, places: Tensor, features: "SourceFeatures", motion: Tensor) -> Repair:
        """`seen` [B, 15, S, S], `places` [B, S, S, 2] in the portrait's square, `features` of it, `motion`
        [B, 134, 27]."""
        descriptor = self.mapping(as_change(motion))
        full = F.leaky_relu(self.stem(F.pixel_unshuffle(seen, _FOLD)), _SLOPE)
        half = F.leaky_relu(self.down_half(full), _SLOPE)
        carried = look_up(features.half, _fewer(places, 2 * _FOLD))
        half = F.leaky_relu(self.join_half(torch.cat([half, carried], 1)), _SLOPE)
        quarter = F.leaky_relu(self.down_quarter(half), _SLOPE)
        carried = look_up(features.quarter, _fewer(places, 4 * _FOLD))
        quarter = F.leaky_relu(self.join_quarter(torch.cat([quarter, carried], 1)), _SLOPE)
        for residual in self.residuals:
            quarter = residual(quarter, descriptor)
        half = F.leaky_relu(self.up_half(torch.cat([_twice(quarter), half], 1)), _SLOPE)
        full = F.leaky_relu(self.up_full(torch.cat([_twice(half), full], 1)), _SLOPE)
        out = F.pixel_shuffle(self.head(full), _FOLD)
        # The colour is a change of what is there: a network that knows nothing leaves everything as it is.
        colour = torch.tanh(torch.atanh(seen[:, :3].clamp(-0.99, 0.99)) + 4 * out[:, 2:5])
        flow = 2 * _FARTHEST * torch.tanh(out[:, :2]) * (1 - about_open_lips(seen))
        return Repair(flow, colour, torch.sigmoid(4 * out[:, 5:] + _SHUT))


@dataclass(frozen=True)
class SourceFeatures:
    """The portrait's square as the network sees it: `half` [B, C, S/4, S/4] and `quarter` [B, D, S/8, S/8]."""

    half: Tensor
    quarter: Tensor


class SourceEncoder(nn.Module):
    """Features of the portrait's own square; once for all frames."""

    def __init__(self, full: int, half: int) -> None:
        super().__init__()
        self.first = _convolution((3 + len(LABELS)) * _FOLD**2, full)
        self.to_half = _convolution(full, full, stride=2)
        self.to_quarter = _convolution(full, half, stride=2)

    def forward(self, source: Tensor) -> SourceFeatures:
        """`source` [B, 10, S, S]: the square's colours in -1..1 and its labels."""
        full = F.leaky_relu(self.first(F.pixel_unshuffle(source, _FOLD)), _SLOPE)
        half = F.leaky_relu(self.to_half(full), _SLOPE)
        return SourceFeatures(half, F.leaky_relu(self.to_quarter(half), _SLOPE))


class MappingNet(nn.Module):
    """Motion around a frame [B, 134, 27] to a descriptor [B, D] of the frame in its middle."""

    def __init__(self, descriptor: int) -> None:
        super().__init__()
        self.first = nn.Conv1d(MOTION, descriptor, 7)
        self.layers = nn.ModuleList(nn.Conv1d(descriptor, descriptor, 3, dilation=3) for _ in range(3))

    def forward(self, motion: Tensor) -> Tensor:  # noqa: D102 - torch's own protocol
        x = self.first(motion)
        for layer in self.layers:
            x = layer(F.leaky_relu(x, _SLOPE)) + x[:, :, 3:-3]
        return torch.mean(x, dim=2)


class Residual(nn.Module):
    """x [B, C, h, w] and a correction of it that the descriptor [B, D] modulates (AdaIN)."""

    def __init__(self, channels: int, descriptor: int) -> None:
        super().__init__()
        self.first, self.second = _convolution(channels, channels), _convolution(channels, channels)
        self.style = nn.Linear(descriptor, 4 * channels)

    def forward(self, x: Tensor, descriptor: Tensor) -> Tensor:  # noqa: D102 - torch's own protocol
        styles = self.style(descriptor)[..., None, None].chunk(4, dim=1)
        inner = self.first(F.leaky_relu(_adapt(x, styles[0], styles[1]), _SLOPE))
        corrected: Tensor = x + self.second(F.leaky_relu(_adapt(inner, styles[2], styles[3]), _SLOPE))
        return corrected


def about_open_lips(seen: Tensor) -> Tensor:
    """[B, 1, S, S] of what is seen [B, 15, S, S]: 1 in an open mouth and on its lips, softly 0 farther away.

    Nothing is moved there: what the mouth says is the motion's. A network that may move lips learns to move them to
    where they mostly are, and wide mouths half shut (measured).
    """
    inside = seen[:, [3 + label for label in MOUTH_INSIDE]].sum(dim=1, keepdim=True)
    near = seen.shape[-1] // 24 * 2 + 1
    return F.avg_pool2d(largest_near(inside, 2 * near - 1), near, stride=1, padding=near // 2, count_include_pad=False)


def largest_near(mask: Tensor, near: int) -> Tensor:
    """The largest of `near` samples (odd) either way, by rows and then by columns: the same, in a tenth of the time."""
    rows = F.max_pool2d(mask, (1, near), stride=1, padding=(0, near // 2))
    return F.max_pool2d(rows, (near, 1), stride=1, padding=(near // 2, 0))


def as_change(motion: Tensor) -> Tensor:
    """How the face moves about the middle frame [B, 134, 27], not where it is: that the mesh shows.

    A network that is told the expression itself goes by it where it learned it: the sample's portrait smiles, as few
    clips begin, and got half-shut lips.
    """
    moved, own = motion[:, :CHANNEL_COUNT], motion[:, CHANNEL_COUNT:]
    return torch.cat([moved - moved[:, :, RADIUS : RADIUS + 1], torch.zeros_like(own)], dim=1)


def look_up(picture: Tensor, places: Tensor) -> Tensor:
    """`picture` [B, C, h, w] at `places` [B, H, W, 2]; -1 is the first sample's centre, 1 the last's."""
    return F.grid_sample(picture, places, padding_mode="border", align_corners=True)


def identity_places(picture: Tensor) -> Tensor:
    """Places [1, H, W, 2] at which `look_up` gives the picture [B, C, H, W] itself."""
    height, width = picture.shape[2:]
    y = torch.linspace(-1, 1, height, device=picture.device, dtype=picture.dtype)
    x = torch.linspace(-1, 1, width, device=picture.device, dtype=picture.dtype)
    return torch.stack(torch.meshgrid(x, y, indexing="xy"), dim=-1)[None]


def fading(rows: Tensor, columns: Tensor) -> Tensor:
    """How much of a repair counts [1, 1, H, W] at `rows` [H] and `columns` [W] of its square, 0 to 1 from border to
    border: 1 inside, falling to 0 at the border and beyond."""
    rows, columns = rows * (1 - rows), columns * (1 - columns)
    return (torch.minimum(rows[:, None], columns[None]) / _BORDER).clamp(0, 1)[None, None]


def _fade(square: Tensor) -> Tensor:
    rows, columns = (torch.linspace(0, 1, size, device=square.device) for size in square.shape[2:])
    return fading(rows, columns)


def _adapt(x: Tensor, scale: Tensor, shift: Tensor) -> Tensor:
    return F.instance_norm(x) * (1 + scale) + shift


def _fewer(places: Tensor, factor: int) -> Tensor:
    return F.avg_pool2d(places.permute(0, 3, 1, 2), factor).permute(0, 2, 3, 1)


def _twice(x: Tensor) -> Tensor:
    return F.interpolate(x, scale_factor=2, mode="nearest")


def _convolution(inputs: int, outputs: int, stride: int = 1) -> nn.Conv2d:
    return nn.Conv2d(inputs, outputs, 3, stride=stride, padding=1)
