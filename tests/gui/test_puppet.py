"""A hand plays the head like a puppet: with the mouse on the picture or a gamepad, and one edit comes of it."""

import time

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from dimitra_studio.core.events import Progress
from dimitra_studio.core.timebase import TimeRange
from dimitra_studio.editing.macros import BY_ID, channel_of
from dimitra_studio.editing.recordings import PuppetRecording
from dimitra_studio.project.commands import PutMarker
from dimitra_studio.project.document import Marker, TakeSettings
from dimitra_studio.studio.main_window import MainWindow
from dimitra_studio.studio.preview.stage import Stage
from dimitra_studio.studio.puppet.habits import Smoothing, Start
from dimitra_studio.studio.puppet.lever_names import LEVERS
from dimitra_studio.studio.puppet.puppeteer import Phase
from dimitra_studio.studio.puppet.stick import NO_GAMEPAD, StickState
from dimitra_studio.studio.settings import (
    LOCKED_CURVES,
    PUPPET_LEVERS,
    PUPPET_REPLACES,
    PUPPET_SMOOTHING,
    PUPPET_START,
)
from dimitra_studio.studio.transport import SilentPlayer

TURN, NOD, TILT = (channel_of(name) for name in ("yaw", "pitch", "roll"))
FARTHEST = {name: BY_ID[name].operation(BY_ID[name].high).by[0] for name in ("turn", "nod", "tilt")}


class FakeStick:
    """A gamepad that a test holds."""

    def __init__(self):
        self.state = StickState(problem=NO_GAMEPAD)
        self.opened = self.closed = 0

    def __call__(self):
        self.opened += 1
        return self

    def close(self):
        self.closed += 1

    def hold(self, *hand, **buttons):
        self.state = StickState(hand or (0.0, 0.0, 0.0), name="Pad", **buttons)


class Clock:
    def __init__(self):
        self.seconds = 0.0

    def __call__(self):
        return self.seconds


@pytest.fixture
def stick():
    return FakeStick()


@pytest.fixture
def window(session, theme, leaving, tmp_path, stick, qtbot):
    window = MainWindow(session, theme, tmp_path / "user", stick)
    qtbot.addWidget(window)
    window.show()
    qtbot.waitExposed(window)
    return window


@pytest.fixture
def bar(window, opened, qtbot):
    """The puppet's bar, opened on a take, that keeps to what the hand does."""
    opened.generate(TakeSettings(), 1)
    qtbot.waitUntil(lambda: opened.take is not None)
    opened.settings.set(PUPPET_SMOOTHING, Smoothing.NONE.value)
    window.actions_by_id["puppet"].trigger()
    qtbot.waitUntil(window.puppet.pad.isVisible)
    return window.puppet


@pytest.fixture
def puppeteer(bar):
    return bar.puppeteer


@pytest.fixture
def play(bar, opened):
    """Lets the take play so many seconds, a screen's frame at a time."""
    clock = Clock()
    opened.transport.use(SilentPlayer(opened.take.motion.duration, clock))

    def go_on(seconds: float, hand=None):
        for step in range(round(seconds * 60)):
            if hand is not None:
                hand(step / round(seconds * 60))
            clock.seconds += 1 / 60
            opened.transport.tick()

    return go_on


def at(bar, right: float, up: float) -> QPoint:
    """A place on the pad, in levers' ways from its middle."""
    reach = 0.4 * min(bar.pad.width(), bar.pad.height())
    return bar.pad.rect().center() + QPoint(round(right * reach), round(-up * reach))


def grip(bar) -> None:
    QTest.mousePress(bar.pad, Qt.MouseButton.LeftButton, pos=at(bar, 0, 0))
    bar.pad._pressed -= 1  # the button is held for long


def let_go(bar, right: float = 0.0, up: float = 0.0) -> None:
    QTest.mouseRelease(bar.pad, Qt.MouseButton.LeftButton, pos=at(bar, right, up))


def values(session, channel: int):
    return session.shown.motion.values[:, channel]


def test_a_hand_that_is_held_becomes_one_edit_that_can_be_undone_muted_and_removed(bar, play, opened, window):
    before, place = opened.undo_title, bar.pad.geometry()
    grip(bar)
    assert bar.puppeteer.phase is Phase.WAITING
    assert not opened.transport.is_playing
    QTest.mouseMove(bar.pad, at(bar, 0.5, 0.0))
    assert bar.puppeteer.phase is Phase.PERFORMING
    assert opened.transport.is_playing
    play(1.0)
    assert bar.pad.geometry() == place  # what the mouse is on does not move
    let_go(bar, 0.5)
    assert bar.puppeteer.phase is Phase.READY
    assert not opened.transport.is_playing
    (edit,) = opened.take.edits
    assert isinstance(edit.operation, PuppetRecording)
    assert edit.title == opened.undo_title == "Puppet: Turn, Nod, Tilt"
    assert (edit.blend_in, edit.blend_out) == (0.2, 0.2)
    assert edit.span.start == 0
    assert edit.span.end == pytest.approx(1.0, abs=0.05)
    np.testing.assert_allclose(values(opened, TURN)[2:24], 0.5 * FARTHEST["turn"], atol=0.01)
    assert values(opened, TURN)[40] == 0
    window.edits._mute(edit.id, True)
    assert not values(opened, TURN).any()
    opened.undo()
    opened.undo()
    assert not opened.take.edits
    assert opened.undo_title == before
    opened.redo()
    assert opened.take.edits == (edit,)


def test_the_chin_rises_with_the_hand_and_the_wheel_tilts(bar, play, opened):
    grip(bar)
    QTest.mouseMove(bar.pad, at(bar, 0.0, 1.0))
    place = QPointF(at(bar, 0.0, 1.0))
    wheel = QWheelEvent(
        place, bar.pad.mapToGlobal(place), QPoint(), QPoint(0, 5 * 120), Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    QApplication.sendEvent(bar.pad, wheel)
    play(0.5)
    let_go(bar, 0.0, 1.0)
    assert values(opened, NOD)[8] == pytest.approx(-FARTHEST["nod"], abs=0.01)
    assert values(opened, TILT)[8] == pytest.approx(0.5 * FARTHEST["tilt"], abs=0.01)


def test_what_is_performed_is_seen_at_once_and_stays_as_it_was_seen(bar, play, opened, window):
    seen = {}

    def look(_change):
        frame = int(opened.playhead * 25 + 1e-6)
        seen[frame] = opened.shown.motion.values[frame, TURN]

    opened.document_changed.connect(look)
    grip(bar)
    QTest.mouseMove(bar.pad, at(bar, 0.1, 0.0))
    play(1.0, lambda share: QTest.mouseMove(bar.pad, at(bar, 0.1 + 0.9 * share, 0.0)))
    assert not opened.take.edits
    assert opened.in_gesture
    assert window.timeline.timeline.editor is not None
    let_go(bar, 1.0)
    assert not opened.in_gesture
    assert len(seen) >= 24
    for frame, value in seen.items():
        assert value == pytest.approx(values(opened, TURN)[frame], abs=0.03)
    assert seen[22] > 0.8 * FARTHEST["turn"]


def test_the_picture_follows_a_hand_that_is_quicker_than_it_is_drawn(bar, play, opened, window, monkeypatch, qtbot):
    monkeypatch.setattr(Stage, "_set", slow_stage)
    opened.settings.set(PUPPET_LEVERS, "jawOpen,,")
    seen = []
    for arrived in (window.preview.source.ready, window.preview.source.overtaken):
        arrived.connect(lambda shown: seen.append((shown.frame, int(shown.pictures[0][0, 0, 0]))))
    grip(bar)
    QTest.mouseMove(bar.pad, at(bar, 0.1, 0.0))
    for step in range(50):  # each frame is another scene, a hundred a second
        QTest.mouseMove(bar.pad, at(bar, 0.1 + 0.01 * step, 0.0))
        play(0.034)
        qtbot.wait(10)
    assert bar.puppeteer.phase is Phase.PERFORMING
    during = len(set(seen))
    let_go(bar)
    assert during > 4
    shade = int(100 + 100 * opened.shown.motion.values[window.preview.source.scene.frame_at(opened.playhead), 0])
    qtbot.waitUntil(lambda: seen[-1][1] == shade)  # and comes to rest on what is


class SlowShade:
    """Frames as bright as the jaw is open, a tenth of a second each."""

    def show(self, values, frame):
        time.sleep(0.1)
        return np.full((48, 64, 3), int(100 + 100 * values[frame, 0]), np.uint8)


def slow_stage(_self, _scene, _loader):
    yield Progress("stage", 0, 1)
    return SlowShade()


def test_a_picture_that_gets_smaller_meanwhile_moves_nothing(bar, play, opened, window, qtbot):
    place, before = at(bar, 0.5, 0.5), bar.pad.height()
    grip(bar)
    QTest.mouseMove(bar.pad, place)
    play(0.2)
    window.preview.bar.warn("The head moves further than this renderer shows well. " * 3)
    qtbot.waitUntil(lambda: bar.pad.height() < before)
    QTest.mouseMove(bar.pad, place + QPoint(1, 0))
    QTest.mouseMove(bar.pad, place)
    assert bar.puppeteer.hand == pytest.approx((0.5, 0.5, 0.0), abs=0.01)
    let_go(bar)
    assert bar.pad._reach < 0.4 * before  # the next one has the room that there is


def test_what_is_performed_just_now_is_not_exported(bar, play, opened, window):
    grip(bar)
    QTest.mouseMove(bar.pad, at(bar, 0.5, 0.0))
    play(0.5)
    assert values(opened, TURN).any()
    assert not window._exports.subject().take.motion.values[:, TURN].any()


def test_escape_gives_everything_back_then_closes(bar, play, opened, stick):
    before, title = opened.take, opened.undo_title
    grip(bar)
    QTest.mouseMove(bar.pad, at(bar, 0.5, 0.0))
    play(0.5)
    assert values(opened, TURN).any()
    assert bar.pad.hasFocus()
    QTest.keyClick(bar.pad, Qt.Key.Key_Escape)
    assert opened.take is before
    assert opened.undo_title == title
    assert not values(opened, TURN).any()
    assert not opened.transport.is_playing
    assert bar.puppeteer.phase is Phase.READY
    let_go(bar, 0.5)
    QTest.keyClick(bar.pad, Qt.Key.Key_Escape)
    assert not bar.pad.isVisible()
    assert not bar.isVisible()
    assert (stick.opened, stick.closed) == (1, 1)


def test_after_a_click_it_goes_on_without_the_button_until_the_next(bar, play, opened):
    QTest.mousePress(bar.pad, Qt.MouseButton.LeftButton, pos=at(bar, 0, 0))
    QTest.mouseMove(bar.pad, at(bar, 0.2, 0.0))
    let_go(bar, 0.2)
    play(0.4)
    assert bar.puppeteer.phase is Phase.PERFORMING
    QTest.mouseClick(bar.pad, Qt.MouseButton.LeftButton, pos=at(bar, 0.2, 0))
    assert bar.puppeteer.phase is Phase.READY
    assert len(opened.take.edits) == 1


def test_a_click_that_moves_nothing_does_nothing(bar, opened):
    QTest.mouseClick(bar.pad, Qt.MouseButton.LeftButton, pos=at(bar, 0.3, 0.3))
    assert bar.puppeteer.phase is Phase.READY
    assert not opened.transport.is_playing
    assert not opened.take.edits


def test_what_is_selected_is_performed_alone(bar, play, opened):
    opened.select(TimeRange(0.4, 0.8))
    assert "0.40 to 0.80 s" in bar.pad.accessibleDescription()
    grip(bar)
    QTest.mouseMove(bar.pad, at(bar, 0.5, 0.0))
    assert opened.playhead == pytest.approx(0.4)
    play(1.0)
    assert bar.puppeteer.phase is Phase.READY  # it ended by itself
    let_go(bar, 0.5)
    (edit,) = opened.take.edits
    assert edit.core(25, 50) == range(10, 20)
    assert opened.playhead == pytest.approx(0.8, abs=0.03)


def test_it_ends_with_the_take_and_from_there_begins_anew(bar, play, opened):
    opened.seek(1.2)
    grip(bar)
    QTest.mouseMove(bar.pad, at(bar, 0.5, 0.0))
    play(1.0)
    assert opened.take.edits[0].core(25, 50) == range(30, 50)
    assert bar.puppeteer.span == TimeRange(0.0, 2.0)


@pytest.mark.parametrize("end", ["pause", "back"])
def test_pausing_or_going_back_keeps_what_there_is(bar, play, opened, end):
    grip(bar)
    QTest.mouseMove(bar.pad, at(bar, 0.5, 0.0))
    play(0.6)
    if end == "pause":
        opened.transport.toggle()
    else:
        opened.seek(0.2)
    assert bar.puppeteer.phase is Phase.READY
    assert opened.take.edits[0].span.end == pytest.approx(0.6, abs=0.06)


def test_in_the_place_of_the_motion_the_face_rests_where_the_hand_is_in_the_middle(bar, play, opened):
    opened.settings.set(PUPPET_LEVERS, "jawOpen,,")
    opened.settings.set(PUPPET_REPLACES, True)
    grip(bar)
    QTest.mouseMove(bar.pad, at(bar, 0.1, 0.0))
    play(0.2)
    QTest.mouseMove(bar.pad, at(bar, 0.0, 0.0))
    play(0.8)
    let_go(bar)
    assert opened.take.motion.values[20, 0] > 0.3  # what was generated
    assert values(opened, 0)[20] == 0
    assert opened.take.edits[0].channels == (channel_of("jawOpen"),)


def test_a_gamepad_waits_for_its_first_move_and_its_buttons_end(bar, play, opened, stick, puppeteer):
    assert NO_GAMEPAD in bar.pad.accessibleDescription()
    stick.hold()
    puppeteer._look()
    assert "Pad" in bar.pad.accessibleDescription()
    assert NO_GAMEPAD not in bar.pad.accessibleDescription()
    stick.hold(starts=True)
    puppeteer._look()
    stick.hold()
    puppeteer._look()
    assert puppeteer.phase is Phase.WAITING
    assert not opened.transport.is_playing
    stick.hold(0.0, 0.0, -1.0)
    puppeteer._look()
    assert puppeteer.phase is Phase.PERFORMING
    play(0.6)
    QTest.mouseMove(bar.pad, at(bar, 1.0, 1.0))  # the mouse has no hold of it
    stick.hold(starts=True)
    puppeteer._look()
    assert len(opened.take.edits) == 1
    assert values(opened, TILT)[10] == pytest.approx(-FARTHEST["tilt"], abs=0.01)
    assert not values(opened, TURN).any()
    stick.hold(1.0, 0.0, 0.0)
    puppeteer._look()
    puppeteer.begin()
    puppeteer._feel()
    play(0.3)
    stick.hold(drops=True)
    puppeteer._look()
    assert puppeteer.phase is Phase.READY
    assert len(opened.take.edits) == 1


def test_a_gamepad_is_looked_at_many_times_a_second(bar, stick, qtbot):
    stick.hold()
    qtbot.waitUntil(lambda: bar.puppeteer.gamepad == "Pad", timeout=1000)


def test_it_counts_down_and_follows_the_mouse_from_where_it_is_then(bar, play, opened, puppeteer):
    opened.settings.set(PUPPET_START, Start.COUNT.value)
    bar.record.click()
    assert (puppeteer.phase, puppeteer.count) == (Phase.COUNTING, 3)
    QTest.mouseMove(bar.pad, at(bar, 0.5, 0.5))
    puppeteer._count_down()
    puppeteer._count_down()
    assert puppeteer.count == 1
    assert not opened.transport.is_playing
    puppeteer._count_down()
    assert puppeteer.phase is Phase.PERFORMING
    play(0.2)
    QTest.mouseMove(bar.pad, at(bar, 1.0, 0.5))
    play(0.4)
    bar.record.click()
    turned = values(opened, TURN)
    assert turned[2] == 0
    assert turned[12] == pytest.approx(0.5 * FARTHEST["turn"], abs=0.01)


def test_counting_can_be_given_up(bar, opened, puppeteer):
    opened.settings.set(PUPPET_START, Start.COUNT.value)
    bar.record.click()
    assert bar.discarding.isVisible()
    bar.discarding.click()
    assert puppeteer.phase is Phase.READY
    assert not puppeteer._counting.isActive()
    assert not opened.take.edits


def test_smoothing_takes_the_trembling(bar, play, opened):
    def tremble(smoothing: Smoothing) -> float:
        opened.settings.set(PUPPET_SMOOTHING, smoothing.value)
        opened.seek(0.0)
        grip(bar)
        QTest.mouseMove(bar.pad, at(bar, 0.5, 0.0))
        for step in range(20):
            QTest.mouseMove(bar.pad, at(bar, 0.5 + 0.1 * (-1) ** step, 0.0))
            play(0.04)
        let_go(bar, 0.5)
        rough = np.abs(np.diff(values(opened, TURN)[3:17])).max()
        opened.undo()
        return float(rough)

    as_it_is = tremble(Smoothing.NONE)
    assert tremble(Smoothing.LIGHT) < 0.4 * as_it_is
    assert tremble(Smoothing.STRONG) < 0.1 * as_it_is


def test_any_two_levers_can_be_chosen_and_stay_chosen(bar, play, opened):
    across, upwards, wheel = bar.levers
    assert [across.itemData(place) for place in range(across.count()) if across.itemText(place)] == ["", *LEVERS]
    for box, lever_id in ((across, "smile"), (upwards, "brows"), (wheel, "")):
        box.setCurrentIndex(box.findData(lever_id))
        box.activated.emit(box.currentIndex())
    assert opened.settings.text(PUPPET_LEVERS) == "smile,brows,"
    grip(bar)
    QTest.mouseMove(bar.pad, at(bar, 1.0, 1.0))
    play(0.5)
    let_go(bar, 1.0, 1.0)
    (edit,) = opened.take.edits
    assert edit.title == "Puppet: Smile, Brows"
    assert values(opened, channel_of("mouthSmileLeft"))[8] == pytest.approx(0.35, abs=0.02)
    assert values(opened, channel_of("browInnerUp"))[8] == pytest.approx(1.3, abs=0.05)


def test_locked_curves_stay_as_they_are_while_performing_and_after(bar, play, opened, session):
    opened.settings.set(LOCKED_CURVES, str(TURN))
    grip(bar)
    QTest.mouseMove(bar.pad, at(bar, 0.5, 0.5))
    play(0.5)
    assert values(opened, NOD).any()
    assert not values(opened, TURN).any()
    let_go(bar, 0.5, 0.5)
    assert values(opened, NOD).any()
    assert not values(opened, TURN).any()
    assert "Turn is locked" in session.notices[-1].text
    opened.undo()
    opened.settings.set(PUPPET_LEVERS, "turn,,")
    grip(bar)
    QTest.mouseMove(bar.pad, at(bar, 0.5, 0.5))
    play(0.5)
    let_go(bar, 0.5, 0.5)
    assert not opened.take.edits
    assert not opened.in_gesture


def test_without_a_lever_it_says_so(bar, opened, session):
    opened.settings.set(PUPPET_LEVERS, ",,nobody")
    bar.record.click()
    assert bar.puppeteer.phase is Phase.READY
    assert "moves nothing" in session.notices[-1].text


def test_a_take_that_is_changed_meanwhile_keeps_the_change_alone(bar, play, opened, session, window):
    window.edits.hand.turn(BY_ID["smile"], 0.5)
    grip(bar)
    QTest.mouseMove(bar.pad, at(bar, 0.5, 0.0))
    play(0.4)
    session.do(PutMarker(Marker("m", 0.1, "M")))
    session.star_take()
    assert bar.puppeteer.phase is Phase.PERFORMING
    opened.undo()
    opened.undo()
    opened.undo()
    assert bar.puppeteer.phase is Phase.READY
    assert not opened.take.edits
    assert not values(opened, TURN).any()
    assert "not kept" in session.notices[-1].text


def test_without_a_take_it_does_not_open_and_closes_when_the_take_goes(window, opened, stick, qtbot):
    window.puppet.open_up()
    assert not window.puppet.isVisible()
    assert not stick.opened
    opened.generate(TakeSettings(), 1)
    qtbot.waitUntil(lambda: opened.take is not None)
    window.puppet.open_up()
    assert window.puppet.isVisible()
    opened.delete_take()
    assert not window.puppet.isVisible()
    assert stick.closed == 1


def test_less_than_a_frame_is_told_and_not_kept(bar, opened, session, play):
    grip(bar)
    QTest.mouseMove(bar.pad, at(bar, 0.5, 0.0))
    let_go(bar, 0.5)
    assert not opened.take.edits
    assert "within a frame" in session.notices[-1].text


def test_the_action_begins_and_ends_too(bar, play, opened, window):
    opened.settings.set(PUPPET_START, Start.COUNT.value)
    action = window.actions_by_id["puppet"]
    action.trigger()
    assert bar.puppeteer.phase is Phase.COUNTING
    for _ in range(3):
        bar.puppeteer._count_down()
    play(0.5)
    action.trigger()
    assert len(opened.take.edits) == 1


def test_closing_the_window_lets_the_gamepad_go(bar, stick, window):
    window.close()
    assert stick.closed == 1
