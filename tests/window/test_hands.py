"""The true window under real mouse and keys."""

import signal

import numpy as np
import pytest

from dimitra_studio.core.paths import resource
from dimitra_studio.core.timebase import MOTION_FPS
from dimitra_studio.project.storage import load_project
from dimitra_studio.studio.theme import DARK
from tests.window.desktop import Program

SAMPLE_SECONDS = 6.96
_LONG = 120  # px: nothing else is so high, so narrow and so white as the playhead


def colour(name: str) -> np.ndarray:
    """A colour of the theme as on the screen."""
    return np.frombuffer(bytes.fromhex(name.removeprefix("#")), np.uint8)


class Playhead:
    """Where the white line of the timeline stands on the screen."""

    def __init__(self, program) -> None:
        self._program = program

    def find(self) -> tuple[int, int] | None:
        """x of the line, y of its upper end."""
        _, top, _, height = self._program.desktop.geometry(self._program.window)
        lower = top + height // 2
        white = (self._program.desktop.picture()[lower:] == colour(DARK.playhead)).all(axis=2)
        columns = np.flatnonzero(white.sum(axis=0) > _LONG)
        if len(columns) != 1:
            return None
        return int(columns[0]), lower + int(np.flatnonzero(white[:, columns[0]])[0])

    @property
    def x(self) -> int:
        """The line's place, waited for."""
        self._program.desktop.wait_until(self.find, "the playhead on the screen")
        found = self.find()
        assert found is not None
        return found[0]

    def await_place(self, x: float, what: str) -> None:
        """Until the line stands there."""
        self._program.desktop.wait_until(lambda: (found := self.find()) and abs(found[0] - x) <= 2, f"{what}, at {x}")


def is_working(program) -> bool:
    """Whether the status bar shows a job's progress."""
    x, y, width, height = program.desktop.geometry(program.window)
    strip = program.desktop.picture()[y + height - 60 : y + height, x : x + width]
    bar = sum(int((strip == colour(part)).all(axis=2).sum()) for part in (DARK.raised, DARK.accent))
    return bar > 300


def test_playing_stepping_scrubbing_commands_help_and_saving(studio, desktop, tmp_path):
    program = studio("--sample")
    assert program.title == "Untitled – Dimitra Studio"
    playhead = Playhead(program)
    assert playhead.x
    desktop.press("End")
    desktop.wait_until(lambda: playhead.find() and playhead.x > 1000, "the end")
    last = playhead.x
    desktop.press("Home")
    desktop.wait_until(lambda: playhead.find() and playhead.x < 600, "the start")
    first = playhead.x
    pixels = (last - first) / SAMPLE_SECONDS

    desktop.press("space")
    desktop.wait_until(lambda: playhead.find() and playhead.x > first + pixels / 2, "half a second played")
    desktop.press("space", "K")
    desktop.wait_until(lambda: len({playhead.x for _ in range(5)}) == 1, "standing still")
    desktop.press("Home", *["Right"] * 10, "shift+Right", "Left")
    playhead.await_place(first + (1 + 9 / MOTION_FPS) * pixels, "nine frames after the first second")

    found = playhead.find()
    assert found is not None
    target = first + round(4.0 * pixels)
    ruler = found[1] + 6
    desktop.drag((first + 20, ruler), (first + 200, ruler), (target - 60, ruler), (target, ruler))
    desktop.wait_until(lambda: playhead.find() and abs(playhead.x - target) < pixels / MOTION_FPS, "scrubbed")

    desktop.press("ctrl+shift+p")
    desktop.hands("type", "put marker")
    desktop.press("Return")
    program.await_title("Untitled*")
    desktop.press("F1")
    desktop.wait_until(lambda: desktop.active() == "Keyboard Shortcuts", "the help")
    desktop.press("Escape")
    desktop.wait_until(lambda: desktop.active() == program.title, "the window again")
    desktop.press("shift+Right")  # the keys are the window's again
    desktop.wait_until(
        lambda: playhead.find() and abs(playhead.x - target - pixels) < pixels / MOTION_FPS, "a second on"
    )

    desktop.press("ctrl+s")
    desktop.wait_until(lambda: desktop.active() == "Save the project", "the question where")
    saved = tmp_path / "mine.dimitra"
    desktop.hands("type", saved)
    desktop.press("Return")
    program.await_title("mine –")
    markers = load_project(saved, tmp_path / "media").project.markers
    assert [marker.seconds for marker in markers] == [pytest.approx(4.0, abs=1.5 / MOTION_FPS)]
    desktop.press("alt+F4")
    program.assert_ended_well()


def test_a_take_is_cancelled_and_another_made(studio, desktop):
    program = studio("--sample")
    assert Playhead(program).x
    desktop.press("ctrl+g")
    desktop.wait_until(lambda: is_working(program), "a job in the status bar")
    desktop.press("ctrl+period")
    desktop.wait_until(lambda: not is_working(program), "no job")
    assert program.title.startswith("Untitled –")  # no take came
    desktop.press("ctrl+g")
    program.await_title("Untitled*")
    desktop.press("ctrl+z")
    program.await_title("Untitled –")
    desktop.press("ctrl+q")
    program.assert_ended_well()


def test_narrow_wide_full_and_with_a_panel_taken_out(studio, desktop):
    program = studio("--sample")
    for size in ((720, 560), (1500, 900)):
        desktop.hands("windowsize", program.window, *size)
        desktop.wait_until(lambda size=size: desktop.geometry(program.window)[2:] == size, f"a window of {size}")
        assert Playhead(program).x
    desktop.press("F11")
    desktop.wait_until(lambda: desktop.geometry(program.window)[2:] == (1600, 1000), "the full screen")
    desktop.press("F11")
    desktop.wait_until(lambda: desktop.geometry(program.window)[2:] == (1500, 900), "the window again")
    x, y, *_ = desktop.geometry(program.window)
    for below in range(46, 76, 5):  # the panel's heading is somewhere there, as the fonts are
        desktop.hands("mousemove", x + 30, y + below, "click", "--repeat", 2, "--delay", 60, 1)
        if desktop.windows("^Takes$"):
            break
    desktop.wait_until(lambda: desktop.windows("^Takes$"), "the takes in a window of their own")
    desktop.hands("windowactivate", program.window)
    desktop.press("ctrl+shift+p")
    desktop.hands("type", "reset layout")
    desktop.press("Return")
    desktop.wait_until(lambda: not desktop.windows("^Takes$"), "the takes back in their place")
    desktop.press("alt+F4")
    program.assert_ended_well()


def test_the_end_of_the_users_session_waits_for_no_answer_and_loses_nothing(studio, desktop):
    program = studio("--sample")
    assert Playhead(program).x
    desktop.press("m")
    program.await_title("Untitled*")
    desktop.press("alt+F4")
    desktop.wait_until(lambda: desktop.active() == "Dimitra Studio", "the question")
    program.signal(signal.SIGTERM)
    program.assert_ended_well()
    again = studio()

    def is_offered() -> bool:
        return int((desktop.picture() == colour(DARK.warning)).all(axis=2).sum()) > 500

    desktop.wait_until(is_offered, "what was not saved, offered")
    again.signal(signal.SIGTERM)
    again.assert_ended_well()


def test_files_dragged_from_another_program_are_opened_and_asked_about(studio, desktop, other_program):
    program = studio()
    source = other_program("drag", resource("sample/portrait.png"), resource("sample/voice.flac"))
    x, y, width, height = desktop.geometry(program.window)
    left, top, *_ = desktop.geometry(source)
    middle = (x + width / 2, y + height / 2)
    desktop.drag((left + 30, top + 30), (left + 45, top + 45), (left + 90, top + 90), middle, middle)
    program.await_title("Untitled*")
    assert Playhead(program).x  # the voice is on the timeline
    desktop.hands("windowactivate", "--sync", program.window)
    desktop.press("alt+F4")
    desktop.wait_until(lambda: desktop.active() == "Dimitra Studio", "the question")
    desktop.press("Escape")
    desktop.wait_until(lambda: desktop.active() == program.title, "the window again")
    desktop.press("alt+F4")
    desktop.wait_until(lambda: desktop.active() == "Dimitra Studio", "the question")
    desktop.press("Tab", "Return")  # Discard
    program.assert_ended_well()


def test_a_copied_picture_is_pasted_and_ctrl_c_closes(studio, desktop, other_program):
    program = studio()
    other_program("copy", resource("sample/portrait.png"))
    desktop.hands("windowactivate", "--sync", program.window)
    desktop.press("ctrl+v")
    program.await_title("Untitled*")
    desktop.press("ctrl+z")
    program.await_title("Untitled –")
    program.signal(signal.SIGINT)
    program.assert_ended_well()


def test_a_new_user_is_told_once_what_to_know(studio, desktop, home):
    settings = home / "studio.ini"
    settings.write_text("[look]\nscheme=dark\n")
    program = Program(desktop, home)
    try:
        desktop.wait_until(lambda: desktop.active() == "About Dimitra Studio", "what a new user is told")
        desktop.press("Return")
        program.await_window()
        desktop.wait_until(lambda: "notice_read=True" in settings.read_text(), "the note that it was read")
        desktop.press("ctrl+q")
        program.assert_ended_well()
    finally:
        program.end()
    studio()  # whose window has the keyboard: nothing lies before it
