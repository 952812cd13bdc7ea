"""The chosen edit's range and blends: written as numbers in the list, dragged in the timeline."""

import pytest
from PySide6.QtCore import QPointF, Qt
from PySide6.QtTest import QTest

from dimitra_studio.core.timebase import TimeRange
from dimitra_studio.editing.edits import Edit
from dimitra_studio.editing.macros import BY_ID
from dimitra_studio.editing.reach import Edge
from dimitra_studio.editing.shaping import Offset
from dimitra_studio.project.document import TakeSettings
from dimitra_studio.project.edit_commands import AddEdit

PART = TimeRange(0.8, 1.2)


@pytest.fixture
def panel(window, opened, qtbot):
    window.resize(1400, 1000)
    opened.generate(TakeSettings(), 1)
    qtbot.waitUntil(lambda: opened.take is not None)
    window.docks.bring_up("edits")
    qtbot.waitUntil(window.edits.isVisible)
    window.edits.pages.setCurrentIndex(2)
    return window.edits


def choose(panel, row: int = 0) -> None:
    tree = panel.list.tree
    QTest.mouseClick(
        tree.viewport(), Qt.MouseButton.LeftButton, pos=tree.visualItemRect(tree.topLevelItem(row)).center()
    )


@pytest.fixture
def edit(panel, opened):
    """The chosen edit, as it is now."""
    opened.do(AddEdit(opened.take.id, Edit("e", Offset((0.1,)), (0,), PART, 0.2, 0.1, name="Lift")))
    choose(panel)
    return lambda: opened.take.edits[-1]


def fields(panel) -> list[float]:
    return [panel.list.reach.fields[edge].value() for edge in (Edge.START, Edge.END, Edge.BLEND_IN, Edge.BLEND_OUT)]


def at(timeline, edge: Edge) -> QPointF:
    """Where a handle is in the viewport."""
    lane = timeline._edit
    room = timeline.room_of(lane)
    return room.topLeft() + lane.places(lane.edit, room.height(), timeline.scale)[edge]


def drag(timeline, start: QPointF, seconds: float, *, let_go: bool = True) -> None:
    """From a place by so many seconds, without snapping."""
    end, control = start + QPointF(seconds * timeline.scale.rate, 0), Qt.KeyboardModifier.ControlModifier
    view = timeline.viewport()
    QTest.mousePress(view, Qt.MouseButton.LeftButton, control, start.toPoint())
    for share in (0.5, 1.0):
        QTest.mouseMove(view, (start + (end - start) * share).toPoint())
    if let_go:
        QTest.mouseRelease(view, Qt.MouseButton.LeftButton, control, end.toPoint())


def test_range_and_blends_are_shown_and_written(panel, opened, edit):
    assert fields(panel) == [0.8, 1.2, 0.2, 0.1]
    panel.list.reach.fields[Edge.START].setValue(0.5)
    panel.list.reach.fields[Edge.BLEND_OUT].setValue(0.6)
    assert edit().span == TimeRange(0.5, 1.2)
    assert (edit().blend_in, edit().blend_out) == (0.2, 0.6)
    assert opened.undo_title == "Change Lift"
    opened.undo()
    assert fields(panel) == [0.5, 1.2, 0.2, 0.1]
    panel.list.reach.fields[Edge.START].setValue(3.0)
    assert edit().span.start == pytest.approx(1.16)
    assert fields(panel)[0] == pytest.approx(1.16)


def test_a_whole_takes_edit_stays_open_until_its_end_is_written(panel, opened):
    panel.hand.turn(BY_ID["smile"], 1.0)
    choose(panel)
    assert fields(panel)[:2] == [0.0, 2.0]
    panel.list.reach.fields[Edge.START].setValue(0.4)
    assert opened.take.edits[0].span.is_open
    panel.list.reach.fields[Edge.END].setValue(1.5)
    assert opened.take.edits[0].span == TimeRange(0.4, 1.5)


def test_the_chosen_edit_has_a_lane_whose_handles_are_dragged(panel, window, opened, edit):
    timeline = window.timeline.timeline
    assert timeline._edit.title == "Lift"
    assert timeline.room_of(timeline._edit) is not None
    title = opened.undo_title
    drag(timeline, at(timeline, Edge.START), -0.3)
    assert edit().span.start == pytest.approx(0.5, abs=0.03)
    assert opened.selection == edit().span
    assert opened.undo_title == "Change Lift"
    drag(timeline, at(timeline, Edge.BLEND_OUT), 0.3)
    assert edit().blend_out == pytest.approx(0.4, abs=0.03)
    drag(timeline, (at(timeline, Edge.START) + at(timeline, Edge.END)) / 2 + QPointF(0, 8), 0.2)
    assert edit().span.start == pytest.approx(0.7, abs=0.03)
    assert edit().span.duration == pytest.approx(0.7, abs=0.03)
    assert fields(panel)[0] == pytest.approx(edit().span.start, abs=0.01)
    for _ in range(3):
        opened.undo()
    assert opened.undo_title == title
    assert edit().span == PART


def test_a_drag_that_is_given_up_leaves_all_as_it_was(panel, window, opened, edit):
    timeline, title = window.timeline.timeline, opened.undo_title
    drag(timeline, at(timeline, Edge.END), 0.3, let_go=False)
    assert edit().span.end == pytest.approx(1.5, abs=0.03)
    timeline.give_up()
    assert edit().span == PART
    assert (opened.undo_title, opened.selection) == (title, PART)


def test_the_lane_goes_with_the_edit_and_with_the_list(panel, window, opened, edit):
    timeline = window.timeline.timeline
    panel.pages.setCurrentIndex(0)
    assert timeline.room_of(timeline._edit) is None
    panel.pages.setCurrentIndex(2)
    assert timeline.room_of(timeline._edit) is not None
    panel.hand.turn(BY_ID["smile"], 1.0)
    assert timeline._edit.title == panel.list.tree.currentItem().text(0) == "Smile"
    opened.undo()
    opened.undo()
    assert timeline.room_of(timeline._edit) is None


def test_a_brush_does_not_move_the_curve_away_from_under_the_hand(panel, window, opened, edit):
    """The lane of the edit that is chosen stands above the curves: it must not come or go while one paints."""
    view = window.timeline.timeline
    view.setFocus()
    QTest.keyClick(view, Qt.Key.Key_E)
    QTest.keyClick(view, Qt.Key.Key_2)
    lane = view.curves[0]
    room, made = view.room_of(lane), opened.shown.motion.values[40, 0]
    x = view.header + view.scale.x(40.5 / 25)
    ways = [QPointF(x, room.top() + lane.y(value, room.height())).toPoint() for value in (0.2, 0.3, 0.4, 0.5)]
    QTest.mousePress(view.viewport(), Qt.MouseButton.LeftButton, pos=ways[0])
    for way in ways:
        QTest.mouseMove(view.viewport(), way)
        assert view.room_of(lane) == room
    QTest.mouseRelease(view.viewport(), Qt.MouseButton.LeftButton, pos=ways[-1])
    assert opened.shown.motion.values[40, 0] - made == pytest.approx(0.3, abs=0.03)
    assert opened.chosen_edit is edit()
