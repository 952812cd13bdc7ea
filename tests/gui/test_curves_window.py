"""The curve editor inside the window: what is done there reaches the document, one step a gesture."""

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt

from dimitra_studio.project.document import TakeSettings
from dimitra_studio.studio.settings import CURVES, FAVOURITE_CURVES, LOCKED_CURVES
from dimitra_studio.studio.timeline_panel import TimelinePanel

LEFT, NONE, CTRL, SHIFT = (
    Qt.MouseButton.LeftButton,
    Qt.KeyboardModifier.NoModifier,
    Qt.KeyboardModifier.ControlModifier,
    Qt.KeyboardModifier.ShiftModifier,
)


@pytest.fixture
def view(window, opened, qtbot):
    window.resize(1400, 1000)
    window.activateWindow()
    opened.generate(TakeSettings(), 1)
    qtbot.waitUntil(lambda: opened.take is not None)
    view = window.timeline.timeline
    view.setFocus()
    qtbot.waitUntil(view.hasFocus)
    qtbot.keyClick(view, Qt.Key.Key_E)
    return view


def place(view, frame, value) -> QPoint:
    lane = view.curves[0]
    room = view.room_of(lane)
    x = view.header + view.scale.x((frame + 0.5) / 25)
    return QPointF(x, room.top() + lane.y(value, room.height())).toPoint()


def test_keys_pulls_and_the_transport_in_the_window(view, window, opened, qtbot, monkeypatch):
    film, refreshed = window.timeline._film, []
    monkeypatch.setattr(film, "refresh", lambda: refreshed.append(view.editor.hand))
    made = opened.take.motion.values[:, 0]
    assert view.curves[0].is_open
    qtbot.mouseClick(view.viewport(), LEFT, CTRL, place(view, 20, 0.8))
    assert opened.shown.motion.values[20, 0] == pytest.approx(0.8, abs=0.03)
    assert opened.undo_title == "Key on Jaw open"
    # The film is drawn anew when the hand is done, not at each step of a drag.
    refreshed.clear()
    before = opened.playhead
    qtbot.keyClick(view, Qt.Key.Key_G)
    for key in (Qt.Key.Key_Y, Qt.Key.Key_1, Qt.Key.Key_0, Qt.Key.Key_Right):
        qtbot.keyClick(view, key)
    assert view.editor.is_pulling
    assert opened.playhead > before
    assert refreshed == []
    qtbot.keyClick(view, Qt.Key.Key_Return)
    assert refreshed == [None]
    assert opened.shown.motion.values[20, 0] == pytest.approx(0.9, abs=0.03)
    assert opened.undo_title == "Move Jaw open"
    opened.undo()
    opened.undo()
    np.testing.assert_array_equal(opened.shown.motion.values[:, 0], made)
    qtbot.keyClick(view, Qt.Key.Key_G)
    assert "Select a part of the curve" in opened.notices[-1].text


def test_what_is_hidden_locked_and_favoured_is_kept(view, window, opened, theme, qtbot):
    first = [curve.channel for curve in view.curves]
    for key in (Qt.Key.Key_L, Qt.Key.Key_H):
        qtbot.keyClick(view, key, SHIFT)
    qtbot.keyClick(view, Qt.Key.Key_Asterisk)
    assert [curve.channel for curve in view.curves] == [0]
    assert view.curves[0].is_open
    again = TimelinePanel(opened, theme)
    qtbot.addWidget(again)
    assert again.timeline.curves[0].title == "★ Jaw open · locked"
    again.shut()
    assert (opened.settings.text(LOCKED_CURVES), opened.settings.text(FAVOURITE_CURVES)) == ("0", "0")
    qtbot.keyClick(view, Qt.Key.Key_H, SHIFT)
    assert [curve.channel for curve in view.curves] == first
    qtbot.keyClick(view, Qt.Key.Key_H)
    assert [curve.channel for curve in view.curves] == first[1:]
    qtbot.keyClick(view, Qt.Key.Key_H, CTRL)
    assert opened.settings.text(CURVES) == "usual"
