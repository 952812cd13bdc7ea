import math
import os
import time
from contextlib import nullcontext
from functools import partial
from operator import truediv

import pytest

from dimitra_studio.core.errors import StudioError
from dimitra_studio.training.crew import Broken, share_out

# Workers import what they call by name: these stand in modules that every process has.
SQUARE_ROOT = partial(nullcontext, math.sqrt)
DIE = partial(nullcontext, os._exit)


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


def test_one_thread_each_and_the_environment_stays_as_it_was(monkeypatch) -> None:
    monkeypatch.setenv("OMP_NUM_THREADS", "7")
    monkeypatch.delenv("MKL_NUM_THREADS", raising=False)
    names = ["OMP_NUM_THREADS", "MKL_NUM_THREADS"]
    assert dict(share_out(names, partial(nullcontext, os.getenv), jobs=1)) == dict.fromkeys(names, "1")
    assert os.environ["OMP_NUM_THREADS"] == "7"
    assert "MKL_NUM_THREADS" not in os.environ


def test_a_worker_that_cannot_start_is_told() -> None:
    with pytest.raises(StudioError, match="cannot start"):
        list(share_out([1.0], partial(truediv, 1, 0), jobs=1))


def test_nothing_to_do_starts_nothing() -> None:
    assert list(share_out([], SQUARE_ROOT, jobs=4)) == []
