"""Gamepads, through SDL: the only module that knows it.

SDL is loaded and asked by a thread of its own: its bindings take a second to import, and it may look for devices for as
long. No window of SDL's is open and none of its events are read; whoever wants to know looks at `state`.
"""

import math
import threading
from typing import Any

from dimitra_studio.engine.imports import import_quietly
from dimitra_studio.studio.puppet.stick import NO_GAMEPAD, StickState

_PAUSE = 0.008  # seconds between looks, below a screen's frame
_DEAD = 0.15  # of a stick's way that it may stand beside its middle when nobody holds it
_LARGEST = 32767.0
_LEAVING = 2.0  # seconds that closing waits for SDL


class Gamepads:
    """Listens to the first gamepad there is until it is closed."""

    def __init__(self) -> None:
        self._state = StickState(problem="Gamepads are being looked for.")
        self._closed = threading.Event()
        self._thread = threading.Thread(target=self._run, name="gamepads", daemon=True)
        self._thread.start()

    @property
    def state(self) -> StickState:
        """As in Stick."""
        return self._state

    def close(self) -> None:
        """As in Stick."""
        self._closed.set()
        self._thread.join(_LEAVING)

    def _run(self) -> None:
        try:
            sdl = _load()
        except (ImportError, OSError) as error:
            self._state = StickState(problem=f"Gamepads cannot be used: SDL is missing ({error}).")
            return
        if sdl.SDL_Init(sdl.SDL_INIT_GAMECONTROLLER) != 0:
            self._state = StickState(problem=f"Gamepads cannot be used: {sdl.SDL_GetError().decode()}.")
            return
        for state in (sdl.SDL_JoystickEventState, sdl.SDL_GameControllerEventState):
            state(sdl.SDL_IGNORE)
        held = None
        try:
            while not self._closed.wait(_PAUSE):
                sdl.SDL_GameControllerUpdate()
                if held is not None and not sdl.SDL_GameControllerGetAttached(held):
                    sdl.SDL_GameControllerClose(held)
                    held = None
                held = held or _first(sdl)
                self._state = StickState(problem=NO_GAMEPAD) if held is None else _read(sdl, held)
        finally:
            if held is not None:
                sdl.SDL_GameControllerClose(held)
            sdl.SDL_QuitSubSystem(sdl.SDL_INIT_GAMECONTROLLER)


def _load() -> Any:
    import_quietly("sdl2dll", "sdl2")  # in this order: the other way round it warns of the copy of SDL that it found
    import sdl2

    for hint, value in (
        (sdl2.SDL_HINT_NO_SIGNAL_HANDLERS, b"1"),  # they are the program's own
        (sdl2.SDL_HINT_JOYSTICK_ALLOW_BACKGROUND_EVENTS, b"1"),  # no window of SDL's has the focus
        (sdl2.SDL_HINT_JOYSTICK_THREAD, b"1"),  # on Windows, where devices are told to who has a message loop
    ):
        sdl2.SDL_SetHint(hint, value)
    return sdl2


def _first(sdl: Any) -> Any:
    """The first gamepad whose sticks SDL knows, opened; None where there is none."""
    for place in range(sdl.SDL_NumJoysticks()):
        found = sdl.SDL_GameControllerOpen(place) if sdl.SDL_IsGameController(place) else None
        if found:
            return found
    return None


def _read(sdl: Any, held: Any) -> StickState:
    left_x, left_y, right_x = (
        sdl.SDL_GameControllerGetAxis(held, axis) / _LARGEST
        for axis in (sdl.SDL_CONTROLLER_AXIS_LEFTX, sdl.SDL_CONTROLLER_AXIS_LEFTY, sdl.SDL_CONTROLLER_AXIS_RIGHTX)
    )
    name = sdl.SDL_GameControllerName(held)
    return StickState(
        (*_alive(left_x, -left_y), _alive(right_x, 0.0)[0]),
        starts=bool(sdl.SDL_GameControllerGetButton(held, sdl.SDL_CONTROLLER_BUTTON_A)),
        drops=bool(sdl.SDL_GameControllerGetButton(held, sdl.SDL_CONTROLLER_BUTTON_B)),
        name=name.decode(errors="replace") if name else "Gamepad",
    )


def _alive(right: float, up: float) -> tuple[float, float]:
    """A stick's place without the dead zone about its middle, where it never quite stands; the way out of it begins at
    0."""
    length = math.hypot(right, up)
    if length <= _DEAD:
        return 0.0, 0.0
    scale = min((length - _DEAD) / (1 - _DEAD), 1.0) / length
    return right * scale, up * scale
