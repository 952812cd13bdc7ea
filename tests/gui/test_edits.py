"""An edit of a take is seen everywhere, saved and exported; undo takes it back."""

import numpy as np
import pytest

from dimitra_studio.core.events import finish
from dimitra_studio.core.timebase import TimeRange
from dimitra_studio.editing.blending import BlendToNeutral
from dimitra_studio.editing.edits import Edit
from dimitra_studio.editing.macros import BY_ID
from dimitra_studio.editing.shaping import Offset
from dimitra_studio.export.motion_files import load_motion
from dimitra_studio.project.document import TakeSettings
from dimitra_studio.project.edit_commands import AddEdit, ReplaceBase, ReplaceEdit
from dimitra_studio.studio.jobs import export_motion

SPAN = TimeRange(1.0, 2.0)


@pytest.fixture
def take(opened, qtbot):
    opened.generate(TakeSettings(), 1)
    qtbot.waitUntil(lambda: opened.take is not None)
    return opened.take


def raised(by: float) -> Edit:
    return Edit("e", Offset((by,)), (0,), SPAN)


class NoLoader:
    """Motion files need no models."""


def last_red(window, qtbot) -> int:
    film = window.timeline._film
    qtbot.waitUntil(lambda: film.picture(1.9, 40) is not None)
    return film.picture(1.9, 40).pixelColor(1, 1).red()


def test_an_edit_is_seen_and_undone(window, take, opened, qtbot):
    before = last_red(window, qtbot)
    opened.do(AddEdit(take.id, raised(-0.5)))
    assert last_red(window, qtbot) == pytest.approx(before - 50, abs=2)
    assert opened.take.motion is take.motion
    np.testing.assert_allclose(opened.shown.motion.values[30, 0], take.motion.values[30, 0] - 0.5)
    opened.undo()
    assert opened.shown is opened.take is take
    assert last_red(window, qtbot) == before


def test_timeline_and_preview_look_at_the_edited_take(window, take, opened, monkeypatch):
    given = []
    monkeypatch.setattr(window.timeline.timeline, "set_motion", lambda motion, _ghost: given.append(motion))
    opened.do(AddEdit(take.id, raised(0.25)))
    assert given[-1] is opened.shown.motion


def test_a_drag_of_a_slider_is_one_step(window, take, opened):
    smile = BY_ID["smile"]
    opened.do(AddEdit(take.id, smile.edit(0.0, SPAN)))
    opened.begin_gesture()
    for step in range(1, 5):
        opened.do(ReplaceEdit(take.id, smile.edit(step / 4, SPAN)))
    opened.end_gesture()
    assert smile.value_in(opened.take.edits) == 1
    assert opened.undo_title == "Change Smile"
    opened.undo()
    assert smile.value_in(opened.take.edits) == 0


def test_the_face_at_rest_is_the_portraits(take, opened):
    opened.do(AddEdit(take.id, Edit("n", BlendToNeutral(), (0,), SPAN)))
    assert opened.shown.motion.values[30, 0] == opened.media.sitter.fit.expression[0]


def test_what_is_exported_is_edited_and_says_so(window, take, opened, tmp_path, qtbot):
    opened.do(AddEdit(take.id, raised(0.5)))
    subject = window._exports.subject()
    assert subject.take is opened.shown
    path = tmp_path / "out.npz"
    finish(export_motion(path, subject.take, None, NoLoader()))
    kept = load_motion(path)
    np.testing.assert_array_equal(kept.motion.values, opened.shown.motion.values)
    assert kept.meta["edits"] == ["Offset"]


def test_a_take_made_anew_keeps_its_edits(take, opened):
    opened.do(AddEdit(take.id, raised(0.5)))
    opened.do(ReplaceBase(take.id, opened.take.motion.cut(range(40)), {}))
    assert len(opened.shown.motion) == 40
    assert opened.transport.duration == pytest.approx(max(40 / 25, opened.media.voice.seconds))
    assert opened.shown.motion.values[30, 0] == opened.take.motion.values[30, 0] + np.float32(0.5)


def test_edits_are_saved_and_come_back(take, opened, tmp_path, qtbot):
    opened.do(AddEdit(take.id, raised(0.5)))
    path = tmp_path / "edited.dimitra"
    opened.save(path)
    qtbot.waitUntil(lambda: opened.is_saved)
    opened.undo()
    opened.open_project(path)
    qtbot.waitUntil(lambda: opened.take is not None and opened.take is not take and bool(opened.take.edits))
    assert opened.take.edits == (raised(0.5),)
