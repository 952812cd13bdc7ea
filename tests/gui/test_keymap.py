"""Which keys stand for what, and that they say so wherever they are told."""

import itertools

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence

from dimitra_studio.studio.actions import TABLE, Menu, Scope
from dimitra_studio.studio.dialogs.key_page import KeyPage
from dimitra_studio.studio.key_presets import PRESETS, Preset
from dimitra_studio.studio.keymap import Keymap, portable
from dimitra_studio.studio.settings import KEY_PRESET, Settings

ROWS = {row.id: row for row in TABLE}
STAR, GENERATE, WIRES, FRAME = (ROWS[each] for each in ("star", "generate", "head_wires", "time_frame"))


@pytest.fixture
def settings(qapp, tmp_path) -> Settings:
    return Settings(tmp_path / "s.ini")


@pytest.fixture
def keymap(settings) -> Keymap:
    return Keymap(settings)


@pytest.mark.parametrize("preset", Preset)
def test_no_preset_gives_a_key_two_meanings_at_one_place(preset, settings, keymap):
    settings.set(KEY_PRESET, preset.value)
    for one, other in itertools.combinations(TABLE, 2):
        if one.scope.overlaps(other.scope):
            assert not set(keymap.keys(one)) & set(keymap.keys(other)), (one.id, other.id)


@pytest.mark.parametrize("preset", Preset)
def test_presets_know_their_actions_and_keys_and_the_transport_is_on_jkl_and_space(preset, settings, keymap):
    settings.set(KEY_PRESET, preset.value)
    assert all(portable(key) for keys in PRESETS[preset].values() for key in keys)
    assert set(PRESETS[preset]) <= set(ROWS)
    transport = [
        keymap.keys(ROWS[each])[0] for each in ("play", "stop", "forward", "frame_back", "loop_in", "loop_out")
    ]
    assert transport == ["Space", "K", "L", "Left", "I", "O"]


def test_keys_taken_from_another_action_are_gone_there_and_come_back(keymap, settings, tmp_path, qtbot):
    assert keymap.holder("Ctrl+G", STAR) is GENERATE
    with qtbot.waitSignal(keymap.changed):
        keymap.assign(STAR, ["Ctrl+G", "*"])
    assert keymap.keys(STAR) == ("Ctrl+G", "*")
    assert keymap.keys(GENERATE) == ()
    settings.sync()
    again = Keymap(Settings(tmp_path / "s.ini"))
    assert (again.keys(STAR), again.keys(GENERATE)) == (("Ctrl+G", "*"), ())
    assert not again.problems
    keymap.reset(STAR)
    assert keymap.keys(GENERATE) == ("Ctrl+G",)
    assert not keymap.has_own


def test_a_reset_takes_the_usual_keys_back_from_who_got_them(keymap):
    keymap.assign(STAR, ["Ctrl+G"])
    keymap.assign(ROWS["rename"], ["Ctrl+D"])
    keymap.reset(STAR)
    assert keymap.keys(STAR) == ("Ctrl+D",)
    assert keymap.keys(ROWS["rename"]) == ()
    keymap.reset_all()
    assert all(keymap.keys(row) == keymap.usual(row) for row in TABLE)


def test_the_same_key_is_free_where_the_other_action_is_out_of_reach(keymap):
    assert keymap.holder("W", FRAME) is None
    keymap.assign(FRAME, ["W"])
    assert keymap.keys(WIRES) == ("W",)
    assert keymap.holder("J", WIRES) is ROWS["back"]


def test_own_keys_outlast_another_preset_which_yields_to_them(keymap, settings):
    keymap.assign(STAR, ["Ctrl+M"])
    settings.set(KEY_PRESET, Preset.PREMIERE.value)
    assert keymap.keys(STAR) == ("Ctrl+M",)
    assert keymap.keys(ROWS["export"]) == ()
    settings.set(KEY_PRESET, Preset.STUDIO.value)
    assert keymap.keys(ROWS["export"]) == ("Ctrl+E",)


@pytest.mark.parametrize(
    ("lines", "told"), [("star=Ctrl+Nonsense", "Star Take"), ("delete=Ctrl+U\nstar=Ctrl+U", "Delete Take")]
)
def test_spoilt_keys_in_the_file_are_told_and_the_usual_ones_taken(lines, told, qapp, tmp_path):
    (tmp_path / "s.ini").write_text(f"[own_keys]\n{lines}\n")
    keymap = Keymap(Settings(tmp_path / "s.ini"))
    assert told in keymap.problems[0]
    one, other = keymap.keys(STAR), keymap.keys(ROWS["delete"])
    assert not set(one) & set(other)


def test_new_keys_are_pressed_a_conflict_is_named_and_taken_from_the_other(settings, keymap, qtbot):
    page = KeyPage(settings, keymap)
    qtbot.addWidget(page)
    page.show()
    page.search.setText("star take")
    assert "star" in page.list.shown
    assert "quit" not in page.list.shown
    assert not page.use.isEnabled()
    page.list.choose(STAR)
    page.field.setFocus()
    qtbot.keyClick(page.field, Qt.Key.Key_G, Qt.KeyboardModifier.ControlModifier)
    assert page.pressed == "Ctrl+G"
    assert "Generate Take" in page.warning.text()
    assert "Generate Take" in page.use.text()
    assert not page.add.isEnabled()
    qtbot.mouseClick(page.use, Qt.MouseButton.LeftButton)
    assert (keymap.keys(STAR), keymap.keys(GENERATE)) == (("Ctrl+G",), ())
    page.field.setKeySequence(QKeySequence("Ctrl+9"))
    assert not page.warning.text()
    qtbot.mouseClick(page.add, Qt.MouseButton.LeftButton)
    assert keymap.keys(STAR) == ("Ctrl+G", "Ctrl+9")
    qtbot.mouseClick(page.clear, Qt.MouseButton.LeftButton)
    assert keymap.keys(STAR) == ()
    qtbot.mouseClick(page.reset, Qt.MouseButton.LeftButton)
    assert (keymap.keys(STAR), keymap.keys(GENERATE)) == (("Ctrl+D",), ("Ctrl+G",))


def test_menus_tool_tips_buttons_palette_and_keyboard_follow_at_once(window, opened, qtbot):
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    window.keymap.assign(ROWS["marker"], ["N"])
    action = window.actions_by_id["marker"]
    assert action.shortcut().toString() == "N"
    assert "(N)" in action.toolTip()
    qtbot.keyClick(window, Qt.Key.Key_M)
    assert not opened.project.markers
    qtbot.keyClick(window, Qt.Key.Key_N)
    assert len(opened.project.markers) == 1
    window.keymap.assign(ROWS["cancel"], ["Ctrl+K"])
    assert "(Ctrl+K)" in window.status.cancel.toolTip()


def test_a_panels_keys_hold_in_it_alone_and_a_field_for_text_keeps_its_letters(window, opened, qtbot):
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    timeline = window.timeline.timeline
    all_of_it = timeline.scale.span
    window.takes.setFocus()
    qtbot.keyClick(window, Qt.Key.Key_Plus)
    assert timeline.scale.span == all_of_it
    timeline.setFocus()
    qtbot.waitUntil(timeline.hasFocus)
    qtbot.keyClick(timeline, Qt.Key.Key_Plus)
    assert timeline.scale.span < all_of_it
    qtbot.keyClick(timeline, Qt.Key.Key_F, Qt.KeyboardModifier.ShiftModifier)
    assert timeline.scale.span == all_of_it
    window.actions_by_id["marker"].trigger()
    timeline.rename_marker()
    field = timeline.viewport().focusWidget()
    field.clear()
    qtbot.keyClicks(field, "F+off")
    assert field.text() == "F+off"
    qtbot.keyClick(field, Qt.Key.Key_Escape)
    assert not field.isVisible()
    assert opened.project.markers[0].name == "Marker 1"


def test_what_needs_a_place_is_in_the_menu_of_it_and_every_menu_fits_a_small_screen():
    for menu in Menu:
        assert sum(row.menu is menu and not row.submenu for row in TABLE) <= 24, menu
    assert {row.scope for row in TABLE} == set(Scope)
