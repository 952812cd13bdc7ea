"""The open head model: a linear 3DMM of the whole head with eyes, teeth and tongue.

P(b, e) = mean + sum_k b_k identity_k + sum_j e_j expression_j, in decimetres, x to the subject's left (the image's
right), y up, z forward (Blanz & Vetter 1999). The file holds a control cage and the matrix that smooths it, which is
less than a tenth of the model.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from dimitra_studio.core.arrays import FloatArray
from dimitra_studio.core.channels import COMPONENT_COUNT, IDENTITY_COUNT
from dimitra_studio.core.errors import ModelError
from dimitra_studio.core.face import LANDMARK_COUNT
from dimitra_studio.core.files import DAMAGE
from dimitra_studio.core.paths import resource
from dimitra_studio.face.components import COMPONENT_NAMES

FORMAT = 1
REGIONS = ("skin", "ears", "mouth_bag", "eye_left", "eye_right", "teeth_upper", "teeth_lower", "tongue")


@dataclass(frozen=True)
class Seam:
    """Two curves of vertices, `upper` [n] and `lower` [m], that meet when the mouth or an eye is closed.

    Both run from the image's left to its right and share their ends, the corners. The lids' curves have as many
    vertices (n = m) and meet vertex by vertex; the mouth's meet as lines.
    """

    upper: NDArray[np.int32]
    lower: NDArray[np.int32]


@dataclass(frozen=True)
class LidClosure:
    """How one eye's lids close: when the component `blink` is 1, `vertices[i]` has moved by `weights[i]` times the gap
    (upper minus lower rim) that the component alone would leave at the seam's position `rim[i]`; all three [n]. So the
    rims meet exactly, whatever the identity and the other components do."""

    blink: int
    seam: Seam
    vertices: NDArray[np.int32]
    rim: NDArray[np.int32]
    weights: FloatArray


@dataclass(frozen=True)
class HeadModel:
    """`mean` [V, 3], `identity` [80, V, 3] per standard deviation, `expression` [64, V, 3]; `triangles` [F, 3] turn
    counter-clockwise seen from outside, `triangle_region` [F] indexes REGIONS; landmark i lies in triangle
    `landmark_triangles[i]` at the barycentric `landmark_weights[i]` [3]. `mouth` is the border of the mouth's opening,
    `lids` closes the left and the right eye, `pivot` [3] is what the head turns about."""

    mean: FloatArray
    identity: FloatArray
    expression: FloatArray
    triangles: NDArray[np.int32]
    triangle_region: NDArray[np.uint8]
    landmark_triangles: NDArray[np.int32]
    landmark_weights: FloatArray
    mouth: Seam
    lids: tuple[LidClosure, LidClosure]
    pivot: FloatArray
    component_names: tuple[str, ...] = COMPONENT_NAMES

    @property
    def landmark_vertices(self) -> NDArray[np.int32]:
        """The three vertices [478, 3] whose weighted sum is each landmark."""
        return self.triangles[self.landmark_triangles]

    def region(self, *names: str) -> NDArray[np.bool_]:
        """Which triangles [F] belong to the named regions."""
        return np.isin(self.triangle_region, [REGIONS.index(name) for name in names])


def load_head_model(path: Path | None = None) -> HeadModel:
    """The model in `path`, or the one that comes with the studio.

    Raises ModelError when the file is missing, damaged or of another format.
    """
    path = resource("head_model.npz") if path is None else path
    hint = "Install the studio again, or rebuild the file as resources/README.md says."
    try:
        with path.open("rb") as file, np.load(file, allow_pickle=False) as archive:
            arrays = {name: archive[name] for name in archive.files}
        return _assemble(arrays)
    except FileNotFoundError as error:
        raise ModelError(f"The head model {path} is missing.", hint) from error
    except DAMAGE as error:
        raise ModelError(f"The head model {path} cannot be read: {error}.", hint) from error


def _assemble(arrays: dict[str, NDArray[Any]]) -> HeadModel:
    if int(arrays["format"]) != FORMAT:
        raise ValueError(f"its format is {int(arrays['format'])}, expected {FORMAT}")
    names = tuple(str(name) for name in arrays["component_names"])
    if names != COMPONENT_NAMES or tuple(str(name) for name in arrays["regions"]) != REGIONS:
        raise ValueError("its components or regions have other names")
    cage = len(arrays["mean"])
    for part, modes in (("identity", IDENTITY_COUNT), ("expression", COMPONENT_COUNT)):
        _checked(part, arrays[part], (modes, cage, 3))
    smoothing = sp.csr_array(
        (arrays["smoothing_values"], arrays["smoothing_columns"], arrays["smoothing_starts"]),
        shape=(len(arrays["smoothing_starts"]) - 1, cage),
    )
    smoothing.check_format(full_check=True)
    count = smoothing.shape[0]
    smoothed = _smooth(smoothing, np.concatenate([arrays["mean"][None], arrays["identity"], arrays["expression"]]))
    # Rims do not survive smoothing exactly: what the repairs changed after it is stored beside the cage.
    fine = arrays["fine_vertices"]
    smoothed[:, _indices("fine_vertices", fine, (len(fine),), count)] += arrays["fine_changes"]
    triangles = arrays["triangles"]
    model = HeadModel(
        mean=_checked("mean", smoothed[0], (count, 3)),
        identity=_checked("identity", smoothed[1 : 1 + IDENTITY_COUNT], (IDENTITY_COUNT, count, 3)),
        expression=_checked("expression", smoothed[1 + IDENTITY_COUNT :], (COMPONENT_COUNT, count, 3)),
        triangles=_indices("triangles", triangles, (len(triangles), 3), count),
        triangle_region=_checked("triangle_region", arrays["triangle_region"], (len(triangles),)),
        landmark_triangles=_indices(
            "landmark_triangles", arrays["landmark_triangles"], (LANDMARK_COUNT,), len(triangles)
        ),
        landmark_weights=_checked("landmark_weights", arrays["landmark_weights"], (LANDMARK_COUNT, 3)),
        mouth=_seam(arrays, "mouth", count),
        lids=(_lids(arrays, "left", count), _lids(arrays, "right", count)),
        pivot=_checked("pivot", arrays["pivot"], (3,)),
    )
    if model.triangle_region.max() >= len(REGIONS):
        raise ValueError("triangle_region names an unknown region")
    return model


def _smooth(smoothing: sp.csr_array, shapes: NDArray[Any]) -> FloatArray:
    flat = np.ascontiguousarray(np.moveaxis(shapes.astype(np.float32), 1, 0)).reshape(shapes.shape[1], -1)
    smooth = (smoothing @ flat).reshape(-1, len(shapes), 3)
    return np.ascontiguousarray(np.moveaxis(smooth, 0, 1))


def _seam(arrays: dict[str, NDArray[Any]], name: str, count: int) -> Seam:
    upper, lower = (arrays[f"{name}_{side}"] for side in ("upper", "lower"))
    return Seam(
        _indices(f"{name}_upper", upper, (len(upper),), count), _indices(f"{name}_lower", lower, (len(lower),), count)
    )


def _lids(arrays: dict[str, NDArray[Any]], side: str, count: int) -> LidClosure:
    seam = _seam(arrays, f"lid_{side}", count)
    if len(seam.upper) != len(seam.lower):
        raise ValueError(f"its {side} lids have rims of different lengths")
    vertices, rim = arrays[f"lid_{side}_vertices"], arrays[f"lid_{side}_rim"]
    shape = (len(vertices),)
    return LidClosure(
        blink=COMPONENT_NAMES.index(f"eyeBlink{side.capitalize()}"),
        seam=seam,
        vertices=_indices(f"lid_{side}_vertices", vertices, shape, count),
        rim=_indices(f"lid_{side}_rim", rim, shape, len(seam.upper)),
        weights=_checked(f"lid_{side}_weights", arrays[f"lid_{side}_weights"], shape),
    )


def _checked(name: str, array: NDArray[Any], shape: tuple[int, ...]) -> NDArray[Any]:
    if array.shape != shape:
        raise ValueError(f"its {name} has shape {array.shape}, expected {shape}")
    if not np.isfinite(array).all():
        raise ValueError(f"its {name} holds numbers that are not finite")
    array.setflags(write=False)
    return array


def _indices(name: str, array: NDArray[Any], shape: tuple[int, ...], limit: int) -> NDArray[np.int32]:
    checked = _checked(name, array.astype(np.int32), shape)
    if checked.size and not 0 <= checked.min() <= checked.max() < limit:
        raise ValueError(f"its {name} points outside 0..{limit - 1}")
    return checked
