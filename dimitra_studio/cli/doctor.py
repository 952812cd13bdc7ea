"""`dimitra doctor`."""

import argparse
from collections.abc import Iterator
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from dimitra_studio.cli.command import Commands, add_command
from dimitra_studio.cli.console import Console

if TYPE_CHECKING:
    from dimitra_studio.engine.health import Finding

_MARKS = {"ok": "ok     ", "limited": "limited", "broken": "BROKEN "}


def register(commands: Commands) -> None:
    """Adds `doctor`."""
    parser = add_command(commands, "doctor", "say what works on this machine and what does not, with the mend", _run)
    parser.add_argument(
        "--try",
        dest="trial",
        action="store_true",
        help="also use it: listen to the sample's voice, write its motion, film ten frames of it; nothing is left",
    )


def _run(arguments: argparse.Namespace, console: Console) -> dict[str, Any]:
    from dimitra_studio.cli.trial import trial
    from dimitra_studio.engine.health import examine

    if not arguments.trial:
        return _tell(examine(), console)
    with trial() as made:
        return _tell(examine(*made.checks), console)


def _tell(found: "Iterator[Finding]", console: Console) -> dict[str, Any]:
    from dimitra_studio.engine.health import State

    findings = []
    for finding in found:
        findings.append(finding)
        console.say(f"{_MARKS[finding.state]} {finding.name}: {finding.detail}")
        if finding.mend:
            console.say(f"        {finding.mend}")
    broken = [finding.name for finding in findings if finding.state == State.BROKEN]
    console.say("Everything that a render needs works." if not broken else f"Broken: {', '.join(broken)}.")
    return {"ok": not broken, "findings": [asdict(finding) for finding in findings]}
