"""`dimitra doctor`."""

import argparse
from dataclasses import asdict
from typing import Any

from dimitra_studio.cli.command import Commands, add_command
from dimitra_studio.cli.console import Console

_MARKS = {"ok": "ok     ", "limited": "limited", "broken": "BROKEN "}


def register(commands: Commands) -> None:
    """Adds `doctor`."""
    add_command(commands, "doctor", "say what works on this machine and what does not, with the mend", _run)


def _run(_arguments: argparse.Namespace, console: Console) -> dict[str, Any]:
    from dimitra_studio.engine.health import State, examine

    findings = []
    for finding in examine():
        findings.append(finding)
        console.say(f"{_MARKS[finding.state]} {finding.name}: {finding.detail}")
        if finding.mend:
            console.say(f"        {finding.mend}")
    broken = [finding.name for finding in findings if finding.state == State.BROKEN]
    console.say("Everything that a render needs works." if not broken else f"Broken: {', '.join(broken)}.")
    return {"ok": not broken, "findings": [asdict(finding) for finding in findings]}
