"""The warp's frames, repaired: first the face but for the mouth, then the mouth, each at the portrait's own
resolution."""

import cv2
import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from dimitra_studio.core.arrays import FloatArray
from dimitra_studio.core.channels import COMPONENTS, Group
from dimitra_studio.render.geometry import PosedHead
from dimitra_studio.render.neural.network import Repair, fading
from dimitra_studio.render.neural.part import Crop, Framing, Part
from dimitra_studio.render.neural.pasting import paste_repair
from dimitra_studio.render.neural.sight import MOUTH_INSIDE, Viewer
from dimitra_studio.render.neural.tensors import motion_window, places_tensor, seen_tensor, source_tensor
from dimitra_studio.render.neural.weights import RepairModel
from dimitra_studio.render.warp import Drawn, WarpRenderer

_ORDER = (Part.FACE, Part.MOUTH)
_LIPS = 0.012  # of the square's side: as softly the mouth's inside ends


class NeuralRenderer:
    """Repairs what `warp` draws with `models`, one a part at most, which lie on `device`.

    `half`: their convolutions are computed in bfloat16. Where processors can, this takes three quarters of the time,
    and the picture differs by less than a grey level.
    """

    def __init__(
        self,
        warp: WarpRenderer,
        models: tuple[RepairModel, ...],
        device: torch.device | str = "cpu",
        *,
        half: bool = False,
    ) -> None:
        self._warp = warp
        fit = warp.geometry.fit
        self._source = np.concatenate([fit.expression, fit.pose]).astype(np.float32)
        ordered = sorted(models, key=lambda model: _ORDER.index(model.config.part))
        self._menders = [_Mender(model, warp, device, half) for model in ordered]

    @property
    def size(self) -> tuple[int, int]:
        """Width and height of the frames, px."""
        return self._warp.size

    def show(self, values: FloatArray, frame: int) -> NDArray[np.uint8]:
        """The portrait [H, W, 3] in frame `frame` of motion `values` [T, 70]; the frames about it count, too."""
        posed = self._warp.geometry.pose(values[frame, COMPONENTS], values[frame, Group.POSE.columns])
        drawn = self._warp.draw(posed)
        motion = motion_window(values, frame, self._source)
        crops = [mender.framing.crop(posed) for mender in self._menders]
        for mender, crop, following in zip(self._menders, crops, [*crops[1:], None], strict=True):
            mender.mend(drawn, posed, motion, crop, following)
        return drawn.frame


class _Mender:
    """One network at work on one portrait."""

    def __init__(self, model: RepairModel, warp: WarpRenderer, device: torch.device | str, half: bool) -> None:
        config = model.config
        self._network, self._device, self._half = model.network, device, half
        self.framing = Framing(warp.geometry, config.part, config.extent, config.side)
        self._viewer = Viewer(warp.geometry, self.framing)
        posed = warp.geometry.source
        own = self._viewer.look(warp.draw(posed), posed, self.framing.source)
        with torch.inference_mode(), self._precision():
            self._features = self._network.source(source_tensor([(own.picture, own.label)]).to(device))

    def mend(self, drawn: Drawn, posed: PosedHead, motion: FloatArray, crop: Crop, spared: Crop | None) -> None:
        """Repairs the part, which lies in the square `crop` of a drawn frame, in place, but for what is `spared` for
        another network to repair."""
        departure = self.framing.departure(posed)
        if departure == 0:
            return
        sight = self._viewer.look(drawn, posed, crop)
        seen = seen_tensor([sight]).to(self._device)
        with torch.inference_mode(), self._precision():
            repair = self._network(
                seen,
                places_tensor([sight]).to(self._device),
                self._features,
                torch.from_numpy(motion)[None].to(self._device),
            ).held(
                torch.tensor([departure], device=self._device), None if spared is None else self._shown(crop, spared)
            )
            moved = _channels_last((repair.move(seen[:, :3]) + 1) * 127.5)
        fine = np.concatenate([moved, _skin(sight.label)[..., None]], axis=2)
        paste_repair(drawn.frame, crop, as_samples(repair, crop), fine)

    def _shown(self, crop: Crop, other: Crop) -> Tensor:
        """How much of the `other` square's repair counts in the samples of `crop` [1, 1, S, S]."""
        reach, steps = other.spacing * (other.side - 1), crop.spacing * torch.arange(crop.side, device=self._device)
        return fading((crop.y + steps - other.y) / reach, (crop.x + steps - other.x) / reach)

    def _precision(self) -> torch.autocast:
        return torch.autocast(torch.device(self._device).type, torch.bfloat16, enabled=self._half)


def as_samples(repair: Repair, crop: Crop) -> FloatArray:
    """[side, side, 6]: flow in samples, colour 0..255, gate."""
    half = (crop.side - 1) / 2
    return _channels_last(torch.cat((repair.flow * half, (repair.colour + 1) * 127.5, repair.gate), dim=1))


def _skin(label: NDArray[np.uint8]) -> FloatArray:
    """1 where the portrait's own texture is shown, softly 0 in the mouth, of which it says nothing [side, side]."""
    inside = np.isin(label, MOUTH_INSIDE).astype(np.float32)
    return np.asarray(1 - np.clip(2 * cv2.GaussianBlur(inside, (0, 0), _LIPS * len(label)), 0, 1), np.float32)


def _channels_last(pictures: Tensor) -> FloatArray:
    """The only picture of [1, C, S, S] as [S, S, C]."""
    return np.ascontiguousarray(pictures[0].permute(1, 2, 0).float().cpu().numpy())
