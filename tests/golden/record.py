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
from dimitra_studio.core.speech import Phoneme, Utterance, Word
from dimitra_studio.core.timebase import OPEN_END
from dimitra_studio.editing.blending import (
    BlendToBase,
    BlendToNeighbour,
    BlendToNeutral,
    BlendToTake,
    Ease,
    Side,
    Slope,
)
from dimitra_studio.editing.brush import Dab, EraseBrush, Sculpt, SmoothBrush
from dimitra_studio.editing.edits import Edit
from dimitra_studio.editing.falloff import Falloff
from dimitra_studio.editing.keyed import Keys
from dimitra_studio.editing.keys import Handle, Handles, Interpolation, Key, KeyCurve
from dimitra_studio.editing.recordings import Override, PuppetRecording, Samples
from dimitra_studio.editing.shaping import Clamp, Hold, MirrorFace, Noise, Offset, ScaleAboutMean, Shear
from dimitra_studio.editing.smoothing import ButterworthSmooth, GaussianSmooth
from dimitra_studio.editing.timing import Stretch, TimeShift
from dimitra_studio.project import format as layout
from dimitra_studio.project.document import Keeping, Marker, MediaRef, Project, Revision, Take, TakeSettings, TimeRange
from dimitra_studio.project.media_files import MediaRoom
from dimitra_studio.project.storage import save_project

FOLDER = Path(__file__).parent
PICTURE = bytes(range(64))  # what the file holds is not looked at


def golden_motion() -> MotionSequence:
    """Three frames whose values say where they stand."""
    return MotionSequence(np.arange(210, dtype=np.float32).reshape(3, 70) / 256, 25.0)


def golden_edits() -> tuple[Edit, ...]:
    """One edit of every kind that format 2 had when it was new, every field of an edit, and an open end (format 3)."""
    key = Key(0.0, 0.5, Interpolation.BEZIER, Handles.FREE, Handle(-0.01, -0.1), Handle(0.02, 0.1))
    curve = KeyCurve((key, Key(0.08, 0.25, Interpolation.LINEAR, Handles.VECTOR)))
    dabs = (Dab(0.04, 0.1, 0.5),)
    samples = Samples(0.0, 25.0, np.array([[0.5], [0.25]], np.float32))
    operations = (
        Offset((0.25,)), ScaleAboutMean(1.5), Shear(0.5), GaussianSmooth(0.04), ButterworthSmooth(5.0),
        BlendToNeighbour(Side.BEFORE), BlendToNeutral(), BlendToBase(), BlendToTake("second"), Ease(Slope.OUT, 2),
        TimeShift(-0.02), Stretch(1.5, 0.25), Clamp(-1.0, 1.0), Noise(0.1, 3.0, 9), Hold(), MirrorFace(),
        Keys((curve,), True), Sculpt(dabs, Falloff.SPHERE), SmoothBrush(dabs, 0.02), EraseBrush(dabs),
        PuppetRecording(samples, True), Override(samples),
    )  # fmt: skip
    span = TimeRange(0.04, 0.08)
    edits = [Edit(f"e{place}", each, (place,), span) for place, each in enumerate(operations)]
    named = Edit("all", Offset((0.1, 0.2)), (3, 69), span, 0.1, 0.2, 0.5, True, "Ä name")
    return (*edits, named, Edit("macro lead", TimeShift(0.04), (0,), TimeRange(0.0, OPEN_END)))


def golden_project(folder: Path) -> Project:
    """A project that says something in every field; its portrait is written into `folder`."""
    portrait = folder / "face.png"
    portrait.write_bytes(PICTURE)
    settings = TakeSettings(
        50, guidance=ByGroup(1.0, 1.5, 2.0), strength=ByGroup(1.0, 0.5, 0.25), temperature=ByGroup(0.0, 0.5, 1.0)
    )
    made = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
    recipe = {"portrait": {"sha256": "1" * 64}, "voice": {"sha256": "2" * 64}, "seed": 7}
    heard = Utterance((Word(0.02, 0.06, "aye"),), (Phoneme(0.0, 0.02, "SIL"), Phoneme(0.02, 0.12, "AY")))
    right = Utterance((Word(0.02, 0.06, "I"),), heard.phonemes)
    take = Take(
        "first", "Täke 1", 7, settings, golden_motion(), made, True, "the good one", recipe, golden_edits(), heard
    )
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
        "I – so it is written",
        right,
        1,
    )


if __name__ == "__main__":
    from tempfile import TemporaryDirectory

    with TemporaryDirectory() as scratch:
        path = FOLDER / f"format-{int(layout.CURRENT)}.dimitra"
        room = MediaRoom(path, Path(scratch, "own"))
        save_project(golden_project(Path(scratch)), Revision("golden", 12, "branch"), room)
        print(f"Wrote {path}: {path.stat().st_size} bytes.")
