"""Many videos from a list, through the real command line with the models that ship: killed, resumed, told."""

import json
import time

import av
import pytest

from dimitra_studio.cli.batch import LOCK
from dimitra_studio.project.lock import take_lock
from tests.integration.batch_runs import SECONDS, start, states, write_inputs, write_list


@pytest.fixture
def place(tmp_path):
    write_inputs(tmp_path)
    return tmp_path


def until(happened, seconds=240.0):
    deadline = time.monotonic() + seconds
    while not happened() and time.monotonic() < deadline:
        time.sleep(0.05)
    assert happened()


@pytest.mark.timeout(900)  # two processes after each other load all models
def test_a_batch_that_was_killed_goes_on_and_one_bad_picture_stops_nothing(dimitra, place):
    jobs, out = write_list(place, "anna.png", "broken.png", "berta.png"), place / "out"
    first = out / "anna-hello.mp4"
    killed = start(jobs, "-o", out)
    until(lambda: first.exists() or killed.poll() is not None)
    killed.kill()
    _, err = killed.communicate()
    assert first.exists(), err
    made = first.stat()
    assert list(out.glob(".dimitra-batch-*")), "it was killed too late"

    resumed = dimitra("batch", jobs, "-o", out)
    assert resumed.status == 2, resumed.err
    assert states(resumed.json) == ["kept", "failed", "made"], resumed.json
    assert not resumed.json["ok"]
    assert "not a picture" in resumed.json["rows"][1]["error"]
    assert (first.stat().st_ino, first.stat().st_mtime_ns) == (made.st_ino, made.st_mtime_ns)
    assert sorted(path.name for path in out.iterdir()) == [
        "anna-hello.mp4", "batch-state.json", "berta-hello.mp4", "report.csv", "report.json",
    ]  # fmt: skip
    with av.open(str(out / "berta-hello.mp4")) as film:
        stream, sound = film.streams.video[0], film.streams.audio[0]
        assert (stream.width, stream.frames) == (128, resumed.json["rows"][2]["frames"])
        assert float(sound.duration * sound.time_base) == pytest.approx(SECONDS, abs=1e-3)
        recipe = json.loads(film.metadata["description"])
    assert (recipe["made"]["motion"]["steps"], recipe["render"]["renderer"]) == (2, "warp")


def test_a_second_batch_in_the_same_folder_and_a_list_that_is_not_there_are_refused(dimitra, place, monkeypatch):
    dimitra("batch", place / "none.csv", "-o", place / "out").assert_refused("list of jobs", "does not exist")
    jobs = write_list(place, "broken.png")
    (place / "out").mkdir()
    lock = take_lock(place / "out" / LOCK)
    try:
        dimitra("batch", jobs, "-o", place / "out").assert_refused("Another batch works in")
    finally:
        lock.release()
    monkeypatch.setattr("dimitra_studio.engine.health.memory_left", lambda: 6 * 10**9)
    done = dimitra("batch", jobs, "-o", place / "out", "--workers", 4)
    assert (done.status, states(done.json)) == (2, ["failed"])
    assert "4 workers may need 10.0 GB of memory, and 6.0 GB are free" in done.json["notes"][0]
    dimitra("batch", jobs, "-o", place / "out", "--workers", 0).assert_refused("'0' is not a number of workers")
