"""A window with an engine whose jobs are tiny: real threads, real queue, real documents, no networks."""

import gc
import os
from functools import cache
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import numpy as np
import pytest
import shiboken6
import soundfile
from PIL import Image
from PySide6.QtCore import QThread, QTimer
from PySide6.QtWidgets import QApplication

from dimitra_studio.audio.sink import SilentSink
from dimitra_studio.core.errors import InputError
from dimitra_studio.core.events import Progress
from dimitra_studio.core.face import LANDMARK_COUNT, Camera, FaceFit
from dimitra_studio.core.files import sha256_of
from dimitra_studio.core.lane import Lane
from dimitra_studio.core.media import Portrait
from dimitra_studio.core.motion import MotionSequence
from dimitra_studio.core.speech import SpeechAnalysis, Word
from dimitra_studio.engine.hearing import HeardVoice
from dimitra_studio.engine.jobs import JobQueue
from dimitra_studio.engine.pipeline import Sitter
from dimitra_studio.engine.pipeline import Take as MadeTake
from dimitra_studio.engine.worker import Worker
from dimitra_studio.face.head_model import load_head_model
from dimitra_studio.studio import jobs
from dimitra_studio.studio.board import JobBoard
from dimitra_studio.studio.dialogs.leaving import Leaving
from dimitra_studio.studio.engine_thread import EngineThread
from dimitra_studio.studio.main_window import MainWindow
from dimitra_studio.studio.preview.stage import Stage
from dimitra_studio.studio.session import Engines, Session
from dimitra_studio.studio.settings import Settings
from dimitra_studio.studio.theme import Theme

SECONDS = 2.0


_head_model = cache(load_head_model)


class NoLoader:
    """Tiny jobs need no models, but the head's shape."""

    def __init__(self):
        self.lane = Lane()

    @property
    def head(self):
        return _head_model()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.lane.close()


class ShadeRenderer:
    """Frames as bright as the first channel says."""

    def show(self, values, frame):
        return np.full((48, 64, 3), int(100 + 100 * values[frame, 0]), np.uint8)


def sitter_of(path: Path, face: int = 0) -> Sitter:
    """The picture's face; one that is as wide as it is high shows two beside each other."""
    pixels = np.asarray(Image.open(path).convert("RGB"))
    if pixels.max() == 0:
        raise InputError(f"No face was found in {path.name}.", "Use a picture of a face.")
    landmarks = np.full((LANDMARK_COUNT, 2), 20.0)
    landmarks[291] = (40.0, 20.0)
    height, width = pixels.shape[:2]
    boxes = ((4.0, 8.0, 28.0, 40.0), (36.0, 10.0, 58.0, 38.0))[: 2 if width == height else 1]
    fit = FaceFit(
        np.zeros(80), np.zeros(64), np.zeros(6), Camera(100, width / 2, height / 2, width, height), landmarks, 0,
        face, len(boxes), boxes=boxes,
    )  # fmt: skip
    return Sitter(Portrait(pixels, path.name, sha256_of(path)), fit)


@pytest.fixture
def tiny_jobs(monkeypatch):
    """The engine's jobs without networks; `steps` is how many a take needs, `pause` runs at each."""

    class Tiny:
        steps = 3
        error: Exception | None = None

        def pause(self) -> None:
            """At each step of a take."""

    tiny = Tiny()

    def fit_portrait(request, _loader):
        yield Progress("face", 0, 1)
        return sitter_of(request.portrait, request.face)

    def analyse_voice(request, _loader):
        yield Progress("speech", 0, 1)
        one, two = (request.text or "one two").split()
        speech = SpeechAnalysis(
            SECONDS, (Word(0.2, 0.6, one), Word(1.0, 1.5, two)), (), f"{one} {two}", "en", np.zeros((100, 4)), "tiny",
            np.zeros(3), "tiny",
        )  # fmt: skip
        return HeardVoice(request.voice.name, sha256_of(request.voice), speech)

    def write_take(request, sitter, voice, _loader):
        for step in range(tiny.steps):
            tiny.pause()
            yield Progress("motion", step, tiny.steps)
        if tiny.error is not None:
            raise tiny.error
        values = np.zeros((round(SECONDS * 25), 70), np.float32)
        values[:, 0] = np.linspace(0, 1, len(values))
        recipe = {
            "portrait": {"sha256": sitter.portrait.sha256, "face": sitter.fit.face},
            "voice": {"sha256": voice.sha256},
            "seed": request.seed,
        }
        return MadeTake(sitter, voice, MotionSequence(values), recipe)

    def look_around(_wish, _renderer, _loader):
        yield Progress("device", 0, 1)
        return jobs.Surroundings("cpu", "The processor was asked for.", "")

    def set_stage(_self, _scene, _loader):
        yield Progress("stage", 0, 1)
        return ShadeRenderer()

    def warm_up(_wish, _loader):
        yield Progress("device", 1, 1)

    for job in (fit_portrait, analyse_voice, write_take, look_around, warm_up):
        monkeypatch.setattr(jobs, job.__name__, job)
    monkeypatch.setattr(Stage, "_set", set_stage)
    return tiny


@pytest.fixture(autouse=True)
def garbage_of_the_main_thread():
    """As in the program (studio.collector): no other thread destroys what widgets leave behind."""
    gc.disable()
    yield
    gc.collect()
    gc.enable()


@pytest.fixture(autouse=True)
def no_dangling_threads():
    """A thread that still runs when its test is over would crash the program at its end."""
    yield
    # By type: asking every object there is for its class would wake other packages' deprecations.
    running = [each for each in gc.get_objects() if issubclass(type(each), QThread) and shiboken6.isValid(each)]
    left = [each for each in running if each.isRunning() and each is not QThread.currentThread()]
    names = [f"{type(each).__name__} {each.objectName()}".strip() for each in left]
    assert not names, f"threads that still run: {', '.join(names)}"


def _make_worker(queue: JobQueue) -> Worker:
    return Worker(queue, NoLoader)


@pytest.fixture
def open_session(qapp, tmp_path, tiny_jobs):
    """Opens a session of its own, which its asker closes."""

    def open_one() -> Session:
        engines = Engines(JobBoard(EngineThread(_make_worker)), JobBoard(EngineThread(_make_worker)))
        return Session(engines, Settings(tmp_path / "studio.ini"), tmp_path / "user", SilentSink)

    return open_one


@pytest.fixture
def session(open_session):
    session = open_session()
    session.notices = []
    session.notice.connect(session.notices.append)
    yield session
    session.close()


@pytest.fixture
def theme(qapp):
    assert isinstance(qapp, QApplication)
    letters = qapp.font()
    yield Theme(qapp)
    qapp.setFont(letters)  # a test may have made them larger for all that come after it


@pytest.fixture
def leaving(monkeypatch):
    """Answers the question whether to save; `asked` counts."""

    class Answers:
        answer = Leaving.DISCARD
        asked = 0
        making = ""  # what was named as being made

    answers = Answers()

    def ask_to_save(_parent, _title, making):
        answers.asked += 1
        answers.making = making
        return answers.answer

    def ask_to_stop(parent, making):
        return ask_to_save(parent, "", making) is Leaving.DISCARD

    monkeypatch.setattr("dimitra_studio.studio.dialogs.leaving.ask_to_save", ask_to_save)
    monkeypatch.setattr("dimitra_studio.studio.dialogs.leaving.ask_to_stop", ask_to_stop)
    return answers


@pytest.fixture
def window(session, theme, leaving, tmp_path, qtbot):
    window = MainWindow(session, theme, tmp_path / "user")
    qtbot.addWidget(window)
    window.show()
    qtbot.waitExposed(window)
    return window  # the end of the test closes it


@pytest.fixture
def portrait(tmp_path) -> Path:
    path = tmp_path / "portrait.png"
    Image.new("RGB", (64, 48), (200, 150, 100)).save(path)
    return path


@pytest.fixture
def faceless(tmp_path) -> Path:
    path = tmp_path / "black.png"
    Image.new("RGB", (64, 48)).save(path)
    return path


@pytest.fixture
def voice(tmp_path) -> Path:
    path = tmp_path / "voice.wav"
    soundfile.write(path, 0.1 * np.sin(np.arange(int(SECONDS * 8000)) / 9), 8000)
    return path


@pytest.fixture
def opened(session, portrait, voice, qtbot):
    """A session with a portrait and a voice, all known about them."""
    session.open_portrait(portrait)
    session.open_voice(voice)
    qtbot.waitUntil(lambda: session.media.sitter is not None and session.media.heard is not None)
    return session


@pytest.fixture
def beating(qapp):
    """Starts heartbeats on a clock: the list of what that clock counted from beat to beat, in seconds."""
    timers = []

    def start(clock):
        beats, last = [], [clock()]

        def beat():
            now = clock()
            beats.append(now - last[0])
            last[0] = now

        timer = QTimer(interval=1)
        timer.timeout.connect(beat)
        timer.start()
        timers.append(timer)
        return beats

    yield start
    for timer in timers:
        timer.stop()


@pytest.fixture
def frozen():
    """What other tests have left is not looked through by the garbage collector, which is no part of the window."""
    gc.collect()
    gc.freeze()
    yield
    gc.unfreeze()
