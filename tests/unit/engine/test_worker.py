"""The worker, mostly step by step and by a clock that the test moves."""

import gc
import pickle
import subprocess
import sys
import threading
import weakref

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dimitra_studio.core.errors import Cancelled as Stopped
from dimitra_studio.core.errors import InputError, ModelError
from dimitra_studio.core.events import Progress
from dimitra_studio.engine.eta import StageTimes
from dimitra_studio.engine.events import Cancelled, Failed, Finished, Moved, Noted, Progressed, Queued, Started
from dimitra_studio.engine.jobs import JobQueue, JobRequest, JobState, Priority
from dimitra_studio.engine.worker import Worker


class Models:
    """Stands for the Loader."""

    def __init__(self, diary):
        self.diary = diary

    def __enter__(self):
        self.diary.append("models opened")
        return self

    def __exit__(self, *error):
        self.diary.append("models closed")


class Bench:
    """A queue and its worker, a clock, what the listener was told, and what the jobs did."""

    def __init__(self, times=None):
        self.told, self.diary, self.time = [], [], 0.0
        self.queue = JobQueue(self.told.append)
        self.worker = Worker(self.queue, lambda: Models(self.diary), times, lambda: self.time)

    def job(self, name, steps, seconds=0.0, result=None):
        """Does `steps` that last `seconds` each."""

        def run(loader):
            try:
                for step in range(1, steps + 1):
                    self.time += seconds
                    self.diary.append(f"{name}{step}")
                    yield Progress("work", step, steps)
                return result
            finally:
                self.diary.append(f"{name} ended")

        return run

    def submit(self, start, priority=Priority.TAKE, **more):
        return self.queue.submit(JobRequest("Work", "test", start, priority, **more))

    def finish(self):
        while self.worker.step():
            pass

    def of(self, *kinds):
        return [event for event in self.told if isinstance(event, kinds)]


@pytest.fixture
def bench():
    return Bench()


def test_a_job_is_told_from_its_start_to_its_result(bench):
    job = bench.submit(bench.job("a", 2, seconds=1.0, result="the result"))
    bench.finish()
    assert [type(event) for event in bench.told] == [Queued, Started, Progressed, Progressed, Finished]
    assert bench.told[-1] == Finished(job, "the result")
    assert bench.queue.jobs() == ()


def test_submitting_does_no_work(bench):
    bench.submit(bench.job("a", 1))
    assert bench.diary == []


def test_one_job_after_the_other(bench):
    for name in "abc":
        bench.submit(bench.job(name, 2))
    bench.finish()
    assert bench.diary == ["models opened", *(f"{n}{s}" for n in "abc" for s in (1, 2, " ended"))]


def test_a_cancelled_job_is_closed_before_another_step(bench):
    job = bench.submit(bench.job("a", 100))
    bench.worker.step()
    bench.worker.step()
    bench.queue.cancel(job)
    bench.finish()
    assert bench.diary == ["models opened", "a1", "a2", "a ended"]
    assert bench.told[-1] == Cancelled(job)


def test_a_job_that_stops_itself_is_cancelled_not_failed(bench):
    def run(loader):
        yield Progress("work", 0, 1)
        raise Stopped

    job = bench.submit(run)
    bench.finish()
    assert bench.told[-1] == Cancelled(job)


def test_a_preview_runs_between_the_steps_of_a_long_job(bench):
    bench.submit(bench.job("take", 3))
    bench.worker.step()
    bench.submit(bench.job("preview", 2), Priority.PREVIEW)
    bench.finish()
    expected = ["models opened", "take1", "preview1", "preview2", "preview ended", "take2", "take3", "take ended"]
    assert bench.diary == expected


def test_a_stream_of_previews_slows_a_long_job_but_never_stops_it(bench):
    """Whether it runs already or still waits when they begin."""
    bench.submit(bench.job("take", 5))
    bench.submit(bench.job("other take", 5))
    while "other take ended" not in bench.diary:
        bench.submit(bench.job("preview", 1), Priority.PREVIEW, slot="frame")
        bench.worker.step()
        assert len(bench.diary) < 100
    assert bench.diary.count("preview1") >= 10


def test_a_paused_job_can_be_cancelled(bench):
    export = bench.submit(bench.job("export", 9), Priority.EXPORT)
    bench.worker.step()
    bench.submit(bench.job("take", 2))
    bench.worker.step()
    bench.queue.cancel(export)
    bench.worker.step()
    assert Cancelled(export) in bench.told
    assert bench.diary[-2:] == ["export ended", "take2"]


def test_progress_is_told_at_most_twenty_times_a_second_but_every_stage_and_note(bench):
    def run(loader):
        for stage in ("one", "two"):
            for done in range(1000):
                bench.time += 0.001
                yield Progress(stage, done, 1000)
            bench.time += 0.001
            yield Progress(stage, 0, 0, f"note {stage}")

    bench.submit(run)
    bench.finish()
    progress = [event.progress for event in bench.of(Progressed)]
    assert 2 * 19 <= len(progress) <= 2 * 20 + 2
    assert progress[0].done == 0
    assert next(p for p in progress if p.stage == "two").done == 0
    assert [event.note for event in bench.of(Noted)] == ["note one", "note two"]
    assert all(p.total for p in progress)


def test_the_time_left_counts_only_the_jobs_own_work(bench):
    bench.submit(bench.job("take", 11, seconds=1.0))
    for _ in range(5):
        bench.worker.step()
    bench.submit(bench.job("preview", 1, seconds=500.0), Priority.PREVIEW)
    bench.finish()
    left = [event.left.stage for event in bench.of(Progressed) if event.id == 1]
    assert left[5] == pytest.approx(5.0)
    assert left[-1] == pytest.approx(0.0)


def test_stage_times_are_learnt_from_finished_jobs(tmp_path):
    times = StageTimes(tmp_path / "times.json")
    for steps_done in (None, 1):  # a cancelled job teaches nothing
        bench = Bench(times)
        job = bench.submit(bench.job("a", 4, seconds=2.0), seconds=4.0)
        if steps_done:
            bench.worker.step()
            bench.queue.cancel(job)
        bench.finish()
        assert times.recall("test") == pytest.approx({"work": 2.0}, rel=0.3)
    assert bench.of(Progressed)[0].left.job is not None


def test_a_foreseen_error_is_told_as_it_is(bench):
    def run(loader):
        yield Progress("work", 0, 1)
        raise InputError("The picture is empty.", "Copy it again.")

    job = bench.submit(run)
    after = bench.submit(bench.job("b", 1))
    bench.finish()
    failed = bench.of(Failed)[0]
    assert (failed.id, failed.error.message, failed.error.hint) == (job, "The picture is empty.", "Copy it again.")
    assert isinstance(failed.error, InputError)
    assert bench.told[-1] == Finished(after, None)


def test_an_error_that_nobody_foresaw_is_one_sentence_and_a_log_entry(bench, caplog):
    def run(loader):
        yield Progress("work", 0, 1)
        raise ZeroDivisionError("deep inside")

    bench.submit(run)
    bench.finish()
    error = bench.of(Failed)[0].error
    assert "ZeroDivisionError" in error.message
    assert "\n" not in error.message
    assert error.hint
    assert "Traceback" in caplog.text
    assert "deep inside" in caplog.text


def test_memory_that_runs_out_has_its_own_sentence(bench, caplog):
    def run(loader):
        raise MemoryError
        yield

    bench.submit(run)
    bench.finish()
    assert "memory ran out" in bench.of(Failed)[0].error.message


@pytest.mark.parametrize("kind", [InputError, ValueError])
def test_an_error_does_not_keep_the_jobs_arrays(bench, caplog, kind):
    kept = []

    def run(loader):
        array = np.zeros(1000)
        kept.append(weakref.ref(array))
        yield Progress("work", 0, 1)
        try:
            raise KeyError("first")
        except KeyError as error:
            raise kind("second") from error

    caplog.set_level("CRITICAL", "dimitra_studio")  # the log record would hold the traceback for the test
    bench.submit(run)
    bench.finish()
    gc.collect()
    assert bench.of(Failed)
    assert kept[0]() is None


def test_models_that_cannot_be_opened_fail_the_job_and_not_the_worker(bench):
    def refuse():
        raise ModelError("The manifest is missing.", "Install it.")

    worker = Worker(bench.queue, refuse)
    for _ in range(2):
        bench.submit(bench.job("a", 1))
    while worker.step():
        pass
    assert [event.error.message for event in bench.of(Failed)] == 2 * ["The manifest is missing."]


def test_a_job_that_fails_while_it_is_closed_is_told(bench, caplog):
    def run(loader):
        try:
            yield Progress("work", 0, 2)
        finally:
            raise OSError("cannot tidy up")

    job = bench.submit(run)
    bench.worker.step()
    bench.queue.cancel(job)
    bench.finish()
    assert len(bench.of(Failed)) == 1
    assert bench.queue.jobs() == ()


def test_run_works_on_its_own_thread_and_closes_jobs_before_models(bench):
    began, threads = threading.Event(), set()

    def endless(loader):
        try:
            while True:
                threads.add(threading.get_ident())
                began.set()
                yield Progress("work", 0, 1)
        finally:
            bench.diary.append("job closed")

    thread = threading.Thread(target=bench.worker.run)
    thread.start()
    job = bench.submit(endless)
    waiting = bench.submit(bench.job("never", 1))
    assert began.wait(10)
    bench.queue.close()
    thread.join(10)
    assert not thread.is_alive()
    assert threads == {thread.ident}
    assert bench.diary == ["models opened", "job closed", "models closed"]
    assert {Cancelled(job), Cancelled(waiting)} <= set(bench.told)
    assert bench.queue.jobs() == ()


def test_a_worker_without_jobs_stops_at_once_and_opens_no_models(bench):
    thread = threading.Thread(target=bench.worker.run)
    thread.start()
    bench.queue.close()
    thread.join(10)
    assert not thread.is_alive()
    assert bench.diary == []


def test_events_can_go_to_another_process(bench):
    bench.submit(bench.job("a", 2, result=(1, 2)))
    bench.finish()
    bench.told.append(Failed(9, InputError("What.", "Mend.")))
    copies = pickle.loads(pickle.dumps(bench.told))
    assert copies[:-1] == bench.told[:-1]
    assert copies[-1].error.hint == "Mend."


uses = st.one_of(
    st.tuples(
        st.just("submit"),
        st.sampled_from(Priority),
        st.sampled_from(["", "", "a", "b"]),
        st.booleans(),
        st.sampled_from(["works", "fails", "stops itself"]),
    ),
    st.tuples(st.just("cancel"), st.integers(1, 12)),
    st.tuples(st.just("move"), st.integers(1, 12), st.integers(0, 5)),
    st.tuples(st.just("step"), st.integers(1, 4)),
)


@settings(deadline=None)
@given(st.lists(uses, max_size=25), st.booleans())
def test_whatever_is_asked_every_job_ends_once_and_is_closed_once(sequence, by_closing):
    bench, opened, closed = Bench(), [], []

    def start(ends):
        def run(loader):
            opened.append(ends)
            try:
                for step in range(3):
                    yield Progress("work", step, 3)
                    assert len(running := [job for job in bench.queue.jobs() if job.state is JobState.RUNNING]) == 1
                    assert running[0] is bench.queue.jobs()[0]
                if ends == "fails":
                    raise InputError("No.")
                if ends == "stops itself":
                    raise Stopped
            finally:
                closed.append(ends)

        return run

    for name, *values in sequence:
        if name == "submit":
            priority, slot, interrupts, ends = values
            bench.submit(start(ends), priority, slot=slot, interrupts=interrupts)
            waiting = [job.request.slot for job in bench.queue.jobs() if job.state is JobState.WAITING]
            assert not slot or waiting.count(slot) == 1
        elif name == "step":
            for _ in range(values[0]):
                bench.worker.step()
        else:
            getattr(bench.queue, name)(*values)
    if by_closing:
        bench.queue.close()
        bench.worker.close()
    else:
        bench.finish()
    assert bench.queue.jobs() == ()
    assert sorted(opened) == sorted(closed)
    for queued in bench.of(Queued):
        story = [type(event) for event in bench.told if event.id == queued.id and not isinstance(event, Moved)]
        assert story[0] is Queued
        assert story[-1] in (Finished, Failed, Cancelled)
        assert len([kind for kind in story if kind in (Finished, Failed, Cancelled)]) == 1
        assert story[1] is Started or story == [Queued, Cancelled]


def test_the_window_can_import_all_this_without_the_heavy_packages():
    heavy = "torch", "cv2", "mediapipe", "av", "numba", "sounddevice"
    code = f"import sys, dimitra_studio.engine.worker; print([name for name in {heavy} if name in sys.modules])"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "[]"
