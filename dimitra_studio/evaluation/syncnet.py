"""SyncNet (Chung and Zisserman 2016, "Out of time"), for users who hold its weights.

Two networks lay five frames of a face and 0.2 s of sound into one space; how near they come tells whether they belong
together. Layers and names are those of the published weights `syncnet_v2.model`, which holds a state dict.
"""

import pickle
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F  # noqa: N812 - torch's own abbreviation
from numpy.typing import NDArray
from torch import Tensor, nn

from dimitra_studio.core.arrays import FloatArray
from dimitra_studio.core.errors import ModelError
from dimitra_studio.core.timebase import MOTION_FPS, SPEECH_RATE
from dimitra_studio.evaluation.mfcc import MFCC_RATE, mfcc

SIDE = 224  # px of the face crops
FRAMES = 5
LARGEST_SHIFT = 15
_PER_FRAME = round(MFCC_RATE / MOTION_FPS)
_SOUND = FRAMES * _PER_FRAME
_SPACE = 1024
_BATCH = 16
# Old files do not count the batches that their norms have seen, which nothing reads.
_UNREAD = "num_batches_tracked"


@dataclass(frozen=True)
class SyncScore:
    """`distances` [31] of picture and sound by shift (mean over time). Its least is SyncNet's distance (LSE-D)."""

    distances: FloatArray

    @property
    def distance(self) -> float:
        """The least mean distance."""
        return float(self.distances.min())

    @property
    def confidence(self) -> float:
        """The median over shifts minus the least (LSE-C)."""
        return float(np.median(self.distances)) - self.distance

    @property
    def offset(self) -> int:
        """Frames that the sound comes early (below 0: late), as published."""
        return LARGEST_SHIFT - int(self.distances.argmin())


class SyncNet(nn.Module):
    """Both networks; their parts are named as in the published file."""

    def __init__(self) -> None:
        super().__init__()
        self.netcnnaud = nn.Sequential(
            *_block2(1, 64), nn.MaxPool2d(1),
            *_block2(64, 192), nn.MaxPool2d(3, stride=(1, 2)),
            *_block2(192, 384),
            *_block2(384, 256),
            *_block2(256, 256), nn.MaxPool2d(3, stride=2),
            *_block2(256, 512, (5, 4), padding=0),
        )  # fmt: skip
        self.netfcaud = _projection()
        self.netfclip = _projection()
        self.netcnnlip = nn.Sequential(
            *_block3(3, 96, (FRAMES, 7, 7), stride=2, padding=0), nn.MaxPool3d((1, 3, 3), stride=(1, 2, 2)),
            *_block3(96, 256, (1, 5, 5), stride=2), nn.MaxPool3d((1, 3, 3), stride=(1, 2, 2), padding=(0, 1, 1)),
            *_block3(256, 256),
            *_block3(256, 256),
            *_block3(256, 256), nn.MaxPool3d((1, 3, 3), stride=(1, 2, 2)),
            *_block3(256, 512, (1, 6, 6), padding=0),
        )  # fmt: skip

    def hear(self, sound: Tensor) -> Tensor:
        """MFCCs [B, 1, 13, 20] -> [B, 1024]."""
        heard: Tensor = self.netfcaud(self.netcnnaud(sound).flatten(1))
        return heard

    def see(self, faces: Tensor) -> Tensor:
        """BGR faces [1, 3, T, 224, 224], 0 to 255 -> [T - 4, 1024]: every five neighbours.

        Only the first layer looks along time, so a strip of frames gives what its windows would one by one.
        """
        seen: Tensor = self.netfclip(self.netcnnlip(faces)[0].flatten(2).permute(1, 0, 2).flatten(1))
        return seen


def load_syncnet(path: Path) -> SyncNet:
    """The network with the user's weights. Raises ModelError where the file is missing, damaged or something else."""
    network = SyncNet()
    try:
        loaded = torch.load(path, map_location="cpu", weights_only=True)
        missing, unexpected = network.load_state_dict(loaded, strict=False)
    except FileNotFoundError as error:
        raise ModelError(f"There is no SyncNet file {path}.", "Give the path of syncnet_v2.model.") from error
    except (pickle.UnpicklingError, RuntimeError, TypeError, ValueError, EOFError, OSError, AttributeError) as error:
        raise ModelError(
            f"{path} holds no SyncNet weights that can be read without running code from it.",
            "It must be a state dict; where you trust it, write one: torch.save(network.state_dict(), FILE).",
        ) from error
    lost = [name for name in missing if not name.endswith(_UNREAD)]
    if lost or unexpected:
        name = (lost or unexpected)[0]
        raise ModelError(
            f"{path} is not the published SyncNet: {name} is {'missing' if lost else 'unknown'}.",
            "Give the path of syncnet_v2.model.",
        )
    return network.eval()


@torch.inference_mode()
def score_sync(network: SyncNet, faces: NDArray[np.uint8], samples: FloatArray) -> SyncScore:
    """Score of RGB face crops [T, 224, 224, 3] at 25 fps and of sound [N] at 16 kHz that start together.

    The published protocol: windows of five frames and 20 steps, every frame; Euclidean distances up to 15 frames apart,
    beyond the ends to zeros; their mean over time. Raises ValueError for fewer than six frames of both.
    """
    count = min(len(faces), int(len(samples) * MOTION_FPS / SPEECH_RATE)) - FRAMES
    if count < 1:
        raise ValueError("a SyncNet score needs at least six frames of picture and sound")
    strips = (_strip(faces, first, min(_BATCH, count - first)) for first in range(0, count, _BATCH))
    seen = torch.cat([network.see(strip) for strip in strips])
    sound = torch.from_numpy(np.ascontiguousarray(mfcc(samples).T))
    windows = sound.unfold(1, _SOUND, _PER_FRAME)[:, :count].transpose(0, 1)[:, None]
    heard = torch.cat([network.hear(each) for each in torch.split(windows, _BATCH)])
    return SyncScore(shift_distances(seen, heard).numpy())


def shift_distances(seen: Tensor, heard: Tensor) -> Tensor:
    """Mean distance [31] of `seen` [T, E] to `heard` [T, E] that comes 15 frames earlier to 15 later."""
    padded = F.pad(heard, (0, 0, LARGEST_SHIFT, LARGEST_SHIFT))
    count = len(seen)
    apart = [F.pairwise_distance(seen, padded[shift : shift + count]) for shift in range(2 * LARGEST_SHIFT + 1)]
    return torch.stack(apart).mean(dim=1)


def _strip(faces: NDArray[np.uint8], first: int, count: int) -> Tensor:
    """The frames that `count` windows from `first` need [1, 3, count + 4, 224, 224], blue first."""
    frames = faces[first : first + count + FRAMES - 1, :, :, ::-1]
    return torch.from_numpy(np.ascontiguousarray(frames)).permute(3, 0, 1, 2)[None].float()


def _block2(inputs: int, outputs: int, kernel: tuple[int, int] = (3, 3), padding: int = 1) -> tuple[nn.Module, ...]:
    return nn.Conv2d(inputs, outputs, kernel, padding=padding), nn.BatchNorm2d(outputs), nn.ReLU()


def _block3(
    inputs: int, outputs: int, kernel: tuple[int, int, int] = (1, 3, 3), stride: int = 1, padding: int = 1
) -> tuple[nn.Module, ...]:
    convolution = nn.Conv3d(inputs, outputs, kernel, stride=(1, stride, stride), padding=(0, padding, padding))
    return convolution, nn.BatchNorm3d(outputs), nn.ReLU()


def _projection() -> nn.Sequential:
    return nn.Sequential(nn.Linear(512, 512), nn.BatchNorm1d(512), nn.ReLU(), nn.Linear(512, _SPACE))
