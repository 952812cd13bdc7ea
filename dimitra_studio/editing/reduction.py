"""A dense curve as few keys: what turns a generated or recorded curve into something to drag."""

import numpy as np
from numpy.typing import NDArray

from dimitra_studio.editing.keys import Handle, Handles, Key, KeyCurve


def reduced(seconds: NDArray[np.float64], values: NDArray[np.floating], tolerance: float) -> KeyCurve:
    """Keys whose curve is within `tolerance` of `values` [N] at `seconds` [N], which increase.

    Keys are put where the curve between those that there are misses it most; their slope is the dense curve's own.
    """
    dense = np.asarray(values, dtype=np.float64)
    if len(dense) == 1:
        return KeyCurve((Key(float(seconds[0]), float(dense[0])),))
    slope = np.gradient(dense, seconds)
    kept = {0, len(dense) - 1}
    waiting = [(0, len(dense) - 1)]
    while waiting:
        first, last = waiting.pop()
        missed = np.abs(_hermite(seconds, dense, slope, first, last) - dense[first : last + 1])
        worst = int(np.argmax(missed))
        if missed[worst] > tolerance:
            middle = first + worst
            kept.add(middle)
            waiting += [(first, middle), (middle, last)]
    places = sorted(kept)
    thirds = np.diff(seconds[places], prepend=seconds[0], append=seconds[-1]) / 3
    return KeyCurve(
        tuple(
            Key(
                float(seconds[place]),
                float(dense[place]),
                handles=Handles.ALIGNED,
                left=Handle(-float(before), -float(before * slope[place])),
                right=Handle(float(after), float(after * slope[place])),
            )
            for place, before, after in zip(places, thirds, thirds[1:], strict=False)
        )
    )


def _hermite(
    seconds: NDArray[np.float64], values: NDArray[np.float64], slope: NDArray[np.float64], first: int, last: int
) -> NDArray[np.float64]:
    length = seconds[last] - seconds[first]
    u = (seconds[first : last + 1] - seconds[first]) / length
    w = 1 - u
    return np.asarray(
        w * w * (1 + 2 * u) * values[first]
        + u * u * (3 - 2 * u) * values[last]
        + u * w * length * (w * slope[first] - u * slope[last])
    )
