"""Where a point of a head is seen: in a picture of the portrait, or by who walks round the head. Plain arithmetic."""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dimitra_studio.core.face import Camera
from dimitra_studio.studio.viewport.framing import Framing
from dimitra_studio.studio.viewport.orbit import Orbit


@dataclass(frozen=True, eq=False)
class Eye:
    """A pinhole camera at `position` [3], dm, in the space of the portrait's camera.

    The rows of `axes` [3, 3] are unit vectors to its right, up and towards it; what is as wide as it is far away spans
    `focal` px about `centre` [2], px right and down.
    """

    axes: NDArray[np.float64]
    position: NDArray[np.float64]
    focal: float
    centre: NDArray[np.float64]

    def seen(self, points: NDArray[np.float64]) -> NDArray[np.float64]:
        """Where points [3, N] are seen, px [N, 2]."""
        right, up, toward = self.axes @ (points - self.position[:, None])
        places: NDArray[np.float64] = self.centre + (self.focal / -toward * np.stack((right, -up))).T
        return places

    def sideways(self, way: NDArray[np.float64]) -> float:
        """How much of a way [3, 1] is seen as one: 1 is across the view, 0 straight towards the eye; 0 for none."""
        length = float(np.linalg.norm(way))
        return float(np.linalg.norm(self.axes[:2] @ way)) / length if length else 0.0

    def facing(self, normals: NDArray[np.float64]) -> NDArray[np.float64]:
        """How far surfaces with unit `normals` [3, N] are turned towards the eye [N]: 1 is straight at it."""
        facing: NDArray[np.float64] = self.axes[2] @ normals
        return facing


def eye_of_portrait(camera: Camera, left: float, top: float, width: float) -> Eye:
    """Looks at the portrait's picture, drawn `width` px wide from `left` and `top` on."""
    scale = width / camera.width
    centre = np.array([left + (camera.cx + 0.5) * scale, top + (camera.cy + 0.5) * scale])
    return Eye(np.eye(3), np.array([0.0, 0.0, camera.distance]), camera.focal * scale, centre)


def eye_on_orbit(orbit: Orbit, framing: Framing, size: tuple[float, float], left: float = 0.0) -> Eye:
    """Looks at a head as a view of `size` px does that begins at `left`."""
    width, height = size
    focal = height / 2 / math.tan(math.radians(framing.view_angle(width, height)) / 2)
    position = np.array(orbit.position(framing.centre, framing.distance))
    return Eye(np.array(orbit.axes()), position, focal, np.array([left + width / 2, height / 2]))
