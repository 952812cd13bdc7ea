"""Many machines for one batch, through Ray: the only module that knows it.

A hand (an actor) works on each machine with the program and the models that are installed there. Inputs go to it and
results come back as bytes, so that no disk needs to be shared; a whole video is in memory once on its way.
"""

import math
import os
import signal
import socket
import tempfile
import threading
from collections import deque
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from dimitra_studio import __version__
from dimitra_studio.core.errors import InputError, StudioError
from dimitra_studio.core.requests import GenerateVideo
from dimitra_studio.engine.batch.fingerprint import Fingerprints
from dimitra_studio.engine.batch.row import Made, results
from dimitra_studio.engine.batch.work import Task, film
from dimitra_studio.engine.crew import Broken
from dimitra_studio.engine.loader import MOTION_MODELS, Loader
from dimitra_studio.engine.pipeline import FACE_MODELS, SPEECH_MODELS

Files = dict[str, bytes]  # by their path within a folder; of a single file, by ""
_ANSWER = 5.0  # seconds that a machine may take to answer
_LOST = Broken("its machine or its process was lost", lasting=False, hint="Run the batch again.")


def require_ray() -> None:
    """Raises InputError where Ray is not installed."""
    if find_spec("ray") is None:
        raise InputError("A farm needs Ray, which is not installed.", "Install it: pip install 'dimitra-studio[farm]'.")


def share_out_on(
    tasks: Sequence[Task], address: str, workers: int | None = None
) -> Generator[tuple[Task, Made | Broken], None, None]:
    """As `crew.share_out`, by hands on the machines of the Ray cluster at `address`: so many, or one a machine.

    A task whose machine is lost is tried once more. Closing ends the hands. Raises InputError where no cluster answers
    or it is too small, StudioError where a machine has another version or lacks models.
    """
    with _cluster(address) as ray:
        machines = [node["Resources"] for node in ray.nodes() if node["Alive"] and "CPU" in node["Resources"]]
        count = workers or len(machines)
        needs = _needs(machines, count)
        build = ray.remote(max_restarts=-1, max_task_retries=1, scheduling_strategy="SPREAD", **needs)(Hand)
        waiting = deque(tasks)
        shipped = _Shipment(ray.put)
        busy: dict[Any, tuple[Any, Task | None]] = {}
        for hand in [build.remote() for _ in range(min(count, len(tasks)))]:
            busy[hand.ready.remote(__version__)] = (hand, None)
        while waiting or any(task for _, task in busy.values()):
            (ended,), _ = ray.wait(list(busy), num_returns=1)
            hand, task = busy.pop(ended)
            if task is None:
                _expect_ready(ray, ended)
            else:
                yield task, _unpack(ray, ended, task)
            if waiting:
                task = waiting.popleft()
                busy[hand.work.remote(task.request, task.recipe, *shipped.inputs(task.request))] = (hand, task)


class Hand:
    """The actor: a loader that lasts, and work on files in folders of its own."""

    def __init__(self) -> None:
        self._loader = Loader()

    def ready(self, version: str) -> Broken | None:
        """Why this machine cannot work for a program of that version; None where it can."""
        if version != __version__:
            return Broken(f"{_here()} has Dimitra Studio {__version__}, this one {version}.", True, "Install the same.")
        try:
            self._loader.require(FACE_MODELS, SPEECH_MODELS, MOTION_MODELS)
        except StudioError as error:
            return Broken(f"{_here()} cannot work: {error.message}", True, error.hint)
        return None

    def work(
        self, request: GenerateVideo, recipe: str, portrait: bytes, voice: bytes
    ) -> tuple[Made | Broken, list[Files]]:
        """Makes a video of a portrait and a voice; its results as bytes, the video's first. Broken where this machine
        would make another one than the `recipe` says, as other models are installed here."""
        with tempfile.TemporaryDirectory(prefix="dimitra-farm-") as place:
            here = _moved(request, Path(place))
            inputs = (here.motion.portrait.portrait, portrait), (here.motion.voice.voice, voice)
            for path, content in inputs:
                path.parent.mkdir()
                path.write_bytes(content)
            for result in results(here):
                result.parent.mkdir()
            try:
                if Fingerprints(self._loader.registry).of(here) != recipe:
                    return Broken(f"{_here()} has other models than this one", False, "Install the same."), []
                made = film(self._loader, here)
            except StudioError as error:
                return Broken(error.message, isinstance(error, InputError), error.hint), []
            except Exception as error:  # a fault of ours or of a library: one row must not stop the others
                return Broken(f"{type(error).__name__}: {error}", lasting=False), []
            return made, [_pack(result) for result in results(here)]


def _here() -> str:
    return f"The machine {socket.gethostname()}"


def _moved(request: GenerateVideo, place: Path) -> GenerateVideo:
    """The request with all files, by their own names, in folders of `place`."""
    motion, render = request.motion, request.render
    portrait = replace(motion.portrait, portrait=place / "portrait" / motion.portrait.portrait.name)
    voice = replace(motion.voice, voice=place / "voice" / motion.voice.voice.name)
    return replace(
        request,
        motion=replace(motion, portrait=portrait, voice=voice),
        render=replace(render, portrait=portrait, sound=voice.voice, output=place / "video" / render.output.name),
        motion_output=request.motion_output and place / "motion" / request.motion_output.name,
    )


@dataclass
class _Shipment:
    """Inputs in the cluster's memory, each put there once."""

    put: Callable[[bytes], Any]

    def __post_init__(self) -> None:
        self._known: dict[Path, Any] = {}

    def inputs(self, request: GenerateVideo) -> Iterator[Any]:
        """References to the portrait and the voice."""
        for path in (request.motion.portrait.portrait, request.motion.voice.voice):
            if path not in self._known:
                self._known[path] = self.put(path.read_bytes())
            yield self._known[path]


def _expect_ready(ray: Any, answer: Any) -> None:
    try:
        told = ray.get(answer)
    except ray.exceptions.RayError as error:  # the program is not there, or the process died
        told = Broken(f"A machine of the farm cannot work: {str(error).splitlines()[-1]}", lasting=True)
    if told is not None:
        raise StudioError(told.message, told.hint)


def _unpack(ray: Any, answer: Any, task: Task) -> Made | Broken:
    """What became of a task; its results lie where its request wants them."""
    try:
        told, packed = ray.get(answer)
    except ray.exceptions.RayError:
        return _LOST
    for target, files in zip(results(task.request), packed, strict=False):  # nothing is packed where it failed
        for name, content in files.items():
            path = target / name if name else target
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
    made: Made | Broken = told
    return made


def _pack(result: Path) -> Files:
    if result.is_file():
        return {"": result.read_bytes()}
    return {path.relative_to(result).as_posix(): path.read_bytes() for path in result.rglob("*") if path.is_file()}


def _needs(machines: Sequence[dict[str, float]], workers: int) -> dict[str, float]:
    """What a hand asks of its machine: its part of the cores, which Ray makes its number of threads, and of a GPU where
    there are any (Ray hides them else).

    Raises InputError where the cluster has fewer cores than hands.
    """
    cores, gpus = (sum(machine.get(kind, 0) for machine in machines) for kind in ("CPU", "GPU"))
    if cores < max(1, workers):
        raise InputError(f"The farm has {cores:g} cores for {workers} workers.", "Ask for fewer --workers.")
    smallest = min(machine["CPU"] for machine in machines)
    together = math.ceil(workers / len(machines))
    return {"num_cpus": max(1, smallest // together), "num_gpus": 1 / math.ceil(workers / gpus) if gpus else 0}


@contextmanager
def _cluster(address: str) -> Iterator[Any]:
    """Ray, connected; hands end with the connection. It tells nobody about the use, and its handlers of signals are
    taken back."""
    _require_answer(address)
    os.environ["RAY_USAGE_STATS_ENABLED"] = "0"
    import ray

    handlers = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        ray.init(address=address, log_to_driver=False, logging_level="ERROR")
    except (ConnectionError, RuntimeError, ValueError) as error:
        raise _no_cluster(address, str(error).strip().splitlines()[0]) from error
    try:
        if threading.current_thread() is threading.main_thread():
            for number, handler in handlers.items():
                signal.signal(number, handler)
        yield ray
    finally:
        ray.shutdown()


def _require_answer(address: str) -> None:
    """Raises InputError where nobody listens at HOST:PORT: Ray itself would go on asking for minutes."""
    if address == "auto":
        return
    host, _, port = address.removeprefix("ray://").rpartition(":")
    if not host or not port.isdecimal():
        raise InputError(f"{address!r} is no address of a farm.", "Give HOST:PORT, or auto.")
    try:
        socket.create_connection((host, int(port)), _ANSWER).close()
    except (OSError, OverflowError) as error:
        raise _no_cluster(address, str(error)) from error


def _no_cluster(address: str, reason: str) -> InputError:
    return InputError(
        f"No Ray cluster can be used at {address}: {reason.rstrip('.')}.",
        "Start one there (ray start --head), with the same versions of Python and Ray.",
    )
