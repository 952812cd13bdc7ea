"""Puts the model together and writes its file."""

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dimitra_studio.face.building.cage import Cage, cut_head
from dimitra_studio.face.building.identity import learn_identity
from dimitra_studio.face.building.landmark_file import LandmarkPlaces
from dimitra_studio.face.building.regions import name_quads, split_quads
from dimitra_studio.face.building.repairs import Shapes, close_seams, mend_components, shift_organs
from dimitra_studio.face.building.shapes import CageTargets, average_head, read_expressions
from dimitra_studio.face.building.source import AnnyData
from dimitra_studio.face.components import COMPONENT_NAMES
from dimitra_studio.face.head_model import FORMAT, REGIONS

# What the head turns about, dm: the top of the neck.
_PIVOT = (0.0, 6.95, 0.30)


def build_arrays(data: AnnyData, landmarks: LandmarkPlaces) -> dict[str, NDArray[Any]]:
    """The arrays of the model's file, ready for `head_model.load_head_model`."""
    base = data.read_base()
    cage = cut_head(base)
    targets = CageTargets(data, cage, len(base.vertices))
    mean = shift_organs(cage, average_head(base.vertices[cage.source], targets))
    identity, expression = learn_identity(mean, targets), mend_components(cage, read_expressions(targets))
    shapes = close_seams(cage, mean, identity, expression)
    regions = name_quads(cage, targets, shapes.seams.mouth)
    return {
        "format": np.array(FORMAT),
        "regions": np.array(REGIONS),
        "component_names": np.array(COMPONENT_NAMES),
        "pivot": np.array(_PIVOT, np.float32),
        "triangles": split_quads(cage.quads).astype(np.uint16),
        "triangle_region": np.repeat(regions, 2),
        "landmark_triangles": landmarks.triangles,
        "landmark_weights": landmarks.weights.astype(np.float32),
        **_store_shapes(cage, mean, identity, expression, shapes),
        **_store_seams(shapes),
    }


def _store_shapes(
    cage: Cage,
    mean: NDArray[np.float64],
    identity: NDArray[np.float64],
    expression: NDArray[np.float64],
    shapes: Shapes,
) -> dict[str, NDArray[Any]]:
    """The cage in half precision with the smoothing, and what the repairs changed after it beside the rims."""
    offsets = np.concatenate([identity, expression]).astype(np.float16)
    mean = mean.astype(np.float32)
    fine = np.unique(np.concatenate([follow.vertices for follow in (shapes.lips, *shapes.lids)]))
    stored = cage.smooth(np.concatenate([mean[None], offsets]).astype(np.float64))[:, fine]
    finished = np.concatenate([shapes.mean[None], shapes.identity, shapes.expression])[:, fine]
    changes = (finished - stored).astype(np.float16)
    smoothing = cage.subdivision
    return {
        "mean": mean,
        "identity": offsets[: len(identity)],
        "expression": offsets[len(identity) :],
        "smoothing_values": smoothing.data.astype(np.float32),
        "smoothing_columns": smoothing.indices.astype(np.uint16),
        "smoothing_starts": smoothing.indptr.astype(np.int32),
        "fine_vertices": fine.astype(np.int32),
        "fine_changes": changes,
    }


def _store_seams(shapes: Shapes) -> dict[str, NDArray[Any]]:
    seams = shapes.seams
    named = {"mouth": seams.mouth, "lid_left": seams.eye_left, "lid_right": seams.eye_right}
    arrays: dict[str, NDArray[Any]] = {}
    for name, seam in named.items():
        arrays |= {f"{name}_upper": seam.upper, f"{name}_lower": seam.lower}
    for name, follow in zip(("lid_left", "lid_right"), shapes.lids, strict=True):
        arrays |= {
            f"{name}_vertices": follow.vertices,
            f"{name}_rim": follow.rim,
            f"{name}_weights": follow.weights.astype(np.float32),
        }
    return arrays


def write_model(arrays: dict[str, NDArray[Any]], path: Path) -> None:
    """Writes the file under a temporary name and renames it."""
    temporary = path.with_name(path.name + ".part")
    with temporary.open("wb") as file:
        np.savez_compressed(file, allow_pickle=False, **arrays)
    temporary.replace(path)
