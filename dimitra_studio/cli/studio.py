"""`dimitra studio`: opens the window."""

import argparse
import math
import os
import re
from contextlib import suppress
from typing import Any

from dimitra_studio.cli.command import Commands, add_command
from dimitra_studio.cli.console import Console
from dimitra_studio.cli.options import file_name
from dimitra_studio.core.errors import InputError
from dimitra_studio.engine.outputs import check_output

_SIZE = re.compile(r"(\d{2,5})x(\d{2,5})")


def register(commands: Commands) -> None:
    """Adds `studio`."""
    parser = add_command(commands, "studio", "open the window, where a portrait and a voice become takes", run)
    parser.add_argument(
        "files",
        nargs="*",
        type=file_name,
        metavar="FILE",
        help="a project, or a portrait, a voice, its text (.txt), motion (.npz)",
    )
    parser.add_argument("--sample", action="store_true", help="open the sample project with its ready take")
    shot = parser.add_argument_group("a picture of the window instead of the window")
    shot.add_argument("--screenshot", type=file_name, metavar="OUT.png", help="write it when all is drawn, and exit")
    shot.add_argument("--size", type=_size, metavar="WxH", help="of the window, px (default 1440x900)")
    shot.add_argument("--at", type=_seconds, default=0.0, metavar="SECONDS", help="where the playhead is (default 0)")
    panels = ("takes", "inspector", "edits", "viewport", "timeline", "jobs")
    shot.add_argument("--panel", default="", choices=panels, help="bring it up")


def run(arguments: argparse.Namespace, _console: Console) -> dict[str, Any]:
    """Opens the window until it is closed. Raises InputError where there can be none."""
    for path in arguments.files:
        if not path.exists():
            raise InputError(f"There is no file {path}.", "Check the path.")
    if arguments.screenshot is not None:
        check_output(arguments.screenshot, ".png", arguments.files)
    _require_a_screen(arguments.screenshot is not None)
    try:
        from dimitra_studio.studio.app import Opening, run_studio
        from dimitra_studio.studio.screenshot import ShotRequest
    except ImportError as error:
        raise InputError(
            f"The window cannot be opened: {error}.",
            "Run packaging/system-libraries.sh; the other commands work without.",
        ) from error
    shot = None
    if arguments.screenshot is not None:
        shot = ShotRequest(arguments.screenshot, arguments.size, arguments.at, arguments.panel)
    status = run_studio(Opening(tuple(arguments.files), arguments.sample, shot))
    return {"ok": status == 0}


def _require_a_screen(photographed: bool) -> None:
    """Without a display Qt ends the whole program; a picture of the window needs none."""
    if os.name != "posix" or os.uname().sysname != "Linux" or os.environ.get("QT_QPA_PLATFORM"):
        return
    if photographed:
        os.environ["QT_QPA_PLATFORM"] = "offscreen"
    elif not (os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")):
        raise InputError(
            "The window needs a screen, and there is none.", "The other commands work without: dimitra --help"
        )


def _size(word: str) -> tuple[int, int]:
    match = _SIZE.fullmatch(word)
    if match is None:
        raise argparse.ArgumentTypeError(f"{word!r} is no size; write 1600x1000")
    return int(match[1]), int(match[2])


def _seconds(word: str) -> float:
    with suppress(ValueError):
        value = float(word)
        if 0 <= value < math.inf:
            return value
    raise argparse.ArgumentTypeError(f"{word!r} is no moment; write seconds")
