"""A performance on the take that is shown, from its first moment to the edit that comes of it."""

import secrets
from dataclasses import replace

from dimitra_studio.core.channels import Group
from dimitra_studio.core.timebase import TimeRange, frame_at
from dimitra_studio.editing.performance import Performance
from dimitra_studio.project.changes import Change, Part
from dimitra_studio.project.document import Take
from dimitra_studio.project.edit_commands import AddEdit
from dimitra_studio.studio.session import Session

Hand = tuple[float, float, float]  # right, up, aside: the wheel, or a gamepad's other stick


class LivePerformance:
    """The take plays through `span`, and what the hand does is shown at once.

    Call `end` when it is over; nothing else shows the take as it is again.
    """

    def __init__(self, session: Session, take: Take, performance: Performance, span: TimeRange) -> None:
        """`take` is the document's."""
        self._session, self._take, self._performance = session, take, performance
        self._below = session.edited(take)
        self._held = session.locks.held_in(take, tuple(Group))
        self._last = span.end - 0.5 / take.motion.fps  # within its last frame
        self._seconds, self._frame = -1.0, -1
        session.transport.pause()
        session.seek(span.start)
        session.perform(self._below, self._change)

    def is_of(self, take: Take) -> bool:
        """Whether it is performed on this take, which has the motion and the edits that it had."""
        mine = self._take
        return take.id == mine.id and take.motion is mine.motion and take.edits is mine.edits

    def feel(self, seconds: float, hand: Hand) -> bool:
        """The hand is there at a moment; False when all is performed: the stretch is over, or time went back."""
        if seconds <= self._seconds:
            return seconds == self._seconds
        self._seconds = seconds
        self._performance.add(min(seconds, self._last), hand)
        if seconds >= self._last:
            return False
        frame = frame_at(seconds, self._take.motion.fps)
        if frame != self._frame:
            self._frame = frame
            motion = self._performance.laid_over(self._below.motion, self._held)
            self._session.perform(replace(self._below, motion=motion), self._change)
        return True

    def end(self, smoothing: float | None, name: str = "") -> bool:
        """Makes an edit of it, the hand's trembling smoothed by a Gaussian of so many seconds; None leaves everything
        as it was. False where it was too short for an edit."""
        self._session.transport.pause()
        command = None
        if smoothing is not None and self._frame >= 0:
            try:
                edit = self._performance.edit(f"puppet {secrets.token_hex(4)}", self._take.motion.fps, smoothing, name)
            except ValueError:  # over within a frame
                pass
            else:
                command = AddEdit(self._take.id, edit)
        self._session.end_performance(command, self._change)
        return smoothing is None or command is not None

    @property
    def _change(self) -> Change:
        return Change(Part.EDITS, self._take.id, self._performance.channels)
