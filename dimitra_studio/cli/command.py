"""How a command joins `dimitra`.

A module of commands has `register(commands)`; so has a plug-in, named in the entry-point group `dimitra.commands`.
It is imported for every call, `dimitra --help` too: heavy imports belong inside the function that runs.
"""

import argparse
from collections.abc import Callable
from typing import Any, TypeAlias

from dimitra_studio.cli.console import Console

# argparse's own type for what add_subparsers() returns is private.
Commands: TypeAlias = "argparse._SubParsersAction[argparse.ArgumentParser]"
# Runs with the parsed arguments; returns what `--json` prints. Where it says `"ok": False`, the exit status is 2.
Run: TypeAlias = Callable[[argparse.Namespace, Console], dict[str, Any]]


def add_command(commands: Commands, name: str, summary: str, run: Run) -> argparse.ArgumentParser:
    """Adds the command `name`; `summary` is its line in `dimitra --help`. Returns its parser for further arguments."""
    parser = commands.add_parser(name, help=summary, description=summary)
    parser.add_argument("--json", action="store_true", help="print one JSON object, last on stdout")
    parser.add_argument("--quiet", action="store_true", help="no progress and no notes on stderr")
    parser.set_defaults(run=run)
    return parser
