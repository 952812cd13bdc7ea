"""`dimitra train prepare` and `dimitra train motion`."""

import argparse
from pathlib import Path
from typing import Any

from dimitra_studio.cli.command import Commands, add_command, add_part
from dimitra_studio.cli.console import Console

_GROUPS = ("lips", "expression", "pose")


def register(commands: Commands) -> None:
    """Adds `train`."""
    parser = add_command(commands, "train", "prepare a corpus and train the motion models", _run)
    what = parser.add_subparsers(dest="what", metavar="WHAT", required=True)
    prepare = add_part(what, "prepare", "track and analyse a corpus of talking clips")
    prepare.add_argument("corpus", type=Path, metavar="CORPUS", help="folder with index.tsv and clips/")
    prepare.add_argument("-o", "--output", type=Path, required=True, metavar="DIR", help="where prepared clips go")
    prepare.add_argument(
        "--licence", choices=("all", "open"), default="all", help="open: only CC BY, CC0, public domain"
    )
    sync = add_part(what, "sync", "find and take out the lag of training clips whose sound is late or early")
    sync.add_argument("--data", type=Path, required=True, metavar="DIR", help="prepared clips; changed in place")
    motion = add_part(what, "motion", "train one of the three motion models; goes on where it was stopped")
    motion.add_argument("group", choices=_GROUPS)
    motion.add_argument("--data", type=Path, required=True, metavar="DIR", help="prepared clips")
    motion.add_argument("--out", type=Path, required=True, metavar="DIR", help="weights, log and state of the run")
    motion.add_argument("--steps", type=int, default=4000, metavar="N", help="updates (default 4000)")
    motion.add_argument("--seed", type=int, default=0, metavar="N")
    motion.add_argument("--preset", choices=("embedded", "paper"), default="embedded", help="size of the network")
    motion.add_argument(
        "--licence", choices=("all", "open"), default="all", help="open: only CC BY, CC0, public domain"
    )


def _run(arguments: argparse.Namespace, console: Console) -> dict[str, Any]:
    return {"prepare": _prepare, "sync": _sync, "motion": _train}[arguments.what](arguments, console)


def _prepare(arguments: argparse.Namespace, console: Console) -> dict[str, Any]:
    from dimitra_studio.audio.files import read_voice
    from dimitra_studio.engine.loader import Loader
    from dimitra_studio.face.track import track_video
    from dimitra_studio.speech.analysis import analyse_voice
    from dimitra_studio.training.corpus import read_corpus
    from dimitra_studio.training.prepare import ClipReaders, prepare_corpus

    rows = read_corpus(arguments.corpus, arguments.licence == "open")
    with Loader() as loader:
        readers = ClipReaders(
            track=lambda path: track_video(path, loader.detector, loader.head, smooth=True),
            voice=read_voice,
            speech=lambda clip: analyse_voice(clip, loader.speech),
        )
        result = console.run(prepare_corpus(rows, readers, arguments.output))
    console.say(f"{result.done} clips prepared, {result.there} were there, {len(result.left_out)} left out.")
    return {"prepared": result.done, "there": result.there, "left_out": result.left_out}


def _sync(arguments: argparse.Namespace, console: Console) -> dict[str, Any]:
    from dimitra_studio.face.head_model import load_head_model
    from dimitra_studio.motion.clips import load_clips, save_clip
    from dimitra_studio.motion.lip_shape import measure_lips
    from dimitra_studio.training.sync import measure_sync, mended

    clips = load_clips(arguments.data, "train")
    found = measure_sync(clips, measure_lips(load_head_model()))
    lags = {}
    for clip in clips:
        better = mended(clip, found.get(clip.facts.name))
        if better is not clip:
            save_clip(arguments.data / f"{clip.facts.name}.npz", better)
            lags[clip.facts.name] = better.facts.lag
    console.say(f"{len(lags)} of {len(clips)} clips had a lag that was taken out.")
    return {"clips": len(clips), "lags": lags}


def _train(arguments: argparse.Namespace, console: Console) -> dict[str, Any]:
    from dimitra_studio.core.channels import Group
    from dimitra_studio.face.head_model import load_head_model
    from dimitra_studio.motion.clips import load_clips
    from dimitra_studio.training.corpus import is_open
    from dimitra_studio.training.loop import TrainingData, config_for, train_motion
    from dimitra_studio.training.recipe import recipe_for

    group = Group(arguments.group)
    clips = load_clips(arguments.data)
    if arguments.licence == "open":
        clips = tuple(clip for clip in clips if is_open(clip.facts.licence))
    data = TrainingData.split(clips)
    config = config_for(group, arguments.preset, data)
    recipe = recipe_for(group, arguments.steps, arguments.seed)
    path = console.run(train_motion(data, load_head_model(), config, recipe, arguments.out))
    console.say(f"Wrote {path}")
    return {"output": str(path), "steps": arguments.steps}
