"""The command palette: a few letters find, the recent comes first, what cannot be done says why."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit

from dimitra_studio.studio.actions import TABLE, Need
from dimitra_studio.studio.dialogs.palette import Palette
from dimitra_studio.studio.settings import RECENT_COMMANDS


@pytest.fixture
def palette(window) -> Palette:
    window.show_palette()
    return window.findChild(Palette)


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("export", "export"),
        ("gtake", "generate"),  # the beginnings of words
        ("putm", "marker"),
        ("wires", "head_wires"),
        ("layout watch", "layout_watch"),  # the submenu's words count, and blanks do not
        ("SETTINGS", "preferences"),
    ],
)
def test_a_few_letters_find(palette, typed, first):
    palette.findChild(QLineEdit).setText(typed)
    assert palette.found[0] == first


def test_letters_in_another_order_find_nothing(palette):
    palette.findChild(QLineEdit).setText("xqzj")
    assert palette.found == ()


def test_all_are_listed_with_their_keys_or_what_they_need(palette, window):
    assert set(palette.found) == {row.id for row in TABLE}
    assert palette.beside("new") == "Ctrl+N"
    for row in TABLE:
        if not window.actions_by_id[row.id].isEnabled():
            assert palette.beside(row.id) == f"needs {row.need}"
    assert palette.beside("play") == f"needs {Need.TIME}"


def test_what_was_done_lately_comes_first(palette, window, session, qtbot):
    for words in ("watching", "editing"):
        window.show_palette()
        newest = window.findChildren(Palette)[-1]
        field = newest.findChild(QLineEdit)
        field.setText(words)
        qtbot.keyClick(field, Qt.Key.Key_Return)
    window.show_palette()
    assert window.findChildren(Palette)[-1].found[:2] == ("layout_edit", "layout_watch")
    assert session.settings.text(RECENT_COMMANDS) == "layout_edit,layout_watch"


def test_enter_on_what_makes_no_sense_leaves_the_list_open(palette, opened, qtbot):
    field = palette.findChild(QLineEdit)
    field.setText("redo")
    qtbot.keyClick(field, Qt.Key.Key_Return)
    assert palette.isVisible()
    qtbot.keyClick(field, Qt.Key.Key_Escape)
    assert not palette.isVisible()
