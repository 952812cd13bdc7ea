"""Gamepads as SDL gives them; SDL's own virtual one stands in for what is connected."""

import os
import signal
import subprocess
import sys
import time
from contextlib import contextmanager

import pytest

from dimitra_studio.studio.puppet.gamepads import Gamepads, _alive
from dimitra_studio.studio.puppet.stick import NO_GAMEPAD

_SOON = 20.0  # seconds: importing SDL's bindings takes a while on a busy machine


def wait_for(met) -> None:
    end = time.monotonic() + _SOON
    while not met():
        assert time.monotonic() < end, "that did not happen"
        time.sleep(0.01)


@contextmanager
def virtual_gamepad():
    """A gamepad that SDL believes in; yields what sets its axes and buttons."""
    import sdl2  # noqa: PLC0415 - when the program has loaded it: by itself it warns of its copy of SDL

    place = sdl2.SDL_JoystickAttachVirtual(sdl2.SDL_JOYSTICK_TYPE_GAMECONTROLLER, 6, 15, 0)
    assert place >= 0, sdl2.SDL_GetError()
    device = sdl2.SDL_JoystickOpen(place)

    class Pad:
        def lean(self, axis: int, value: float) -> None:
            assert sdl2.SDL_JoystickSetVirtualAxis(device, axis, round(32767 * value)) == 0

        def press(self, button: int, down: bool) -> None:
            assert sdl2.SDL_JoystickSetVirtualButton(device, button, down) == 0

    try:
        yield Pad()
    finally:
        sdl2.SDL_JoystickClose(device)
        assert sdl2.SDL_JoystickDetachVirtual(place) == 0


@pytest.fixture
def gamepads():
    listening = Gamepads()
    yield listening
    listening.close()
    assert not listening._thread.is_alive()


def test_a_gamepad_that_comes_is_found_read_and_missed_when_it_goes(gamepads):
    wait_for(lambda: gamepads.state.problem == NO_GAMEPAD)
    with virtual_gamepad() as pad:
        wait_for(lambda: gamepads.state.name)
        assert gamepads.state.hand == (0, 0, 0)
        assert not gamepads.state.problem
        pad.lean(0, 1.0)
        wait_for(lambda: gamepads.state.hand == (1.0, 0.0, 0.0))
        pad.lean(0, 0.0)
        pad.lean(1, -1.0)  # SDL counts downwards
        wait_for(lambda: gamepads.state.hand == (0.0, 1.0, 0.0))
        pad.lean(1, 0.0)
        pad.lean(2, -1.0)
        wait_for(lambda: gamepads.state.hand == (0.0, 0.0, -1.0))
        assert not gamepads.state.starts
        pad.press(0, True)
        wait_for(lambda: gamepads.state.starts)
        pad.press(0, False)
        pad.press(1, True)
        wait_for(lambda: gamepads.state.drops and not gamepads.state.starts)
    wait_for(lambda: gamepads.state.problem == NO_GAMEPAD)
    assert gamepads.state.hand == (0, 0, 0)


def test_they_can_be_listened_to_again(gamepads):
    wait_for(lambda: gamepads.state.problem == NO_GAMEPAD)
    gamepads.close()
    again = Gamepads()
    wait_for(lambda: again.state.problem == NO_GAMEPAD)
    with virtual_gamepad():
        wait_for(lambda: again.state.name)
    again.close()


def test_a_stick_beside_its_middle_is_still_and_its_end_is_the_end():
    assert _alive(0.1, -0.1) == (0, 0)
    assert _alive(1.0, 0.0) == (1, 0)
    right, up = _alive(0.2, 0.0)
    assert 0 < right < 0.1
    assert up == 0
    right, up = _alive(1.0, 1.0)  # some go round a square
    assert right == up == pytest.approx(0.5**0.5)


def test_without_sdl_it_says_so(monkeypatch):
    monkeypatch.setitem(sys.modules, "sdl2dll", None)
    monkeypatch.delitem(sys.modules, "sdl2", raising=False)
    listening = Gamepads()
    wait_for(lambda: "SDL is missing" in listening.state.problem)
    listening.close()


@pytest.mark.skipif(os.name != "posix", reason="Windows sends no such signal")
def test_the_systems_signals_are_not_sdls():
    code = """
import time
from dimitra_studio.studio.puppet.gamepads import Gamepads
from dimitra_studio.studio.puppet.stick import NO_GAMEPAD
listening = Gamepads()
while listening.state.problem != NO_GAMEPAD:
    time.sleep(0.01)
print("listens", flush=True)
time.sleep(10)
"""
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True) as program:
        assert program.stdout.readline() == "listens\n"
        program.terminate()
        assert program.wait(20) == -signal.SIGTERM
