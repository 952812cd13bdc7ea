"""When memory runs out: the same work again with smaller settings, finished parts kept, and a note that says so.

What the user chose is never changed. On Linux the system may kill a program that uses up its main memory before it is
ever told; the graphics card's memory and single large arrays are what can be caught.
"""

import errno
import gc
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from dimitra_studio.core.errors import StudioError
from dimitra_studio.core.events import Job, Progress

_T = TypeVar("_T")
_SHRINK = 4  # halves would fail more often before they fit
_SMALLEST_BATCH = 2
# torch (CUDA, cuBLAS, MPS, processor), CTranslate2 and OpenCV, in lower case.
_WORDS = (
    "out of memory",
    "not enough memory",
    "can't allocate memory",
    "insufficient memory",
    "alloc_failed",
    "bad_alloc",
)


@dataclass(frozen=True)
class Placement:
    """Where a network runs ("cuda", "cpu") and how many windows or frames it takes at once."""

    device: str
    batch: int

    def __str__(self) -> str:
        return f"{self.batch} at once on {'the processor' if self.device == 'cpu' else 'the GPU'}"


def ladder(wish: str, device: str, usual_batch: int, batch: int | None = None) -> tuple[Placement, ...]:
    """The placements to try in turn, largest first.

    `device` is what the user's `wish` ("auto", "cpu", "cuda") led to; `batch` is the user's own, None for the usual.
    A device or a batch that the user chose is the same in all of them.
    """
    batches = [batch or usual_batch]
    while batch is None and batches[-1] > _SMALLEST_BATCH:
        batches.append(max(_SMALLEST_BATCH, batches[-1] // _SHRINK))
    devices = [device] if wish != "auto" or device == "cpu" else [device, "cpu"]
    return tuple(Placement(device, size) for device in devices for size in batches)


def step_down(
    stage: str, parts: Sequence[Callable[[Placement], Job[_T]]], placements: Sequence[Placement]
) -> Job[list[_T]]:
    """Does the `parts` of a job one after the other and returns their results.

    A part that runs out of memory is done again at the next placement, where the later ones then stay too; the parts
    before it are not repeated. Raises StudioError when the last placement is too large as well.
    """
    results: list[_T] = []
    rung = 0
    while len(results) < len(parts):
        outcome = yield from _attempt(parts[len(results)](placements[rung]))
        if outcome is not None:
            results.append(outcome[0])
            continue
        # Only here, outside the `except`, are the failed attempt's arrays let go.
        release_memory()
        if rung + 1 == len(placements):
            raise StudioError(
                f"There is too little memory, even with {placements[rung]}.",
                "Close other programs, or leave the device and the batch size to the program.",
            )
        rung += 1
        yield Progress(stage, 0, 0, f"The memory ran out: it goes on with {placements[rung]}, which is slower.")
    return results


def is_out_of_memory(error: BaseException) -> bool:
    """Whether this is some library's way to say so; torch need not be loaded to tell."""
    if isinstance(error, MemoryError) or (isinstance(error, OSError) and error.errno == errno.ENOMEM):
        return True
    speaks = isinstance(error, RuntimeError) or type(error).__module__ == "cv2"
    text = str(error).lower()
    return speaks and any(words in text for words in _WORDS)


def release_memory() -> None:
    """Frees what only cycles and torch's own cache still hold.

    Where a window is open, cycles are left to its own thread (studio.collector), which has switched Python's way off.
    """
    if gc.isenabled():
        gc.collect()
    torch = sys.modules.get("torch")
    if torch is not None and torch.cuda.is_initialized():
        torch.cuda.empty_cache()


def _attempt(job: Job[_T]) -> Job[tuple[_T] | None]:
    """The job's result in a tuple, or None when it ran out of memory."""
    try:
        return ((yield from job),)
    except Exception as error:
        if not is_out_of_memory(error):
            raise
    return None
