import json
from pathlib import Path

import numpy as np
import pytest

from dimitra_studio.cli.main import main
from dimitra_studio.core.motion import MotionSequence
from dimitra_studio.core.paths import resource
from dimitra_studio.export.motion_files import save_motion
from dimitra_studio.face.components import COMPONENT_NAMES


class Outcome:
    """How a command ended: `status`, what it said on stderr (`err`, without progress), its JSON object."""

    def __init__(self, status: int, out: str, err: str) -> None:
        self.status, self.out, self.err = status, out, err

    @property
    def json(self) -> dict:
        return json.loads(self.out.splitlines()[-1])

    def assert_refused(self, *parts: str) -> None:
        """Exit 2, one sentence with all of `parts`, no stack trace."""
        assert self.status == 2, self.err
        assert self.err.startswith("dimitra: ")
        assert self.err.count("\n") == 1, self.err
        assert "Traceback" not in self.err
        for part in parts:
            assert part in self.err


@pytest.fixture
def dimitra(capfd):
    """Runs a command in this process as the terminal would."""

    def run(*words: object) -> Outcome:
        capfd.readouterr()
        status = main([*(str(word) for word in words), "--quiet", "--json"])
        said = capfd.readouterr()
        return Outcome(status, said.out, said.err)

    return run


@pytest.fixture(scope="session")
def portrait() -> Path:
    return resource("sample/portrait.png")


@pytest.fixture(scope="session")
def motion_file(tmp_path_factory) -> Path:
    """Five frames in which the jaw opens and the head turns."""
    values = np.zeros((5, 70), np.float32)
    values[:, COMPONENT_NAMES.index("jawOpen")] = np.linspace(0, 0.3, 5)
    values[:, 65] = np.linspace(0, 0.1, 5)
    path = tmp_path_factory.mktemp("motion") / "motion.npz"
    save_motion(path, MotionSequence(values), COMPONENT_NAMES, {})
    return path
