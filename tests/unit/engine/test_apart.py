"""A process of its own does what this one would do, bit by bit; stops when asked, tells its death, outlives nobody."""

import errno
import os
import signal
import subprocess
import sys
import time
from dataclasses import fields, replace
from functools import partial
from multiprocessing.context import SpawnProcess
from pathlib import Path

import numpy as np
import pytest

from dimitra_studio.core.errors import InputError, StudioError
from dimitra_studio.core.events import Progress, finish
from dimitra_studio.core.paths import resource
from dimitra_studio.core.requests import AnalyseVoice
from dimitra_studio.engine import hearing
from dimitra_studio.engine.apart import Apart
from dimitra_studio.engine.loader import Loader
from dimitra_studio.speech.corrections import with_word_text

VOICE = AnalyseVoice(resource("sample/voice.flac"))
PATIENCE = 20.0  # seconds


def nothing():
    """Jobs of these tests need no models."""
    return object()


def whoami(_loader):
    yield Progress("who", 1, 1)
    return os.getpid()


def refuse(error, _loader):
    yield Progress("refuse", 0, 1)
    raise error


def tick(path, _loader):
    """Ten steps a second, each seen in a file, and that it was closed."""
    try:
        for step in range(1000):
            path.write_text(str(step))
            yield Progress("tick", step, 1000)
            time.sleep(0.1)
    finally:
        path.write_text("closed")


def squares(_loader):
    yield Progress("squares", 1, 1)
    return {"squares": np.arange(1000, dtype=np.float32) ** 2, "none": np.zeros((0, 3), np.float32)}


@pytest.fixture(scope="module")
def listener():
    with Loader(apart=True) as loader:
        yield loader


@pytest.fixture
def apart():
    apart = Apart(nothing)
    yield apart
    apart.close()


def until(holds):
    end = time.monotonic() + PATIENCE
    while not holds():
        assert time.monotonic() < end
        time.sleep(0.01)


def is_alive(process):
    """Whether it computes still; one that nobody has buried yet does not."""
    try:
        return Path(f"/proc/{process}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


def told(job):
    """The stages of a job in order, and its result."""
    stages = {}
    while True:
        try:
            progress = next(job)
        except StopIteration as stop:
            return list(stages), stop.value
        if progress.total:
            stages[progress.stage] = True


def test_a_voice_is_heard_as_it_is_here_bit_by_bit(listener):
    stages_there, found = told(hearing.analyse(listener, VOICE))
    assert "speech" not in listener.__dict__  # nothing was loaded here
    with Loader() as here:
        stages_here, expected = told(hearing.analyse(here, VOICE))
    assert (found.name, found.sha256) == (expected.name, expected.sha256)
    for field in fields(expected.speech):
        this, that = getattr(found.speech, field.name), getattr(expected.speech, field.name)
        if isinstance(that, np.ndarray):
            assert this.dtype == that.dtype == np.float32
            assert this.tobytes() == that.tobytes()
            assert not this.flags.writeable
        else:
            assert this == that
    assert stages_there == stages_here == ["speech", "features", "words"]


def test_words_are_pronounced_and_put_right_there(listener):
    assert finish(hearing.pronounce(listener, "Cannot 2")) == (
        ("Cannot", ("K", "AE", "N", "AA", "T")),
        ("2", ("T", "UW")),
    )
    with pytest.raises(InputError, match="cannot be pronounced"):
        finish(hearing.pronounce(listener, "load …"))
    heard = finish(hearing.analyse(listener, VOICE))
    assert finish(hearing.understand(listener, heard)) is heard
    spoken = with_word_text(heard.speech.utterance, 2, finish(hearing.pronounce(listener, "mode")))
    understood = finish(hearing.understand(listener, replace(heard, put_right=spoken)))
    assert understood.put_right is None
    assert understood.speech.utterance == spoken
    np.testing.assert_array_equal(understood.speech.features, heard.speech.features)
    assert not np.array_equal(understood.speech.text_embedding, heard.speech.text_embedding)


def test_a_voice_that_cannot_be_read_is_told(listener, tmp_path):
    with pytest.raises(InputError, match="does not exist"):
        finish(hearing.analyse(listener, AnalyseVoice(tmp_path / "none.wav")))


def test_this_process_hardly_works_meanwhile(listener):
    """What computes here could keep Python's lock: PocketSphinx and the tokenizer do, for a tenth of a second."""
    finish(hearing.load_speech(listener))
    began = time.process_time()
    finish(hearing.analyse(listener, VOICE))
    assert time.process_time() - began < 0.1  # of two seconds there


def double(values, _loader):
    yield Progress("double", 1, 1)
    return 2 * values


def test_arrays_go_there(apart):
    values = np.arange(10, dtype=np.float32)
    assert np.array_equal(finish(apart.run(partial(double, values))), 2 * values)


def test_arrays_come_read_only(apart):
    result = finish(apart.run(squares))
    assert np.array_equal(result["squares"], np.arange(1000, dtype=np.float32) ** 2)
    assert result["none"].shape == (0, 3)
    assert not result["squares"].flags.writeable


def test_errors_are_raised_here(apart):
    with pytest.raises(InputError, match=r"No\. Mend it"):
        finish(apart.run(partial(refuse, InputError("No.", "Mend it."))))
    with pytest.raises(EOFError, match="no death") as raised:  # though a pipe's end is told so, too
        finish(apart.run(partial(refuse, EOFError("no death"))))
    assert "in refuse" in raised.value.__notes__[0]  # where it happened


def test_jobs_have_one_process_that_is_another(apart):
    first = finish(apart.run(whoami))
    assert first == finish(apart.run(whoami)) != os.getpid()


def test_a_job_that_is_closed_is_given_up_at_once_and_stops_there(apart, tmp_path):
    job = apart.run(partial(tick, tmp_path / "tick"))
    until(lambda: next(job).stage == "tick")
    job.close()
    assert (tmp_path / "tick").read_text() != "closed"
    until(lambda: (tmp_path / "tick").read_text() == "closed")
    assert finish(apart.run(whoami)) != os.getpid()


def test_a_job_that_runs_between_the_steps_of_another_harms_neither(apart):
    slow, quick = apart.run(whoami), apart.run(squares)
    next(slow)  # asked for first
    assert "squares" in finish(quick)
    assert finish(slow) == finish(apart.run(whoami))


def test_a_job_that_is_closed_before_its_turn_is_never_done(apart, tmp_path):
    first, second = apart.run(whoami), apart.run(partial(tick, tmp_path / "tick"))
    next(first)
    next(second)
    second.close()
    finish(first)
    finish(apart.run(whoami))
    assert not (tmp_path / "tick").exists()


def test_a_death_is_told_to_all_and_the_next_job_has_a_new_process(apart, tmp_path):
    before = finish(apart.run(whoami))
    first, second = apart.run(partial(tick, tmp_path / "tick")), apart.run(whoami)
    next(first)
    next(second)
    os.kill(before, signal.SIGKILL)
    for job in (first, second):
        with pytest.raises(StudioError, match="ended by itself"):
            finish(job)
    assert finish(apart.run(whoami)) != before


def test_a_death_between_two_jobs_goes_unnoticed(apart):
    before = finish(apart.run(whoami))
    os.kill(before, signal.SIGKILL)
    # All of its threads have ended; it stays to be buried by who started it.
    until(lambda: os.waitid(os.P_PID, before, os.WEXITED | os.WNOHANG | os.WNOWAIT) is not None)
    assert finish(apart.run(whoami)) != before


def test_a_process_that_cannot_start_is_told_and_may_start_later(apart, monkeypatch):
    def refuse(_process):
        raise OSError(errno.EAGAIN, "Resource temporarily unavailable")

    with monkeypatch.context() as there_is_no_room:
        there_is_no_room.setattr(SpawnProcess, "start", refuse)
        with pytest.raises(StudioError, match=r"cannot be started \(Resource"):
            finish(apart.run(whoami))
    assert finish(apart.run(whoami)) != os.getpid()


def test_closing_does_not_wait_for_a_job(apart, tmp_path):
    job = apart.run(partial(tick, tmp_path / "tick"))
    process = finish(apart.run(whoami))
    until(lambda: next(job).stage == "tick")
    apart.close()
    assert not is_alive(process)
    with pytest.raises(StudioError, match="ended by itself"):
        finish(job)


_PARENT = """
import sys, time
from functools import partial
from dimitra_studio.core.events import finish
from dimitra_studio.engine.apart import Apart
sys.path.insert(0, sys.argv[1])
from test_apart import nothing, tick, whoami
if __name__ == "__main__":
    apart = Apart(nothing)
    print(finish(apart.run(whoami)), flush=True)
    if sys.argv[2]:
        job = apart.run(partial(tick, __import__("pathlib").Path(sys.argv[2])))
        while next(job).stage != "tick":
            pass
    print("ready", flush=True)
    time.sleep(60)
"""


@pytest.mark.parametrize("busy", [False, True])
@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGTERM])
def test_it_outlives_nobody(how, busy, tmp_path):
    script = tmp_path / "parent.py"
    script.write_text(_PARENT)
    command = [sys.executable, str(script), str(Path(__file__).parent), str(tmp_path / "tick") if busy else ""]
    parent = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    process = int(parent.stdout.readline())
    assert parent.stdout.readline() == "ready\n"
    assert is_alive(process)
    parent.send_signal(how)
    parent.wait(PATIENCE)
    until(lambda: not is_alive(process))
    parent.stdout.close()
