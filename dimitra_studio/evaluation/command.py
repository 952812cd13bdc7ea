"""`dimitra evaluate motion`."""

import argparse
from pathlib import Path
from typing import Any

from dimitra_studio.cli.command import Commands, add_command
from dimitra_studio.cli.console import Console


def register(commands: Commands) -> None:
    """Adds `evaluate`."""
    parser = add_command(commands, "evaluate", "measure the motion models on speakers they have not seen", _run)
    what = parser.add_subparsers(dest="what", metavar="WHAT", required=True)
    motion = what.add_parser("motion", help="lips against the truth, still, mean, loudness and shuffled motion")
    motion.add_argument("--data", type=Path, required=True, metavar="DIR", help="prepared clips")
    motion.add_argument("--lips", type=Path, metavar="FILE", help="lips model (default: the installed one)")
    motion.add_argument("--expression", type=Path, metavar="FILE", help="expression model (default: held still)")
    motion.add_argument("-o", "--output", type=Path, metavar="OUT.md", help="write the tables, and OUT.json beside")


def _run(arguments: argparse.Namespace, console: Console) -> dict[str, Any]:
    from dataclasses import asdict

    from dimitra_studio.engine.registry import open_registry
    from dimitra_studio.evaluation.motion import evaluate_motion, motion_writers
    from dimitra_studio.evaluation.tables import lip_table
    from dimitra_studio.export.files import replacing
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
    result = asdict(report)
    if arguments.output:
        import json

        for path, content in ((arguments.output, text), (arguments.output.with_suffix(".json"), json.dumps(result))):
            with replacing(path) as part:
                part.write_text(content, encoding="utf-8")
    return result
