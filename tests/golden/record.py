"""Writes the golden project file of the present format, `tests/golden/format-N.dimitra`.

    python tests/golden/record.py

Run it once, when a format is new. Files of former formats stay as they are: `tests/unit/project/test_golden.py` holds
that they still open and say the same.
"""

import hashlib
from datetime import UTC, datetime
from pathlib import Path

import numpy as np

from dimitra_studio.core.motion import MotionSequence
from dimitra_studio.core.requests import ByGroup
from dimitra_studio.project import format as layout
from dimitra_studio.project.document import Keeping, Marker, MediaRef, Project, Revision, Take, TakeSettings, TimeRange
from dimitra_studio.project.media_files import MediaRoom
from dimitra_studio.project.storage import save_project

FOLDER = Path(__file__).parent
PICTURE = bytes(range(64))  # what the file holds is not looked at


def golden_motion() -> MotionSequence:
    """Three frames whose values say where they stand."""
    return MotionSequence(np.arange(210, dtype=np.float32).reshape(3, 70) / 256, 25.0)


def golden_project(folder: Path) -> Project:
    """A project that says something in every field; its portrait is written into `folder`."""
    portrait = folder / "face.png"
    portrait.write_bytes(PICTURE)
    settings = TakeSettings(
        50, guidance=ByGroup(1.0, 1.5, 2.0), strength=ByGroup(1.0, 0.5, 0.25), temperature=ByGroup(0.0, 0.5, 1.0)
    )
    made = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
    recipe = {"portrait": {"sha256": "1" * 64}, "voice": {"sha256": "2" * 64}, "seed": 7}
    take = Take("first", "Täke 1", 7, settings, golden_motion(), made, True, "the good one", recipe)
    other = Take("second", "Take 2", 8, TakeSettings(), golden_motion(), made)
    return Project(
        MediaRef(portrait, portrait.name, hashlib.sha256(PICTURE).hexdigest()),
        None,
        (take, other),
        take.id,
        (Marker("m", 0.04, "here"),),
        TimeRange(0.0, 0.08),
        "words about it",
        Keeping.INSIDE,
    )


if __name__ == "__main__":
    from tempfile import TemporaryDirectory

    with TemporaryDirectory() as scratch:
        path = FOLDER / f"format-{int(layout.CURRENT)}.dimitra"
        room = MediaRoom(path, Path(scratch, "own"))
        save_project(golden_project(Path(scratch)), Revision("golden", 12), room)
        print(f"Wrote {path}: {path.stat().st_size} bytes.")
