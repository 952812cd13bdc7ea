"""`dimitra train index`."""

import argparse
from pathlib import Path
from typing import Any

from dimitra_studio.cli.command import Commands, add_part
from dimitra_studio.cli.console import Console

_LAYOUTS = ("voxceleb2", "hdtf", "celebv-hq")


def add_index(parts: Commands) -> None:
    """Adds `index` to `dimitra train`."""
    index = add_part(parts, "index", "write index.tsv for a dataset whose folders are known, for train prepare")
    index.add_argument("folder", type=Path, metavar="FOLDER", help="the dataset's top folder; index.tsv goes there")
    index.add_argument("--layout", choices=_LAYOUTS, required=True, help="whose folders they are")
    index.add_argument("--judge", type=Path, metavar="FILE", help="speakers never to learn from, one a line")
    index.add_argument("--most", type=int, metavar="N", help="at most N clips to learn from, drawn at random")


def run_index(arguments: argparse.Namespace, console: Console) -> dict[str, Any]:
    """What `dimitra train index` does; gives what `--json` prints."""
    from dimitra_studio.core.errors import InputError
    from dimitra_studio.core.files import check_input
    from dimitra_studio.training.layouts import Layout, draw_clips, find_clips, judge_speakers, write_index

    layout = Layout(arguments.layout)
    clips = find_clips(arguments.folder, layout)
    if arguments.judge is not None:
        check_input(arguments.judge, "list of speakers")
        lines = arguments.judge.read_text(encoding="utf-8", errors="replace").split("\n")
        clips = judge_speakers(clips, frozenset(line.strip() for line in lines if line.strip()))
    if arguments.most is not None:
        if arguments.most < 1:
            raise InputError(f"--most is {arguments.most}.", "Give 1 or more.")
        clips = draw_clips(clips, arguments.most)
    path = write_index(arguments.folder, layout, clips)
    judged = sum(clip.judged for clip in clips)
    speakers = len({clip.speaker for clip in clips})
    console.say(f"Wrote {path}: {len(clips) - judged} clips to learn from, {judged} to judge by, {speakers} speakers.")
    return {"output": str(path), "train": len(clips) - judged, "val": judged, "speakers": speakers}
