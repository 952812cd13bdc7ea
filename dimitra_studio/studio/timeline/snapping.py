"""What a dragged moment holds on to."""

from bisect import bisect_left
from collections.abc import Sequence

from dimitra_studio.core.timebase import frame_at
from dimitra_studio.studio.timeline.scale import TimeScale

REACH = 8.0  # px


def snapped(seconds: float, targets: Sequence[float], scale: TimeScale, fps: float) -> float:
    """The nearest of the ascending `targets` within REACH, else the nearest frame's start; inside the duration."""
    place = bisect_left(targets, seconds)
    near = min(targets[max(place - 1, 0) : place + 1], key=lambda target: abs(target - seconds), default=None)
    if near is not None and abs(near - seconds) * scale.rate <= REACH:
        return scale.clamped(near)
    return scale.clamped(frame_at(seconds + 0.5 / fps, fps) / fps)
