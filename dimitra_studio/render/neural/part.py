"""The parts of the face that a network repairs: where each lies, and the square of the picture that shows it."""

from dataclasses import dataclass
from enum import StrEnum

import cv2
import numpy as np
from numpy.typing import NDArray

from dimitra_studio.core.arrays import FloatArray
from dimitra_studio.render.geometry import HeadGeometry, PosedHead
from dimitra_studio.render.texture import Rim

# A picture finer than its samples by more than this is blurred first, or fine lines flicker.
_FINER = 1.2
_BLUR = 0.4  # of the spacing
# The face's middle below the eyes, in eye distances; measured on the mean head, nose to mouth.
_BELOW_EYES = 0.75
# Movement, in eye distances, from which on a repair counts in full.
_REACH = 0.1


class Part(StrEnum):
    """What a network repairs."""

    MOUTH = "mouth"
    FACE = "face"


@dataclass(frozen=True)
class Crop:
    """A square of the picture in `side` x `side` samples, `spacing` px apart, the first at (`x`, `y`) px."""

    x: float
    y: float
    spacing: float
    side: int

    def place(self, uv: FloatArray) -> FloatArray:
        """Places of the picture [..., 2], px, counted in samples."""
        return np.asarray((uv - np.array([self.x, self.y], np.float32)) / np.float32(self.spacing), np.float32)

    def cut(self, picture: NDArray[np.uint8]) -> NDArray[np.uint8]:
        """The square of a picture [H, W, C] as [side, side, C]; mirrored beyond the border."""
        matrix = np.array([[self.spacing, 0, self.x], [0, self.spacing, self.y]])
        if self.spacing > _FINER:
            picture, matrix[:, 2] = self._blurred(picture)
        return np.asarray(
            cv2.warpAffine(
                picture, matrix, (self.side, self.side), flags=cv2.INTER_CUBIC | cv2.WARP_INVERSE_MAP,
                borderMode=cv2.BORDER_REFLECT_101,
            ),
            np.uint8,
        )  # fmt: skip

    def _blurred(self, picture: NDArray[np.uint8]) -> tuple[NDArray[np.uint8], tuple[float, float]]:
        """The part of the picture that is needed, blurred, and where the first sample lies in it."""
        height, width = picture.shape[:2]
        extent, margin = self.spacing * self.side, 2 * self.spacing
        left, top = (int(np.clip(low - margin, 0, end - 1)) for low, end in ((self.x, width), (self.y, height)))
        right, bottom = (
            int(np.clip(low + extent + margin, first + 1, end))
            for low, first, end in ((self.x, left, width), (self.y, top, height))
        )
        near = cv2.GaussianBlur(picture[top:bottom, left:right], (0, 0), _BLUR * self.spacing)
        return np.asarray(near, np.uint8), (self.x - left, self.y - top)


class Framing:
    """Where a part of one person's head lies in each frame: a square of `extent` eye distances in `side` samples."""

    def __init__(self, geometry: HeadGeometry, part: Part, extent: float, side: int) -> None:
        model = geometry.model
        mouth = np.unique(np.concatenate([model.mouth.upper, model.mouth.lower]))
        eyes = np.unique(np.concatenate([np.concatenate([lid.seam.upper, lid.seam.lower]) for lid in model.lids]))
        self._vertices = mouth if part is Part.MOUTH else eyes
        self._below = 0.0 if part is Part.MOUTH else _BELOW_EYES * geometry.eye_distance
        self._spacing, self._side = extent * geometry.eye_distance / side, side
        skin = np.unique(model.triangles[model.region("skin")])
        moving = mouth if part is Part.MOUTH else skin[model.mean[skin, 2] > 0]
        # A head that turns takes its mouth along, and the upper teeth.
        teeth = np.unique(model.triangles[model.region("teeth_upper")])
        anchor = teeth if part is Part.MOUTH else None
        self._rim = Rim(moving, moving, anchor, _REACH * geometry.eye_distance)
        self._source_uv = geometry.source.uv
        self.source = self.crop(geometry.source)

    def crop(self, posed: PosedHead) -> Crop:
        """The square that shows the part of a head."""
        x, y = posed.uv[self._vertices].mean(axis=0)
        half = (self._side - 1) / 2 * self._spacing
        return Crop(float(x) - half, float(y) + self._below - half, self._spacing, self._side)

    def departure(self, posed: PosedHead) -> float:
        """How far (0..1) the part has left what the portrait shows: nothing is repaired where nothing has moved."""
        return self._rim.departure(posed.uv, self._source_uv)
