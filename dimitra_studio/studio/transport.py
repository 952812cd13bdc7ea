"""Play, pause, seek: where the playhead is. The player's clock leads, the picture follows it."""

import time
from collections.abc import Callable
from typing import Protocol

from PySide6.QtCore import QObject, QTimer, Signal

from dimitra_studio.audio.plan import may_loop
from dimitra_studio.core.timebase import MOTION_FPS, frame_at
from dimitra_studio.project.document import TimeRange

SPEEDS = (0.25, 0.5, 1.0, 1.5, 2.0)
_FASTEST = 2.0
_TICK = 16  # ms


class Player(Protocol):
    """What plays, as `audio.playback.Playback` does; times are seconds, a negative speed is backwards."""

    @property
    def duration(self) -> float: ...  # noqa: D102 - as there
    @property
    def playing(self) -> bool: ...  # noqa: D102
    def position(self) -> float: ...  # noqa: D102
    def play(self) -> None: ...  # noqa: D102
    def pause(self) -> None: ...  # noqa: D102
    def seek(self, seconds: float) -> None: ...  # noqa: D102
    def scrub(self, seconds: float) -> None: ...  # noqa: D102
    def set_speed(self, speed: float) -> None: ...  # noqa: D102
    def set_loop(self, loop: tuple[float, float] | None) -> None: ...  # noqa: D102


class SilentPlayer:
    """A clock alone, for what has no sound: a take whose voice is gone, an empty project."""

    def __init__(self, duration: float = 0.0, now: Callable[[], float] = time.monotonic) -> None:
        self.duration = duration
        self.playing = False
        self._now = now
        self._place = self._began = 0.0
        self._speed = 1.0
        self._loop: tuple[float, float] | None = None

    def position(self) -> float:
        """Where it is; at the end it stops."""
        if self.playing:
            self._follow()
        return self._place

    def play(self) -> None:
        """From where it stands, or from the beginning where it stands at the end."""
        first, last = self._loop or (0.0, self.duration)
        if self._speed > 0 and self._place >= last:
            self._place = first
        elif self._speed < 0 and self._place <= first:
            self._place = last
        self._began = self._now()
        self.playing = self.duration > 0

    def pause(self) -> None:
        """Stands still."""
        self.position()
        self.playing = False

    def seek(self, seconds: float) -> None:
        """Goes to another place, playing or not."""
        self._place, self._began = min(max(seconds, 0.0), self.duration), self._now()

    def scrub(self, seconds: float) -> None:
        """Goes there and stands still."""
        self.playing = False
        self.seek(seconds)

    def set_speed(self, speed: float) -> None:
        """How fast, negative for backwards."""
        self.position()
        self._speed = speed

    def set_loop(self, loop: tuple[float, float] | None) -> None:
        """Round between two times, or to the end."""
        self.position()
        self._loop = loop

    def _follow(self) -> None:
        now = self._now()
        before = self._place
        self._place += (now - self._began) * self._speed
        self._began = now
        if self._loop and self._speed > 0 and before < self._loop[1] <= self._place:
            self._place = self._loop[0]
        elif not 0 <= self._place <= self.duration:
            self._place = min(max(self._place, 0.0), self.duration)
            self.playing = False


class Transport(QObject):
    """The playhead. `moved` carries its seconds, `playing_changed` whether it moves by itself,
    `speed_changed` how fast."""

    moved = Signal(object)
    playing_changed = Signal(object)
    speed_changed = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self._player: Player = SilentPlayer()
        self._timer = QTimer(self, interval=_TICK)
        self._timer.timeout.connect(self.tick)
        self._seconds = 0.0
        self._speed = self._chosen = 1.0  # the shuttle's speed ends with its playing, the chosen one stays
        self._loop: TimeRange | None = None

    @property
    def seconds(self) -> float:
        """Where the playhead is."""
        return self._seconds

    @property
    def duration(self) -> float:
        """How long there is something, seconds."""
        return self._player.duration

    @property
    def is_playing(self) -> bool:
        """Whether the playhead moves by itself."""
        return self._timer.isActive()

    @property
    def speed(self) -> float:
        """1 as recorded, negative backwards."""
        return self._speed

    def use(self, player: Player) -> None:
        """Another player from now on, at the same place as far as it goes; playing stops."""
        self.pause()
        self._player = player
        player.set_speed(self._speed)
        self.set_loop(self._loop)
        player.seek(self._seconds)
        self._move(min(self._seconds, player.duration))

    def follow_length(self) -> None:
        """The player has another length: the playhead stays within it, and a loop that fits now is in force."""
        self.set_loop(self._loop)
        self._move(min(self._seconds, self.duration))

    def set_loop(self, loop: TimeRange | None) -> None:
        """What is repeated; None plays to the end, and so does what is too short or not within what there is."""
        self._loop = loop
        fits = loop is not None and loop.end <= self.duration and may_loop(loop.duration)
        self._player.set_loop((loop.start, loop.end) if loop and fits else None)

    def set_speed(self, speed: float) -> None:
        """How fast it plays until another is chosen, 0.25 to 2."""
        self._chosen = speed
        self._go(speed)

    def faster(self) -> None:
        """The next higher speed of SPEEDS."""
        self.set_speed(next((speed for speed in SPEEDS if speed > self._speed), SPEEDS[-1]))

    def slower(self) -> None:
        """The next lower speed of SPEEDS."""
        self.set_speed(next((speed for speed in reversed(SPEEDS) if speed < self._speed), SPEEDS[0]))

    def play(self) -> None:
        """Plays from the playhead on, or anew where it stands at the end."""
        if self.duration > 0 and not self.is_playing:
            self._player.play()
            self._timer.start()
            self.playing_changed.emit(True)

    def pause(self) -> None:
        """Stands still."""
        if self.is_playing:
            self._timer.stop()
            self._player.pause()
            self._move(self._player.position())
            self._go(self._chosen)
            self.playing_changed.emit(False)

    def toggle(self) -> None:
        """Plays forwards at the chosen speed, or pauses."""
        if self.is_playing:
            self.pause()
        else:
            self.play()

    def shuttle_forward(self) -> None:
        """Plays; while it plays, faster (to 2 x)."""
        self._shuttle(1)

    def shuttle_back(self) -> None:
        """Plays backwards; while it does, faster (to 2 x)."""
        self._shuttle(-1)

    def seek(self, seconds: float) -> None:
        """Puts the playhead at a moment; what plays goes on from there."""
        self._player.seek(seconds)
        self._move(min(max(seconds, 0.0), self.duration))

    def scrub(self, seconds: float) -> None:
        """As `seek`, standing still, with a grain of the sound there."""
        self.pause()
        self._player.scrub(seconds)
        self._move(min(max(seconds, 0.0), self.duration))

    def step(self, frames: int) -> None:
        """Stands still so many frames later, at a frame's start."""
        self.pause()
        self.seek((frame_at(self._seconds) + frames) / MOTION_FPS)

    def tick(self) -> None:
        """Follows the player; the timer calls it."""
        self._move(self._player.position())
        if not self._player.playing:
            self._timer.stop()
            self._go(self._chosen)
            self.playing_changed.emit(False)

    def _shuttle(self, direction: int) -> None:
        faster = self.is_playing and self._speed * direction > 0
        self._go(direction * (min(abs(self._speed) * 2, _FASTEST) if faster else 1.0))
        self.play()

    def _go(self, speed: float) -> None:
        if speed != self._speed:
            self._speed = speed
            self._player.set_speed(speed)
            self.speed_changed.emit(speed)

    def _move(self, seconds: float) -> None:
        if seconds != self._seconds:
            self._seconds = seconds
            self.moved.emit(seconds)
