"""The mouth's inside as the portrait shows it: the upper part moves with the skull, the lower with the jaw."""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from dimitra_studio.core.arrays import FloatArray
from dimitra_studio.core.face import Camera
from dimitra_studio.face.morph import project
from dimitra_studio.render.compose import Opening, Pixels, nearest_colours, sample
from dimitra_studio.render.geometry import HeadGeometry, PosedHead, smoothstep
from dimitra_studio.render.palette import Palette
from dimitra_studio.render.raster import Window, rasterise, window_around

# Eye distances: how far inside the portrait's lips its interior is surely no lip; how far beyond it is continued
# (upwards, where teeth go on, and elsewhere); over what the upper part gives way to the lower.
_INSET, _REACH_UP, _REACH, _SOFTNESS = 0.02, 0.12, 0.06, 0.02
_PATCH_MARGIN = 0.15
# Lips where the fit has the inside: at least this bright and this near in hue (of 1), both against the lips' own.
_LIP_LIGHT, _LIP_HUE = 0.5, 0.12
# What is left without them is worth nothing below the first share, all beyond the second.
_LEFT = (0.22, 0.3)
# From this departure on nothing of the portrait is left where the parts are not; two mouths at once look frosted.
_MOVED = 0.4
# A lower part that is thinner is only the upper one's edge.
_THINNEST = 0.06
# Teeth that begin this near to the lip go on under it, in its shade.
_TOP, _UNDER_LIP, _BELOW_EDGE = 0.05, 0.25, 0.02
# How toothy a pixel is that shows a tooth.
_TOOTH = 0.5
# A line across the mouth shows teeth where this share of the toothiest line does, if that is more than a trace.
_ROW, _FEWEST = 0.45, 0.1
# Teeth this far from the midline (dm) are left out of the motion: they are foreshortened.
_FRONT = 0.2
# How much of the way from the teeth to the lips the parts' motion is taken from.
_FORWARD = 1.0


@dataclass(frozen=True)
class OwnInterior:
    """The portrait's mouth.

    `picture` [h, w, 3] covers `window` and is continued beyond the lips, the `original` is not. `upper` and `lower`
    [h, w] say how far (0..1) each place belongs to the upper and the lower part, which move with `upper_teeth` and
    `lower_teeth`. `pixels` [n, 3] are surely seen.
    """

    picture: Pixels
    original: Pixels
    window: Window
    upper: FloatArray
    lower: FloatArray
    upper_teeth: "FrontTeeth"
    lower_teeth: "FrontTeeth"
    pixels: FloatArray

    def blend(self, painted: FloatArray, window: Window, posed: PosedHead, departure: float) -> None:
        """Lays the portrait's interior over the `painted` one [h, w, 3] of `window`, in place.

        At `departure` 0 it is the portrait itself, whatever lies there.
        """
        moved = float(smoothstep(0, _MOVED, departure))
        for share, teeth in ((self.lower, self.lower_teeth), (self.upper, self.upper_teeth)):
            x, y = self._places_seen(window, teeth.seen_at(posed), teeth.places)
            weight = cv2.remap(share, x, y, cv2.INTER_LINEAR)
            weight = (1 - moved * (1 - weight))[..., None]
            colour = sample(self.picture, x, y).astype(np.float32)
            if moved < 1:
                colour += (1 - moved) * (sample(self.original, x, y) - colour)
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


class FrontTeeth:
    """Front teeth as points that move with skull or jaw, brought `forward` dm to the lips: the picture of the inside is
    seen between them and must not slide off when the head turns."""

    def __init__(self, vertices: NDArray[np.intp], forward: float, camera: Camera, source: PosedHead) -> None:
        self._vertices = vertices
        self._forward = forward
        self._camera = camera
        self.places = self.seen_at(source)

    def seen_at(self, posed: PosedHead) -> FloatArray:
        """Where the picture of the head `posed` shows them [n, 2], px."""
        ahead = (self._forward * posed.rotation[:, 2]).astype(np.float32)
        return project(posed.placed[self._vertices] + ahead, self._camera)[0]


def read_interior(
    geometry: HeadGeometry, opening: Opening, picture: Pixels, bounds: Window, *, worth: float, palette: Palette
) -> OwnInterior | None:
    """The interior that the portrait shows through `opening`, or None where it shows none; `worth` (0..1) weighs it.

    The fit's rim is some pixels off the lips': what has the `palette`'s lip colour is no interior.
    """
    model, source, unit = geometry.model, geometry.source, geometry.eye_distance
    window = window_around(source.uv[opening.rim], 2 + _PATCH_MARGIN * unit).clipped(bounds)
    if window.empty:
        return None
    raster = rasterise(source.uv, source.depth, opening.triangles, window)
    inside = (raster.covered & ~opening.is_skin[raster.triangle]).astype(np.uint8)
    patch = picture[window.inside(bounds)].copy()
    lips = _lips(patch, palette)
    within = (inside > 0) & ~lips
    # The upper lip stays where it is when the jaw falls; the lower one, with nothing of the inside under it, does not.
    above = np.maximum.accumulate(within[::-1])[::-1]
    kept = (inside > 0) & (within | above)
    sure = cv2.distanceTransform(np.pad(kept.astype(np.uint8), 1), cv2.DIST_L2, 5)[1:-1, 1:-1] > max(_INSET * unit, 1.0)
    worth *= float(smoothstep(*_LEFT, within.sum() / max(int(inside.sum()), 1)))
    if worth == 0 or not (sure & within).any():
        return None
    continued = np.where(sure[..., None], patch, nearest_colours(patch, sure))
    toothy = _toothiness(patch, sure & ~lips)
    away = cv2.distanceTransform((~sure).astype(np.uint8), cv2.DIST_L2, 5)
    share = worth * smoothstep(_REACH * unit, 0, away)
    raised, upwards = _raise_teeth(patch, toothy, sure, unit)
    continued = np.where((upwards > 0)[..., None], raised, continued)

    front = np.abs(model.mean[:, 0]) < _FRONT
    upper_teeth, lower_teeth = (
        np.intersect1d(np.unique(model.triangles[model.region(name)]), np.flatnonzero(front))
        for name in ("teeth_upper", "teeth_lower")
    )
    forward = _FORWARD * float(source.depth[upper_teeth].mean() - source.depth[opening.rim].mean())
    below = _below_parting(source.uv[_edge(model.mean, upper_teeth)], toothy, sure & within, window)
    is_upper = smoothstep(_SOFTNESS * unit, -_SOFTNESS * unit, below)
    return OwnInterior(
        picture=continued,
        original=patch,
        window=window,
        upper=(np.maximum(share, worth * upwards) * is_upper).astype(np.float32),
        lower=(share * smoothstep(0, 2 * _SOFTNESS * unit, below) * (below[sure].max() > _THINNEST * unit)).astype(
            np.float32
        ),
        upper_teeth=FrontTeeth(upper_teeth, forward, geometry.camera, source),
        lower_teeth=FrontTeeth(lower_teeth, forward, geometry.camera, source),
        pixels=patch[sure & within].astype(np.float32),
    )


def _lips(patch: Pixels, palette: Palette) -> NDArray[np.bool_]:
    """Whether each pixel [h, w] has the lips' colour: as red, not pale as teeth, not dark as the cavity."""

    def hue(colours: NDArray[np.generic]) -> NDArray[np.float64]:
        light = np.asarray(colours, np.float64)
        return np.asarray(light / np.maximum(light.sum(axis=-1, keepdims=True), 1.0))

    seen, lips, teeth = hue(patch), hue(palette.lips), hue(palette.teeth)
    red = seen[..., 0] > 0.5 * (lips[0] + teeth[0])
    near = np.linalg.norm(seen - lips, axis=-1) < _LIP_HUE
    light = patch.mean(axis=2) > _LIP_LIGHT * palette.lips.mean()
    # Single pixels are noise.
    found = cv2.morphologyEx((red & near & light).astype(np.uint8), cv2.MORPH_OPEN, np.ones((2, 2), np.uint8))
    return np.asarray(found > 0)


def _toothiness(patch: Pixels, sure: NDArray[np.bool_]) -> NDArray[np.float64]:
    """How much (0..1) each pixel [h, w] looks like a tooth: bright among the `sure` ones, and pale."""
    brightest, dullest = patch.max(axis=2).astype(np.float64), patch.min(axis=2).astype(np.float64)
    bright = smoothstep(0.6, 0.85, brightest / max(float(np.percentile(brightest[sure], 95)), 1.0))
    pale = smoothstep(0.5, 0.3, (brightest - dullest) / np.maximum(brightest, 1))
    return bright * pale * sure


def _raise_teeth(
    patch: Pixels, toothy: NDArray[np.float64], sure: NDArray[np.bool_], unit: float
) -> tuple[Pixels, NDArray[np.float64]]:
    """Upper teeth that go on under the lip, where they begin near it: colours [h, w, 3], and their share (0..1)."""
    is_tooth = toothy > _TOOTH
    first = is_tooth.argmax(axis=0)
    near = is_tooth.any(axis=0) & (first - sure.argmax(axis=0) <= max(_TOP * unit, 2))
    counts = cv2.GaussianBlur(near[None].astype(np.float64), (0, 0), max(_TOP * unit / 2, 1.0))[0]
    # The tooth's own edge is mixed with the shade above it: the tooth is taken from a little lower.
    lower = np.minimum(first + max(round(_BELOW_EDGE * unit), 1), len(patch) - 1)
    height = lower[None] - np.arange(len(sure))[:, None]
    reach = _REACH_UP * unit
    share = np.where(height > 0, smoothstep(reach, 0.6 * reach, height), 0) * counts[None] * near[None]
    light = 1 - _UNDER_LIP * np.clip(height / reach, 0, 1)
    row = patch[lower, np.arange(patch.shape[1])][None].astype(np.float32)
    weight = near[None, :, None].astype(np.float32)
    spread = (0, 0), max(_BELOW_EDGE * unit, 1.0)
    total, count = cv2.GaussianBlur(row * weight, *spread), cv2.GaussianBlur(weight, *spread)
    raised = total / np.maximum(count.reshape(1, -1, 1), 1e-3) * light[..., None]
    return np.clip(raised, 0, 255).astype(np.uint8), share


def _edge(mean: FloatArray, teeth: NDArray[np.intp]) -> NDArray[np.intp]:
    """The biting edge: the lower quarter of the arch's vertices, from left to right."""
    height = mean[teeth, 1]
    edge = teeth[height < height.min() + 0.25 * np.ptp(height)]
    return np.asarray(edge[np.argsort(mean[edge, 0])], np.intp)


def _below_parting(
    edge: FloatArray, toothy: NDArray[np.float64], sure: NDArray[np.bool_], window: Window
) -> NDArray[np.float64]:
    """How far [h, w] px each pixel lies below the line that parts upper from lower teeth.

    The line runs along the model's biting `edge` [n, 2], shifted to where the upper row of teeth ends. A single row is
    the upper one, unless it lies in the lower half with darkness above. Without teeth all is above it: parted darkness
    would show as two bands.
    """
    y, x = np.mgrid[: window.height, : window.width]
    below = y + window.y - np.interp(x[0] + window.x, edge[:, 0], edge[:, 1])[None]
    low, high = int(np.floor(below[sure].min())), int(np.ceil(below[sure].max()))
    index = np.rint(below[sure]).astype(int) - low
    count = np.bincount(index, minlength=high - low + 1)
    rows = np.bincount(index, toothy[sure], minlength=high - low + 1) / np.maximum(count, 1)
    teeth = rows > _ROW * rows.max()
    if not rows.max() > _FEWEST:
        return np.asarray(below - high - window.height)
    first = int(teeth.argmax())
    after = np.flatnonzero(~teeth[first:])
    end = first + (int(after[0]) if len(after) else len(teeth) - first)
    only_lower = first > 0.5 * len(teeth) and not teeth[end:].any()
    return np.asarray(below - (low + (first if only_lower else end)))
