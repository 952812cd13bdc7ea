"""What a gamepad must do to move a puppet, and what a machine without any has."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol, TypeAlias


@dataclass(frozen=True)
class StickState:
    """How a gamepad is held: `hand` (right, up, aside) from -1 to 1; the buttons that are down; its `name`, empty where
    there is none, and then `problem`: why, in a sentence."""

    hand: tuple[float, float, float] = (0.0, 0.0, 0.0)
    starts: bool = False
    drops: bool = False
    name: str = ""
    problem: str = ""


class Stick(Protocol):
    """Gamepads that are listened to; one that is connected later is found."""

    @property
    def state(self) -> StickState:
        """How the gamepad is held now; returns at once."""
        ...

    def close(self) -> None:
        """Listens no longer."""
        ...


OpenStick: TypeAlias = Callable[[], Stick]
NO_GAMEPAD = "No gamepad is connected."


class NoStick:
    """A machine without gamepads."""

    state = StickState(problem=NO_GAMEPAD)

    def close(self) -> None:
        """There is nothing to close."""
