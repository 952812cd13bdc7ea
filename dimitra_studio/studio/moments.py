"""The ways through time that keys and buttons offer: frames, seconds, words and markers, the loop."""

import bisect

from PySide6.QtCore import QObject

from dimitra_studio.core.timebase import MOTION_FPS
from dimitra_studio.project.document import TimeRange
from dimitra_studio.studio.session import Session

_NEAR = 0.25 / MOTION_FPS  # seconds: the playhead counts as standing at a place


class Moments(QObject):
    """Moves the playhead of a session, its loop and its markers."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session

    def go_to_start(self) -> None:
        """The first frame."""
        self._session.seek(0.0)

    def go_to_end(self) -> None:
        """Where it ends."""
        self._session.seek(self._session.duration)

    def previous_frame(self) -> None:
        """One frame back."""
        self._session.transport.step(-1)

    def next_frame(self) -> None:
        """One frame on."""
        self._session.transport.step(1)

    def second_back(self) -> None:
        """One second back, playing or not."""
        self._session.seek(self._session.playhead - 1)

    def second_on(self) -> None:
        """One second on, playing or not."""
        self._session.seek(self._session.playhead + 1)

    def previous_place(self) -> None:
        """The word or marker before the playhead."""
        self._go_back(self._places(), 0.0)

    def next_place(self) -> None:
        """The word or marker behind the playhead."""
        self._go_on(self._places(), self._session.duration)

    def previous_marker(self) -> None:
        """The marker before the playhead, if there is one."""
        self._go_back(self._markers(), self._session.playhead)

    def next_marker(self) -> None:
        """The marker behind the playhead, if there is one."""
        self._go_on(self._markers(), self._session.playhead)

    def loop_from_here(self) -> None:
        """The loop begins at the playhead, and ends where it did or at the end."""
        here, loop = self._session.playhead, self._session.project.loop
        end = loop.end if loop is not None and loop.end > here else self._session.duration
        self._loop(here, end)

    def loop_to_here(self) -> None:
        """The loop ends at the playhead, and begins where it did or at the start."""
        here, loop = self._session.playhead, self._session.project.loop
        start = loop.start if loop is not None and loop.start < here else 0.0
        self._loop(start, here)

    def toggle_loop(self) -> None:
        """Repeats what is selected, else everything; where something is repeated, nothing."""
        selection = self._session.selection
        if self._session.project.loop is not None:
            self._session.set_loop(None)
        elif selection is not None:
            self._session.set_loop(selection)
        else:
            self._loop(0.0, self._session.duration)

    def put_marker(self) -> None:
        """A marker at the playhead."""
        self._session.put_marker(self._session.playhead)

    def _loop(self, start: float, end: float) -> None:
        if end > start:
            self._session.set_loop(TimeRange(start, end))

    def _go_back(self, places: list[float], otherwise: float) -> None:
        place = bisect.bisect_left(places, self._session.playhead - _NEAR)
        self._session.seek(places[place - 1] if place else otherwise)

    def _go_on(self, places: list[float], otherwise: float) -> None:
        place = bisect.bisect_right(places, self._session.playhead + _NEAR)
        self._session.seek(places[place] if place < len(places) else otherwise)

    def _places(self) -> list[float]:
        spoken = self._session.media.spoken
        words = [word.start for word in spoken.words] if spoken else []
        return sorted({*words, *self._markers()})

    def _markers(self) -> list[float]:
        return sorted(marker.seconds for marker in self._session.project.markers)
