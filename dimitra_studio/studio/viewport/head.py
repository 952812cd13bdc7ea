"""The head that the viewport shows: a portrait's geometry at any frame, with and without its photo."""

from contextlib import suppress
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from dimitra_studio.core.arrays import FloatArray
from dimitra_studio.core.channels import COMPONENTS, Group
from dimitra_studio.core.face import FaceFit
from dimitra_studio.core.media import Portrait
from dimitra_studio.face.head_model import HeadModel
from dimitra_studio.face.morph import landmark_points, vertex_normals
from dimitra_studio.render.geometry import HeadGeometry
from dimitra_studio.studio.viewport.appearance import read_appearance
from dimitra_studio.studio.viewport.detail import LEVELS
from dimitra_studio.studio.viewport.framing import framed
from dimitra_studio.studio.viewport.reduction import reduced

_HAIR = np.float32(0.01)  # dm


@dataclass(frozen=True)
class Surface:
    """A head at one frame: `vertices` [V, 3] dm as placed before the camera, unit `normals` [V, 3]."""

    vertices: FloatArray
    normals: FloatArray


class ViewedHead:
    """A person in three dimensions, `levels` from all triangles to few. Making one takes a second: not for the window's
    thread. `appearance` is None without a portrait.
    """

    def __init__(self, model: HeadModel, fit: FaceFit, portrait: Portrait | None = None) -> None:
        self.model = model
        self._geometry = HeadGeometry(model, fit)
        self.appearance = None if portrait is None else read_appearance(self._geometry, portrait)
        vertices = self.rest().vertices
        parts = {share: reduced(vertices, model.triangles, share) for share in {level.triangles for level in LEVELS}}
        self.framing = framed(vertices, fit.camera.distance)
        self.levels = tuple(parts[level.triangles] for level in LEVELS)
        _load_graphics()

    def rest(self) -> Surface:
        """The head as the portrait shows it."""
        return self._surface(self._geometry.fit.expression, self._geometry.fit.pose)

    def at(self, values: ArrayLike) -> Surface:
        """The head at one frame of a motion sequence, `values` [70]; the rest where no face was tracked (NaN)."""
        frame = np.asarray(values, np.float32)
        if not np.isfinite(frame).all():
            return self.rest()
        return self._surface(frame[COMPONENTS], frame[Group.POSE.columns])

    def landmarks(self, surface: Surface) -> FloatArray:
        """The 478 landmarks [478, 3], dm, a hair above a surface so that they are seen."""
        return landmark_points(self.model, surface.vertices + _HAIR * surface.normals)

    def _surface(self, components: FloatArray, pose: FloatArray) -> Surface:
        placed = self._geometry.pose(components, pose).placed
        return Surface(placed, vertex_normals(placed, self.model.triangles))


def _load_graphics() -> None:
    """Imports what draws, which takes a third of a second: here, lest the window's thread waits for it."""
    with suppress(ImportError):  # the view finds it missing as well, and says so
        import dimitra_studio.studio.viewport.scene  # noqa: F401
