"""Sound at another speed, as a tape plays it: the pitch follows. Any position, both directions, exact to the frame."""

from collections.abc import Callable

import numpy as np

from dimitra_studio.audio.clock import Span
from dimitra_studio.core.arrays import FloatArray


def play(read: Callable[[int, int], FloatArray], span: Span) -> FloatArray:
    """The span's sound [count, channels]; `read(start, end)` gives the recording's frames, silence outside it.

    Catmull-Rom interpolation; at whole positions and a step of 1 or -1 the frames are the recording's own. Nothing is
    filtered: at double speed, what lies above half the device's band is heard mirrored. Speech has little there.
    """
    positions = span.start + span.step * np.arange(span.count)
    whole = np.floor(positions).astype(np.intp)
    first = int(whole.min()) - 1
    sound = read(first, int(whole.max()) + 3)
    at = whole - first
    if not np.any(positions - whole):
        return np.ascontiguousarray(sound[at])
    t = (positions - whole).astype(np.float32)[:, None]
    before, here, there, after = (sound[at + offset] for offset in (-1, 0, 1, 2))
    # Catmull & Rom 1974, as a cubic in t through `here` (0) and `there` (1).
    a = 3 * (here - there) + after - before
    b = 2 * before - 5 * here + 4 * there - after
    return np.asarray(here + t / 2 * (there - before + t * (b + t * a)), np.float32)
