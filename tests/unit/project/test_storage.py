"""A project file gives back the document that was saved, and refuses what is none."""

import hashlib
import io
import json
import zipfile
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from dimitra_studio.core.errors import InputError
from dimitra_studio.core.motion import MotionSequence
from dimitra_studio.core.requests import ByGroup
from dimitra_studio.export.motion_files import load_motion
from dimitra_studio.project.document import Marker, MediaRef, Project, Take, TakeSettings, TimeRange
from dimitra_studio.project.storage import load_project, read_thumbnail, save_project

CALM = settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
SCALE = st.builds(ByGroup, *[st.floats(0, 10)] * 3)
MOTION = st.builds(MotionSequence, arrays(np.float32, (2, 70), elements=st.floats(-1, 1, width=32)), st.floats(1, 60))
TAKE = st.builds(
    Take, st.uuids().map(str), TEXT, st.integers(0, 2**63 - 1),
    st.builds(TakeSettings, st.integers(1, 500), SCALE, SCALE, SCALE), MOTION,
    st.datetimes(timezones=st.just(UTC)), st.booleans(), TEXT, st.dictionaries(TEXT, TEXT, max_size=2),
)  # fmt: skip
PROJECT = st.builds(
    lambda takes, markers, notes: Project(
        takes=tuple(takes), current=takes[0].id if takes else None, markers=tuple(markers),
        loop=TimeRange(0.5, 2.25) if markers else None, notes=notes,
    ),
    st.lists(TAKE, max_size=2, unique_by=lambda take: take.id),
    st.lists(st.builds(Marker, TEXT, st.floats(0, 1e6), TEXT), max_size=2), TEXT,
)  # fmt: skip


def media(folder: Path, name: str, content: bytes) -> MediaRef:
    path = folder / name
    path.write_bytes(content)
    return MediaRef(path, name, hashlib.sha256(content).hexdigest())


def facts(take: Take) -> dict:
    return vars(take) | {"motion": (take.motion.values.tobytes(), take.motion.fps, take.motion.face_model)}


@CALM
@given(PROJECT)
def test_what_is_saved_is_loaded(tmp_path, project):
    save_project(project, tmp_path / "p.dimitra")
    loaded = load_project(tmp_path / "p.dimitra", tmp_path / "media")
    assert not loaded.notes
    assert [facts(take) for take in loaded.project.takes] == [facts(take) for take in project.takes]
    assert replace(loaded.project, takes=()) == replace(project, takes=())


def test_media_travel_inside(tmp_path):
    project = Project(media(tmp_path, "Ä b.PNG", b"picture"), media(tmp_path, "voice.wav", b"sound"))
    save_project(project, tmp_path / "p.dimitra")
    for part in (project.portrait, project.voice):
        part.path.unlink()
    loaded = load_project(tmp_path / "p.dimitra", tmp_path / "media").project
    assert loaded.portrait.path.read_bytes() == b"picture"
    assert loaded.portrait.path.suffix == ".png"
    assert loaded.voice.path.read_bytes() == b"sound"
    assert (loaded.portrait.name, loaded.voice.sha256) == ("Ä b.PNG", project.voice.sha256)


def test_large_media_are_linked_and_followed_where_the_folder_goes(tmp_path):
    before, after = tmp_path / "before", tmp_path / "after"
    before.mkdir()
    save_project(Project(voice=media(before, "voice.wav", b"sound")), before / "p.dimitra", largest_embedded=3)
    before.rename(after)
    loaded = load_project(after / "p.dimitra", tmp_path / "media")
    assert loaded.project.voice.path.read_bytes() == b"sound"
    assert not (tmp_path / "media").exists()
    loaded.project.voice.path.unlink()
    missing = load_project(after / "p.dimitra", tmp_path / "media")
    assert "voice.wav is no longer at" in missing.notes[0]
    assert missing.project.voice == loaded.project.voice


def test_a_take_is_a_motion_file_of_its_own(tmp_path, make_take):
    take = make_take("abc", recipe={"version": "1"})
    save_project(Project(takes=(take,)), tmp_path / "p.dimitra")
    with zipfile.ZipFile(tmp_path / "p.dimitra") as archive:
        archive.extract("takes/abc.npz", tmp_path)
    file = load_motion(tmp_path / "takes/abc.npz")
    np.testing.assert_array_equal(file.motion.values, take.motion.values)
    assert file.meta == {"version": "1"}


def test_a_save_that_fails_leaves_the_old_file(tmp_path):
    path = tmp_path / "p.dimitra"
    save_project(Project(notes="good"), path)
    gone = MediaRef(tmp_path / "gone.png", "gone.png", "0" * 64)
    with pytest.raises(InputError, match=r"gone\.png cannot be put into the project"):
        save_project(Project(gone), path)
    assert load_project(path, tmp_path).project.notes == "good"
    assert [file.name for file in tmp_path.iterdir()] == ["p.dimitra"]


def test_the_thumbnail_is_read_alone(tmp_path):
    save_project(Project(), tmp_path / "p.dimitra", thumbnail=b"png")
    assert read_thumbnail(tmp_path / "p.dimitra") == b"png"
    assert read_thumbnail(tmp_path / "none.dimitra") == b""


@pytest.fixture
def rewrite(tmp_path, make_take):
    """A saved project whose `project.json` was changed by hand."""

    def change(**described: object) -> Path:
        picture = media(tmp_path, "p.png", b"picture")
        save_project(Project(picture, takes=(make_take("a"),), current="a"), tmp_path / "p.dimitra")
        stream = io.BytesIO()
        with zipfile.ZipFile(tmp_path / "p.dimitra") as old, zipfile.ZipFile(stream, "w") as new:
            for name in old.namelist():
                content = old.read(name)
                if name == "project.json":
                    content = json.dumps(json.loads(content) | described)
                new.writestr(name, content)
        (tmp_path / "p.dimitra").write_bytes(stream.getvalue())
        return tmp_path / "p.dimitra"

    return change


@pytest.mark.parametrize(
    "described",
    [
        {"takes": [{"id": "b"}]}, {"takes": 3}, {"current": "z"}, {"loop": [2, 1]}, {"notes": 1}, {"format": "x"},
        {"format": 0}, {"markers": [{"id": "m", "seconds": float("nan"), "name": ""}]},
        {"portrait": {"name": "p", "sha256": "../../evil", "member": "project.json"}},
        {"portrait": {"name": "p", "sha256": "0" * 64, "member": "project.json"}},
        {"portrait": {"name": "p", "sha256": "0" * 64, "member": "missing"}},
    ],
)  # fmt: skip
def test_a_damaged_document_is_refused(tmp_path, rewrite, described):
    path = rewrite(**described)
    with pytest.raises(InputError, match="damaged"):
        load_project(path, tmp_path / "media")
    assert not list(tmp_path.glob("media/*"))


def test_a_newer_format_is_named_so(tmp_path, rewrite):
    with pytest.raises(InputError, match="newer version"):
        load_project(rewrite(format=99), tmp_path / "media")


@pytest.mark.parametrize("content", [b"PK\x03\x04 nothing", b"text"])
def test_what_is_no_project_is_refused(tmp_path, content):
    path = tmp_path / "p.dimitra"
    path.write_bytes(content)
    with pytest.raises(InputError, match="not a project file"):
        load_project(path, tmp_path)


def test_a_date_without_its_zone_is_read(tmp_path, make_take):
    save_project(Project(takes=(make_take("a", created=datetime(2026, 5, 4)),)), tmp_path / "p.dimitra")
    assert load_project(tmp_path / "p.dimitra", tmp_path).project.takes[0].created == datetime(2026, 5, 4)
