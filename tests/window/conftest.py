"""The true program on a screen of its own."""

import os
import subprocess
import sys

import pytest

from dimitra_studio.engine.paths import user_models_folder
from tests.window import other_program as other_programs
from tests.window.desktop import Program, missing_tools, open_desktop


@pytest.fixture(scope="session")
def desktop(tmp_path_factory):
    missing = missing_tools()
    if missing:
        reason = f"{', '.join(missing)} missing: sh packaging/test-tools.sh"
        # A check that nobody sees may not skip what it is there for; a developer without these programs may.
        pytest.fail(reason) if os.environ.get("CI") else pytest.skip(reason)  # the reason names what to install
    with open_desktop(tmp_path_factory.mktemp("desktop")) as desktop:
        yield desktop


@pytest.fixture
def home(tmp_path):
    """A new user's, with the models of this machine."""
    folder = tmp_path / "home"
    folder.mkdir()
    (folder / "models").symlink_to(user_models_folder())
    (folder / "studio.ini").write_text("[look]\nscheme=dark\n[window]\nnotice_read=true\n")
    return folder


@pytest.fixture
def studio(desktop, home):
    """Starts the program with arguments and waits for its window."""
    running = []

    def start(*words):
        program = Program(desktop, home, *words)
        running.append(program)
        program.await_window()
        return program

    yield start
    for program in running:
        program.end()


@pytest.fixture
def other_program(desktop):
    """Starts another program on the same screen; gives its window."""
    running = []

    def start(*words):
        command = [sys.executable, other_programs.__file__, *map(str, words)]
        running.append(subprocess.Popen(command, env=desktop.environment))
        desktop.wait_until(lambda: desktop.windows("^Another program$"), "the other program's window")
        return desktop.windows("^Another program$")[0]

    yield start
    for process in running:
        process.terminate()
        process.wait()
