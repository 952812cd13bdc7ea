"""Where the ruler has its marks, and what they say."""

import math
from dataclasses import dataclass

from dimitra_studio.core.timebase import frame_at
from dimitra_studio.studio.timeline.scale import TimeScale

_SECONDS = (1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600)
_FRAMES = (1, 2, 5, 10)
_SMALLEST = 8.0  # px between marks without a label


@dataclass(frozen=True)
class Tick:
    """A mark at `seconds`; a small one has no `label`."""

    seconds: float
    label: str = ""


def ticks(scale: TimeScale, fps: float, apart: float) -> tuple[Tick, ...]:
    """The marks that are in view, labels at least `apart` px from each other, small ones _SMALLEST.

    Labels stand at whole frames or whole seconds only.
    """
    steps = _steps(fps)
    step = _step(steps, apart / scale.rate)
    small = next((each for each in steps if each * scale.rate >= _SMALLEST and _divides(each, step)), step)
    every = round(step / small)
    first, last = math.ceil(scale.start / small - 1e-9), math.floor(min(scale.end, scale.duration) / small + 1e-9)
    in_frames = step < 1 - 1e-9
    return tuple(
        Tick(index * small, "" if index % every else timecode(index * small, fps, in_frames))
        for index in range(first, last + 1)
    )


def timecode(seconds: float, fps: float, with_frames: bool = True) -> str:
    """`m:ss.hh` (minutes, seconds, hundredths) of the frame at a moment, as the clock tells it, or `m:ss`; with hours
    in front from an hour on. Frames of less than a hundredth are told with as many digits as keep them apart."""
    # A whole second need not be a frame's start (29.97 frames a second): it keeps its name.
    moment = frame_at(max(seconds, 0.0), fps) / fps if with_frames else max(seconds, 0.0)
    digits = max(math.ceil(math.log10(fps)), 2)
    parts = round(moment * 10**digits)
    whole, part = divmod(parts, 10**digits) if with_frames else (math.floor(moment + 1e-6), 0)
    hours, minutes, rest = whole // 3600, whole // 60 % 60, whole % 60
    text = f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"
    return f"{text}.{part:0{digits}}" if with_frames else text


def _steps(fps: float) -> tuple[float, ...]:
    """Whole frames up to half a second that divide a second, then whole seconds."""
    frames = [count / fps for count in (*_FRAMES, *(round(fps / part) for part in (5, 2))) if _divides(count / fps, 1)]
    return (*sorted({step for step in frames if step < 1}), *(float(step) for step in _SECONDS))


def _step(steps: tuple[float, ...], least: float) -> float:
    """The first of `steps` that is not under `least`; beyond them, whole hours."""
    return next((step for step in steps if step >= least), 3600.0 * math.ceil(least / 3600))


def _divides(small: float, large: float) -> bool:
    return math.isclose(large / small, round(large / small), abs_tol=1e-6) and round(large / small) > 0
