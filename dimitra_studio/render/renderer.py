"""What every renderer does."""

from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from dimitra_studio.core.arrays import FloatArray


class Renderer(Protocol):
    """Turns the frames of a motion into pixels; from one thread or several at once."""

    @property
    def size(self) -> tuple[int, int]:
        """Width and height of the frames, px."""
        ...

    def show(self, values: FloatArray, frame: int) -> NDArray[np.uint8]:
        """The portrait [H, W, 3] in frame `frame` of motion `values` [T, 70]; frames about it may count, too."""
        ...
