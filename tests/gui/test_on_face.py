"""Places on the face are dragged in the preview and on the 3D head, by mouse and by keys; each drag is one step."""

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from dimitra_studio.core.timebase import TimeRange
from dimitra_studio.editing.macros import BY_ID, channel_of
from dimitra_studio.project.document import TakeSettings
from dimitra_studio.project.edit_commands import ReplaceEdit
from dimitra_studio.studio.edits.face_points import HANDLES
from dimitra_studio.studio.viewport.orbit import Orbit

PART = TimeRange(0.8, 1.2)
SMILE, YAW, PITCH = (channel_of(name) for name in ("mouthSmileLeft", "yaw", "pitch"))


def handle(name: str):
    return next(each for each in HANDLES if each.id == name)


@pytest.fixture
def take(window, opened, qtbot):
    opened.generate(TakeSettings(), 1)
    qtbot.waitUntil(lambda: opened.take is not None and window.preview.is_drawn)
    opened.seek(1.0)
    return opened.take


@pytest.fixture
def edits(opened, take):
    """What the take has now."""
    return lambda: opened.take.edits


@pytest.fixture
def face(take, window, qtbot):
    """The places on the face in the preview, known."""
    window.actions_by_id["on_face"].trigger()
    face = window.on_face.in_preview
    qtbot.waitUntil(lambda: face.isVisible() and len(face.places()) == len(HANDLES), timeout=20_000)
    return face


@pytest.fixture
def on_head(face, window, qtbot):
    """The same on the 3D head."""
    window.docks.bring_up("viewport")
    qtbot.waitUntil(lambda: window.on_face.on_head is not None, timeout=20_000)
    view = window.head.view
    qtbot.waitUntil(lambda: bool(view.problem) or (view.is_drawn and view.level == 0), timeout=20_000)
    if view.problem:
        pytest.skip(view.problem)  # no OpenGL here: the view shows that sentence, and has no places
    return window.on_face.on_head


@pytest.fixture(params=["face", "on_head"])
def anywhere(request):
    """The places in each of the views."""
    return request.getfixturevalue(request.param)


def press(face, place, modifier=Qt.KeyboardModifier.NoModifier) -> None:
    QTest.mousePress(face, Qt.MouseButton.LeftButton, modifier, place)


def move(face, place) -> None:
    """With the button down."""
    none, left = Qt.MouseButton.NoButton, Qt.MouseButton.LeftButton
    where = QPointF(place), QPointF(face.mapToGlobal(place))
    QApplication.sendEvent(face, QMouseEvent(QEvent.Type.MouseMove, *where, none, left, Qt.KeyboardModifier.NoModifier))


def release(face, place) -> None:
    QTest.mouseRelease(face, Qt.MouseButton.LeftButton, pos=place)


def pull(face, name: str, *ways: tuple[int, int]) -> None:
    """Drags a place along, px from where it is."""
    start = face.places()[handle(name)].toPoint()
    press(face, start)
    for right, down in ways:
        move(face, start + QPoint(right, down))
    release(face, start + QPoint(*ways[-1]))


def key(window, *keys, modifier=Qt.KeyboardModifier.NoModifier) -> None:
    """As from the keyboard: to whatever has the focus."""
    for each in keys:
        QTest.keyClick(window.windowHandle(), each, modifier)


def test_a_place_that_is_dragged_becomes_keys_at_the_playhead_in_one_step(anywhere, edits, opened):
    before = opened.take.motion.values
    pull(anywhere, "nose", (4, 0), (10, 0))
    (edit,) = edits()
    assert edit.title == "Head"
    assert edit.span.start == pytest.approx(1.0)
    turned = opened.shown.motion.values[:, YAW] - before[:, YAW]
    assert turned[25] > 0.02
    assert 0 < turned[28] < turned[25]
    assert not turned[40:].any()
    opened.undo()
    assert not edits()


@pytest.mark.parametrize("way", [(0, 4), (0, 9)])
def test_a_place_goes_where_it_was_dragged(anywhere, way):
    start = anywhere.places()[handle("chin")]
    pull(anywhere, "chin", way)
    end = anywhere.places()[handle("chin")] - start
    assert (end.x(), end.y()) == pytest.approx(way, abs=1.5)


def test_from_the_side_a_place_goes_where_it_is_seen_to_go(on_head, window, edits, opened):
    window.head.view.set_orbit(Orbit(azimuth=np.pi / 2))
    before = on_head.places()
    pull(on_head, "nose", (0, 12))
    assert on_head.places()[handle("nose")].y() - before[handle("nose")].y() == pytest.approx(12, abs=3)
    moved = opened.shown.motion.values[25] - opened.take.motion.values[25]
    assert abs(moved[PITCH]) > 10 * abs(moved[YAW])


def test_from_the_side_the_jaw_goes_forward_and_not_to_both_sides(on_head, window, edits):
    window.head.view.set_orbit(Orbit(azimuth=np.pi / 2))
    jaw = {channel_of(name): name for name in handle("chin").names}
    pull(on_head, "chin", (-2, 7))  # the picture's left is where the face looks
    assert {jaw[channel] for channel in edits()[0].channels} == {"jawOpen", "jawForward"}


def test_places_on_the_far_side_of_the_head_are_out_of_reach(on_head, window):
    view = window.head.view
    assert set(on_head.places()) == set(HANDLES)
    view.set_orbit(Orbit(azimuth=np.pi / 2))
    seen = {each.id for each in on_head.places()}
    assert {"corner_left", "lid_left", "nose"} <= seen
    assert not seen & {"corner_right", "lid_right", "brow_outer_right"}
    view.set_orbit(Orbit(azimuth=np.pi))
    assert not on_head.places()


def test_places_lie_on_the_head_that_is_drawn(on_head, window):
    """The points of the 3D view, drawn by VTK, are where the places are."""
    view = window.head.view
    head = view._head
    for orbit in (Orbit(), Orbit(0.5, 0.3, 1.6, 0.2, -0.1)):
        view.set_orbit(orbit)
        view.repaint()
        renderer = view._scene._current.renderer
        points = head.landmarks(view._surface(view._motion))
        ratio = view.devicePixelRatioF()
        for each, place in on_head.places().items():
            renderer.SetWorldPoint(*points[each.landmark].tolist(), 1.0)
            renderer.WorldToDisplay()
            x, y, _ = renderer.GetDisplayPoint()
            assert (place.x(), place.y()) == pytest.approx((x / ratio, view.height() - y / ratio), abs=3.0)


def test_beside_the_places_and_with_a_modifier_the_head_is_turned(on_head, window, edits):
    view = window.head.view
    nose = on_head.places()[handle("nose")].toPoint()
    for place, modifier, count in (
        (QPoint(3, 3), Qt.KeyboardModifier.NoModifier, 1),
        (nose, Qt.KeyboardModifier.AltModifier, 2),
    ):
        before = view.orbit
        press(on_head, place, modifier)
        move(on_head, place + QPoint(30, 0))
        assert view.cursor().shape() is Qt.CursorShape.ClosedHandCursor
        move(on_head, nose + QPoint(1, 1))  # over a place: the head goes on turning
        release(on_head, place)
        assert view.orbit.azimuth != before.azimuth, count
        view.set_orbit(before)
    assert view.cursor().shape() is Qt.CursorShape.OpenHandCursor
    assert not edits()


def test_the_cursor_tells_a_place_from_the_head(on_head, window):
    QTest.mouseMove(on_head, on_head.places()[handle("chin")].toPoint())
    assert on_head.cursor().shape() is Qt.CursorShape.SizeAllCursor
    QTest.mouseMove(on_head, QPoint(3, 3))
    assert on_head.cursor().shape() is Qt.CursorShape.OpenHandCursor


def test_esc_gives_a_drag_back_as_it_was(anywhere, window, edits, opened):
    window.edits.hand.turn(BY_ID["smile"], 0.5)
    opened.undo()
    nose = anywhere.places()[handle("nose")].toPoint()
    press(anywhere, nose)
    move(anywhere, nose + QPoint(12, 0))
    assert len(edits()) == 1
    key(window, Qt.Key.Key_Escape)
    assert not edits()
    move(anywhere, nose + QPoint(20, 0))
    release(anywhere, nose + QPoint(20, 0))
    assert not edits()
    assert opened.redo_title == "Smile"
    pull(anywhere, "nose", (9, 0))
    assert len(edits()) == 1


def test_a_drag_there_and_back_leaves_nothing(face, edits, opened):
    title = opened.undo_title
    pull(face, "nose", (8, 0), (0, 0))
    assert not edits()
    assert opened.undo_title == title


def test_in_a_selection_a_place_stays_where_it_was_dragged(face, edits, opened):
    opened.select(PART)
    pull(face, "nose", (8, 0))
    assert edits()[0].span == PART


def test_beside_every_place_the_picture_is_meant(face, edits):
    press(face, QPoint(2, 2))
    release(face, QPoint(2, 2))
    assert not edits()


def test_the_places_go_with_the_mode(face, window):
    window.actions_by_id["on_face"].trigger()
    assert not face.isVisible()


def test_a_mode_that_is_left_while_a_place_is_held_keeps_what_was_done(face, window, edits, opened):
    nose = face.places()[handle("nose")].toPoint()
    press(face, nose)
    move(face, nose + QPoint(12, 0))
    window.actions_by_id["on_face"].trigger()
    assert not opened.in_gesture
    assert len(edits()) == 1


def test_keys_choose_a_place_and_move_it(face, window, edits, opened):
    window.preview.view.setFocus()
    key(window, Qt.Key.Key_Period)
    first = window.on_face.hand.chosen
    assert face.hasFocus()
    assert first.title in face.accessibleDescription()
    key(window, Qt.Key.Key_Comma, Qt.Key.Key_Comma)
    assert window.on_face.hand.chosen.id == "nose"
    before, playhead = face.places()[handle("nose")], opened.playhead
    key(window, Qt.Key.Key_Right, Qt.Key.Key_Right, Qt.Key.Key_Right)
    assert opened.playhead == playhead
    key(window, Qt.Key.Key_Right, modifier=Qt.KeyboardModifier.ShiftModifier)
    assert face.places()[handle("nose")].x() - before.x() == pytest.approx(13, abs=3)
    assert len(edits()) == 1  # of one place at one moment there is one edit
    opened.undo()  # but each nudge is a step
    assert face.places()[handle("nose")].x() - before.x() == pytest.approx(3, abs=1)
    key(window, Qt.Key.Key_Escape)
    assert window.on_face.hand.chosen is None
    key(window, Qt.Key.Key_Right)
    assert opened.playhead != playhead


def test_a_place_that_is_moved_again_keeps_what_was_said_of_its_edit(face, edits, opened):
    pull(face, "nose", (6, 0))
    (edit,) = edits()
    opened.do(ReplaceEdit(opened.take.id, replace(edit, blend_in=0.7, blend_out=0.05, name="Glance")))
    pull(face, "nose", (6, 0))
    (again,) = edits()
    assert (again.blend_in, again.blend_out, again.name) == (0.7, 0.05, "Glance")
    assert again.operation != edit.operation


def test_a_held_key_is_one_step(face, window, edits, opened):
    window.preview.view.setFocus()
    key(window, Qt.Key.Key_Comma, Qt.Key.Key_Comma)
    for _ in range(4):
        QTest.keyPress(window.windowHandle(), Qt.Key.Key_Right)
    assert opened.in_gesture
    QTest.keyRelease(window.windowHandle(), Qt.Key.Key_Right)
    assert not opened.in_gesture
    opened.undo()
    assert not edits()


def test_keys_show_the_places_first(window, take, qtbot):
    assert not window.on_face.in_preview.isVisible()
    window.actions_by_id["place_on"].trigger()
    qtbot.waitUntil(lambda: bool(window.on_face.in_preview.places()))
    window.actions_by_id["place_on"].trigger()
    assert window.on_face.hand.chosen is HANDLES[0]


def test_few_channels_and_the_right_ones_move_a_place(face):
    eye = face._view.eye()

    def moved(name: str, right: float, down: float) -> dict[str, float]:
        reach = face._hand.points.reach(handle(name), np.zeros(70, np.float32), (right, down), eye)
        return {handle(name).names[each]: reach.change[each] for each in reach.channels}

    assert next(iter(moved("corner_left", 0.0, -1.0))) == "mouthSmileLeft"
    assert list(moved("lid_right", 0.0, 1.0)) == ["eyeBlinkRight"]
    assert moved("chin", 0.0, 10.0)["jawOpen"] > 0
    assert list(moved("nose", 5.0, 0.0)) == ["yaw"]
    assert moved("lid_right", 0.0, 999.0)["eyeBlinkRight"] <= 1.1
