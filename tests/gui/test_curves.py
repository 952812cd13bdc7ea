"""Curves under mouse and keys: opened, keyed, pulled, painted, taken back."""

from datetime import UTC, datetime
from itertools import pairwise

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QAction, QKeySequence, QMouseEvent
from PySide6.QtWidgets import QApplication

from dimitra_studio.core.channels import CHANNEL_COUNT
from dimitra_studio.core.motion import MotionSequence
from dimitra_studio.core.timebase import TimeRange
from dimitra_studio.editing.blending import BlendToBase
from dimitra_studio.editing.edits import Edit
from dimitra_studio.editing.keyed import Keys
from dimitra_studio.editing.keys import Handles, Interpolation, Key, KeyCurve
from dimitra_studio.editing.shaping import Offset
from dimitra_studio.editing.smoothing import GaussianSmooth
from dimitra_studio.project.commands import AddTake
from dimitra_studio.project.document import Project, Take, TakeSettings
from dimitra_studio.project.edit_commands import AddEdit, ReplaceEdits
from dimitra_studio.project.edited import EditedTakes
from dimitra_studio.project.undo import UndoStack
from dimitra_studio.studio.actions import TABLE, Scope
from dimitra_studio.studio.curves.commands import CurveCommands
from dimitra_studio.studio.curves.curve_timeline import CurveTimeline
from dimitra_studio.studio.curves.key_layer import keys_on
from dimitra_studio.studio.curves.strokes import Tool
from dimitra_studio.studio.keymap import Keymap
from dimitra_studio.studio.settings import Settings
from dimitra_studio.studio.timeline.channel_names import CHANNEL_LABELS

LEFT, RIGHT = Qt.MouseButton.LeftButton, Qt.MouseButton.RightButton
NONE, CTRL, SHIFT = (
    Qt.KeyboardModifier.NoModifier,
    Qt.KeyboardModifier.ControlModifier,
    Qt.KeyboardModifier.ShiftModifier,
)
JAW = 0


class Bench:
    """A timeline with a take whose jaw rises from 0 to 1 in 50 frames, and its curve opened; keys as the action table
    has them. The document behind it is a real one; how the window's panel joins the two, test_curves_window.py says."""

    def __init__(self, theme, qtbot, settings):
        self.qtbot = qtbot
        self.view = CurveTimeline(theme)
        self.editor, self.commands = self.view.editor, CurveCommands(self.view)
        self.undo, self.edited = UndoStack(Project(takes=(take_of("a"),), current="a")), EditedTakes()
        self.told, self.sought = [], []
        editor = self.editor
        editor.began.connect(self.undo.begin_gesture)
        editor.drafted.connect(self.do_edits)
        editor.ended.connect(self.end)
        editor.refused.connect(self.told.append)
        self.view.range_selected.connect(self.view.set_selection)
        self.view.seek_requested.connect(self.view.set_playhead)
        keymap = Keymap(settings)
        targets = {"curves": self.commands, "timeline": self.view}
        for row in TABLE:
            target, _, method = str(row.does).partition(".")
            if row.scope is Scope.TIMELINE and target in targets:
                action = QAction(row.title, self.view)
                action.setShortcuts([QKeySequence(key) for key in keymap.keys(row)])
                action.setShortcutContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
                action.triggered.connect(getattr(targets[target], method))
                self.view.addAction(action)
        qtbot.addWidget(self.view)
        self.view.resize(1200, 700)
        self.view.set_duration(2.0)
        self.show()
        self.view.show()
        self.view.activateWindow()
        qtbot.waitExposed(self.view)
        self.view.setFocus()
        self.lane = self.view.curves[0]
        self.double_click(self.lane, 1.0)

    def show(self):
        take = self.take
        motion = self.edited.edited(self.undo.project, take, np.zeros(CHANNEL_COUNT, np.float32)).motion
        self.motion = motion
        self.view.set_base(take.motion)
        self.view.set_motion(motion)
        self.editor.set_take(take.edits, motion)

    def header(self, lane):
        room = self.view.room_of(lane)
        return QPointF(self.view.header / 2, room.center().y()).toPoint()

    def do_edits(self, edits, title):
        self.do(ReplaceEdits(self.take.id, edits, title))

    def do(self, command):
        self.undo.do(command)
        self.show()

    def end(self, kept):
        self.undo.end_gesture() if kept else self.undo.cancel_gesture()
        self.show()

    def take_back(self):
        self.undo.undo()
        self.show()

    def seek(self, seconds):
        self.view.set_playhead(seconds)

    @property
    def take(self):
        return self.undo.project.take

    @property
    def selection(self):
        return self.view.overlay.selection

    @property
    def shown(self):
        return self.motion.values[:, JAW]

    @property
    def made(self):
        return self.take.motion.values[:, JAW]

    @property
    def edits(self):
        return self.take.edits

    @property
    def keys(self):
        return list(keys_on(self.edits, (JAW,)).values())

    def place(self, frame, value) -> QPoint:
        """Where a value of the jaw is at a frame."""
        room = self.view.room_of(self.lane)
        x = self.view.header + self.view.scale.x((frame + 0.5) / 25)
        return QPointF(x, room.top() + self.lane.y(value, room.height())).toPoint()

    def value_at(self, place):
        room = self.view.room_of(self.lane)
        return self.lane.value(place.y() - room.top(), room.height())

    def double_click(self, lane, seconds):
        room = self.view.room_of(lane)
        place = QPointF(self.view.header + self.view.scale.x(seconds), room.center().y()).toPoint()
        self.qtbot.mouseDClick(self.view.viewport(), LEFT, NONE, place)

    def click(self, place, modifier=NONE, button=LEFT):
        self.qtbot.mouseClick(self.view.viewport(), button, modifier, place)

    def move(self, place, button=Qt.MouseButton.NoButton, modifier=NONE):
        target = self.view.viewport()
        moved = QMouseEvent(
            QEvent.Type.MouseMove, QPointF(place), QPointF(target.mapToGlobal(place)), Qt.MouseButton.NoButton, button,
            modifier,
        )  # fmt: skip
        QApplication.sendEvent(target, moved)

    def drag(self, *places, modifier=NONE):
        target = self.view.viewport()
        self.qtbot.mousePress(target, LEFT, modifier, places[0])
        for start, end in pairwise(places):
            for share in (0.25, 0.5, 0.75, 1.0):
                self.move(start + (end - start) * share, LEFT, modifier)
        self.qtbot.mouseRelease(target, LEFT, modifier, places[-1])

    def type(self, *keys, modifier=NONE):
        for key in keys:
            self.qtbot.keyClick(self.view, key, modifier)

    def select(self, first, last):
        """A box round frames, below the curve where no key is."""
        top, bottom = self.place(first, 1.0), self.place(last, -0.02)
        self.drag(QPoint(top.x(), bottom.y()), QPoint(bottom.x(), top.y()))


def take_of(take_id):
    values = np.zeros((50, CHANNEL_COUNT), np.float32)
    values[:, JAW] = np.linspace(0, 1, 50)
    return Take(take_id, take_id, 0, TakeSettings(), MotionSequence(values), datetime(2026, 1, 1, tzinfo=UTC))


@pytest.fixture
def bench(theme, qtbot, tmp_path):
    bench = Bench(theme, qtbot, Settings(tmp_path / "s.ini"))
    yield bench
    bench.view.shut()


def test_a_double_click_gives_a_curve_room_and_enter_takes_it_back(bench):
    tall = bench.view.room_of(bench.lane).height()
    assert bench.lane.is_open
    assert tall > 2 * bench.view.room_of(bench.view.curves[1]).height()
    bench.type(Qt.Key.Key_Return)
    assert not bench.lane.is_open
    bench.type(Qt.Key.Key_E)
    assert bench.lane.is_open


def test_ctrl_click_puts_a_key_there_that_bends_the_curve_and_leaves_the_rest(bench):
    bench.click(bench.place(20, 0.8), CTRL)
    assert bench.shown[20] == pytest.approx(0.8, abs=0.03)
    assert bench.made[20] == pytest.approx(20 / 49)
    np.testing.assert_array_equal(bench.shown[40:], bench.made[40:])
    assert np.all(np.diff(bench.shown[:21]) >= 0)
    assert bench.undo.undo_title == "Key on Jaw open"
    bench.take_back()
    assert bench.edits == ()


def test_a_second_key_joins_the_first_and_insert_puts_one_at_the_playhead(bench):
    bench.click(bench.place(10, 0.6), CTRL)
    bench.click(bench.place(14, 0.2), CTRL)
    assert len(bench.edits) == 1
    assert bench.shown[10] == pytest.approx(0.6, abs=0.03)
    assert bench.shown[14] == pytest.approx(0.2, abs=0.03)
    bench.seek(12.4 / 25)
    before = bench.shown.copy()
    bench.type(Qt.Key.Key_Insert)
    assert [round(key.seconds * 25) for key in bench.keys] == [10, 12, 14]
    assert bench.shown[12] == pytest.approx(before[12], abs=1e-6)


def test_a_key_is_dragged_from_frame_to_frame_in_one_step(bench):
    bench.click(bench.place(20, 0.6), CTRL)
    start = bench.place(20, bench.shown[20])
    bench.drag(start, bench.place(26, bench.shown[20] + 0.2))
    [key] = bench.keys
    assert key.seconds == pytest.approx(26 / 25)
    assert key.value == pytest.approx(0.6 - 20 / 49 + 0.2, abs=0.03)
    assert bench.undo.undo_title == "Move Jaw open"
    bench.take_back()
    assert bench.keys[0].seconds == pytest.approx(20 / 25)


def test_delete_takes_the_chosen_key_away_and_its_layer(bench):
    bench.click(bench.place(20, 0.6), CTRL)
    bench.type(Qt.Key.Key_Delete)
    assert bench.edits == ()
    np.testing.assert_array_equal(bench.shown, bench.made)


def test_v_and_t_turn_handles_and_ways_and_a_handle_can_be_dragged(bench):
    for frame, value in ((10, 0.5), (20, 0.8), (30, 0.5)):
        bench.click(bench.place(frame, value), CTRL)
    middle = bench.place(20, bench.shown[20])
    bench.click(middle)
    bench.type(Qt.Key.Key_V)
    assert bench.keys[1].handles is Handles.VECTOR
    bench.type(Qt.Key.Key_V, Qt.Key.Key_V)
    assert bench.keys[1].handles is Handles.FREE
    plot = bench.editor.plot(bench.lane)
    [ref] = bench.editor.chosen
    _, right = plot.handle_places(bench.edits, ref)
    before = bench.shown.copy()
    bench.drag(right.toPoint(), right.toPoint() + QPoint(0, 40))
    assert bench.keys[1].handles is Handles.FREE
    assert bench.shown[23] < before[23] - 0.005
    assert bench.shown[17] == pytest.approx(before[17], abs=1e-6)
    bench.type(Qt.Key.Key_T)
    assert bench.keys[1].interpolation is Interpolation.HERMITE


def test_a_box_selects_frames_and_keys_and_a_lasso_too(bench):
    bench.click(bench.place(20, 0.6), CTRL)
    bench.type(Qt.Key.Key_Escape)
    assert not bench.editor.chosen
    bench.select(15, 25)
    assert len(bench.editor.chosen) == 1
    selection = bench.selection
    assert selection.start * 25 == pytest.approx(round(selection.start * 25))
    assert (selection.start * 25, selection.end * 25) == (pytest.approx(15, abs=1), pytest.approx(26, abs=1))
    bench.type(Qt.Key.Key_Escape)
    key = bench.place(20, 0.6)
    around = [key + QPoint(dx, dy) for dx, dy in ((-30, -30), (30, -30), (30, 30), (-30, 30), (-30, -30))]
    bench.drag(*around, modifier=CTRL)
    assert len(bench.editor.chosen) == 1
    assert len(bench.keys) == 1


def test_g_moves_the_selected_frames_with_the_mouse_and_keeps_their_detail(bench):
    bench.select(15, 25)
    bench.move(bench.place(20, 0.2))
    bench.type(Qt.Key.Key_G)
    bench.move(bench.place(20, 0.4))
    assert bench.shown[20] == pytest.approx(bench.made[20] + 0.2, abs=0.03)
    assert "+2" in bench.editor.hand.told()
    bench.click(bench.place(20, 0.4))
    np.testing.assert_allclose(np.diff(bench.shown[16:25]), np.diff(bench.made[16:25]), atol=1e-5)
    assert bench.undo.undo_title == "Move Jaw open"
    bench.take_back()
    assert bench.edits == ()


def test_numbers_and_axes_are_typed_while_pulling_and_enter_keeps(bench):
    bench.select(15, 25)
    bench.type(Qt.Key.Key_G, Qt.Key.Key_Y, Qt.Key.Key_Minus, Qt.Key.Key_2, Qt.Key.Key_5, Qt.Key.Key_Backspace)
    bench.type(Qt.Key.Key_0, Qt.Key.Key_Return)
    np.testing.assert_allclose(bench.shown[16:25], bench.made[16:25] - 0.2, atol=1e-6)
    assert bench.lane.is_open
    bench.type(Qt.Key.Key_G, Qt.Key.Key_X, Qt.Key.Key_2, Qt.Key.Key_Return)
    np.testing.assert_allclose(bench.shown[19:23], bench.made[17:21] - 0.2, atol=1e-5)
    bench.type(Qt.Key.Key_S, Qt.Key.Key_0, Qt.Key.Key_Return)
    assert np.ptp(bench.shown[16:25]) < 1e-5


@pytest.mark.parametrize("way", ["escape", "right button"])
def test_a_pull_that_is_given_up_leaves_nothing(bench, way):
    bench.select(15, 25)
    title = bench.undo.undo_title
    bench.type(Qt.Key.Key_R)
    bench.move(bench.place(20, 0.9))
    assert bench.edits
    if way == "escape":
        bench.type(Qt.Key.Key_Escape)
    else:
        bench.click(bench.place(20, 0.9), button=RIGHT)
    assert bench.edits == ()
    assert bench.undo.undo_title == title
    assert bench.editor.hand is None


def test_shear_raises_the_end(bench):
    bench.select(15, 25)
    bench.type(Qt.Key.Key_R, Qt.Key.Key_3, Qt.Key.Key_0, Qt.Key.Key_Return)
    risen = bench.shown[15:25] - bench.made[15:25]
    assert risen[0] == pytest.approx(0, abs=1e-5)
    assert np.all(np.diff(risen) > 0)
    assert risen[-1] == pytest.approx(0.27, abs=0.04)


def test_chosen_keys_are_scaled_about_their_mean(bench):
    for frame, value in ((10, 0.2), (20, 0.6)):
        bench.click(bench.place(frame, value), CTRL)
    bench.type(Qt.Key.Key_A)
    before = bench.shown[[10, 20]].copy()
    bench.type(Qt.Key.Key_S, Qt.Key.Key_2, Qt.Key.Key_Return)
    after = bench.shown[[10, 20]]
    assert after.mean() == pytest.approx(before.mean(), abs=1e-5)
    assert np.diff(after)[0] == pytest.approx(2 * np.diff(before)[0], abs=1e-5)


def test_an_undo_while_the_hand_pulls_ends_the_pull(bench):
    bench.click(bench.place(40, 0.3), CTRL)
    bench.type(Qt.Key.Key_Escape)
    bench.select(15, 25)
    bench.type(Qt.Key.Key_G)
    bench.take_back()
    assert bench.editor.hand is None
    assert bench.edits == ()


def test_brushes_push_smooth_and_lead_back_and_strokes_join(bench):
    bench.type(Qt.Key.Key_2)
    assert bench.editor.tool is Tool.SCULPT
    bench.drag(bench.place(25, 0.5), bench.place(25, 0.7))
    assert bench.shown[25] == pytest.approx(bench.made[25] + 0.2, abs=0.03)
    assert bench.shown[40] == bench.made[40]
    bench.drag(bench.place(25, 0.7), bench.place(25, 0.8))
    assert len(bench.edits) == 1
    assert bench.undo.undo_title == "Brush: Sculpt"
    bent = np.abs(np.diff(bench.shown, 2)).max()
    bench.type(Qt.Key.Key_3)
    bench.drag(bench.place(18, 0.5), bench.place(32, 0.5))
    assert np.abs(np.diff(bench.shown, 2)).max() < bent
    bench.type(Qt.Key.Key_4)
    for _ in range(5):
        bench.drag(bench.place(18, 0.5), bench.place(32, 0.5))
    assert bench.shown[25] == pytest.approx(bench.made[25], abs=0.02)
    bench.type(Qt.Key.Key_1)
    assert bench.editor.tool is Tool.SELECT


def test_brackets_size_the_brush(bench):
    before = bench.editor.radius
    bench.type(Qt.Key.Key_2)
    bench.move(bench.place(20, 0.5))
    assert bench.editor.read_off().startswith("Sculpt, 0.40 s")
    bench.type(Qt.Key.Key_BracketRight)
    assert bench.editor.radius > before
    bench.type(Qt.Key.Key_BracketLeft, Qt.Key.Key_BracketLeft)
    assert bench.editor.radius < before


def test_smooth_and_reset_work_on_the_selection(bench):
    bench.click(bench.place(20, 0.9), CTRL)
    bench.type(Qt.Key.Key_Escape)
    bench.select(15, 25)
    bench.editor.chosen = frozenset()
    bench.type(Qt.Key.Key_O, modifier=Qt.KeyboardModifier.AltModifier)
    assert isinstance(bench.edits[-1].operation, GaussianSmooth)
    assert bench.edits[-1].channels == (JAW,)
    bench.type(Qt.Key.Key_Delete, modifier=CTRL)
    np.testing.assert_allclose(bench.shown[16:25], bench.made[16:25], atol=1e-6)
    assert not any(isinstance(edit.operation, Keys) for edit in bench.edits)
    bench.type(Qt.Key.Key_B, modifier=SHIFT)
    assert isinstance(bench.edits[-1].operation, BlendToBase)


def test_a_stretch_is_copied_to_another_curve_and_to_another_take(bench):
    bench.select(30, 40)
    copied = bench.made[30:40].copy()
    bench.type(Qt.Key.Key_C, modifier=CTRL)
    bench.type(Qt.Key.Key_Down, modifier=Qt.KeyboardModifier.AltModifier)
    bench.view.set_selection(TimeRange(5 / 25, 10 / 25))
    bench.type(Qt.Key.Key_V, modifier=CTRL | SHIFT)
    other = bench.view.curves[1].channel
    np.testing.assert_allclose(bench.motion.values[5:15, other], copied, atol=1e-6)
    bench.do(AddTake(take_of("b")))
    assert bench.take.id == "b"
    assert bench.edits == ()
    bench.type(Qt.Key.Key_V, modifier=CTRL)
    np.testing.assert_allclose(bench.motion.values[5:15, other], copied, atol=1e-6)


def test_a_curve_in_other_units_is_refused_with_a_reason(bench):
    bench.select(30, 40)
    bench.type(Qt.Key.Key_C, modifier=CTRL)
    bench.editor.activate(bench.view.curves[-1])
    bench.type(Qt.Key.Key_V, modifier=CTRL | SHIFT)
    assert bench.edits == ()
    assert "measured in °" in bench.told[-1]


def test_a_locked_curve_stays_as_it_is(bench):
    bench.type(Qt.Key.Key_L, modifier=SHIFT)
    assert "locked" in bench.lane.title
    bench.click(bench.place(20, 0.8), CTRL)
    bench.type(Qt.Key.Key_2)
    bench.drag(bench.place(25, 0.5), bench.place(25, 0.7))
    assert bench.edits == ()
    assert "locked" in bench.told[-1]
    bench.type(Qt.Key.Key_L, modifier=SHIFT)
    bench.drag(bench.place(25, 0.5), bench.place(25, 0.7))
    assert bench.edits


def test_a_handle_is_chosen_turned_and_written_with_keys(bench, qtbot):
    for frame, value in ((10, 0.5), (20, 0.8), (30, 0.5)):
        bench.click(bench.place(frame, value), CTRL)
    bench.click(bench.place(20, bench.shown[20]))
    bench.type(Qt.Key.Key_V, Qt.Key.Key_V, Qt.Key.Key_V)  # free
    playhead, before, steps = bench.view.overlay.playhead, bench.keys[1], bench.undo.steps
    bench.type(Qt.Key.Key_V, modifier=SHIFT)
    assert bench.editor.handle.left
    bench.type(Qt.Key.Key_V, modifier=SHIFT)
    assert not bench.editor.handle.left
    bench.type(Qt.Key.Key_Up, Qt.Key.Key_Up, Qt.Key.Key_Left)
    now = bench.keys[1]
    assert now.right.value - before.right.value == pytest.approx(0.01)
    assert now.right.seconds - before.right.seconds == pytest.approx(-0.25 / 25)
    assert (now.left, now.seconds, now.value) == (before.left, before.seconds, before.value)
    bench.type(Qt.Key.Key_Down, modifier=SHIFT)
    assert bench.keys[1].right.value - before.right.value == pytest.approx(-0.04)
    assert bench.undo.steps == steps + 4
    bench.take_back()
    for _ in range(5):
        qtbot.keyPress(bench.view, Qt.Key.Key_Down)  # held
    qtbot.keyRelease(bench.view, Qt.Key.Key_Down)
    assert bench.undo.steps == steps + 4
    bench.type(Qt.Key.Key_N)
    field = bench.view.value_field
    assert len(field.text().split()) == 2
    field.selectAll()
    qtbot.keyClicks(field, "3.5 -12")
    qtbot.keyClick(field, Qt.Key.Key_Return)
    assert (bench.keys[1].right.seconds, bench.keys[1].right.value) == pytest.approx((3.5 / 25, -0.12))
    assert bench.view.overlay.playhead == playhead
    bench.type(Qt.Key.Key_Escape)
    assert bench.editor.handle is None
    assert bench.editor.chosen
    bench.type(Qt.Key.Key_N)
    assert len(field.text().split()) == 1  # the curve's value again


def test_a_lone_key_has_no_handle_and_says_so(bench):
    bench.click(bench.place(20, 0.6), CTRL)
    bench.type(Qt.Key.Key_V, modifier=SHIFT)
    assert bench.editor.handle is None
    assert "handles" in bench.told[-1]


@pytest.mark.parametrize("brush", [Qt.Key.Key_1, Qt.Key.Key_2, Qt.Key.Key_3])
def test_esc_with_the_button_down_gives_the_curve_back(bench, brush, qtbot):
    bench.click(bench.place(20, 0.6), CTRL)
    edits, steps, shown = bench.edits, bench.undo.steps, bench.shown.copy()
    bench.type(brush)
    start = bench.place(20, bench.shown[20])
    qtbot.mousePress(bench.view.viewport(), LEFT, NONE, start)
    bench.move(start - QPoint(0, 30), LEFT)
    bench.move(start - QPoint(6, 60), LEFT)
    assert bench.edits != edits
    bench.type(Qt.Key.Key_Escape)
    assert (bench.edits, bench.undo.steps) == (edits, steps)
    bench.move(start - QPoint(0, 90), LEFT)
    qtbot.mouseRelease(bench.view.viewport(), LEFT, NONE, start - QPoint(0, 90))
    assert (bench.edits, bench.undo.steps) == (edits, steps)
    np.testing.assert_array_equal(bench.shown, shown)


def test_a_value_is_written_exactly(bench, qtbot):
    bench.seek(20.5 / 25)
    room, line = bench.view.room_of(bench.lane), bench.view.fontMetrics().height()
    qtbot.mouseDClick(bench.view.viewport(), LEFT, NONE, QPoint(30, round(room.top() + 1.6 * line)))
    field = bench.view.value_field
    assert field.isVisible()
    field.selectAll()
    qtbot.keyClicks(field, "73.5")
    qtbot.keyClick(field, Qt.Key.Key_Return)
    assert not field.isVisible()
    assert bench.shown[20] == pytest.approx(0.735, abs=1e-5)
    bench.type(Qt.Key.Key_N)
    assert field.text() == "73.50"
    qtbot.keyClick(field, Qt.Key.Key_Escape)
    assert len(bench.keys) == 1


def test_f_fills_the_lane_with_what_is_selected(bench):
    bench.select(30, 40)
    before = bench.lane.values
    bench.type(Qt.Key.Key_F)
    low, high = bench.lane.values
    assert high - low < (before[1] - before[0]) / 2
    assert low < bench.made[30] < bench.made[39] < high
    bench.type(Qt.Key.Key_F, modifier=SHIFT)
    assert bench.lane.values == before


def test_the_generated_curve_stands_behind_an_edited_one_only(bench):
    assert bench.lane._base is None
    bench.click(bench.place(20, 0.8), CTRL)
    assert bench.lane._base is not None
    np.testing.assert_array_equal(bench.lane._base.values, bench.made)
    assert bench.view.curves[1]._base is None


def test_an_edit_by_others_is_seen_and_keys_of_others_are_not_lost(bench):
    bench.click(bench.place(20, 0.8), CTRL)
    [mine] = bench.edits

    bench.do(AddEdit(bench.take.id, Edit("o", Offset((0.1,)), (JAW,), TimeRange(0, 2))))
    bench.click(bench.place(30, 0.4), CTRL)
    # Above the offset lies a layer of its own: the key goes through the value that was clicked.
    assert bench.shown[30] == pytest.approx(0.4, abs=0.03)
    assert bench.edits[0] is mine
    assert len(bench.keys) == 2


def test_a_curve_is_found_by_its_name_or_its_raw_one_and_favourites_come_first(bench, qtbot):
    menu = bench.view._curve_menu
    bench.type(Qt.Key.Key_Asterisk)
    assert menu.found() == ["Jaw open"]
    assert bench.lane.title.startswith("★")
    qtbot.keyClicks(menu.search, "pucker")
    assert menu.found() == ["Lips pucker"]
    menu.search.setText("jawForw")
    assert menu.found() == ["jawForward"]
    next(action for action in menu._menu.actions() if action.text() == "jawForward").trigger()
    assert CHANNEL_LABELS[bench.view.curves[1].channel].name == "Jaw forward"
    assert bench.lane in bench.view.curves
    menu.search.clear()
    assert menu.found() == ["Jaw open"]


def test_a_screen_reader_hears_of_the_curve_and_its_value(bench):
    bench.seek(25.5 / 25)
    assert "Jaw open 51%" in bench.view.accessibleDescription()


def test_several_curves_share_a_lane_and_its_axis(bench):
    pose = bench.view.curves[-1]
    bench.editor.activate(bench.view.curves[1])
    bench.type(Qt.Key.Key_E)
    lane = bench.editor.lane
    assert lane.values[1] < 0.6
    bench.type(Qt.Key.Key_O, modifier=SHIFT)
    assert bench.lane in lane.beside
    assert pose not in lane.beside
    assert lane.values[1] > 1.0  # the jaw's curve has room
    bench.do(AddEdit(bench.take.id, Edit("o", Offset((0.5,)), (JAW,), TimeRange(0, 2))))
    assert lane.values[1] > 1.5
    bench.type(Qt.Key.Key_O, modifier=SHIFT)
    assert lane.values[1] < 0.6


def test_a_curve_that_is_not_open_can_be_pulled_and_its_axis_stands_still_meanwhile(bench):
    bench.select(15, 25)
    bench.type(Qt.Key.Key_Return)
    assert not bench.lane.is_open
    axis = bench.lane.values
    bench.type(Qt.Key.Key_G, Qt.Key.Key_Y, Qt.Key.Key_8, Qt.Key.Key_0)
    assert bench.shown[20] == pytest.approx(bench.made[20] + 0.8, abs=1e-5)
    assert bench.lane.values == axis
    bench.type(Qt.Key.Key_Return)
    assert bench.lane.values[1] > axis[1]


def test_several_curves_are_worked_on_together(bench):
    other, pose = bench.view.curves[1], bench.view.curves[-1]
    bench.click(bench.header(other), CTRL)
    bench.click(bench.header(pose), SHIFT)
    assert bench.editor.lanes == (bench.lane, other, pose)
    bench.view.set_selection(TimeRange(0.4, 1.0))
    bench.type(Qt.Key.Key_G, Qt.Key.Key_Y, Qt.Key.Key_5, Qt.Key.Key_Return)
    moved = bench.motion.values[12:22] - bench.take.motion.values[12:22]
    np.testing.assert_allclose(moved[:, [JAW, other.channel]], 0.05, atol=1e-6)
    np.testing.assert_allclose(moved[:, pose.channel], np.radians(5), atol=1e-6)
    assert [edit.channels for edit in bench.edits] == [(JAW, other.channel, pose.channel)]
    assert bench.undo.undo_title == "Move 3 Curves"
    bench.take_back()
    assert bench.edits == ()
    bench.click(bench.header(other), CTRL)
    assert bench.editor.lanes == (bench.lane, pose)
    bench.click(bench.header(other))
    assert bench.editor.lanes == (other,)
    bench.type(Qt.Key.Key_Up, modifier=Qt.KeyboardModifier.AltModifier | SHIFT)
    assert bench.editor.lanes == (bench.lane, other)
    assert "together with" in bench.view.accessibleDescription()
    bench.type(Qt.Key.Key_Escape)
    assert bench.editor.lanes == (bench.lane,)
    assert bench.selection is not None


def test_keys_of_several_curves_are_pulled_in_time_as_one(bench):
    other = bench.view.curves[1]
    bench.click(bench.header(other), CTRL)
    bench.seek(20.5 / 25)
    bench.type(Qt.Key.Key_Insert)
    assert len(bench.edits) == 2
    bench.type(Qt.Key.Key_G, Qt.Key.Key_X, Qt.Key.Key_4, Qt.Key.Key_Return)
    keys = keys_on(bench.edits, (JAW, other.channel))
    assert {ref.channel: round(key.seconds * 25) for ref, key in keys.items()} == {JAW: 24, other.channel: 24}
    bench.type(Qt.Key.Key_G, Qt.Key.Key_Y, Qt.Key.Key_1, Qt.Key.Key_0, Qt.Key.Key_Return)
    moved = bench.motion.values[24] - bench.take.motion.values[24]
    assert moved[[JAW, other.channel]] == pytest.approx(0.1, abs=1e-6)
    bench.type(Qt.Key.Key_Delete)
    assert bench.edits == ()


def test_a_box_over_overlaid_curves_takes_the_keys_of_all(bench):
    other = bench.view.curves[1]
    bench.type(Qt.Key.Key_O, modifier=SHIFT)
    bench.click(bench.place(20, 0.7), CTRL)
    bench.do(
        AddEdit(
            bench.take.id,
            Edit("k", Keys((KeyCurve((Key(0.8, 0.3),)),), additive=True), (other.channel,), TimeRange(0.8, 0.84)),
        )
    )
    bench.type(Qt.Key.Key_Escape)
    bench.select(15, 25)
    assert {ref.channel for ref in bench.editor.chosen} == {JAW, other.channel}
    assert other in bench.editor.lanes
    at = bench.place(20, 0.3)
    bench.drag(at, at - QPoint(0, 30))
    raised = keys_on(bench.edits, (other.channel,))[next(iter(keys_on(bench.edits, (other.channel,))))].value
    assert raised > 0.35
    assert bench.shown[20] > 0.75
    assert bench.undo.undo_title == f"Move Jaw open and {other.label.name}"
    bench.type(Qt.Key.Key_Escape)
    lasso = [at + QPoint(dx, dy - 30) for dx, dy in ((-20, -20), (20, -20), (20, 20), (-20, 20), (-20, -20))]
    bench.drag(*lasso, modifier=CTRL)
    assert {ref.channel for ref in bench.editor.chosen} == {other.channel}


def test_keys_that_several_channels_hold_together_are_seen_and_moved_in_each_row(bench):
    other = bench.view.curves[1]
    curves = tuple(KeyCurve((Key(0.8, by),)) for by in (0.2, 0.3))
    face = Edit("face", Keys(curves, additive=True), (JAW, other.channel), TimeRange(0.8, 0.82), 0.25, 0.25)
    bench.do(AddEdit(bench.take.id, face))
    bench.double_click(other, 1.0)
    for lane in (bench.lane, other):
        [place] = bench.editor.plot(lane).key_places(bench.edits).values()
        assert place.y() == pytest.approx(bench.editor.plot(lane).at(0.8, bench.motion.values[20, lane.channel]).y())
    before = bench.shown.copy()
    bench.drag(place.toPoint(), place.toPoint() - QPoint(0, 20))
    assert [edit.id for edit in bench.edits] == ["face"]
    assert bench.motion.values[20, other.channel] > 0.32
    np.testing.assert_array_equal(bench.shown, before)


def test_several_curves_are_copied_and_pasted_together(bench):
    first, second, third = bench.view.curves[:3]
    bench.do(AddEdit(bench.take.id, Edit("o", Offset((0.3,)), (second.channel,), TimeRange(0, 2))))
    bench.click(bench.header(second), CTRL)
    bench.view.set_selection(TimeRange(30 / 25, 40 / 25))
    bench.type(Qt.Key.Key_C, modifier=CTRL)
    wanted = bench.motion.values[30:40, [first.channel, second.channel]].copy()
    bench.click(bench.header(third))
    bench.click(bench.header(second), CTRL)
    bench.view.set_selection(TimeRange(5 / 25, 10 / 25))
    bench.type(Qt.Key.Key_V, modifier=CTRL)
    np.testing.assert_allclose(bench.motion.values[5:15, [second.channel, third.channel]], wanted, atol=1e-6)
    bench.take_back()
    bench.click(bench.header(third))
    bench.type(Qt.Key.Key_V, modifier=CTRL)
    np.testing.assert_allclose(bench.motion.values[5:15, [first.channel, second.channel]], wanted, atol=1e-6)
    bench.editor.mark(frozenset({first.channel}), frozenset())
    bench.take_back()
    bench.type(Qt.Key.Key_V, modifier=CTRL)
    assert bench.edits[-1].channels == (second.channel,)
    assert "Jaw open is locked" in bench.told[-1]
    bench.view.also = (first, second)
    bench.type(Qt.Key.Key_V, modifier=CTRL)
    assert "2 curves were copied, and 3 are selected" in bench.told[-1]


def test_of_several_curves_the_locked_ones_stay(bench):
    other = bench.view.curves[1]
    bench.type(Qt.Key.Key_L, modifier=SHIFT)
    bench.click(bench.header(other), CTRL)
    bench.view.set_selection(TimeRange(0.4, 1.0))
    bench.type(Qt.Key.Key_G, Qt.Key.Key_Y, Qt.Key.Key_5, Qt.Key.Key_Return)
    assert [edit.channels for edit in bench.edits] == [(other.channel,)]
    assert bench.told[-1] == "Jaw open is locked: it stays as it is until it is unlocked."
