"""glTF 2.0 in one binary file (.glb): the head's mesh with 64 named morph targets, their weights, the head's rotation
and position over time, and the portrait as its texture."""

import json
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dimitra_studio import __version__
from dimitra_studio.core.files import replacing
from dimitra_studio.core.motion import MotionSequence
from dimitra_studio.export.exchange import bridge
from dimitra_studio.export.head_mesh import HeadMesh, MeshPart, shape_weights
from dimitra_studio.export.turns import positions, quaternions

_FLOAT, _UINT32 = 5126, 5125
_WIDTHS = {1: "SCALAR", 2: "VEC2", 3: "VEC3", 4: "VEC4"}
_VERTICES, _INDICES = 34962, 34963  # what a buffer view is for
_JSON, _BINARY = 0x4E4F534A, 0x004E4942


def write_gltf(path: Path, motion: MotionSequence, mesh: HeadMesh) -> tuple[str, ...]:
    """Writes the head and its motion; returns notes. Raises InputError where it cannot be written."""
    motion, notes = bridge(motion)
    file = _File()
    _add_mesh(file, mesh)
    _add_animation(file, motion)
    with replacing(path) as part:
        part.write_bytes(file.packed())
    return notes


class _File:
    """The JSON tree and the one binary buffer, as they grow."""

    def __init__(self) -> None:
        self.tree: dict[str, Any] = {
            "asset": {"version": "2.0", "generator": f"Dimitra Studio {__version__}"},
            "scene": 0,
            "scenes": [{"name": "Head", "nodes": [0]}],
            "nodes": [{"name": "Head", "mesh": 0}],
            "bufferViews": [],
            "accessors": [],
            "materials": [],
        }
        self._blob = bytearray()

    def add_bytes(self, content: bytes, target: int | None = None) -> int:
        """A buffer view of `content`, on a border of four bytes."""
        self._blob += bytes(-len(self._blob) % 4)
        view = {"buffer": 0, "byteOffset": len(self._blob), "byteLength": len(content)}
        self._blob += content
        self.tree["bufferViews"].append(view if target is None else {**view, "target": target})
        return len(self.tree["bufferViews"]) - 1

    def add_array(self, array: NDArray[Any], target: int | None = None, bounds: bool = False) -> int:
        """An accessor of `array` [N] or [N, width]."""
        content = np.ascontiguousarray(array)
        accessor = {"bufferView": self.add_bytes(content.tobytes(), target), **_described(content)}
        return self._add(accessor | (_bounds(content) if bounds else {}))

    def packed(self) -> bytes:
        """The whole .glb."""
        self._blob += bytes(-len(self._blob) % 4)
        self.tree["buffers"] = [{"byteLength": len(self._blob)}]
        text = json.dumps(self.tree, separators=(",", ":")).encode()
        text += b" " * (-len(text) % 4)
        chunks = b"".join(
            len(content).to_bytes(4, "little") + kind.to_bytes(4, "little") + content
            for kind, content in ((_JSON, text), (_BINARY, bytes(self._blob)))
        )
        return b"glTF" + (2).to_bytes(4, "little") + (12 + len(chunks)).to_bytes(4, "little") + chunks

    def _add(self, accessor: dict[str, Any]) -> int:
        self.tree["accessors"].append(accessor)
        return len(self.tree["accessors"]) - 1


def _add_mesh(file: _File, mesh: HeadMesh) -> None:
    attributes = {
        "POSITION": file.add_array(mesh.vertices, _VERTICES, bounds=True),
        "NORMAL": file.add_array(mesh.normals, _VERTICES),
    }
    painted = attributes
    if mesh.uv is not None and mesh.texture is not None:
        painted = attributes | {"TEXCOORD_0": file.add_array(mesh.uv, _VERTICES)}
        picture = {"bufferView": file.add_bytes(mesh.texture), "mimeType": "image/jpeg", "name": "portrait"}
        file.tree |= {"images": [picture], "textures": [{"source": 0}]}
    # Stored whole: sparse accessors would be a third as large, but programs as common as VTK's do not read them.
    targets = [{"POSITION": file.add_array(shape, _VERTICES, bounds=True)} for shape in mesh.shapes]
    primitives = []
    for index, part in enumerate(mesh.parts):
        indices = file.add_array(part.triangles.astype("<u4").reshape(-1), _INDICES)
        own = painted if part.shows_portrait else attributes
        primitives.append({"attributes": own, "indices": indices, "material": index, "targets": targets})
        file.tree["materials"].append(_material(part, textured="TEXCOORD_0" in own))
    file.tree["meshes"] = [
        {
            "name": "Face",
            "primitives": primitives,
            "weights": [0.0] * len(targets),
            "extras": {"targetNames": mesh.shape_names},
        }
    ]


def _material(part: MeshPart, textured: bool) -> dict[str, Any]:
    surface: dict[str, Any] = {"metallicFactor": 0.0, "roughnessFactor": 0.7}
    if textured:
        surface["baseColorTexture"] = {"index": 0}
    else:
        surface["baseColorFactor"] = [*part.colour, 1.0]
    return {"name": part.name, "pbrMetallicRoughness": surface, "doubleSided": True}


def _add_animation(file: _File, motion: MotionSequence) -> None:
    times = file.add_array((np.arange(len(motion)) / motion.fps).astype("<f4"), bounds=True)
    tracks = {
        "weights": shape_weights(motion).astype("<f4").reshape(-1),
        "rotation": quaternions(motion.pose).astype("<f4"),
        "translation": positions(motion.pose).astype("<f4"),
    }
    file.tree["animations"] = [
        {
            "name": "Take",
            "samplers": [
                {"input": times, "interpolation": "LINEAR", "output": file.add_array(track)}
                for track in tracks.values()
            ],
            "channels": [{"sampler": index, "target": {"node": 0, "path": path}} for index, path in enumerate(tracks)],
        }
    ]


def _described(array: NDArray[Any]) -> dict[str, Any]:
    kind = _FLOAT if array.dtype.kind == "f" else _UINT32
    return {"componentType": kind, "count": len(array), "type": _WIDTHS[1 if array.ndim == 1 else array.shape[1]]}


def _bounds(array: NDArray[Any]) -> dict[str, Any]:
    rows = array[:, None] if array.ndim == 1 else array
    return {"min": rows.min(axis=0).tolist(), "max": rows.max(axis=0).tolist()}
