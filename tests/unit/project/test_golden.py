"""Files of every format open, and say what was put into them when they were new."""

import importlib.util
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from dimitra_studio.core.timebase import OPEN_END
from dimitra_studio.editing.macros import MACROS
from dimitra_studio.project.document import Keeping, Revision
from dimitra_studio.project.format import Format
from dimitra_studio.project.migrations import _WHOLE_TAKE, migrated
from dimitra_studio.project.storage import load_project

FOLDER = Path(__file__).parents[2] / "golden"


@pytest.fixture(scope="module")
def recorder():
    """The script that wrote the files."""
    spec = importlib.util.spec_from_file_location("record_golden", FOLDER / "record.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("version", Format)
def test_a_file_of_each_format_opens(tmp_path, recorder, version):
    opened = load_project(FOLDER / f"format-{version:d}.dimitra", tmp_path / "own")
    expected = recorder.golden_project(tmp_path)
    assert opened.project.portrait.path.read_bytes() == recorder.PICTURE
    assert not opened.missing
    for take, other in zip(opened.project.takes, expected.takes, strict=True):
        np.testing.assert_array_equal(take.motion.values, other.motion.values)
        same = {"motion": None} if version >= Format.EDITED_TAKES else {"motion": None, "edits": (), "speech": None}
        # The last one is open at its end, which format 3 brought.
        edits = other.edits if version >= Format.CHOSEN_FACES else other.edits[:-1]
        assert vars(take) | same == vars(replace(other, edits=edits)) | same
    kept = Keeping.INSIDE if version >= Format.EDITED_TAKES else Keeping.BY_SIZE
    bare = {"portrait": None, "takes": ()} | (
        {} if version >= Format.EDITED_TAKES else {"script": None, "speech": None}
    )
    face = 1 if version >= Format.CHOSEN_FACES else 0
    assert replace(opened.project, **bare) == replace(expected, **bare, keeping=kept, face=face)
    assert opened.project.portrait.sha256 == expected.portrait.sha256
    revision = Revision("golden", 12, "branch") if version >= Format.EDITED_TAKES else Revision("")
    assert opened.revision == revision


def test_sliders_of_a_whole_take_are_open_after_format_2():
    span = {"start": 0.0, "end": 2.0}
    edits = [{"id": "macro smile", "span": span}, {"id": "macro smile 12ab", "span": span}, {"id": "e", "span": span}]
    described = {"format": 2, "takes": [{"edits": edits}]}
    (take,) = migrated(described, "p.dimitra")["takes"]
    assert [edit["span"]["end"] for edit in take["edits"]] == [1e9, 2.0, 2.0]
    assert described["takes"][0]["edits"] == edits
    assert OPEN_END == 1e9  # what a file says stays
    assert {macro.edit_id for macro in MACROS} == _WHOLE_TAKE
