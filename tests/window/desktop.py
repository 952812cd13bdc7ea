"""A screen of its own with a window manager, and hands: the true program is used as a person would use it.

Nothing in the program helps: keys and mouse come from the X server, what is seen is read from the screen's pixels, the
windows' titles and the files that are saved.
"""

import os
import select
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
from PIL import Image, ImageGrab

TOOLS = ("Xvfb", "openbox", "xdotool")
WIDTH, HEIGHT = 1600, 1000
PATIENCE = 60.0  # seconds; for what takes a moment on an idle machine
_LOOK = 0.05
_START = "import sys; from dimitra_studio.cli.main import main; sys.exit(main())"


def missing_tools() -> list[str]:
    """What has to be installed first."""
    return [tool for tool in TOOLS if shutil.which(tool) is None]


class Desktop:
    """One screen; `environment` is what its programs are started with."""

    def __init__(self, display: str, folder: Path) -> None:
        self.display, self.folder = display, folder
        kept = ("PATH", "HOME", "LANG", "LD_LIBRARY_PATH", "VIRTUAL_ENV", "OMP_NUM_THREADS", "OMP_WAIT_POLICY")
        self.environment = {name: os.environ[name] for name in kept if name in os.environ} | {
            "DISPLAY": display,
            "QT_QPA_PLATFORM": "xcb",
            "DBUS_SESSION_BUS_ADDRESS": "disabled:",  # no desktop's own file dialogs
            "XDG_RUNTIME_DIR": str(folder),
            "XDG_CONFIG_HOME": str(folder),
        }

    def wait_until(self, seen: Callable[[], object], what: str) -> None:
        """Looks until `seen` is true; a failure says what was waited for in vain, and where the screen's picture is."""
        end = time.monotonic() + PATIENCE
        while not seen():
            if time.monotonic() > end:
                picture = self.folder / "screen.png"
                Image.fromarray(self.picture()).save(picture)
                raise AssertionError(f"never: {what} ({picture})")
            time.sleep(_LOOK)

    def hands(self, *words: object) -> str:
        """What xdotool does and says."""
        done = subprocess.run(
            ["xdotool", *map(str, words)], env=self.environment, capture_output=True, text=True, check=False, timeout=20
        )
        return done.stdout.strip()

    def press(self, *keys: str) -> None:
        """One key, or keys held together (`ctrl+s`), after the other."""
        self.hands("key", *keys)

    def drag(self, *places: tuple[float, float]) -> None:
        """The left button goes down at the first place and up at the last."""
        self.hands("mousemove", *map(round, places[0]), "mousedown", 1)
        for place in places[1:]:
            self.hands("mousemove", *map(round, place))
            time.sleep(_LOOK)  # as a hand: a drag of no duration is none
        self.hands("mouseup", 1)

    def picture(self) -> np.ndarray:
        """uint8[HEIGHT, WIDTH, 3]: the whole screen."""
        return np.asarray(ImageGrab.grab(xdisplay=self.display).convert("RGB"))

    def active(self) -> str:
        """The title of the window that has the keyboard; empty where none has."""
        return self.hands("getactivewindow", "getwindowname")

    def windows(self, title: str) -> list[str]:
        """The ids of the windows on the screen whose titles match."""
        return self.hands("search", "--onlyvisible", "--name", title).split()

    def geometry(self, window: str) -> tuple[int, int, int, int]:
        """x, y, width, height of a window, px; place and size differ by the frame's upper edge."""
        told = dict(line.split("=") for line in self.hands("getwindowgeometry", "--shell", window).splitlines())
        x, y, width, height = (int(told[name]) for name in ("X", "Y", "WIDTH", "HEIGHT"))
        return x, y, width, height


class Program:
    """`dimitra studio` with its own process and its own home. Ends with the block, whatever happened."""

    def __init__(self, desktop: Desktop, home: Path, *words: object) -> None:
        self.desktop = desktop
        self._said = home / "said.txt"
        with self._said.open("wb") as said:
            self._process = subprocess.Popen(
                [sys.executable, "-c", _START, "studio", *map(str, words)],
                env=desktop.environment | {"DIMITRA_HOME": str(home)}, cwd=home, stdout=said, stderr=said,
                start_new_session=True,
            )  # fmt: skip
        self.window = ""

    @property
    def said(self) -> str:
        """All that it wrote to the terminal."""
        return self._said.read_text()

    @property
    def title(self) -> str:
        """The main window's title."""
        return self.desktop.hands("getwindowname", self.window)

    def await_window(self) -> None:
        """Until the window is there and has the keyboard."""

        def seen() -> bool:
            assert self._process.poll() is None, self.said
            return self.desktop.active().endswith("– Dimitra Studio")

        self.desktop.wait_until(seen, "the window")
        self.window = self.desktop.hands("getactivewindow")

    def await_title(self, begin: str) -> None:
        """Until the title begins so; `*` stands behind the name of what is not saved."""
        self.desktop.wait_until(lambda: self.title.startswith(begin), f"a title {begin}")

    def signal(self, number: signal.Signals) -> None:
        """From outside."""
        self._process.send_signal(number)

    def assert_ended_well(self) -> None:
        """Waits for the end: status 0, not a word of complaint, no process left behind."""
        status = self._process.wait(PATIENCE)
        assert status == 0, f"status {status}: {self.said}"
        assert not self.said, self.said
        self.desktop.wait_until(lambda: not self._group_lives(), "the end of the processes that it started")

    def end(self) -> None:
        """Whatever is left of it."""
        if self._group_lives():
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()

    def _group_lives(self) -> bool:
        """Whether a process of it is left; one that is over and waits for its parent's notice is none."""
        told = subprocess.run(
            ["ps", "-o", "stat=", "-g", str(self._process.pid)], capture_output=True, text=True, check=False
        )
        return any(not state.startswith("Z") for state in told.stdout.split())


@contextmanager
def open_desktop(folder: Path) -> Iterator[Desktop]:
    """A screen with a window manager, until the block is left."""
    ready, told = os.pipe()
    screen = subprocess.Popen(
        ["Xvfb", "-displayfd", str(told), "-screen", "0", f"{WIDTH}x{HEIGHT}x24", "-nolisten", "tcp", "-noreset"],
        pass_fds=(told,), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    os.close(told)
    started = [screen]
    try:
        with os.fdopen(ready) as stream:
            assert select.select([stream], [], [], PATIENCE)[0], "Xvfb does not start"
            desktop = Desktop(f":{stream.readline().strip()}", folder)
        with (folder / "openbox.txt").open("wb") as said:
            manager = ["openbox", "--sm-disable"]
            started.append(subprocess.Popen(manager, env=desktop.environment, stdout=said, stderr=said))
        desktop.wait_until(lambda: desktop.hands("get_desktop"), "the window manager")
        yield desktop
    finally:
        for process in reversed(started):
            process.terminate()
            process.wait()
