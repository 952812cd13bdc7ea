"""How the lanes share the timeline's height; plain arithmetic."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Need:
    """A lane needs `least` px and takes `share` parts of what is left over."""

    least: float
    share: int


@dataclass(frozen=True)
class Strip:
    """Where a lane lies: from `top`, `height` px high."""

    top: float
    height: float

    def holds(self, y: float) -> bool:
        """Whether a place is in it."""
        return self.top <= y < self.top + self.height


def stacked(needs: Sequence[Need], height: float, gap: float) -> tuple[Strip, ...]:
    """Strips one below the other, `gap` px apart, that fill `height` px, or more where that is too little."""
    parts = sum(need.share for need in needs)
    spare = max(height - sum(need.least for need in needs) - gap * max(len(needs) - 1, 0), 0.0)
    strips, top = [], 0.0
    for need in needs:
        tall = need.least + (spare * need.share / parts if parts else 0.0)
        strips.append(Strip(top, tall))
        top += tall + gap
    return tuple(strips)
