"""How large frames are drawn while playing: smaller where the machine cannot keep up."""

SHARES = (1.0, 0.75, 0.5)  # of the size shown
_MET = 0.25  # a frame in time makes good for so much of one that was missed
_LIMIT = 8.0


class Pace:
    """Chooses the `level`, an index of SHARES, from which frames were there when they were due.

    One late frame in five is borne; a third of a second without any is not.
    """

    def __init__(self) -> None:
        self.level = 0
        self._missed = 0.0

    @property
    def share(self) -> float:
        """Of the size shown."""
        return SHARES[self.level]

    def begin(self) -> None:
        """Playing begins: a little larger than it was at last, for what was in the way may be over."""
        self.level = max(self.level - 1, 0)
        self._missed = 0.0

    def took(self, met: bool) -> bool:
        """A frame was due; whether the level changed."""
        self._missed = max(self._missed - _MET, 0.0) if met else self._missed + 1
        if self._missed < _LIMIT or self.level == len(SHARES) - 1:
            return False
        self.level += 1
        self._missed = 0.0
        return True
