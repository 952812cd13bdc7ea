"""A curve as a screen shows it: the samples close up, what each pixel column spans from afar."""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dimitra_studio.core.arrays import FloatArray, runs
from dimitra_studio.core.timebase import frame_at
from dimitra_studio.studio.timeline.scale import TimeScale


@dataclass(frozen=True)
class Stroke:
    """A piece of a curve without gaps: pixels `x` [n], `values` [n]."""

    x: NDArray[np.float64]
    values: FloatArray


@dataclass(frozen=True, eq=False)
class Curve:
    """`values` [T] at `fps`, NaN where there is none; frame i covers [i / fps, (i + 1) / fps) and is drawn at its
    middle."""

    values: FloatArray
    fps: float

    def at(self, seconds: float) -> float:
        """The value shown at a moment; NaN outside."""
        frame = frame_at(seconds, self.fps)
        return float(self.values[frame]) if 0 <= frame < len(self.values) else math.nan

    def strokes(self, scale: TimeScale) -> tuple[Stroke, ...]:
        """The frames in view and one to either side; NaN makes gaps."""
        first = max(math.floor(scale.start * self.fps - 1), 0)
        part = self.values[first : max(math.ceil(scale.end * self.fps + 1), 0) + 1]
        middles = first + np.arange(len(part)) + 0.5
        x = np.asarray((middles / self.fps - scale.start) * scale.rate, np.float64)
        return tuple(Stroke(x[a:b], part[a:b]) for a, b in runs(np.isfinite(part)))

    def spans(self, scale: TimeScale, columns: int) -> tuple[FloatArray, FloatArray]:
        """Least and greatest of the frames in each of `columns` columns of the view, and of the next frame, so that
        neighbours meet; NaN where there is none."""
        edges = np.linspace(scale.start, scale.end, columns + 1) * self.fps
        count = len(self.values)
        inside = (edges[:-1] < count) & (edges[1:] > 0)
        low, high = np.full((2, columns), np.nan, np.float32)
        if inside.any():
            bounds = np.clip(np.floor(edges), 0, count).astype(np.intp)
            firsts, lasts = np.minimum(bounds[:-1], count - 1), np.minimum(bounds[1:] + 1, count)
            # reduceat takes pairs of bounds and reduces between a column's end and the next one's start as well: left
            # out. fmin and fmax take the number where the other is NaN.
            pairs = np.stack((firsts, lasts), axis=1)[inside].ravel()
            padded = np.append(self.values, np.float32(np.nan))
            low[inside] = np.fmin.reduceat(padded, pairs)[::2]
            high[inside] = np.fmax.reduceat(padded, pairs)[::2]
        return low, high
