"""PIRenderer's frames: a square of the portrait is drawn anew by the published network and laid back, feathered."""

from collections.abc import Callable
from typing import TypeAlias

import cv2
import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from dimitra_studio.core.arrays import FloatArray
from dimitra_studio.core.face import FaceFit
from dimitra_studio.render.geometry import smoothstep
from dimitra_studio.render.neural.part import Crop
from dimitra_studio.render.neural.pasting import paste_repair
from dimitra_studio.render.neural.tensors import colour_tensor
from dimitra_studio.render.pirenderer.alignment import find_place, for_side, square_about
from dimitra_studio.render.pirenderer.network import CROP, RADIUS, PIRenderer

# Motion [T, 70] to Deng's coefficients [T, 73], the crop's for a picture of 256 px.
Coefficients: TypeAlias = Callable[[FloatArray], FloatArray]
_FEATHER = 0.06  # of the square's side: the crown of the head is not far from its border
_COARSER = 1.2  # a square with fewer px than samples is blurred first, or fine lines flicker
_BLUR = 0.4


class PublishedRenderer:
    """Draws `picture` [H, W, 3], whose face is fitted as `fit` in its px, with `network`, which lies on `device`.

    The square is cut so that the portrait's own face has the crop's coefficients that the map gives for it: a bias of
    the map moves the square, not the face. All within is the network's, also where nothing moves; all about it is the
    portrait's.
    """

    def __init__(
        self,
        picture: NDArray[np.uint8],
        fit: FaceFit,
        network: PIRenderer,
        coefficients: Coefficients,
        device: torch.device | str = "cpu",
    ) -> None:
        self._picture, self._network, self._coefficients, self._device = picture, network, coefficients, device
        self._side = network.sizes.side
        source = np.concatenate([fit.expression, fit.pose]).astype(np.float32)
        own = coefficients(source[None])[0, CROP]
        self._square = square_about(find_place(fit.landmarks), own, self._side)
        self._portrait = colour_tensor([self._square.cut(picture)]).to(device)
        self._gate = feather(self._side)

    @property
    def size(self) -> tuple[int, int]:
        """Width and height of the frames, px."""
        return self._picture.shape[1], self._picture.shape[0]

    @property
    def square(self) -> Crop:
        """The part of the frames that the network draws."""
        return self._square

    def show(self, values: FloatArray, frame: int) -> NDArray[np.uint8]:
        """The portrait [H, W, 3] in frame `frame` of motion `values` [T, 70]; 13 frames on either side count, too."""
        with torch.inference_mode():
            drawn = self._network(self._portrait, self.window(values, frame).to(self._device))
        samples = drawn[0].permute(1, 2, 0).float().cpu().numpy()
        shown = self._picture.copy()
        paste_repair(shown, self._square, self._laid(samples))
        return shown

    def window(self, values: FloatArray, frame: int) -> Tensor:
        """What the network is told of the motion about a frame (the ends repeated), [1, 73, 27]."""
        rows = np.clip(np.arange(frame - RADIUS, frame + RADIUS + 1), 0, len(values) - 1)
        told = np.array(self._coefficients(values[rows]), np.float32)
        told[:, CROP] = for_side(told[:, CROP], self._side)
        return torch.from_numpy(np.ascontiguousarray(told.T))[None]

    def _laid(self, samples: FloatArray) -> FloatArray:
        """[side, side, 6] as `paste_repair` takes them: no flow, colour (0..255) of samples in -1..1, gate."""
        if self._square.spacing * _COARSER < 1:
            samples = np.asarray(cv2.GaussianBlur(samples, (0, 0), _BLUR / self._square.spacing), np.float32)
        still = np.zeros((self._side, self._side, 2), np.float32)
        return np.concatenate([still, (samples + 1) * np.float32(127.5), self._gate[..., None]], axis=2)


def feather(side: int) -> FloatArray:
    """How much of the square [side, side] is shown: nothing at its border, all of it a little within."""
    along = np.arange(side)
    inside = np.minimum(along, along[::-1])
    ramp = smoothstep(0, _FEATHER * side, inside).astype(np.float32)
    return np.asarray(np.minimum.outer(ramp, ramp), np.float32)
