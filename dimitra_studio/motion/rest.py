"""Lips at rest, and what lips cannot do."""

import numpy as np
from numpy.typing import NDArray

from dimitra_studio.core.arrays import FloatArray

# A mouth opens up to 0.2 s before the voice is heard and closes after it: those frames stay the network's.
_LEAD = 5
_TAIL = 3
_SHORTEST = 5
_SLOPE = 5
# What opens a mouth; its other lip components are the person.
_OPENING = ("jawOpen", "mouthLowerDown", "mouthUpperUp", "mouthFunnel")
# Gaps in inter-ocular distances: where lips meet, and to which parted ones close; the rest of a face moves their parts
# by as much.
_MET = 0.002
_PRESSED = -0.015
_PARTING = ("mouthLowerDown", "mouthUpperUp", "mouthFunnel")
_BEYOND = 0.08


def rest_weight(silent: NDArray[np.bool_]) -> FloatArray:
    """How much [T] each frame rests: 1 inside a long silence, smoothly 0 towards speech; `silent` [T]."""
    weight = np.zeros(len(silent), dtype=np.float32)
    edges = np.flatnonzero(np.diff(np.concatenate(([False], silent, [False])).astype(np.int8)))
    for start, end in edges.reshape(-1, 2):
        # No speech borders the clip's own ends.
        first = start + (_TAIL if start > 0 else 0)
        last = end - (_LEAD if end < len(silent) else 0)
        if last - first >= _SHORTEST:
            weight[first:last] = 1.0
    slope = np.hanning(2 * _SLOPE + 1).astype(np.float32)
    padded = np.pad(weight, _SLOPE, mode="edge")
    smooth = np.convolve(padded, slope / slope.sum(), mode="valid")
    return np.asarray(np.minimum(smooth, 1.0), dtype=np.float32)


def rest_lips(first: FloatArray, silence: FloatArray, names: tuple[str, ...]) -> FloatArray:
    """The person's lips at rest [C]: the portrait's, no further open than mouths are in `silence` [C]."""
    opening = np.isin(names, _OPENING)
    return np.asarray(np.where(opening, np.minimum(first, silence), first), dtype=np.float32)


def closed_no_further(lips: FloatArray, names: tuple[str, ...]) -> FloatArray:
    """Lips [T, C] whose mouthClose undoes an open jaw and no more: the face model's own rule."""
    if "jawOpen" not in names or "mouthClose" not in names:
        return lips
    jaw, close = names.index("jawOpen"), names.index("mouthClose")
    ruled = lips.copy()
    ruled[:, close] = np.minimum(lips[:, close], np.maximum(lips[:, jaw], 0.0))
    return ruled


def settle(lips: FloatArray, weight: FloatArray, rest: FloatArray) -> FloatArray:
    """Lips [T, C] drawn to `rest` [C] by `weight` [T]."""
    return lips + weight[:, None] * (rest - lips)


def shut(lips: FloatArray, face: FloatArray, gap: FloatArray, names: tuple[str, ...]) -> FloatArray:
    """Lips [C] at rest that meet, in a `face` [64] whose other components also part them; `gap` [64] as in LipShape.

    First the jaw rises, then what raises and lowers the lips lets go, and at last the jaw rises a little beyond its
    rest, as under lips that a smile parts. What is left open then stays so. Lips that meet are left alone.
    """
    own, others = gap[: len(lips)], float(face[len(lips) :] @ gap[len(lips) :])
    closed: FloatArray = closed_no_further(lips[None], names)[0].copy()
    if closed @ own + others <= _MET or not {"jawOpen", "mouthClose"} <= set(names):
        return closed
    jaw, close = names.index("jawOpen"), names.index("mouthClose")

    def lower(column: int, least: float) -> None:
        over = float(closed @ own) + others - _PRESSED
        if over > 0 and own[column] > 0:
            closed[column] -= min(over / float(own[column]), max(float(closed[column]) - least, 0.0))

    lower(jaw, max(float(closed[close]), 0.0))
    for name in _PARTING:
        if name in names:
            lower(names.index(name), 0.0)
    if closed @ own + others > _PRESSED and closed[close] >= 0:
        closed[[jaw, close]] -= closed[close]  # they cancel each other
        lower(jaw, -_BEYOND)
    return closed
