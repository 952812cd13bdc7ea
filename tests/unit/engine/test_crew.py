import math
import os
import signal
import subprocess
import sys
import time
from contextlib import nullcontext
from functools import partial
from operator import truediv
from pathlib import Path

import pytest

from dimitra_studio.core.errors import StudioError
from dimitra_studio.core.files import check_input
from dimitra_studio.engine.crew import Broken, share_out

# Workers import what they call by name: these stand in modules that every process has.
SQUARE_ROOT = partial(nullcontext, math.sqrt)
DIE = partial(nullcontext, os._exit)
CHECK = partial(nullcontext, partial(check_input, kind="picture"))


def test_every_task_gets_its_result() -> None:
    results = dict(share_out([4.0, 9.0, -1.0, 16.0], SQUARE_ROOT, jobs=2))
    broken = results.pop(-1.0)
    assert results == {4.0: 2.0, 9.0: 3.0, 16.0: 4.0}
    assert isinstance(broken, Broken)
    assert broken.message.startswith("ValueError")
    assert not broken.lasting


def test_a_process_that_dies_takes_one_task_with_it() -> None:
    results = list(share_out([3, 4], DIE, jobs=1))
    assert [task for task, _ in results] == [3, 4]
    assert all(isinstance(told, Broken) and "died" in told.message for _, told in results)


def test_closing_ends_workers_at_once() -> None:
    begun = time.monotonic()
    shared = share_out([0.0, 60.0, 60.0], partial(nullcontext, time.sleep), jobs=2)
    assert next(shared) == (0.0, None)
    shared.close()
    assert time.monotonic() - begun < 30


def test_so_many_threads_each_and_the_environment_stays_as_it_was(monkeypatch) -> None:
    monkeypatch.setenv("OMP_NUM_THREADS", "7")
    monkeypatch.delenv("MKL_NUM_THREADS", raising=False)
    names = ["OMP_NUM_THREADS", "MKL_NUM_THREADS"]
    for threads in (1, 3):
        told = dict(share_out(names, partial(nullcontext, os.getenv), jobs=1, threads=threads))
        assert told == dict.fromkeys(names, str(threads))
    assert os.environ["OMP_NUM_THREADS"] == "7"
    assert "MKL_NUM_THREADS" not in os.environ


@pytest.mark.skipif(sys.platform == "win32", reason="blocked signals of POSIX systems")
def test_workers_never_hear_ctrl_c_and_the_parent_still_does() -> None:
    before = signal.pthread_sigmask(signal.SIG_BLOCK, [])
    ((_, blocked),) = share_out([()], partial(nullcontext, partial(signal.pthread_sigmask, signal.SIG_BLOCK)), jobs=1)
    assert signal.SIGINT in blocked
    assert signal.pthread_sigmask(signal.SIG_BLOCK, []) == before


def test_a_worker_that_cannot_start_is_told() -> None:
    with pytest.raises(StudioError, match="cannot start"):
        list(share_out([1.0], partial(truediv, 1, 0), jobs=1))


def test_nothing_to_do_starts_nothing() -> None:
    assert list(share_out([], SQUARE_ROOT, jobs=4)) == []


def test_a_task_that_cannot_be_done_tells_its_mend() -> None:
    results = dict(share_out([Path("gone.png")], CHECK, jobs=1))
    assert results[Path("gone.png")] == Broken(
        "The picture gone.png does not exist.", lasting=True, hint="Check the path."
    )


@pytest.mark.skipif(not Path("/proc").is_dir(), reason="looks for processes where Linux tells them")
def test_workers_end_with_a_parent_that_was_killed() -> None:
    script = (
        "import time\nfrom contextlib import nullcontext\nfrom functools import partial\n"
        "from dimitra_studio.engine.crew import share_out\n"
        "for _ in share_out([0.0, 600.0], partial(nullcontext, time.sleep), jobs=1): print('ready', flush=True)\n"
    )
    parent = subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True)
    assert parent.stdout is not None
    with parent.stdout:
        assert parent.stdout.readline() == "ready\n"
        # The worker and multiprocessing's own resource tracker.
        children = [
            Path("/proc", pid) for pid in Path(f"/proc/{parent.pid}/task/{parent.pid}/children").read_text().split()
        ]
        assert children
        parent.kill()
        parent.wait()
    deadline = time.monotonic() + 20
    while any(map(_lives, children)) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not any(map(_lives, children))


def _lives(process: Path) -> bool:
    try:
        return process.joinpath("stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False
