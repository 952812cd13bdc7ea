"""`dimitra train prepare`."""

import argparse
import os
from pathlib import Path
from typing import Any

from dimitra_studio.cli.command import Commands, add_part
from dimitra_studio.cli.console import Console


def add_prepare(parts: Commands) -> None:
    """Adds `prepare` to `dimitra train`."""
    prepare = add_part(parts, "prepare", "track, analyse and sift a corpus of talking clips; goes on where it stopped")
    prepare.add_argument("corpus", type=Path, metavar="CORPUS", help="folder with index.tsv and clips/")
    prepare.add_argument(
        "-o", "--output", type=Path, required=True, metavar="DIR", help="where prepared clips and the report go"
    )
    prepare.add_argument(
        "--licence", choices=("all", "open"), default="all", help="open: only CC BY, CC0, public domain"
    )
    cores = os.cpu_count() or 1
    prepare.add_argument(
        "--jobs",
        type=int,
        default=cores,
        metavar="N",
        help=f"processes, 1.2 GB each (default {cores}, the cores)",
    )


def run_prepare(arguments: argparse.Namespace, console: Console) -> dict[str, Any]:
    """What `dimitra train prepare` does; gives what `--json` prints."""
    from functools import partial

    from dimitra_studio.core.errors import InputError
    from dimitra_studio.core.files import make_folder
    from dimitra_studio.engine.crew import share_out
    from dimitra_studio.engine.loader import Loader
    from dimitra_studio.motion.lip_shape import measure_lips
    from dimitra_studio.training.analysis import MODELS, clip_analyst
    from dimitra_studio.training.corpus import read_corpus
    from dimitra_studio.training.prepare import prepare_corpus
    from dimitra_studio.training.quality import QualityLimits
    from dimitra_studio.training.records import other_clips
    from dimitra_studio.training.report import write_report

    if arguments.jobs < 1:
        raise InputError(f"--jobs is {arguments.jobs}.", "Give 1 or more.")
    rows = read_corpus(arguments.corpus, arguments.licence == "open")
    make_folder(arguments.output)
    with Loader() as loader:
        loader.require(MODELS)
        lips = measure_lips(loader.head)
    analyse = partial(share_out, build=clip_analyst, jobs=arguments.jobs)
    limits = QualityLimits()
    result = console.run(prepare_corpus(rows, arguments.output, limits, analyse, lips))
    report = console.run(write_report(rows, arguments.output, result.left_out, lips, limits))
    kept = len(rows) - len(result.left_out)
    if not kept:
        raise InputError(f"None of the {len(rows)} clips can be used.", f"{report} says why of each.")
    console.say(
        f"{kept} of {len(rows)} clips are ready ({result.there} from before), {len(result.left_out)} are left out; "
        f"{len(result.lags)} had a lag that was taken out."
    )
    if others := other_clips(arguments.output, rows):
        console.note(f"{arguments.output} also holds {others} clips that are not among these; training reads them too.")
    console.say(f"Wrote {report}")
    return {
        "prepared": result.done,
        "there": result.there,
        "left_out": result.left_out,
        "lags": result.lags,
        "report": str(report),
    }
