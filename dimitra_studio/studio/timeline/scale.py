"""Seconds and pixels: which stretch of a take the timeline shows; plain arithmetic."""

from dataclasses import dataclass, replace

# Close enough to see single samples of speech.
CLOSEST = 8000.0  # px a second
# What is shown of a document without sound or motion, seconds.
_EMPTY = 10.0


@dataclass(frozen=True)
class TimeScale:
    """Shows second `start` at pixel 0 and `rate` pixels a second, on `width` pixels, of `duration` seconds in all.

    Every way to make one keeps what is shown inside the duration, and no farther out than all of it.
    """

    duration: float = _EMPTY
    width: float = 1000.0
    start: float = 0.0
    rate: float = 0.0

    def __post_init__(self) -> None:
        if not (self.duration > 0 and self.width > 0):
            raise ValueError(f"a timeline of {self.duration} s on {self.width} px cannot be drawn")
        rate = min(max(self.rate, self.farthest), max(CLOSEST, self.farthest))
        object.__setattr__(self, "rate", rate)
        object.__setattr__(self, "start", min(max(self.start, 0.0), max(self.duration - self.width / rate, 0.0)))

    @property
    def farthest(self) -> float:
        """Pixels a second at which all is shown."""
        return self.width / self.duration

    @property
    def span(self) -> float:
        """Seconds shown."""
        return self.width / self.rate

    @property
    def end(self) -> float:
        """The second at the right edge."""
        return self.start + self.span

    def x(self, seconds: float) -> float:
        """The pixel of a moment; outside 0..width where it is not shown."""
        return (seconds - self.start) * self.rate

    def seconds(self, x: float) -> float:
        """The moment at a pixel, not held to the duration."""
        return self.start + x / self.rate

    def clamped(self, seconds: float) -> float:
        """The nearest moment inside the duration."""
        return min(max(seconds, 0.0), self.duration)

    def zoomed(self, factor: float, x: float) -> "TimeScale":
        """`factor` times closer, with the moment at pixel `x` staying there where the ends allow it."""
        rate = replace(self, rate=self.rate * factor).rate
        return replace(self, rate=rate, start=self.seconds(x) - x / rate)

    def panned(self, pixels: float) -> "TimeScale":
        """What lies `pixels` further right."""
        return replace(self, start=self.start + pixels / self.rate)

    def resized(self, width: float) -> "TimeScale":
        """On another width: as close as before, or all of it still where all was shown."""
        return replace(self, width=width, rate=0.0 if self.shows_all else self.rate)

    def lasting(self, duration: float) -> "TimeScale":
        """For another `duration`, 0 for nothing yet: as close as before, or all of it still."""
        return replace(self, duration=duration or _EMPTY, rate=0.0 if self.shows_all else self.rate)

    def showing(self, start: float, end: float) -> "TimeScale":
        """From `start` to `end`, with a little air at both sides."""
        air = 0.05 * (end - start)
        rate = self.width / max(end - start + 2 * air, 1e-9)
        scale = replace(self, rate=rate)
        return replace(scale, start=(start + end - scale.span) / 2)

    def whole(self) -> "TimeScale":
        """All of it."""
        return replace(self, start=0.0, rate=0.0)

    @property
    def shows_all(self) -> bool:
        """Whether nothing lies outside."""
        return self.rate <= self.farthest * (1 + 1e-9)

    def following(self, seconds: float) -> "TimeScale":
        """Turns the page when a playing moment leaves what is shown: it then stands near the left edge."""
        if self.start <= seconds < self.end:
            return self
        return replace(self, start=seconds - 0.05 * self.span)
