"""Which frame is drawn next: ahead of the playhead while playing, around it at rest. No Qt.

Written by the window's thread (`place`), read by the drawing one; each word of it is whole by itself.
"""

import math
from collections.abc import Iterator
from itertools import chain, islice

GUESS = 0.06  # seconds that a frame takes, before one was drawn
_WEIGHT = 0.2  # of the latest frame in the mean


class Plan:
    """Of `count` frames at most `capacity` at once, from `place` on.

    `rate` is how many frames a second playing passes, negative backwards, 0 at rest; `loop` the first frame and the one
    behind the last of what is repeated. `drawn` are those that need no drawing any more, `seconds` what one takes.
    """

    def __init__(self, count: int, capacity: int, place: int) -> None:
        self._count, self._capacity = count, min(capacity, count)
        self._rate = 0.0
        self._loop: tuple[int, int] | None = None
        self.place = place
        self.seconds = GUESS
        self.drawn: set[int] = set()

    def play(self, rate: float, loop: tuple[int, int] | None, seconds: float) -> None:
        """Before it is used: for frames that pass at `rate` and took `seconds` to draw at last."""
        self._rate, self._loop, self.seconds = rate, loop, seconds

    @property
    def holds_all(self) -> bool:
        """Whether there is room for every frame."""
        return self._capacity == self._count

    def next(self) -> int | None:
        """The next frame to draw, or to find drawn; it counts as drawn from now on. None where all are."""
        ahead = list(self._order())
        self.drawn &= set(ahead) | {self.place}
        for frame in ahead:
            if frame not in self.drawn:
                self.drawn.add(frame)
                return frame
        return None

    def took(self, seconds: float) -> None:
        """A frame took so long from its asking to its end."""
        self.seconds += _WEIGHT * (seconds - self.seconds)

    def forget(self, frame: int) -> None:
        """The frame was driven out and must be drawn again."""
        self.drawn.discard(frame)

    def _order(self) -> Iterator[int]:
        """What playing comes to, without what would come too late; at rest what follows, then what is before."""
        place, count, capacity = self.place, self._count, self._capacity
        if not self._rate:
            return islice(chain(range(place, count), range(place)), capacity)
        late = math.ceil(self.seconds * abs(self._rate))
        if self._rate < 0:
            return islice(range(place - late, -1, -1), capacity)
        first, last = self._loop or (0, count)
        if self._loop is None or not first <= place < last:
            return islice(range(place + late, count), capacity)
        return islice(chain(range(place, last), range(first, place)), late, late + capacity)
