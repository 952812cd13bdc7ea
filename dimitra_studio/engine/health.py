"""What works on this machine and what does not, with the mend."""

import os
import platform
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import TypeAlias

from dimitra_studio.core.errors import StudioError
from dimitra_studio.engine.devices import cuda_obstacle
from dimitra_studio.engine.paths import HOME_VARIABLE, user_data_folder
from dimitra_studio.engine.registry import open_registry

_MEMORY_WANTED = 4e9  # bytes; a 512 px portrait peaks below 2.5 GB beyond start-up
_DISK_WANTED = 1e9
if hasattr(sys, "frozen"):  # a packaged build has no pip, and no checkout beside it
    _SYSTEM_LIBRARIES = _REINSTALL = "Install Dimitra Studio again."
else:
    _SYSTEM_LIBRARIES = "On Debian and Ubuntu run: sh packaging/system-libraries.sh"
    _REINSTALL = "Install Dimitra Studio's packages again: pip install -c constraints.txt -e ."


class State(StrEnum):
    """How a check ended: `LIMITED` still lets everything run, only slower or with less."""

    OK = "ok"
    LIMITED = "limited"
    BROKEN = "broken"


@dataclass(frozen=True)
class Finding:
    """One check's outcome; `mend` is empty where nothing needs mending."""

    name: str
    state: State
    detail: str
    mend: str = ""


Check: TypeAlias = Callable[[], Iterator[Finding]]


def memory_left() -> int | None:
    """Bytes that programs may still take; None where the system does not tell."""
    try:
        told = dict(line.split(":") for line in Path("/proc/meminfo").read_text(encoding="ascii").splitlines())
        return int(told["MemAvailable"].split()[0]) * 1024
    except (OSError, ValueError, LookupError):
        return None


def examine(*more: tuple[str, Check]) -> Iterator[Finding]:
    """Looks at everything a render needs, cheapest first, then makes `more` checks by their names; never raises."""
    for name, check in (*_CHECKS, *more):
        try:
            yield from check()
        except StudioError as error:
            yield Finding(name, State.BROKEN, error.message, error.hint)
        except Exception as error:  # the doctor reports whatever it meets
            yield Finding(name, State.BROKEN, f"{type(error).__name__}: {error}", _REINSTALL)


def _python() -> Iterator[Finding]:
    fits = sys.version_info[:2] == (3, 11)
    detail = f"{platform.python_version()} on {platform.platform()}"
    yield Finding("python", State.OK if fits else State.BROKEN, detail, "" if fits else "Use Python 3.11.")


def machine() -> Iterator[Finding]:
    """Its cores and its memory, in one finding."""
    cores = os.cpu_count() or 1
    if not hasattr(os, "sysconf"):
        yield Finding("machine", State.OK, f"{cores} cores")
        return
    total = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    low = total < _MEMORY_WANTED
    mend = "Portraits larger than 1024 px may not fit; use --size 512." if low else ""
    detail = f"{cores} cores, {total / 1e9:.1f} GB of memory"
    yield Finding("machine", State.LIMITED if low else State.OK, detail, mend)


def _disk() -> Iterator[Finding]:
    data = user_data_folder()
    existing = next(parent for parent in (data, *data.parents) if parent.exists())
    temporary = Path(tempfile.gettempdir()), "TEMP" if os.name == "nt" else "TMPDIR"
    for name, (folder, variable) in (("data folder", (existing, HOME_VARIABLE)), ("temporary folder", temporary)):
        free = shutil.disk_usage(folder).free
        writable = folder.is_dir() and os.access(folder, os.W_OK)
        detail = f"{folder}, {free / 1e9:.1f} GB free" + ("" if writable else ", not writable")
        state = State.BROKEN if not writable else State.LIMITED if free < _DISK_WANTED else State.OK
        mend = f"Free some space, or set {variable} to another folder." if state != State.OK else ""
        yield Finding(name, state, detail, mend)


def _models() -> Iterator[Finding]:
    registry = open_registry()
    for model in filter(registry.expects, registry):
        try:
            yield Finding(f"model {model.id}", State.OK, str(registry.path(model.id)))
        except StudioError as error:
            yield Finding(f"model {model.id}", State.BROKEN, error.message, error.hint)


def _codecs() -> Iterator[Finding]:
    import av

    for name, purpose in (("libx264", "video"), ("aac", "sound")):
        present = name in av.codecs_available
        detail = f"PyAV {av.__version__} {'writes' if present else 'cannot write'} {purpose} with {name}"
        yield Finding(f"codec {name}", State.OK if present else State.BROKEN, detail, "" if present else _REINSTALL)


def _face_detector() -> Iterator[Finding]:
    try:
        from mediapipe.tasks.python import vision
    except (ImportError, OSError) as error:
        yield Finding("face detector", State.BROKEN, str(error), _SYSTEM_LIBRARIES)
        return
    yield Finding("face detector", State.OK, f"MediaPipe loads ({vision.FaceLandmarker.__name__})")


def _torch() -> Iterator[Finding]:
    import torch

    yield Finding("torch", State.OK, f"{torch.__version__}, {torch.get_num_threads()} threads")
    obstacle = cuda_obstacle()
    if obstacle:
        mend = "Everything works on the processor; README, 'A CUDA GPU', says how to use a GPU."
        yield Finding("cuda", State.LIMITED, obstacle, mend)
    else:
        yield Finding("cuda", State.OK, torch.cuda.get_device_name())


_CHECKS: tuple[tuple[str, Check], ...] = (
    ("python", _python),
    ("machine", machine),
    ("disk", _disk),
    ("models", _models),
    ("codecs", _codecs),
    ("face detector", _face_detector),
    ("torch", _torch),
)
