"""The job of a batch: what is left to do is shared out, results are put in their places, everything is written down."""

import secrets
import shutil
from collections.abc import Callable, Generator, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeAlias

from dimitra_studio.core.errors import StudioError
from dimitra_studio.core.events import Job, Progress
from dimitra_studio.core.files import cannot_write, make_folder
from dimitra_studio.core.requests import GenerateVideo
from dimitra_studio.engine.batch.fingerprint import Fingerprints
from dimitra_studio.engine.batch.ledger import Entry, Ledger, size_of
from dimitra_studio.engine.batch.report import Report
from dimitra_studio.engine.batch.row import Made, Outcome, Row, State, results
from dimitra_studio.engine.batch.work import Task
from dimitra_studio.engine.crew import Broken
from dimitra_studio.engine.outputs import check_film, check_output
from dimitra_studio.engine.registry import Registry

# Each task and what became of it, in whatever order they end; closed, it ends the work.
Share: TypeAlias = Callable[[Sequence[Task]], Generator[tuple[Task, Made | Broken], None, None]]
_BENCH = ".dimitra-batch-"  # begins the name of the folder in which results grow


def run_batch(rows: Sequence[Row], folder: Path, registry: Registry, share: Share) -> Job[Report]:
    """Makes what is not made yet, in `folder`, which must be there; one batch at a time may work in it.

    What was made is in its place and in the ledger when the next `Progress` comes; the report is written however the
    job ends. Raises InputError where ledger or report cannot be read or written; a row's own fault is in the report.
    """
    ledger = Ledger(folder)
    outcomes = {row.number: Outcome(row, State.WAITING) for row in rows}
    _clear(folder)
    bench = folder / f"{_BENCH}{secrets.token_hex(4)}"
    try:
        todo = yield from _look(rows, ledger, Fingerprints(registry), outcomes)
        if todo:
            yield from _make(todo, bench, ledger, share, outcomes)
    finally:
        shutil.rmtree(bench, ignore_errors=True)
        Report(tuple(outcomes.values())).write(folder)
    return Report(tuple(outcomes.values()))


@dataclass(frozen=True)
class _Plan:
    """A row that is to be made."""

    row: Row
    request: GenerateVideo
    recipe: str


def _look(
    rows: Sequence[Row], ledger: Ledger, fingerprints: Fingerprints, outcomes: dict[int, Outcome]
) -> Job[list[_Plan]]:
    """The rows that are left to do; of the others, what became of them stands in `outcomes`."""
    todo: list[_Plan] = []
    for number, row in enumerate(rows):
        yield Progress("look", number, len(rows))
        recipe, request = "", row.asked
        try:
            if isinstance(request, StudioError):
                raise request
            recipe = fingerprints.of(request)
            made = ledger.made(row.name, recipe, results(request))
            if made is not None:
                outcomes[row.number] = Outcome(row, State.KEPT, made, recipe=recipe)
                continue
            _check_places(row, request, ledger)
        except StudioError as fault:
            outcomes[row.number] = Outcome(row, State.FAILED, fault=fault, recipe=recipe)
            yield Progress("look", number + 1, len(rows), _lament(row, fault))
        else:
            outcomes[row.number] = Outcome(row, State.WAITING, recipe=recipe)
            todo.append(_Plan(row, request, recipe))
    return todo


def _check_places(row: Row, request: GenerateVideo, ledger: Ledger) -> None:
    """Raises InputError for results that could not be put in their places: hours later is too late."""
    inputs = (request.motion.portrait.portrait, request.motion.voice.voice)
    video, *others = results(request)
    for result in (video, *others):
        make_folder(result.parent)
    if not request.render.kind.is_folder or not ledger.owns(row.name, video):
        check_film(video, request.render.kind, inputs)
    for motion in others:
        check_output(motion, ".npz", inputs)


def _make(todo: Sequence[_Plan], bench: Path, ledger: Ledger, share: Share, outcomes: dict[int, Outcome]) -> Job[None]:
    plans = {plan.row.number: plan for plan in todo}
    tasks = [Task(plan.row.number, _on_bench(plan.request, bench / str(plan.row.number)), plan.recipe) for plan in todo]
    yield Progress("batch", 0, len(tasks))
    with closing(share(tasks)) as shared:
        for done, (task, told) in enumerate(shared, start=1):
            plan, note = plans[task.number], ""
            try:
                if isinstance(told, Broken):
                    raise StudioError(f"{told.message.removesuffix('.')}.", told.hint)
                _put(plan, task.request, told, ledger)
                outcomes[task.number] = Outcome(plan.row, State.MADE, told, recipe=plan.recipe)
            except StudioError as fault:
                outcomes[task.number] = Outcome(plan.row, State.FAILED, fault=fault, recipe=plan.recipe)
                note = _lament(plan.row, fault)
            yield Progress("batch", done, len(tasks), note)


def _on_bench(request: GenerateVideo, bench: Path) -> GenerateVideo:
    """The request with its results, by their own names, in folders of `bench`, which are made."""
    film = replace(request.render, output=bench / "video" / request.render.output.name)
    kept = request.motion_output and bench / "motion" / request.motion_output.name
    for result in filter(None, (film.output, kept)):
        make_folder(result.parent)
    return replace(request, render=film, motion_output=kept)


def _put(plan: _Plan, done: GenerateVideo, made: Made, ledger: Ledger) -> None:
    """Brings results from the bench to their places. Raises InputError when the system refuses.

    The ledger comes first: a run that is killed in between finds results missing that the ledger names, and makes them
    anew; the other way round it would find a folder that nobody owns.
    """
    owned = ledger.owns(plan.row.name, plan.request.render.output)
    moves = tuple(zip(results(done), results(plan.request), strict=True))
    ledger.enter(plan.row.name, Entry(plan.recipe, tuple(size_of(source) or 0 for source, _ in moves), made))
    for source, target in moves:
        try:
            if target.is_dir():  # looked at before: the batch's own, or empty
                shutil.rmtree(target) if owned else target.rmdir()
            source.replace(target)
        except OSError as error:
            raise cannot_write(target, error) from error


def _lament(row: Row, fault: StudioError) -> str:
    return f"Row {row.number} ({row.name}) failed: {fault}"


def _clear(folder: Path) -> None:
    """Removes what a run that was killed has left on its bench."""
    with suppress(OSError):  # what cannot be removed does no harm
        for left in folder.glob(f"{_BENCH}*"):
            shutil.rmtree(left, ignore_errors=True)
