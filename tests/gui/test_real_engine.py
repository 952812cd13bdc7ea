"""The window with the engine that ships: the sample's face, a second of its voice, the real networks."""

import numpy as np
import pytest
import soundfile

from dimitra_studio.audio.sink import SilentSink
from dimitra_studio.core.paths import resource
from dimitra_studio.project.document import TakeSettings
from dimitra_studio.studio.board import JobBoard
from dimitra_studio.studio.engine_thread import EngineThread
from dimitra_studio.studio.main_window import MainWindow
from dimitra_studio.studio.notices import Level
from dimitra_studio.studio.session import Engines, Session
from dimitra_studio.studio.settings import Settings

PATIENCE = 120_000  # ms


@pytest.fixture
def real_session(qapp, tmp_path):
    engines = Engines(JobBoard(EngineThread()), JobBoard(EngineThread()))
    session = Session(engines, Settings(tmp_path / "studio.ini"), tmp_path / "user", SilentSink)
    yield session
    session.close()


@pytest.fixture
def real_window(real_session, theme, leaving, tmp_path, qtbot):
    window = MainWindow(real_session, theme, tmp_path / "user")
    qtbot.addWidget(window)
    window.resize(900, 700)
    window.show()
    return window


@pytest.fixture
def short_voice(tmp_path):
    """From 4.3 s on the sample says "winding path", whose vowels open the mouth."""
    samples, rate = soundfile.read(resource("sample/voice.flac"))
    path = tmp_path / "short.wav"
    soundfile.write(path, samples[round(4.3 * rate) : round(5.5 * rate)], rate)
    return path


def failed(notices) -> list[str]:
    return [notice.text for notice in notices if notice.level is Level.ERROR]


def test_the_sample_with_another_voice_becomes_a_take_that_moves_on_the_photo(
    real_window, real_session, short_voice, tmp_path, qtbot
):
    problems = []
    real_session.notice.connect(problems.append)
    real_window.desk.open_sample()
    sample = real_session.take
    assert not real_session.project.is_stale(sample)
    real_window.desk.open_paths([short_voice])
    qtbot.waitUntil(lambda: real_session.project.is_stale(sample), timeout=PATIENCE)
    real_session.generate(TakeSettings(steps=4), seed=3)
    qtbot.waitUntil(lambda: real_session.take is not sample or bool(failed(problems)), timeout=PATIENCE)
    assert not failed(problems)
    assert len(real_session.take.motion) == 30
    pictures = []
    jaw = real_session.take.motion.values[:, 0]
    for frame in (int(jaw.argmin()), int(jaw.argmax())):
        real_session.seek(frame / 25)
        qtbot.waitUntil(lambda: real_window.preview.is_drawn, timeout=PATIENCE)
        picture = real_window.preview.view.frame.copy()
        pictures.append(np.frombuffer(picture.bits(), np.uint8).reshape(picture.height(), -1).astype(int))
    moved = np.abs(pictures[1] - pictures[0])
    assert moved.max() > 40  # the mouth
    assert moved[-20:].max() == 0  # not the picture's lower edge
