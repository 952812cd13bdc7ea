"""`dimitra evaluate motion` and `dimitra evaluate render`."""

import argparse
import math
from pathlib import Path
from typing import Any

from dimitra_studio.cli.command import Commands, add_command, add_part
from dimitra_studio.cli.console import Console


def register(commands: Commands) -> None:
    """Adds `evaluate`."""
    parser = add_command(commands, "evaluate", "measure the motion models, or the renderer", _run)
    what = parser.add_subparsers(dest="what", metavar="WHAT", required=True)
    motion = add_part(what, "motion", "lips against the truth, still, mean, loudness and shuffled motion")
    motion.add_argument("--data", type=Path, required=True, metavar="DIR", help="prepared clips")
    motion.add_argument("--lips", type=Path, metavar="FILE", help="lips model (default: the installed one)")
    motion.add_argument("--expression", type=Path, metavar="FILE", help="expression model (default: held still)")
    motion.add_argument("-o", "--output", type=Path, metavar="OUT.md", help="write the tables, and OUT.json beside")
    render = add_part(what, "render", "clips rendered anew from their own first frame, against themselves")
    render.add_argument("videos", nargs="+", type=Path, metavar="VIDEO", help="clips with one face")
    render.add_argument("--sheets", type=Path, metavar="DIR", help="write a contact sheet of each clip there")
    render.add_argument("-o", "--output", type=Path, metavar="OUT.md", help="write the table, and OUT.json beside")
    render.set_defaults(run=_run_render)


def _run(arguments: argparse.Namespace, console: Console) -> dict[str, Any]:
    from dataclasses import asdict

    from dimitra_studio.engine.registry import open_registry
    from dimitra_studio.evaluation.motion import evaluate_motion, motion_writers
    from dimitra_studio.evaluation.tables import lip_table
    from dimitra_studio.face.head_model import load_head_model
    from dimitra_studio.motion.checkpoint import load_model
    from dimitra_studio.motion.clips import load_clips
    from dimitra_studio.motion.lip_shape import measure_lips

    lips = load_model(arguments.lips or open_registry().path("motion-lips"))
    expression = load_model(arguments.expression) if arguments.expression else None
    train, validation = (load_clips(arguments.data, split) for split in ("train", "val"))
    writers = motion_writers(train, validation, lips, expression)
    report = console.run(evaluate_motion(validation, writers, measure_lips(load_head_model())))
    parts = {"Natural speech": (report.natural, "natural"), "GRID sentences": (report.grid, "grid")}
    text = "\n".join(
        f"## {title} ({report.clips[part]} clips)\n\n{lip_table(rows)}" for title, (rows, part) in parts.items()
    )
    console.say(text)
    result: dict[str, Any] = without_nan(asdict(report))
    if arguments.output:
        _write(arguments.output, text, result)
    return result


def _run_render(arguments: argparse.Namespace, console: Console) -> dict[str, Any]:
    from dataclasses import asdict

    from dimitra_studio.engine.loader import Loader
    from dimitra_studio.evaluation.render import evaluate_render

    with Loader() as loader:
        report = console.run(evaluate_render(arguments.videos, loader.detector, loader.head, arguments.sheets))
    for reason in report.skipped:
        console.note(f"Left out: {reason}")
    console.say(report.table())
    result = {**without_nan(asdict(report)), "ok": bool(report.clips)}
    if arguments.output:
        _write(arguments.output, report.table(), result)
    return result


def without_nan(value: Any) -> Any:
    """`value` for JSON, which knows no NaN: what could not be measured becomes null."""
    if isinstance(value, dict):
        return {key: without_nan(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [without_nan(item) for item in value]
    return None if isinstance(value, float) and math.isnan(value) else value


def _write(path: Path, text: str, result: dict[str, Any]) -> None:
    """The tables, and the same as JSON beside."""
    import json

    from dimitra_studio.core.files import replacing

    for target, content in ((path, text), (path.with_suffix(".json"), json.dumps(result, allow_nan=False))):
        with replacing(target) as part:
            part.write_text(content, encoding="utf-8")
