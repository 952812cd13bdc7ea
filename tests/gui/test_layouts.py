"""The window's arrangements come, go and come back."""

import pytest
from PySide6.QtWidgets import QApplication, QInputDialog, QLineEdit, QToolBar

from dimitra_studio.studio.layouts import EDITING, WATCHING
from dimitra_studio.studio.main_window import MainWindow
from dimitra_studio.studio.settings import LAYOUT, TEXT_SCALE, Settings


def shown(window) -> set[str]:
    return {
        name
        for name, panel in (("takes", window.takes), ("timeline", window.timeline), ("inspector", window.inspector))
        if not panel.parentWidget().isHidden()
    }


def test_shipped_layouts_give_the_picture_or_the_takes_more_room(window, qtbot):
    window.layouts.edit()
    width, height = window.preview.width(), window.preview.height()
    assert shown(window) == {"takes", "timeline", "inspector"}
    window.actions_by_id["layout_watch"].trigger()
    assert shown(window) == {"timeline"}
    qtbot.waitUntil(lambda: window.preview.width() > width and window.preview.height() > height)
    takes = window.takes.width()
    window.actions_by_id["layout_takes"].trigger()
    qtbot.waitUntil(lambda: window.takes.width() > takes)
    assert shown(window) == {"takes", "timeline", "inspector"}


def test_a_small_window_takes_its_room_from_the_docks_too(window, qtbot):
    window.resize(1440, 900)
    window.layouts.edit()
    qtbot.waitUntil(lambda: window.preview.height() > 450)
    window.resize(720, 560)
    qtbot.waitUntil(lambda: window.preview.height() > 0.4 * 560)
    assert window.preview.width() > 0.35 * 720


def test_larger_text_has_larger_icons_and_a_form_that_is_not_cut(window, session, qtbot):
    window.resize(1440, 900)
    bar = window.findChild(QToolBar, "tools")
    side = bar.iconSize().width()
    session.settings.set(TEXT_SCALE, 1.5)
    assert bar.iconSize().width() == 1.5 * side
    inspector = window.inspector
    qtbot.waitUntil(lambda: inspector.lock.mapTo(inspector, inspector.lock.rect().topRight()).x() < inspector.width())
    form = inspector._form
    qtbot.waitUntil(lambda: form.width() >= form.minimumSizeHint().width() and inspector._area.width() >= form.width())


def test_a_layout_is_kept_by_name_chosen_reset_and_forgotten(window, session, qtbot):
    window.layouts.watch()
    window.takes.parentWidget().show()
    window.actions_by_id["layout_keep"].trigger()
    dialog = window.findChild(QInputDialog)
    dialog.findChild(QLineEdit).setText("Choosing / & more")
    dialog.accept()
    assert window.layouts.names == ("Choosing / & more",)
    window.layouts.edit()
    window.layouts.show("Choosing / & more")
    assert shown(window) == {"takes", "timeline"}
    window.takes.parentWidget().hide()
    window.actions_by_id["reset"].trigger()
    assert shown(window) == {"takes", "timeline"}
    window.layouts.forget("Choosing / & more")
    assert window.layouts.names == ()
    window.layouts.reset()
    assert session.settings.text(LAYOUT) == EDITING


@pytest.mark.parametrize("name", ["", "  ", WATCHING])
def test_a_shipped_layout_keeps_its_name_to_itself(window, name):
    window.layouts.keep(name)
    assert window.layouts.names == ()


def test_the_preview_alone_and_back(window, opened, qtbot):
    window.layouts.edit()
    before = shown(window)
    window.actions_by_id["alone"].trigger()
    assert window.isFullScreen()
    assert not shown(window)
    assert not window.menuBar().isVisible()
    window.layouts.leave_alone()
    assert not window.isFullScreen()
    assert shown(window) == before
    assert window.menuBar().isVisible()
    assert window.statusBar().isVisible()


def test_the_last_layout_comes_back_even_on_a_smaller_screen(window, session, theme, tmp_path, qtbot):
    window.layouts.watch()
    window.setGeometry(5000, 4000, 3000, 2500)
    window.layouts.keep_last()
    again = MainWindow(session, theme, tmp_path)
    qtbot.addWidget(again)
    again.show()
    screen = QApplication.primaryScreen().availableGeometry()
    assert screen.contains(again.geometry())
    assert shown(again) == {"timeline"}
    again.hide()


def test_a_spoilt_layout_leaves_a_usable_window(session, theme, tmp_path, qtbot):
    session.settings.keep("last_layout", "state", "no base64 at all")
    session.settings.keep("last_layout", "geometry", "AAAA")
    window = MainWindow(session, theme, tmp_path)
    qtbot.addWidget(window)
    window.show()
    assert shown(window) == {"takes", "timeline", "inspector"}


def test_kept_texts_have_any_name(tmp_path, qapp):
    settings = Settings(tmp_path / "s.ini")
    names = ["a/b", "ä % = ;", "x"]
    for name in names:
        settings.keep("group", name, f"of {name}")
    settings.keep("group", "x", None)
    settings.sync()
    assert Settings(tmp_path / "s.ini").kept("group") == {name: f"of {name}" for name in names[:2]}
