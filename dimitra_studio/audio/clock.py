"""Which moment of the recording is heard now: arithmetic alone, for any device, speed, direction and loop.

Positions are frames of the recording (fractions allowed), counts are frames of the device.
"""

import math
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass

# Of a step: a place that should be the end must not miss it through rounding.
_TOLERANCE = 1e-6


@dataclass(frozen=True)
class Span:
    """`count` device frames that play the recording from `start` on, `step` of its frames each (negative:
    backwards)."""

    start: float
    step: float
    count: int

    @property
    def end(self) -> float:
        """The position after the last one."""
        return self.start + self.count * self.step


@dataclass(frozen=True)
class Route:
    """How a recording of `length` frames is played: `step` of its frames a device frame, round the `loop` (in, out).

    From before the loop (seen in the direction of play) it is entered at its place, from behind at its beginning. A
    loop is at least one step long.
    """

    length: float
    step: float
    loop: tuple[float, float] | None = None

    def spans(self, position: float, count: int) -> tuple[Span, ...]:
        """The next `count` device frames from `position` on; fewer where the recording ends."""
        found = []
        while count > 0:
            if self._steps_left(position) <= 0:
                if self.loop is None:
                    break
                position = self._wrapped(position)
            span = Span(position, self.step, min(count, self._steps_left(position)))
            found.append(span)
            position, count = span.end, count - span.count
        return tuple(found)

    @property
    def beginning(self) -> float:
        """Where play begins in its direction."""
        first, last = self.loop or (0.0, self.length)
        return first if self.step > 0 else last

    @property
    def end(self) -> float:
        """Where it ends or turns back to the beginning."""
        first, last = self.loop or (0.0, self.length)
        return last if self.step > 0 else first

    def _steps_left(self, position: float) -> int:
        return math.ceil((self.end - position) / self.step - _TOLERANCE)

    def _wrapped(self, position: float) -> float:
        """What a step went too far is kept, so that a loop does not drift; a seek behind it goes to its beginning."""
        beyond = position - self.end
        return self.beginning + (beyond if abs(beyond) < abs(self.step) else 0.0)


class PlaybackClock:
    """The position that is heard, from what was written to a device of `rate` Hz and what it has not played yet.

    Between writes time goes on by itself, at most to the end of what was written; it never goes backwards (a device's
    count of waiting frames jumps), other than where the spans do. `now` is seconds of any steady clock.
    """

    def __init__(self, rate: int, position: float = 0.0) -> None:
        self._rate = rate
        self.restart(position)

    def restart(self, position: float) -> None:
        """Nothing is written; `position` is shown until something is heard."""
        self._spans: deque[Span] = deque()
        self._passed = 0  # device frames of the spans that were let go
        self._written = 0
        self._heard = 0.0
        self._looked_at, self._looked = 0.0, 0.0
        self._position = position

    def wrote(self, spans: Sequence[Span], waiting: float, now: float) -> None:
        """`spans` were written; of all that was, `waiting` device frames are not heard yet at the time `now`."""
        self._advance(now)
        self._spans.extend(spans)
        self._written += sum(span.count for span in spans)
        self._looked_at, self._looked = now, self._written - waiting

    def position(self, now: float) -> float:
        """The position heard at the time `now`."""
        self._advance(now)
        while self._spans and self._heard >= self._passed + self._spans[0].count:
            self._position = self._spans[0].end
            self._passed += self._spans.popleft().count
        if self._spans and self._heard > 0:
            return self._spans[0].start + (self._heard - self._passed) * self._spans[0].step
        return self._position

    def is_drained(self, now: float) -> bool:
        """Whether all that was written has been heard."""
        self._advance(now)
        return self._heard >= self._written

    def _advance(self, now: float) -> None:
        heard = self._looked + (now - self._looked_at) * self._rate
        self._heard = max(self._heard, min(heard, self._written))
