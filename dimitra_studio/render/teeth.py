"""Single teeth on the model's two smooth arches."""

import numpy as np
from numpy.typing import NDArray

from dimitra_studio.core.arrays import FloatArray
from dimitra_studio.face.head_model import HeadModel
from dimitra_studio.render.geometry import smoothstep
from dimitra_studio.render.palette import Palette

# Mean crown widths from the midline, dm (Wheeler's Dental Anatomy): incisors, canine, premolars, molars.
_UPPER_WIDTHS = np.array([0.085, 0.065, 0.075, 0.07, 0.068, 0.1, 0.09])
_LOWER_WIDTHS = np.array([0.053, 0.058, 0.068, 0.07, 0.071, 0.11, 0.105])
# How much shorter each crown is than the longest, as a share of the arch's height.
_UPPER_SHORTER = np.array([0.0, 0.07, 0.01, 0.06, 0.08, 0.1, 0.12])
_LOWER_SHORTER = np.array([0.0, 0.0, 0.0, 0.04, 0.05, 0.06, 0.06])
_GAP_WIDTH = 0.0035  # dm
# The lines between teeth are shade, not grout; from the canines on they are seen at too flat an angle.
_GAP_SHADE, _ROUND_SHADE = 0.07, 0.05
_GAPS_FADE = (0.13, 0.26)  # dm
# By colour: what light the side teeth get comes off the cheeks' red inside.
_SIDE_SHADE = np.array([0.5, 0.65, 0.65])
_GUM_LINE = 0.8


class TeethMap:
    """`coordinates` [V, 2] of the arches' vertices: way along the arch from the midline (dm, signed) and height above
    the biting edge (0..1); zero elsewhere."""

    def __init__(self, model: HeadModel) -> None:
        self.coordinates: FloatArray = np.zeros((len(model.mean), 2), np.float32)
        for name, up in (("teeth_upper", 1.0), ("teeth_lower", -1.0)):
            vertices = np.unique(model.triangles[model.region(name)])
            points = model.mean[vertices].astype(np.float64)
            height = up * points[:, 1]
            self.coordinates[vertices, 0] = _way_along(points[:, 0], points[:, 2])
            self.coordinates[vertices, 1] = (height - height.min()) / np.ptp(height)


def shade_teeth(
    arch: FloatArray, upper: NDArray[np.bool_], facing: NDArray[np.floating], palette: Palette
) -> FloatArray:
    """Colours [n, 3] of teeth at `arch` coordinates [n, 2], `upper` [n] or lower, `facing` [n] the viewer (cosine)."""
    along, height = np.abs(arch[:, 0]).astype(np.float64), arch[:, 1].astype(np.float64)
    centre, width, shorter = np.where(
        upper, _tooth(along, _UPPER_WIDTHS, _UPPER_SHORTER), _tooth(along, _LOWER_WIDTHS, _LOWER_SHORTER)
    )
    across = np.clip((along - centre) / (width / 2), -1, 1)
    to_gap = (1 - np.abs(across)) * width / 2
    gums = smoothstep(_GUM_LINE - 0.06, _GUM_LINE + 0.06, height - 0.12 * across**2)
    line = _GAP_SHADE * np.exp(-((to_gap / _GAP_WIDTH) ** 2)) + _ROUND_SHADE * across**2
    light = 1 - line * (1 - gums) * (1 - smoothstep(*_GAPS_FADE, along))
    light *= 0.85 + 0.15 * facing
    light *= np.where(upper, 1.0, 0.95)
    colour = light[:, None] * palette.teeth
    colour += (gums * light)[:, None] * (palette.gums - palette.teeth)
    colour *= 1 - _SIDE_SHADE * smoothstep(0.14, 0.36, along)[:, None]
    # Rounded corners: between two crowns' edges one looks past them.
    crown = smoothstep(-0.03, 0.05, height - shorter - 0.09 * across**6)
    return np.asarray(palette.cavity + crown[:, None] * (colour - palette.cavity), np.float32)


def _tooth(
    along: NDArray[np.float64], widths: NDArray[np.float64], shorter: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Centre, width and shortening [3, n] of the tooth at each way from the midline."""
    ends = np.cumsum(widths)
    index = np.minimum(np.searchsorted(ends, along), len(widths) - 1)
    return np.stack([ends[index] - widths[index] / 2, widths[index], shorter[index]])


def _way_along(x: NDArray[np.float64], z: NDArray[np.float64]) -> NDArray[np.float64]:
    """Arc length from the front along the half-ellipse through the arch's front and ends."""
    across, deep = np.abs(x).max(), np.ptp(z)
    angle = np.arctan2(x / across, (z - z.min()) / deep + 1e-9)
    steps = np.linspace(-np.pi / 2, np.pi / 2, 721)
    speed = np.hypot(across * np.cos(steps), deep * np.sin(steps))
    length = np.concatenate([[0], np.cumsum((speed[1:] + speed[:-1]) / 2 * np.diff(steps))])
    return np.asarray(np.interp(angle, steps, length - length[360]))
