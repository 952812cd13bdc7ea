"""A crash costs seconds of work, a fault is told, two windows do not write one file."""

import errno
import faulthandler
import subprocess
import sys
import textwrap
import threading
import zipfile
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QFileDialog

from dimitra_studio.core.errors import InputError
from dimitra_studio.core.motion import MotionSequence
from dimitra_studio.project.commands import AddTake, SetNotes
from dimitra_studio.project.document import Project, Revision, Take, TakeSettings
from dimitra_studio.project.journal import Journal, find_leftovers, read_kept
from dimitra_studio.project.storage import load_project
from dimitra_studio.studio import project_file
from dimitra_studio.studio.faults import CrashStory, FaultReporter
from dimitra_studio.studio.main_window import MainWindow
from dimitra_studio.studio.notices import Level
from dimitra_studio.studio.recovery import Recovery
from dimitra_studio.studio.settings import AUTOSAVE_SECONDS


@pytest.fixture
def folder(tmp_path):
    """Where the session keeps its work."""
    return tmp_path / "user" / "recovery"


@pytest.fixture
def recovery(session, folder):
    recovery = Recovery(session, lambda: True, folder)
    yield recovery
    recovery.shut()


@pytest.fixture
def crashed(folder, tmp_path):
    """What a crashed window left: an unsaved change to a project."""
    journal = Journal(folder / "crashed")
    journal.keep(Project(notes="kept"), Revision("d", 4), tmp_path / "p.dimitra")
    journal.leave()
    return journal.folder


def taken(take_id: str, value: float) -> Take:
    motion = MotionSequence(np.full((50, 70), value, np.float32))
    return Take(take_id, f"Take {take_id}", 0, TakeSettings(), motion, datetime(2026, 1, 1, tzinfo=UTC))


def kept_notes(folder):
    return [read_kept(each).project.notes for each in folder.glob("*/") if read_kept(each)]


def press(session, label):
    (offer,) = [offer for notice in session.notices for offer in notice.offers if offer.label == label]
    offer.accept()


def test_changes_are_kept_within_the_seconds_that_are_set_and_go_with_a_clean_end(session, folder, qtbot):
    session.settings.set(AUTOSAVE_SECONDS, 2)
    session.do(SetNotes("one"))
    session.do(SetNotes("two"))
    timers = [each for each in session.autosave.findChildren(QTimer) if each.isActive()]
    assert [each.interval() for each in timers] == [1000]  # the other half is for the writing
    qtbot.waitUntil(lambda: kept_notes(folder) == ["two"], timeout=60_000)
    session.close()
    assert not list(folder.glob("*/"))


def test_an_end_without_a_question_leaves_the_work_to_the_next_start(session, folder, qtbot):
    session.do(SetNotes("unsaved"))
    session.close(keep=True)
    (left,) = find_leftovers(folder)
    assert left.needs_rescue
    assert left.kept.project.notes == "unsaved"
    left.lock.release()


def test_what_a_crashed_window_kept_is_restored_as_unsaved_work_and_kept_on(
    session, recovery, crashed, folder, tmp_path, qtbot
):
    recovery.look()
    qtbot.waitUntil(lambda: bool(session.notices))
    notice = session.notices[0]
    assert notice.text.startswith("p was not saved when the studio ended")
    assert notice.lasting
    assert notice.file.is_file()
    press(session, "Restore")
    assert session.project.notes == "kept"
    assert not session.is_saved
    assert session.path == tmp_path / "p.dimitra"
    assert not session.path.exists()  # the file is the user's to write
    session.do(SetNotes("more"))
    session.keep_work()
    session.errands.wait()
    assert read_kept(crashed).project.notes == "more"
    session.save(session.path)
    assert session.finish_saving()
    assert load_project(session.path, tmp_path).project.notes == "more"


def test_what_is_discarded_is_gone(session, recovery, crashed, qtbot):
    recovery.look()
    qtbot.waitUntil(lambda: bool(session.notices))
    press(session, "Discard")
    session.errands.wait()
    assert not crashed.exists()
    assert session.project == Project()


def test_an_offer_that_is_not_answered_is_made_again(session, recovery, crashed, qtbot):
    recovery.look()
    session.errands.wait()
    recovery.shut()
    assert crashed.exists()
    recovery.look()
    session.errands.wait()
    assert len(session.notices) == 2


def test_a_damaged_journal_is_told_and_stays(session, recovery, crashed, qtbot):
    for state in crashed.glob("state-*"):
        state.write_bytes(b"nonsense")
    recovery.look()
    session.errands.wait()
    assert "damaged" in session.notices[0].text
    assert [offer.label for offer in session.notices[0].offers] == ["Discard"]
    assert crashed.exists()


def test_the_offer_outlives_the_opening_of_a_project(window, session, crashed, folder, qtbot):
    recovery = Recovery(session, lambda: True, folder)
    recovery.look()
    session.errands.wait()
    session.open_sample()
    assert [notice.lasting for notice in window.notices.notices] == [True]
    recovery.shut()


def test_work_that_cannot_be_kept_is_told_once(session, tmp_path, qtbot):
    (tmp_path / "user").mkdir(exist_ok=True)
    (tmp_path / "user" / "recovery").write_text("a file where a folder should be")
    for words in ("one", "two"):
        session.do(SetNotes(words))
        session.keep_work()
        session.errands.wait()
    qtbot.waitUntil(lambda: bool(session.notices))
    assert len(session.notices) == 1
    assert "cannot be kept" in session.notices[0].text


def crash(session):
    """The window's process is gone: so is the lock on its journal, and nothing else."""
    session.errands.wait()
    session.autosave._journal.leave()


def saved(session, notes, path):
    session.do(SetNotes(notes))
    session.save(path)
    assert session.finish_saving()


@pytest.fixture
def left_over(folder):
    """What is found of crashed windows by those that start now."""
    found = []

    def look():
        found.extend(find_leftovers(folder))
        return found

    yield look
    for each in found:
        each.lock.release()


def test_two_windows_that_are_equally_far_have_not_the_same_work(session, open_session, left_over, tmp_path):
    path = tmp_path / "p.dimitra"
    saved(session, "base", path)
    second = open_session()
    assert second.open_project(path)
    assert second.file.is_read_only
    second.do(SetNotes("of the second"))
    second.keep_work()
    saved(session, "of the first", path)
    crash(second)
    (left,) = [each for each in left_over() if each.kept.project.notes == "of the second"]
    assert left.needs_rescue
    assert left.is_overtaken
    second.close()


def test_an_offer_without_an_answer_outlives_as_many_changes_as_it_holds(open_session, folder, tmp_path):
    path = tmp_path / "p.dimitra"
    first = open_session()
    saved(first, "base", path)
    first.do(SetNotes("an hour of work"))
    first.close(keep=True)
    second = open_session()
    recovery = Recovery(second, lambda: True, folder)
    recovery.look()
    second.errands.wait()
    assert second.open_project(path)
    saved(second, "a word", path)
    recovery.shut()
    second.close()
    third, told = open_session(), []
    third.notice.connect(told.append)
    recovery = Recovery(third, lambda: True, folder)
    recovery.look()
    third.errands.wait()
    (notice,) = told
    notice.offers[0].accept()
    assert third.project.notes == "an hour of work"
    assert third.path is None  # the file holds work of its own
    recovery.shut()
    third.close()


def test_what_was_saved_under_another_name_is_not_offered_in_the_former_ones_place(session, left_over, tmp_path):
    saved(session, "old", tmp_path / "a.dimitra")
    saved(session, "new", tmp_path / "b.dimitra")
    session.keep_work()
    crash(session)
    assert not [each for each in left_over() if each.needs_rescue]


def test_work_after_save_as_belongs_to_the_new_file(session, left_over, tmp_path, monkeypatch, qtbot):
    saved(session, "old", tmp_path / "a.dimitra")
    session.save(tmp_path / "b.dimitra")
    session.do(SetNotes("while it was saved"))
    session.errands.wait()
    session.keep_work()
    crash(session)
    (left,) = left_over()
    assert left.needs_rescue
    assert not left.is_overtaken
    assert left.kept.origin == tmp_path / "b.dimitra"


def test_restored_work_goes_on_in_its_file_where_nobody_else_has_saved(session, recovery, open_session, tmp_path):
    path = tmp_path / "p.dimitra"
    first = open_session()
    saved(first, "base", path)
    first.do(SetNotes("unsaved"))
    first.close(keep=True)
    recovery.look()
    session.errands.wait()
    press(session, "Restore")
    assert session.project.notes == "unsaved"
    assert session.path == path


def test_a_folder_that_knows_no_locks_is_told_once_and_not_littered(session, folder, monkeypatch, qtbot):
    def refuse(_file):
        raise OSError(errno.ENOLCK, "No locks available")

    monkeypatch.setattr("dimitra_studio.project.lock._seize", refuse)
    for words in ("one", "two"):
        session.do(SetNotes(words))
        session.keep_work()
        session.errands.wait()
    qtbot.waitUntil(lambda: bool(session.notices))
    (notice,) = session.notices
    assert "the disk knows no locks" in notice.text
    assert not list(folder.iterdir())


@pytest.mark.parametrize("slow", ["load_project", "save_project"])
def test_the_system_ends_the_window_while_a_project_is_read_or_written(
    slow, open_session, theme, leaving, left_over, tmp_path, monkeypatch, qtbot
):
    def wait_for_the_end(*how):
        begun.set()
        assert ending.wait(30)
        return work(*how)

    begun, ending, work = threading.Event(), threading.Event(), getattr(project_file, slow)
    path = tmp_path / "p.dimitra"
    session = open_session()
    window = MainWindow(session, theme, tmp_path / "user")
    window.show()
    saved(session, "work", path)
    monkeypatch.setattr(project_file, slow, wait_for_the_end)

    def end():
        if begun.is_set():
            timer.stop()
            ending.set()
            window.end()

    timer = QTimer(interval=5)
    timer.timeout.connect(end)
    timer.start()
    if slow == "save_project":
        session.do(SetNotes("more work"))
        session.save(path)
    window.desk.open_path(path)  # comes back, and no fault with it
    assert not window.isVisible()
    assert not leaving.asked
    assert not list(tmp_path.glob(".~*"))  # nobody holds the file
    notes = load_project(path, tmp_path).project.notes
    assert notes == ("more work" if slow == "save_project" else "work")
    assert not [each for each in left_over() if each.needs_rescue]
    session.do(SetNotes("too late"))
    session.keep_work()
    window.deleteLater()


def test_editing_goes_on_while_the_project_is_saved(session, tmp_path, monkeypatch, qtbot):
    begun, edited = threading.Event(), threading.Event()

    def slow(*how):
        begun.set()
        assert edited.wait(5)
        return save(*how)

    save = project_file.save_project
    monkeypatch.setattr(project_file, "save_project", slow)
    session.do(SetNotes("now"))
    session.save(tmp_path / "p.dimitra")
    qtbot.waitUntil(begun.is_set)
    session.do(SetNotes("later"))
    edited.set()
    assert not session.finish_saving()
    assert load_project(tmp_path / "p.dimitra", tmp_path).project.notes == "now"
    session.undo()
    assert session.is_saved


def test_a_full_disk_is_told_and_the_work_stays(session, tmp_path, monkeypatch, qtbot):
    def full(*_args, **_how):
        raise InputError("p.dimitra cannot be written: the disk is full.", "Free some space.")

    monkeypatch.setattr(project_file, "save_project", full)
    session.do(SetNotes("work"))
    session.save(tmp_path / "p.dimitra")
    assert not session.finish_saving()
    assert "disk is full" in session.notices[0].text
    assert session.path is None
    assert session.project.notes == "work"


def test_a_second_window_has_the_file_read_only_until_it_saves_elsewhere(session, window, tmp_path, qtbot):
    path = tmp_path / "p.dimitra"
    session.save(path)
    assert session.finish_saving()
    session.new_project()
    other = subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(f"""
            import pathlib, sys
            from dimitra_studio.project.lock import lock_of, take_lock
            lock = take_lock(lock_of(pathlib.Path({str(path)!r})))
            print("held", flush=True)
            sys.stdin.read()
            lock.release()
        """)],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE,
    )  # fmt: skip
    assert other.stdout.readline() == b"held\n"
    assert session.open_project(path)
    assert "open in another window" in session.notices[-1].text
    assert "(read-only)" in window.windowTitle()
    session.do(SetNotes("mine"))
    other.communicate()  # the other window closes, and may have saved: the file is not ours for that
    session.save(path)
    assert not session.finish_saving()
    assert load_project(path, tmp_path).project.notes == ""
    session.save(tmp_path / "q.dimitra")
    assert session.finish_saving()
    assert not session.file.is_read_only
    assert session.path.name == "q.dimitra"


def test_a_damaged_take_is_left_out_and_its_file_stays_as_it_is(session, leaving, window, tmp_path, monkeypatch):
    path = tmp_path / "p.dimitra"
    for number in range(3):
        session.do(AddTake(taken(f"t{number}", number / 10)))
    session.save(path)
    assert session.finish_saving()
    with zipfile.ZipFile(path) as archive:
        packed = archive.read("takes/t1.npz")
    content = bytearray(path.read_bytes())
    content[content.index(packed) + len(packed) // 2] ^= 1
    path.write_bytes(content)
    session.new_project()
    assert session.open_project(path)
    assert [take.id for take in session.project.takes] == ["t0", "t2"]
    assert "In p.dimitra this is damaged and is left out: Take t1" in session.notices[-1].text
    assert session.notices[-1].level is Level.WARNING
    assert (session.title, session.path, session.is_saved) == ("p (rest)", None, False)
    asked = []
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *how: asked.append(how[2]) or ("", ""))
    window.desk.save()  # it asks for a name
    assert asked == [str(tmp_path / "p (rest).dimitra")]  # beside it
    assert path.read_bytes() == content
    session.save(Path(asked[0]))
    assert session.finish_saving()
    assert not load_project(Path(asked[0]), tmp_path / "own").damaged
    assert path.read_bytes() == content


def test_a_window_opens_its_own_file_again_and_lets_it_go_at_the_end(session, tmp_path):
    session.save(tmp_path / "p.dimitra")
    assert session.finish_saving()
    assert session.open_project(tmp_path / "p.dimitra")
    assert not session.file.is_read_only
    assert list(tmp_path.glob(".~*"))
    session.close()
    assert not list(tmp_path.glob(".~*"))


def test_a_fault_keeps_the_work(session, folder, tmp_path):
    session.do(SetNotes("precious"))
    FaultReporter(session, tmp_path)(ValueError, ValueError("inside"), None)
    session.errands.wait()
    assert kept_notes(folder) == ["precious"]


def test_the_story_of_a_crash_is_told_once_at_the_next_start(session, tmp_path):
    folder = tmp_path / "data"  # which a new user has not
    story = CrashStory(folder)
    story.tell(session)
    assert not session.notices
    enabled = faulthandler.is_enabled()
    ended = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(f"""
            import faulthandler, pathlib
            from dimitra_studio.studio.faults import CrashStory
            with CrashStory(pathlib.Path({str(folder)!r})).recording():
                faulthandler._sigsegv()
        """)],
        capture_output=True, check=False,
    )  # fmt: skip
    assert ended.returncode != 0
    story.tell(session)
    story.tell(session)
    assert len(session.notices) == 1
    assert "Segmentation fault" in session.notices[0].file.read_text()
    assert faulthandler.is_enabled() == enabled
