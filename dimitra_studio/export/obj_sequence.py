"""A folder of OBJ files, one a frame: the head exactly as the studio moves it, for programs without morph targets."""

from pathlib import Path

import numpy as np

from dimitra_studio.core.channels import IDENTITY_COUNT
from dimitra_studio.core.events import Job, Progress
from dimitra_studio.core.face import FaceFit
from dimitra_studio.core.files import replacing_folder
from dimitra_studio.core.motion import MotionSequence
from dimitra_studio.export.exchange import bridge
from dimitra_studio.export.head_mesh import METRES
from dimitra_studio.face.head_model import REGIONS, HeadModel
from dimitra_studio.face.morph import deform, neutral, place


def write_objects(
    folder: Path, motion: MotionSequence, model: HeadModel, fit: FaceFit | None = None
) -> Job[tuple[str, ...]]:
    """Writes `head_000000.obj` on, in metres with the pose applied; groups name the head's parts. Returns notes.

    The folder appears when all is written. Raises InputError where it holds something or cannot be written.
    """
    motion, notes = bridge(motion)
    rest = neutral(model, np.zeros(IDENTITY_COUNT) if fit is None else fit.identity)
    faces = _faces(model)
    line = "v %.6f %.6f %.6f\n" * len(rest)
    with replacing_folder(folder) as part:
        for index, (components, pose) in enumerate(zip(motion.components, motion.pose, strict=True)):
            placed = place(deform(model, rest, components), pose, model) * METRES
            text = line % tuple(placed.reshape(-1).tolist())
            (part / f"head_{index:06}.obj").write_text(text + faces, encoding="ascii")
            yield Progress("export", index + 1, len(motion))
    note = f"One file is one frame, {motion.fps:g} a second."
    return (*notes, note)


def _faces(model: HeadModel) -> str:
    """The triangles, the same in each frame; OBJ counts from 1."""
    text = ""
    for number, name in enumerate(REGIONS):
        triangles = model.triangles[model.triangle_region == number] + 1
        text += f"g {name}\n" + "f %d %d %d\n" * len(triangles) % tuple(triangles.reshape(-1).tolist())
    return text
