"""How a command joins `dimitra`.

A module of commands has `register(commands)`; so has a plug-in, named in the entry-point group `dimitra.commands`.
It is imported for every call, `dimitra --help` too: heavy imports belong inside the function that runs.
"""

import argparse
from collections.abc import Callable
from typing import Any, NoReturn, TypeAlias

from dimitra_studio.cli.console import Console
from dimitra_studio.core.errors import InputError

# argparse's own type for what add_subparsers() returns is private.
Commands: TypeAlias = "argparse._SubParsersAction[argparse.ArgumentParser]"
# Runs with the parsed arguments; returns what `--json` prints. Where it says `"ok": False`, the exit status is 2.
Run: TypeAlias = Callable[[argparse.Namespace, Console], dict[str, Any]]


class Parser(argparse.ArgumentParser):
    """Raises InputError for words that it does not understand, instead of ending the program."""

    def error(self, message: str) -> NoReturn:  # noqa: D102 - argparse's own
        raise InputError(f"{message}.", f"See: {self.prog} --help")


def add_command(commands: Commands, name: str, summary: str, run: Run) -> argparse.ArgumentParser:
    """Adds the command `name`; `summary` is its line in `dimitra --help`. Returns its parser for further arguments."""
    parser = commands.add_parser(name, help=summary, description=summary)
    _add_flags(parser, default=False)
    parser.set_defaults(run=run)
    return parser


def add_part(parts: Commands, name: str, summary: str) -> argparse.ArgumentParser:
    """Adds the part `name` of a command that has several (`parts` is its `add_subparsers()`), with the flags that every
    command takes; they may stand before or behind the part's name. Returns its parser for further arguments."""
    parser = parts.add_parser(name, help=summary, description=summary)
    # A default of its own would undo what was said before the name.
    _add_flags(parser, default=argparse.SUPPRESS)
    return parser


def _add_flags(parser: argparse.ArgumentParser, default: bool | str) -> None:
    words = {"json": "print one JSON object, last on stdout", "quiet": "no progress and no notes on stderr"}
    for name, summary in words.items():
        parser.add_argument(f"--{name}", action="store_true", default=default, help=summary)
