"""What is heard: the voice, as loud as the user wants, as long as the take, with or without a device."""

import gc
import weakref

import pytest
import soundfile
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QApplication

from dimitra_studio.audio.sink import SilentSink, SoundDeviceError
from dimitra_studio.audio.source import SoundSource
from dimitra_studio.project.document import TakeSettings, TimeRange
from dimitra_studio.studio.settings import MUTED, VOLUME, Settings
from dimitra_studio.studio.sound import SoundThread, Speaker
from dimitra_studio.studio.transport import Transport
from dimitra_studio.studio.volume import Volume
from dimitra_studio.studio.volume_button import VolumeButton

RATE = 8000


class Device(SilentSink):
    """Remembers what it played."""

    def __init__(self, rate, channels):
        super().__init__(rate, channels)
        self.loudest, self.closed = 0.0, False

    def write(self, sound):
        super().write(sound)
        self.loudest = float(abs(sound).max())

    def close(self):
        self.closed = True


class Room:
    """A speaker with its devices, and what it told."""

    def __init__(self, settings):
        self.devices, self.told, self.refuses = [], [], False
        self.volume = Volume(settings)
        self.transport = Transport()
        self.speaker = Speaker(self.transport, self.open, self.volume)
        self.speaker.told.connect(self.told.append)

    def open(self, rate, channels):
        if self.refuses:
            raise SoundDeviceError("There is none.")
        self.devices.append(Device(rate, channels))
        return self.devices[-1]


@pytest.fixture
def settings(tmp_path):
    return Settings(tmp_path / "studio.ini")


@pytest.fixture
def room(qapp, settings, source):
    """It ends before the sound that it plays."""
    room = Room(settings)
    yield room
    room.speaker.stop()


@pytest.fixture
def source(tmp_path):
    path = tmp_path / "voice.wav"
    soundfile.write(path, [0.5] * (2 * RATE), RATE, subtype="FLOAT")
    source = SoundSource(path)
    yield source
    source.close()


def test_the_volume_is_heard_at_once_and_by_what_plays_next(room, source, qtbot):
    room.volume.set_level(0.5)
    room.speaker.follow(source, 2.0)
    room.transport.play()
    qtbot.waitUntil(lambda: bool(room.devices) and room.devices[0].loudest == pytest.approx(0.5**4))
    room.volume.set_level(1.0)
    qtbot.waitUntil(lambda: room.devices[0].loudest == 0.5)
    assert room.transport.is_playing


def test_muted_is_silence_and_louder_ends_it(room, settings, source, qtbot):
    settings.set(MUTED, True)
    assert room.volume.gain == 0
    room.volume.set_level(0.4)
    assert not room.volume.muted
    for _ in range(9):
        room.volume.louder()
    assert room.volume.level == 1
    for _ in range(12):
        room.volume.quieter()
    assert room.volume.level == 0


def test_the_volume_is_remembered(room, settings, tmp_path):
    room.volume.set_level(0.3)
    settings.set(MUTED, True)
    settings.sync()
    again = Volume(Settings(tmp_path / "studio.ini"))
    assert (again.level, again.muted) == (0.3, True)


def test_a_take_longer_than_the_voice_can_be_seen_to_its_end(room, source):
    room.speaker.follow(source, 3.0)
    assert room.transport.duration == 3.0
    room.transport.set_loop(TimeRange(2.0, 3.0))
    room.transport.seek(2.8)
    room.speaker.follow(source, 1.0)  # one that is shorter: the voice is heard to its end
    assert room.transport.duration == 2.0
    assert room.transport.seconds == 2.0


def test_a_frame_begun_is_no_longer_take_and_play_goes_on(room, source):
    room.speaker.follow(source, 2.0)
    room.transport.play()
    room.speaker.follow(source, 2.03)
    assert room.transport.duration == 2.0
    assert room.transport.is_playing


def test_resting_lets_the_device_go_and_keeps_the_place(room, source, qtbot):
    room.speaker.follow(source, 3.0)
    room.transport.seek(1.0)
    room.transport.play()
    qtbot.waitUntil(lambda: len(room.devices) == 1)
    room.speaker.rest()
    assert room.devices[0].closed
    assert not room.transport.is_playing
    assert room.transport.duration == 3.0
    assert room.transport.seconds >= 1.0
    room.transport.play()
    qtbot.waitUntil(lambda: len(room.devices) == 2)


def test_no_device_is_told_once_and_time_goes_on(room, source, qtbot):
    room.refuses = True
    room.speaker.follow(source, 2.0)
    for _ in range(2):
        before = room.transport.seconds
        room.transport.play()
        qtbot.waitUntil(lambda before=before: room.transport.seconds > before)
        room.transport.pause()
        room.speaker.rest()  # as when another voice is opened: a new output
    assert room.told == ["There is none."]


def test_a_device_that_was_connected_again_is_heard_at_the_next_play(room, source, qtbot):
    room.speaker.follow(source, 2.0)
    for times in (1, 2):
        room.refuses = True
        room.speaker.rest()
        room.transport.play()
        qtbot.waitUntil(lambda times=times: len(room.told) == times)  # each time that it goes
        room.transport.pause()
        room.refuses = False
        qtbot.wait(50)
        room.transport.seek(0.5)
        room.transport.play()
        qtbot.waitUntil(lambda times=times: len(room.devices) == times and room.devices[-1].loudest > 0)


def test_a_voice_that_is_replaced_is_let_go(session, voice, tmp_path, qtbot):
    def open_voice(path):
        session.open_voice(path)
        qtbot.waitUntil(lambda: session.media.heard is not None and session.media.voice.path == path)
        return weakref.ref(session.media.voice.sound)

    gone = open_voice(voice)
    other = tmp_path / "other.wav"
    soundfile.write(other, [0.2] * RATE, RATE)
    still = open_voice(other)
    qtbot.waitUntil(lambda: len(session._speaker.findChildren(SoundThread)) == 1)
    gc.collect()
    assert gone() is None
    assert still() is not None


def test_the_button_mutes_and_its_wheel_and_slider_change_the_volume(window, session, qtbot):
    button = window.findChild(VolumeButton)
    assert button.isVisible()
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton, pos=QPoint(8, button.height() // 2))
    assert session.volume.muted
    assert window.actions_by_id["mute"].isChecked()
    button.slider.setValue(50)
    assert (session.volume.level, session.volume.muted) == (0.5, False)
    assert session.settings.number(VOLUME) == 0.5
    QApplication.sendEvent(button, wheel(button, 120))
    assert button.slider.value() == 60
    window.actions_by_id["quieter"].trigger()
    assert button.slider.value() == 50


def wheel(widget, steps):
    place = QPointF(widget.rect().center())
    none = Qt.KeyboardModifier.NoModifier
    return QWheelEvent(
        place, widget.mapToGlobal(place), QPoint(), QPoint(0, steps), Qt.MouseButton.NoButton, none,
        Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip


def test_a_take_that_outlasts_another_voice_is_played_to_its_end(window, opened, tmp_path, qtbot):
    opened.generate(TakeSettings(), 1)
    qtbot.waitUntil(lambda: opened.take is not None)
    short = tmp_path / "short.wav"
    soundfile.write(short, [0.1] * (RATE // 2), RATE)
    opened.open_voice(short)
    qtbot.waitUntil(lambda: opened.project.voice.name == "short.wav" and opened.media.voice is not None)
    assert opened.duration == pytest.approx(2.0)
    opened.delete_take()
    assert opened.duration == pytest.approx(0.5)


@pytest.fixture
def playing(room, source):
    """The transport of a room with a voice of two seconds."""
    room.speaker.follow(source, 2.0)
    return room.transport


def test_the_shuttle_keys_sound_in_both_directions(room, playing, qtbot):
    playing.seek(1.0)
    playing.shuttle_forward()
    playing.shuttle_forward()
    assert playing.speed == 2
    qtbot.waitUntil(lambda: playing.seconds > 1.1 and room.devices[0].loudest == 0.5)
    playing.shuttle_back()
    qtbot.waitUntil(lambda: playing.seconds < 1.05)
    room.devices[0].loudest = 0.0
    qtbot.waitUntil(lambda: room.devices[0].loudest == 0.5)
    playing.pause()
    place = playing.seconds
    qtbot.wait(40)
    assert playing.seconds == place


def test_the_playhead_stops_at_the_end_and_begins_anew(playing, qtbot):
    playing.seek(1.9)
    with qtbot.waitSignal(playing.playing_changed, check_params_cb=lambda on: not on):
        playing.play()
    assert playing.seconds == playing.duration == 2.0
    playing.play()
    qtbot.waitUntil(lambda: 0 < playing.seconds < 1.5)
    assert playing.is_playing


def test_scrubbing_is_heard_while_the_playhead_stands(room, playing, qtbot):
    playing.scrub(1.2)
    qtbot.waitUntil(lambda: bool(room.devices) and room.devices[0].loudest == 0.5)
    assert playing.seconds == 1.2
    assert not playing.is_playing


def test_a_device_that_goes_away_while_it_plays_is_told_once_and_time_goes_on(room, playing, qtbot):
    playing.play()
    qtbot.waitUntil(lambda: playing.seconds > 0.05)

    def fail(_sound):
        raise SoundDeviceError("It is gone.")

    room.devices[0].write = fail
    qtbot.waitUntil(lambda: room.told == ["It is gone."])
    place = playing.seconds
    qtbot.waitUntil(lambda: playing.seconds > place + 0.1)
    assert room.told == ["It is gone."]
