"""How a head sits in the view at first; plain arithmetic."""

import math
from dataclasses import dataclass

from dimitra_studio.core.arrays import FloatArray

# How much of the view's height or width a head fills.
_FILL = 0.86


@dataclass(frozen=True)
class Framing:
    """A head `width` by `height` dm about `centre`, seen from `distance` dm before it."""

    centre: tuple[float, float, float]
    width: float
    height: float
    distance: float

    def view_angle(self, width: float, height: float) -> float:
        """Degrees from the lower to the upper edge of a view of `width` x `height` px that just holds the head."""
        seen = max(self.height, self.width * height / width) / _FILL
        return math.degrees(2 * math.atan2(seen / 2, self.distance))

    def pixel(self, width: float, height: float) -> float:
        """How many dm one pixel of such a view covers at the head."""
        return 2 * self.distance * math.tan(math.radians(self.view_angle(width, height)) / 2) / height


def framed(vertices: FloatArray, distance: float) -> Framing:
    """For a head of `vertices` [V, 3] that a portrait's camera saw from `distance` dm before its pivot."""
    low, high = vertices.min(axis=0), vertices.max(axis=0)
    x, y, z = ((low + high) / 2).tolist()
    width, height, _ = (high - low).tolist()
    return Framing((x, y, z), width, height, distance - z)
