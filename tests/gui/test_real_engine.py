"""The window with the engine that ships: the sample's face, a second of its voice, the real networks."""

import time
from functools import partial

import numpy as np
import pytest
import soundfile

from dimitra_studio.audio.sink import SilentSink
from dimitra_studio.core.paths import resource
from dimitra_studio.engine.jobs import JobQueue, JobRequest, Priority
from dimitra_studio.engine.loader import Loader
from dimitra_studio.engine.worker import Worker
from dimitra_studio.project.document import TakeSettings
from dimitra_studio.studio import jobs
from dimitra_studio.studio.board import Asker, JobBoard
from dimitra_studio.studio.engine_thread import EngineThread
from dimitra_studio.studio.main_window import MainWindow
from dimitra_studio.studio.notices import Level
from dimitra_studio.studio.session import Engines, Session
from dimitra_studio.studio.settings import Settings

PATIENCE = 120_000  # ms
LONGEST = 0.05  # seconds; twice that once


def _worker(queue: JobQueue) -> Worker:
    return Worker(queue, partial(Loader, apart=True))


@pytest.fixture
def real_session(qapp, tmp_path):
    engines = Engines(JobBoard(EngineThread(_worker)), JobBoard(EngineThread()))
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


def is_seen(head) -> bool:
    """Whether the head is drawn, or said to be impossible to draw here."""
    return head is not None and (head.is_drawn or bool(head.problem))


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


def test_the_window_is_not_kept_waiting_while_the_engine_works(
    real_window, real_session, frozen, beating, tmp_path, qtbot
):
    """Python's lock belongs to one thread at a time: who keeps it for 100 ms, PocketSphinx in this process for one,
    stops the window for as long.

    One heart beats on the clock of the processor time that the whole process has used, so that only a stop counts in
    which the process itself computes: what other programs do lengthens no beat. While the lock is free, beats come
    every millisecond however much the engine's threads compute. The other is the window's thread's own.
    """
    heartbeat, own = beating(time.process_time), beating(time.thread_time)
    ready = []
    asker = Asker(ready.append, ready.append, partial(ready.append, None), ready.append)
    warm_up = JobRequest("Warm up", "", partial(jobs.warm_up, "cpu"), Priority.EXPORT)
    real_session.jobs.submit(warm_up, asker)
    real_window.desk.open_paths([resource("sample/portrait.png")])
    qtbot.waitUntil(lambda: bool(ready) and real_session.media.sitter is not None, timeout=PATIENCE)
    real_window.desk.open_paths([resource("sample/voice.flac")])
    qtbot.waitUntil(lambda: real_session.media.heard is not None, timeout=PATIENCE)
    real_session.generate(TakeSettings(steps=4), seed=3)
    qtbot.waitUntil(lambda: real_session.take is not None, timeout=PATIENCE)
    qtbot.waitUntil(lambda: real_window.preview.is_drawn, timeout=PATIENCE)
    real_session.transport.play()
    qtbot.wait(1000)
    real_session.transport.pause()
    real_window.docks.bring_up("viewport")
    qtbot.waitUntil(lambda: is_seen(real_window.head.view), timeout=PATIENCE)
    assert len(heartbeat) > 2000
    for beats in (own, heartbeat):
        assert sorted(beats)[-2] < LONGEST
        assert max(beats) < 2 * LONGEST
