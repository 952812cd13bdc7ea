"""`dimitra train pairs`."""

import argparse
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dimitra_studio.cli.command import Commands, add_part
from dimitra_studio.cli.console import Console

if TYPE_CHECKING:
    from dimitra_studio.training.corpus import CorpusRow
    from dimitra_studio.training.renderer.pairs import PartPairs

FRAMES = 120  # of each clip's start


def add_pairs(parts: Commands) -> None:
    """Adds `pairs` to `dimitra train`."""
    pairs = add_part(parts, "pairs", "make what the renderer's networks learn from; goes on where it stopped")
    pairs.add_argument("corpus", type=Path, metavar="CORPUS", help="folder with index.tsv and clips/")
    pairs.add_argument("-o", "--output", type=Path, required=True, metavar="DIR", help="where the pairs go")
    pairs.add_argument(
        "--preset", choices=("small", "large"), default="small", help="the networks' size (large: for a GPU)"
    )
    pairs.add_argument("--licence", choices=("all", "open"), default="all", help="open: only CC BY, CC0, public domain")
    cores = os.cpu_count() or 1
    pairs.add_argument("--jobs", type=int, default=cores, metavar="N", help=f"processes (default {cores}, the cores)")


def run_pairs(arguments: argparse.Namespace, console: Console) -> dict[str, Any]:
    """What `dimitra train pairs` does; gives what `--json` prints."""
    from functools import partial

    from dimitra_studio.core.errors import InputError
    from dimitra_studio.core.files import make_folder
    from dimitra_studio.engine.crew import share_out
    from dimitra_studio.render.neural.config import LARGE, SMALL
    from dimitra_studio.training.corpus import read_corpus
    from dimitra_studio.training.renderer.making import make_all

    if arguments.jobs < 1:
        raise InputError(f"--jobs is {arguments.jobs}.", "Give 1 or more.")
    rows = read_corpus(arguments.corpus, arguments.licence == "open")
    make_folder(arguments.output)
    configs = SMALL if arguments.preset == "small" else LARGE
    work = partial(share_out, build=partial(pair_worker, arguments.preset), jobs=arguments.jobs)
    made, left_out = console.run(make_all(rows, arguments.output, configs, work))
    console.say(f"{made} of {len(rows)} clips have pairs in {arguments.output}; {len(left_out)} are left out.")
    return {"clips": made, "left_out": left_out, "output": str(arguments.output)}


@contextmanager
def pair_worker(preset: str) -> "Iterator[Callable[[CorpusRow], dict[str, PartPairs]]]":
    """Makes a clip's pairs; models are loaded once for all clips."""
    from dimitra_studio.engine.loader import Loader
    from dimitra_studio.face.opening import track_opening
    from dimitra_studio.motion.lip_shape import measure_lips
    from dimitra_studio.render.neural.config import LARGE, SMALL
    from dimitra_studio.training.renderer.pair_files import chance_of
    from dimitra_studio.training.renderer.pairs import PairMaker, Plan

    with Loader() as loader:
        configs = SMALL if preset == "small" else LARGE
        maker = PairMaker(loader.head, measure_lips(loader.head), configs, Plan())

        def make(row: "CorpusRow") -> "dict[str, PartPairs]":
            opening = track_opening(row.video, loader.detector, loader.head, FRAMES)
            return maker.make(opening, chance_of(row.facts.name, 0))

        yield make
