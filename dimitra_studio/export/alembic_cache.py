"""The moved head as an Alembic archive (.abc): one mesh whose points are stored for every frame.

Alembic's own library writes it, which is no part of the program: the package alembic3d, where it is installed.
"""

from pathlib import Path

import numpy as np

from dimitra_studio.core.channels import IDENTITY_COUNT
from dimitra_studio.core.events import Job, Progress
from dimitra_studio.core.face import FaceFit
from dimitra_studio.core.files import replacing
from dimitra_studio.core.motion import MotionSequence
from dimitra_studio.export.exchange import bridge
from dimitra_studio.export.formats import Formats, require_writer
from dimitra_studio.export.head_mesh import METRES
from dimitra_studio.face.head_model import HeadModel
from dimitra_studio.face.morph import deform, neutral, place


def write_alembic(
    path: Path, motion: MotionSequence, model: HeadModel, fit: FaceFit | None = None
) -> Job[tuple[str, ...]]:
    """Writes the mesh `/Head` in metres with the pose applied. Returns notes.

    Raises InputError where the library is not installed, or where the file cannot be written.
    """
    require_writer(Formats.ALEMBIC)
    from alembic3d import Abc, AbcCoreAbstract, AbcGeom  # noqa: PLC0415 - where it is installed
    from imath import IntArrayFromBuffer, V3fArrayFromBuffer  # noqa: PLC0415 - comes with it

    motion, notes = bridge(motion)
    rest = neutral(model, np.zeros(IDENTITY_COUNT) if fit is None else fit.identity)
    corners = np.ascontiguousarray(model.triangles[:, ::-1], np.int32)  # Alembic's faces run clockwise
    with replacing(path) as part:
        archive = Abc.OArchive(str(part))
        clock = archive.addTimeSampling(AbcCoreAbstract.TimeSampling(1 / motion.fps, 0.0))
        mesh = AbcGeom.OPolyMesh(archive.getTop(), "Head")
        schema = mesh.getSchema()
        schema.setTimeSampling(clock)
        faces = IntArrayFromBuffer(corners.reshape(-1)), IntArrayFromBuffer(np.full(len(corners), 3, np.int32))
        for index, (components, pose) in enumerate(zip(motion.components, motion.pose, strict=True)):
            placed = place(deform(model, rest, components), pose, model) * METRES
            points = V3fArrayFromBuffer(np.ascontiguousarray(placed, np.float32))
            schema.set(AbcGeom.OPolyMeshSchemaSample(points, *(faces if index == 0 else ())))
            yield Progress("export", index + 1, len(motion))
        del schema, mesh, archive  # it is written when the last of them goes
    return (*notes, "The mesh is in metres; a program that counts in centimetres wants it a hundred times as large.")
