"""The list of jobs: in the order in which they run, each to be stopped, moved and done again."""

import threading
import time
from functools import partial
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtDBus import QDBusConnection
from PySide6.QtWidgets import QToolButton

from dimitra_studio.core.errors import InputError
from dimitra_studio.core.events import Progress
from dimitra_studio.engine.eta import TimeLeft
from dimitra_studio.engine.jobs import JobRequest, JobState, Priority
from dimitra_studio.project.document import TakeSettings
from dimitra_studio.studio import notices, reveal
from dimitra_studio.studio.board import Asker, JobLine, Keepsake, Outcome
from dimitra_studio.studio.queue import panel
from dimitra_studio.studio.queue.words import told_state
from dimitra_studio.studio.reveal import reveal_command, show_items


@pytest.fixture
def work(session, qtbot):
    """Submits jobs that stand at their first step until `may_end` has their name; `done` are the names of those at
    their end, in order."""

    class Work:
        def __init__(self):
            self.may_end, self.done, self.failing, self.stopped = set(), [], set(), threading.Event()

        def submit(self, name, priority=Priority.EXPORT, file=Path("film.mp4")):
            again = Keepsake(partial(self.submit, name, priority, file), file)
            asker = Asker(self.done.append, lambda error: None, lambda: None, lambda note: None, again)
            return session.jobs.submit(JobRequest(name, "test", partial(self._run, name), priority), asker)

        def _run(self, name, _loader):
            while name not in self.may_end and not self.stopped.is_set():
                yield Progress("render", 3, 10)
                self.stopped.wait(0.005)
            if name in self.failing:
                raise InputError("It is broken.", "Mend it.")
            return name

    work = Work()
    yield work
    work.stopped.set()


@pytest.fixture
def running(window, work, qtbot):
    """The window with the list open, `a` running, `b`, `c` and `d` waiting."""
    window.show_jobs()
    for name in "abcd":
        work.submit(name)
    qtbot.waitUntil(lambda: shown(window)[:1] == ["a"] and not button(window, 0, "up").isVisible())
    return window


def shown(window):
    return [row.title.text() for row in window.jobs.rows]


def states(window):
    return [row.state.text() for row in window.jobs.rows]


def button(window, place, name) -> QToolButton:
    return window.jobs.rows[place].buttons[name]


def click(qtbot, window, place, name):
    assert button(window, place, name).isVisible()
    qtbot.mouseClick(button(window, place, name), Qt.MouseButton.LeftButton)


def on_screen(window):
    """The titles from top to bottom as they lie in the list."""
    rows = sorted(window.jobs.rows, key=lambda row: row.mapTo(window.jobs, QPoint()).y())
    return [row.title.text() for row in rows]


def test_what_waits_can_be_moved_and_runs_in_that_order(running, work, session, qtbot):
    assert shown(running) == list("abcd")
    assert not button(running, 1, "up").isEnabled()
    assert not button(running, 3, "down").isEnabled()
    click(qtbot, running, 3, "up")
    qtbot.waitUntil(lambda: shown(running) == list("abdc"))
    click(qtbot, running, 1, "down")
    qtbot.waitUntil(lambda: shown(running) == list("adbc"))
    qtbot.waitUntil(lambda: on_screen(running) == list("adbc"))
    assert [line.title for line in session.jobs.lines] == list("adbc")
    work.may_end |= set("abcd")
    qtbot.waitUntil(lambda: work.done == list("adbc"))
    assert shown(running) == list("cbda")  # ended: the latest first
    assert set(states(running)) == {"done"}


def test_a_more_urgent_job_is_shown_above_the_one_that_stands_still(running, work, qtbot):
    work.submit("take", Priority.TAKE)
    qtbot.waitUntil(lambda: shown(running) == ["take", "a", "b", "c", "d"])
    qtbot.waitUntil(lambda: states(running)[1] == "stands still for a more urgent job")
    assert not button(running, 1, "up").isVisible()
    assert button(running, 1, "stop").isVisible()


def test_stopping_and_doing_again(running, work, qtbot):
    click(qtbot, running, 2, "stop")
    qtbot.waitUntil(lambda: shown(running) == ["a", "b", "d", "c"])
    assert states(running)[3] == "stopped"
    click(qtbot, running, 0, "stop")
    qtbot.waitUntil(lambda: shown(running) == ["b", "d", "a", "c"])
    click(qtbot, running, 3, "again")
    qtbot.waitUntil(lambda: shown(running) == ["b", "d", "c", "a"])
    assert states(running)[2:] == ["waiting", "stopped"]
    work.may_end |= set("bcd")
    qtbot.waitUntil(lambda: work.done == list("bdc"))


def test_a_failure_says_why_and_ended_ones_can_be_cleared(running, work, qtbot, session):
    work.failing.add("a")
    work.may_end |= {"a", "b"}
    qtbot.waitUntil(lambda: work.done == ["b"])
    qtbot.waitUntil(lambda: shown(running) == ["c", "d", "b", "a"])
    assert states(running)[3] == "It is broken. Mend it."
    assert [line.outcome for line in session.jobs.ended] == [Outcome.DONE, Outcome.FAILED]
    click(qtbot, running, 2, "dismiss")
    assert shown(running) == ["c", "d", "a"]
    qtbot.mouseClick(running.jobs.clear, Qt.MouseButton.LeftButton)
    assert shown(running) == ["c", "d"]
    assert not running.jobs.clear.isVisible()


def test_a_take_that_failed_can_be_made_again_and_is_forgotten_with_its_project(window, opened, tiny_jobs, qtbot):
    tiny_jobs.error = InputError("It is broken.", "Mend it.")
    for seed in (7, 8):
        opened.generate(TakeSettings(), seed)
    window.show_jobs()
    qtbot.waitUntil(lambda: states(window) == ["It is broken. Mend it."] * 2)
    tiny_jobs.error = None
    click(qtbot, window, 1, "again")
    qtbot.waitUntil(lambda: opened.take is not None and opened.take.seed == 7)
    qtbot.waitUntil(lambda: shown(window) == ["Generate take (seed 8)"])  # the take itself is in its own list
    opened.new_project()
    assert shown(window) == []


def test_what_was_written_is_shown_in_its_folder(window, work, tmp_path, monkeypatch, qtbot):
    revealed = []
    monkeypatch.setattr(panel, "reveal", revealed.append)
    window.show_jobs()
    work.may_end.add("a")
    work.submit("a", file=tmp_path / "a.mp4")
    qtbot.waitUntil(lambda: states(window) == ["done"])
    click(qtbot, window, 0, "reveal")
    assert revealed == [tmp_path / "a.mp4"]


def test_everything_is_reached_by_keyboard_and_has_a_name(running, qtbot):
    running.actions_by_id["jobs"].trigger()
    first = running.focusWidget()
    assert first is button(running, 0, "stop")
    for row in running.jobs.rows:
        assert row.accessibleName().startswith(row.title.text())
        for each in row.buttons.values():
            assert each.accessibleName().endswith(row.title.text())
            assert each.focusPolicy() & Qt.FocusPolicy.TabFocus
    qtbot.keyClick(first, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: shown(running)[:1] == ["b"])


def test_the_keys_stay_in_the_list_when_the_last_button_goes(window, work, qtbot):
    work.submit("a")
    qtbot.waitUntil(lambda: shown(window) == ["a"])
    window.show_jobs()
    assert window.focusWidget() is button(window, 0, "stop")
    work.may_end.add("a")
    qtbot.waitUntil(lambda: not window._session.jobs.lines)
    qtbot.waitUntil(window.jobs._has_keys)


def test_a_take_that_was_stopped_stays_in_the_list_and_is_made_after_all(window, opened, tiny_jobs, qtbot):
    tiny_jobs.steps, tiny_jobs.pause = 10_000, lambda: time.sleep(0.01)
    opened.generate(TakeSettings(), 7)
    qtbot.waitUntil(lambda: bool(opened.jobs.lines) and opened.jobs.lines[0].kind == "motion")
    window.show_jobs()
    opened.cancel_jobs()
    qtbot.waitUntil(lambda: states(window) == ["stopped"])
    tiny_jobs.steps = 3
    click(qtbot, window, 0, "again")
    qtbot.waitUntil(lambda: opened.take is not None and opened.take.seed == 7)


def test_a_row_keeps_the_focus_while_its_job_goes_on(running, work, qtbot):
    button(running, 3, "up").setFocus()
    work.may_end.add("a")
    qtbot.waitUntil(lambda: shown(running)[0] == "b")
    focused = running.focusWidget()
    assert (focused.objectName(), focused.accessibleName()) == ("up", "Run earlier: d")


def test_the_status_bar_opens_the_list(window, qtbot):
    dock = window.jobs.parentWidget()
    assert dock.isHidden()
    window.status.jobs_wanted.emit()
    assert not dock.isHidden()
    assert window.jobs.heading.text() == "Nothing is being made."


@pytest.mark.parametrize(
    ("left", "told"),
    [
        (None, "drawing the pictures"),
        (TimeLeft(None, None), "drawing the pictures"),
        (TimeLeft(5.0, 0.4), "drawing the pictures"),
        (TimeLeft(5.0, 12.4), "drawing the pictures · about 12 s left"),
        (TimeLeft(5.0, 150.0), "drawing the pictures · about 2 min left"),
        (TimeLeft(5.0, None), "drawing the pictures · about 5 s left in this step"),
    ],
)
def test_the_time_left_is_told_only_where_it_is_known(left, told):
    assert told_state(JobLine(1, "x", "x", JobState.RUNNING, Progress("render", 3, 10), left)) == told


@pytest.mark.parametrize(
    ("platform", "command"),
    [
        ("darwin", ("open", "-R", "/a b/c.mp4")),
        ("win32", ("explorer", "/select,/a b/c.mp4")),
        ("linux", ()),
    ],
)
def test_each_system_has_its_own_way_to_show_a_file(platform, command):
    assert reveal_command(Path("/a b/c.mp4"), platform) == command


@pytest.fixture
def ways(monkeypatch):
    """What was done to show files: programs started, folders opened."""
    done = []
    monkeypatch.setattr(reveal.QProcess, "startDetached", lambda program, words: done.append((program, *words)))
    monkeypatch.setattr(reveal.QDesktopServices, "openUrl", lambda url: done.append(url.toLocalFile()))
    return done


def test_a_file_is_shown_by_the_systems_program_and_a_lost_one_by_its_folder(ways, tmp_path, monkeypatch):
    film = tmp_path / "film.mp4"
    film.write_text("a film")
    monkeypatch.setattr(reveal.sys, "platform", "darwin")
    reveal.reveal(film)
    film.unlink()
    reveal.reveal(film)
    assert ways == [("open", "-R", str(film)), str(tmp_path)]


def test_without_a_file_manager_the_folder_is_opened(ways, tmp_path, monkeypatch):
    monkeypatch.setattr(reveal.sys, "platform", "linux")
    monkeypatch.setattr(reveal, "show_items", lambda path, bus: False)
    (tmp_path / "film.mp4").write_text("a film")
    reveal.reveal(tmp_path / "film.mp4")
    assert ways == [str(tmp_path)]
    assert not show_items(tmp_path, QDBusConnection("no such bus"))


def test_a_notice_shows_its_file(window, tmp_path, monkeypatch, qtbot):
    revealed = []
    monkeypatch.setattr(notices, "reveal", revealed.append)
    window.notices.show_notice(notices.Notice("Wrote it.", file=tmp_path / "film.mp4"))
    shows = next(each for each in window.notices.findChildren(notices.QPushButton) if each.text() == "Show in folder")
    qtbot.mouseClick(shows, Qt.MouseButton.LeftButton)
    assert revealed == [tmp_path / "film.mp4"]
