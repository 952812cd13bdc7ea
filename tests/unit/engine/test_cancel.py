"""Cancelled at once, whatever the job waits for: a call that cannot be stopped is given up, and the queue goes on."""

import threading
from functools import cached_property
from types import SimpleNamespace

import numpy as np
import pytest
import soundfile

from dimitra_studio.core.events import Progress, finish
from dimitra_studio.core.lane import Lane
from dimitra_studio.core.paths import resource
from dimitra_studio.core.requests import AnalyseVoice, FitPortrait
from dimitra_studio.core.speech import Word
from dimitra_studio.engine import hearing, pipeline
from dimitra_studio.engine.events import Cancelled, Finished
from dimitra_studio.engine.jobs import JobQueue, JobRequest
from dimitra_studio.engine.worker import Worker
from dimitra_studio.speech.backends import SpeechBackends
from dimitra_studio.speech.transcript import Transcript

PATIENCE = 20.0  # seconds; what is asserted is the order of things


class Endless:
    """A call that ends only when the test says so, standing where a library would compute for seconds."""

    def __init__(self):
        self.begun, self.may_end, self.calls = threading.Event(), threading.Event(), 0

    def __call__(self, *_):
        self.calls += 1
        self.begun.set()
        self.may_end.wait(PATIENCE)


class Listening:
    """Speech analysis without networks; `slow` names the call that lasts."""

    kind, width, language = "test", 4, "en"

    def __init__(self, slow, call):
        self._slow, self._call = slow, call

    def _do(self, what):
        if what == self._slow:
            self._call()

    def extract(self, samples):
        yield Progress("features", 1, 1)
        return np.zeros((-(-len(samples) // 320), 4), np.float32)

    def listen(self, samples):
        yield Progress("words", 0, 0)
        return np.ones(-(-len(samples) // 512), np.float32)

    def transcribe(self, samples):
        self._do("transcribe")
        return Transcript((Word(0.0, 0.5, "one"),), 0.0, False)

    def align(self, samples, words):
        self._do("align")

    def pronounce(self, word):
        return ("W",)

    def embed(self, text):
        self._do("embed")
        return np.zeros(3, np.float32)


class SlowLoader:
    apart = None

    def __init__(self, slow, call):
        self.lane, self._slow, self._call = Lane(), slow, call

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.lane.close()

    def _load(self, what):
        if what == self._slow:
            self._call()
        return SimpleNamespace()

    @cached_property
    def detector(self):
        return self._load("detector")

    @cached_property
    def head(self):
        return self._load("head")

    @cached_property
    def speech(self):
        self._load("speech")
        each = Listening(self._slow, self._call)
        return SpeechBackends(each, each, each, each, each, self.lane)


@pytest.fixture
def endless():
    call = Endless()
    yield call
    call.may_end.set()


@pytest.fixture
def working():
    """Starts a queue with a worker on a thread; the events that it told are in `told`."""
    running = []

    def start(loader):
        told, changed = [], threading.Condition()

        def listen(event):
            with changed:
                told.append(event)
                changed.notify_all()

        def wait_for(kind):
            with changed:
                assert changed.wait_for(lambda: any(isinstance(each, kind) for each in told), PATIENCE), told

        queue = JobQueue(listen)
        thread = threading.Thread(target=Worker(queue, lambda: loader).run)
        thread.start()
        running.append((queue, thread))
        return queue, wait_for

    yield start
    for queue, thread in running:
        queue.close()
        thread.join(PATIENCE)
        assert not thread.is_alive()


@pytest.fixture
def voice(tmp_path):
    path = tmp_path / "voice.wav"
    soundfile.write(path, 0.1 * np.sin(np.arange(16_000) / 9), 16_000)
    return path


@pytest.mark.parametrize(
    "slow", ["read_portrait", "detector", "head", "fit", "read_voice", "speech", "transcribe", "align", "embed"]
)
def test_a_cancel_does_not_wait_for_the_call(slow, endless, working, voice, monkeypatch):
    if slow == "read_voice":
        monkeypatch.setattr(hearing, slow, endless)
    if slow == "read_portrait":
        monkeypatch.setattr(pipeline, slow, endless)
    if slow == "fit":
        monkeypatch.setattr(pipeline, "fit_portrait", endless)
    loader = SlowLoader(slow, endless)
    queue, wait_for = working(loader)

    def start(loader):
        if slow in ("read_portrait", "detector", "head", "fit"):
            return pipeline.fit(loader, FitPortrait(resource("sample/portrait.png")))
        return hearing.analyse(loader, AnalyseVoice(voice))

    def other(_loader):
        yield Progress("other", 1, 1)
        return "done"

    job = queue.submit(JobRequest("Slow", "slow", start))
    assert endless.begun.wait(PATIENCE)
    queue.cancel(job)
    wait_for(Cancelled)
    queue.submit(JobRequest("Other", "other", other))
    wait_for(Finished)  # the queue goes on
    assert not endless.may_end.is_set()  # the call is still being made
    endless.may_end.set()
    finish(loader.lane.call(int, Progress("behind it", 0, 1)))
    assert endless.calls == 1  # and nothing of that job came after it
