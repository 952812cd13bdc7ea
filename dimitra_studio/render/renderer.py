"""What every renderer does."""

from typing import Protocol

import numpy as np
from numpy.typing import ArrayLike, NDArray


class Renderer(Protocol):
    """Turns one frame of motion into pixels."""

    @property
    def size(self) -> tuple[int, int]:
        """Width and height of the frames, px."""
        ...

    def render(self, components: ArrayLike, pose: ArrayLike) -> NDArray[np.uint8]:
        """The portrait [H, W, 3] with expression `components` [64] and head `pose` [6] (as in MotionSequence)."""
        ...
