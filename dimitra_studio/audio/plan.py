"""What playback is to do next: a value that every request replaces by another."""

from dataclasses import dataclass, replace

from dimitra_studio.audio.clock import Route

SLOWEST, FASTEST = 0.25, 2.0
SHORTEST_LOOP = 0.04  # seconds, a frame of video
_ROUNDING = 1e-6  # seconds: a frame's end less its beginning is not always a whole frame


def may_loop(seconds: float) -> bool:
    """Whether a loop may be so short: it must hold a frame of video."""
    return seconds >= SHORTEST_LOOP - _ROUNDING


@dataclass(frozen=True)
class Plan:
    """From `start` on through a recording of `rate` Hz, to `length` at most, at `speed`, round the `loop`.

    Places are frames of the recording. `grain`: only a short piece, once.
    """

    rate: int
    length: float
    start: float = 0.0
    playing: bool = False
    grain: bool = False
    speed: float = 1.0
    loop: tuple[float, float] | None = None

    def place(self, seconds: float) -> float:
        """The frame at a time, within the recording."""
        return min(max(seconds * self.rate, 0.0), self.length)

    def route(self, device_rate: int) -> Route:
        """The way through the recording for a device. A grain tells which sound is at its place, whatever speed and
        loop are."""
        if self.grain:
            return Route(self.length, self.rate / device_rate)
        return Route(self.length, self.speed * self.rate / device_rate, self.loop)

    def at(self, start: float, *, playing: bool | None = None, grain: bool = False) -> "Plan":
        """From another place, playing or not (None: as now)."""
        return replace(self, start=start, playing=self.playing if playing is None else playing, grain=grain)

    def played(self) -> "Plan":
        """Plays on; from the beginning where it stands at the end."""
        route = replace(self, grain=False).route(self.rate)
        return self.at(self.start if route.spans(self.start, 1) else route.beginning, playing=True)

    def with_speed(self, speed: float) -> "Plan":
        """Raises ValueError for a speed other than 0.25 to 2, negative for backwards."""
        if not SLOWEST <= abs(speed) <= FASTEST:
            raise ValueError(f"the speed is {speed}, expected {SLOWEST} to {FASTEST} in either direction")
        return replace(self, speed=speed)

    def with_loop(self, loop: tuple[float, float] | None) -> "Plan":
        """Round two times in seconds; None: to the end. Raises ValueError for a loop under 40 ms."""
        if loop is None:
            return replace(self, loop=None)
        frames = self.place(loop[0]), self.place(loop[1])
        if not may_loop((frames[1] - frames[0]) / self.rate):
            raise ValueError(f"the loop {loop} is too short")
        return replace(self, loop=frames)
