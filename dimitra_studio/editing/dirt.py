"""Which frames of which channels may be different: one stretch for each channel."""

import numpy as np
from numpy.typing import NDArray

from dimitra_studio.core.channels import CHANNEL_COUNT


class Dirt:
    """Grows while it goes up through the layers. False while there is none."""

    def __init__(self, length: int) -> None:
        """For a motion of `length` frames."""
        self.first = np.full(CHANNEL_COUNT, length)
        self.stop = np.zeros(CHANNEL_COUNT, dtype=int)

    def __bool__(self) -> bool:
        return bool(self.dirty.any())

    @property
    def dirty(self) -> NDArray[np.bool_]:
        """Channels [70] with dirt."""
        return np.asarray(self.stop > self.first)

    @property
    def channels(self) -> tuple[int, ...]:
        """The channels with dirt."""
        return tuple(int(channel) for channel in np.flatnonzero(self.dirty))

    @property
    def frames(self) -> range:
        """From the first to the last dirty frame of any channel."""
        dirty = self.dirty
        return range(int(self.first[dirty].min()), int(self.stop[dirty].max()))

    def add(self, channels: tuple[int, ...] | NDArray[np.intp], frames: range) -> None:
        """More of it."""
        if frames:
            places = np.asarray(channels)
            self.first[places] = np.minimum(self.first[places], frames.start)
            self.stop[places] = np.maximum(self.stop[places], frames.stop)
