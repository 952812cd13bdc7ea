"""`dimitra evaluate`: the motion models, the renderer, finished videos, and what listens to these."""

import argparse
import math
from pathlib import Path
from typing import Any

from dimitra_studio.cli.command import Commands, add_command, add_part
from dimitra_studio.cli.console import Console


def register(commands: Commands) -> None:
    """Adds `evaluate`."""
    from dimitra_studio.engine.devices import CHOICES

    parser = add_command(
        commands, "evaluate", "measure the motion models, the renderer, or the lip sync of videos", _run
    )
    what = parser.add_subparsers(dest="what", metavar="WHAT", required=True)
    motion = add_part(what, "motion", "the motion models against the truth, ablations, rivals and a rule-based peer")
    motion.add_argument("--data", type=Path, required=True, metavar="DIR", help="prepared clips")
    for group in ("lips", "expression", "pose"):
        motion.add_argument(f"--{group}", type=Path, metavar="FILE", help=f"{group} model (default: the installed one)")
    motion.add_argument("--full", action="store_true", help="other steps and guidances, ablations, samples, long takes")
    motion.add_argument("--clips", type=int, metavar="N", help="only N validation clips, for a quick look")
    motion.add_argument(
        "--rows", nargs="+", metavar="WORD", help="only rows that hold one of these words, and the truth"
    )
    motion.add_argument(
        "--steps", type=int, metavar="N", help="denoising steps of the usual row (default: as generate)"
    )
    motion.add_argument("--seed", type=int, default=0, metavar="N", help="the take (default 0)")
    motion.add_argument("--device", default="auto", choices=CHOICES, help="where the networks run")
    motion.add_argument(
        "-o", "--output", type=Path, metavar="OUT.md", help="write the tables, OUT.json and plots beside"
    )
    render = add_part(what, "render", "clips rendered anew from their own first frame, against themselves")
    render.add_argument("videos", nargs="+", type=Path, metavar="VIDEO", help="clips with one face")
    for part in ("mouth", "face"):
        render.add_argument(
            f"--{part}", type=Path, metavar="FILE", help=f"a network that repairs the {part} (default: those that ship)"
        )
    render.add_argument(
        "--every", type=int, default=6, metavar="N", help="compare every Nth frame (default 6): more take longer"
    )
    render.add_argument("--sheets", type=Path, metavar="DIR", help="write a contact sheet of each clip there")
    render.add_argument("-o", "--output", type=Path, metavar="OUT.md", help="write the table, and OUT.json beside")
    render.set_defaults(run=_run_render)
    sync = add_part(what, "sync", "whether the mouths in finished videos fit their sound")
    sync.add_argument("videos", nargs="+", type=Path, metavar="VIDEO", help="videos with one face and its voice")
    sync.add_argument(
        "--syncnet", type=Path, metavar="FILE", help="SyncNet's weights (syncnet_v2.model), if you have them"
    )
    sync.add_argument("-o", "--output", type=Path, metavar="OUT.md", help="write the table, and OUT.json beside")
    sync.set_defaults(run=_run_sync)
    listener = add_part(what, "listener", "fit anew what `evaluate sync` listens with")
    listener.add_argument("--data", type=Path, required=True, metavar="DIR", help="prepared clips")
    listener.add_argument("-o", "--output", type=Path, required=True, metavar="FILE", help="the file to write")
    listener.set_defaults(run=_run_listener)


def _run(arguments: argparse.Namespace, console: Console) -> dict[str, Any]:
    from dimitra_studio.core.channels import Group
    from dimitra_studio.engine.devices import choose_device
    from dimitra_studio.engine.registry import open_registry
    from dimitra_studio.evaluation.face_gauge import face_gauge
    from dimitra_studio.evaluation.motion import MotionPlan, evaluate_motion
    from dimitra_studio.evaluation.report import draw_report, report_text
    from dimitra_studio.evaluation.rule_based import has_peer
    from dimitra_studio.face.head_model import load_head_model
    from dimitra_studio.motion.checkpoint import load_model
    from dimitra_studio.motion.clips import load_clips

    _check_output(arguments)
    device = choose_device(arguments.device)
    paths = {group: getattr(arguments, group) or open_registry().path(f"motion-{group}") for group in Group}
    own = "Give a file that `dimitra train motion` wrote."
    mends = {group: own if getattr(arguments, group) else "Run: dimitra models verify" for group in Group}
    models = {group: load_model(path, device.name, mends[group]) for group, path in paths.items()}
    train, validation = (load_clips(arguments.data, split, variants=False) for split in ("train", "val"))
    plan = MotionPlan(arguments.seed, arguments.steps, arguments.full, arguments.clips, tuple(arguments.rows or ()))
    if not has_peer():
        console.note("The row of openfacefx is left out: pip install 'dimitra-studio[peers]' brings it.")
    report = console.run(evaluate_motion(train, validation, models, face_gauge(load_head_model()), plan))
    result: dict[str, Any] = without_nan(report.as_dict())
    if arguments.output:
        _write(arguments.output, report_text(report, draw_report(report, arguments.output)), result)
        console.say(f"Written: {arguments.output}")
    else:
        console.say(report_text(report))
    return result


def _run_render(arguments: argparse.Namespace, console: Console) -> dict[str, Any]:
    from dimitra_studio.core.errors import InputError
    from dimitra_studio.engine.loader import Loader
    from dimitra_studio.evaluation.cross import cross_table, evaluate_cross
    from dimitra_studio.evaluation.render import Court, evaluate_render
    from dimitra_studio.evaluation.render_rivals import open_judges, render_rivals, shipped_repairs

    _check_output(arguments)
    if arguments.every < 1:
        raise InputError(f"--every is {arguments.every}.", "Give 1 or more.")
    repairs = [path for path in (arguments.mouth, arguments.face) if path]
    with Loader() as loader:
        judges, missing = open_judges(loader)
        for sentence in missing:
            console.note(sentence)
        rivals = render_rivals(loader.head, repairs or shipped_repairs(loader))
        court = Court(rivals, judges, loader.head, arguments.every)
        report = console.run(evaluate_render(arguments.videos, court, arguments.sheets))
        cross = console.run(evaluate_cross(arguments.videos, court, arguments.sheets))
    for reason in report.skipped:
        console.note(f"Left out: {reason}")
    table = report.table() + ("\n" + cross_table(cross) if cross else "")
    console.say(table)
    scores = {**report.as_dict(), "cross": {row: each.as_dict() for row, each in cross.items()}}
    result = {**without_nan(scores), "ok": bool(report.clips)}
    if arguments.output:
        _write(arguments.output, table, result)
    return result


def _run_sync(arguments: argparse.Namespace, console: Console) -> dict[str, Any]:
    from dimitra_studio.engine.loader import Loader
    from dimitra_studio.evaluation.listener import load_listener
    from dimitra_studio.evaluation.sync import Watcher, evaluate_sync
    from dimitra_studio.evaluation.syncnet import load_syncnet
    from dimitra_studio.face.landmark_shape import landmark_shape
    from dimitra_studio.motion.lip_shape import measure_lips

    _check_output(arguments)
    syncnet = load_syncnet(arguments.syncnet) if arguments.syncnet else None
    with Loader() as loader:
        watcher = Watcher(
            loader.detector,
            landmark_shape(loader.head),
            measure_lips(loader.head),
            loader.speech.features,
            load_listener(loader.registry.path("listener")),
            syncnet,
        )
        report = console.run(evaluate_sync(arguments.videos, watcher))
    for reason in report.skipped:
        console.note(f"Left out: {reason}")
    console.say(report.table())
    result = without_nan({"videos": report.as_dict(), "skipped": list(report.skipped), "ok": bool(report.videos)})
    if arguments.output:
        _write(arguments.output, report.table(), result)
    return dict(result)


def _run_listener(arguments: argparse.Namespace, console: Console) -> dict[str, Any]:
    from dimitra_studio.evaluation.listener import fit_listener, save_listener
    from dimitra_studio.face.head_model import load_head_model
    from dimitra_studio.motion.clips import load_clips
    from dimitra_studio.motion.lip_shape import measure_lips

    listener = fit_listener(load_clips(arguments.data, "train", variants=False), measure_lips(load_head_model()))
    save_listener(arguments.output, listener)
    console.say(f"{arguments.output}: fitted on {listener.clips} clips, {listener.minutes} minutes.")
    return {"output": str(arguments.output), "clips": listener.clips, "minutes": listener.minutes}


def without_nan(value: Any) -> Any:
    """`value` for JSON, which knows no NaN: what could not be measured becomes null."""
    if isinstance(value, dict):
        return {key: without_nan(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [without_nan(item) for item in value]
    return None if isinstance(value, float) and math.isnan(value) else value


def _check_output(arguments: argparse.Namespace) -> None:
    """Raises InputError where the tables could not be written: before the work, not after it."""
    from dimitra_studio.engine.outputs import check_output

    if arguments.output:
        check_output(arguments.output, ".md")


def _write(path: Path, text: str, result: dict[str, Any]) -> None:
    """The tables, and the same as JSON beside."""
    import json

    from dimitra_studio.core.files import replacing

    for target, content in ((path, text), (path.with_suffix(".json"), json.dumps(result, allow_nan=False))):
        with replacing(target) as part:
            part.write_text(content, encoding="utf-8")
