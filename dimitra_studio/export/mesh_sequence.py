"""A folder of meshes, one a frame: the head exactly as the studio moves it, for programs without morph targets."""

from collections.abc import Callable
from enum import StrEnum
from pathlib import Path

import numpy as np

from dimitra_studio.core.arrays import FloatArray
from dimitra_studio.core.channels import IDENTITY_COUNT
from dimitra_studio.core.events import Job, Progress
from dimitra_studio.core.face import FaceFit
from dimitra_studio.core.files import replacing_folder
from dimitra_studio.core.motion import MotionSequence
from dimitra_studio.export.exchange import bridge
from dimitra_studio.export.head_mesh import METRES
from dimitra_studio.face.head_model import REGIONS, HeadModel
from dimitra_studio.face.morph import deform, neutral, place


class MeshKind(StrEnum):
    """How a mesh is written, by its ending: OBJ's text with the head's parts as groups, or PLY's bytes."""

    OBJ = ".obj"
    PLY = ".ply"


def write_meshes(
    folder: Path, motion: MotionSequence, model: HeadModel, fit: FaceFit | None = None, kind: MeshKind = MeshKind.OBJ
) -> Job[tuple[str, ...]]:
    """Writes `head_000000.obj` (or `.ply`) on, in metres with the pose applied. Returns notes.

    The folder appears when all is written. Raises InputError where it holds something or cannot be written.
    """
    motion, notes = bridge(motion)
    rest = neutral(model, np.zeros(IDENTITY_COUNT) if fit is None else fit.identity)
    encoded = _objects(model, len(rest)) if kind is MeshKind.OBJ else _polygons(model, len(rest))
    with replacing_folder(folder) as part:
        for index, (components, pose) in enumerate(zip(motion.components, motion.pose, strict=True)):
            placed = place(deform(model, rest, components), pose, model) * METRES
            (part / f"head_{index:06}{kind}").write_bytes(encoded(placed))
            yield Progress("export", index + 1, len(motion))
    note = f"One file is one frame, {motion.fps:g} a second."
    return (*notes, note)


def _objects(model: HeadModel, count: int) -> Callable[[FloatArray], bytes]:
    """Vertices [V, 3] as an OBJ file; OBJ counts from 1."""
    line, faces = "v %.6f %.6f %.6f\n" * count, ""
    for number, name in enumerate(REGIONS):
        triangles = model.triangles[model.triangle_region == number] + 1
        faces += f"g {name}\n" + "f %d %d %d\n" * len(triangles) % tuple(triangles.reshape(-1).tolist())
    return lambda placed: (line % tuple(placed.reshape(-1).tolist()) + faces).encode("ascii")


def _polygons(model: HeadModel, count: int) -> Callable[[FloatArray], bytes]:
    """Vertices [V, 3] as a PLY file."""
    header = (
        "ply\nformat binary_little_endian 1.0\ncomment Made with Dimitra Studio; metres\n"
        f"element vertex {count}\nproperty float x\nproperty float y\nproperty float z\n"
        f"element face {len(model.triangles)}\nproperty list uchar int vertex_indices\nend_header\n"
    ).encode("ascii")
    faces = np.empty(len(model.triangles), [("corners", "u1"), ("vertices", "<i4", 3)])
    faces["corners"], faces["vertices"] = 3, model.triangles
    content = faces.tobytes()
    return lambda placed: header + np.ascontiguousarray(placed, "<f4").tobytes() + content
