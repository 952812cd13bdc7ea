"""Sliders, expressions, eyes and the list of edits do what they say, and each can be undone as one step."""

import json
from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog, QMenu

from dimitra_studio.core.motion import MotionSequence
from dimitra_studio.core.timebase import OPEN_END, TimeRange
from dimitra_studio.editing.blending import BlendToTake
from dimitra_studio.editing.edits import Edit
from dimitra_studio.editing.eyes import LIDS
from dimitra_studio.editing.macros import BY_ID, MACROS, channel_of
from dimitra_studio.editing.shaping import Offset
from dimitra_studio.engine.renderers import WARP, RendererName, Rendering
from dimitra_studio.project.commands import AddTake, DeleteTake
from dimitra_studio.project.document import TakeSettings
from dimitra_studio.project.edit_commands import AddEdit, ReplaceBase
from dimitra_studio.studio.edits.hand import MOODS
from dimitra_studio.studio.jobs import Surroundings
from dimitra_studio.studio.notices import Level, Place

PART = TimeRange(0.8, 1.2)
SMILE = channel_of("mouthSmileLeft")


@pytest.fixture
def panel(window, opened, qtbot):
    opened.generate(TakeSettings(), 1)
    qtbot.waitUntil(lambda: opened.take is not None)
    window.docks.bring_up("edits")
    qtbot.waitUntil(window.edits.isVisible)
    return window.edits


@pytest.fixture
def edits(panel, opened):
    """What the take has now."""
    return lambda: opened.take.edits


def smile_at(session, frame: int) -> float:
    return float(session.shown.motion.values[frame, SMILE] - session.take.motion.values[frame, SMILE])


def drag(slider, *shares: float) -> None:
    """The mouse goes through places along a slider, shares of its width."""
    places = [QPoint(round(share * (slider.width() - 1)), slider.height() // 2) for share in shares]
    QTest.mousePress(slider, Qt.MouseButton.LeftButton, pos=places[0])
    for place in places:
        QTest.mouseMove(slider, place)
    QTest.mouseRelease(slider, Qt.MouseButton.LeftButton, pos=places[-1])


def click_row(panel, row: int) -> None:
    panel.pages.setCurrentIndex(2)
    tree = panel.list.tree
    place = tree.visualItemRect(tree.topLevelItem(row)).center()
    QTest.mouseClick(tree.viewport(), Qt.MouseButton.LeftButton, pos=place)


def test_every_macro_has_its_slider_with_a_name_and_a_tip(panel):
    assert set(panel.sliders.faders) == {macro.id for macro in MACROS}
    for macro_id, fader in panel.sliders.faders.items():
        assert fader.slider.accessibleName() == fader.field.accessibleName() == BY_ID[macro_id].title
        assert "Double click" in fader.slider.toolTip()
        assert not fader.back.isVisible()


def test_a_drag_is_one_step_and_the_face_follows(panel, edits, opened):
    fader = panel.sliders.faders["smile"]
    drag(fader.slider, 0.5, 0.6, 0.7, 0.8)
    (edit,) = edits()
    assert edit.title == "Smile"
    assert edit.span == TimeRange(0.0, OPEN_END)
    assert smile_at(opened, 25) == pytest.approx(0.35 * fader.value, abs=1e-4)
    assert fader.value > 0.3
    opened.undo()
    assert not edits()
    assert fader.value == 0


def test_a_press_beside_the_handle_goes_there(panel):
    fader = panel.sliders.faders["brows"]
    drag(fader.slider, 0.25)
    assert fader.value == pytest.approx(-0.6, abs=0.1)  # the handle has a width


def test_a_drag_there_and_back_leaves_nothing(panel, edits, opened):
    before = opened.undo_title
    drag(panel.sliders.faders["nod"].slider, 0.5, 0.9, 0.5)
    assert not edits()
    assert opened.undo_title == before


def test_a_drag_through_the_rest_leaves_the_edit_in_its_place(panel, edits):
    panel.hand.turn(BY_ID["smile"], 0.5)
    panel.hand.turn(BY_ID["lead"], 40)
    drag(panel.sliders.faders["smile"].slider, 0.75, 0.5, 0.3)
    assert [edit.title for edit in edits()] == ["Smile", "Lips Lead"]
    assert panel.sliders.faders["smile"].value < -0.2


def test_double_click_button_and_field_put_a_slider_back_or_anywhere(panel, edits):
    fader = panel.sliders.faders["turn"]
    fader.field.setValue(-7.5)
    assert BY_ID["turn"].value_in(edits()) == pytest.approx(-7.5)
    QTest.mouseDClick(fader.slider, Qt.MouseButton.LeftButton)
    assert not edits()
    fader.field.setValue(4)
    fader.back.click()
    assert not edits()
    assert fader.value == 0


def test_a_held_key_is_one_step(panel, edits, opened):
    slider = panel.sliders.faders["tilt"].slider
    slider.setFocus()
    QTest.keyPress(slider, Qt.Key.Key_Right)
    slider.setValue(slider.value() + 1)  # as a key that repeats does
    QTest.keyRelease(slider, Qt.Key.Key_Right)
    assert panel.sliders.faders["tilt"].value == 1.0
    opened.undo()
    assert not edits()


def test_what_is_selected_in_the_timeline_is_changed_alone(panel, edits, opened):
    fader = panel.sliders.faders["smile"]
    fader.field.setValue(20)
    opened.select(PART)
    assert "0.80 to 1.20 s" in panel.scope.text()
    assert fader.value == 0
    fader.field.setValue(100)
    assert [edit.span for edit in edits()] == [TimeRange(0.0, OPEN_END), PART]
    assert smile_at(opened, 25) == pytest.approx(0.35 * 1.2, abs=1e-4)
    assert smile_at(opened, 5) == pytest.approx(0.35 * 0.2, abs=1e-4)
    opened.select(None)
    assert fader.value == pytest.approx(0.2)
    opened.select(TimeRange(0.0, 99.0))
    assert not panel.hand.is_part


def test_what_lies_on_the_whole_take_grows_with_it(panel, edits, opened):
    fader = panel.sliders.faders["smile"]
    fader.field.setValue(50)
    panel.hand.wear(MOODS[0])
    short = opened.shown.motion.values - opened.take.motion.values
    base = opened.take.motion
    longer = MotionSequence(np.concatenate((base.values, base.values)), base.fps, base.face_model)
    opened.do(ReplaceBase(opened.take.id, longer, opened.take.recipe))
    np.testing.assert_allclose(opened.shown.motion.values - longer.values, np.tile(short, (2, 1)), atol=1e-5)
    assert np.abs(short).min(axis=0).max() > 0.1
    assert fader.value == 0.5
    assert panel.hand.mood == MOODS[0]
    assert [panel.list.tree.topLevelItem(row).text(2) for row in range(2)] == ["All", "All"]


def test_lips_lead_the_voice_by_milliseconds(panel, opened):
    panel.sliders.faders["lead"].field.setValue(80)
    shown, made = opened.shown.motion.values, opened.take.motion.values
    np.testing.assert_allclose(shown[10, 0], made[12, 0], atol=1e-5)


def test_expressions_take_each_others_place_and_come_off(panel, edits):
    for mood in MOODS:
        panel.moods.buttons[mood].click()
        assert [edit.title for edit in edits()] == [mood]
        assert [each for each, button in panel.moods.buttons.items() if button.isChecked()] == [mood]
    panel.moods.buttons[MOODS[-1]].click()
    assert not edits()
    assert panel.hand.mood == ""


def test_expressions_show_the_users_face_once_they_are_looked_at(panel, qtbot):
    assert not panel.moods._faces.pictures
    panel.pages.setCurrentIndex(1)
    qtbot.waitUntil(lambda: len(panel.moods._faces.pictures) == len(MOODS))


def test_eyes_blink_look_and_stay(panel, edits, opened):
    opened.seek(1.0)
    panel.eyes["blink"].click()
    assert opened.shown.motion.values[25, LIDS[0]] == 1
    panel.eyes["no_blinks"].click()
    assert opened.shown.motion.values[25, LIDS[0]] == 0
    opened.select(PART)
    panel.eyes["look_left"].click()
    left = channel_of("eyeLookInLeft")
    assert opened.shown.motion.values[25, left] > 0.3
    panel.eyes["look_right"].click()
    assert opened.shown.motion.values[25, left] == 0
    panel.eyes["steady_gaze"].click()
    assert [edit.title for edit in edits()] == ["Blink", "No Blink", "Look", "Look", "Steady Gaze"]


def test_at_the_end_of_the_take_eyes_still_have_time(panel, edits, opened):
    opened.seek(99.0)
    panel.hand.blink()
    panel.hand.look_left()
    assert all(edit.span.start < opened.take.motion.duration for edit in edits())


def test_the_list_tells_what_is_there_and_selects_its_time(panel, opened):
    assert not panel.list.empty.isHidden()
    panel.hand.turn(BY_ID["smile"], 1.0)
    opened.select(PART)
    panel.hand.look_left()
    opened.select(None)
    tree = panel.list.tree
    rows = [[tree.topLevelItem(row).text(column) for column in range(3)] for row in range(2)]
    assert rows == [["Look", "Face", "0.80–1.20 s"], ["Smile", "Lips + Face", "All"]]
    assert panel.pages.tabText(2) == "List (2)"
    assert panel.list.empty.isHidden()
    click_row(panel, 0)
    assert opened.selection == PART
    click_row(panel, 1)
    assert opened.selection is None


def test_an_open_edit_that_begins_later_selects_no_more_than_the_take(panel, opened):
    opened.do(AddEdit(opened.take.id, Edit("e", Offset((0.1,)), (0,), TimeRange(0.4, OPEN_END))))
    click_row(panel, 0)
    assert opened.selection == TimeRange(0.4, 2.0)


def test_edits_are_muted_weighed_renamed_moved_and_removed(panel, edits, opened):
    panel.hand.turn(BY_ID["smile"], 1.0)
    panel.hand.turn(BY_ID["lead"], 40)
    tree = panel.list.tree
    click_row(panel, 1)
    tree.topLevelItem(1).setCheckState(0, Qt.CheckState.Unchecked)
    assert edits()[0].muted
    assert smile_at(opened, 25) == 0
    tree.topLevelItem(1).setCheckState(0, Qt.CheckState.Checked)
    drag(panel.list.strength.slider, 0.5, 0.4, 0.25)
    assert smile_at(opened, 25) == pytest.approx(0.35 * edits()[0].amount, abs=1e-4)
    assert 0.4 < edits()[0].amount < 0.6
    opened.undo()
    assert edits()[0].amount == 1
    tree.topLevelItem(1).setText(0, "Warmer")
    assert edits()[0].title == "Warmer"
    tree.topLevelItem(1).setText(0, " ")  # a name is not nothing
    assert tree.topLevelItem(1).text(0) == edits()[0].title == "Warmer"
    panel.list.up.click()
    assert [edit.title for edit in edits()] == ["Lips Lead", "Warmer"]
    assert not panel.list.up.isEnabled()
    panel.list.down.click()
    assert [edit.title for edit in edits()] == ["Warmer", "Lips Lead"]
    panel.list.remove.click()
    assert [edit.title for edit in edits()] == ["Lips Lead"]
    tree.selectAll()
    panel.list.remove.click()
    assert not edits()


@pytest.fixture
def pair(panel, opened, qtbot):
    """The take that is shown, and another."""
    first = opened.take
    opened.generate(TakeSettings(), 2)
    qtbot.waitUntil(lambda: len(opened.project.takes) == 2)
    opened.select_take(first.id)
    return first, next(take for take in opened.project.takes if take.id != first.id)


def test_an_edit_that_leads_a_take_back_to_itself_is_refused_with_a_notice(panel, pair, opened):
    first, other = pair
    opened.do(AddEdit(first.id, Edit("b", BlendToTake(other.id), (0,), PART)))
    before = opened.project
    opened.do(AddEdit(other.id, Edit("c", BlendToTake(first.id), (0,), PART)))
    assert opened.project is before
    assert f"is made of {other.name} itself" in opened.notices[-1].text
    assert opened.notices[-1].place is Place.EDITS
    circle = replace(other, edits=(Edit("c", BlendToTake(first.id), (0,), PART),))
    opened.do(DeleteTake(other.id))
    opened.do(AddTake(circle))  # as a file of a stranger's may hold it
    opened.select_take(first.id)
    assert "does nothing: the take that it leads to is made of this one" in panel.list.problem.text()


def test_a_take_is_blended_to_another_from_the_menu(panel, pair, opened, window):
    first, other = pair
    opened.do(AddEdit(other.id, Edit("o", Offset((0.5,)), (SMILE,), PART)))
    window.actions_by_id["edit_blend"].trigger()
    (menu,) = (each for each in panel.findChildren(QMenu) if each.isVisible())
    assert [action.text() for action in menu.actions() if action.isEnabled() and action.text()] == [other.name]
    menu.actions()[-1].trigger()
    menu.close()
    assert smile_at(opened, 25) == pytest.approx(0.5)
    assert panel.list.tree.topLevelItem(0).text(0) == opened.undo_title == f"Blend to {other.name}"
    opened.select_take(other.id)
    before = opened.project
    panel.build_blends().actions()[-1].trigger()
    assert opened.project is before
    assert f"is made of {other.name} itself" in opened.notices[-1].text
    opened.do(DeleteTake(first.id))
    assert [action.isEnabled() for action in panel.build_blends().actions() if action.text()] == [False]


def test_a_take_stays_as_it_is_when_one_that_it_is_blended_to_is_deleted(panel, pair, opened):
    first, other = pair
    opened.do(AddEdit(other.id, Edit("o", Offset((0.5,)), (0,), PART)))
    opened.do(AddEdit(first.id, Edit("b", BlendToTake(other.id), (0,), PART)))
    before = opened.shown.motion.values
    opened.select_take(other.id)
    opened.delete_take()
    assert opened.notices[-1].text == f"{other.name} was deleted. {first.name}: what came of it is kept there."
    opened.select_take(first.id)
    assert opened.shown.motion.values.tobytes() == before.tobytes()
    assert panel.list.problem.isHidden()
    assert panel.list.tree.topLevelItem(0).text(0) == f"Kept of {other.name}"
    opened.undo()
    assert len(opened.project.takes) == 2
    assert isinstance(opened.project.find_take(first.id).edits[0].operation, BlendToTake)


def test_an_edit_whose_other_take_is_gone_says_so(panel, pair, opened):
    first, other = pair
    opened.do(AddEdit(first.id, Edit("b", BlendToTake(other.id), (0,), PART)))
    assert panel.list.problem.isHidden()
    opened.do(DeleteTake(other.id))
    assert "does nothing: the take that it leads to was deleted" in panel.list.problem.text()
    assert not panel.list.problem.isHidden()


def test_presets_are_saved_and_applied(panel, edits, opened, tmp_path, monkeypatch):
    path = tmp_path / "warm.json"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(path.with_suffix("")), ""))
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: (str(path), ""))
    panel.hand.turn(BY_ID["smile"], 1.0)
    panel.hand.turn(BY_ID["nod"], 5.0)
    click_row(panel, 1)
    panel.list.save.click()
    assert [edit["name"] for edit in json.loads(path.read_text())["edits"]] == ["Smile"]
    assert panel.notices.notices[-1].text == "warm.json holds 1 edit."
    opened.select(PART)
    panel.list.apply.click()
    assert [edit.title for edit in edits()] == ["Smile", "Nod", "Smile"]
    assert edits()[-1].span == PART
    assert opened.undo_title == "Apply warm"


def test_what_is_no_preset_is_told_in_the_panel(panel, edits, opened, tmp_path, monkeypatch):
    path = tmp_path / "broken.json"
    path.write_text("{")
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: (str(path), ""))
    panel.apply_preset()
    (notice,) = panel.notices.notices
    assert notice.level is Level.ERROR
    assert notice.place is Place.EDITS
    assert "broken.json is not a preset" in notice.text
    assert not edits()


def test_without_a_take_nothing_can_be_changed(window, opened):
    panel = window.edits
    assert not panel.sliders.isEnabled()
    assert "generate one" in panel.scope.text()
    panel.hand.blink()
    panel.hand.wear("Happy")
    panel.hand.turn(BY_ID["smile"], 1.0)
    panel.save_preset()
    panel.apply_preset()
    assert opened.take is None


def test_a_slider_that_is_disabled_while_it_is_dragged_lets_go(panel, opened):
    fader = panel.sliders.faders["smile"]
    QTest.mousePress(fader.slider, Qt.MouseButton.LeftButton, pos=QPoint(10, fader.slider.height() // 2))
    opened.delete_take()
    assert not panel.sliders.isEnabled()
    opened.undo()
    assert opened.take is not None


def test_esc_gives_a_slider_back_as_it_was(panel, edits, opened):
    panel.hand.turn(BY_ID["smile"], 0.3)
    opened.undo()
    before, fader = edits(), panel.sliders.faders["smile"]
    slider, middle = fader.slider, fader.slider.height() // 2
    QTest.mousePress(slider, Qt.MouseButton.LeftButton, pos=QPoint(slider.width() // 2, middle))
    QTest.mouseMove(slider, QPoint(slider.width() - 5, middle))
    assert len(edits()) == 1
    QTest.keyClick(slider.window().windowHandle(), Qt.Key.Key_Escape)
    assert (edits(), fader.value, slider.value()) == (before, 0.0, 0)
    QTest.mouseMove(slider, QPoint(3, middle))  # the hand goes on, with the button down
    QTest.mouseRelease(slider, Qt.MouseButton.LeftButton, pos=QPoint(3, middle))
    assert edits() == before
    assert not opened.undo_title.endswith("Smile")
    opened.redo()
    assert fader.value == pytest.approx(0.3)
    drag(slider, 0.5, 0.9)  # and it can be dragged again
    assert fader.value > 0.5


def test_the_picture_follows_the_hand_quickly_and_is_drawn_well_when_it_rests(panel, window, opened, qtbot):
    slow = Rendering(RendererName.PIRENDERER, models=("slow",))
    opened.tell_surroundings(Surroundings("cpu", "", "", slow))
    source, fader = window.preview.source, panel.sliders.faders["smile"]
    qtbot.waitUntil(lambda: source.scene.rendering == slow and window.preview.is_drawn)
    slider, middle = fader.slider, fader.slider.height() // 2
    QTest.mousePress(slider, Qt.MouseButton.LeftButton, pos=QPoint(slider.width() // 2, middle))
    QTest.mouseMove(slider, QPoint(slider.width() - 5, middle))
    assert source.scene.rendering == WARP
    qtbot.waitUntil(lambda: "quick" in window.preview.view._aside)
    QTest.mouseRelease(slider, Qt.MouseButton.LeftButton, pos=QPoint(slider.width() - 5, middle))
    assert source.scene.rendering == slow
    qtbot.waitUntil(lambda: window.preview.is_drawn and not window.preview.view._aside)


def test_the_strip_of_film_waits_until_the_hand_lets_go(panel, window, opened, monkeypatch):
    looks = []
    monkeypatch.setattr(window.timeline._film, "refresh", lambda: looks.append(opened.in_gesture))
    drag(panel.sliders.faders["smile"].slider, 0.5, 0.7, 0.9)
    assert looks == [False]


def test_a_takes_picture_is_drawn_anew_when_the_hand_rests(panel, window, opened, qtbot):
    pictures = window.takes._thumbnails
    qtbot.waitUntil(lambda: pictures.of(opened.take) is not None)
    before = pictures.of(opened.take)
    for value in (0.2, 0.6, 1.0):
        panel.hand.turn(BY_ID["open"], value)
        assert pictures.of(opened.take) is before
    qtbot.waitUntil(lambda: pictures.of(opened.take) is not before)
    assert before.toImage().pixelColor(1, 1) != pictures.of(opened.take).toImage().pixelColor(1, 1)
