"""The timeline under mouse and keys."""

import time

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QMouseEvent, QWheelEvent
from PySide6.QtWidgets import QApplication, QLineEdit

from dimitra_studio.core.channels import CHANNEL_COUNT
from dimitra_studio.core.motion import MotionSequence
from dimitra_studio.core.speech import Phoneme, Utterance, Word
from dimitra_studio.project.document import Marker, TimeRange
from dimitra_studio.studio.timeline.timeline import Timeline

LEFT, MIDDLE = Qt.MouseButton.LeftButton, Qt.MouseButton.MiddleButton
NONE, SHIFT, CTRL = (
    Qt.KeyboardModifier.NoModifier,
    Qt.KeyboardModifier.ShiftModifier,
    Qt.KeyboardModifier.ControlModifier,
)
SECONDS = 10.0


class Told(list):
    """What the timeline's signals said, by name, in order."""

    def of(self, name):
        return [value for each, value in self if each == name]


@pytest.fixture
def timeline(theme, qtbot):
    timeline = Timeline(theme)
    qtbot.addWidget(timeline)
    timeline.resize(1000, 400)
    timeline.set_duration(SECONDS)
    timeline.set_words([Word(2.0, 3.013, "hello"), Word(5.0, 6.0, "there")])
    timeline.set_motion(MotionSequence(np.zeros((250, CHANNEL_COUNT))))
    timeline.show()
    qtbot.waitExposed(timeline)
    timeline.told = Told()
    for name in (
        "seek_requested", "scrubbing_changed", "loop_changed", "range_selected", "marker_wanted", "marker_edited",
        "marker_removed", "view_changed",
    ):  # fmt: skip
        getattr(timeline, name).connect(lambda value, name=name: timeline.told.append((name, value)))
    yield timeline
    timeline.shut()


def place(timeline, seconds, title) -> QPoint:
    """A place of the viewport: a moment, in the middle of the lane of that title."""
    rows = [y for y in range(timeline.viewport().height()) if lane_title(timeline, y) == title]
    return QPoint(round(timeline.header + timeline.scale.x(seconds)), rows[len(rows) // 2])


def lane_title(timeline, y):
    lane = timeline.lane_at(y)
    return "" if lane is None else lane.title


def drag(qtbot, timeline, start, end, button=LEFT, modifier=NONE):
    target = timeline.viewport()
    qtbot.mousePress(target, button, modifier, start)
    for share in (0.3, 0.7, 1.0):
        step = start + QPoint(round((end.x() - start.x()) * share), 0)
        # qtbot.mouseMove carries no buttons and modifiers.
        event_to(target, step, button, modifier)
    qtbot.mouseRelease(target, button, modifier, end)


def event_to(target, where, button, modifier):
    moved = QMouseEvent(
        QEvent.Type.MouseMove, QPointF(where), QPointF(target.mapToGlobal(where)), Qt.MouseButton.NoButton, button,
        modifier,
    )  # fmt: skip
    QApplication.sendEvent(target, moved)


def wheel(timeline, seconds, notches, modifier=NONE):
    where = QPointF(timeline.header + timeline.scale.x(seconds), 100)
    event = QWheelEvent(
        where, QPointF(timeline.viewport().mapToGlobal(where.toPoint())), QPoint(), QPoint(0, 120 * notches),
        Qt.MouseButton.NoButton, modifier, Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    QApplication.sendEvent(timeline.viewport(), event)


def test_dragging_on_the_ruler_scrubs(timeline, qtbot):
    drag(qtbot, timeline, place(timeline, 1, "Time"), place(timeline, 4, "Time"))
    seeks = timeline.told.of("seek_requested")
    assert seeks[0] == pytest.approx(1, abs=0.02)
    assert seeks[-1] == pytest.approx(4, abs=0.02)
    assert seeks == sorted(seeks)
    assert timeline.told.of("scrubbing_changed") == [True, False]
    assert not timeline.told.of("range_selected")


def test_a_click_on_a_lane_seeks_and_takes_the_selection_away(timeline, qtbot):
    timeline.set_selection(TimeRange(1, 2))
    qtbot.mouseClick(timeline.viewport(), LEFT, NONE, place(timeline, 7, "Words"))
    assert timeline.told.of("seek_requested") == [pytest.approx(7, abs=0.02)]
    assert timeline.told.of("range_selected") == [None]


def test_dragging_on_a_lane_selects_from_word_to_frame(timeline, qtbot):
    before = timeline.overlay.selection
    drag(qtbot, timeline, place(timeline, 3.03, "Words"), place(timeline, 4.31, "Words"))
    assert before is None
    [selected] = timeline.told.of("range_selected")
    assert selected.start == 3.013  # the word's end, where the mouse was 1.5 px beside it
    assert selected.end * 25 == pytest.approx(round(selected.end * 25))
    assert selected.end == pytest.approx(4.31, abs=0.03)


def test_a_selection_ends_at_the_playhead_when_it_is_near(timeline, qtbot):
    timeline.set_playhead(4.4871)
    drag(qtbot, timeline, place(timeline, 3.5, "Words"), place(timeline, 4.5, "Words"))
    [selected] = timeline.told.of("range_selected")
    assert selected.end == 4.4871


def test_ctrl_leaves_the_selection_where_the_mouse_is(timeline, qtbot):
    end = place(timeline, 4.987, "Words")
    drag(qtbot, timeline, place(timeline, 3.5, "Words"), end, modifier=CTRL)
    [selected] = timeline.told.of("range_selected")
    assert selected.end == pytest.approx(timeline.seconds_at(end.x()), abs=1e-9)


def test_an_edge_of_the_selection_can_be_moved(timeline, qtbot):
    timeline.set_selection(TimeRange(6.4, 8.0))
    drag(qtbot, timeline, place(timeline, 8.0, "Words"), place(timeline, 9.0, "Words"))
    assert timeline.told.of("range_selected") == [TimeRange(6.4, 9.0)]


def test_the_loop_has_handles_and_escape_gives_a_drag_up(timeline, qtbot):
    loop = TimeRange(2.0, 4.0)
    timeline.set_loop(loop)
    drag(qtbot, timeline, place(timeline, 4.0, "Time"), place(timeline, 6.0, "Time"))
    assert timeline.told.of("loop_changed") == [TimeRange(2.0, 6.0)]
    assert not timeline.told.of("seek_requested")
    timeline.set_loop(loop)
    qtbot.mousePress(timeline.viewport(), LEFT, NONE, place(timeline, 2.0, "Time"))
    event_to(timeline.viewport(), place(timeline, 0.5, "Time"), LEFT, NONE)
    assert timeline.overlay.loop.start == pytest.approx(0.5, abs=0.05)
    timeline.give_up()
    assert timeline.overlay.loop == loop
    qtbot.mouseRelease(timeline.viewport(), LEFT, NONE, place(timeline, 0.5, "Time"))
    assert len(timeline.told.of("loop_changed")) == 1


def test_markers_are_moved_named_made_and_removed(timeline, qtbot):
    marker = Marker("m", 7.0, "smile")
    timeline.set_markers([marker])
    drag(qtbot, timeline, place(timeline, 7.0, "Markers"), place(timeline, 8.0, "Markers"))
    assert timeline.told.of("marker_edited") == [Marker("m", 8.0, "smile")]
    timeline.set_markers([marker])
    qtbot.mouseDClick(timeline.viewport(), LEFT, NONE, place(timeline, 9.0, "Markers"))
    assert timeline.told.of("marker_wanted") == [pytest.approx(9.0, abs=0.02)]
    qtbot.mouseDClick(timeline.viewport(), LEFT, NONE, place(timeline, 7.0, "Markers"))
    field = timeline.findChild(QLineEdit)
    assert field.isVisible()
    field.selectAll()
    qtbot.keyClicks(field, "grin")
    qtbot.keyClick(field, Qt.Key.Key_Return)
    assert timeline.told.of("marker_edited")[-1] == Marker("m", 7.0, "grin")
    assert timeline.hasFocus()
    timeline.delete_marker()
    assert timeline.told.of("marker_removed") == ["m"]


def test_a_name_that_is_given_up_stays_as_it_was(timeline, qtbot):
    timeline.set_markers([Marker("m", 7.0, "smile")])
    qtbot.mouseDClick(timeline.viewport(), LEFT, NONE, place(timeline, 7.0, "Markers"))
    field = timeline.findChild(QLineEdit)
    qtbot.keyClicks(field, "x")
    qtbot.keyClick(field, Qt.Key.Key_Escape)
    assert not field.isVisible()
    assert not timeline.told.of("marker_edited")


def test_a_double_click_selects_the_word(timeline, qtbot):
    qtbot.mouseDClick(timeline.viewport(), LEFT, NONE, place(timeline, 5.5, "Words"))
    assert timeline.told.of("range_selected") == [TimeRange(5.0, 6.0)]


def test_the_wheel_zooms_at_the_cursor_and_pans_with_shift(timeline):
    wheel(timeline, 6.0, 4)
    assert timeline.scale.span < 0.5 * SECONDS
    x = timeline.scale.x(6.0)
    wheel(timeline, 6.0, 1)
    assert timeline.scale.x(6.0) == pytest.approx(x, abs=0.01)
    before = timeline.scale
    wheel(timeline, 6.0, -1, SHIFT)
    assert timeline.scale.rate == before.rate
    assert timeline.scale.start > before.start
    assert timeline.told.of("view_changed")[-1] == TimeRange(timeline.scale.start, timeline.scale.end)


def test_the_middle_button_pans(timeline, qtbot):
    timeline.set_scale(timeline.scale.showing(4, 6))
    start = timeline.scale.start
    drag(qtbot, timeline, place(timeline, 5, "Words"), place(timeline, 5.5, "Words"), MIDDLE)
    assert timeline.scale.start == pytest.approx(start - 0.5, abs=0.02)
    assert not timeline.told.of("seek_requested")


def test_a_drag_over_the_edge_brings_more_into_view(timeline, qtbot):
    timeline.set_scale(timeline.scale.showing(4, 6))
    end = timeline.scale.end
    drag(qtbot, timeline, place(timeline, 5, "Time"), place(timeline, end, "Time") + QPoint(100, 0))
    assert timeline.scale.end > end + 0.05
    assert timeline.told.of("seek_requested")[-1] > end


def test_scroll_bar_and_view_say_the_same(timeline):
    timeline.set_scale(timeline.scale.showing(4, 6))
    bar = timeline.horizontalScrollBar()
    assert bar.value() == round(timeline.scale.start * timeline.scale.rate)
    bar.setValue(0)
    assert timeline.scale.start == 0
    bar.setValue(bar.maximum())
    assert timeline.scale.end == pytest.approx(SECONDS, abs=0.01)


def test_the_marker_at_the_playhead_is_meant_where_none_is_chosen(timeline):
    timeline.set_markers([Marker("m", 7.0, "smile"), Marker("n", 3.0, "")])
    timeline.delete_marker()
    assert not timeline.told.of("marker_removed")
    timeline.set_playhead(3.0)
    timeline.delete_marker()
    assert timeline.told.of("marker_removed") == ["n"]
    timeline.rename_marker()
    assert timeline.findChild(QLineEdit).isVisible()


def test_zoom_pan_and_selection_without_the_mouse(timeline):
    timeline.set_playhead(5.0)
    timeline.zoom_in()
    assert timeline.scale.span < SECONDS
    start = timeline.scale.start
    timeline.page_on()
    assert timeline.scale.start > start
    timeline.show_selection_or_all()
    assert timeline.scale.shows_all
    timeline.select_on()
    assert timeline.told.of("range_selected") == [TimeRange(5.0, 5.04)]
    timeline.set_selection(TimeRange(5.0, 5.04))
    timeline.select_on()
    assert timeline.told.of("range_selected")[-1].end == pytest.approx(5.08)
    timeline.show_selection_or_all()
    assert timeline.scale.start > 4.9
    timeline.give_up()
    assert timeline.told.of("range_selected")[-1] is None


def test_a_playing_playhead_turns_the_page_a_standing_one_does_not(timeline):
    timeline.set_scale(timeline.scale.showing(0, 2))
    timeline.set_playhead(5.0)
    assert timeline.scale.start == 0
    timeline.set_playing(True)
    timeline.set_playhead(5.0)
    assert timeline.scale.start < 5.0 < timeline.scale.end


def test_a_screen_reader_hears_time_word_and_selection(timeline):
    assert timeline.accessibleName() == "Timeline"
    timeline.set_playhead(2.5)
    timeline.set_selection(TimeRange(1, 2))
    assert timeline.accessibleDescription() == "Playhead at 0:02.48, word hello, selected 0:01.00 to 0:02.00"


def test_the_tool_tip_says_what_is_there(timeline):
    assert timeline.told_at(place(timeline, 5.5, "Words")).endswith("Words  there")
    assert timeline.told_at(place(timeline, 5.5, "Jaw open")).endswith("Jaw open  0%")


@pytest.mark.parametrize("seconds", [0.0, 4.0, SECONDS])
def test_the_playhead_is_seen_wherever_it_stands(seconds, theme, timeline):
    timeline.set_playhead(seconds)
    picture = timeline.viewport().grab().toImage()
    x = min(round(timeline.header + timeline.scale.x(seconds)), picture.width() - 1)
    assert picture.pixelColor(x, picture.height() - 2) == theme.colour("playhead")


def test_a_moving_playhead_paints_its_surroundings_only(timeline, qtbot):
    painted = []
    original = type(timeline).paintEvent

    def record(event):
        painted.append(event.rect())
        original(timeline, event)

    timeline.paintEvent = record
    timeline.repaint()
    qtbot.wait(20)
    painted.clear()
    timeline.set_playhead(5.0)
    qtbot.waitUntil(lambda: bool(painted))
    region = sum(rect.width() for rect in painted)
    assert region < timeline.viewport().width()


def test_an_hour_is_repainted_quickly(timeline, qtbot):
    hour = np.sin(np.arange(90_000)[:, None] * np.linspace(0.01, 0.3, CHANNEL_COUNT)).astype(np.float32)
    timeline.set_duration(3600)
    timeline.set_motion(MotionSequence(hour))
    timeline.set_words([Word(0.5 * index, 0.5 * index + 0.4, "word") for index in range(7200)])
    costs = []
    for span in (3600, 60, 10, 1):
        timeline.set_scale(timeline.scale.showing(1000, 1000 + span))
        timeline.viewport().repaint()
        for _ in range(3):
            timeline.redraw()
            begin = time.thread_time()
            timeline.viewport().repaint()
            costs.append(time.thread_time() - begin)
    # Measured: 4 to 9 ms. Drawing every frame of the hour takes half a second.
    assert np.median(costs) < 0.05


def test_a_words_edge_is_dragged_quickly_in_an_hour_of_speech(timeline, qtbot):
    words = tuple(Word(0.5 * place, 0.5 * place + 0.4, "word") for place in range(7200))
    phones = tuple(
        phone
        for word in words
        for phone in (
            *(Phoneme(word.start + 0.1 * step, word.start + 0.1 * (step + 1), "AA") for step in range(4)),
            Phoneme(word.end, word.start + 0.5, "SIL"),
        )
    )
    timeline.set_duration(3600)
    timeline.speech.set_spoken(Utterance(words, phones))
    timeline.set_scale(timeline.scale.showing(1800, 1810))
    timeline.viewport().repaint()
    lane = timeline.lane_at(timeline.room_of(timeline._words).center().y())
    drag, costs = timeline.speech.drag_at(lane, words[3605].end), []
    for step in range(9):
        begin = time.thread_time()
        drag.move(words[3605].end - 0.01 * step, 0.0)
        timeline.viewport().repaint()
        costs.append(time.thread_time() - begin)
    assert lane.span(3605).end == pytest.approx(words[3605].end - 0.08)
    # Measured: 4 ms; 60 ms where all phones of the hour were put in order again.
    assert np.median(costs) < 0.025
    drag.cancel()
    assert lane.span(3605).end == words[3605].end


def test_nothing_to_show_is_no_mistake(theme, qtbot):
    timeline = Timeline(theme)
    qtbot.addWidget(timeline)
    timeline.show()
    timeline.set_duration(0)
    timeline.set_motion(None)
    timeline.set_waveform(None)
    timeline.set_playhead(0)
    timeline.resize(30, 20)
    timeline.repaint()
    timeline.shut()
