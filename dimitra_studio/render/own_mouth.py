"""The mouth's inside as the portrait shows it: the upper part moves with the skull, the lower with the jaw."""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from dimitra_studio.core.arrays import FloatArray
from dimitra_studio.render.compose import Opening, Pixels, nearest_colours, sample
from dimitra_studio.render.geometry import HeadGeometry, PosedHead, smoothstep
from dimitra_studio.render.raster import Window, rasterise, window_around

# Eye distances: how far inside the portrait's lips its interior is surely no lip; how far beyond it is continued
# (upwards, where teeth go on, and elsewhere); over what the upper part gives way to the lower.
_INSET, _REACH_UP, _REACH, _SOFTNESS = 0.02, 0.12, 0.04, 0.012
_PATCH_MARGIN = 0.15
# Where the parting is looked for around the model's biting edge.
_SEARCH = np.linspace(-0.05, 0.12, 35)
# Teeth this far from the midline (dm) are left out of the motion: they are foreshortened.
_FRONT = 0.25


@dataclass(frozen=True)
class OwnInterior:
    """The portrait's mouth.

    `picture` [h, w, 3] covers `window` and is continued beyond the lips, the `original` is not. `upper` and `lower`
    [h, w] say how far (0..1) each place belongs to the upper and the lower part, which move with the vertices
    `upper_teeth` and `lower_teeth`, at `places` [V, 2] in the portrait. `pixels` [n, 3] are surely seen.
    """

    picture: Pixels
    original: Pixels
    window: Window
    upper: FloatArray
    lower: FloatArray
    upper_teeth: NDArray[np.intp]
    lower_teeth: NDArray[np.intp]
    places: FloatArray
    pixels: FloatArray

    def blend(self, painted: FloatArray, window: Window, posed: PosedHead, departure: float) -> None:
        """Lays the portrait's interior over the `painted` one [h, w, 3] of `window`, in place.

        At `departure` 0 it is the portrait itself, whatever lies there.
        """
        for share, teeth in ((self.lower, self.lower_teeth), (self.upper, self.upper_teeth)):
            x, y = self._places_seen(window, posed.uv[teeth], self.places[teeth])
            weight = cv2.remap(share, x, y, cv2.INTER_LINEAR)
            weight = (1 - departure * (1 - weight))[..., None]
            colour = sample(self.picture, x, y).astype(np.float32)
            if departure < 1:
                colour += (1 - departure) * (sample(self.original, x, y) - colour)
            painted += weight * (colour - painted)

    def _places_seen(self, window: Window, now: FloatArray, then: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Where the pixels of `window` lie in the portrait, by the affine motion that takes points `now` to `then`."""
        corner = np.array([self.window.x, self.window.y], np.float64)
        middle = now.mean(axis=0, dtype=np.float64)
        lines = np.column_stack([now - middle, np.ones(len(now))])
        # The pull towards a plain shift keeps few and flat points from shearing.
        shift = (then - now).astype(np.float64)
        ridge = np.diag([0.05, 0.05, 0]) * (np.ptp(now[:, 0]) ** 2 * len(now) / 12)
        motion = np.linalg.solve(lines.T @ lines + ridge, lines.T @ shift)
        y, x = np.mgrid[: window.height, : window.width].astype(np.float64)
        dx, dy = x + window.x - middle[0], y + window.y - middle[1]
        at_x = x + window.x - corner[0] + dx * motion[0, 0] + dy * motion[1, 0] + motion[2, 0]
        at_y = y + window.y - corner[1] + dx * motion[0, 1] + dy * motion[1, 1] + motion[2, 1]
        return at_x.astype(np.float32), at_y.astype(np.float32)


def read_interior(
    geometry: HeadGeometry, opening: Opening, picture: Pixels, bounds: Window, worth: float
) -> OwnInterior | None:
    """The interior that the portrait shows through `opening`, or None where it shows none; `worth` (0..1) weighs it."""
    model, source, unit = geometry.model, geometry.source, geometry.eye_distance
    window = window_around(source.uv[opening.rim], 2 + _PATCH_MARGIN * unit).clipped(bounds)
    if window.empty:
        return None
    raster = rasterise(source.uv, source.depth, opening.triangles, window)
    inside = (raster.covered & ~opening.is_skin[raster.triangle]).astype(np.uint8)
    sure = cv2.distanceTransform(np.pad(inside, 1), cv2.DIST_L2, 5)[1:-1, 1:-1] > max(_INSET * unit, 1.0)
    if not sure.any():
        return None
    patch = picture[window.inside(bounds)].copy()
    continued = np.where(sure[..., None], patch, nearest_colours(patch, sure))
    away = cv2.distanceTransform((~sure).astype(np.uint8), cv2.DIST_L2, 5)
    share = worth * smoothstep(_REACH * unit, 0.2 * _REACH * unit, away)
    upwards = worth * smoothstep(_REACH_UP * unit, 0.6 * _REACH_UP * unit, _height_above(sure))

    front = np.abs(model.mean[:, 0]) < _FRONT
    upper_teeth, lower_teeth = (
        np.intersect1d(np.unique(model.triangles[model.region(name)]), np.flatnonzero(front))
        for name in ("teeth_upper", "teeth_lower")
    )
    below = _below_parting(source.uv[_edge(model.mean, upper_teeth)], patch, sure, window, unit)
    is_upper = smoothstep(_SOFTNESS * unit, -_SOFTNESS * unit, below)
    return OwnInterior(
        picture=continued,
        original=patch,
        window=window,
        upper=(np.maximum(share, upwards) * is_upper).astype(np.float32),
        lower=(share * smoothstep(-2 * _SOFTNESS * unit, 0, below)).astype(np.float32),
        upper_teeth=upper_teeth,
        lower_teeth=lower_teeth,
        places=source.uv,
        pixels=patch[sure].astype(np.float32),
    )


def _height_above(sure: NDArray[np.bool_]) -> NDArray[np.float64]:
    """How far [h, w] px each pixel lies above the topmost of its column that is `sure`; infinite elsewhere."""
    top = np.where(sure.any(axis=0), sure.argmax(axis=0), -np.inf)
    height = top[None] - np.arange(len(sure))[:, None]
    return np.where(height >= 0, height, np.inf)


def _edge(mean: FloatArray, teeth: NDArray[np.intp]) -> NDArray[np.intp]:
    """The biting edge: the lower quarter of the arch's vertices, from left to right."""
    height = mean[teeth, 1]
    edge = teeth[height < height.min() + 0.25 * np.ptp(height)]
    return np.asarray(edge[np.argsort(mean[edge, 0])], np.intp)


def _below_parting(
    edge: FloatArray, patch: Pixels, sure: NDArray[np.bool_], window: Window, unit: float
) -> NDArray[np.float64]:
    """How far [h, w] px each pixel lies below the line that parts upper from lower teeth.

    The line is the model's biting `edge` [n, 2], shifted to where the portrait is darkest along it.
    """
    y, x = np.mgrid[: window.height, : window.width]
    below = y + window.y - np.interp(x[0] + window.x, edge[:, 0], edge[:, 1])[None]
    luminance = patch.mean(axis=2)
    shifts = _SEARCH * unit
    darkness = [
        luminance[near].mean() + 0.3 * abs(shift) / unit * 255
        if (near := sure & (np.abs(below - shift) < 1)).any()
        else np.inf
        for shift in shifts
    ]
    best = shifts[int(np.argmin(darkness))] if np.isfinite(darkness).any() else 0.0
    return np.asarray(below - best)
