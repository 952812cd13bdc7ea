"""Where MediaPipe's 478 landmarks lie on the head: a small text file, so that the model is built without a corpus."""

import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from dimitra_studio.core.errors import InputError
from dimitra_studio.core.face import LANDMARK_COUNT


@dataclass(frozen=True)
class LandmarkPlaces:
    """Landmark i lies in triangle `triangles[i]` at the barycentric `weights[i]` [3]; `provenance` says how."""

    triangles: NDArray[np.int32]
    weights: NDArray[np.float64]
    provenance: str


def read_places(path: Path) -> LandmarkPlaces:
    """Reads the file; raises InputError when it is not one."""
    try:
        content = json.loads(path.read_text("utf-8"))
        triangles = np.array(content["triangles"], np.int32)
        weights = np.array(content["weights"], np.float64)
        provenance = str(content["provenance"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise InputError(f"{path} is not a file of landmark places: {error}.") from error
    if triangles.shape != (LANDMARK_COUNT,) or weights.shape != (LANDMARK_COUNT, 3):
        raise InputError(f"{path} does not hold {LANDMARK_COUNT} landmarks.")
    return LandmarkPlaces(triangles, weights, provenance)


def write_places(places: LandmarkPlaces, path: Path) -> None:
    """Writes the file under a temporary name and renames it; weights to five places, summing to one."""
    weights = np.round(places.weights, 5)
    weights[:, 2] = 1 - weights[:, 0] - weights[:, 1]
    content = {
        "provenance": places.provenance,
        "triangles": places.triangles.tolist(),
        "weights": np.round(weights, 5).tolist(),
    }
    temporary = path.with_name(path.name + ".part")
    temporary.write_text(json.dumps(content), "utf-8")
    temporary.replace(path)
