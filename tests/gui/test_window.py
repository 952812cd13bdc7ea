"""The window under a user's hands."""

import itertools
import subprocess
import sys
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPoint, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QAbstractButton, QApplication, QLineEdit, QWidget

from dimitra_studio.project.document import TakeSettings
from dimitra_studio.studio.actions import TABLE, Menu
from dimitra_studio.studio.clock import Clock
from dimitra_studio.studio.dialogs.leaving import Leaving
from dimitra_studio.studio.dialogs.palette import Palette
from dimitra_studio.studio.dialogs.preferences import Preferences
from dimitra_studio.studio.dialogs.shortcuts import Shortcuts
from dimitra_studio.studio.faults import FaultReporter
from dimitra_studio.studio.keymap import portable
from dimitra_studio.studio.notices import Level, Notice, Place
from dimitra_studio.studio.settings import DEVICE, SCHEME
from dimitra_studio.studio.theme import DARK, LIGHT


def drop(window, *paths):
    content = QMimeData()
    content.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    place, copy, left, none = (
        QPoint(9, 9), Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier,
    )  # fmt: skip
    enter = QDragEnterEvent(place, copy, content, left, none)
    window.dragEnterEvent(enter)
    assert enter.isAccepted()
    window.dropEvent(QDropEvent(place, copy, content, left, none))


def test_dropped_files_become_portrait_and_voice_and_the_face_is_shown(window, session, portrait, voice, qtbot):
    assert window.preview.welcome.isVisible()
    drop(window, voice, portrait)
    qtbot.waitUntil(lambda: session.media.heard is not None and session.media.sitter is not None)
    assert not window.preview.welcome.isVisible()
    qtbot.waitUntil(lambda: window.preview.is_drawn)
    assert window.windowTitle().startswith("Untitled")
    assert window.isWindowModified()


def test_generate_makes_a_take_that_is_listed_and_played(window, opened, qtbot):
    qtbot.mouseClick(window.inspector.make, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: window.takes.list.count() == 1)
    assert window.takes.list.item(0).text() == "Take 1"
    qtbot.waitUntil(lambda: window.preview.is_drawn)
    dark = window.preview.view.frame.pixelColor(5, 5).red()
    opened.seek(1.9)
    qtbot.waitUntil(lambda: window.preview.is_drawn)
    assert window.preview.view.frame.pixelColor(5, 5).red() > dark + 50


def test_while_scrubbing_only_the_last_moment_must_be_drawn(window, opened, qtbot):
    opened.generate(TakeSettings(), 1)
    qtbot.waitUntil(lambda: opened.take is not None)
    for step in range(50):
        opened.seek(step / 25)
    qtbot.waitUntil(lambda: window.preview.is_drawn)
    shown = window.preview.view.frame.pixelColor(0, 0).red()
    assert shown == pytest.approx(100 + 100 * 49 / 49, abs=1)


def test_a_bad_file_is_told_in_the_preview_not_in_a_dialog(window, session, faceless, qtbot):
    drop(window, faceless)
    qtbot.waitUntil(lambda: bool(window.preview.notices.notices))
    notice = window.preview.notices.notices[0]
    assert notice.level is Level.ERROR
    assert window.preview.welcome.isVisible()
    close = window.preview.notices.findChildren(QAbstractButton)[0]
    qtbot.mouseClick(close, Qt.MouseButton.LeftButton)
    assert not window.preview.notices.notices
    assert window.preview.notices.isHidden()


def test_a_picture_that_is_turned_down_is_not_shown_as_the_portrait(window, session, voice, faceless, qtbot):
    drop(window, voice)
    qtbot.waitUntil(lambda: session.project.voice is not None)
    drop(window, faceless)
    qtbot.waitUntil(lambda: bool(window.preview.notices.notices))
    assert session.project.portrait is None
    assert window.preview.view._original is None


def test_good_news_take_one_line_over_the_picture_and_only_the_latest(window, session, qtbot):
    high = window.preview.height()
    session.notice.emit(Notice("Wrote one.mp4."))
    qtbot.waitUntil(lambda: window.preview.height() < high)
    one_line = window.preview.height()
    session.notice.emit(Notice("Wrote two.mp4. " * 40, file=Path("two.mp4")))
    assert [notice.file for notice in window.notices.notices] == [Path("two.mp4")]
    assert window.notices.sizeHint().height() <= 1.5 * (high - one_line)
    session.notice.emit(Notice("The disk is full.", level=Level.ERROR))
    assert len(window.notices.notices) == 2


def test_a_notice_is_shown_once_and_only_at_its_place(window, session):
    for _ in range(2):
        session.notice.emit(Notice("Here.", level=Level.WARNING, place=Place.TAKES))
    assert len(window.takes.notices.notices) == 1
    assert not window.notices.notices


def test_actions_are_enabled_when_they_make_sense(window, session, portrait, voice, qtbot):
    actions = window.actions_by_id
    assert not any(actions[each].isEnabled() for each in ("undo", "generate", "play", "delete", "cancel"))
    drop(window, portrait, voice)
    qtbot.waitUntil(lambda: session.media.heard is not None and session.media.sitter is not None)
    assert actions["generate"].isEnabled()
    assert actions["play"].isEnabled()
    assert actions["undo"].text() == f"&Undo {session.undo_title}"
    actions["generate"].trigger()
    qtbot.waitUntil(actions["delete"].isEnabled)
    actions["delete"].trigger()
    assert window.takes.list.count() == 0
    actions["undo"].trigger()
    assert window.takes.list.count() == 1


def test_space_plays_unless_one_types(window, opened, qtbot):
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    qtbot.keyClick(window, Qt.Key.Key_Space)
    assert opened.transport.is_playing
    qtbot.keyClick(window, Qt.Key.Key_Space)
    assert not opened.transport.is_playing
    opened.generate(TakeSettings(), 1)
    qtbot.waitUntil(lambda: opened.take is not None)
    window.takes.note.setFocus()
    qtbot.keyClicks(window.takes.note, "a b")
    assert not opened.transport.is_playing
    qtbot.keyClick(window.takes.note, Qt.Key.Key_Return)
    assert opened.take.note == "a b"


def test_the_palette_finds_by_letters_and_does(window, session, opened, qtbot):
    window.show_palette()
    palette = window.findChild(Palette)
    field = palette.findChild(QLineEdit)
    qtbot.keyClicks(field, "putm")
    assert palette.found[0] == "marker"
    qtbot.keyClick(field, Qt.Key.Key_Return)
    assert len(session.project.markers) == 1


def test_at_first_no_field_has_the_keys(window, qtbot):
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    assert QApplication.focusWidget() is window.centralWidget()


def test_after_the_welcome_the_keys_are_the_windows(window, opened, qtbot):
    opened.new_project()
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    qtbot.waitUntil(window.preview.welcome.isVisible)
    window.preview.welcome.findChild(QAbstractButton).setFocus()
    window.desk.open_sample()
    qtbot.waitUntil(window.preview.view.isVisible)
    assert QApplication.focusWidget() is window.preview.view


@pytest.mark.parametrize("place", ["nowhere", "note"])
def test_after_the_palette_the_keys_go_where_they_went(place, window, opened, qtbot):
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    window.takes.note.setFocus()
    if place == "nowhere":
        window.takes.note.clearFocus()
    before = QApplication.focusWidget()
    window.show_palette()
    field = window.findChild(Palette).findChild(QLineEdit)
    qtbot.waitUntil(field.hasFocus)
    qtbot.keyClick(field, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: window.findChild(Palette) is None)
    assert QApplication.focusWidget() is before


def test_every_action_is_in_a_menu_and_in_the_shortcut_help_and_no_key_means_two_things(window):
    listed = set(in_menu(window.menuBar().actions()))
    assert all(window.actions_by_id[row.id] in listed for row in TABLE)
    assert {row.menu for row in TABLE} == set(Menu)
    for one, other in itertools.combinations(TABLE, 2):
        if one.scope.overlaps(other.scope):
            assert not set(map(portable, one.keys)) & set(map(portable, other.keys)), (one.id, other.id)
    assert all(portable(key) for row in TABLE for key in row.keys)
    in_menus = [row.id for menu in Menu for row in TABLE if row.menu is menu]
    keys = Shortcuts(window.keymap, window)
    assert list(keys.list.shown) == in_menus
    keys.show()
    assert keys.list.columnWidth(0) >= keys.list.sizeHintForColumn(0)  # no command's name is cut
    keys.close()


def in_menu(actions):
    for action in actions:
        yield action
        if action.menu() is not None:
            yield from in_menu(action.menu().actions())


def test_whatever_can_be_used_has_a_name_for_screen_readers(window):
    for button in window.findChildren(QAbstractButton):
        if button.isVisible():
            assert button.text() or button.accessibleName() or button.toolTip(), button
    for widget in window.findChildren(QWidget):
        if widget.isVisible() and widget.focusPolicy() & Qt.FocusPolicy.TabFocus and not widget.children():
            assert widget.accessibleName() or getattr(widget, "text", str)(), widget


def test_closing_during_a_job_ends_cleanly(window, opened, tiny_jobs, qtbot):
    tiny_jobs.steps = 100_000
    opened.generate(TakeSettings(), 1)
    qtbot.waitUntil(lambda: any(line.running for line in opened.jobs.lines))
    # The fixtures close window and session; the thread check sees whether anything is left.


def test_what_is_not_saved_is_asked_about_and_may_keep_the_window_open(window, opened, leaving):
    leaving.answer = Leaving.STAY
    assert not window.close()
    assert window.isVisible()
    leaving.answer = Leaving.DISCARD
    assert window.close()
    assert leaving.asked == 2


def test_opening_the_window_imports_nothing_heavy():
    code = (
        "import sys, dimitra_studio.studio.app;"
        "print([name for name in ('torch', 'cv2', 'mediapipe', 'vtkmodules', 'vedo', 'numba', 'scipy', 'matplotlib')"
        " if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_enter_presses_a_focused_button_and_space_plays_all_the_same(window, opened, qtbot):
    window.inspector.make.setFocus()
    qtbot.keyClick(window.inspector.make, Qt.Key.Key_Space)
    assert opened.transport.is_playing
    qtbot.keyClick(window.inspector.make, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: len(opened.project.takes) == 1)


def test_the_head_is_built_when_its_tab_is_brought_up(window, opened, monkeypatch, qtbot):
    assert window.head._viewport is None
    asked = []
    monkeypatch.setattr("dimitra_studio.studio.head_panel.view_head", lambda *_: asked.append(1) or iter(()))
    window.docks.bring_up("viewport")
    qtbot.waitUntil(lambda: window.head._viewport is not None, timeout=20_000)
    qtbot.waitUntil(lambda: bool(asked))


def test_a_setting_is_in_force_at_once(window, session, theme, tiny_jobs, qtbot):
    window.actions_by_id["preferences"].trigger()
    fields = window.findChild(Preferences).fields
    fields[SCHEME].setCurrentText("Light")
    assert theme.colours is LIGHT
    fields[SCHEME].setCurrentText("Dark")
    assert theme.colours is DARK
    fields[DEVICE].setCurrentText("Processor")
    qtbot.waitUntil(lambda: "Processor" in window.status._device.text())


def test_the_clock_tells_time_frame_and_speed(window, opened):
    clock = window.findChild(Clock)
    opened.seek(1.25)
    assert clock.text() == "0:01.25 / 0:02.00  frame 31"
    opened.transport.faster()
    assert clock.text().startswith("1.5×")


def test_a_fault_of_the_programs_own_is_told_and_its_story_kept(window, session, tmp_path):
    report = FaultReporter(session, tmp_path / "home")
    try:
        raise ZeroDivisionError("in a slot")
    except ZeroDivisionError as error:
        report(type(error), error, error.__traceback__)
    assert "ZeroDivisionError" in window.notices.notices[0].text
    assert "in a slot" in (tmp_path / "home" / "last-error.txt").read_text()


def test_what_is_missing_is_asked_for(window, session, portrait, voice, qtbot):
    drop(window, voice)
    qtbot.waitUntil(lambda: session.project.voice is not None)
    preview = window.preview
    assert preview.choose_portrait.isVisible()
    assert not preview.choose_voice.isVisible()
    drop(window, portrait)
    qtbot.waitUntil(lambda: session.project.portrait is not None)
    assert not preview.choose_portrait.isVisible()
    session.undo()
    session.undo()
    session.open_portrait(portrait)
    qtbot.waitUntil(preview.choose_voice.isVisible)
