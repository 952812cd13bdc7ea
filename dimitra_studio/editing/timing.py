"""Operations on time: a curve comes earlier or later, or takes longer."""

import math
from dataclasses import dataclass

import numpy as np

from dimitra_studio.core.arrays import FloatArray
from dimitra_studio.editing.operation import Context, Operation, between
from dimitra_studio.editing.sampling import sampled

_FARTHEST = 10.0  # seconds


@dataclass(frozen=True)
class TimeShift(Operation):
    """The curve comes `seconds` later; earlier where they are negative."""

    seconds: float
    kind = "time shift"
    title = "Shift in Time"

    def __post_init__(self) -> None:
        between("shift", self.seconds, -_FARTHEST, _FARTHEST)

    def margin(self, fps: float) -> int:  # noqa: D102 - as in Operation
        return math.ceil(abs(self.seconds) * fps) + 2

    def apply(self, values: FloatArray, context: Context) -> FloatArray:  # noqa: D102
        place = -self.seconds * context.fps
        whole = round(place) if abs(place - round(place)) < 1e-6 else math.floor(place)
        part = max(place - whole, 0.0)
        count, first = len(context.frames), context.margin + whole
        if part < 1e-6:
            return values[first : first + count]
        # A Catmull-Rom spline between frames: straight lines would flatten quick lips.
        weights = (
            (-(part**3) + 2 * part**2 - part) / 2,
            (3 * part**3 - 5 * part**2 + 2) / 2,
            (-3 * part**3 + 4 * part**2 + part) / 2,
            (part**3 - part**2) / 2,
        )
        rows = (values[first - 1 + step : first - 1 + step + count] for step in range(4))
        first_row, *others = (np.float32(weight) * row for weight, row in zip(weights, rows, strict=True))
        for row in others:
            first_row += row
        return first_row


@dataclass(frozen=True)
class Stretch(Operation):
    """What happens in the range takes `factor` times as long, seen from `anchor` (0 = the range's start, 1 = its end).

    What leaves the range is cut off; where too little is left, the ends are held.
    """

    factor: float
    anchor: float = 0.5
    kind = "stretch"
    title = "Stretch"
    whole = True

    def __post_init__(self) -> None:
        between("factor", self.factor, 0.1, 10)
        between("anchor", self.anchor, 0, 1)

    def apply(self, values: FloatArray, context: Context) -> FloatArray:  # noqa: D102
        rows = context.core_rows
        last = rows.stop - 1
        fixed = rows.start + self.anchor * (last - rows.start)
        wanted = fixed + (np.arange(len(values)) - fixed) / self.factor
        return sampled(values, np.clip(wanted, rows.start, last))
