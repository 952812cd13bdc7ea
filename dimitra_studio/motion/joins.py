"""New motion inside a known one: continuous in value and velocity where they meet.

Where new motion runs on under the known one, it shows by how much it would miss it. That difference is taken over into
the new part and dies out there along a cubic Hermite curve, so that the new motion keeps its own course.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dimitra_studio.core.arrays import FloatArray, runs

# Known frames beside a border whose median says on which level a person is.
_LEVEL_FRAMES = 25


@dataclass(frozen=True)
class Join:
    """Which frames are `new` [T], and for how many (`reach`) they are led by their neighbours.

    In `lasting` [C] channels a difference of level is the person's and goes from border to border; at the start of a
    take there is none.
    """

    new: NDArray[np.bool_]
    reach: int
    lasting: NDArray[np.bool_]

    def __call__(self, found: FloatArray, known: FloatArray) -> FloatArray:
        """`known` [T, C] with the new frames from `found` [T, C], fitted to their neighbours."""
        joined = np.where(self.new[:, None], found, known)
        missed = known - found
        spans = runs(self.new)
        ends, starts = [0, *(end for _, end in spans)], [*(start for start, _ in spans), len(self.new)]
        for index, (start, end) in enumerate(spans):
            # Outwards from the border, up to the next new frame.
            before, after = missed[ends[index] : start][::-1], missed[end : starts[index + 1]]
            level = self._level(before, after, end - start)
            reach = min(self.reach, end - start + 1)
            joined[start:end] += level
            joined[start:end] += _fading(before, level[0], reach, end - start)
            joined[start:end] += _fading(after, level[-1], reach, end - start)[::-1]
        return np.asarray(joined, dtype=np.float32)

    def _level(self, before: FloatArray, after: FloatArray, length: int) -> FloatArray:
        """The difference that lasts [length, C], flat at both borders."""
        nothing = np.zeros((1, len(self.lasting)), dtype=np.float32)
        left = np.median(before[:_LEVEL_FRAMES] if len(before) else nothing, axis=0)
        right = np.median(after[:_LEVEL_FRAMES], axis=0) if len(after) else left
        way = (1 - np.cos(np.linspace(0, np.pi, length)))[:, None] / 2
        return np.asarray(np.where(self.lasting, left + way * (right - left), 0.0), dtype=np.float32)


def _fading(missed: FloatArray, level: FloatArray, reach: int, length: int) -> FloatArray:
    """What [length, C] takes up `missed` [N, C] (outwards from the border) beyond `level` [C], value and velocity, and
    is gone after `reach` frames."""
    faded = np.zeros((length, len(level)), dtype=np.float32)
    if not len(missed):
        return faded
    value, velocity = missed[0] - level, (missed[0] - missed[1] if len(missed) > 1 else np.zeros_like(level))
    count = min(reach, length)
    s = (np.arange(1, count + 1) / reach)[:, None]
    faded[:count] = (2 * s**3 - 3 * s**2 + 1) * value + (s**3 - 2 * s**2 + s) * reach * velocity
    return faded
