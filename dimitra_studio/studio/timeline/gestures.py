"""What a pressed mouse button does to the timeline until it is let go."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Protocol

from dimitra_studio.project.document import Marker, TimeRange
from dimitra_studio.studio.timeline.scale import TimeScale


class Gesture(Protocol):
    """A drag: follows the mouse, then is kept or given up. Moments are seconds, already snapped."""

    def move(self, seconds: float, x: float) -> None:
        """The mouse is at a moment, and at a pixel of the lanes."""

    def finish(self) -> None:
        """The button is let go."""

    def cancel(self) -> None:
        """All as before."""


@dataclass
class Scrub:
    """The playhead follows the mouse."""

    began_at: float
    seek: Callable[[float], None]
    scrubbing: Callable[[bool], None]

    def __post_init__(self) -> None:
        self.scrubbing(True)

    def move(self, seconds: float, _x: float) -> None:
        """Seeks."""
        self.seek(seconds)

    def finish(self) -> None:
        """Stays."""
        self.scrubbing(False)

    def cancel(self) -> None:
        """Back to where it was."""
        self.seek(self.began_at)
        self.scrubbing(False)


@dataclass
class DragRange:
    """A stretch from a fixed moment to the mouse: the loop or the selection.

    `show` draws it, `keep` makes it the document's; one of less than `least` seconds is none.
    """

    before: TimeRange | None
    anchor: float
    least: float
    show: Callable[[TimeRange | None], None]
    keep: Callable[[TimeRange | None], None]
    _now: TimeRange | None = None

    def move(self, seconds: float, _x: float) -> None:
        """To the mouse, on whichever side it is."""
        start, end = sorted((self.anchor, seconds))
        self._now = TimeRange(start, end) if end - start >= self.least else None
        self.show(self._now)

    def finish(self) -> None:
        """Kept."""
        self.keep(self._now)

    def cancel(self) -> None:
        """As before."""
        self.show(self.before)


@dataclass
class DragMarker:
    """A marker follows the mouse."""

    marker: Marker
    show: Callable[[Marker], None]
    keep: Callable[[Marker], None]

    def __post_init__(self) -> None:
        self._now = self.marker

    def move(self, seconds: float, _x: float) -> None:
        """To the mouse."""
        self._now = replace(self.marker, seconds=seconds)
        self.show(self._now)

    def finish(self) -> None:
        """Kept, if it moved."""
        if self._now != self.marker:
            self.keep(self._now)

    def cancel(self) -> None:
        """As before."""
        self.show(self.marker)


@dataclass
class Pan:
    """What was under the mouse stays under it."""

    scale: TimeScale
    x: float
    show: Callable[[TimeScale], None]

    def move(self, _seconds: float, x: float) -> None:
        """Moves the view against the mouse."""
        self.show(self.scale.panned(self.x - x))

    def finish(self) -> None:
        """Stays."""

    def cancel(self) -> None:
        """As before."""
        self.show(self.scale)
