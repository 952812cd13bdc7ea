"""`dimitra studio` with its own process, as the documentation uses it."""

import os
import subprocess
import sys

import numpy as np
from PIL import Image


def run_studio(home, *words):
    """Its process, on a machine without a screen."""
    code = "import sys; from dimitra_studio.cli.main import main; sys.exit(main(sys.argv[1:]))"
    plain = {
        name: value
        for name, value in os.environ.items()
        if name not in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")
    }
    return subprocess.run(
        [sys.executable, "-c", code, "studio", *map(str, words)],
        env=plain | {"DIMITRA_HOME": str(home)},
        capture_output=True, text=True, check=False, timeout=200,
    )  # fmt: skip


def test_why_the_window_could_not_show_what_it_should_is_told(tmp_path):
    empty = tmp_path / "empty.wav"
    empty.write_bytes(b"")
    done = run_studio(tmp_path / "home", empty, "--screenshot", tmp_path / "window.png")
    assert done.returncode == 2
    assert "empty.wav" in done.stderr


def test_a_picture_of_the_window_is_written_without_a_screen(tmp_path):
    output, home = tmp_path / "window.png", tmp_path / "home"
    done = run_studio(home, "--screenshot", output, "--size", "1000x700", "--json")
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip().endswith('{"ok": true}')
    shown = np.asarray(Image.open(output).convert("RGB")).astype(int)
    assert shown.shape == (700, 1000, 3)
    # A dark window with something bright to press in its middle.
    assert np.median(shown) < 50
    assert shown[200:500, 300:700].max() > 200
    assert not list(home.glob("*.ini"))  # no trace in the user's settings
