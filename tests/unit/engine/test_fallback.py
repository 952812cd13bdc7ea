"""Jobs that run out of memory are done again with less."""

import errno
import gc
import weakref

import cv2
import numpy as np
import pytest
import torch

from dimitra_studio.core.errors import InputError, StudioError
from dimitra_studio.core.events import Progress, finish
from dimitra_studio.engine.fallback import Placement, is_out_of_memory, ladder, step_down


def part(name, fits, tried):
    """A part of a job that needs a placement for which `fits` says yes."""

    def run(placement):
        tried.append((name, placement))
        yield Progress("motion", 0, 1)
        if not fits(placement):
            raise torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 20.00 GiB.")
        yield Progress("motion", 1, 1)
        return name

    return run


def outcome(job):
    """The result and the notes."""
    notes = []
    try:
        while True:
            progress = next(job)
            if progress.note:
                notes.append(progress.note)
    except StopIteration as stop:
        return stop.value, notes


def test_a_job_that_fits_is_left_alone():
    tried = []
    result, notes = outcome(step_down("motion", [part("lips", lambda p: True, tried)], ladder("auto", "cuda", 32)))
    assert (result, notes) == (["lips"], [])
    assert tried == [("lips", Placement("cuda", 32))]


def test_only_the_part_that_failed_is_repeated_and_the_later_ones_stay_small():
    tried = []
    parts = [
        part("lips", lambda p: True, tried),
        part("expression", lambda p: p.device == "cpu", tried),
        part("pose", lambda p: True, tried),
    ]
    result, notes = outcome(step_down("motion", parts, ladder("auto", "cuda", 32)))
    assert result == ["lips", "expression", "pose"]
    assert tried == [
        ("lips", Placement("cuda", 32)),
        *(("expression", Placement("cuda", batch)) for batch in (32, 8, 2)),
        ("expression", Placement("cpu", 32)),
        ("pose", Placement("cpu", 32)),
    ]
    assert len(notes) == 3
    assert "8 at once on the GPU" in notes[0]
    assert "32 at once on the processor" in notes[-1]


@pytest.mark.parametrize(
    ("wish", "device", "batch", "expected"),
    [
        ("auto", "cuda", None, [("cuda", 32), ("cuda", 8), ("cuda", 2), ("cpu", 32), ("cpu", 8), ("cpu", 2)]),
        ("auto", "cpu", None, [("cpu", 32), ("cpu", 8), ("cpu", 2)]),
        ("cuda", "cuda", None, [("cuda", 32), ("cuda", 8), ("cuda", 2)]),
        ("auto", "cuda", 5, [("cuda", 5), ("cpu", 5)]),
        ("cuda", "cuda", 1, [("cuda", 1)]),
    ],
)
def test_what_the_user_chose_is_never_changed(wish, device, batch, expected):
    assert [(step.device, step.batch) for step in ladder(wish, device, 32, batch)] == expected


def test_too_little_memory_at_the_end_is_an_error_with_a_mend():
    job = step_down("motion", [part("lips", lambda p: False, [])], ladder("cpu", "cpu", 4))
    with pytest.raises(StudioError, match="2 at once on the processor") as caught:
        finish(job)
    assert caught.value.hint


def test_other_errors_are_not_tried_again():
    tried = []

    def run(placement):
        tried.append(placement)
        yield Progress("motion", 0, 1)
        raise InputError("The voice is empty.")

    with pytest.raises(InputError, match="The voice is empty"):
        finish(step_down("motion", [run], ladder("auto", "cuda", 32)))
    assert len(tried) == 1


def test_the_failed_attempts_arrays_are_gone_before_the_next_one():
    kept = []

    def run(placement):
        assert all(reference() is None for reference in kept)
        array = np.zeros(1000)
        cycle = [array]
        cycle.append(cycle)  # only the collector frees this
        kept.append(weakref.ref(array))
        yield Progress("motion", 0, 1)
        raise MemoryError

    before = gc.get_threshold()
    gc.set_threshold(0)  # nothing is collected by chance
    try:
        with pytest.raises(StudioError):
            finish(step_down("motion", [run], ladder("cpu", "cpu", 32)))
    finally:
        gc.set_threshold(*before)
    assert len(kept) == 3


def test_closing_stops_the_part_that_runs():
    closed = []

    def run(placement):
        try:
            yield Progress("motion", 0, 1)
        finally:
            closed.append(placement)

    job = step_down("motion", [run, run], ladder("cpu", "cpu", 32))
    next(job)
    job.close()
    assert len(closed) == 1


def test_every_librarys_words_for_it_are_known():
    assert is_out_of_memory(MemoryError())
    assert is_out_of_memory(OSError(errno.ENOMEM, "Cannot allocate memory"))
    assert is_out_of_memory(RuntimeError("CUDA failed with error out of memory"))
    assert is_out_of_memory(RuntimeError("CUDA error: CUBLAS_STATUS_ALLOC_FAILED when calling `cublasCreate(handle)`"))
    assert is_out_of_memory(RuntimeError("MPS backend out of memory (MPS allocated: 17 GB)"))
    assert not is_out_of_memory(RuntimeError("shapes do not match"))
    assert not is_out_of_memory(OSError(errno.ENOENT, "no such file: out of memory.wav"))
    assert not is_out_of_memory(InputError("The disk says: out of memory"))


@pytest.mark.parametrize(
    "ask",
    [
        lambda: np.empty(2**50),
        lambda: torch.empty(2**50),
        lambda: cv2.copyMakeBorder(np.zeros((9, 9)), 0, 2**30, 0, 2**30, cv2.BORDER_CONSTANT),
    ],
    ids=["numpy", "torch", "opencv"],
)
def test_the_real_libraries_errors_are_known(ask):
    with pytest.raises(Exception) as caught:  # noqa: PT011 - each library has its own
        ask()
    assert is_out_of_memory(caught.value)
