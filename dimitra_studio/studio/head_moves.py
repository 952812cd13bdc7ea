"""The ways round the head that keys and menus offer."""

import math

from PySide6.QtCore import QObject

from dimitra_studio.studio.head_panel import HeadPanel


class HeadMoves(QObject):
    """Moves the viewer of a panel's head; nothing moves before the head was seen once."""

    def __init__(self, panel: HeadPanel) -> None:
        super().__init__()
        self._panel = panel

    def reset(self) -> None:
        """To where the portrait's camera stood."""
        if self._panel.view is not None:
            self._panel.view.reset()

    def face(self) -> None:
        """Level, from the front."""
        self._look_from(0.0)

    def face_side(self) -> None:
        """Level, from the side."""
        self._look_from(math.pi / 2)

    def come_nearer(self) -> None:
        """A step closer."""
        self._zoom(1)

    def go_farther(self) -> None:
        """A step away."""
        self._zoom(-1)

    def turn_left(self) -> None:
        """A step round to the left."""
        self._turn(-1, 0)

    def turn_right(self) -> None:
        """A step round to the right."""
        self._turn(1, 0)

    def turn_up(self) -> None:
        """A step over the head."""
        self._turn(0, 1)

    def turn_down(self) -> None:
        """A step under the head."""
        self._turn(0, -1)

    def move_left(self) -> None:
        """A step to the left."""
        self._move(-1, 0)

    def move_right(self) -> None:
        """A step to the right."""
        self._move(1, 0)

    def move_up(self) -> None:
        """A step up."""
        self._move(0, 1)

    def move_down(self) -> None:
        """A step down."""
        self._move(0, -1)

    def _look_from(self, azimuth: float) -> None:
        if self._panel.view is not None:
            self._panel.view.look_from(azimuth)

    def _zoom(self, steps: int) -> None:
        if self._panel.view is not None:
            self._panel.view.zoom(steps)

    def _turn(self, across: int, up: int) -> None:
        if self._panel.view is not None:
            self._panel.view.turn(across, up)

    def _move(self, across: int, up: int) -> None:
        if self._panel.view is not None:
            self._panel.view.shift(across, up)
