"""`dimitra`: the studio's capabilities without a window."""

import argparse
import os
import signal
import sys
import traceback
from collections.abc import Sequence
from contextlib import suppress
from difflib import get_close_matches
from importlib.metadata import EntryPoint, entry_points
from types import FrameType
from typing import NoReturn

from dimitra_studio import __version__
from dimitra_studio.cli import batch, convert, create, doctor, models, observe, studio
from dimitra_studio.cli.command import Commands, Parser
from dimitra_studio.cli.console import Console
from dimitra_studio.cli.options import joined
from dimitra_studio.cli.streams import ready_streams, unheard, write_line
from dimitra_studio.core.errors import Cancelled, InputError, StudioError
from dimitra_studio.core.lane import lanes_last
from dimitra_studio.engine.paths import user_data_folder

DONE, UNEXPECTED, BAD_INPUT, CANCELLED = 0, 1, 2, 130
PLUGIN_GROUP = "dimitra.commands"
_GRACE = 0.05  # seconds
_MODULES = (studio, create, batch, observe, convert, models, doctor)


def main(argv: Sequence[str] | None = None) -> int:
    """Runs one command and returns its exit status: 0 done, 2 bad input (one line on stderr), 130 cancelled."""
    ready_streams()
    status = _answer(list(sys.argv[1:] if argv is None else argv))
    if argv is None:
        _end(status)
    return status


def _answer(words: list[str]) -> int:
    try:
        status = _dispatch(words)
        with unheard(sys.stdout):
            sys.stdout.flush()
        return status
    except KeyboardInterrupt:
        return CANCELLED
    except InputError as error:  # stdout refused what said how the command ended
        write_line(sys.stderr, f"dimitra: {error}")
        return BAD_INPUT


def _end(status: int) -> None:
    """Ends the program at once where a call that was given up (a model that is loaded) would keep it for seconds."""
    if lanes_last(_GRACE):
        for stream in (sys.stdout, sys.stderr):
            with suppress(OSError):
                stream.flush()
        os._exit(status)


def _dispatch(words: list[str]) -> int:
    parser, commands = _build_parser()
    try:
        arguments = parser.parse_args(_completed(joined(words), tuple(commands.choices)))
    except SystemExit as stop:  # --help and --version
        return int(stop.code or 0)
    except InputError as error:
        # Nothing is parsed yet that could say whether JSON is wanted.
        Console(as_json="--json" in words).fail(str(error), type(error).__name__)
        return BAD_INPUT
    return _run(arguments)


def _build_parser() -> tuple[argparse.ArgumentParser, Commands]:
    parser = Parser(
        prog="dimitra",
        description="One portrait and one voice recording become a talking head, on this machine alone.",
        epilog="dimitra COMMAND --help says more about a command.",
    )
    parser.add_argument("--version", action="version", version=f"Dimitra Studio {__version__}")
    commands: Commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True, parser_class=Parser)
    for module in _MODULES:
        module.register(commands)
    for plugin in sorted(entry_points(group=PLUGIN_GROUP), key=lambda point: point.name):
        _register_plugin(plugin, commands)
    return parser, commands


def _register_plugin(plugin: EntryPoint, commands: Commands) -> None:
    try:
        plugin.load()(commands)
    except Exception as error:
        # One broken plug-in must not take the other commands away.
        write_line(sys.stderr, f"dimitra: the command {plugin.name} cannot be loaded: {error}")


def _run(arguments: argparse.Namespace) -> int:
    console = Console(arguments.json, arguments.quiet)
    previous = signal.signal(signal.SIGTERM, _interrupt)
    try:
        result = arguments.run(arguments, console)
        console.finish(result)
        return DONE if result.get("ok", True) else BAD_INPUT
    except StudioError as error:
        console.fail(str(error), type(error).__name__)
        return BAD_INPUT
    except (KeyboardInterrupt, Cancelled):
        console.fail("Cancelled; nothing half-written is left.", "Cancelled")
        return CANCELLED
    except MemoryError:
        console.fail("The machine ran out of memory. Close other programs, or use a smaller portrait.", "MemoryError")
        return BAD_INPUT
    except Exception as error:
        return _report(error, console)
    finally:
        signal.signal(signal.SIGTERM, previous)


def _report(error: Exception, console: Console) -> int:
    """A fault of the program's own: one line for the user, the whole story in a file for us."""
    story = "".join(traceback.format_exception(error))
    try:
        folder = user_data_folder()
        folder.mkdir(parents=True, exist_ok=True)
        report = folder / "last-error.txt"
        # A path in the story may be no text.
        report.write_text(f"Dimitra Studio {__version__}\n{story}", encoding="utf-8", errors="backslashreplace")
        where = f"Please report it with the file {report}."
    except (OSError, InputError):
        where = f"Please report it: {story}"
    console.fail(f"Something went wrong that should not: {type(error).__name__}: {error}. {where}", "Unexpected")
    return UNEXPECTED


def _interrupt(_number: int, _frame: FrameType | None) -> NoReturn:
    raise KeyboardInterrupt


def _completed(words: list[str], commands: tuple[str, ...]) -> list[str]:
    """`dimitra` and `dimitra FILE` open the window."""
    if words and (words[0].startswith("-") or words[0] in commands):
        return words
    if words and not os.path.exists(words[0]):  # noqa: PTH110 - Path.exists() raises for a name that is too long
        meant = get_close_matches(words[0], commands, n=1)
        mend = f"Did you mean {meant[0]}?" if meant else f"Commands: {', '.join(commands)}."
        raise InputError(f"There is no command and no project called {words[0]}.", mend)
    return ["studio", *words]
