"""The list of takes."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QFontMetrics
from PySide6.QtWidgets import QLineEdit

from dimitra_studio.core.channels import Group
from dimitra_studio.core.errors import InputError
from dimitra_studio.core.events import Progress
from dimitra_studio.core.requests import ByGroup
from dimitra_studio.project.document import TakeSettings
from dimitra_studio.project.mixing import mixed
from dimitra_studio.studio import mixing
from dimitra_studio.studio.takes.menu import TakeMenu
from dimitra_studio.studio.takes.row import BEGINS, DETAIL, two_lines


@pytest.fixture
def takes(window, opened, qtbot):
    opened.generate(TakeSettings(), 5, count=2)
    qtbot.waitUntil(lambda: len(opened.project.takes) == 2)
    return window.takes


def test_a_take_is_chosen_with_mouse_or_arrows(takes, opened, qtbot):
    rect = takes.list.visualItemRect(takes.list.item(0))
    qtbot.mouseClick(takes.list.viewport(), Qt.MouseButton.LeftButton, pos=rect.center())
    assert opened.take.name == "Take 1"
    takes.list.setFocus()
    qtbot.keyClick(takes.list, Qt.Key.Key_Down)
    assert opened.take.name == "Take 2"
    assert opened.undo_title == "Add Take"  # choosing is no step


def test_a_take_is_renamed_in_place(takes, window, opened, qtbot):
    opened.star_take()
    window.actions_by_id["rename"].trigger()
    field = takes.list.viewport().findChild(QLineEdit)
    assert field.text() == "Take 2"
    field.setText("The good one")
    qtbot.keyClick(field, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: takes.list.item(1).text() == "★ The good one")
    assert opened.take.name == "The good one"


def test_a_line_says_how_the_take_was_made_or_what_is_wrong_with_it(takes, opened, faceless, qtbot):
    assert takes.list.item(0).data(DETAIL) == "Seed 5 · 10 steps · 2.0 s"
    other = faceless.with_name("other.png")
    other.write_bytes(opened.project.portrait.path.read_bytes() + b" ")
    opened.open_portrait(other)
    qtbot.waitUntil(lambda: opened.project.portrait.name == "other.png")
    assert takes.list.item(0).data(DETAIL) == "⚠ Made for another portrait or voice"


def test_a_take_shows_its_face(takes, qtbot):
    qtbot.waitUntil(lambda: all(takes._thumbnails.of(take) is not None for take in takes._session.project.takes))


def test_a_note_goes_to_the_take_that_it_is_about_although_another_comes(takes, window, opened, qtbot):
    window.activateWindow()
    takes.note.setFocus()
    qtbot.waitUntil(takes.note.hasFocus)
    qtbot.keyClicks(takes.note, "best smile ")
    opened.generate(TakeSettings(), 9)
    qtbot.waitUntil(lambda: len(opened.project.takes) == 3)
    qtbot.keyClicks(takes.note, "so far")
    assert takes.note.text() == "best smile so far"
    qtbot.keyClick(takes.note, Qt.Key.Key_Return)
    assert [take.note for take in opened.project.takes] == ["", "best smile so far", ""]
    assert takes.note.text() == ""  # the one that is shown has none
    qtbot.keyClicks(takes.note, "sad")
    takes.list.setFocus()
    assert [take.note for take in opened.project.takes] == ["", "best smile so far", "sad"]


def test_what_is_typed_about_a_take_does_not_come_into_another_project(takes, window, opened, qtbot):
    window.activateWindow()
    takes.note.setFocus()
    qtbot.waitUntil(takes.note.hasFocus)
    qtbot.keyClicks(takes.note, "best")
    opened.new_project()
    assert takes.note.text() == ""


def test_a_name_is_typed_to_its_end_although_another_take_comes(takes, window, opened, qtbot):
    window.activateWindow()
    takes.edit_name()
    field = takes.list.viewport().findChild(QLineEdit)
    field.setText("my name")
    opened.generate(TakeSettings(), 9)
    qtbot.waitUntil(lambda: len(opened.project.takes) == 3)
    assert takes.list.count() == 3
    assert field.text() == "my name"
    qtbot.keyClicks(field, " for it")
    qtbot.keyClick(field, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: takes.list.currentRow() == 2)  # the one that is shown
    assert [take.name for take in opened.project.takes] == ["Take 1", "my name for it", "Take 3"]
    assert [takes.list.item(row).text() for row in range(3)] == ["Take 1", "my name for it", "Take 3"]


def test_a_name_that_is_given_up_shows_the_new_take(takes, window, opened, qtbot):
    window.activateWindow()
    takes.edit_name()
    field = takes.list.viewport().findChild(QLineEdit)
    opened.generate(TakeSettings(), 9)
    qtbot.waitUntil(lambda: len(opened.project.takes) == 3)
    qtbot.keyClick(field, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: takes.list.currentRow() == 2)
    assert opened.take.name == "Take 3"


def test_a_picture_of_a_take_that_was_not_drawn_is_asked_for_again(takes, opened, monkeypatch, qtbot):
    pictures = takes._thumbnails
    qtbot.waitUntil(lambda: all(pictures.of(take) is not None for take in opened.project.takes))
    refused, draw = [], pictures._stage.draw

    def refuse(pair, frame, loader):
        refused.append(frame)
        yield Progress("draw", 0, 1)
        raise InputError("Not now.")

    monkeypatch.setattr(pictures._stage, "draw", refuse)
    opened.generate(TakeSettings(), 9)
    qtbot.waitUntil(lambda: bool(refused) and not opened.drawing.lines)
    monkeypatch.setattr(pictures._stage, "draw", draw)
    qtbot.waitUntil(lambda: pictures.of(opened.project.takes[2]) is not None)


@pytest.fixture
def no_jaw(monkeypatch):
    """The tiny engine has no face model to tell what parts lips."""

    def mix_takes(base, shown, other, group, _loader):
        yield Progress("mix", 0, 1)
        return mixed(base, shown, other, [group], lambda lips, *_: lips)

    monkeypatch.setattr(mixing, "mix_takes", mix_takes)


def test_a_take_has_a_menu_of_what_can_be_done_with_it(takes, window):
    menu = takes.build_menu()
    actions = window.actions_by_id
    offered = [each.text() for each in menu.actions()]
    named = [actions[each].text() for each in ("rename", "note", "star", "export", "compare", "delete")]
    assert offered == [*named[:-1], "Mix", named[-1]]
    next(each for each in menu.actions() if each.text() == named[1]).trigger()
    assert takes.note.hasFocus()


@pytest.mark.parametrize("width", [70, 110, 400])
def test_a_lines_words_are_broken_between_words_and_cut_at_the_very_end_alone(width, qapp):
    metrics = QFontMetrics(qapp.font())
    told = "Made for another portrait or voice"
    lines = two_lines(told, metrics, width)
    assert len(lines) <= 2
    assert all(metrics.horizontalAdvance(line) <= width for line in lines)
    assert " ".join(lines).rstrip("…").strip() in told
    assert (lines == (told,)) is (metrics.horizontalAdvance(told) <= width)


def test_the_menu_offers_the_groups_of_the_other_takes(takes, opened, no_jaw, qtbot):
    menu = TakeMenu(opened.project, takes)
    offered = [TakeMenu.chosen(action) for sub in menu.actions() if sub.menu() for action in sub.menu().actions()]
    other = opened.project.takes[0].id
    assert offered == [(group, other) for group in Group]
    menu.triggered.connect(takes._choose_mix)
    menu.actions()[-1].menu().actions()[0].trigger()
    qtbot.waitUntil(lambda: opened.take.name == "Take 2 + pose of Take 1")


def test_a_note_is_kept_with_the_take(takes, opened, qtbot):
    takes.note.setFocus()
    qtbot.keyClicks(takes.note, "smiles")
    qtbot.keyClick(takes.note, Qt.Key.Key_Return)
    assert opened.take.note == "smiles"
    takes.list.setCurrentRow(0)
    assert takes.note.text() == ""


def test_a_field_keeps_the_keys_that_delete_words(takes, window, opened, qtbot):
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    takes.note.setFocus()
    qtbot.keyClicks(takes.note, "one two")
    qtbot.keyClick(takes.note, Qt.Key.Key_Backspace, Qt.KeyboardModifier.ControlModifier)
    assert takes.note.text() == "one "
    assert len(opened.project.takes) == 2
    takes.list.setFocus()
    qtbot.keyClick(takes.list, Qt.Key.Key_Backspace, Qt.KeyboardModifier.ControlModifier)
    assert len(opened.project.takes) == 1


@pytest.mark.parametrize("since", [False, True])
def test_a_deleted_take_is_told_and_comes_back(since, takes, opened):
    before = opened.project.takes
    opened.delete_take()
    (notice,) = takes.notices.notices
    assert "Take 2 was deleted" in notice.text
    if since:
        opened.star_take()
    notice.offers[0].accept()
    assert [take.name for take in opened.project.takes] == [take.name for take in before]
    assert opened.project.takes[0].starred is since


def test_the_inspector_takes_over_a_takes_settings(takes, window, opened):
    inspector = window.inspector
    inspector.seed.setValue(99)
    inspector.steps.setValue(3)
    inspector.scales["strength", Group.POSE].set_value(0.25)
    assert inspector.take_settings.strength.pose == 0.25
    inspector.reuse.click()
    assert (inspector.seed.value(), inspector.steps.value()) == (6, 10)
    assert inspector.take_settings == opened.take.settings
    assert inspector.lock.isChecked()


def test_a_scale_goes_back_to_what_is_usual_and_says_its_name_on_the_command_line(window):
    scale = window.inspector.scales["temperature", Group.POSE]
    assert scale.back.isHidden()
    scale.set_value(0.3)
    assert not scale.back.isHidden()
    scale.back.click()
    assert scale.value == 1.1
    assert scale.back.isHidden()
    assert "--temperature pose=" in scale._field.toolTip()


def test_takes_of_other_settings_are_parted_and_say_what_is_unusual(takes, opened, qtbot):
    clear = TakeSettings(strength=ByGroup(lips=1.2))
    opened.generate(clear, 9, count=2)
    qtbot.waitUntil(lambda: len(opened.project.takes) == 4)
    assert [bool(takes.list.item(row).data(BEGINS)) for row in range(4)] == [False, False, True, False]
    assert takes.list.item(2).data(DETAIL).startswith("lips strength 1.2, Seed 9")


def test_without_a_second_take_the_menu_says_what_is_missing(window, opened, qtbot):
    opened.generate(TakeSettings(), 5)
    qtbot.waitUntil(lambda: opened.take is not None)
    menu = TakeMenu(opened.project, window.takes)
    assert menu.actions()[0].text() == "Mixing needs a second take"
    assert not any(action.menu().isEnabled() for action in menu.actions()[2:])


def test_a_seed_that_a_take_has_is_not_offered_again(window, opened, qtbot):
    """Generate after opening the sample made the sample's own take once more."""
    inspector = window.inspector
    for seed, locked in ((5, False), (7, True)):
        inspector.lock.setChecked(locked)
        inspector.seed.setValue(seed)
        opened.generate(TakeSettings(), seed)
        qtbot.waitUntil(lambda made=seed: made in {take.seed for take in opened.project.takes})
        assert (inspector.seed.value() == seed) is locked
