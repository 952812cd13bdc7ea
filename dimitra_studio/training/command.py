"""`dimitra train`: its parts, and `dimitra train motion`."""

import argparse
from pathlib import Path
from typing import Any

from dimitra_studio.cli.command import Commands, add_command, add_part
from dimitra_studio.cli.console import Console
from dimitra_studio.engine.devices import CHOICES, choose_device
from dimitra_studio.training.index_command import add_index, run_index
from dimitra_studio.training.prepare_command import add_prepare, run_prepare
from dimitra_studio.training.renderer.command import add_renderer, run_renderer
from dimitra_studio.training.renderer.pairs_command import add_pairs, run_pairs
from dimitra_studio.training.vary_command import add_vary, run_vary

_GROUPS = ("lips", "expression", "pose")


def register(commands: Commands) -> None:
    """Adds `train`."""
    parser = add_command(commands, "train", "prepare a corpus and train the motion models", _run)
    what = parser.add_subparsers(dest="what", metavar="WHAT", required=True)
    add_index(what)
    add_prepare(what)
    add_vary(what)
    add_pairs(what)
    add_renderer(what)
    motion = add_part(what, "motion", "train one of the three motion models; goes on where it was stopped")
    motion.add_argument("group", choices=_GROUPS, help="which of the three")
    motion.add_argument("--data", type=Path, required=True, metavar="DIR", help="prepared clips")
    motion.add_argument("--out", type=Path, required=True, metavar="DIR", help="weights, log and state of the run")
    motion.add_argument(
        "--steps", type=int, default=1200, metavar="N", help="updates (default 1200, enough for an hour of clips)"
    )
    motion.add_argument("--seed", type=int, default=0, metavar="N", help="where chance begins (default 0)")
    motion.add_argument(
        "--device",
        choices=CHOICES,
        default="auto",
        help="where the network learns (default auto); for several GPUs: torchrun --no-python dimitra train motion ...",
    )
    motion.add_argument("--preset", choices=("embedded", "paper"), default="embedded", help="size of the network")
    motion.add_argument(
        "--licence", choices=("all", "open"), default="all", help="open: only CC BY, CC0, public domain"
    )


def _run(arguments: argparse.Namespace, console: Console) -> dict[str, Any]:
    runs = {
        "index": run_index,
        "prepare": run_prepare,
        "vary": run_vary,
        "motion": _train,
        "pairs": run_pairs,
        "renderer": run_renderer,
    }
    return runs[arguments.what](arguments, console)


def _train(arguments: argparse.Namespace, console: Console) -> dict[str, Any]:
    from dimitra_studio.core.channels import Group
    from dimitra_studio.face.head_model import load_head_model
    from dimitra_studio.motion.clips import load_clips
    from dimitra_studio.training.corpus import is_open
    from dimitra_studio.training.loop import TrainingData, config_for, train_motion
    from dimitra_studio.training.processes import joined
    from dimitra_studio.training.recipe import recipe_for

    group = Group(arguments.group)
    clips = load_clips(arguments.data)
    if arguments.licence == "open":
        clips = tuple(clip for clip in clips if is_open(clip.facts.licence))
    data = TrainingData.split(clips)
    config = config_for(group, arguments.preset, data)
    recipe = recipe_for(group, arguments.steps, arguments.seed)
    device = choose_device(arguments.device)
    with joined(device.name) as process:
        if not process.first:
            console.hush()
        console.note(device.reason if device.name != "cpu" else "")
        path = console.run(train_motion(data, load_head_model(), config, recipe, arguments.out, process=process))
    console.say(f"Wrote {path}")
    return {"output": str(path), "steps": arguments.steps, "device": process.device, "processes": process.count}
