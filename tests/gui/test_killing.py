"""Killed at any moment, nothing is lost but the last seconds; `python tests/gui/killing.py` does so fifty times."""

import subprocess
import sys
from pathlib import Path

KILLS = 2  # one that saves, one that never did


def test_a_session_that_is_killed_loses_seconds_at_the_most():
    command = [sys.executable, str(Path(__file__).with_name("killing.py")), "--kills", str(KILLS)]
    ended = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)
    assert ended.returncode == 0, ended.stdout + ended.stderr
    assert f"{KILLS} kills, 0 failures" in ended.stdout
