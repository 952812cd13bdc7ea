"""The recording panel under a user's hands, with a made-up microphone on the recorder's real thread."""

import time
from dataclasses import replace
from datetime import UTC, datetime

import numpy as np
import pytest
import soundfile
from PySide6.QtCore import Qt

from dimitra_studio.audio.level import Level as Loudness
from dimitra_studio.audio.recording import RecorderState
from dimitra_studio.audio.recordings import Recording
from dimitra_studio.audio.sink import SilentSink, SoundDeviceError
from dimitra_studio.studio.booth import Booth
from dimitra_studio.studio.dialogs.recording import RecordingPanel
from dimitra_studio.studio.level_view import LevelView
from dimitra_studio.studio.notices import Level
from dimitra_studio.studio.recording_advice import advice
from dimitra_studio.studio.sound import Speaker
from dimitra_studio.studio.transport import Transport

RATE = 8000


class Desk:
    """Inputs whose sound comes as time passes, as loud as `amplitude`."""

    def __init__(self):
        self.names, self.amplitude, self.gone, self.opened = ("Desk", "Headset"), 0.25, False, []

    def inputs(self):
        if not self.names:
            raise SoundDeviceError("No microphone was found.", "Connect one and look again.")
        return self.names

    def open_input(self, name):
        self.opened.append(name)
        return Line(self, name or self.names[0])


class Line:
    rate = RATE

    def __init__(self, desk, name):
        self.desk, self.name, self.given, self.began = desk, name, 0, time.monotonic()

    def read(self):
        if self.desk.gone:
            raise SoundDeviceError(f"The input {self.name} failed.", "Connect it again and look again.")
        count = int((time.monotonic() - self.began) * RATE) - self.given
        self.given += count
        return np.full(count, self.desk.amplitude, np.float32), False

    def close(self):
        pass


@pytest.fixture
def desk():
    return Desk()


@pytest.fixture
def booth(session, desk, tmp_path):
    user = tmp_path / "user"
    speaker = Speaker(Transport(), SilentSink, session.volume)
    session.booth = Booth(desk, speaker, user / "recordings", user / "media")
    return session.booth


@pytest.fixture
def panel(window, booth, qtbot):
    window.actions_by_id["record"].trigger()
    panel = window.findChild(RecordingPanel)
    qtbot.waitExposed(panel)
    qtbot.waitUntil(panel.go.isEnabled)
    yield panel
    booth.close()


def record(panel, booth, qtbot, seconds=0.1):
    qtbot.keyClick(panel, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: booth.state.recording and booth.state.seconds > seconds)
    qtbot.keyClick(panel, Qt.Key.Key_R)
    qtbot.waitUntil(panel.use.isEnabled)


def test_a_voice_is_recorded_and_becomes_the_projects(window, session, panel, booth, tmp_path, qtbot):
    qtbot.waitUntil(lambda: panel.meter.level.peak == pytest.approx(-12.04, abs=0.01))
    assert not panel.use.isEnabled()
    record(panel, booth, qtbot)
    assert panel.made.count() == 1
    assert panel.go.text() == "Record again"
    qtbot.mouseClick(panel.use, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: session.project.voice is not None)
    voice = session.project.voice
    assert voice.path.parent == tmp_path / "user" / "media"
    assert voice.name.startswith("Recording ")
    heard = soundfile.read(voice.path)[0]
    assert len(heard) > 0.1 * RATE
    assert set(heard) == {0.25}
    assert session.undo_title
    qtbot.waitUntil(lambda: session.media.heard is not None)
    qtbot.waitUntil(lambda: window.findChild(RecordingPanel) is None)
    assert not booth.is_open
    session.save(tmp_path / "p.dimitra")
    assert session.finish_saving()
    voice.path.unlink()
    session.new_project()
    assert session.open_project(tmp_path / "p.dimitra")
    qtbot.waitUntil(lambda: session.media.heard is not None)  # it was inside


def test_what_was_recorded_can_be_heard_and_recorded_again(panel, booth, qtbot):
    record(panel, booth, qtbot)
    qtbot.mouseClick(panel.listen, Qt.MouseButton.LeftButton)
    assert booth.transport.is_playing
    assert panel.listen.text() == "Stop"
    record(panel, booth, qtbot)
    assert not booth.transport.is_playing
    assert panel.made.count() == 2
    panel.made.setCurrentIndex(1)
    qtbot.mouseClick(panel.listen, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: not booth.transport.is_playing)  # at its end
    qtbot.waitUntil(lambda: panel.listen.text() == "Listen")


def test_enter_presses_the_focused_button_since_space_records(panel, booth, qtbot):
    record(panel, booth, qtbot)
    panel.listen.setFocus()
    qtbot.keyClick(panel.listen, Qt.Key.Key_Return)
    assert booth.transport.is_playing
    qtbot.keyClick(panel.listen, Qt.Key.Key_Space)
    assert booth.recording
    assert not booth.transport.is_playing


def test_a_recording_that_is_gone_is_told(session, panel, booth, tmp_path, qtbot):
    record(panel, booth, qtbot)
    booth.state.made[0].path.unlink()
    qtbot.mouseClick(panel.listen, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: "no longer there" in panel.words.text())
    qtbot.mouseClick(panel.use, Qt.MouseButton.LeftButton)
    assert session.notices[-1].level is Level.ERROR
    assert panel.isVisible()


def test_another_microphone_is_chosen(panel, booth, desk, qtbot):
    assert [panel.input.itemText(row) for row in range(panel.input.count())] == [
        "The system's default", "Desk", "Headset",
    ]  # fmt: skip
    panel.input.setCurrentIndex(2)
    panel.input.activated.emit(2)
    qtbot.waitUntil(lambda: desk.opened == [None, "Headset"])


def test_without_a_microphone_the_panel_says_so_until_one_is_connected(window, booth, desk, qtbot):
    desk.names = ()
    window.actions_by_id["record"].trigger()
    panel = window.findChild(RecordingPanel)
    qtbot.waitUntil(lambda: "No microphone" in panel.words.text())
    assert not panel.go.isEnabled()
    qtbot.keyClick(panel, Qt.Key.Key_Space)
    assert not booth.recording
    desk.names = ("Desk",)
    qtbot.mouseClick(panel.again, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(panel.go.isEnabled)
    assert panel.words.property("level") == Level.INFO
    panel.close()


def test_an_unplugged_microphone_is_told_and_the_recording_is_there(panel, booth, desk, qtbot):
    qtbot.keyClick(panel, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: booth.state.seconds > 0.1)
    desk.gone = True
    qtbot.waitUntil(lambda: "Desk failed" in panel.words.text())
    assert "is kept" in panel.words.text()
    assert panel.words.property("level") == Level.ERROR
    assert panel.made.count() == 1
    assert panel.use.isEnabled()
    assert not panel.go.isEnabled()


def test_closing_the_panel_while_it_records_keeps_the_recording(window, panel, booth, qtbot):
    qtbot.keyClick(panel, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: booth.state.seconds > 0.1)
    qtbot.keyClick(panel, Qt.Key.Key_Escape)
    assert not booth.is_open
    qtbot.waitUntil(lambda: window.findChild(RecordingPanel) is None)
    window.actions_by_id["record"].trigger()
    again = window.findChild(RecordingPanel)
    qtbot.waitUntil(again.use.isEnabled)
    assert again.made.count() == 1
    again.close()


def test_closing_the_window_while_it_records_keeps_the_recording(window, session, panel, booth, tmp_path, qtbot):
    qtbot.keyClick(panel, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: booth.state.seconds > 0.1)
    assert window.close()
    assert [path.suffix for path in (tmp_path / "user" / "recordings").iterdir()] == [".flac"]


def test_recording_interrupts_playback_and_a_second_panel_is_not_opened(window, opened, booth, qtbot):
    opened.transport.play()
    window.preview.record_voice.click()
    assert not opened.transport.is_playing
    window.actions_by_id["record"].trigger()
    assert len(window.findChildren(RecordingPanel)) == 1
    opened.transport.play()  # plays on, though its device was let go
    qtbot.waitUntil(lambda: opened.playhead > 0)
    window.findChild(RecordingPanel).close()


def test_the_ways_to_the_microphone(window, session, booth, portrait, qtbot):
    welcome = window.preview.welcome
    assert welcome.record.isVisible()
    qtbot.mouseClick(welcome.record, Qt.MouseButton.LeftButton)
    assert booth.is_open
    window.findChild(RecordingPanel).close()
    session.open_portrait(portrait)
    qtbot.waitUntil(window.preview.record_voice.isVisible)


def test_a_recording_that_cannot_be_kept_is_told(window, session, panel, booth, tmp_path, qtbot):
    record(panel, booth, qtbot)
    (tmp_path / "user" / "media").write_text("no folder")
    qtbot.mouseClick(panel.use, Qt.MouseButton.LeftButton)
    assert session.notices[-1].level is Level.ERROR
    assert panel.isVisible()
    assert panel.made.count() == 1


def test_a_recording_that_is_gone_cannot_become_the_voice(session, panel, booth, tmp_path):
    gone = Recording(tmp_path / "gone.wav", 1.0, datetime.now(UTC))
    assert not session.use_recording(gone)
    assert "no longer there" in session.notices[-1].text


LISTENING = RecorderState(inputs=("Desk",), listening=True)
MADE = replace(LISTENING, seconds=3.0, loudest=-12.0)


@pytest.mark.parametrize(
    ("state", "trouble", "level", "word"),
    [
        (RecorderState(), "", Level.INFO, "Looking"),
        (RecorderState(saving=True), "", Level.INFO, "being saved"),
        (LISTENING, "", Level.INFO, "Speak"),
        (replace(LISTENING, problem=SoundDeviceError("Gone.", "Mend it.")), "", Level.ERROR, "Gone."),
        (replace(LISTENING, level=Loudness(dead=2.5)), "", Level.WARNING, "not even noise"),
        (replace(LISTENING, recording=True), "", Level.INFO, "Recording"),
        (replace(MADE, level=Loudness(clipped=True)), "", Level.WARNING, "too loud"),
        (replace(MADE, lost=1), "", Level.WARNING, "lost"),
        (replace(MADE, loudest=-40.0), "", Level.WARNING, "quiet"),
        (MADE, "", Level.INFO, "Listen"),
        (MADE, "Playback is silent.", Level.WARNING, "silent"),
        (replace(LISTENING, saved=1), "", Level.INFO, "cut off"),
    ],
)
def test_what_matters_most_is_said(state, trouble, level, word):
    notice = advice(state, trouble)
    assert notice.level is level
    assert word in notice.text


def test_the_meter_grows_with_the_level_and_says_when_it_was_too_loud(theme, qtbot):
    meter = LevelView(theme)
    qtbot.addWidget(meter)
    meter.resize(400, meter.sizeHint().height())

    def bar():
        picture = meter.grab().toImage()
        good = theme.colour("good").rgb()
        return sum(picture.pixel(column, 8) == good for column in range(picture.width()))

    widths = []
    for peak in (-60.0, -40.0, -20.0):
        meter.show_level(Loudness(peak, peak), True)
        widths.append(bar())
    assert widths[0] == 0
    assert widths[2] == pytest.approx(2 * widths[1], abs=3)
    assert meter.accessibleDescription() == ""
    meter.show_level(Loudness(-20.0, -20.0, clipped=True), True)
    assert meter.accessibleDescription() == "Too loud"


def test_in_a_small_window_the_ways_in_stand_under_each_other(window, qtbot):
    welcome = window.preview.welcome
    window.resize(1440, 900)
    qtbot.waitUntil(lambda: welcome.record.y() == welcome.portrait.y())
    window.resize(720, 480)
    qtbot.waitUntil(lambda: welcome.record.y() > welcome.portrait.y())
    assert welcome.record.width() >= welcome.record.sizeHint().width()
