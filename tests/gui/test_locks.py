"""A locked curve stays as it is, whichever way one changes the take, and it is told."""

import json

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog

from dimitra_studio.core.channels import Group
from dimitra_studio.core.events import Progress
from dimitra_studio.core.motion import MotionSequence
from dimitra_studio.core.timebase import TimeRange
from dimitra_studio.editing.blending import BlendToTake
from dimitra_studio.editing.edits import Edit
from dimitra_studio.editing.macros import BY_ID, channel_of
from dimitra_studio.editing.shaping import MirrorFace, Offset
from dimitra_studio.engine.pipeline import Take as MadeTake
from dimitra_studio.project.document import TakeSettings
from dimitra_studio.project.edit_commands import AddEdit
from dimitra_studio.studio import jobs
from dimitra_studio.studio.settings import LOCKED_CURVES

SMILE, JAW, LID, YAW = (channel_of(name) for name in ("mouthSmileLeft", "jawOpen", "eyeBlinkLeft", "yaw"))


@pytest.fixture
def panel(window, opened, qtbot):
    opened.generate(TakeSettings(), 1)
    qtbot.waitUntil(lambda: opened.take is not None)
    window.docks.bring_up("edits")
    qtbot.waitUntil(window.edits.isVisible)
    return window.edits


def lock(session, *channels: int) -> None:
    session.settings.set(LOCKED_CURVES, ",".join(map(str, channels)))


def curve(session, channel: int) -> bytes:
    return session.shown.motion.values[:, channel].tobytes()


def told(session) -> str:
    return session.notices[-1].text


def test_a_slider_moves_the_channels_that_are_not_locked(panel, opened):
    fader = panel.sliders.faders["smile"]
    fader.field.setValue(20)
    lock(opened, SMILE)
    before = curve(opened, SMILE)
    for value in (40, 60, 100):
        fader.field.setValue(value)
        assert fader.value == pytest.approx(value / 100)
    assert curve(opened, SMILE) == before
    right = opened.shown.motion.values[25] - opened.take.motion.values[25]
    assert right[channel_of("mouthSmileRight")] == pytest.approx(0.35)
    assert right[SMILE] == pytest.approx(0.07)
    assert told(opened) == "Mouth smile left is locked: it stays as it is until it is unlocked."
    assert [edit.title for edit in opened.take.edits] == ["Smile · locked", "Smile"]
    fader.back.click()
    assert curve(opened, SMILE) == before
    assert fader.value == 0
    opened.undo()
    assert fader.value == 1


def test_a_slider_whose_channels_are_all_locked_goes_back(panel, opened):
    lock(opened, JAW)
    title, fader = opened.undo_title, panel.sliders.faders["open"]
    fader.field.setValue(50)
    assert not opened.take.edits
    assert fader.value == 0
    assert opened.undo_title == title
    assert "Jaw open is locked" in told(opened)


def test_expressions_and_eyes_leave_locked_channels(panel, opened):
    lock(opened, SMILE, LID)
    before = curve(opened, SMILE), curve(opened, LID)
    panel.moods.buttons["Happy"].click()
    assert panel.moods.buttons["Happy"].isChecked()
    panel.hand.blink()
    assert opened.shown.motion.values[0, channel_of("eyeBlinkRight")] == 1
    assert (curve(opened, SMILE), curve(opened, LID)) == before
    assert "Eye blink left" in told(opened)


def test_the_list_of_edits_cannot_take_what_is_locked(panel, opened):
    panel.hand.turn(BY_ID["smile"], 1.0)
    panel.hand.turn(BY_ID["open"], 0.5)
    lock(opened, SMILE, JAW)
    before = curve(opened, SMILE), curve(opened, JAW)
    panel.pages.setCurrentIndex(2)
    tree = panel.list.tree
    place = tree.visualItemRect(tree.topLevelItem(0)).center()
    QTest.mouseClick(tree.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert tree.topLevelItem(0).text(0) == "Open Mouth"
    tree.topLevelItem(0).setCheckState(0, Qt.CheckState.Unchecked)
    assert tree.topLevelItem(0).checkState(0) is Qt.CheckState.Checked
    panel.list.strength.field.setValue(30)
    assert panel.list.strength.value == 1
    tree.selectAll()
    panel.list.remove.click()
    assert [edit.title for edit in opened.take.edits] == ["Smile · locked", "Open Mouth"]
    opened.undo()
    tree.topLevelItem(1).setCheckState(0, Qt.CheckState.Unchecked)  # the list has other rows then
    assert [(edit.title, edit.muted) for edit in opened.take.edits] == [
        ("Smile · locked", False),
        ("Smile", True),
        ("Open Mouth", False),
    ]
    assert (curve(opened, SMILE), curve(opened, JAW)) == before
    lock(opened)
    tree.selectAll()
    panel.list.remove.click()
    assert not opened.take.edits


def drag_face(face, name: str, right: int, down: int) -> None:
    start = next(place for handle, place in face.places().items() if handle.id == name).toPoint()
    QTest.mousePress(face, Qt.MouseButton.LeftButton, pos=start)
    for share in (1, 2):
        QTest.mouseMove(face, start + QPoint(right, down) * share / 2)
    QTest.mouseRelease(face, Qt.MouseButton.LeftButton, pos=start + QPoint(right, down))


def test_a_face_that_is_dragged_moves_what_is_not_locked(panel, window, opened, qtbot):
    lock(opened, YAW, SMILE)
    before = curve(opened, YAW), curve(opened, SMILE)
    window.actions_by_id["on_face"].trigger()
    face = window.on_face.in_preview
    qtbot.waitUntil(lambda: face.isVisible() and bool(face.places()), timeout=20_000)
    drag_face(face, "nose", 6, 6)
    assert opened.take.edits[0].channels == (channel_of("pitch"),)
    assert "Turn is locked" in told(opened)
    drag_face(face, "corner_left", 6, 0)
    assert len(opened.take.edits) == 2  # by others than the smile
    assert "Mouth smile left is locked" in told(opened)
    assert (curve(opened, YAW), curve(opened, SMILE)) == before


def test_a_preset_leaves_locked_channels(panel, opened, tmp_path, monkeypatch):
    path = tmp_path / "warm.json"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(path), ""))
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: (str(path), ""))
    panel.hand.turn(BY_ID["smile"], 1.0)
    panel.save_preset()
    assert json.loads(path.read_text())
    panel.remove_edit()
    lock(opened, SMILE)
    before = curve(opened, SMILE)
    panel.apply_preset()
    assert SMILE not in opened.take.edits[-1].channels
    assert curve(opened, SMILE) == before


def test_what_a_locked_curve_mirrors_is_kept_as_well(panel, opened):
    right = channel_of("mouthSmileRight")
    opened.do(AddEdit(opened.take.id, Edit("m", MirrorFace(), (SMILE,), TimeRange(0, 2))))
    lock(opened, SMILE)
    before = curve(opened, SMILE)
    opened.do(AddEdit(opened.take.id, Edit("o", Offset((0.3,)), (right,), TimeRange(0, 2)), 0))
    assert curve(opened, SMILE) == before
    notice = opened.notices[-1]
    assert notice.text.startswith("Mouth smile left is locked")
    assert notice.hint == "A locked curve mirrors Mouth smile right."


def test_a_take_that_is_blended_in_stays_when_it_is_deleted(panel, opened, qtbot):
    first = opened.take
    opened.generate(TakeSettings(), 2)
    qtbot.waitUntil(lambda: len(opened.project.takes) == 2)
    other = opened.take
    panel.hand.turn(BY_ID["open"], 0.5)
    opened.select_take(first.id)
    opened.do(AddEdit(first.id, Edit("b", BlendToTake(other.id), (JAW,), TimeRange(0, 2))))
    lock(opened, JAW)
    before = opened.shown.motion.values[:, JAW].copy()
    opened.select_take(other.id)
    opened.delete_take()
    np.testing.assert_allclose(opened.shown.motion.values[:, JAW], before, atol=1e-6)


def test_what_is_made_anew_keeps_locked_channels(panel, opened, qtbot, monkeypatch):
    asked = []

    def rewrite_part(request, part, sitter, voice, _loader):
        asked.append(part)
        yield Progress("motion", 0, 1)
        return MadeTake(sitter, voice, MotionSequence(part.take.motion.values + np.float32(0.1)), part.take.recipe)

    monkeypatch.setattr(jobs, "rewrite_part", rewrite_part)
    lock(opened, JAW)
    before = curve(opened, JAW)
    opened.regenerate((TimeRange(0.4, 0.8),), (Group.LIPS,), [3])
    assert "Jaw open is locked" in told(opened)
    qtbot.waitUntil(lambda: opened.alternatives.audition is not None and bool(opened.alternatives.audition.made))
    assert curve(opened, JAW) == before
    assert opened.shown.motion.values[12, JAW + 1] == pytest.approx(0.1)
    opened.alternatives.keep()
    assert curve(opened, JAW) == before
    assert opened.take.motion.values[12, JAW + 1] == pytest.approx(0.1)
    lock(opened, *range(Group.LIPS.width))
    opened.regenerate((TimeRange(0.4, 0.8),), (Group.LIPS,), [4])
    assert len(asked) == 1
    assert opened.alternatives.audition is None
