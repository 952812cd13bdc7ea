"""The mouth's inside: the model's teeth, tongue and darkness, or the portrait's own where it shows them."""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from dimitra_studio.core.arrays import FloatArray
from dimitra_studio.face.head_model import REGIONS
from dimitra_studio.face.morph import vertex_normals
from dimitra_studio.render.compose import Opening, Pixels, View, paste
from dimitra_studio.render.geometry import HeadGeometry, PosedHead, mouth_pairs, smoothstep
from dimitra_studio.render.own_mouth import read_interior
from dimitra_studio.render.palette import Palette
from dimitra_studio.render.raster import Window, window_around
from dimitra_studio.render.teeth import TeethMap, shade_teeth

_INTERIOR = ("mouth_bag", "teeth_upper", "teeth_lower", "tongue")
_UPPER, _LOWER, _TONGUE, _BAG = (REGIONS.index(name) for name in ("teeth_upper", "teeth_lower", "tongue", "mouth_bag"))
_RADIUS = 0.62  # dm
# Light falls off this fast behind the lips, dm.
_TEETH_REACH, _TONGUE_REACH, _BAG_REACH = 1.8, 0.9, 0.8
# Eye distances: the lips' shadow, its way down from the upper lip.
_SHADOW_WIDTH, _SHADOW_DROP = 0.05, 0.03
# What light is left in it, by colour: it comes off the lips.
_SHADOW_LIGHT = np.array([0.8, 0.66, 0.66], np.float32)
# A portrait whose lips are closer than the first shows no interior worth using, beyond the second all of it is.
_PORTRAIT_GAP = (0.03, 0.07)
# Eye distances: how far the lips' inner side is seen; its light, by colour, on the upper and the lower lip.
_RIM_WIDTH = 0.05
_RIM_UPPER, _RIM_LOWER = np.array([[0.65, 0.5, 0.5], [0.85, 0.7, 0.7]], np.float32)
# From above the upper lip keeps the light from what lies deep: its share at the opening's top and bottom.
_DEEP_LIGHT = (0.35, 1.5)
# Gaps (eye distances) at which lips count as closed and as open.
_CLOSED, _OPEN = 0.01, 0.04
# Edges inside the mouth are a little out of focus.
_SOFT = 0.006
_LINE_WIDTH = 0.012
# By colour: between lips it is dark red, not grey.
_LINE_DARKNESS = np.array([0.42, 0.6, 0.56], np.float32)


@dataclass(frozen=True)
class _Pixels:
    """Pixels of a view that see the interior: `row` and `column` [n], the triangle's `corners` [n, 3] with their
    `weights` [n, 3], and its `region` [n]."""

    row: NDArray[np.intp]
    column: NDArray[np.intp]
    corners: NDArray[np.int32]
    weights: FloatArray
    region: NDArray[np.uint8]

    def read(self, values: FloatArray) -> FloatArray:
        """Vertex `values` [V, C] at the pixels [n, C]."""
        read: FloatArray = np.einsum("nk,nkc->nc", self.weights, values[self.corners])
        return read


class Mouth:
    """The mouth of a portrait whose `picture` [h, w, 3] covers `bounds`."""

    def __init__(self, geometry: HeadGeometry, palette: Palette, picture: Pixels, bounds: Window) -> None:
        model = geometry.model
        self._opening = Opening(model, model.mouth, _INTERIOR, _RADIUS, geometry.eye_distance)
        self._unit = geometry.eye_distance
        self._source = geometry.source
        self._picture = picture
        self._bounds = bounds
        self._places: FloatArray = geometry.source.uv - np.array([bounds.x, bounds.y], np.float32)
        self._pairs = mouth_pairs(model)
        self._teeth = TeethMap(model)
        self._shaded = np.unique(self._opening.interior)
        self._own = None
        gap = self._gaps(self._source).max()
        if gap > _PORTRAIT_GAP[0]:
            worth = float(smoothstep(*_PORTRAIT_GAP, gap))
            self._own = read_interior(geometry, self._opening, picture, bounds, worth=worth, palette=palette)
        self._palette = palette if self._own is None else palette.with_mouth(self._own.pixels)

    def draw(self, frame: Pixels, posed: PosedHead, departure: float) -> None:
        """Draws the mouth into a `frame` that covers `bounds`, whose skin is done, in place.

        `departure` is how far (0..1) the lips' shape is from the portrait's.
        """
        view = self._opening.view(posed, self._bounds)
        if view is not None:
            # What a portrait with closed lips shows between them is theirs until they move.
            shown = departure if self._own is None else 1.0
            paste(frame, view, self._bounds, self._colours(view, posed, departure), shown)
        self._draw_line(frame, posed, departure)

    def _colours(self, view: View, posed: PosedHead, departure: float) -> FloatArray:
        seen = self._seen(view)
        painted = np.empty((*view.open.shape, 3), np.float32)
        painted[...] = self._palette.cavity
        painted[seen.row, seen.column] = self._paint(seen, posed, view.window)
        painted = np.asarray(cv2.GaussianBlur(painted, (0, 0), max(0.6, _SOFT * self._unit)), np.float32)
        painted *= _SHADOW_LIGHT + (1 - _SHADOW_LIGHT) * self._light(view.open)[..., None]
        rim = self._rim(view.open)[..., None]
        places = np.indices(view.open.shape)
        down = self._way_down(places[1] + view.window.x, places[0] + view.window.y, posed)[..., None].astype(np.float32)
        painted += rim * ((_RIM_UPPER + down * (_RIM_LOWER - _RIM_UPPER)) * self._palette.lips - painted)
        if self._own is not None:
            self._own.blend(painted, view.window, posed, departure)
        return painted

    def _seen(self, view: View) -> _Pixels:
        row, column = np.nonzero((view.open > 0) & view.plain.covered)
        triangle = view.plain.triangle[row, column]
        return _Pixels(
            row,
            column,
            self._opening.interior[triangle],
            view.plain.weights[row, column],
            self._opening.interior_region[triangle],
        )

    def _paint(self, seen: _Pixels, posed: PosedHead, window: Window) -> FloatArray:
        """Colours [n, 3] of the model's teeth, tongue and mouth, without the lips' shadow."""
        front = posed.depth[self._opening.rim].mean()
        values = np.zeros((len(posed.depth), 2), np.float32)
        values[:, 0] = posed.depth - front
        values[self._shaded, 1] = self._normals_towards_viewer(posed)
        depth, facing = seen.read(values).T
        facing = np.abs(facing)
        behind = np.maximum(depth, 0)
        light = np.exp(
            -behind
            / np.select([seen.region == _TONGUE, seen.region == _BAG], [_TONGUE_REACH, _BAG_REACH], _TEETH_REACH)
        )
        teeth = (seen.region == _UPPER) | (seen.region == _LOWER)
        dark, bright = _DEEP_LIGHT
        light *= np.where(
            teeth, 1.0, dark + (bright - dark) * self._way_down(seen.column + window.x, seen.row + window.y, posed)
        )
        palette = self._palette
        colour = np.where(
            (seen.region == _TONGUE)[:, None], palette.tongue * (0.7 + 0.3 * facing)[:, None], palette.flesh
        )
        if teeth.any():
            arch = seen.read(self._teeth.coordinates)[teeth]
            colour[teeth] = shade_teeth(arch, seen.region[teeth] == _UPPER, facing[teeth], palette)
        return np.asarray(palette.cavity + light[:, None] * (colour - palette.cavity), np.float32)

    def _way_down(self, x: NDArray[np.intp], y: NDArray[np.intp], posed: PosedHead) -> NDArray[np.float64]:
        """How far (0..1) the places `x`, `y` (px) lie on the way from the upper lip down to the lower one."""
        upper, lower = (posed.uv[rim].astype(np.float64) for rim in self._pairs)
        top, bottom = (np.interp(x, np.maximum.accumulate(rim[:, 0]), rim[:, 1]) for rim in (upper, lower))
        # Towards the corners, where the lips meet, there is no way to go.
        height = np.maximum(bottom - top, 0.15 * self._unit)
        return np.asarray(np.clip((y - 0.5 * (top + bottom)) / height + 0.5, 0, 1))

    def _normals_towards_viewer(self, posed: PosedHead) -> FloatArray:
        normals: FloatArray = vertex_normals(posed.placed, self._opening.interior)[self._shaded, 2]
        return normals

    def _light(self, opened: FloatArray) -> FloatArray:
        """How much (0..1) the lips leave in the light [h, w] of what lies behind; the upper one's shadow is longer."""
        spread = cv2.GaussianBlur(opened, (0, 0), _SHADOW_WIDTH * self._unit)
        drop = round(_SHADOW_DROP * self._unit)
        above = np.vstack([np.repeat(spread[:1], drop, axis=0), spread[: len(spread) - drop]]) if drop else spread
        return np.asarray(smoothstep(0.0, 0.6, 0.5 * (spread + above)), np.float32)

    def _rim(self, opened: FloatArray) -> FloatArray:
        """How much (0..1) of a pixel [h, w] is the lips' own inner side, rolling away from the viewer at the edge."""
        inside = np.pad((opened > 0).astype(np.uint8), 1)
        away = cv2.distanceTransform(inside, cv2.DIST_L2, 5)[1:-1, 1:-1]
        return np.asarray(smoothstep(max(_RIM_WIDTH * self._unit, 3.0), 0.0, away), np.float32)

    def _gaps(self, posed: PosedHead) -> NDArray[np.float64]:
        """Distance [n] between the lips' rims, eye distances; negative where they overlap."""
        upper, lower = self._pairs
        return np.asarray((posed.uv[lower, 1] - posed.uv[upper, 1]) / self._unit, np.float64)

    def _draw_line(self, frame: Pixels, posed: PosedHead, departure: float) -> None:
        """The line between lips that are closed now but were open in the portrait."""
        strength = (1 - smoothstep(_CLOSED, _OPEN, self._gaps(posed))) * smoothstep(
            _CLOSED, _OPEN, self._gaps(self._source)
        )
        strength *= departure
        window = window_around(posed.uv[self._opening.rim], 0.05 * self._unit + 2).clipped(self._bounds)
        if window.empty or not strength.any():
            return
        fraction = 4
        middle = posed.uv[np.stack(self._pairs)].mean(axis=0) - np.array([window.x, window.y], np.float32)
        points = np.rint(middle * 2**fraction).astype(np.int32)
        mask = np.zeros((window.height, window.width), np.uint8)
        width = max(1, round(_LINE_WIDTH * self._unit))
        for start, end, amount in zip(points[:-1], points[1:], strength[1:], strict=True):
            cv2.line(mask, start.tolist(), end.tolist(), int(255 * amount), width, cv2.LINE_AA, fraction)
        shade = cv2.GaussianBlur(mask, (0, 0), max(0.6 * width, 0.6)).astype(np.float32)[..., None]
        patch = frame[window.inside(self._bounds)]
        patch[...] = np.rint(patch * (1 - _LINE_DARKNESS * shade / 255)).astype(np.uint8)
