"""Streams that are closed, broken, full or in another encoding, as a shell hands them over."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="redirections of POSIX shells")

# A command that tells of progress, writes a file and says so, in letters that ASCII lacks.
PROGRAM = """
import sys
from importlib.metadata import EntryPoint
from pathlib import Path
from dimitra_studio.cli import main as module
from dimitra_studio.cli.command import add_command
from dimitra_studio.core.events import Progress

def job(path):
    for index in range(3):
        yield Progress("portrait", index, 3, f"肖像 {index}")
    with path.open("w") as file:
        file.write("whole")

def probe(arguments, console):
    console.run(job(arguments.path))
    console.say("Wrote 肖像.")
    return {"output": str(arguments.path)}

def register(commands):
    add_command(commands, "probe", "a command of a test", probe).add_argument("path", type=Path)

class Point(EntryPoint):
    def load(self):
        return register

module.entry_points = lambda group: [Point("probe", "x:y", group)]
sys.exit(module.main())
"""


@pytest.fixture
def shell(tmp_path):
    """Runs `probe` on a file, `written`, in a shell line; returns the exit status and what the line let through."""
    (tmp_path / "probe.py").write_text(PROGRAM, encoding="utf-8")
    written = tmp_path / os.fsdecode("肖像\udcff.txt".encode("utf-8", "surrogateescape"))

    def run(line: str, encoding: str = "utf-8") -> tuple[int, str, str]:
        words = {"PYTHON": sys.executable, "PROBE": str(tmp_path / "probe.py"), "FILE": str(written)}
        done = subprocess.run(
            ["bash", "-c", f"set -o pipefail; {line}"],
            env={**os.environ, **words, "PYTHONIOENCODING": encoding, "PYTHONUNBUFFERED": ""},
            capture_output=True,
            check=False,
        )
        out, err = done.stdout.decode(), done.stderr.decode()
        assert "Traceback" not in err
        assert "Exception ignored" not in err
        return done.returncode, out, err

    run.written = written
    return run


PROBE = '"$PYTHON" "$PROBE" probe "$FILE"'


@pytest.mark.parametrize(
    "line",
    [
        f"{PROBE} 2>&1 | true",
        f"{PROBE} --json | true",
        f"{{ {PROBE}; }} 2> >(true)",
        f"{PROBE} 2>&-",
        f"{PROBE} >&- 2>&-",
        f"{PROBE} --json >&-",
        f"{PROBE} <&- >&- 2>&-",
        f"{PROBE} 2>/dev/full",
    ],
)
def test_the_work_is_done_whoever_listens(shell, line):
    status, out, _ = shell(line)
    assert status == 0
    assert shell.written.read_text() == "whole"
    assert "dimitra" not in out


def test_foreign_letters_are_escaped_where_the_stream_lacks_them(shell):
    status, out, err = shell(f"{PROBE} --json", encoding="ascii")
    assert status == 0
    assert json.loads(out) == {"output": str(shell.written), "notes": [f"肖像 {index}" for index in range(3)]}
    assert r"note: \u8096\u50cf 0" in err
    status, out, _ = shell(PROBE, encoding="ascii")
    assert (status, out) == (0, "Wrote \\u8096\\u50cf.\n")


def test_a_refusal_is_not_printed_to_stdout_where_stderr_is_closed(shell):
    status, out, err = shell('"$PYTHON" "$PROBE" genrate 2>&-')
    assert (status, out, err) == (2, "", "")


@pytest.mark.parametrize("words", ['probe "$FILE"', 'probe "$FILE" --json', "--help"])
@pytest.mark.skipif(not Path("/dev/full").exists(), reason="a device of Linux")
def test_a_result_that_finds_no_room_is_a_refusal(shell, words):
    status, _, err = shell(f'"$PYTHON" "$PROBE" {words} >/dev/full')
    assert status == 2
    assert "cannot be written to the standard output: No space left on device." in err
