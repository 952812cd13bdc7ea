"""Face motion out of glTF binaries (.glb): any mesh whose morph targets bear ARKit's names or the head model's own and
whose weights move; the pose is what the mesh's own node does."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dimitra_studio.core.arrays import FloatArray
from dimitra_studio.export.arkit import components_named, naming_notes
from dimitra_studio.export.exchange import (
    MOST_FRAMES,
    Imported,
    assemble,
    checked_rate,
    checked_values,
    on_clock,
    rate_of,
    read_bytes,
    unreadable,
)
from dimitra_studio.export.turns import poses

_FLOAT = 5126
_SIZES = {"SCALAR": 1, "VEC3": 3, "VEC4": 4}
_MEND = "Export it as glTF binary (.glb) with shape key animation."


@dataclass(frozen=True)
class _File:
    """A .glb taken apart: the JSON `tree` and the binary `blob`."""

    path: Path
    tree: dict[str, Any]
    blob: bytes


def read_gltf(path: Path, fps: float | None = None) -> Imported:
    """Reads such a file; `fps` stands in where a single frame shows no rate. Raises InputError for anything else."""
    file = _chunks(path, read_bytes(path, "glTF file"))
    try:
        return _read(file, fps)
    except (LookupError, TypeError, ValueError, AttributeError, OverflowError) as error:
        # Anything may stand in the tree; what does not fit the format says so by one of these.
        raise unreadable(path, "its glTF tree is damaged or not of this kind", _MEND) from error


def _read(file: _File, fps: float | None) -> Imported:
    path = file.path
    animation, channel = _weights_channel(file)
    node = channel["target"]["node"]
    names = _target_names(file, node)
    times, weights = _track(file, animation, channel, len(names))
    rate = checked_rate(path, fps or rate_of(path, times))
    weights, filled = on_clock(path, times, checked_values(path, weights, "its weights"), rate)
    components, unknown, missing = components_named(names, weights)
    pose = _pose(file, animation, node, times[0] + np.arange(len(weights)) / rate)
    notes = naming_notes(unknown, missing)
    if filled:
        notes = (f"{filled} frames lie between keys; straight lines were drawn.", *notes)
    return Imported(assemble(components, pose, rate), notes)


def _chunks(path: Path, content: bytes) -> _File:
    if content[:4] != b"glTF" or int.from_bytes(content[4:8], "little") != 2:
        raise unreadable(path, "it is not a glTF 2.0 binary", _MEND)
    parts, place = list[bytes](), 12
    while place + 8 <= len(content) and len(parts) < 2:
        size = int.from_bytes(content[place : place + 4], "little")
        parts.append(content[place + 8 : place + 8 + size])
        place += 8 + size
    try:
        tree = json.loads(parts[0])
    except (IndexError, ValueError, RecursionError) as error:
        raise unreadable(path, "its JSON is damaged", _MEND) from error
    if not isinstance(tree, dict):
        raise unreadable(path, "its JSON is damaged", _MEND)
    return _File(path, tree, parts[1] if len(parts) > 1 else b"")


def _weights_channel(file: _File) -> tuple[dict[str, Any], dict[str, Any]]:
    """The animation and channel with the most morph targets."""
    found = [
        (len(_target_names(file, channel["target"]["node"])), index, animation, channel)
        for index, animation in enumerate(file.tree.get("animations", []))
        for channel in animation["channels"]
        if channel["target"].get("path") == "weights"
    ]
    if not found:
        raise unreadable(file.path, "no face shapes move in it", _MEND)
    _, _, animation, channel = max(found, key=lambda each: each[:2])
    return animation, channel


def _target_names(file: _File, node: int) -> list[str]:
    mesh = file.tree["meshes"][_index(file.tree["nodes"][_index(node)]["mesh"])]
    names = mesh.get("extras", {}).get("targetNames")
    if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
        raise unreadable(file.path, "its morph targets have no names", _MEND)
    return names


def _track(
    file: _File, animation: dict[str, Any], channel: dict[str, Any], width: int
) -> tuple[NDArray[np.float64], FloatArray]:
    """Times [T] and values [T, width] of a channel; of cubic splines the values at their keys."""
    sampler = animation["samplers"][_index(channel["sampler"])]
    with np.errstate(invalid="ignore"):  # of a NaN, which is refused below
        times = _accessor(file, sampler["input"]).reshape(-1).astype(np.float64)
    values = _accessor(file, sampler["output"]).reshape(-1)
    if sampler.get("interpolation") == "CUBICSPLINE":
        values = values.reshape(len(times), 3, width)[:, 1].reshape(-1)
    if len(times) == 0 or len(times) > MOST_FRAMES or not np.isfinite(times).all():
        raise unreadable(file.path, "its animation has no usable times", _MEND)
    if not np.isfinite(values).all():
        raise unreadable(file.path, "its animation holds numbers that are not finite", _MEND)
    return times, values.reshape(len(times), width)


def _accessor(file: _File, number: int) -> FloatArray:
    path, tree, blob = file.path, file.tree, file.blob
    accessor = tree["accessors"][_index(number)]
    if accessor["componentType"] != _FLOAT or "sparse" in accessor:
        raise unreadable(path, "its animation is not stored as plain float numbers", _MEND)
    view = tree["bufferViews"][_index(accessor["bufferView"])]
    if view.get("byteStride") or _index(view["buffer"]) != 0 or "uri" in tree["buffers"][0]:
        raise unreadable(path, "its animation lies interleaved or in another file", _MEND)
    start = _index(view.get("byteOffset", 0)) + _index(accessor.get("byteOffset", 0))
    count = _index(accessor["count"]) * _SIZES[accessor["type"]]
    if start + 4 * count > len(blob):
        raise unreadable(path, "it ends too early", "Copy it again.")
    return np.frombuffer(blob, "<f4", count, start)


def _pose(file: _File, animation: dict[str, Any], node: int, moments: NDArray[np.float64]) -> FloatArray:
    """What the mesh's node does at `moments` [T], as pose [T, 6]."""
    parts = {"rotation": np.array([[0.0, 0, 0, 1]]), "translation": np.zeros((1, 3))}
    for name, still in parts.items():
        tracks = [c for c in animation["channels"] if c["target"] == {"node": node, "path": name}]
        if tracks:
            times, values = _track(file, animation, tracks[0], still.shape[1])
            if (np.diff(times) <= 0).any():
                raise unreadable(file.path, f"the times of its {name} do not rise", _MEND)
            parts[name] = np.stack([np.interp(moments, times, column) for column in values.T], axis=1)
        else:
            fixed = file.tree["nodes"][node].get(name)
            parts[name] = np.tile(still if fixed is None else np.reshape(fixed, still.shape), (len(moments), 1))
    return checked_values(file.path, poses(parts["rotation"], parts["translation"]), "the movement of its head")


def _index(number: object) -> int:
    """A whole number that is not negative. Raises ValueError."""
    if isinstance(number, bool) or not isinstance(number, int) or number < 0:
        raise ValueError(f"{number!r} is no index")
    return number
