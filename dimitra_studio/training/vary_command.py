"""`dimitra train vary`."""

import argparse
import os
from pathlib import Path
from typing import Any

from dimitra_studio.cli.command import Commands, add_part
from dimitra_studio.cli.console import Console


def add_vary(parts: Commands) -> None:
    """Adds `vary` to `dimitra train`."""
    vary = add_part(parts, "vary", "let prepared clips be heard in other voices too: speed, noise, rooms")
    vary.add_argument("corpus", type=Path, metavar="CORPUS", help="folder with index.tsv and clips/")
    vary.add_argument("--data", type=Path, required=True, metavar="DIR", help="its prepared clips; variants go beside")
    vary.add_argument("--variants", type=int, default=2, metavar="N", help="of each clip (default 2)")
    cores = os.cpu_count() or 1
    vary.add_argument("--jobs", type=int, default=cores, metavar="N", help=f"processes (default {cores}, the cores)")


def run_vary(arguments: argparse.Namespace, console: Console) -> dict[str, Any]:
    """What `dimitra train vary` does; gives what `--json` prints."""
    from functools import partial

    from dimitra_studio.core.errors import InputError
    from dimitra_studio.engine.crew import share_out
    from dimitra_studio.engine.loader import Loader
    from dimitra_studio.training.corpus import read_corpus
    from dimitra_studio.training.vary import MODELS, variant_maker, vary_corpus

    for name in ("variants", "jobs"):
        if getattr(arguments, name) < 1:
            raise InputError(f"--{name} is {getattr(arguments, name)}.", "Give 1 or more.")
    rows = read_corpus(arguments.corpus)
    with Loader() as loader:
        loader.require(MODELS)
    make = partial(share_out, build=variant_maker, jobs=arguments.jobs)
    result = console.run(vary_corpus(rows, arguments.data, arguments.variants, make))
    if not result.done and not result.there:
        hint = "Prepare them: dimitra train prepare CORPUS -o DIR"
        raise InputError(f"{arguments.data} holds no clip of {arguments.corpus} to learn from.", hint)
    console.say(f"{result.done} variants made, {result.there} were there, {len(result.left_out)} could not be made.")
    return {"made": result.done, "there": result.there, "left_out": result.left_out}
