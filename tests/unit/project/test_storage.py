"""A project file gives back the document that was saved."""

import errno
import hashlib
import os
import shutil
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
from dimitra_studio.project import storage
from dimitra_studio.project.document import Keeping, Marker, MediaRef, Project, Revision, Take, TakeSettings, TimeRange
from dimitra_studio.project.media_files import MediaRoom
from dimitra_studio.project.storage import OpenedProject, load_project, read_revision, read_thumbnail, save_project

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
    lambda takes, markers, notes, keeping: Project(
        takes=tuple(takes), current=takes[0].id if takes else None, markers=tuple(markers),
        loop=TimeRange(0.5, 2.25) if markers else None, notes=notes, keeping=keeping,
    ),
    st.lists(TAKE, max_size=2, unique_by=lambda take: take.id),
    st.lists(st.builds(Marker, TEXT, st.floats(0, 1e6), TEXT), max_size=2), TEXT,
    st.sampled_from(Keeping),
)  # fmt: skip


def media(folder: Path, name: str, content: bytes) -> MediaRef:
    path = folder / name
    path.write_bytes(content)
    return MediaRef(path, name, hashlib.sha256(content).hexdigest())


def facts(take: Take) -> dict:
    return vars(take) | {"motion": (take.motion.values.tobytes(), take.motion.fps, take.motion.face_model)}


@pytest.fixture
def save(tmp_path):
    """Saves to `p.dimitra`, or to another path; what is embedded by size has at most 64 bytes."""

    def save(project: Project, path: Path = tmp_path / "p.dimitra", **how: bytes) -> tuple[str, ...]:
        return save_project(project, Revision("d", 3), MediaRoom(path, tmp_path / "own", 64), **how)

    return save


@pytest.fixture
def load(tmp_path):
    """Loads it."""

    def load(path: Path = tmp_path / "p.dimitra") -> OpenedProject:
        return load_project(path, tmp_path / "own")

    return load


@CALM
@given(PROJECT, st.integers(0, 10**9))
def test_what_is_saved_is_loaded(tmp_path, project, number):
    path = tmp_path / "p.dimitra"
    assert not save_project(project, Revision("abc", number), MediaRoom(path, tmp_path / "own"))
    loaded = load_project(path, tmp_path / "own")
    assert loaded.revision == read_revision(path) == Revision("abc", number)
    assert not loaded.missing
    assert [facts(take) for take in loaded.project.takes] == [facts(take) for take in project.takes]
    assert replace(loaded.project, takes=()) == replace(project, takes=())


def test_media_travel_inside(tmp_path, save, load):
    project = Project(media(tmp_path, "Ä b.PNG", b"picture"), media(tmp_path, "voice.wav", b"sound"))
    assert not save(project)
    for part in (project.portrait, project.voice):
        part.path.unlink()
    loaded = load().project
    assert loaded.portrait.path.read_bytes() == b"picture"
    assert loaded.portrait.path.suffix == ".png"
    assert loaded.voice.path.read_bytes() == b"sound"
    assert (loaded.portrait.name, loaded.voice.sha256) == ("Ä b.PNG", project.voice.sha256)


def test_a_video_may_be_portrait_and_voice_and_lies_inside_once(tmp_path, save, load):
    film = media(tmp_path, "film.mp4", b"film")
    save(Project(film, film))
    assert load().project.voice.path.read_bytes() == b"film"


@pytest.mark.parametrize(
    ("keeping", "size", "inside"),
    [
        (Keeping.BY_SIZE, 64, True), (Keeping.BY_SIZE, 65, False), (Keeping.INSIDE, 65, True),
        (Keeping.LINKED, 1, False),
    ],
)  # fmt: skip
def test_media_are_kept_as_is_wished(tmp_path, save, keeping, size, inside):
    save(Project(voice=media(tmp_path, "voice.wav", b"x" * size), keeping=keeping))
    with zipfile.ZipFile(tmp_path / "p.dimitra") as archive:
        assert any(name.startswith("media/") for name in archive.namelist()) is inside


def test_links_are_followed_where_the_folder_goes(tmp_path, save, load):
    before, after = tmp_path / "before", tmp_path / "after"
    before.mkdir()
    voice = media(before, "voice.wav", b"sound")
    save(Project(voice=voice, keeping=Keeping.LINKED), before / "p.dimitra")
    before.rename(after)
    loaded = load(after / "p.dimitra")
    assert loaded.project.voice.path.read_bytes() == b"sound"
    assert not (tmp_path / "own").exists()
    loaded.project.voice.path.unlink()
    gone = load(after / "p.dimitra")
    assert gone.missing == (gone.project.voice,) == (loaded.project.voice,)


def test_a_lost_link_is_found_again_beside_the_project_by_its_content(tmp_path, save, load):
    folder, elsewhere = tmp_path / "project", tmp_path / "elsewhere"
    folder.mkdir()
    elsewhere.mkdir()
    voice = media(elsewhere, "voice.wav", b"sound")
    save(Project(voice=voice, keeping=Keeping.LINKED), folder / "p.dimitra")
    media(folder, "voice.wav", b"other")
    (folder / "sounds").mkdir()
    voice.path.rename(folder / "sounds" / "renamed.wav")
    loaded = load(folder / "p.dimitra")
    assert loaded.project.voice.path == folder / "sounds" / "renamed.wav"
    assert not loaded.missing


def test_what_was_taken_out_of_a_project_never_becomes_a_link_into_the_users_own_folder(tmp_path, save, load):
    save(Project(voice=media(tmp_path, "voice.wav", b"sound")))
    save(replace(load().project, keeping=Keeping.LINKED), tmp_path / "q.dimitra")
    with zipfile.ZipFile(tmp_path / "q.dimitra") as archive:
        assert str(tmp_path / "own") not in archive.read("project.json").decode()
    shutil.rmtree(tmp_path / "own")
    assert load(tmp_path / "q.dimitra").project.voice.path.read_bytes() == b"sound"


def test_lost_and_changed_media_do_not_keep_the_rest_from_being_saved(tmp_path, save, load, make_take):
    portrait, voice = media(tmp_path, "face.png", b"picture"), media(tmp_path, "voice.wav", b"sound")
    portrait.path.unlink()
    voice.path.write_bytes(b"other")
    notes = save(Project(portrait, voice, (make_take("a"),), "a"))
    assert ["face.png is missing" in notes[0], "voice.wav was changed" in notes[1], len(notes)] == [True, True, 2]
    loaded = load()
    assert loaded.missing == (portrait,)
    assert (loaded.project.voice, len(loaded.project.takes)) == (voice, 1)


def test_media_taken_out_are_held_against_their_hash_and_mended(tmp_path, save, load):
    save(Project(media(tmp_path, "face.png", b"picture")))
    taken = load().project.portrait.path
    taken.write_bytes(b"broken")
    assert load().project.portrait.path.read_bytes() == b"picture"


def test_a_take_is_a_motion_file_of_its_own(tmp_path, make_take, save):
    take = make_take("abc", recipe={"version": "1"})
    save(Project(takes=(take,)))
    with zipfile.ZipFile(tmp_path / "p.dimitra") as archive:
        archive.extract("takes/abc.npz", tmp_path)
    file = load_motion(tmp_path / "takes/abc.npz")
    np.testing.assert_array_equal(file.motion.values, take.motion.values)
    assert file.meta == {"version": "1"}


@pytest.mark.parametrize("when", ["first write", "last write", "rename"])
def test_a_full_disk_leaves_the_old_file_and_nothing_else(tmp_path, monkeypatch, save, load, when):
    save(Project(notes="good"))

    def full(*_args, **_how):
        raise OSError(errno.ENOSPC, "full")

    broken = {"first write": (zipfile.ZipFile, "writestr"), "last write": (os, "fsync"), "rename": (Path, "replace")}
    monkeypatch.setattr(*broken[when], full)
    with pytest.raises(InputError, match="disk is full"):
        save(Project(notes="new"))
    monkeypatch.undo()
    assert load().project.notes == "good"
    assert [file.name for file in tmp_path.iterdir()] == ["p.dimitra"]


def test_a_file_that_is_marked_read_only_is_not_replaced(tmp_path, save, load):
    save(Project(notes="good"))
    (tmp_path / "p.dimitra").chmod(0o444)
    with pytest.raises(InputError, match="is read-only"):
        save(Project(notes="new"))
    assert load().project.notes == "good"


def test_what_could_not_be_read_again_is_not_written(save, load, monkeypatch):
    save(Project(notes="good"))
    monkeypatch.setattr(storage, "_LARGEST_TEXT", 4000)
    with pytest.raises(InputError, match="too many edits"):
        save(Project(notes="x" * 1000))
    assert load().project.notes == "good"


def test_links_to_projects_and_permissions_stay(tmp_path, save, load):
    save(Project(notes="old"))
    (tmp_path / "p.dimitra").chmod(0o600)
    (tmp_path / "link.dimitra").symlink_to(tmp_path / "p.dimitra")
    save(Project(notes="new"), tmp_path / "link.dimitra")
    assert (tmp_path / "link.dimitra").is_symlink()
    assert load().project.notes == "new"
    assert (tmp_path / "p.dimitra").stat().st_mode & 0o777 == 0o600


def test_the_thumbnail_is_read_alone(tmp_path, save):
    save(Project(), thumbnail=b"png")
    assert read_thumbnail(tmp_path / "p.dimitra") == b"png"
    assert read_thumbnail(tmp_path / "none.dimitra") == b""


def test_a_date_without_its_zone_is_read(make_take, save, load):
    save(Project(takes=(make_take("a", created=datetime(2026, 5, 4)),)))
    assert load().project.takes[0].created == datetime(2026, 5, 4)
