"""What is kept of a window that crashed comes back, whole or from the state before."""

import hashlib
import os
from dataclasses import replace
from pathlib import Path

import pytest

from dimitra_studio.core.errors import InputError
from dimitra_studio.project.document import MediaRef, Project, Revision
from dimitra_studio.project.journal import Journal, Leftover, find_leftovers, read_kept
from dimitra_studio.project.media_files import MediaRoom
from dimitra_studio.project.storage import save_project


@pytest.fixture
def journal(tmp_path):
    journal = Journal(tmp_path / "recovery" / "one")
    yield journal
    journal.discard()


@pytest.fixture
def leftovers(tmp_path):
    """What a window finds that starts now."""
    found = []

    def look() -> list[Leftover]:
        new = find_leftovers(tmp_path / "recovery")
        found.extend(new)
        return new

    yield look
    for left in found:
        left.lock.release()


def crash(journal: Journal) -> None:
    """Its process is gone: so is its lock, and nothing else."""
    journal._lock._file.close()


@pytest.fixture
def project(tmp_path, make_take):
    path = tmp_path / "b\udce4d.png"  # a name that is no Unicode
    media = MediaRef(path, path.name, hashlib.sha256(b"").hexdigest())
    return Project(media, None, (make_take("a", recipe={"seed": 4}), make_take("bb")), "bb", notes="ä")


def test_what_is_kept_is_read(journal, project, tmp_path):
    journal.keep(project, Revision("d", 7, "b"), tmp_path / "p.dimitra", Revision("d", 6, "a"))
    kept = read_kept(journal.folder)
    assert (kept.revision, kept.origin) == (Revision("d", 7, "b"), tmp_path / "p.dimitra")
    assert kept.base == Revision("d", 6, "a")
    for take, other in zip(kept.project.takes, project.takes, strict=True):
        assert (take.motion.values == other.motion.values).all()
        assert vars(take) | {"motion": None} == vars(other) | {"motion": None}
    assert replace(kept.project, takes=()) == replace(project, takes=())


def test_motions_are_written_once_and_go_with_the_last_state_that_has_them(journal, project, monkeypatch):
    journal.keep(project, Revision("d", 1), None)
    takes = journal.folder / "takes"
    written = {path.name: path.stat().st_ino for path in takes.iterdir()}
    assert len(written) == 2
    one = replace(project, takes=project.takes[:1], current="a")
    journal.keep(one, Revision("d", 2), None)
    assert {path.name: path.stat().st_ino for path in takes.iterdir()} == written
    journal.keep(one, Revision("d", 3), None)
    assert len(list(takes.iterdir())) == 1
    assert read_kept(journal.folder).project.takes[0].id == "a"
    assert len(list(journal.folder.glob("state-*"))) == 2


@pytest.mark.parametrize("damage", ["cut state", "flipped state", "no take", "broken take"])
def test_a_damaged_state_gives_the_one_before(journal, project, make_take, damage):
    journal.keep(project, Revision("d", 1), None)
    before = set((journal.folder / "takes").iterdir())
    journal.keep(replace(project, takes=(*project.takes, make_take("cccc"))), Revision("d", 2), None)
    state = journal.folder / "state-000000000002.json"
    (take,) = set((journal.folder / "takes").iterdir()) - before
    match damage:
        case "cut state":
            os.truncate(state, 400)
        case "flipped state":
            content = bytearray(state.read_bytes())
            content[300] ^= 4
            state.write_bytes(content)
        case "no take":
            take.unlink()
        case "broken take":
            os.truncate(take, 900)
    assert read_kept(journal.folder).revision.number == 1


def test_nothing_that_can_be_read_is_told_and_stays(journal, project, leftovers):
    journal.keep(project, Revision("d", 1), None)
    (journal.folder / "state-000000000001.json").write_bytes(b"[")
    crash(journal)
    (left,) = leftovers()
    assert left.kept is None
    assert left.needs_rescue
    assert left.folder.exists()


def test_a_window_that_lives_leaves_nothing_over_and_one_that_crashed_does(journal, project, leftovers):
    journal.keep(project, Revision("d", 1), None)
    assert not leftovers()
    crash(journal)
    (left,) = leftovers()
    assert left.needs_rescue
    assert not leftovers()  # another window that starts now leaves it alone
    gone_on = Journal(left.folder, left.lock)
    gone_on.keep(project, Revision("d", 2), None)
    assert read_kept(left.folder).revision.number == 2
    gone_on.discard()
    assert not left.folder.exists()


def test_a_window_that_was_closed_leaves_nothing(journal, project, leftovers):
    journal.keep(project, Revision("d", 1), None)
    journal.discard()
    assert not leftovers()


def test_an_empty_document_needs_no_rescue(journal, leftovers):
    journal.keep(Project(), Revision("d", 1), None)
    crash(journal)
    assert not leftovers()[0].needs_rescue


@pytest.mark.parametrize(
    ("saved", "rescued", "overtaken"),
    [
        (Revision("d", 7, "b"), False, False),  # crashed after it was saved
        (Revision("d", 6, "a"), True, False),  # changes were made since
        (Revision("d", 8, "c"), True, True),  # somebody else went on
        (Revision("d", 7, "c"), True, True),  # as far as this one, by chance
        (Revision("d", 6, "c"), True, True),  # by less than this one
        (Revision("e", 7, "b"), True, True),  # another document took the place
        (None, True, False),
    ],
)  # fmt: skip
def test_the_revision_tells_whether_work_would_be_lost_and_not_the_clock(
    journal, project, tmp_path, saved, rescued, overtaken, leftovers
):
    path = tmp_path / "p.dimitra"
    project = replace(project, portrait=None)
    journal.keep(project, Revision("d", 7, "b"), path, Revision("d", 6, "a"))
    crash(journal)
    if saved is not None:
        save_project(project, saved, MediaRoom(path, tmp_path / "own"))  # whatever it holds, it is the newer file
    (left,) = leftovers()
    assert (left.needs_rescue, left.is_overtaken) == (rescued, overtaken)


def test_a_file_that_was_damaged_in_the_crash_is_rescued(journal, project, tmp_path, leftovers):
    path = tmp_path / "p.dimitra"
    project = replace(project, portrait=None)
    journal.keep(project, Revision("d", 7), path)
    crash(journal)
    save_project(project, Revision("d", 7), MediaRoom(path, tmp_path / "own"))
    content = bytearray(path.read_bytes())
    content[len(content) // 3] ^= 1
    path.write_bytes(content)
    assert leftovers()[0].needs_rescue


def test_a_folder_that_cannot_be_written_is_told(tmp_path, project):
    (tmp_path / "file").touch()
    with pytest.raises(InputError, match="cannot be written"):
        Journal(Path(tmp_path / "file" / "one"))
