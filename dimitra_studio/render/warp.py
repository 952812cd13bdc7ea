"""The renderer without learning: the portrait's own pixels, moved by the fitted mesh."""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import ArrayLike, NDArray

from dimitra_studio.core.arrays import FloatArray
from dimitra_studio.core.channels import COMPONENTS, Group
from dimitra_studio.core.errors import InputError
from dimitra_studio.core.face import FaceFit
from dimitra_studio.core.media import Portrait
from dimitra_studio.face.head_model import HeadModel
from dimitra_studio.render.compose import sample, soften_jumps
from dimitra_studio.render.eyes import Eye, EyeParts
from dimitra_studio.render.flow import BackwardMap, HeadFlow
from dimitra_studio.render.geometry import HeadGeometry, PosedHead, scaled_fit
from dimitra_studio.render.mouth import Mouth
from dimitra_studio.render.palette import guess_palette

# cv2.remap takes no larger picture.
_LARGEST_SIDE = 32_000
# MediaPipe's irises: the centre, then four points of the rim.
_RIGHT_IRIS, _LEFT_IRIS = slice(468, 473), slice(473, 478)


@dataclass(frozen=True)
class Drawn:
    """A `frame` [H, W, 3] and where the pixels of its head came from."""

    frame: NDArray[np.uint8]
    backward: BackwardMap


class WarpRenderer:
    """Renders `portrait`, fitted as `fit`, with any expression and pose.

    `size` is the length of the frames' longer side in px (the portrait's own when None). Only the head and its
    surroundings are touched; every other pixel is the portrait's. Raises InputError for a size out of range.
    """

    def __init__(self, portrait: Portrait, fit: FaceFit, model: HeadModel, size: int | None = None) -> None:
        self._picture = resize_picture(portrait.pixels, size)
        height, width = self._picture.shape[:2]
        self._geometry = HeadGeometry(model, scaled_fit(fit, width, height))
        self._flow = HeadFlow(self._geometry, width, height)
        self._source = np.ascontiguousarray(self._picture[self._flow.window.slices])
        origin = np.array([self._flow.window.x, self._flow.window.y], np.float32)
        landmarks = self._geometry.fit.landmarks - origin
        palette = guess_palette(self._source, landmarks)
        self._mouth = Mouth(self._geometry, palette, self._source, self._flow.window)
        self._eyes = tuple(
            Eye(self._geometry, EyeParts(lid, region, landmarks[iris]), self._source, self._flow.window)
            for lid, region, iris in zip(model.lids, ("eye_left", "eye_right"), (_LEFT_IRIS, _RIGHT_IRIS), strict=True)
        )

    @property
    def size(self) -> tuple[int, int]:
        """Width and height of the frames, px."""
        return self._picture.shape[1], self._picture.shape[0]

    @property
    def geometry(self) -> HeadGeometry:
        """The portrait's head, in the frames' px."""
        return self._geometry

    @property
    def picture(self) -> NDArray[np.uint8]:
        """The portrait [H, W, 3] as large as the frames."""
        return self._picture

    def render(self, components: ArrayLike, pose: ArrayLike) -> NDArray[np.uint8]:
        """The portrait [H, W, 3] with expression `components` [64] and head `pose` [6] (as in MotionSequence)."""
        return self.draw(self._geometry.pose(components, pose)).frame

    def show(self, values: FloatArray, frame: int) -> NDArray[np.uint8]:
        """The portrait [H, W, 3] in frame `frame` of motion `values` [T, 70]; no other frame matters."""
        return self.render(values[frame, COMPONENTS], values[frame, Group.POSE.columns])

    def draw(self, posed: PosedHead) -> Drawn:
        """The frame that shows a head, and the map that it was made with."""
        backward = self._flow.map(posed)
        head = sample(self._source, backward.source[0], backward.source[1])
        soften_jumps(head, backward.source)
        for eye, rim in zip(self._eyes, self._flow.texture.lids, strict=True):
            eye.draw(head, posed, rim)
        self._mouth.draw(head, posed, self._flow.texture.mouth.departure(posed.uv, self._geometry.source.uv))
        frame = self._picture.copy()
        frame[backward.window.slices] = head
        return Drawn(frame, backward)

    def carry(self, layer: NDArray[np.uint8], posed: PosedHead) -> NDArray[np.uint8]:
        """Another layer [H, W] of the portrait, moved as its pixels are for a head."""
        backward = self._flow.map(posed)
        moved = layer.copy()
        moved[backward.window.slices] = sample(layer[backward.window.slices], *backward.source)
        return moved


def resize_picture(pixels: NDArray[np.uint8], size: int | None) -> NDArray[np.uint8]:
    """Pixels [H, W, 3], the longer side `size` px (their own when None). Raises InputError for one out of range."""
    height, width = pixels.shape[:2]
    longer = max(height, width)
    if size is None or size == longer:
        size = longer
    if not 64 <= size <= _LARGEST_SIDE:
        raise InputError(f"A frame of {size} px cannot be rendered.", f"Choose between 64 and {_LARGEST_SIDE} px.")
    if size == longer:
        return pixels
    target = (max(round(width * size / longer), 1), max(round(height * size / longer), 1))
    method = cv2.INTER_AREA if size < longer else cv2.INTER_CUBIC
    return np.asarray(cv2.resize(pixels, target, interpolation=method), np.uint8)
