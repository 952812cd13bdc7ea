"""The eyes: the eyeball carries the portrait's iris, the lids uncover or cover it."""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from dimitra_studio.core.arrays import FloatArray
from dimitra_studio.face.head_model import LidClosure
from dimitra_studio.render.compose import Opening, Pixels, View, nearest_colours, paste, sample
from dimitra_studio.render.geometry import HeadGeometry, PosedHead, smoothstep
from dimitra_studio.render.raster import Window, interpolate, rasterise, window_around
from dimitra_studio.render.texture import Rim

_RADIUS = 0.32  # dm
# Eye distances.
_TRUSTED_INSET = 0.02
_MOVED = 0.03
_SHADE_WIDTH = 0.025
_SHADE = 0.45
_LASH_WIDTH = 0.014
_LASH_BAND = 0.03
_LASH_OPACITY = 0.75


@dataclass(frozen=True)
class Iris:
    """A circle in the portrait, px."""

    x: float
    y: float
    radius: float


@dataclass(frozen=True)
class EyeParts:
    """Which eye: its `lid`, its eyeball's `region`, and the five landmarks of its `iris` [5, 2] in the picture, px."""

    lid: LidClosure
    region: str
    iris: FloatArray


class Eye:
    """One eye of a portrait whose `picture` [h, w, 3] covers `bounds`."""

    def __init__(self, geometry: HeadGeometry, parts: EyeParts, picture: Pixels, bounds: Window) -> None:
        lid = parts.lid
        self.opening = Opening(geometry.model, lid.seam, (parts.region,), _RADIUS, geometry.eye_distance)
        self._eyeball = np.unique(self.opening.interior)
        self._lid = lid.seam
        self._source = geometry.source
        self._unit = geometry.eye_distance
        self._bounds = bounds
        self._window = window_around(geometry.source.uv[self._eyeball], 2).clipped(bounds)
        self._places: FloatArray = geometry.source.uv - np.array([self._window.x, self._window.y], np.float32)
        self._picture = picture[self._window.inside(bounds)].copy()
        corner = np.array([self._window.x - bounds.x, self._window.y - bounds.y], np.float32)
        self._uncovered = self._uncover(_circle(parts.iris - corner))
        self._lash = self._lash_colour()

    def draw(self, frame: Pixels, posed: PosedHead, rim: Rim) -> None:
        """Draws the eye into a `frame` that covers `bounds`, whose skin is done, in place.

        An eye that lies outside the portrait stays undrawn.
        """
        if self._window.empty:
            return
        view = self.opening.view(posed, self._bounds)
        if view is not None:
            paste(frame, view, self._bounds, self._eyeball_colours(view, posed))
        self._draw_lashes(frame, posed, rim.departure(posed.uv, self._source.uv))

    def _eyeball_colours(self, view: View, posed: PosedHead) -> FloatArray:
        places = interpolate(view.plain, self.opening.interior, self._places)
        x, y = np.ascontiguousarray(places[..., 0]), np.ascontiguousarray(places[..., 1])
        shown = sample(self._picture, x, y).astype(np.float32)
        departure = self._departure(posed)
        if departure > 0:
            # What the lids hid may come into view, and their shadow moves with them.
            uncovered = sample(self._uncovered, x, y).astype(np.float32)
            spread = cv2.GaussianBlur(view.open, (0, 0), _SHADE_WIDTH * self._unit)
            shade = 1 - departure * _SHADE * np.clip(1 - spread, 0, 1)
            shown += departure * (uncovered * shade[..., None] - shown)
        return shown

    def _departure(self, posed: PosedHead) -> float:
        """0 while neither gaze nor lids differ from the portrait's, 1 once they clearly do."""
        moved = posed.uv - self._source.uv
        rim = self.opening.rim
        middle = moved[rim].mean(axis=0)
        most = max(np.linalg.norm(moved[part] - middle, axis=1).max() for part in (self._eyeball, rim))
        return float(smoothstep(0, _MOVED * self._unit, most))

    def _draw_lashes(self, frame: Pixels, posed: PosedHead, departure: float) -> None:
        """The lashes' line along the upper lid, as far as the moving lid lost its own."""
        window = window_around(posed.uv[self.opening.rim], 0.1 * self._unit + 2).clipped(self._bounds)
        if departure <= 0 or window.empty:
            return
        fraction = 4
        points = (posed.uv[self._lid.upper] - np.array([window.x, window.y])) * 2**fraction
        mask = np.zeros((window.height, window.width), np.uint8)
        width = max(1, round(_LASH_WIDTH * self._unit))
        cv2.polylines(mask, [np.rint(points).astype(np.int32)], False, 255, width, cv2.LINE_AA, fraction)
        alpha = cv2.GaussianBlur(mask, (0, 0), max(0.4 * width, 0.5)).astype(np.float32)[..., None]
        alpha *= _LASH_OPACITY * departure / 255
        patch = frame[window.inside(self._bounds)]
        patch[...] = np.rint(patch + alpha * (self._lash - patch)).astype(np.uint8)

    def _uncover(self, iris: Iris) -> Pixels:
        """The portrait's eyeball as it looks under the lids."""
        if not self._picture.size:
            return self._picture
        raster = rasterise(self._source.uv, self._source.depth, self.opening.triangles, self._window)
        inside = raster.covered & ~self.opening.is_skin[raster.triangle]
        depth = cv2.distanceTransform(inside.astype(np.uint8), cv2.DIST_L2, 5)
        return _uncover(self._picture, depth > max(_TRUSTED_INSET * self._unit, 1.0), iris)

    def _lash_colour(self) -> FloatArray:
        """The darkest part of a band along the upper lid's rim [3]."""
        mask = np.zeros(self._picture.shape[:2], np.uint8)
        if mask.size:
            points = np.rint(self._places[self._lid.upper]).astype(np.int32)
            cv2.polylines(mask, [points], False, 255, max(1, round(_LASH_BAND * self._unit)))
        band = self._picture[mask > 0].astype(np.float32)
        if not len(band):
            return np.full(3, 40, np.float32)
        darkest = band[band.sum(axis=1) <= np.percentile(band.sum(axis=1), 15)]
        return np.asarray(darkest.mean(axis=0), np.float32)


def _circle(iris: FloatArray) -> Iris:
    """The iris' circle from its landmarks: the centre, then four points of its rim."""
    x, y = iris[0]
    return Iris(float(x), float(y), float(np.linalg.norm(iris[1:] - iris[0], axis=1).mean()))


def _uncover(patch: Pixels, trusted: NDArray[np.bool_], iris: Iris) -> Pixels:
    """The eyeball without lids: the iris mirrored about its centre, the white continued from the nearest seen."""
    height, width = trusted.shape
    y, x = np.mgrid[:height, :width]
    in_iris = (x - iris.x) ** 2 + (y - iris.y) ** 2 <= (1.08 * iris.radius) ** 2
    filled = patch.copy()
    for target, lenders in ((~in_iris, trusted & ~in_iris), (in_iris, trusted & in_iris)):
        missing = target & ~trusted
        if lenders.any() and missing.any():
            filled[missing] = nearest_colours(patch, lenders)[missing]
    for mirror_x, mirror_y in ((x, 2 * iris.y - y), (2 * iris.x - x, y), (2 * iris.x - x, 2 * iris.y - y)):
        column, row = np.rint(mirror_x).astype(int), np.rint(mirror_y).astype(int)
        fits = in_iris & ~trusted & (column >= 0) & (column < width) & (row >= 0) & (row < height)
        fits[fits] = trusted[row[fits], column[fits]]
        filled[fits] = patch[row[fits], column[fits]]
        trusted = trusted | fits
    return filled
