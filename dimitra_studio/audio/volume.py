"""How loud playback is: a gain that changes without a click."""

import numpy as np

from dimitra_studio.core.arrays import FloatArray


class Gain:
    """Multiplies blocks of sound; a change is spread over the next block. At 1 the samples are left as they are.

    One thread may set `target` while another applies it.
    """

    def __init__(self, target: float = 1.0) -> None:
        self.target = target
        self._now = target

    def apply(self, sound: FloatArray) -> FloatArray:
        """The block [n, channels], as loud as is wished."""
        before, self._now = self._now, self.target
        if before == self._now == 1.0 or not len(sound):
            return sound
        ramp = np.linspace(before, self._now, len(sound) + 1, dtype=np.float32)[1:, None]
        return np.asarray(sound * ramp, np.float32)


def gain_of(volume: float) -> float:
    """The factor for a volume of 0 to 1, as loudness is felt: half of it sounds about half as loud."""
    return volume**3
