"""Starts a packaged build as a new user would, and sees whether it does its work:

    python packaging/smoke.py dist/dimitra-studio/dimitra

It listens to the sample, writes its motion and films ten frames (`dimitra doctor --try`), and opens the sample project
in the window: off-screen, and on a screen of Xvfb's where that is installed. Nothing of this machine helps: home, data
folder and environment are new. Ends with 0 where all is well, else with 1.
"""

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
from PIL import Image

PATIENCE = 3600  # seconds for one command, also on a machine that does other things
SIZE = 1200, 800  # px of the window
PASSED = ("OMP_NUM_THREADS", "LANG")
FATAL = ("Traceback", "Could not load the Qt platform plugin", "error while loading shared libraries")


class BuildError(Exception):
    """What is wrong with the build."""


def run(program: Path, home: Path, *words: object, more: dict[str, str] | None = None) -> tuple[str, float]:
    """What a command writes to stdout, and its seconds. Raises BuildError."""
    environment = {name: os.environ[name] for name in PASSED if name in os.environ} | {
        "PATH": "/usr/bin:/bin", "HOME": str(home), "DIMITRA_HOME": str(home / "data"),
    }  # fmt: skip
    begun = time.monotonic()
    done = subprocess.run(
        [program, *map(str, words)], env=environment | (more or {}), cwd=home, capture_output=True, text=True,
        timeout=PATIENCE, check=False,
    )  # fmt: skip
    told = f"{done.stdout}\n{done.stderr}"
    if done.returncode or any(mark in told for mark in FATAL):
        raise BuildError(f"{' '.join(map(str, words))} ended with {done.returncode}:\n{told[-2000:]}")
    return done.stdout, time.monotonic() - begun


def size_of(build: Path) -> float:
    """Megabytes of a folder, links counted as links."""
    return sum(path.lstat().st_size for path in build.rglob("*")) / 1e6


def check_work(program: Path, home: Path) -> None:
    """Everything that a film needs, from the models inside the build. Raises BuildError."""
    told, seconds = run(program, home, "doctor", "--try", "--json", more={"QT_QPA_PLATFORM": "offscreen"})
    found = {finding["name"]: finding for finding in json.loads(told.splitlines()[-1])["findings"]}
    if not found["film"]["detail"].startswith("10 frames"):
        raise BuildError(f"the film is another: {found['film']['detail']}")
    strangers = [name for name in found if name.startswith("model") and str(home) in found[name]["detail"]]
    if strangers:
        raise BuildError(f"not in the build: {', '.join(strangers)}")
    for name in ("sample project", "listening", "motion", "film"):
        print(f"  {name}: {found[name]['detail']}")
    print(f"  all of doctor --try: {seconds:.0f} s")


def check_window(program: Path, home: Path, where: str, environment: dict[str, str]) -> None:
    """The window with the sample project, looked at. Raises BuildError."""
    picture = home / "window.png"
    size = "x".join(map(str, SIZE))
    words = ("studio", "--sample", "--screenshot", picture, "--size", size, "--at", 1.2, "--panel", "viewport")
    _, seconds = run(program, home, *words, more=environment)
    seen = np.asarray(Image.open(picture).convert("RGB")).astype(int)
    if seen.shape[:2] != SIZE[::-1]:
        raise BuildError(f"the window's picture is {seen.shape}")
    # The portrait is in the middle: skin is redder than it is blue, and the theme's greys are not.
    middle = seen[SIZE[1] // 8 : SIZE[1] // 2, SIZE[0] // 4 : 3 * SIZE[0] // 4]
    skin = np.mean(middle[..., 0] - middle[..., 2] > 25)
    if skin < 0.02:
        raise BuildError(f"the window shows no portrait (share of skin {skin:.3f})")
    print(f"  window {where}: sample project drawn in {seconds:.0f} s, share of skin {skin:.2f}")


@contextmanager
def screen() -> Iterator[str]:
    """A screen of its own; gives its name."""
    read, write = os.pipe()
    server = subprocess.Popen(
        ["Xvfb", "-displayfd", str(write), "-screen", "0", "1600x1000x24", "-nolisten", "tcp"],
        pass_fds=(write,), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    os.close(write)
    try:
        with os.fdopen(read) as told:
            number = told.readline().strip()
        if not number:
            raise BuildError("Xvfb does not start")
        yield f":{number}"
    finally:
        server.terminate()
        server.wait()


def main() -> int:
    """Checks, and prints what it measured."""
    program = Path(sys.argv[1]).resolve()
    print(f"{program.parent}: {size_of(program.parent):.0f} MB")
    with tempfile.TemporaryDirectory(prefix="dimitra-smoke-") as folder:
        home = Path(folder)
        try:
            starts = [run(program, home, "--version")[1] for _ in range(3)]
            print(f"  start: {', '.join(f'{seconds:.1f}' for seconds in starts)} s")
            check_work(program, home)
            check_window(program, home, "off-screen", {"QT_QPA_PLATFORM": "offscreen"})
            if shutil.which("Xvfb"):
                with screen() as display:
                    check_window(program, home, "under Xvfb", {"QT_QPA_PLATFORM": "xcb", "DISPLAY": display})
            else:
                print("  window under Xvfb: not tried, Xvfb is not installed")
        except BuildError as failure:
            print(f"The build does not work: {failure}", file=sys.stderr)
            return 1
    print("The build works.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
