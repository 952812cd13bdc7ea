"""`dimitra batch`: many portraits and voices to videos, resumed where it was stopped."""

import argparse
import os
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dimitra_studio.cli.command import Commands, add_command
from dimitra_studio.cli.console import Console
from dimitra_studio.cli.options import file_name
from dimitra_studio.core.errors import InputError

if TYPE_CHECKING:
    from dimitra_studio.engine.batch.run import Share

_MOST_WORKERS = 256
LOCK = ".dimitra-batch.lock"
# Bytes: what a 512 px portrait peaks below, however long the voice; with some seconds of it 1.2e9 to 1.4e9 were seen.
_WORKER_MEMORY = 2.5e9


def register(commands: Commands) -> None:
    """Adds the command."""
    parser = add_command(commands, "batch", "make many videos from a list, resumed where it was stopped", _batch)
    parser.add_argument(
        "jobs",
        type=file_name,
        metavar="JOBS",
        help="a .csv or .json: a portrait, a voice and any option of generate a row (docs/batch.md)",
    )
    parser.add_argument(
        "-o", "--output", type=file_name, required=True, metavar="FOLDER", help="where videos and report come"
    )
    parser.add_argument(
        "--workers",
        type=_workers,
        metavar="N",
        help=f"rows at once (default 1; of a farm: its machines); up to {_WORKER_MEMORY / 1e9:.1f} GB of memory each",
    )
    parser.add_argument(
        "--farm", metavar="ADDRESS", help="HOST:PORT of a Ray cluster, or auto: the one that runs on this machine"
    )


def _batch(arguments: argparse.Namespace, console: Console) -> dict[str, Any]:
    from dimitra_studio.cli.job_list import read_jobs
    from dimitra_studio.core.files import make_folder
    from dimitra_studio.engine.batch.row import State
    from dimitra_studio.engine.batch.run import run_batch
    from dimitra_studio.engine.eta import Eta
    from dimitra_studio.engine.registry import open_registry

    folder: Path = arguments.output
    rows = read_jobs(arguments.jobs, folder)
    share = _share(arguments, console)
    make_folder(folder)
    with _alone(folder):
        report = console.run(run_batch(rows, folder, open_registry(), share), Eta(len(rows)))
    for line in report.table():
        console.say(line)
    return {"ok": not report.count(State.FAILED), "output": str(folder), **report.as_json()}


def _share(arguments: argparse.Namespace, console: Console) -> "Share":
    if arguments.farm:
        from dimitra_studio.engine.batch.farm import require_ray, share_out_on

        require_ray()
        return partial(share_out_on, address=arguments.farm, workers=arguments.workers)
    from dimitra_studio.engine.batch.work import workplace
    from dimitra_studio.engine.crew import share_out

    workers = arguments.workers or 1
    _tell_memory(workers, console)
    return partial(share_out, build=workplace, jobs=workers, threads=max(1, (os.cpu_count() or 1) // workers))


def _tell_memory(workers: int, console: Console) -> None:
    from dimitra_studio.engine.health import memory_left

    left, needed = memory_left(), workers * _WORKER_MEMORY
    if left is not None and needed > left:
        console.note(
            f"{workers} workers may need {needed / 1e9:.1f} GB of memory, and {left / 1e9:.1f} GB are free: "
            "with fewer --workers rows are safer."
        )


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Raises InputError where another batch works in the folder, or nothing can be locked there."""
    from dimitra_studio.core.files import cannot_write
    from dimitra_studio.project.lock import take_lock

    try:
        lock = take_lock(folder / LOCK)
    except OSError as error:
        raise cannot_write(folder, error) from error
    if lock is None:
        raise InputError(f"Another batch works in {folder}.", "Wait for its end, or give another folder after -o.")
    try:
        yield
    finally:
        lock.release()


def _workers(word: str) -> int:
    if word.isascii() and word.isdigit() and 1 <= int(word) <= _MOST_WORKERS:
        return int(word)
    raise argparse.ArgumentTypeError(f"{word!r} is not a number of workers from 1 to {_MOST_WORKERS}")
