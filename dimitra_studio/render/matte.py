"""Cuts the person out of the background: MediaPipe's selfie segmentation of the portrait, carried along by the mesh.

The portrait is looked at once and its matte moves as its pixels move, so nothing flickers. The network sees 256 px:
edges are found anew in the picture itself (guided filter), but thin things beside the head may be lost or kept.
"""

from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from dimitra_studio.core.arrays import FloatArray
from dimitra_studio.core.channels import COMPONENTS, Group
from dimitra_studio.core.errors import ModelError
from dimitra_studio.render.renderer import Renderer
from dimitra_studio.render.warp import WarpRenderer

_SIDE = 256  # px that the network sees
_SURE = 0.95
_LEAST, _MOST = 0.1, 0.9  # what the filter leaves of nothing and of all
# The guided filter's radius as a share of the longer side, and its tolerance in squared shades.
_RADIUS, _TOLERANCE = 1 / 128, 20.0


def find_matte(pixels: NDArray[np.uint8], network: Path) -> NDArray[np.uint8]:
    """How much of each pixel [H, W] of a picture [H, W, 3] the person covers, 0 to 255. Raises ModelError where the
    network's file cannot be read."""
    try:
        net = cv2.dnn.readNetFromTFLite(str(network))
    except cv2.error as error:
        raise ModelError(f"{network} cannot be read as a network.", "Install Dimitra Studio again.") from error
    net.setInput(cv2.dnn.blobFromImage(pixels, 1 / 255, (_SIDE, _SIDE)))
    seen = _one_person(np.squeeze(net.forward()).astype(np.float32))
    height, width = pixels.shape[:2]
    large = cv2.resize(seen, (width, height), interpolation=cv2.INTER_CUBIC)
    radius = max(round(_RADIUS * max(height, width)), 1)
    fine = cv2.ximgproc.guidedFilter(pixels, large.astype(np.float32), radius, _TOLERANCE)
    share = (np.asarray(fine, np.float32) - _LEAST) / (_MOST - _LEAST)
    cover: NDArray[np.uint8] = np.rint(255 * share.clip(0, 1)).astype(np.uint8)
    return cover


def _one_person(seen: FloatArray) -> FloatArray:
    """Without what lies apart from the largest region, and without holes: what is not the person's reaches the upper
    or a side edge of the picture."""
    _, label, sizes, _ = cv2.connectedComponentsWithStats((seen >= 0.5).astype(np.uint8))
    if len(sizes) < 2:
        return np.zeros_like(seen)
    largest = (label == 1 + int(np.argmax(sizes[1:, cv2.CC_STAT_AREA]))).astype(np.uint8)
    seen = seen * cv2.dilate(largest, np.ones((7, 7), np.uint8))
    _, label = cv2.connectedComponents((seen < _SURE).astype(np.uint8))
    outside = np.unique(np.concatenate([label[0], label[:, 0], label[:, -1]]))
    alone: FloatArray = np.where((label > 0) & ~np.isin(label, outside), np.float32(1), seen)
    return alone


class MattedRenderer:
    """Frames [H, W, 4] of a `renderer` of the portrait's own pixels: the fourth channel is the portrait's `matte`
    [H, W], carried as `warp` moves them."""

    def __init__(self, renderer: Renderer, warp: WarpRenderer, matte: NDArray[np.uint8]) -> None:
        self._renderer, self._warp, self._matte = renderer, warp, matte

    @property
    def size(self) -> tuple[int, int]:
        """Width and height of the frames, px."""
        return self._renderer.size

    def show(self, values: FloatArray, frame: int) -> NDArray[np.uint8]:
        """As `Renderer.show`, with the matte."""
        posed = self._warp.geometry.pose(values[frame, COMPONENTS], values[frame, Group.POSE.columns])
        return np.dstack([self._renderer.show(values, frame), self._warp.carry(self._matte, posed)])
