"""Where the viewer stands: a camera that turns about a centre; plain arithmetic."""

import math
from dataclasses import dataclass, replace

_STEEPEST = math.radians(85)  # over the pole "up" would turn round
_NEAREST, _FARTHEST = 0.25, 8.0  # times the home distance
_WIDEST_PAN = 3.0  # dm from home


@dataclass(frozen=True)
class Orbit:
    """A camera `distance` dm from a centre, `azimuth` (towards the image's right) and `elevation` radians round it; the
    centre lies `right` and `up` dm beside the home centre, along the camera's axes of the first view.

    `closeness` is the home distance over the present one.
    """

    azimuth: float = 0.0
    elevation: float = 0.0
    closeness: float = 1.0
    right: float = 0.0
    up: float = 0.0

    def turned(self, azimuth: float, elevation: float) -> "Orbit":
        """Further round by so many radians."""
        around = math.remainder(self.azimuth + azimuth, math.tau)
        return replace(self, azimuth=around, elevation=_held(self.elevation + elevation, -_STEEPEST, _STEEPEST))

    def moved(self, right: float, up: float) -> "Orbit":
        """With a centre that lies so many dm further right and up, as the viewer sees them now."""
        return replace(
            self,
            right=_held(self.right + right, -_WIDEST_PAN, _WIDEST_PAN),
            up=_held(self.up + up, -_WIDEST_PAN, _WIDEST_PAN),
        )

    def nearer(self, factor: float) -> "Orbit":
        """`factor` times closer."""
        return replace(self, closeness=_held(self.closeness * factor, 1 / _FARTHEST, 1 / _NEAREST))

    def from_side(self, azimuth: float) -> "Orbit":
        """As close as now, level, from another side."""
        return replace(self, azimuth=azimuth, elevation=0.0)

    def axes(self) -> tuple[tuple[float, float, float], tuple[float, float, float], tuple[float, float, float]]:
        """Unit vectors to the viewer's right, up and towards the viewer, in the head's space."""
        sa, ca = math.sin(self.azimuth), math.cos(self.azimuth)
        se, ce = math.sin(self.elevation), math.cos(self.elevation)
        return (ca, 0.0, -sa), (-sa * se, ce, -ca * se), (sa * ce, se, ca * ce)

    def centre(self, home: tuple[float, float, float]) -> tuple[float, float, float]:
        """What the camera looks at: `home` moved across the view."""
        right, up, _ = self.axes()
        x, y, z = (h + self.right * r + self.up * u for h, r, u in zip(home, right, up, strict=True))
        return x, y, z

    def position(self, home: tuple[float, float, float], distance: float) -> tuple[float, float, float]:
        """Where the camera stands, for the home centre and the home distance."""
        away = distance / self.closeness
        x, y, z = (c + away * t for c, t in zip(self.centre(home), self.axes()[2], strict=True))
        return x, y, z


def _held(value: float, low: float, high: float) -> float:
    return min(max(value, low), high)
