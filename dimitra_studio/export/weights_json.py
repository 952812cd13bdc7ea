"""Face shapes as JSON, in the layout of NVIDIA's Audio2Face, which many tools read: `exportFps`, `facsNames` [N],
`weightMat` [T, N].

Beside it stands what that layout has no place for: `dimitra` holds the head's pose [T, 6] (radians, decimetres) and the
twelve muscle units [T, 12], so that the file comes back whole.
"""

import json
from pathlib import Path
from typing import Any

import numpy as np

from dimitra_studio.core.arrays import FloatArray
from dimitra_studio.core.channels import POSE_COUNT, POSE_NAMES
from dimitra_studio.core.files import replacing
from dimitra_studio.core.motion import MotionSequence
from dimitra_studio.export.arkit import OTHERS, SHAPES, components_named, naming_notes, shapes_of
from dimitra_studio.export.exchange import (
    MOST_FRAMES,
    Imported,
    assemble,
    bridge,
    checked_rate,
    checked_values,
    read_text,
    unreadable,
)

_USUAL_FPS = 30.0  # Audio2Face's, for files that do not say


def write_weights(path: Path, motion: MotionSequence) -> tuple[str, ...]:
    """Writes `motion`; returns notes. Raises InputError where it cannot be written."""
    motion, notes = bridge(motion)
    content = {
        "exportFps": motion.fps,
        "trackPath": "",
        "numPoses": len(SHAPES),
        "numFrames": len(motion),
        "facsNames": SHAPES,
        "weightMat": _rows(shapes_of(motion.components)),
        "dimitra": {
            "poseNames": POSE_NAMES,
            "pose": _rows(motion.pose),
            "unitNames": OTHERS,
            "units": _rows(motion.components[:, len(SHAPES) :]),
        },
    }
    with replacing(path) as part:
        part.write_text(json.dumps(content), encoding="utf-8")
    return notes


def read_weights(path: Path, fps: float | None = None) -> Imported:
    """Reads such a file, ours or Audio2Face's; `fps` stands in where it names none. Raises InputError for all else."""
    try:
        content = json.loads(read_text(path, "JSON file"))
    except (ValueError, RecursionError) as error:
        raise unreadable(path, "it is not JSON") from error
    if not isinstance(content, dict) or not {"facsNames", "weightMat"} <= content.keys():
        raise unreadable(
            path, "it holds no facsNames and weightMat", "Use the JSON of Audio2Face or of dimitra export."
        )
    names = content["facsNames"]
    if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
        raise unreadable(path, "its facsNames are not names")
    weights = _table(path, content, "weightMat", len(names))
    rate, notes = _rate(path, content, fps)
    ours = content.get("dimitra")
    pose = None
    if isinstance(ours, dict):
        pose = _table(path, ours, "pose", POSE_COUNT, len(weights))
        names, units = [*names, *OTHERS], _table(path, ours, "units", len(OTHERS), len(weights))
        weights = np.concatenate([weights, units], axis=1)
    components, unknown, missing = components_named(names, weights)
    return Imported(assemble(components, pose, rate), (*notes, *naming_notes(unknown, missing)))


def _rate(path: Path, content: dict[str, Any], fps: float | None) -> tuple[float, tuple[str, ...]]:
    stated = content.get("exportFps", fps)
    if stated is None:
        return _USUAL_FPS, (f"The file names no frame rate; {_USUAL_FPS:g} was taken. Say another with --fps.",)
    if isinstance(stated, bool) or not isinstance(stated, int | float):
        raise unreadable(path, "its exportFps is no number")
    return checked_rate(path, float(stated) if abs(stated) < MOST_FRAMES else float("inf")), ()


def _rows(values: FloatArray) -> list[list[float]]:
    """As the shortest decimals that bring the float32 back."""
    return [[float(f"{value:.9g}") for value in row] for row in values]


def _table(path: Path, content: dict[str, Any], key: str, width: int, count: int | None = None) -> FloatArray:
    rows = content.get(key)
    if not isinstance(rows, list) or not rows or len(rows) > MOST_FRAMES or (count is not None and len(rows) != count):
        raise unreadable(path, f"its {key} holds no frames, or not as many as the others")
    for frame, row in enumerate(rows):
        if not isinstance(row, list) or len(row) != width:
            raise unreadable(path, f"frame {frame} of its {key} does not hold {width} numbers")
        if not all(isinstance(value, int | float) and not isinstance(value, bool) for value in row):
            raise unreadable(path, f"frame {frame} of its {key} holds something that is no number")
    try:
        return checked_values(path, rows, f"its {key}")
    except OverflowError as error:  # a whole number beyond any float
        raise unreadable(path, f"its {key} holds a number beyond measure") from error
