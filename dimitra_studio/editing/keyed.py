"""Keys as an operation: they replace what was generated, or move it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from dimitra_studio.core.arrays import FloatArray
from dimitra_studio.editing.keys import KeyCurve
from dimitra_studio.editing.operation import Context, Operation, one_or_each, picked_ones


@dataclass(frozen=True)
class Keys(Operation):
    """One curve of keys for all channels, or one for each; `additive` ones are added to what is there."""

    curves: tuple[KeyCurve, ...]
    additive: bool = False
    kind = "keys"
    title = "Keys"

    def check(self, channels: int) -> None:  # noqa: D102 - as in Operation
        one_or_each("keys", len(self.curves), channels)

    def moved(self, seconds: float) -> "Keys":  # noqa: D102
        return replace(self, curves=tuple(curve.moved(seconds) for curve in self.curves))

    def only(self, places: Sequence[int]) -> "Keys":  # noqa: D102
        return replace(self, curves=picked_ones(self.curves, places))

    def apply(self, values: FloatArray, context: Context) -> FloatArray:  # noqa: D102
        moments = context.seconds
        places = [0] if len(self.curves) == 1 else context.places
        sampled = np.stack([self.curves[place](moments) for place in places], axis=1).astype(np.float32)
        return values + sampled if self.additive else np.broadcast_to(sampled, values.shape)
